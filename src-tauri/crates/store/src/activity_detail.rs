//! What the log stores of an exchange besides the columns that statements look for: one JSON array a row. A row has few columns
//! because each one costs time when thousands are written in a second.

use std::borrow::Cow;

use idp::RefusalFacts;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use crate::activity_bodies::{Packed, unpack};
use crate::activity_ids::id_in;
use crate::clock::from_millis;
use crate::{Activity, ActivityNote, ActivityResult, Folded, RecordedBodies, StepTimes};

/// The sentence of a row whose array cannot be read.
const UNREADABLE: &str = "This row of the request log can't be read.";

type Text<'a> = Option<Cow<'a, str>>;

/// The elements of the array, in this order. A new one is appended, with a default for rows without it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Detail<'a>(
    /// Method.
    #[serde(borrow)]
    Cow<'a, str>,
    /// Path with its query.
    #[serde(borrow)]
    Cow<'a, str>,
    /// Status.
    u16,
    /// Result.
    #[serde(borrow)]
    Cow<'a, str>,
    /// Reason.
    #[serde(borrow)]
    Text<'a>,
    /// Sentence.
    #[serde(borrow)]
    Cow<'a, str>,
    /// The resource's type.
    #[serde(borrow)]
    Text<'a>,
    /// The token's id.
    #[serde(borrow)]
    Text<'a>,
    /// Duration in microseconds.
    u64,
    /// The client's address.
    #[serde(borrow)]
    Text<'a>,
    /// Whether it arrived over HTTPS.
    bool,
    /// User-Agent.
    #[serde(borrow)]
    Text<'a>,
    /// Code and text of each note.
    Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// How many requests the row stands for and when the last of them arrived, in milliseconds; null for one.
    Option<(u64, i64)>,
    /// What is known of why it was refused.
    #[serde(default)]
    Option<Cow<'a, RefusalFacts>>,
    /// What each step took, in microseconds; null where it was not reached.
    #[serde(default)]
    StepTimes,
    /// What of the bodies was to be recorded, if not all.
    #[serde(default)]
    Option<RecordedBodies>,
    /// How many bytes the body of the request has.
    #[serde(default)]
    Option<u64>,
    /// How many bytes the body of the answer has.
    #[serde(default)]
    Option<u64>,
);

impl<'a> Detail<'a> {
    pub(crate) fn of(row: &'a Activity) -> Self {
        let text = |text: &'a Option<String>| text.as_deref().map(Cow::from);
        Self(
            row.method.as_str().into(),
            row.path.as_str().into(),
            row.status,
            row.result.as_str().into(),
            text(&row.reason),
            row.sentence.as_str().into(),
            text(&row.resource_type),
            text(&row.token_id),
            row.duration_us,
            text(&row.source_ip),
            row.secure,
            text(&row.user_agent),
            row.notes.iter().map(|note| (note.code.as_str().into(), note.text.as_str().into())).collect(),
            row.folded.map(|folded| (folded.requests, folded.last_at.as_millisecond())),
            row.facts.as_deref().map(Cow::Borrowed),
            row.steps,
            Some(row.bodies).filter(|bodies| *bodies != RecordedBodies::Full),
            row.request_size,
            row.response_size,
        )
    }

    /// What a row has. One that cannot be read says so, and hides no other row of its page.
    pub(crate) fn in_row(row: &'a SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(serde_json::from_str(row.try_get("detail")?).unwrap_or_else(|_damaged| Self::unreadable()))
    }

    fn unreadable() -> Self {
        Self(
            "".into(),
            "".into(),
            0,
            ActivityResult::Failed.as_str().into(),
            None,
            UNREADABLE.into(),
            None,
            None,
            0,
            None,
            false,
            None,
            Vec::new(),
            None,
            None,
            StepTimes::default(),
            None,
            None,
            None,
        )
    }

    /// Whether it was done as asked, and was no look-up.
    pub(crate) fn is_done(&self) -> bool {
        ActivityResult::stored(&self.3) == ActivityResult::Ok
    }

    pub(crate) fn notes(self) -> Vec<ActivityNote> {
        notes_and_facts(notes(self.12)).0
    }

