//! The leavers as they are listed: refused requests first, then what was seen of each end of access.

use jiff::Timestamp;
use scim::fold;
use store::{AccountValues, LeaverFilter, LeaverProof, LeaverRow, RefusedWrite, WriteAct};

use super::Leavers;
use super::views::{LeaverConnection, LeaverCount, LeaverView, LeaversFilter, LeaversPage, LeaversQuery};
use super::words::{act_word, proof_word, refusal, sentence};
use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::Error;
use crate::limits::checked_page;

/// How many match in all, and some of them.
pub(super) struct Found {
    pub rows: Vec<LeaverView>,
    pub counts: [u64; 4],
    pub slowest: Option<u64>,
}

impl Leavers {
    pub(crate) async fn leavers_list(&self, _: Actor, args: LeaversQuery) -> Result<LeaversPage, Error> {
        let limit = checked_page(args.limit)?;
        let found = self.find(&args.filter, args.offset, limit).await?;
        let counted = LeaverProof::ALL.into_iter().zip(found.counts);
        let is_chosen = |proof: LeaverProof| args.filter.proof.is_none_or(|chosen| chosen == proof);
        let connections = self.store().leaver_connections().await?;
        Ok(LeaversPage {
            total: counted.clone().filter(|(proof, _)| is_chosen(*proof)).map(|(_, count)| count).sum(),
            rows: found.rows,
            proofs: counted
                .map(|(proof, count)| LeaverCount { proof, word: proof_word(proof).to_owned(), count })
                .collect(),
            slowest: found.slowest,
            connections: connections.into_iter().map(|(id, name)| LeaverConnection { id, name }).collect(),
        })
    }

    /// Those who match, with the refused ones first.
    pub(super) async fn find(&self, filter: &LeaversFilter, offset: u64, limit: u64) -> Result<Found, Error> {
        let refused = self.refused(filter).await?;
        let number = refused.len() as u64;
        let is_shown = filter.proof.is_none_or(|proof| proof == LeaverProof::Incomplete);
        let before = if is_shown { number } else { 0 };
        let mut rows: Vec<LeaverView> = Vec::new();
        if is_shown {
            let wanted = refused.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX));
            rows.extend(wanted.take(usize::try_from(limit).unwrap_or(usize::MAX)));
        }
        let left = limit - rows.len() as u64;
        let page =
            self.store().leavers(&parse(filter), filter.proof, offset.saturating_sub(before), left).await?;
        let now = self.now();
        rows.extend(page.rows.into_iter().map(|row| view(row, now)));
        let [incomplete, complete, returned, unrecorded] = page.counts;
        let counts = [incomplete + number, complete, returned, unrecorded];
        Ok(Found { rows, counts, slowest: page.slowest })
    }

    /// The requests that were to end access, were refused, and have not succeeded since; newest first.
    async fn refused(&self, filter: &LeaversFilter) -> Result<Vec<LeaverView>, Error> {
        let text = fold(filter.text.as_deref().unwrap_or_default().trim());
        let mut found: Vec<(Timestamp, LeaverView)> = Vec::new();
        for connection in self.store().connections().await? {
            if filter.connection_id.as_ref().is_some_and(|id| *id != connection.id) {
                continue;
            }
            for one in self.store().refused_users(&connection.id).await? {
                if one.act != WriteAct::Deactivate || !is_meant(&one, filter, &text) {
                    continue;
                }
                let person_id = one.resource_id().map(str::to_owned);
                let person = match &person_id {
                    Some(id) => self.store().any_person(id).await?,
                    None => None,
                };
                let of_account = person
                    .as_ref()
                    .map(|person| AccountValues::of(&person.document, connection.choices).user_name);
                let view = LeaverView {
                    id: one.newest_id.clone(),
                    person_exists: person.is_some(),
                    person_id,
                    name: one.name.clone(),
                    user_name: of_account.or_else(|| one.user_name.clone()),
                    connection_id: connection.id.clone(),
                    connection_name: connection.name.clone(),
                    act: "Refused".to_owned(),
                    proof: LeaverProof::Incomplete,
                    word: proof_word(LeaverProof::Incomplete).to_owned(),
                    sentence: refusal(&one),
                    activity_id: Some(one.newest_id),
                    requested_at: Some(one.first_at),
                    stored_at: None,
                    read_back_at: None,
                    sessions: None,
                    sessions_ended_at: None,
                    took: None,
                };
                found.push((one.newest_at, view));
            }
        }
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(found.into_iter().map(|(_, view)| view).collect())
    }
}

/// Whether a refused request matches, with the text folded.
fn is_meant(one: &RefusedWrite, filter: &LeaversFilter, text: &str) -> bool {
    let names = [Some(&one.name), one.user_name.as_ref()];
    filter.person_id.as_deref().is_none_or(|id| one.resource_id() == Some(id))
        && filter.from.is_none_or(|from| one.newest_at >= from)
        && filter.until.is_none_or(|until| one.newest_at < until)
        && names.into_iter().flatten().any(|name| fold(name).contains(text))
}

fn parse(filter: &LeaversFilter) -> LeaverFilter {
    LeaverFilter {
        connection_id: filter.connection_id.clone(),
        person_id: filter.person_id.clone(),
        from: filter.from,
        until: filter.until,
        text: filter.text.clone().unwrap_or_default(),
    }
}

fn view(row: LeaverRow, now: Timestamp) -> LeaverView {
    let proof = LeaverProof::of(row.outcome);
    LeaverView {
        id: row.change_id.to_string(),
        person_exists: row.person_exists,
        act: act_word(row.kind).to_owned(),
        proof,
        word: proof_word(proof).to_owned(),
        sentence: sentence(&row, now),
        took: row.took(),
        person_id: Some(row.person_id),
        name: row.display,
        user_name: Some(row.user_name),
        connection_id: row.connection_id,
        connection_name: row.connection_name,
        activity_id: row.activity_id,
        requested_at: row.requested_at,
        stored_at: Some(row.stored_at),
        read_back_at: row.read_back_at,
        sessions: row.sessions,
        sessions_ended_at: row.sessions_ended_at,
    }
}
