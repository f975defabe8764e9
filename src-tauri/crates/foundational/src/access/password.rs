//! Passwords: Argon2id, at most two at once, and delays after wrong ones.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::access::common_password::{is_common, is_own};
use crate::error::{Code, Error};
use crate::input_rules::password_too_short;
use crate::limits::{LONGEST_PASSWORD, SHORTEST_PASSWORD};

/// What to do about a password that is guessed first.
const BETTER: &str = "A few unrelated words work well.";

/// How many tries in a row are listened to without a wait between them.
const FREE_TRIES: u32 = 5;
/// The longest wait after a wrong try.
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// How many names are counted at once; beyond it the one that was tried longest ago is forgotten.
const COUNTED: usize = 10_000;

/// Hashes and compares.
pub struct Passwords {
    in_progress: Semaphore,
    tries: Mutex<HashMap<[u8; 32], Tries>>,
    /// Compared with where no account has the name, so that both take as long. Made at the first need: hashing takes
    /// longer than starting.
    decoy: std::sync::OnceLock<String>,
}

/// The tries for one name since the last right one. Each counts as wrong from its beginning on.
#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    last: Timestamp,
    /// The next try is listened to from this time on.
    until: Timestamp,
}

/// A try that was let through, and is counted. It remains counted unless it is right.
#[must_use]
pub struct Try {
    name: [u8; 32],
    /// How many seconds it takes until the next try, in case this one is wrong.
    pub wait: Option<u32>,
}

/// 64 MiB, three passes, one lane: what a desktop can spend on a sign-in.
fn params() -> Params {
    Params::new(64 * 1024, 3, 1, None).unwrap_or(Params::DEFAULT)
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params())
}

/// Whether a stored hash took less memory or time than those that are made now.
pub fn is_weak(hash: &str) -> bool {
    let made = PasswordHash::new(hash).ok().and_then(|parsed| Params::try_from(&parsed).ok());
    let costs = |params: &Params| [params.m_cost(), params.t_cost(), params.p_cost()];
    made.is_some_and(|made| costs(&made).iter().zip(costs(&params())).any(|(made, now)| *made < now))
}

impl Passwords {
    pub fn new() -> Self {
        Self {
            in_progress: Semaphore::new(2),
            tries: Mutex::new(HashMap::new()),
            decoy: std::sync::OnceLock::new(),
        }
    }

    /// Hashes a password for keeping.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let _permit = self.in_progress.acquire().await.map_err(closed)?;
        tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(broken)?
    }

    /// Compares with a stored hash; without one it takes as long and is wrong.
    pub async fn matches(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let _permit = self.in_progress.acquire().await.map_err(closed)?;
        let known = hash.is_some();
        let hash = match (hash, self.decoy.get()) {
            (Some(hash), _) => hash,
            (None, Some(decoy)) => decoy.clone(),
            (None, None) => {
                let made = tokio::task::spawn_blocking(|| hash_now("not anybody's password"))
                    .await
                    .map_err(broken)??;
                self.decoy.get_or_init(|| made).clone()
            }
        };
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|parsed| argon2().verify_password(password.as_bytes(), &parsed).is_ok())
        });
        Ok(fits.await.map_err(broken)? && known)
    }

    /// Counts a try before its password is looked at, so that tries at the same moment share one count. The fifth
    /// that is not known to be right begins a wait that doubles from 30 s up to 15 minutes.
    ///
    /// # Errors
    /// [`Code::TooManyTries`] during a wait, with its seconds.
    pub fn begin(&self, name: &str, now: Timestamp) -> Result<Try, Error> {
        let name: [u8; 32] = Sha256::digest(name.as_bytes()).into();
        let mut all = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= COUNTED && !all.contains_key(&name) {
            // Names of no account must not fill the memory.
            let oldest = all.iter().min_by_key(|(_, tries)| tries.last).map(|(name, _)| *name);
            oldest.and_then(|oldest| all.remove(&oldest));
        }
        let tries = all.entry(name).or_insert(Tries { count: 0, last: now, until: now });
        if now < tries.until {
            let seconds = seconds_until(tries.until, now);
            return Err(Error::new(Code::TooManyTries, "Too many wrong passwords.")
                .hinting(format!("Try again in {seconds} s."))
                .waiting(Some(seconds)));
        }
        tries.count += 1;
        tries.last = now;
        let Some(beyond) = tries.count.checked_sub(FREE_TRIES) else {
            return Ok(Try { name, wait: None });
        };
        tries.until = now + Duration::from_secs(30 << beyond.min(5)).min(LONGEST_WAIT);
        Ok(Try { name, wait: Some(seconds_until(tries.until, now)) })
    }

    /// The try was right: its name's count begins again at zero.
    pub fn was_right(&self, right: &Try) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(&right.name);
    }
}

