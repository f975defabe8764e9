//! Secrets that are tried with the key of a token, which is no secret by itself: the checksum is right, so that it is no
//! typing error.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use idp::remedy::Remedy;
use jiff::Timestamp;
use store::WrongSecret;

use crate::diagnosis::facts::{ConnectionFacts, Facts};
use crate::diagnosis::finding::{Confidence, Finding, FindingCode, Severity};
use crate::diagnosis::thresholds::{
    WRONG_SECRETS, WRONG_SECRETS_QUIET, WRONG_SECRETS_SHOWN, WRONG_SECRETS_WITHIN,
};
use crate::words::counted;

/// The tries from one address, newest first.
struct Source<'a> {
    address: Option<&'a str>,
    tries: Vec<&'a WrongSecret>,
}

pub(crate) fn find(facts: &ConnectionFacts, all: &Facts) -> Vec<Finding> {
    let of_connection = all.wrong_secrets.iter().filter(|one| one.connection_id == facts.connection.id);
    let sources = sources(of_connection, all.now);
    let what = match sources.as_slice() {
        [] => return Vec::new(),
        [Source { address: Some(address), .. }] => format!("requests from {address} have"),
        [_] => "requests from an unknown address have".to_owned(),
        many => format!("requests from {} addresses have", many.len()),
    };
    let message = format!("{what} the key of a token and a wrong secret.");
    let since = sources.iter().filter_map(|source| source.tries.last()).map(|oldest| oldest.at).min();
    let mut found =
        Finding::about(&facts.connection, FindingCode::WrongSecrets, Severity::Warning, &message)
            .detail(
                "All of them were refused. The key of a token opens nothing and its secret can't be guessed, but where the key \
                 was read the whole token may have been, too.",
            )
            .since(since)
            .cause(
                Confidence::Likely,
                "The key is known outside of the identity provider, and secrets are tried with it.",
            );
    for source in sources.iter().take(WRONG_SECRETS_SHOWN) {
        let Some(newest) = source.tries.first() else { continue };
        let count = u64::try_from(source.tries.len()).unwrap_or(u64::MAX);
        let text = format!(
            "{} refused from {}",
            counted(count, "request", "requests"),
            source.address.unwrap_or("an unknown address")
        );
        found = found.request(text, newest.at, &newest.id);
    }
    vec![found.remedy(Remedy::SeeActivity).remedy(Remedy::EditAllowList).remedy(Remedy::SeeTokens)]
}

/// The addresses from which so much is tried that it is an alarm, the most busy one first.
fn sources<'a>(newest_first: impl Iterator<Item = &'a WrongSecret>, now: Timestamp) -> Vec<Source<'a>> {
    let mut by_address: BTreeMap<Option<&str>, Vec<&WrongSecret>> = BTreeMap::new();
    for one in newest_first {
        by_address.entry(one.source_ip.as_deref()).or_default().push(one);
    }
    let mut sources: Vec<Source<'a>> = by_address
        .into_iter()
        .filter_map(|(address, tries)| Some(Source { address, tries: lasting(&tries, now)? }))
        .collect();
    sources.sort_by_key(|source| Reverse(source.tries.len()));
    sources
}

