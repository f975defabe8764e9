//! The tokens of a filter, without its grammar: enough to move them safely. Nesting is not followed, so the depth of a
//! filter costs nothing.

use std::ops::Range;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name, an operator, a number, `true`, `and`.
    Word,
    /// A text in quotes, the quotes included.
    Text,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `(` or `)`
    Parenthesis,
}

/// A token and its range of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// In bytes; longer filters are not changed, and `scim` refuses them.
const LONGEST: usize = 16 * 1024;

/// Splits a filter; none if a quote is never closed or the text is too long.
pub(crate) fn tokens(text: &str) -> Option<Vec<Token>> {
    if text.len() > LONGEST {
        return None;
    }
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (kind, end) = match byte {
            b' ' | b'\t' => {
                at += 1;
                continue;
            }
            b'[' => (Kind::OpenBracket, at + 1),
            b']' => (Kind::CloseBracket, at + 1),
            b'(' | b')' => (Kind::Parenthesis, at + 1),
            b'"' => (Kind::Text, closing_quote(bytes, at)? + 1),
            _ => (Kind::Word, word_end(bytes, at)),
        };
        tokens.push(Token { kind, range: at..end });
        at = end;
    }
    Some(tokens)
}

fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'[' | b']' | b'(' | b')' | b'"');
    bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length)
}