/// Rounded up, and at least one: a try a moment too early would be refused again.
fn seconds_until(until: Timestamp, now: Timestamp) -> u32 {
    let millis = until.duration_since(now).as_millis();
    u32::try_from((millis + 999) / 1000).unwrap_or(u32::MAX).max(1)
}

fn hash_now(password: &str) -> Result<String, Error> {
    argon2().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        Error::new(Code::Internal, "The password could not be hashed.")
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn closed(error: tokio::sync::AcquireError) -> Error {
    tracing::error!(%error, "the password semaphore was closed");
    Error::new(Code::Unavailable, "Foundational is shutting down.")
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn broken(error: tokio::task::JoinError) -> Error {
    tracing::error!(%error, "hashing broke off");
    Error::new(Code::Internal, "The password could not be checked.")
}

/// Refuses passwords that are too short, too long, spaces only, or guessed first. No rules of composition.
///
/// # Errors
/// [`Code::Invalid`] at `field`.
pub fn acceptable(field: &str, password: &str) -> Result<(), Error> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        let message = format!("The password has {length} characters. {}", password_too_short());
        return Err(Error::invalid(field, message));
    }
    if password.len() > LONGEST_PASSWORD {
        return Err(Error::invalid(field, format!("The password is longer than {LONGEST_PASSWORD} bytes.")));
    }
    if password.trim().is_empty() {
        return Err(Error::invalid(field, "The password has only spaces."));
    }
    if is_common(password) {
        return Err(
            Error::invalid(field, "This password is one of the most commonly guessed.").hinting(BETTER)
        );
    }
    Ok(())
}

/// Refuses a password that is made of its owner's name or e-mail address.
///
/// # Errors
/// [`Code::Invalid`] at `field`.
pub fn not_own(field: &str, password: &str, name: &str, email: &str) -> Result<(), Error> {
    if is_own(password, name, email) {
        return Err(
            Error::invalid(field, "This password is based on your name or e-mail address.").hinting(BETTER)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_matches_its_password_only() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{hash}");
        assert!(passwords.matches("correct horse".into(), Some(hash.clone())).await.unwrap(), "its own");
        assert!(!passwords.matches("correct house".into(), Some(hash)).await.unwrap(), "another one");
        assert!(!passwords.matches("not anybody's password".into(), None).await.unwrap(), "of no account");
    }

    #[test]
    fn a_hash_of_less_memory_or_fewer_passes_is_weak() {
        let weak = |costs: &str| is_weak(&format!("$argon2id$v=19${costs}$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"));
        assert!(weak("m=19456,t=2,p=1"), "the floor of OWASP");
        assert!(weak("m=65536,t=2,p=1") && weak("m=19456,t=3,p=1"), "in one of them");
        assert!(!weak("m=65536,t=3,p=1"), "what is made now");
        assert!(!weak("m=131072,t=4,p=2"), "more is not replaced by less");
        assert!(!is_weak("not a hash"), "what matches no password is not replaced");
    }

    #[test]
    fn the_wait_after_wrong_tries_doubles_and_ends() {
        let passwords = Passwords::new();
        let start = Timestamp::UNIX_EPOCH;
        let wait = |name, at| passwords.begin(name, at).map(|one| one.wait);
        for _ in 0..4 {
            assert_eq!(wait("ada", start), Ok(None), "four wrong tries are forgiven");
        }
        assert_eq!(
            wait("ada", start),
            Ok(Some(30)),
            "the fifth is listened to, and says how long the next takes"
        );
        let early = wait("ada", start + Duration::from_millis(1500)).unwrap_err();
        assert_eq!(early.wait_seconds, Some(29), "the wait goes down, and is never too short");
        assert_eq!(wait("eve", start), Ok(None), "others are not held up");
        let later = start + Duration::from_secs(30);
        assert_eq!(wait("ada", later), Ok(Some(60)), "30 s later, and then 60 s");
        assert!(wait("ada", later + Duration::from_secs(59)).is_err(), "not a second earlier");
        let right = passwords.begin("ada", later + Duration::from_mins(1)).unwrap();
        assert_eq!(right.wait, Some(120), "counted as wrong until it is known to be right");
        passwords.was_right(&right);
        assert_eq!(wait("ada", later), Ok(None), "a right one clears it");
    }

    #[test]
    fn names_of_no_account_neither_fill_the_memory_nor_clear_the_count_of_another() {
        let passwords = Passwords::new();
        let start = Timestamp::UNIX_EPOCH;
        for n in 0..COUNTED {
            drop(passwords.begin(&format!("unknown {n}"), start + Duration::from_secs(1)));
        }
        for n in 0..5 {
            drop(passwords.begin("ada", start + Duration::from_secs(2 + n)));
        }
        for n in 0..100 {
            drop(passwords.begin(&format!("another {n}"), start + Duration::from_secs(8)));
        }
        assert!(passwords.begin("ada", start + Duration::from_secs(8)).is_err(), "still waiting");
        assert!(passwords.tries.lock().unwrap().len() <= COUNTED, "and no more are counted");
    }
}
