//! A text without its disguises: percent-encoding, escapes, other forms of a letter, invisible marks.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization as _, is_nfkc};

/// How many layers of encoding are taken off. What has more of them is nothing that a client sends by accident.
const MOST_LAYERS: usize = 8;

/// The text without its disguises, in its own letter case. None when there is another layer below all that are taken
/// off. `plus`: a plus sign is a space, as in a query.
pub(super) fn decode(text: &str, plus: bool) -> Option<Cow<'_, str>> {
    if is_plain(text, plus) {
        return Some(Cow::Borrowed(text));
    }
    let mut now = if plus { text.replace('+', " ") } else { text.to_owned() };
    for _ in 0..MOST_LAYERS {
        let next: String = decode_layer(&now).nfkc().filter(|c| !is_unseen(*c)).collect();
        if next == now {
            return Some(Cow::Owned(now));
        }
        now = next;
    }
    None
}

fn is_plain(text: &str, plus: bool) -> bool {
    let is_encoded =
        |byte: &u8| *byte == b'%' || *byte == b'\\' || (plus && *byte == b'+') || byte.is_ascii_control();
    !text.as_bytes().iter().any(is_encoded)
        && (text.is_ascii() || (is_nfkc(text) && !text.chars().any(is_unseen)))
}

/// Takes off one layer of `%41`, `%u0041` and `\u0041`. What is none of them is left as it is.
fn decode_layer(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let unit = match (first, tail) {
            (b'%' | b'\\', [b'u' | b'U', digits @ ..]) => number(digits, 4).map(|unit| (unit, 6)),
            (b'%', digits) => number(digits, 2).map(|byte| (byte, 3)),
            _ => None,
        };
        match unit {
            Some((unit, 6)) => {
                let letter = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
                bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[6..];
            }
            Some((byte, length)) => {
                bytes.push(u8::try_from(byte).unwrap_or(b'?'));
                rest = &rest[length..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The number that so many hexadecimal digits make.
fn number(digits: &[u8], count: usize) -> Option<u32> {
    let digits = digits.get(..count)?;
    digits
        .iter()
        .try_fold(0, |number, digit| char::from(*digit).to_digit(16).map(|digit| number * 16 + digit))
}

/// Marks that show nothing.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace()) || scim::is_ignorable(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_disguise_of_a_word_is_taken_off() {
        for text in [
            "password",
            "p%61ssword",
            "p%2561ssword",
            "p%25252561ssword",
            "p\\u0061ssword",
            "p%u0061ssword",
            "ｐａｓｓｗｏｒｄ",
            "p\u{200b}assword",
            "pass\u{ad}word",
            "p%E2%80%8Bassword",
            "%EF%BD%90assword",
            "pass\u{7}word",
        ] {
            assert_eq!(decode(text, false).as_deref(), Some("password"), "{text}");
        }
    }

    #[test]
    fn what_has_no_disguise_is_left_as_it_is() {
        for text in ["userName eq \"ada\"", "100 % sure", "50%", "C:\\users", "Zoë", "a+b", "%zz"] {
            assert_eq!(decode(text, false).as_deref(), Some(text), "{text}");
        }
        assert_eq!(decode("a+b", true).as_deref(), Some("a b"), "in a query");
    }

    #[test]
    fn a_text_with_endless_layers_is_given_up() {
        let deep = (0..20).fold("%61".to_owned(), |text, _| text.replace('%', "%25"));
        assert_eq!(decode(&deep, false), None);
    }
}