    /// The exchange of a row with the columns `id`, `at`, `connection_id`, `resource_id` and `bodies`.
    fn exchange(self, row: &SqliteRow) -> Result<Activity, sqlx::Error> {
        let text = |text: Text<'_>| text.map(Cow::into_owned);
        let (notes, old_facts) = notes_and_facts(notes(self.12));
        let Packed { headers, request_body, response_body } =
            row.try_get::<Option<&[u8]>, _>("bodies")?.map(unpack).unwrap_or_default();
        Ok(Activity {
            id: id_in(row, "id")?.unwrap_or_default(),
            at: from_millis(row.try_get("at")?),
            connection_id: id_in(row, "connection_id")?.unwrap_or_default(),
            resource_id: id_in(row, "resource_id")?,
            method: self.0.into_owned(),
            path: self.1.into_owned(),
            status: self.2,
            result: ActivityResult::stored(&self.3),
            reason: text(self.4),
            facts: self.14.map(|facts| Box::new(facts.into_owned())).or(old_facts),
            sentence: self.5.into_owned(),
            resource_type: text(self.6),
            token_id: text(self.7),
            duration_us: self.8,
            steps: self.15,
            source_ip: text(self.9),
            secure: self.10,
            host: None,
            user_agent: text(self.11),
            folded: self.13.map(|(requests, last_at)| Folded { requests, last_at: from_millis(last_at) }),
            notes,
            bodies: self.16.unwrap_or_default(),
            request_size: self.17,
            response_size: self.18,
            headers,
            request_body,
            response_body,
            evidence: Vec::new(),
            health: None,
        })
    }
}

impl FromRow<'_, SqliteRow> for Activity {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Detail::in_row(row)?.exchange(row)
    }
}

fn notes(stored: Vec<(Cow<'_, str>, Cow<'_, str>)>) -> Vec<ActivityNote> {
    stored
        .into_iter()
        .map(|(code, text)| ActivityNote { code: code.into_owned(), text: text.into_owned() })
        .collect()
}

/// Before the name of a fact in the code of a note: older versions stored the facts of a refusal as notes.
const FACT: &str = "fact.";

/// The notes of a row, and the facts that are among those of an older version.
pub(crate) fn notes_and_facts(stored: Vec<ActivityNote>) -> (Vec<ActivityNote>, Option<Box<RefusalFacts>>) {
    let (mut notes, mut facts) = (Vec::new(), serde_json::Map::new());
    for note in stored {
        match note.code.strip_prefix(FACT) {
            Some(name) => _ = facts.insert(name.to_owned(), note.text.into()),
            None => notes.push(note),
        }
    }
    let facts = if facts.is_empty() { None } else { serde_json::from_value(facts.into()).ok() };
    (notes, facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_elements_is_that_of_what_is_stored() {
        let stored = r#"["GET","/Users?filter=userName eq \"ä\"",404,"refused","notfound","None.","User","t",12,"192.0.2.1",true,"Okta",[["path.near_miss","Try."]],[3,9],null,[31,14,52,310],null,0,97]"#;
        let detail: Detail<'_> = serde_json::from_str(stored).expect("it is read");
        assert_eq!(serde_json::to_string(&detail).expect("it is written"), stored);
        let notes = serde_json::from_str::<Detail<'_>>(stored).map(Detail::notes).expect("it is read");
        assert_eq!(notes, [ActivityNote { code: "path.near_miss".to_owned(), text: "Try.".to_owned() }]);
        assert_eq!(
            (ActivityResult::stored(&detail.3), detail.4.as_deref()),
            (ActivityResult::Refused, Some("notfound"))
        );
    }

    #[test]
    fn the_elements_that_older_versions_do_not_have_are_the_last_ones() {
        let facts = RefusalFacts { who: Some("Grace".to_owned()), ..RefusalFacts::default() };
        let steps = StepTimes([Some(31), Some(14), None, None]);
        let row = Activity { facts: Some(Box::new(facts)), steps, ..Activity::example("a") };
        let stored = serde_json::to_string(&Detail::of(&row)).expect("it is written");
        assert!(
            stored.ends_with(r#",[],null,{"who":"Grace"},[31,14,null,null],null,null,null]"#),
            "{stored}"
        );
        let read: Detail<'_> = serde_json::from_str(&stored).expect("it is read");
        assert_eq!((read.14.as_deref(), read.15), (row.facts.as_deref(), steps));
        for bodies in [RecordedBodies::Masked, RecordedBodies::None] {
            for steps in [StepTimes::default(), steps] {
                let row = Activity { steps, bodies, ..Activity::example("a") };
                let stored = serde_json::to_string(&Detail::of(&row)).expect("it is written");
                let read: Detail<'_> = serde_json::from_str(&stored).expect("it is read");
                assert_eq!((read.15, read.16), (steps, Some(bodies)), "{stored}");
            }
        }
    }

    #[test]
    fn a_row_of_an_older_version_has_no_times_and_whole_bodies() {
        for (end, has_facts) in [("", false), (r#",{"who":"Grace"}"#, true)] {
            let stored = format!(
                r#"["GET","/Users",200,"ok",null,"Listed.",null,null,12,null,true,null,[],null{end}]"#
            );
            let read: Detail<'_> = serde_json::from_str(&stored).expect("it is read");
            assert_eq!((read.8, read.14.is_some(), read.15), (12, has_facts, StepTimes::default()));
            assert_eq!(read.16, None, "its bodies are whole");
            assert_eq!((read.17, read.18), (None, None), "sizes are not recorded");
        }
    }
}
