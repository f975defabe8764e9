//! Tokens of a filter, each with its position.

use crate::error::{Error, ScimType, quoted};

/// What a filter is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// A name, an operator, a number, `true`, `false` or `null`.
    Word(&'t str),
    /// A JSON string, unescaped.
    Text(String),
    /// Nothing more.
    End,
}

impl Token<'_> {
    /// The token as a detail shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
            Self::OpenBracket => "[".to_owned(),
            Self::CloseBracket => "]".to_owned(),
            Self::Word(word) => quoted(word),
            Self::Text(text) => format!("the text {}", quoted(text)),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Reads tokens off a text, one ahead of the parser.
pub(super) struct Lexer<'t> {
    text: &'t str,
    position: usize,
    offset: usize,
}

impl<'t> Lexer<'t> {
    /// `offset` characters of a longer text precede this one; positions are counted from its start.
    pub(super) fn new(text: &'t str, offset: usize) -> Self {
        Self { text, position: 0, offset }
    }

    /// An error that points at a byte of the text, given as the number of the character.
    pub(super) fn refuse(&self, at: usize, detail: &str) -> Error {
        let character = self.text.get(..at).map_or(0, |before| before.chars().count()) + 1 + self.offset;
        Error::bad_request(ScimType::InvalidFilter, format!("filter, character {character}: {detail}"))
    }

    /// The next token and the byte it starts at.
    pub(super) fn next(&mut self) -> Result<(Token<'t>, usize), Error> {
        let rest = &self.text[self.position..];
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let start = self.position + (rest.len() - trimmed.len());
        let Some(first) = trimmed.bytes().next() else {
            self.position = self.text.len();
            return Ok((Token::End, start));
        };
        let single = match first {
            b'(' => Some(Token::Open),
            b')' => Some(Token::Close),
            b'[' => Some(Token::OpenBracket),
            b']' => Some(Token::CloseBracket),
            _ => None,
        };
        if let Some(token) = single {
            self.position = start + 1;
            return Ok((token, start));
        }
        if first == b'"' {
            let length = self.string_length(trimmed, start)?;
            self.position = start + length;
            let text = serde_json::from_str::<String>(&trimmed[..length])
                .map_err(|error| self.refuse(start, &format!("a text that is not a JSON string: {error}")))?;
            if text.contains('\0') {
                return Err(self.refuse(start, "a text with the character NUL, which no value has"));
            }
            return Ok((Token::Text(text), start));
        }
        let ends =
            |character: char| matches!(character, ' ' | '\t' | '\r' | '\n' | '(' | ')' | '[' | ']' | '"');
        let length = trimmed.find(ends).unwrap_or(trimmed.len());
        self.position = start + length;
        Ok((Token::Word(&trimmed[..length]), start))
    }

    /// The bytes from an opening quote to the closing one.
    fn string_length(&self, text: &str, start: usize) -> Result<usize, Error> {
        let mut escaped = false;
        for (index, byte) in text.bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return Ok(index + 1),
                _ => {}
            }
        }
        Err(self.refuse(start, "a text without its closing quote"))
    }
}
