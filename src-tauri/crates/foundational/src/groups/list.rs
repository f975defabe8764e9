//! The list of groups, the page of one, and the groups that can make Admins.

use crate::access::actor::Actor;
use crate::connections::find::{connections_by_id, find_connection};
use crate::context::Room as _;
use crate::error::Error;
use crate::groups::Groups;
use crate::groups::row::group_row;
use crate::groups::views::{GroupJump, GroupPage, GroupSearch, GroupView};
use crate::limits::{checked_letters, checked_page};
use crate::people::row::person_row;
use crate::people::views::PersonRow;
use crate::shapes::{ById, ListPlace, ListQuery};

/// How many groups a search shows at most; more letters find the others.
const FOUND: u64 = 20;

impl Groups {
    pub(crate) async fn groups_list(&self, _: Actor, args: ListQuery) -> Result<GroupPage, Error> {
        let limit = checked_page(args.limit)?;
        let (rows, total) = self
            .store()
            .groups_by_name(args.search.as_deref().unwrap_or_default(), args.offset, limit)
            .await?;
        let connections = connections_by_id(self.store()).await?;
        Ok(GroupPage { rows: rows.into_iter().map(|row| group_row(row, &connections)).collect(), total })
    }

    /// The same in the list of groups, which is in the order of names.
    pub(crate) async fn groups_place(&self, _: Actor, args: GroupJump) -> Result<ListPlace, Error> {
        checked_letters(&args.letters)?;
        let found =
            self.store().group_position(args.search.as_deref().unwrap_or_default(), &args.letters).await?;
        Ok(found.map_or_else(
            || ListPlace { index: None, name: String::new(), begins: false },
            |(index, row)| ListPlace {
                index: Some(index),
                begins: scim::fold(&row.display).starts_with(&scim::fold(args.letters.trim())),
                name: row.display,
            },
        ))
    }

    pub(crate) async fn groups_show(&self, _: Actor, args: ById) -> Result<GroupView, Error> {
        let row =
            self.store().group_row(&args.id).await?.ok_or_else(|| Error::not_found("group", &args.id))?;
        let connections = connections_by_id(self.store()).await?;
        let members = self.store().members_by_name(&args.id, 200).await?;
        let inner = self.store().groups_in(&args.id).await?;
        Ok(GroupView {
            members: members.into_iter().map(|member| person_row(member, &connections)).collect(),
            groups: inner.into_iter().map(|inner| group_row(inner, &connections)).collect(),
            row: group_row(row, &connections),
        })
    }

    /// The groups, of one connection or of all, that have these letters in their name, the best match first.
    pub(crate) async fn groups_find(&self, _: Actor, args: GroupSearch) -> Result<GroupPage, Error> {
        let connection = match &args.connection_id {
            Some(id_or_name) => Some(find_connection(self.store(), id_or_name).await?.id),
            None => None,
        };
        let (rows, total) = self.store().find_groups(connection.as_deref(), &args.search, FOUND).await?;
        let connections = connections_by_id(self.store()).await?;
        Ok(GroupPage { rows: rows.into_iter().map(|row| group_row(row, &connections)).collect(), total })
    }

    /// Who would be an Admin by this group: its direct members.
    pub(crate) async fn admin_preview(&self, _: Actor, args: ById) -> Result<Vec<PersonRow>, Error> {
        let connections = connections_by_id(self.store()).await?;
        let members = self.store().members_by_name(&args.id, 200).await?;
        Ok(members.into_iter().map(|member| person_row(member, &connections)).collect())
    }
}
