//! A recorded request as a command for curl, in the words of a POSIX shell with `$'...'` (bash, zsh).

use idp::WayIn;
use idp::reason_code::ReasonCode;
use server::Address;
use store::{Activity, RecordedBodies};

use crate::shell::quoted;

/// How the recorder ends a text that it cut, and what it puts in the place of a secret in an address.
const CUT: char = '…';
/// What the recorder puts in the place of a secret in a body.
const NOT_STORED: &str = "(not stored)";
/// The recorded headers that decide what the server does. Others describe the way of the request, or curl sends its own.
const REPEATED: [&str; 5] = ["accept", "accept-charset", "content-type", "if-match", "if-none-match"];

/// The command that sends this request again, with its headers and the token from `$SCIM_TOKEN`. Comments above it say what of the
/// request is missing, without a character that ends a command: a zsh in which it is pasted knows no comments. None where the method
/// or the address is not stored.
pub(crate) fn curl(address: &Address, way: WayIn, activity: &Activity) -> Option<String> {
    if activity.method.is_empty() || activity.path.is_empty() {
        return None;
    }
    let mut comments = Vec::new();
    // A request that met no endpoint is recorded with its whole path.
    let is_unrouted =
        activity.reason.as_deref() == Some(ReasonCode::UnknownPath.as_str()) && activity.token_id.is_none();
    let before = if is_unrouted {
        address.base_by(way).to_owned()
    } else {
        address.endpoint(&activity.connection_id, way)
    };
    if activity.path.contains(CUT) {
        comments.push("A part of the address is not stored and is … below.");
    }
    let mut lines = Vec::new();
    let method = if activity.method == "HEAD" {
        "--head".to_owned()
    } else {
        format!("--request {}", quoted(&activity.method))
    };
    lines.push(format!(
        "curl --globoff --path-as-is {method} {}",
        quoted(&format!("{before}{}", activity.path))
    ));
    lines.push(r#"--header "Authorization: Bearer $SCIM_TOKEN""#.to_owned());
    let headers = sent_headers(activity);
    if headers.iter().any(|(_, value)| value.contains(CUT)) {
        comments.push("Headers that are not stored whole are left out.");
    }
    let whole = headers.iter().filter(|(_, value)| !value.contains(CUT));
    lines.extend(whole.map(|(name, value)| format!("--header {}", quoted(&format!("{name}: {value}")))));
    if matches!(activity.method.as_str(), "POST" | "PUT" | "PATCH") {
        if activity.headers.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            // The client sent none; curl would send that of a form.
            lines.push("--header Content-Type:".to_owned());
        }
        match activity.request_body.as_deref() {
            None => comments.push("The body is not stored, so this command sends none."),
            Some(_) if activity.bodies == RecordedBodies::Masked => {
                comments.push("The values of the body are not stored, so this command sends none.");
            }
            Some(body) if serde_json::from_str::<serde::de::IgnoredAny>(body).is_err() => {
                comments.push("Only a part of the body is stored, so this command sends none.");
            }
            Some(body) => {
                if body.contains(NOT_STORED) {
                    comments.push("Secrets in the body are not stored and are \"(not stored)\" below.");
                }
                // A body that begins with @ is no name of a file.
                lines.push(format!("--data-raw {}", quoted(body)));
            }
        }
    }
    let mut text = String::new();
    for comment in comments {
        text.push_str("# ");
        text.push_str(comment);
        text.push('\n');
    }
    text.push_str(&lines.join(" \\\n  "));
    Some(text)
}

