//! The one case fold of the product.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// Folds a text for comparison where `caseExact` is false: Unicode's `NFKC_Casefold`, and blanks as a reader sees them.
///
/// Two texts that differ only in case, in width (`Ａ` and `A`), in composition (`é` as one or two characters), in
/// invisible characters, in the kind or number of blanks between words, or in blanks at their ends fold to the same
/// text. The fold is idempotent, `fold(fold(x)) == fold(x)`, so it does not matter on which side of the store it
/// happens. Store it *beside* the original: a folded text is for comparing and indexing, never for showing or mailing.
pub fn fold(text: &str) -> String {
    let folded = fold_within(text);
    match folded.trim_matches(' ') {
        trimmed if trimmed.len() == folded.len() => folded,
        trimmed => trimmed.to_owned(),
    }
}

/// As [`fold`], for a text that is looked for within others: the blank at its end separates words there.
pub(crate) fn fold_within(text: &str) -> String {
    if text.is_ascii() {
        return squeezed(text.to_ascii_lowercase());
    }
    let mut folded = once(text);
    // One round is a fixed point for almost every text; the loop makes idempotence a fact instead of a hope.
    for _ in 0..4 {
        let again = once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// Whether a text has characters that no name has and that change how the rest of it looks: marks that turn the
/// direction of writing (with them one name is shown as another), and separators of lines and paragraphs.
pub fn is_disguised(text: &str) -> bool {
    text.chars().any(|character| matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
}

/// Each run of blanks, of any kind, as one space.
fn squeezed(text: String) -> String {
    let is_plain = |text: &str| !text.contains("  ") && !text.contains(|c| is_blank(c) && c != ' ');
    if is_plain(&text) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if !is_blank(character) {
            out.push(character);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Unicode's `White_Space`, and the blank of Braille, which is no separator but shows as one.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{2800}'
}

fn once(text: &str) -> String {
    let folded = text
        .chars()
        .nfd()
        .default_case_fold()
        .nfkd()
        .default_case_fold()
        .filter(|c| !is_ignorable(*c))
        .nfkc()
        .collect();
    squeezed(folded)
}

/// Unicode's `Default_Ignorable_Code_Point` and the marks of interlinear annotations: characters that show nothing.
pub fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_within, is_disguised};
    use proptest::prelude::*;

    #[test]
    fn texts_that_look_the_same_fold_to_the_same() {
        for (left, right) in [
            ("Ada@Example.COM", "ada@example.com"),
            ("STRASSE", "straße"),
            ("\u{212A}elvin", "kelvin"),
            ("Ａｄａ", "ada"),
            ("e\u{301}", "É"),
            ("ada\u{200B}", "ada"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            (" ada ", "ada"),
            ("ada\u{A0}", "\u{3000}ada"),
            ("ada  byron", "ada\u{2003}byron"),
            ("ada\tbyron", "ada\u{2028}byron"),
            ("ada\u{1680}byron", "ada\u{2800}byron"),
            ("a\u{200D}d\u{200E}a\u{2060}", "ada"),
            ("a\u{AD}da\u{FE0F}\u{E0041}", "\u{FEFF}ada"),
            ("ada \u{200B} byron", "ada byron"),
            ("\u{FFF9}ada\u{FFFB}", "ada"),
        ] {
            assert_eq!(fold(left), fold(right), "{left:?} and {right:?} are one name");
        }
    }

    #[test]
    fn within_another_text_a_blank_at_the_end_counts() {
        assert_eq!(fold_within("Ada\u{A0} "), "ada ", "it separates the word from the next");
        assert!(
            !fold("Adalbert").starts_with(&fold_within("Ada ")),
            "so that it is not the beginning of any word"
        );
    }

    #[test]
    fn what_turns_the_direction_of_writing_is_a_disguise() {
        for text in ["\u{202E}gro.x@ada", "a\u{2066}b", "a\u{202C}", "a\u{2028}b", "a\u{2029}"] {
            assert!(is_disguised(text), "{text:?}");
        }
        for text in ["ada", "\u{5D0}\u{200F}", "\u{6A9}\u{200C}\u{647}", "a\u{A0}b"] {
            assert!(!is_disguised(text), "{text:?} is written so somewhere");
        }
    }

    #[test]
    fn the_dotless_i_is_another_letter() {
        assert_ne!(
            fold("m\u{131}ke"),
            fold("mike"),
            "folding ı to i has enabled password resets by others elsewhere"
        );
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
            let within = fold_within(&text);
            prop_assert_eq!(fold_within(&within), within);
        }
    }
}
