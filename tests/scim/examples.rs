//! The dialogue of `examples.txt`, in the shapes of the examples of RFC 7644.

use std::collections::BTreeMap;

use serde_json::Value;
use tests::Api;

/// A block of the file.
struct Exchange<'f> {
    name: &'f str,
    line: &'f str,
    body: &'f str,
    status: u16,
    wanted: &'f str,
    save: Option<&'f str>,
}

fn exchanges(text: &str) -> Vec<Exchange<'_>> {
    text.split("\n=== ")
        .skip(1)
        .map(|block| {
            let (name, rest) = block.split_once('\n').unwrap();
            let (line, rest) = rest.split_once('\n').unwrap();
            let (body, rest) = rest.split_once("-> ").unwrap();
            let (status, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            let (wanted, save) =
                rest.split_once("\nsave ").map_or((rest, None), |(json, name)| (json, Some(name.trim())));
            Exchange {
                name,
                line,
                body: body.trim(),
                status: status.trim().parse().unwrap(),
                wanted: wanted.trim(),
                save,
            }
        })
        .collect()
}

/// Holds an answer to what is wanted of it, and says where it differs.
fn differs(wanted: &Value, got: &Value, place: &str) -> Option<String> {
    let no = || Some(format!("{place}: {wanted} wanted, got {got}"));
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => wanted.iter().find_map(|(name, value)| {
            let found = got.get(name).unwrap_or(&Value::Null);
            differs(value, found, &format!("{place}.{name}"))
        }),
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => wanted
            .iter()
            .zip(got)
            .enumerate()
            .find_map(|(n, (wanted, got))| differs(wanted, got, &format!("{place}[{n}]"))),
        (Value::String(any), Value::String(text)) if any == "*" && !text.is_empty() => None,
        _ if wanted == got => None,
        _ => no(),
    }
}

#[tokio::test]
async fn the_dialogue_of_rfc_7644_goes_as_the_rfc_shows_it() {
    let api = Api::start("custom").await;
    let mut saved: BTreeMap<String, String> = BTreeMap::new();
    let exchanges = exchanges(include_str!("examples.txt"));
    assert!(exchanges.len() > 35, "{} exchanges are read", exchanges.len());
    for exchange in exchanges {
        // Longer names first, so that $maja.version is not taken for $maja.
        let fill = |text: &str| {
            saved
                .iter()
                .rev()
                .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
        };
        let line = fill(exchange.line);
        let mut words = line.split("  ");
        let (method, path) = words.next().unwrap().split_once(' ').unwrap();
        let headers: Vec<(&str, &str)> = words.map(|header| header.split_once(": ").unwrap()).collect();
        let body: Option<Value> = (!exchange.body.is_empty()).then(|| {
            serde_json::from_str(&fill(exchange.body))
                .unwrap_or_else(|error| panic!("{}: {error}", exchange.name))
        });
        let reply = api.scim_with(method, path, &headers, body).await;
        assert_eq!(reply.status.as_u16(), exchange.status, "{}: {}", exchange.name, reply.body);
        if exchange.wanted.is_empty() {
            assert_eq!(reply.body, Value::Null, "{}: no body", exchange.name);
        } else {
            let wanted = serde_json::from_str(&fill(exchange.wanted))
                .unwrap_or_else(|error| panic!("{}: {error}", exchange.name));
            if let Some(difference) = differs(&wanted, &reply.body, "") {
                panic!("{}: {difference}", exchange.name);
            }
        }
        if let Some(name) = exchange.save {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            saved.insert(name.to_owned(), text(&reply.body["id"]));
            saved.insert(format!("{name}.version"), text(&reply.body["meta"]["version"]));
        }
    }
}
