//! The bearer token: `fdn_<10 base62 key id>_<43 base62 secret><6 base62 CRC-32>`.
//!
//! The secret holds 256 random bits, so one SHA-256 is enough to keep it: there is nothing to guess and nothing to
//! stretch. The checksum lets a mistyped token and a leaked one be recognised without the store. The prefix never changes.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

const PREFIX: &str = "fdn_";
const KEY_ID: usize = 10;
const SECRET: usize = 43;
const CHECK: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A published expression by which scanners find a leaked token.
pub const PATTERN: &str = "fdn_[0-9A-Za-z]{10}_[0-9A-Za-z]{49}";

/// A token as it was made or presented. Its text is wiped from memory when dropped and never printed by `Debug`.
pub struct TokenText(Zeroizing<String>);

impl std::fmt::Debug for TokenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenText(fdn_…{})", self.tail())
    }
}

impl TokenText {
    /// Draws a new token from the system's random source.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let key_id = digits(KEY_ID)?;
        let secret = digits(SECRET)?;
        let body = Zeroizing::new(format!("{PREFIX}{}_{}", &*key_id, &*secret));
        let check = base62(crc32fast::hash(body.as_bytes()));
        Ok(Self(Zeroizing::new(format!("{}{check}", &*body))))
    }

    /// Reads a presented token; `None` when its form or checksum is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let (key_id, secret) = rest.split_once('_')?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if key_id.len() != KEY_ID || secret.len() != SECRET + CHECK || !plain(key_id) || !plain(secret) {
            return None;
        }
        let (body, check) = text.split_at(text.len() - CHECK);
        (base62(crc32fast::hash(body.as_bytes())) == check).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The part by which it is found.
    pub fn key_id(&self) -> &str {
        &self.0[PREFIX.len()..PREFIX.len() + KEY_ID]
    }

    /// The last four characters, all that is ever shown again.
    pub fn tail(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    /// The whole text, for its one revelation.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored instead of the text.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// Compares with a stored hash in constant time.
    pub fn matches(&self, hash: &[u8]) -> bool {
        self.hash().ct_eq(hash).into()
    }
}

/// Uniform base62 digits: bytes of 248 and above are drawn again so that no digit is likelier than another.
fn digits(count: usize) -> Result<Zeroizing<String>, getrandom::Error> {
    let mut text = Zeroizing::new(String::with_capacity(count));
    let mut pool = [0_u8; 64];
    while text.len() < count {
        getrandom::fill(&mut pool)?;
        for byte in pool.iter().filter(|byte| **byte < 248).take(count - text.len()) {
            text.push(char::from(DIGITS[usize::from(byte % 62)]));
        }
    }
    pool.zeroize();
    Ok(text)
}

fn base62(mut number: u32) -> String {
    let mut text = [b'0'; CHECK];
    for place in text.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_token_reads_back_and_matches_its_hash() {
        let token = TokenText::generate().unwrap();
        let read = TokenText::parse(token.reveal()).expect("its own form is right");
        assert!(read.matches(&token.hash()), "the same text has the same hash");
        let other = TokenText::generate().unwrap();
        assert!(!other.matches(&token.hash()) && !token.matches(&[0; 32]), "another one has another");
        assert_eq!(token.reveal().len(), 64, "fdn_ + 10 + _ + 43 + 6");
    }

    #[test]
    fn one_wrong_character_is_found_by_the_checksum() {
        let token = TokenText::generate().unwrap();
        for place in PREFIX.len()..token.reveal().len() {
            let mut bytes = token.reveal().as_bytes().to_vec();
            if bytes[place] == b'_' {
                continue;
            }
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).unwrap();
            assert!(TokenText::parse(&text).is_none(), "a token changed at {place} must not pass");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "fdn_", "Bearer fdn_", "fdn_short_short", "ghp_0123456789_x"] {
            assert!(TokenText::parse(text).is_none(), "{text:?} is not a token");
        }
    }

    #[test]
    fn debug_output_keeps_the_secret() {
        let token = TokenText::generate().unwrap();
        let shown = format!("{token:?}");
        assert!(!shown.contains(&token.reveal()[15..50]), "logs must not hold a token");
    }
}
