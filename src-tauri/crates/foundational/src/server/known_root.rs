//! Which root of the private authority clients of this server can know.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The root in use, as the workspace remembers it. A backup has it, and not the authority itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KnownRoot {
    /// The SHA-256 of its certificate.
    pub fingerprint: String,
    pub since: Timestamp,
    /// The root that it took the place of, which clients trust instead, until the new one is exported.
    #[serde(default)]
    pub former: Option<String>,
}

impl KnownRoot {
    /// What is known once the root with this fingerprint is in use. The same as before is no change.
    pub(crate) fn after(known: Option<Self>, fingerprint: String, now: Timestamp) -> Self {
        match known {
            Some(known) if known.fingerprint == fingerprint => known,
            Some(known) => {
                let former = Some(known.former.unwrap_or(known.fingerprint));
                Self { former: former.filter(|former| *former != fingerprint), fingerprint, since: now }
            }
            None => Self { fingerprint, since: now, former: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_replaces_the_one_that_clients_trust_until_that_one_is_back() {
        let first = Timestamp::UNIX_EPOCH;
        let later = Timestamp::from_second(60).unwrap();
        let after = |known: Option<&KnownRoot>, fingerprint: &str, now| {
            KnownRoot::after(known.cloned(), fingerprint.to_owned(), now)
        };
        let one = after(None, "AA", first);
        assert_eq!(one.former, None, "no client trusts another one");
        assert_eq!(after(Some(&one), "AA", later), one, "nothing has changed");
        let two = after(Some(&one), "BB", later);
        assert_eq!((two.former.as_deref(), two.since), (Some("AA"), later));
        let three = after(Some(&two), "CC", later);
        assert_eq!(three.former.as_deref(), Some("AA"), "BB was never exported");
        assert_eq!(after(Some(&three), "AA", later).former, None, "the file is back");
    }
}
