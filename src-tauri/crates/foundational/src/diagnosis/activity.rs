//! Requests as the screens show them.

use std::time::Duration;

use idp::entra_log::entra_log_codes;
use idp::reason_code::ReasonCode;
use idp::{Provider, Situation, WayIn};
use jiff::tz::TimeZone;
use store::{Activity, ActivityResult, RecordedBodies};

use crate::access::actor::Actor;
use crate::connections::find::{ConnectionsById, connections_by_id, find_connection};
use crate::context::Room as _;
use crate::data::retention::{BODY_DAYS, REQUEST_DAYS};
use crate::diagnosis::Diagnosis;
use crate::diagnosis::activity_views::{
    ActivityFilter, ActivityPage, ActivityQuery, ActivityRow, ActivityView, ResourceLink,
};
use crate::diagnosis::curl::curl;
use crate::diagnosis::finding::Confidence;
use crate::diagnosis::headers;
use crate::diagnosis::remedy::about;
use crate::diagnosis::report::report;
use crate::diagnosis::steps::steps;
use crate::error::Error;
use crate::limits::{ROWS, checked_page};
use crate::shapes::ById;

/// The note that says what is wrong with an address that is nearly right.
const NEAR_MISS: &str = "path.near_miss";

impl Diagnosis {
    pub(crate) async fn activity_list(
        &self,
        _: Actor,
        mut args: ActivityQuery,
    ) -> Result<ActivityPage, Error> {
        let limit = usize::try_from(checked_page(args.limit)?).unwrap_or(ROWS);
        let before = args.before.take();
        let filter = self.activity_filter(args.filter()).await?;
        let page = self.store().activity_page(&filter, before.as_deref(), limit).await?;
        Ok(ActivityPage { rows: page.rows.iter().map(row).collect(), next: page.next, reaches: page.reaches })
    }

    /// The filter of a list as the store has it. How long ago is counted from now.
    pub(crate) async fn activity_filter(&self, args: ActivityFilter) -> Result<store::ActivityFilter, Error> {
        let connection_id = match &args.connection_id {
            Some(id) => Some(find_connection(self.store(), id).await?.id),
            None => None,
        };
        let since = args.within.map(|within| self.now() - within.length());
        Ok(store::ActivityFilter {
            connection_id,
            resource_id: args.resource_id,
            token_id: args.token_id,
            result: args.result,
            kind: args.kind,
            status: args.status,
            from: args.from.max(since),
            until: args.until,
            text: args.text,
        })
    }

    pub(crate) async fn activity_show(&self, _: Actor, args: ById) -> Result<ActivityView, Error> {
        let activity = self.store().activity(&args.id).await?.ok_or_else(|| no_longer_stored(&args.id))?;
        let bodies_gone =
            (activity.at < self.now() - BODY_DAYS * Duration::from_hours(24)).then_some(BODY_DAYS);
        let token = match &activity.token_id {
            Some(id) => {
                self.store().token(id).await?.map(|token| format!("{} (fdn_••••{})", token.label, token.tail))
            }
            None => None,
        };
        let connections = connections_by_id(self.store()).await?;
        let mut changes = Vec::new();
        if let Some(resource_id) = &activity.resource_id {
            for change in self.store().changes_of_request(&activity.id, resource_id).await? {
                changes.push(self.history.change_view(change, &connections).await?);
            }
        }
        let (why, holder) = self.why(&activity, &connections).await?;
        let remedy = self.remedy(&activity).await?;
        let connection = connections.get(&activity.connection_id);
        let provider = connection.map(|connection| Provider::of(&connection.provider));
        let way = connection.map(|connection| connection.way_in).unwrap_or_default();
        Ok(ActivityView {
            row: row(&activity),
            steps: steps(&activity),
            about: self.subject(&activity).await?,
            curl: curl(&self.server().address(), way, &activity),
            report: report(&activity, provider),
            // It was refused here.
            confidence: why.is_some().then_some(Confidence::Certain),
            log_codes: log_codes(&activity, provider),
            request_headers: headers::of_request(&activity),
            response_headers: headers::of_response(&activity),
            why,
            remedy,
            holder,
            source_ip: activity.source_ip,
            token,
            token_id: activity.token_id,
            // The sentence above contains what is wrong with the address.
            notes: activity
                .notes
                .into_iter()
                .filter(|note| note.code != NEAR_MISS)
                .map(|note| note.text)
                .collect(),
            user_agent: activity.user_agent,
            bodies: activity.bodies,
            request_size: activity.request_size,
            response_size: activity.response_size,
            request_body: activity.request_body,
            response_body: activity.response_body,
            bodies_gone,
            changes,
        })
    }
}

