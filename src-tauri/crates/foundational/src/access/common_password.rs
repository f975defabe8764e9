//! Passwords that are guessed first: common words, the owner's own name and address, runs and repetitions. The words are
//! in `common_words.txt`; the interface's hint (`ui/src/features/account/strength.ts`) reads the same file and follows the same rule.

use scim::fold;

/// Common passwords, and the words that they are made of, folded.
const WORDS: &str = include_str!("../common_words.txt");
/// A password of more common words than this is a passphrase.
const FEW_WORDS: usize = 2;
/// How many digits, signs and blanks beside those words make no difference.
const DECORATION: usize = 8;
/// Repetitions of a part of so many characters at most are not distinguished by anything else.
const SHORT_PART: usize = 6;
/// Nothing longer is made of two common words.
const LONGEST: usize = 128;

/// Whether a password is made of what is tried first: one or two common words with some digits and signs, also where
/// these stand for letters (`P@ssw0rd`), one short part again and again, or a run (`abcdef…`, `987654…`).
pub fn is_common(password: &str) -> bool {
    let text: Vec<char> = fold(password).chars().collect();
    repeats(&text) || is_made_of(&text, &common_words())
}

/// The same, and whether a password is made of its owner's name or e-mail address.
pub fn is_own(password: &str, name: &str, email: &str) -> bool {
    let text: Vec<char> = fold(password).chars().collect();
    let mut words = common_words();
    words.extend(own_words(name, email));
    is_made_of(&text, &words)
}

fn common_words() -> Vec<Vec<char>> {
    WORDS.split_whitespace().map(|word| word.chars().collect()).collect()
}

/// Name and address, whole and in their parts, as letters and digits.
fn own_words(name: &str, email: &str) -> Vec<Vec<char>> {
    let (name, email) = (fold(name), fold(email));
    let (local, domain) = email.split_once('@').unwrap_or((&email, ""));
    let parts =
        [&*name, local, domain].into_iter().flat_map(|whole| whole.split(|c: char| !c.is_alphanumeric()));
    [&*name, local, domain]
        .into_iter()
        .chain(parts)
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<char>>())
        .filter(|word| word.len() >= 3)
        .collect()
}

fn repeats(text: &[char]) -> bool {
    let step = |pair: &[char]| match pair {
        [one, next] => i64::from(u32::from(*next)) - i64::from(u32::from(*one)),
        _ => 0,
    };
    let run = text.windows(2).all(|pair| step(pair) == 1) || text.windows(2).all(|pair| step(pair) == -1);
    run || (1..=SHORT_PART.min(text.len() / 2))
        .any(|part| text.iter().zip(&text[part..]).all(|(a, b)| a == b))
}

/// Whether the text is a few of these words, and else digits and signs.
fn is_made_of(text: &[char], words: &[Vec<char>]) -> bool {
    let letters: Vec<char> =
        text.iter().copied().filter(|c| c.is_alphanumeric() || "@$!".contains(*c)).collect();
    if letters.len() > LONGEST {
        return false;
    }
    let signs = text.len() - letters.len();
    // How much decoration it takes at least to read the text up to a place as so many words.
    let mut least = vec![[None::<usize>; FEW_WORDS + 1]; letters.len() + 1];
    least[0][0] = Some(signs);
    for place in 0..letters.len() {
        for count in 0..=FEW_WORDS {
            let Some(so_far) = least[place][count] else { continue };
            let mut reach = |to: usize, count: usize, much: usize| {
                let known = &mut least[to][count];
                *known = Some(known.map_or(much, |known| known.min(much)));
            };
            if !letters[place].is_alphabetic() {
                reach(place + 1, count, so_far + 1);
            }
            if count < FEW_WORDS {
                for word in words.iter().filter(|word| begins(&letters[place..], word)) {
                    reach(place + word.len(), count + 1, so_far);
                }
            }
        }
    }
    least[letters.len()][1..].iter().flatten().any(|much| *much <= DECORATION)
}

fn begins(text: &[char], word: &[char]) -> bool {
    text.len() >= word.len()
        && text.iter().zip(word).all(|(c, letter)| c == letter || stands_for(*c, *letter))
}

/// Digits and signs that are written in place of a letter.
const fn stands_for(sign: char, letter: char) -> bool {
    matches!(
        (sign, letter),
        ('0', 'o')
            | ('1', 'i' | 'l')
            | ('!', 'i')
            | ('3', 'e')
            | ('4' | '@', 'a')
            | ('5' | '$', 's')
            | ('7', 't')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One password in each line, behind what it is; the interface's test reads the same cases.
    const CASES: &str = include_str!("../common_password.cases.txt");

    #[test]
    fn what_is_guessed_first_is_distinguished_from_what_is_not() {
        let mut counts = [0; 3];
        for line in CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (what, password) = line.split_once(' ').expect("what it is, a blank, the password");
            let common = is_common(password);
            let own = is_own(password, "Grace Hopper", "grace.hopper@example.com");
            let expected = match what {
                "common" => (true, own),
                "own" => (false, true),
                "fine" => (false, false),
                other => panic!("{other} is none of common, own and fine"),
            };
            assert_eq!((common, own), expected, "{line}");
            counts[["common", "own", "fine"].iter().position(|one| *one == what).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| *count >= 8), "cases of each kind: {counts:?}");
    }

    #[test]
    fn the_words_are_folded_and_each_is_there_once() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        for (place, word) in words.iter().enumerate() {
            assert_eq!(fold(word), *word, "compared as it is");
            assert!(!words[..place].contains(word), "{word} is in the list twice");
        }
    }
}