/// The tries since the last quiet day; none where there were never so many within an hour.
fn lasting<'a>(newest_first: &[&'a WrongSecret], now: Timestamp) -> Option<Vec<&'a WrongSecret>> {
    let mut later = now;
    let is_followed = |one: &&&WrongSecret| {
        let is_followed = one.at > later - WRONG_SECRETS_QUIET;
        later = one.at;
        is_followed
    };
    let tries: Vec<&WrongSecret> = newest_first.iter().take_while(is_followed).copied().collect();
    let is_burst = |some: &[&WrongSecret]| match some {
        [newest, .., oldest] => newest.at < oldest.at + WRONG_SECRETS_WITHIN,
        _ => false,
    };
    tries.windows(WRONG_SECRETS).any(is_burst).then_some(tries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::rules::given::{Case, Given, ago, check};

    /// In minutes.
    const DAY: i64 = 24 * 60;

    /// So many minutes before now, newest first, from one address.
    fn tries(minutes: &[i64], now: Timestamp) -> Vec<WrongSecret> {
        let one = |before: &i64| WrongSecret {
            id: before.to_string(),
            connection_id: "one".to_owned(),
            at: now - jiff::SignedDuration::from_mins(*before),
            source_ip: Some("203.0.113.9".to_owned()),
        };
        minutes.iter().map(one).collect()
    }

    #[test]
    fn five_within_an_hour_are_an_alarm_until_a_day_is_quiet() {
        let now: Timestamp = "2027-03-05T12:00:00Z".parse().unwrap();
        for (minutes, counted) in [
            (vec![1, 2, 3, 4], None),
            (vec![1, 2, 3, 4, 5], Some(5)),
            (vec![1, 16, 31, 46, 60], Some(5)),
            (vec![1, 16, 31, 46, 61], None),
            (vec![DAY - 1, DAY, DAY + 1, DAY + 2, DAY + 3], Some(5)),
            (vec![DAY, DAY + 1, DAY + 2, DAY + 3, DAY + 4], None),
            (vec![DAY - 1, DAY + 900, DAY + 901, DAY + 902, DAY + 903, DAY + 904], Some(6)),
            (vec![1, DAY + 1, DAY + 2, DAY + 3, DAY + 4, DAY + 5], None),
        ] {
            let all = tries(&minutes, now);
            let found = sources(all.iter(), now).first().map(|source| source.tries.len());
            assert_eq!(found, counted, "{minutes:?}");
        }
    }

    #[test]
    fn each_address_is_counted_by_itself() {
        let now: Timestamp = "2027-03-05T12:00:00Z".parse().unwrap();
        let mut all = tries(&[1, 2, 3, 4, 5, 6], now);
        for (at, one) in all.iter_mut().enumerate() {
            one.source_ip = at.is_multiple_of(2).then(|| "203.0.113.9".to_owned());
        }
        assert!(sources(all.iter(), now).is_empty(), "three of each");
    }

    /// So many tries of the last minute, from one address if it is known.
    fn tried(given: &mut Given, connection_id: &str, count: usize, address: Option<&str>) {
        let one = WrongSecret {
            id: "r1".to_owned(),
            connection_id: connection_id.to_owned(),
            at: ago(1),
            source_ip: address.map(str::to_owned),
        };
        given.all.wrong_secrets.extend(std::iter::repeat_n(one, count));
    }

    const CASES: &[Case] = &[
        ("no secret is tried", |_| {}, &[]),
        (
            "five are",
            |given| tried(given, "c1", 5, Some("203.0.113.9")),
            &["Warning token.wrongSecrets:c1 [Likely] [SeeActivity, EditAllowList, SeeTokens]"],
        ),
        ("four are", |given| tried(given, "c1", 4, Some("203.0.113.9")), &[]),
        ("five of another connection", |given| tried(given, "c2", 5, Some("203.0.113.9")), &[]),
        (
            "five from two addresses: a mistake in two places",
            |given| {
                tried(given, "c1", 3, Some("203.0.113.9"));
                tried(given, "c1", 2, Some("203.0.113.10"));
            },
            &[],
        ),
        (
            "five from an address that is not known",
            |given| tried(given, "c1", 5, None),
            &["Warning token.wrongSecrets:c1 [Likely] [SeeActivity, EditAllowList, SeeTokens]"],
        ),
        (
            "two addresses are one finding",
            |given| {
                tried(given, "c1", 5, Some("203.0.113.9"));
                tried(given, "c1", 5, Some("203.0.113.10"));
            },
            &["Warning token.wrongSecrets:c1 [Likely] [SeeActivity, EditAllowList, SeeTokens]"],
        ),
    ];

    #[test]
    fn tried_secrets_are_found_by_connection() {
        check(CASES, |given| find(&given.one, &given.all));
    }
}
