//! Bulk selection: the filter as the screens give it, the place of typed letters, and blocking the selected people.

use store::{AuditAct, PeopleSort};

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::{Code, Error};
use crate::limits::{SELECTED_PEOPLE, checked_letters, checked_page};
use crate::people::People;
use crate::people::bulk_views::{PeopleChanged, PeopleChoice, PeopleFilter, PeopleJump, SelectedPeople};
use crate::people::views::PeopleQuery;
use crate::shapes::ListPlace;
use crate::words::counted;

impl People {
    pub(crate) fn people_query(&self, args: PeopleQuery) -> Result<store::PeopleQuery, Error> {
        let filter = PeopleFilter {
            search: args.search,
            status: args.status,
            source: args.source,
            role: args.role,
            group_id: args.group_id,
            changed: args.changed,
        };
        Ok(store::PeopleQuery {
            filter: self.people_filter(filter),
            sort: args.sort,
            descending: args.descending,
            offset: args.offset,
            limit: checked_page(args.limit)?,
        })
    }

    fn people_filter(&self, filter: PeopleFilter) -> store::PeopleFilter {
        store::PeopleFilter {
            search: filter.search.unwrap_or_default(),
            status: filter.status,
            source: filter.source.map(|source| if source == "local" { String::new() } else { source }),
            role: filter.role,
            group_id: filter.group_id,
            changed_since: filter.changed.map(|within| self.now() - within.length()),
        }
    }

    /// The row to which typed letters lead.
    pub(crate) async fn people_place(&self, _: Actor, args: PeopleJump) -> Result<ListPlace, Error> {
        checked_letters(&args.letters)?;
        if args.sort == PeopleSort::Changed {
            return Err(Error::invalid(
                "sort",
                "A list sorted by last change can't be searched by first letters.",
            )
            .hinting("Sort by name or userName first."));
        }
        let query = store::PeopleQuery {
            filter: self.people_filter(args.filter),
            sort: args.sort,
            descending: args.descending,
            ..store::PeopleQuery::default()
        };
        let place = self.store().people_position(&query, &args.letters).await?;
        Ok(place.map_or_else(
            || ListPlace { index: None, name: String::new(), begins: false },
            |place| ListPlace {
                index: Some(place.index),
                name: if args.sort == PeopleSort::Name { place.row.display } else { place.row.user_name },
                begins: place.begins,
            },
        ))
    }

    pub(crate) fn people_choice(&self, choice: PeopleChoice) -> Result<store::PeopleChoice, Error> {
        let (ids, field) = match &choice {
            PeopleChoice::Ids(ids) if ids.is_empty() => {
                return Err(
                    Error::invalid("people", "No users are selected.").hinting("Select people first.")
                );
            }
            PeopleChoice::Ids(ids) => (ids, "people.ids"),
            PeopleChoice::Matching { except, .. } => (except, "people.matching.except"),
        };
        if ids.len() > SELECTED_PEOPLE {
            let message =
                format!("{} users are selected one by one; the limit is {SELECTED_PEOPLE}.", ids.len());
            return Err(Error::invalid(field, message).hinting("Filter the list and select all."));
        }
        Ok(match choice {
            PeopleChoice::Ids(ids) => store::PeopleChoice::Ids(ids),
            PeopleChoice::Matching { filter, except } => {
                store::PeopleChoice::Matching(self.people_filter(filter), except)
            }
        })
    }

    pub(crate) async fn block_many(
        &self,
        actor: Actor,
        args: SelectedPeople,
    ) -> Result<PeopleChanged, Error> {
        self.set_blocks(&actor, args, true).await
    }

    pub(crate) async fn unblock_many(
        &self,
        actor: Actor,
        args: SelectedPeople,
    ) -> Result<PeopleChanged, Error> {
        self.set_blocks(&actor, args, false).await
    }

    /// All of them or none. The person who acts is never among them: selecting everybody must not lock out the one who does it.
    async fn set_blocks(
        &self,
        actor: &Actor,
        args: SelectedPeople,
        blocked: bool,
    ) -> Result<PeopleChanged, Error> {
        let choice = self.people_choice(args.people)?;
        let mut ids = self.store().chosen(&choice, SELECTED_PEOPLE as u64 + 2).await?;
        let chosen = ids.len();
        if let Some(session) = &actor.session {
            ids.retain(|id| *id != session.person_id);
        }
        if ids.len() > SELECTED_PEOPLE {
            let act = if blocked { "blocked" } else { "unblocked" };
            let message = format!(
                "More than {SELECTED_PEOPLE} users are selected; at most {SELECTED_PEOPLE} can be {act} at once."
            );
            return Err(Error::invalid("people", message).hinting("Filter the list."));
        }
        let without_you = ids.len() < chosen;
        if ids.is_empty() {
            let message = if without_you {
                "Only your own account is selected."
            } else {
                "None of the selected users exist any more."
            };
            return Err(Error::new(Code::Conflict, message).hinting("Select other users."));
        }
        let origin = actor.origin();
        let entry = actor.audit(if blocked { AuditAct::PeopleBlock } else { AuditAct::PeopleUnblock });
        let changed: Result<u64, Error> = self
            .store()
            .write(async move |tx| {
                let changed = tx.block_people(&ids, blocked, &origin).await?;
                if changed > 0 {
                    tx.audit(&entry.with(counted(changed, "user", "users"))).await?;
                }
                Ok(changed)
            })
            .await;
        Ok(PeopleChanged { changed: changed?, without_you })
    }
}