/// The headers that the command has. Where they are not recorded, a body has the type that it must have.
fn sent_headers(activity: &Activity) -> Vec<(&str, &str)> {
    let Some(headers) = &activity.headers else {
        let has_body = matches!(activity.method.as_str(), "POST" | "PUT" | "PATCH");
        return has_body.then_some(("Content-Type", "application/scim+json")).into_iter().collect();
    };
    let repeated = headers.request.fields().filter(|(name, _)| REPEATED.contains(name));
    // Clients are recognised by it.
    repeated.chain(activity.user_agent.as_deref().map(|name| ("user-agent", name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::example::example;
    use std::process::Command;
    use store::RecordedHeaders;

    fn address() -> Address {
        Address::of("https://scim.example.com")
    }

    /// What a shell passes to a program: its standard output by `script`.
    fn bash(script: &str) -> String {
        let done =
            Command::new("bash").args(["--norc", "-c", script]).env("SCIM_TOKEN", "fdn_t").output().unwrap();
        assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// The arguments with which a shell would start curl.
    fn arguments(command: &str) -> Vec<String> {
        let passed = bash(&format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{command}"));
        passed.split_terminator('\0').map(str::to_owned).collect()
    }

    #[test]
    fn the_command_has_the_request_and_the_token_of_the_environment() {
        let body = r#"{"userName":"o'brien@x.org","note":"@a $(id) \"q\" \\ \n"}"#;
        let path = "/Users?filter=emails%5Btype+eq+%22work%22%5D";
        let activity = Activity { request_body: Some(body.to_owned()), ..example("POST", path) };
        let command = curl(&address(), WayIn::Proxy, &activity).unwrap();
        assert_eq!(
            arguments(&command),
            [
                "--globoff",
                "--path-as-is",
                "--request",
                "POST",
                "https://scim.example.com/scim/v2/c1/Users?filter=emails%5Btype+eq+%22work%22%5D",
                "--header",
                "Authorization: Bearer fdn_t",
                "--header",
                "Content-Type: application/scim+json",
                "--data-raw",
                body,
            ]
        );
        assert!(!command.contains('#'), "nothing is missing: {command}");
    }

    #[test]
    fn the_command_has_the_headers_that_were_recorded() {
        let with = |method: &str, sent: &[(&str, &str)]| {
            let mut headers = RecordedHeaders::default();
            for (name, value) in sent {
                headers.request.push(name, value);
            }
            let body = Some("{}".to_owned());
            let activity =
                Activity { headers: Some(headers), request_body: body, ..example(method, "/Users/1") };
            let command = curl(&address(), WayIn::Proxy, &activity).unwrap();
            let arguments = arguments(&command);
            let headers = arguments.iter().zip(&arguments[1..]).filter(|(option, _)| *option == "--header");
            (headers.map(|(_, header)| header.clone()).collect::<Vec<_>>(), command)
        };
        let [token, agent] = ["Authorization: Bearer fdn_t", "user-agent: scim2-client/0.7"];
        let sent = [
            ("host", "scim.example.com"),
            ("authorization", "Bearer …"),
            ("content-type", "application/json; charset=utf-8"),
            ("content-length", "2"),
            ("if-match", "W/\"3\""),
        ];
        let expected = [token, "content-type: application/json; charset=utf-8", "if-match: W/\"3\"", agent];
        assert_eq!(with("PUT", &sent).0, expected);
        assert_eq!(with("PUT", &[]).0, [token, agent, "Content-Type:"], "as the client sent none");
        let (headers, command) = with("GET", &[("accept", "a;token=…")]);
        assert_eq!(headers, [token, agent]);
        assert!(command.starts_with("# Headers that are not stored whole"), "{command}");
    }

    #[test]
    fn what_is_missing_is_named_and_the_command_still_runs() {
        let with = |body: Option<&str>| Activity {
            request_body: body.map(str::to_owned),
            ..example("PATCH", "/Users/1")
        };
        for (activity, missing) in [
            (with(None), "The body is not stored"),
            (
                Activity { bodies: RecordedBodies::Masked, ..with(Some(r#"{"userName":"(text)"}"#)) },
                "The values of the body are not stored",
            ),
            (with(Some("{\"userName\":\"ada…")), "Only a part of the body"),
            (with(Some(r#"{"password":"(not stored)"}"#)), "Secrets in the body"),
            (example("GET", "/Users?access_token=…"), "A part of the address"),
        ] {
            let command = curl(&address(), WayIn::Proxy, &activity).unwrap();
            assert!(command.starts_with(&format!("# {missing}")), "{command}");
            let has_body = arguments(&command).contains(&"--data-raw".to_owned());
            assert_eq!(has_body, missing == "Secrets in the body", "{command}");
        }
        assert_eq!(curl(&address(), WayIn::Proxy, &example("", "")), None, "a row that has neither");
    }

    #[test]
    fn a_request_that_met_no_endpoint_goes_where_it_went() {
        let missed = Activity {
            reason: Some("path.unknown".to_owned()),
            token_id: None,
            ..example("GET", "/scim/v2/Users")
        };
        let command = curl(&address(), WayIn::Proxy, &missed).unwrap();
        assert_eq!(arguments(&command)[4], "https://scim.example.com/scim/v2/Users");
        let head = curl(&address(), WayIn::Proxy, &example("HEAD", "/Users")).unwrap();
        assert_eq!(arguments(&head)[2], "--head", "curl does not wait for a body");
    }
}
