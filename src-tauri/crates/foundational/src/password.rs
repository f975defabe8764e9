//! Passwords: Argon2id, at most two at once, and delays after wrong ones.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::error::{Code, Error};

/// The shortest password an account may have, in characters.
pub const SHORTEST: usize = 12;
/// The longest, in bytes: enough for any passphrase, too little to keep a processor busy.
pub const LONGEST: usize = 1024;

/// Hashes and compares.
pub struct Passwords {
    places: Semaphore,
    failures: Mutex<HashMap<String, Failures>>,
    /// Compared with where nobody has the name, so that both take as long. Made at the first need: hashing takes
    /// longer than starting.
    decoy: std::sync::OnceLock<String>,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    until: Timestamp,
}

/// 64 MiB, three passes, one lane: what a desktop can spend on a sign-in.
fn argon2() -> Argon2<'static> {
    let params = Params::new(64 * 1024, 3, 1, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

impl Passwords {
    pub fn new() -> Self {
        Self {
            places: Semaphore::new(2),
            failures: Mutex::new(HashMap::new()),
            decoy: std::sync::OnceLock::new(),
        }
    }

    /// Hashes a password for keeping.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let _place = self.places.acquire().await.map_err(closed)?;
        tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(broken)?
    }

    /// Compares with a kept hash; without one it takes as long and is wrong.
    pub async fn matches(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let _place = self.places.acquire().await.map_err(closed)?;
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

    /// Refuses a try that comes too soon after wrong ones.
    pub fn may_try(&self, name: &str, now: Timestamp) -> Result<(), Error> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get(name) {
            Some(failed) if failed.count >= 5 && now < failed.until => {
                let seconds = seconds_until(failed.until, now);
                Err(Error::new(Code::TooManyTries, "That was wrong several times.")
                    .hinting(format!("Try again in {seconds} s."))
                    .waiting(Some(seconds)))
            }
            _ => Ok(()),
        }
    }

    /// Counts a try: a right one clears the count, the fifth wrong one begins a wait that doubles up to 15 minutes.
    /// Answers how many seconds that is.
    pub fn tried(&self, name: &str, right: bool, now: Timestamp) -> Option<u32> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if right {
            failures.remove(name);
            return None;
        }
        // Names that nobody has must not fill the memory.
        if failures.len() > 1000 {
            failures.retain(|_, failed| now < failed.until);
        }
        let failed = failures.entry(name.to_owned()).or_insert(Failures { count: 0, until: now });
        failed.count += 1;
        if failed.count < 5 {
            return None;
        }
        let wait = Duration::from_secs(30 << (failed.count - 5).min(5)).min(Duration::from_mins(15));
        failed.until = now + wait;
        Some(seconds_until(failed.until, now))
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

/// Refuses passwords that are too short, too long or spaces only. No rules of composition.
pub fn acceptable(field: &str, password: &str) -> Result<(), Error> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Error::invalid(
            field,
            format!("The password has {length} characters; it needs at least {SHORTEST}."),
        ));
    }
    if password.len() > LONGEST {
        return Err(Error::invalid(field, format!("The password is longer than {LONGEST} bytes.")));
    }
    if password.trim().is_empty() {
        return Err(Error::invalid(field, "The password has spaces only."));
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
        assert!(!passwords.matches("not anybody's password".into(), None).await.unwrap(), "nobody's");
    }

    #[test]
    fn the_wait_after_wrong_tries_doubles_and_ends() {
        let passwords = Passwords::new();
        let start = Timestamp::UNIX_EPOCH;
        for _ in 0..4 {
            passwords.tried("ada", false, start);
        }
        assert!(passwords.may_try("ada", start).is_ok(), "four wrong tries are forgiven");
        assert_eq!(
            passwords.tried("ada", false, start),
            Some(30),
            "the fifth is not, and says how long it takes"
        );
        let early = passwords.may_try("ada", start + Duration::from_millis(1500)).unwrap_err();
        assert_eq!(early.wait_seconds, Some(29), "the wait goes down, and is never told too short");
        assert!(passwords.may_try("eve", start).is_ok(), "others are not held up");
        let later = start + Duration::from_secs(30);
        assert!(passwords.may_try("ada", later).is_ok(), "30 s later");
        passwords.tried("ada", false, later);
        assert!(passwords.may_try("ada", later + Duration::from_secs(59)).is_err(), "then 60 s");
        assert!(passwords.may_try("ada", later + Duration::from_mins(1)).is_ok(), "and not for ever");
        passwords.tried("ada", true, later);
        assert!(passwords.may_try("ada", later).is_ok(), "a right one clears it");
    }
}
