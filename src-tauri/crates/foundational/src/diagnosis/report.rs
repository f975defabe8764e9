//! A request as a text for a ticket. It is sent to others, so it has no value of a person: no name, no e-mail address, no id.

use idp::deviations::by_code;
use idp::masked::{Mask, method};
use idp::reasons::reason;
use idp::{Provider, RefusalFacts, Situation};
use store::{Activity, ActivityResult};

use crate::diagnosis::steps::{StepState, steps};

/// What happened, why, when, how far it got, in what it deviates from the RFC, and the shape of both bodies.
pub(crate) fn report(activity: &Activity, provider: Option<Provider>) -> String {
    let mut lines = vec![
        format!("Foundational {}: one SCIM request. Values of people are masked.", env!("CARGO_PKG_VERSION")),
        String::new(),
    ];
    let mut add = |name: &str, value: String| lines.push(format!("{name}: {value}"));
    add("What happened", what_happened(activity));
    if let Some(why) = why(activity) {
        add("Why", why);
    }
    add("When", activity.at.to_string());
    if let Some(folded) = activity.folded {
        add("Requests", format!("{} alike, the last at {}", folded.requests, folded.last_at));
    }
    add("Took", took(activity.duration_us));
    add("Status", activity.status.to_string());
    add("Request ID", activity.id.clone());
    add("Identity provider", provider.map_or("unknown", Provider::label).to_owned());
    // An address of mail in it would be a person's.
    if let Some(client) = activity.user_agent.as_ref().filter(|client| !client.contains('@')) {
        add("Client", client.clone());
    }
    add("Token", if activity.token_id.is_some() { "valid" } else { "none that is valid" }.to_owned());
    add("HTTPS", if activity.secure { "yes" } else { "no" }.to_owned());
    add("Steps", steps_line(activity));
    lines.push(String::new());
    lines.push("Deviations:".to_owned());
    lines.extend(deviations(activity));
    for (title, body) in [("Request", &activity.request_body), ("Answer", &activity.response_body)] {
        lines.push(String::new());
        lines.push(format!("{title}:"));
        lines.push(shape(body.as_deref()));
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn what_happened(activity: &Activity) -> String {
    let result = match activity.result {
        ActivityResult::Ok => "done",
        ActivityResult::Lookup => "answered as a look-up",
        ActivityResult::Refused => "refused",
        ActivityResult::Failed => "failed in Foundational",
    };
    format!("{} {}: {result}", method(&activity.method), Mask::NAMES.address(&activity.path))
}

/// The cause without the facts that name someone.
fn why(activity: &Activity) -> Option<String> {
    let code = activity.reason.as_deref()?;
    let Some(reason) = reason(code) else { return Some(code.to_owned()) };
    let facts = activity.facts.as_deref().map(open_facts);
    let situation =
        Situation { method: Some(method(&activity.method)), id: Some(&activity.id), ..Situation::default() };
    Some(format!("{} ({code}, certain)", reason.sentence(facts.as_ref(), &situation)))
}

/// Those that say nothing of a person.
fn open_facts(facts: &RefusalFacts) -> RefusalFacts {
    let RefusalFacts { kind, date, seconds, size, most, .. } = facts.clone();
    let attribute = facts.attribute.as_deref().map(|path| Mask::NAMES.expression(path));
    RefusalFacts { attribute, kind, date, seconds, size, most, ..RefusalFacts::default() }
}

fn steps_line(activity: &Activity) -> String {
    let word = |state| match state {
        StepState::Done => "done",
        StepState::Failed => "FAILED",
        StepState::Skipped => "skipped",
    };
    let steps = steps(activity);
    steps
        .iter()
        .map(|step| {
            let time = step.duration_us.map(|us| format!(" ({})", took(us))).unwrap_or_default();
            format!("{} {}{time}", step.step.name(), word(step.state))
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// "310 µs", "1.8 ms", "24 ms".
fn took(us: u64) -> String {
    match us {
        ..1_000 => format!("{us} µs"),
        1_000..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        _ => format!("{} ms", us / 1_000),
    }
}

/// Each deviation once, by what is known of its kind: the note itself may repeat a value.
fn deviations(activity: &Activity) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for note in &activity.notes {
        let line = match by_code(&note.code) {
            Some(deviation) => format!("- {} ({}; {})", deviation.title, deviation.code, deviation.rule),
            None => format!("- {}", note.code),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        lines.push("none".to_owned());
    }
    lines
}

fn shape(body: Option<&str>) -> String {
    let Some(body) = body else { return "no body is stored".to_owned() };
    let pretty = Mask::NAMES.body(body).and_then(|shape| serde_json::to_string_pretty(&shape).ok());
    pretty.unwrap_or_else(|| format!("{} bytes of it are stored, which are no whole JSON", body.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::example::example;
    use idp::reason_code::ReasonCode;
    use store::{ActivityNote, StepTimes};

    fn note(code: &str, text: &str) -> ActivityNote {
        ActivityNote { code: code.to_owned(), text: text.to_owned() }
    }

    fn facts(set: impl FnOnce(&mut RefusalFacts)) -> Box<RefusalFacts> {
        let mut facts = Box::<RefusalFacts>::default();
        set(&mut facts);
        facts
    }

    /// A refused create in which every text that can name a person does.
    fn refused() -> Activity {
        Activity {
            status: 409,
            result: ActivityResult::Refused,
            reason: Some("data.duplicate".to_owned()),
            facts: Some(facts(|facts| {
                facts.user_name = Some("ada@acme.example".to_owned());
                facts.holder = Some("p-4711".to_owned());
            })),
            sentence: "Refused to create ada@acme.example. The name is already in use".to_owned(),
            user_agent: Some("ada@acme.example's client".to_owned()),
            notes: vec![
                note("value.boolean_text", "\"True\" of Lovelace was read as true."),
                note("value.boolean_text", "\"True\" of Ada was read as true."),
                note("client.other", "Lovelace's client"),
            ],
            request_body: Some(r#"{"userName":"ada@acme.example","id":"p-4711","active":"True"}"#.to_owned()),
            response_body: Some(r#"{"status":"409","detail":"ada@acme.example is in use"}"#.to_owned()),
            ..example("POST", "/Users/p-4711?filter=userName+eq+%22ada%40acme.example%22")
        }
    }

    #[test]
    fn a_report_says_what_happened_and_names_no_person() {
        let text = report(&refused(), Some(Provider::Okta));
        for line in [
            "What happened: POST /Users/(id)?filter=userName eq \"(text)\": refused",
            "Why: The name is already in use. (data.duplicate, certain)",
            "When: 1970-01-01T00:00:00Z",
            "Status: 409",
            "Request ID: 0190a0b0-0000-7000-8000-000000000001",
            "Identity provider: Okta",
            "Steps: Received done, Authenticated done, Understood done, Matched FAILED, Applied skipped, Answered done",
            "- client.other",
            "  \"userName\": \"(text)\",",
            "  \"detail\": \"(text)\"",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is a line of\n{text}");
        }
        assert_eq!(text.matches("value.boolean_text").count(), 1, "a deviation is listed once:\n{text}");
        for value in ["ada", "Ada", "Lovelace", "p-4711", "4711", "acme", "@"] {
            assert!(!text.contains(value), "{value} is in\n{text}");
        }
    }

    #[test]
    fn a_report_says_how_long_the_request_and_each_of_its_steps_took() {
        let steps = StepTimes([Some(31), Some(14), Some(1_290), Some(24_700)]);
        let text = report(&Activity { duration_us: 26_100, steps, ..refused() }, None);
        for line in [
            "Took: 26 ms",
            "Steps: Received done (31 µs), Authenticated done (14 µs), Understood done (1.2 ms), Matched FAILED (24 ms), Applied skipped, Answered done (65 µs)",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is a line of\n{text}");
        }
    }

    #[test]
    fn the_cause_has_the_facts_that_name_no_person() {
        let invalid = Activity {
            reason: Some("data.invalid".to_owned()),
            facts: Some(facts(|facts| {
                facts.attribute = Some("emails[value eq \"ada@x\"].primary".to_owned());
                facts.kind = Some("true or false".to_owned());
                facts.value = Some("\"Lovelace\"".to_owned());
            })),
            ..refused()
        };
        assert_eq!(
            why(&invalid).unwrap(),
            "`emails[value eq \"(text)\"].primary` must be true or false. (data.invalid, certain)"
        );
        let expired = Activity {
            reason: Some("auth.expired".to_owned()),
            facts: Some(facts(|facts| {
                facts.label = Some("Ada's token".to_owned());
                facts.date = Some("3 March 2026".to_owned());
            })),
            ..refused()
        };
        assert_eq!(why(&expired).unwrap(), "The token has expired. (auth.expired, certain)");
    }

    #[test]
    fn bodies_that_are_not_whole_are_not_shown() {
        let cut = Activity {
            request_body: Some("{\"userName\":\"ada".to_owned()),
            response_body: None,
            ..refused()
        };
        let text = report(&cut, None);
        assert!(text.contains("Request:\n16 bytes of it are stored, which are no whole JSON\n"), "{text}");
        assert!(text.ends_with("Answer:\nno body is stored\n"), "{text}");
    }

    #[test]
    fn no_sentence_of_a_reason_repeats_a_fact_that_names_someone() {
        let canary = "Lovelace";
        let of_people = RefusalFacts {
            attribute: Some("title".to_owned()),
            kind: None,
            date: None,
            seconds: None,
            size: None,
            most: None,
            ..RefusalFacts::all(canary)
        };
        for reason in ReasonCode::ALL {
            let activity = Activity {
                reason: Some(reason.as_str().to_owned()),
                facts: Some(Box::new(of_people.clone())),
                ..refused()
            };
            let text = report(&activity, None);
            assert!(!text.contains(canary), "{reason:?}:\n{text}");
        }
    }
}
