#![no_main]
//! Any text is a token or none; a token is read whole, and is never printed.

use libfuzzer_sys::fuzz_target;

// The file itself: the crate `store` would bring SQLite with it.
#[expect(dead_code, reason = "tokens are drawn elsewhere")]
#[path = "../../../store/src/token_text.rs"]
mod token_text;

use token_text::TokenText;

fuzz_target!(|text: &str| {
    let Some(token) = TokenText::parse(text) else { return };
    assert_eq!(token.reveal(), text);
    assert_eq!((text.len(), token.key_id().len(), token.tail().len()), (64, 10, 4));
    assert!(token.matches(&token.hash()));
    assert!(!format!("{token:?}").contains(&text[15..60]));
    // The checksum finds each wrong character.
    for at in 4..text.len() {
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        if &text[at..=at] != "_" {
            assert!(TokenText::parse(&format!("{}{other}{}", &text[..at], &text[at + 1..])).is_none());
        }
    }
});
