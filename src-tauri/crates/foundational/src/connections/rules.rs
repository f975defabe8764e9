//! How a connection treats what arrives, and the accounts that wait for a decision.

use store::{Matching, Person, Rules, Scope};

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::error::{Code, Error};
use crate::people::directory::{group_row, person_row};
use crate::views::{
    ById, ConnectionRules, GroupPage, GroupSearch, MatchView, MatchingRule, Nothing, OnDelete, PersonRow,
    SetRules,
};

/// How many groups a search shows at most; more letters find the others.
const FOUND: u64 = 20;

impl Foundational {
    pub(crate) async fn rules(&self, _: Actor, args: ById) -> Result<ConnectionRules, Error> {
        Ok(told(self.find_connection(&args.id).await?.rules))
    }

    pub(crate) async fn set_rules(&self, actor: Actor, args: SetRules) -> Result<ConnectionRules, Error> {
        let connection = self.find_connection(&args.id).await?;
        let rules = understood(args.rules)?;
        if let Some(group) = &rules.admin_group_id {
            let known = self.store().group_row(group).await?;
            if known.is_none_or(|row| row.connection_id != connection.id) {
                return Err(Error::invalid("adminGroupId", "This group does not belong to this connection."));
            }
        }
        let origin = actor.origin();
        let (id, kept) = (connection.id, rules.clone());
        let done: Result<bool, Error> =
            self.store().write(async move |tx| Ok(tx.set_rules(&id, &kept, &origin).await?)).await;
        done?;
        Ok(told(rules))
    }

    /// Who would be an Admin by this group: its direct members.
    pub(crate) async fn admin_preview(&self, _: Actor, args: ById) -> Result<Vec<PersonRow>, Error> {
        let connections = self.connections_by_id().await?;
        let members = self.store().members_by_name(&args.id, 200).await?;
        Ok(members.into_iter().map(|member| person_row(member, &connections)).collect())
    }

    /// The groups of one connection that have these letters in their name: the Admin group is one of them.
    pub(crate) async fn groups_find(&self, _: Actor, args: GroupSearch) -> Result<GroupPage, Error> {
        let connection = self.find_connection(&args.connection_id).await?;
        let (rows, total) = self.store().find_groups(&connection.id, &args.search, FOUND).await?;
        let connections = self.connections_by_id().await?;
        Ok(GroupPage { rows: rows.into_iter().map(|row| group_row(row, &connections)).collect(), total })
    }

    pub(crate) async fn match_list(&self, _: Actor, args: ById) -> Result<Vec<MatchView>, Error> {
        let connection = self.find_connection(&args.id).await?;
        let connections = self.connections_by_id().await?;
        let mut views = Vec::new();
        for waiting in self.store().pending_matches(Some(&connection.id)).await? {
            if let Some(row) = self.store().person_row(&waiting.person_id).await? {
                views.push(MatchView {
                    id: waiting.id,
                    arriving: waiting.arriving,
                    can_link: row.role != store::Role::Admin,
                    local: person_row(row, &connections),
                    at: waiting.at,
                });
            }
        }
        Ok(views)
    }

    /// The two are one person: the account is handed to the connection, whose provider finds it at its next look.
    pub(crate) async fn match_link(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let waiting = self.waiting(&args.id).await?;
        let origin = actor.origin();
        let linked: Result<Option<Person>, Error> = self
            .store()
            .write(async move |tx| {
                let scope = Scope::of(waiting.connection_id);
                Ok(tx.link_account(&scope, &waiting.person_id, None, &origin).await?)
            })
            .await;
        linked?.map(|_| Nothing {}).ok_or_else(|| {
            Error::new(Code::Conflict, "This account is an Admin's, or belongs to a connection already.")
                .hinting("Make it a Member first, if it is the same person.")
        })
    }

    pub(crate) async fn match_keep_apart(&self, _: Actor, args: ById) -> Result<Nothing, Error> {
        let waiting = self.waiting(&args.id).await?;
        let done: Result<(), Error> =
            self.store().write(async move |tx| Ok(tx.dismiss_match(&waiting).await?)).await;
        done.map(|()| Nothing {})
    }

    async fn waiting(&self, id: &str) -> Result<store::PendingMatch, Error> {
        self.store().pending_match(id).await?.ok_or_else(|| Error::not_found("waiting account", id))
    }
}

fn told(rules: Rules) -> ConnectionRules {
    ConnectionRules {
        matching: match rules.matching {
            Matching::Ask => MatchingRule::Ask,
            Matching::Link => MatchingRule::Link,
            Matching::Refuse => MatchingRule::Refuse,
        },
        on_delete: if rules.remove_on_delete { OnDelete::Remove } else { OnDelete::Keep },
        admin_group_id: rules.admin_group_id,
        allowed_addresses: rules.allowed_addresses,
    }
}

fn understood(rules: ConnectionRules) -> Result<Rules, Error> {
    let addresses: Vec<String> = rules
        .allowed_addresses
        .iter()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    if addresses.len() > 200 {
        return Err(Error::invalid(
            "allowedAddresses",
            format!("There are {} lines; the limit is 200.", addresses.len()),
        ));
    }
    if let Some(odd) = addresses.iter().find(|text| !server::is_address_range(text)) {
        let shown: String = odd.chars().take(60).collect();
        let message = format!("\"{shown}\" is not an address or range such as 203.0.113.0/24.");
        return Err(Error::invalid("allowedAddresses", message));
    }
    Ok(Rules {
        matching: match rules.matching {
            MatchingRule::Ask => Matching::Ask,
            MatchingRule::Link => Matching::Link,
            MatchingRule::Refuse => Matching::Refuse,
        },
        remove_on_delete: rules.on_delete == OnDelete::Remove,
        admin_group_id: rules.admin_group_id,
        allowed_addresses: addresses,
    })
}
