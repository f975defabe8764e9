//! What is never stored, at whatever place and in whatever spelling it arrives: passwords, tokens and other credentials. A
//! text is judged without its disguises (percent-encoding, escapes, full-width letters, marks that show nothing), by the
//! name of a secret and by its shape. What is no secret is readable.

mod decode;
mod member_names;
mod names;
mod shapes;

use serde_json::{Map, Value};

use decode::decode;
use member_names::MemberName;
use shapes::HIDDEN;

/// What replaces a whole value.
const NOT_STORED: &str = "(not stored)";
/// Shorter secrets are not looked for by their value: they would be found in half of all words.
const SHORTEST: usize = 6;
/// How many secrets of one request are looked for by their value.
const MOST_KNOWN: usize = 64;

/// Redacts what is recorded of one exchange. A secret that its name reveals in one place is hidden in every other place
/// too, should an answer or a sentence repeat it.
#[derive(Debug, Default)]
pub(crate) struct Redaction {
    known: Vec<String>,
    /// The body that is being redacted had one.
    has_changed: bool,
}

impl Redaction {
    /// No secret is known that a text could repeat.
    pub(crate) const fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes the secrets out of a body; whether there were any. Its depth is bounded where it is parsed.
    pub(crate) fn body(&mut self, value: &mut Value) -> bool {
        self.has_changed = false;
        self.value(value);
        self.has_changed
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => self.members(members),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::String(text) => self.replace(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn members(&mut self, members: &mut Map<String, Value>) {
        let names_one = members.iter().any(|(key, value)| {
            let named = || value.as_str().is_some_and(|text| MemberName::read(text).is_secret);
            match MemberName::read(key).simple.as_str() {
                "path" => named(),
                "name" | "key" | "type" | "attribute" | "field" | "label" | "display" => {
                    value.as_str().is_some_and(|text| !text.contains(' ')) && named()
                }
                _ => false,
            }
        });
        let mut odd_names = Vec::new();
        for (key, value) in &mut *members {
            let name = MemberName::read(key);
            let is_value =
                names_one && matches!(name.simple.as_str(), "value" | "values" | "newvalue" | "data");
            if names::is_capability(&name.simple) || matches!(value, Value::Null | Value::Bool(_)) {
                self.value(value);
            } else if is_value || name.is_secret {
                self.learn(value);
                self.has_changed = true;
                *value = NOT_STORED.into();
            } else if let (Value::String(text), "filter" | "path") = (&mut *value, name.simple.as_str()) {
                let clean = self.expression(text, false).unwrap_or_else(|| NOT_STORED.to_owned());
                self.has_changed |= clean != *text;
                *text = clean;
            } else {
                self.value(value);
            }
            if !name.is_plain || !self.known.is_empty() && self.is_touched(key) {
                odd_names.push(key.clone());
            }
        }
        if !odd_names.is_empty() {
            self.has_changed = true;
            *members = std::mem::take(members)
                .into_iter()
                .map(
                    |(key, value)| {
                        if odd_names.contains(&key) { (self.text(key), value) } else { (key, value) }
                    },
                )
                .collect();
        }
    }

    /// The path and query of a request without the secrets in it.
    pub(crate) fn address(&mut self, path: &str, query: Option<&str>) -> String {
        let mut shown = Vec::new();
        let mut is_named = false;
        for part in path.split('/') {
            let is_secret_itself = is_named && !part.is_empty();
            if is_secret_itself && let Some(view) = decode(part, false) {
                self.know(&view);
            }
            shown.push(if is_secret_itself { HIDDEN.to_owned() } else { self.text(part.to_owned()) });
            is_named = is_secret(part, false);
        }
        let path = shown.join("/");
        match query {
            Some(query) => {
                let parts: Vec<String> = query.split('&').map(|part| self.parameter(part)).collect();
                format!("{path}?{}", parts.join("&"))
            }
            None => path,
        }
    }

    fn parameter(&mut self, part: &str) -> String {
        let Some((key, value)) = part.split_once('=') else { return escaped(part, self.free(part, true)) };
        if is_secret(key, true) {
            if let Some(value) = decode(value, true) {
                self.know(&value);
            }
            let key = if key.is_ascii() && !key.contains('%') { key } else { HIDDEN };
            return format!("{key}={HIDDEN}");
        }
        // The whole of it as well, should the name and the value only together say what it is.
        if decode(part, true).is_none_or(|view| shapes::hide(&view, |_| ()).is_none()) {
            let key = escaped(key, self.free(key, true));
            let value = self.expression(value, true).map_or(HIDDEN.to_owned(), |seen| escaped(value, seen));
            return format!("{key}={value}");
        }
        match self.expression(value, true) {
            Some(seen) if seen != value => format!("{key}={}", escaped(value, seen)),
            Some(_) | None => format!("{}={HIDDEN}", escaped(key, self.free(key, true))),
        }
    }

    /// A filter or a path: None when it speaks of a secret and holds a value.
    fn expression(&mut self, text: &str, plus: bool) -> Option<String> {
        let view = decode(text, plus)?;
        if view.contains(['"', '\'']) && names::is_secret(&view) {
            view.split(['"', '\'']).skip(1).step_by(2).for_each(|value| self.know(value));
            return None;
        }
        Some(self.free(text, plus))
    }

    /// Any other text without the secrets in it.
    pub(crate) fn text(&mut self, text: String) -> String {
        let clean = self.free(&text, false);
        if clean == text { text } else { clean }
    }

    fn replace(&mut self, text: &mut String) {
        if self.is_touched(text) {
            self.has_changed = true;
            *text = self.free(text, false);
        }
    }

    /// Whether a text has a secret.
    pub(crate) fn is_touched(&self, text: &str) -> bool {
        decode(text, false).is_none_or(|view| {
            shapes::hide(&view, |_| ()).is_some()
                || self.known.iter().any(|known| view.contains(known.as_str()))
        })
    }

    /// The text as it is when nothing has to be hidden, else without disguise and without its secrets.
    fn free(&mut self, text: &str, plus: bool) -> String {
        let Some(view) = decode(text, plus) else { return HIDDEN.to_owned() };
        let mut clean = shapes::hide(&view, |secret| self.know(secret));
        for known in &self.known {
            let now = clean.as_deref().unwrap_or(&view);
            if now.contains(known.as_str()) {
                clean = Some(now.replace(known.as_str(), HIDDEN));
            }
        }
        clean.unwrap_or_else(|| text.to_owned())
    }

    fn learn(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.know(text),
            Value::Number(number) => self.know(&number.to_string()),
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(members) => members.values().for_each(|member| self.learn(member)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn know(&mut self, secret: &str) {
        let is_new = !self.known.iter().any(|known| known == secret);
        if secret.len() >= SHORTEST && self.known.len() < MOST_KNOWN && is_new {
            self.known.push(secret.to_owned());
        }
    }
}

/// Whether a name, however it is spelt, is that of a secret. One with endless layers is taken for one.
fn is_secret(name: &str, plus: bool) -> bool {
    decode(name, plus).is_none_or(|view| names::is_secret(&view))
}

/// What was decoded to take something out of it, so that it can be put into an address again.
fn escaped(before: &str, after: String) -> String {
    if after == before {
        return after;
    }
    let mut out = String::with_capacity(after.len());
    for letter in after.chars() {
        match letter {
            '%' => out.push_str("%25"),
            '&' => out.push_str("%26"),
            '+' => out.push_str("%2B"),
            '#' => out.push_str("%23"),
            ' ' => out.push_str("%20"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sentences as own;

    #[test]
    fn our_own_refusals_are_shown_whole() {
        let all = [
            own::UNKNOWN_TOKEN,
            own::REVOKED_TOKEN,
            own::EXPIRED_TOKEN,
            own::OTHER_CONNECTION,
            own::PLAIN_HTTP,
            own::EXPOSED_TOKEN,
            own::POSSIBLY_EXPOSED_TOKEN,
        ];
        for sentence in all {
            assert_eq!(Redaction::default().text(sentence.to_owned()), sentence);
        }
    }

    #[test]
    fn passwords_are_hidden_at_every_place_of_a_body_and_the_rest_is_shown() {
        let mut body = json!({
            "password": "s3cret-one", "userName": "ada", "filter": "userName pr and Password eq \"s3cret-one\"",
            "changePassword": {"supported": false},
            "nested": "{\"password\":\"s3cret-two\"}",
            "p\u{200b}assword": "s3cret-one", "ｐassword": 5_550_123, "password hint": "s3cret-one",
            "echo": "the answer repeats s3cret-one here",
            "Operations": [
                {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "s3cret"},
                {"op": "replace", "path": "password.value", "value": ["s3cret"]},
                {"op": "replace", "path": "p%61ssword", "value": "s3cret"},
                {"op": "replace", "value": {"PASSWORD": "s3cret", "title": "Countess"}},
                {"op": "replace", "value": {"password.value": "s3cret"}},
                {"op": "remove", "path": "emails[password eq \"s3cret\"]"},
                {"op": "remove", "path": "password[value eq \"s3cret\"]"},
                {"op": "remove", "path": "emails[value eq \"a@x.org\"]"},
                {"method": "POST", "data": {"Password": ["s3cret"]}},
                {"name": "password", "value": "s3cret"},
            ],
        });
        assert!(Redaction::default().body(&mut body), "something is hidden");
        let text = body.to_string();
        assert!(!text.contains("s3cret") && !text.contains("5550123"), "{text}");
        for shown in ["Countess", "ada", "a@x.org", "\"supported\":false", "repeats … here", "password.value"]
        {
            assert!(text.contains(shown), "{shown} is no secret: {text}");
        }
    }

    #[test]
    fn a_body_without_secrets_is_unchanged() {
        let mut body = json!({"userName": "ada", "filter": "userName eq \"ada\"", "changePassword": {"supported": false}});
        let before = body.clone();
        assert!(!Redaction::default().body(&mut body));
        assert_eq!(body, before);
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        let token = format!("fdn_0123456789_{}", "s".repeat(49));
        for (path, query, shown) in [
            ("/Users", "count=1&filter=userName+eq+%22ada%22", "/Users?count=1&filter=userName+eq+%22ada%22"),
            ("/Users", "filter=p%61ssword+eq+%22s3cret%22&count=1", "/Users?filter=…&count=1"),
            ("/Users", "filter=password%20eq%20s3cret", "/Users?filter=password%20eq%20…"),
            ("/Users", "pwd=s3cret&a=b", "/Users?pwd=…&a=b"),
            ("/Users", "p%77d=s3cret", "/Users?…=…"),
            ("/Users", "a=1%26pwd%3Ds3cret", "/Users?a=1%26pwd=…"),
            ("/Users", "pwd%3Ds3cret", "/Users?pwd=…"),
            ("/Users", "attributes=password,userName", "/Users?attributes=password,userName"),
            ("/Users/password/s3cret", "", "/Users/password/…?"),
            (&format!("/Users/{token}"), "", "/Users/fdn_0123456789…?"),
            ("/Users", &format!("access_token={token}&count=1"), "/Users?access_token=…&count=1"),
            ("/Users", &format!("q={token}&count=1"), "/Users?q=fdn_0123456789…&count=1"),
            (&format!("/Users/{}", token.replace('_', "%5F")), "", "/Users/fdn_0123456789…?"),
            ("/Users", &format!("q={}", token.replace('_', "%255f")), "/Users?q=fdn_0123456789…"),
        ] {
            assert_eq!(Redaction::default().address(path, Some(query)), shown, "{path}?{query}");
        }
    }
}
