//! The parts of a JSON text as slices of it, without making values: a text that this server wrote is sent again as it is.

/// Takes the members of an object or the items of an array apart.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

/// Hands over each member of the object: its name as it is written, and the text of its value.
///
/// `None`: the text is not an object, a name has an escape, or `take` answered `None`. What is inside of the values is not
/// checked: the text must be JSON.
pub(crate) fn members<'t>(text: &'t str, mut take: impl FnMut(&'t str, &'t str) -> Option<()>) -> Option<()> {
    let mut scan = Scan::of(text, b'{')?;
    if scan.ends_with(b'}') {
        return scan.is_whole();
    }
    loop {
        let name = scan.value()?;
        let name = name.strip_prefix('"')?.strip_suffix('"').filter(|name| !name.contains('\\'))?;
        scan.next(b':')?;
        take(name, scan.value()?)?;
        if scan.ends_with(b'}') {
            return scan.is_whole();
        }
        scan.next(b',')?;
    }
}

/// Hands over the text of each item of the array; `None` as [`members`] does.
pub(crate) fn items<'t>(text: &'t str, mut take: impl FnMut(&'t str) -> Option<()>) -> Option<()> {
    let mut scan = Scan::of(text, b'[')?;
    if scan.ends_with(b']') {
        return scan.is_whole();
    }
    loop {
        take(scan.value()?)?;
        if scan.ends_with(b']') {
            return scan.is_whole();
        }
        scan.next(b',')?;
    }
}

impl<'t> Scan<'t> {
    fn of(text: &'t str, opening: u8) -> Option<Self> {
        let mut scan = Self { text, at: 0 };
        scan.next(opening)?;
        Some(scan)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes this byte, which must be next.
    fn next(&mut self, expected: u8) -> Option<()> {
        self.skip_space();
        (self.byte()? == expected).then(|| self.at += 1)
    }

    /// Takes this byte if it is next.
    fn ends_with(&mut self, closing: u8) -> bool {
        self.next(closing).is_some()
    }

    /// Nothing follows.
    fn is_whole(&mut self) -> Option<()> {
        self.skip_space();
        self.byte().is_none().then_some(())
    }

    /// Takes the text of a value.
    fn value(&mut self) -> Option<&'t str> {
        self.skip_space();
        let from = self.at;
        let mut depth = 0_usize;
        loop {
            match self.byte()? {
                b'"' => {
                    self.string()?;
                    if depth == 0 {
                        break;
                    }
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'}' | b']' | b',' | b':' if depth == 0 => break,
                _ => self.at += 1,
            }
        }
        self.text.get(from..self.at).map(str::trim_end).filter(|value| !value.is_empty())
    }

    fn string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            match bytes.get(at)? {
                b'"' => break,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        Some(())
    }
}

/// Writes a text as JSON, in quotes.
pub fn push_text(out: &mut String, text: &str) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' if byte != b'"' && byte != b'\\')) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn parts(text: &str) -> Option<Vec<(&str, &str)>> {
        let mut found = Vec::new();
        members(text, |name, value| {
            found.push((name, value));
            Some(())
        })?;
        Some(found)
    }

    #[test]
    fn members_are_slices_of_the_text() {
        let text = r#" { "a" : "x\"}," , "b":[1,{"c":"]"}] ,"d":{} , "e":-1.5e3, "f": true } "#;
        let expected =
            [("a", r#""x\"},""#), ("b", r#"[1,{"c":"]"}]"#), ("d", "{}"), ("e", "-1.5e3"), ("f", "true")];
        assert_eq!(parts(text).as_deref(), Some(&expected[..]));
        assert_eq!(parts("{}"), Some(Vec::new()), "no member");
        for other in
            ["", "[]", "{", "{}x", r#"{"a"}"#, r#"{"a":}"#, r#"{"a":1,}"#, r#"{"a\u0062":1}"#, "{a:1}"]
        {
            assert_eq!(parts(other), None, "{other}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<i16>().prop_map(|number| Value::from(f64::from(number) / 2.0)),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec(("[a-zA-Z0-9:.$é]{0,6}", inner), 0..5)
                    .prop_map(|members| Value::Object(Map::from_iter(members))),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_parts_of_any_value_are_its_members_and_items(inner in value(), is_pretty in any::<bool>()) {
            let (object, array) = (json!({"a": inner, "b": inner}), json!([inner, inner]));
            let text = |value: &Value| if is_pretty { format!("{value:#}") } else { value.to_string() };
            let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            let mut found = Map::new();
            members(&text(&object), |name, value| {
                found.insert(name.to_owned(), parse(value));
                Some(())
            }).unwrap();
            prop_assert_eq!(Value::Object(found), object);
            let mut found = Vec::new();
            items(&text(&array), |item| {
                found.push(parse(item));
                Some(())
            }).unwrap();
            prop_assert_eq!(Value::Array(found), array);
        }

        #[test]
        fn no_text_is_a_panic(text in ".{0,60}", json in "[\\[\\]{}\",:\\\\a1 ]{0,40}") {
            for text in [text, json] {
                let _found = parts(&text);
                let _found = items(&text, |_| Some(()));
            }
        }
    }
}