impl Diagnosis {
    /// Why a request was refused, in words, and who has the name that it asked for.
    pub(crate) async fn why(
        &self,
        activity: &Activity,
        connections: &ConnectionsById,
    ) -> Result<(Option<String>, Option<ResourceLink>), Error> {
        let Some(reason) = activity.reason.as_deref().and_then(idp::reasons::reason) else {
            return Ok((None, None));
        };
        let (detail, holder) = (answer_detail(activity), self.holder(activity, connections).await?);
        let connection = connections.get(&activity.connection_id);
        let endpoint = match connection {
            Some(connection) => self.connections.endpoint_of(connection),
            None => self.server().address().endpoint(&activity.connection_id, WayIn::default()),
        };
        let hint = activity.notes.iter().find(|note| note.code == NEAR_MISS);
        let provider = connection.map(|connection| Provider::of(&connection.provider));
        let deleted = self.deleted(activity).await?;
        let situation = Situation {
            endpoint: Some(&endpoint),
            method: Some(&activity.method),
            id: Some(&activity.id),
            seen: Some(activity.path.as_str()).filter(|path| !path.is_empty()),
            hint: hint.map(|note| note.text.as_str()),
            detail: detail.as_deref(),
            client: Some(match provider {
                Some(provider @ (Provider::Okta | Provider::Azure)) => provider.label(),
                Some(Provider::Custom) | None => "the identity provider",
            }),
            ip: activity.source_ip.as_deref(),
            when: deleted.as_deref(),
            person: holder.as_ref().map(|(link, _)| link.name.as_str()),
            source: holder.as_ref().map(|(_, source)| source.as_str()),
        };
        let sentence = reason.sentence(activity.facts.as_deref(), &situation);
        Ok((Some(sentence), holder.map(|(link, _)| link)))
    }

    /// Who has the name that a refused request asked for, as they are now, and where they come from. None where it was
    /// refused for another reason, or the holder no longer exists.
    async fn holder(
        &self,
        activity: &Activity,
        connections: &ConnectionsById,
    ) -> Result<Option<(ResourceLink, String)>, Error> {
        let Some(facts) = &activity.facts else { return Ok(None) };
        let source = |connection_id: Option<&String>| match connection_id {
            None => "local account".to_owned(),
            Some(id) => connections.get(id).map_or("deleted connection", |known| &known.name).to_owned(),
        };
        if let Some(id) = &facts.holder {
            let Some(person) = self.store().any_person(id).await? else { return Ok(None) };
            let link = ResourceLink { resource_type: "User".to_owned(), id: person.id, name: person.display };
            return Ok(Some((link, source(person.connection_id.as_ref()))));
        }
        let Some(id) = &facts.holder_group else { return Ok(None) };
        let Some(group) = self.store().group_row(id).await? else { return Ok(None) };
        let link = ResourceLink { resource_type: "Group".to_owned(), id: group.id, name: group.display };
        Ok(Some((link, source(Some(&group.connection_id)))))
    }

    /// When the person that the address names was deleted: "on 3 March 2026".
    async fn deleted(&self, activity: &Activity) -> Result<Option<String>, Error> {
        let Some(("Users", id)) = about(activity) else { return Ok(None) };
        let deleted = self.store().deleted_person(id).await?;
        Ok(deleted.map(|person| {
            TimeZone::system().to_datetime(person.deleted_at).strftime("on %-d %B %Y").to_string()
        }))
    }
}

impl Diagnosis {
    /// The user or group that a request is about, by the name of now.
    async fn subject(&self, activity: &Activity) -> Result<Option<ResourceLink>, Error> {
        let (Some(id), Some(resource_type)) = (&activity.resource_id, &activity.resource_type) else {
            return Ok(None);
        };
        let name = if resource_type == "Group" {
            self.store().group_row(id).await?.map(|group| group.display)
        } else {
            self.store().any_person(id).await?.map(|person| person.display)
        };
        let name = name.unwrap_or_else(|| format!("a deleted {}", resource_type.to_lowercase()));
        Ok(Some(ResourceLink { resource_type: resource_type.clone(), id: id.clone(), name }))
    }
}

/// A link to a request outlives it: the change that it made remains, and so does what it proved.
fn no_longer_stored(id: &str) -> Error {
    Error { message: "This request has been deleted.".to_owned(), ..Error::not_found("request", id) }.hinting(
        format!("Requests are deleted after {REQUEST_DAYS} days. What this one changed or proved remains."),
    )
}

/// What Azure's logs call a refusal of one of its connections.
fn log_codes(activity: &Activity, provider: Option<Provider>) -> Option<String> {
    let reason = activity.reason.as_deref().and_then(ReasonCode::from_word)?;
    let codes = entra_log_codes(reason).join(" / ");
    (provider == Some(Provider::Azure) && !codes.is_empty()).then_some(codes)
}

/// The detail of the SCIM error that was answered, as a sentence; none where it is masked.
fn answer_detail(activity: &Activity) -> Option<String> {
    if activity.bodies != RecordedBodies::Full {
        return None;
    }
    let body: serde_json::Value = serde_json::from_str(activity.response_body.as_deref()?).ok()?;
    let detail = body.get("detail")?.as_str()?.trim_end_matches('.');
    Some(format!("{detail}."))
}

pub(crate) fn row(activity: &Activity) -> ActivityRow {
    ActivityRow {
        id: activity.id.clone(),
        at: activity.at,
        connection_id: activity.connection_id.clone(),
        sentence: activity.sentence.clone(),
        method: activity.method.clone(),
        path: activity.path.clone(),
        status: activity.status,
        result: activity.result,
        kind: activity.kind(),
        reason: activity.reason.clone(),
        duration_us: activity.duration_us,
        requests: activity.folded.map_or(1, |folded| folded.requests),
        last_at: activity.folded.map_or(activity.at, |folded| folded.last_at),
        needs_a_look: matches!(activity.result, ActivityResult::Refused | ActivityResult::Failed)
            && activity
                .reason
                .as_deref()
                .and_then(ReasonCode::from_word)
                .is_none_or(ReasonCode::needs_a_look),
    }
}
