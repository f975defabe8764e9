//! The one case fold of the product.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// Folds a text for comparison where `caseExact` is false: Unicode's `NFKC_Casefold`.
///
/// Two texts that differ only in case, in width (`Ａ` and `A`), in composition (`é` as one or two characters) or
/// in invisible characters fold to the same text. The fold is idempotent, `fold(fold(x)) == fold(x)`, so it does
/// not matter on which side of the store it happens. Keep it *beside* the original: a folded text is for
/// comparing and indexing, never for showing or mailing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
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

fn once(text: &str) -> String {
    text.chars()
        .nfd()
        .default_case_fold()
        .nfkd()
        .default_case_fold()
        .filter(|c| !is_ignorable(*c))
        .nfkc()
        .collect()
}

/// Unicode's `Default_Ignorable_Code_Point`: characters that show nothing.
pub fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::fold;
    use proptest::prelude::*;

    #[test]
    fn texts_that_a_person_calls_the_same_fold_to_the_same() {
        for (left, right) in [
            ("Ada@Example.COM", "ada@example.com"),
            ("STRASSE", "straße"),
            ("\u{212A}elvin", "kelvin"),
            ("Ａｄａ", "ada"),
            ("e\u{301}", "É"),
            ("ada\u{200B}", "ada"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ] {
            assert_eq!(fold(left), fold(right), "{left:?} and {right:?} are one name");
        }
    }

    #[test]
    fn the_dotless_i_stays_another_letter() {
        assert_ne!(
            fold("m\u{131}ke"),
            fold("mike"),
            "folding ı to i let strangers reset passwords elsewhere"
        );
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
