//! Why a request was not done: the SCIM error for the client, the reason code for the admin here.

use idp::reason_code::ReasonCode;
use idp::{Provider, RefusalFacts};
use scim::{Error, ResourceType, ScimType};

/// After how many seconds a client may send a held removal again. Okta doubles it each time and gives up after ten: with this, after
/// more than three days.
const HELD_RETRY: u64 = 300;

/// What a client gets when a panic ended its request. What the request wrote was rolled back.
pub(crate) const DEFECT: &str = "A defect in Foundational. The request was not done.";

/// A refusal, or a fault of ours.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The code by which screens explain it: `auth.unknown`.
    pub reason: ReasonCode,
    /// What the client gets.
    pub error: Error,
    /// For 429 and 503: after how many seconds to try again.
    pub retry_after: Option<u64>,
    /// For 405: what is allowed.
    pub allow: Option<&'static [&'static str]>,
    /// What is known of why.
    pub facts: Box<RefusalFacts>,
    /// For 401: whether the request had a token at all (RFC 6750 section 3).
    pub challenge: Option<Challenge>,
    /// It may arrive in floods: the first of a minute is recorded individually, the others of that minute together.
    pub is_coalesced: bool,
    /// The token names a key of ours, although it is not valid: such a refusal is recorded individually in any case.
    pub names_known_key: bool,
}

/// The words of `WWW-Authenticate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// No credentials were sent: no error code.
    Missing,
    /// The credentials are not valid: `invalid_token`.
    Invalid,
}

impl Refusal {
    pub(crate) fn new(reason: ReasonCode, error: Error) -> Self {
        Self {
            reason,
            error,
            retry_after: None,
            allow: None,
            facts: Box::default(),
            challenge: None,
            is_coalesced: false,
            names_known_key: false,
        }
    }

    pub(crate) fn unauthorized(reason: ReasonCode, challenge: Challenge, detail: impl Into<String>) -> Self {
        Self { challenge: Some(challenge), ..Self::new(reason, Error::unauthorized(detail)) }
    }

    pub(crate) fn unavailable(reason: ReasonCode, seconds: u64, detail: impl Into<String>) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(reason, Error::unavailable(detail)) }
    }

    /// There is no room for it now, neither for the server nor for the connection; it was not begun.
    pub(crate) fn overloaded() -> Self {
        Self {
            is_coalesced: true,
            ..Self::unavailable(
                ReasonCode::Busy,
                5,
                "Foundational is working on as many requests as it can. Try again.",
            )
        }
    }

    /// Its time was over before its answer was there.
    pub(crate) fn timed_out() -> Self {
        Self::unavailable(
            ReasonCode::Late,
            10,
            "The request took too long. It may still have been done; try again.",
        )
    }

    /// What it wrote was rolled back.
    fn not_stored() -> Self {
        Self::unavailable(
            ReasonCode::Busy,
            10,
            "The change could not be stored and did not happen. Try again in a moment.",
        )
    }

    /// The disk has space for removals alone.
    fn no_room() -> Self {
        Self::unavailable(
            ReasonCode::Busy,
            30,
            "The disk of Foundational is nearly full. What takes access or memberships away is done; other changes are refused \
             until there is space. Nothing was changed. Try again later.",
        )
    }

    /// A panic ended it at an unknown place.
    pub(crate) fn defect() -> Self {
        Self::new(
            ReasonCode::Defect,
            Error::internal("A defect in Foundational ended the request. It may still have been done."),
        )
    }

    /// The rest of a streamed answer could not be read. The client has its status and a part of its body.
    pub(crate) fn broken() -> Self {
        Self::new(ReasonCode::BrokenAnswer, Error::internal("The rest of the answer could not be read."))
    }

    /// The request names another host than this server. Such requests may arrive in floods: no token is needed to send them.
    pub(crate) fn misdirected(host: &str) -> Self {
        let detail = "The request names another host than this server. Use the address that Foundational shows for the \
                      connection; a proxy must pass the Host header on. An Admin can allow more names in Foundational.";
        let refusal = Self::new(ReasonCode::ForeignHost, Error::new(421, detail));
        Self { is_coalesced: true, ..refusal }.with_facts(|facts| facts.host = Some(host.to_owned()))
    }

    /// The connection is paused, by this name.
    pub(crate) fn paused(by: Option<String>) -> Self {
        let detail = "Provisioning of this connection is paused in Foundational. Try again later.";
        Self::unavailable(ReasonCode::Paused, 300, detail).with_facts(|facts| facts.who = by)
    }

    /// Removals of the connection are held.
    fn held() -> Self {
        Self::unavailable(
            ReasonCode::Held,
            HELD_RETRY,
            "Foundational holds removals of this connection until an Admin decides, because many users lost access or \
             memberships in a short time. Nothing was changed. Try again later.",
        )
    }

    /// The same as this provider's client understands it. Okta sends again by itself what was answered 429, and nothing else;
    /// Entra is never answered so (E13, Q&A 1922038: 429s led to quarantine).
    pub(crate) fn for_client_of(self, provider: Provider) -> Self {
        match (self.reason, provider) {
            (ReasonCode::Held, Provider::Okta) => {
                Self { error: Error::too_many_requests(self.error.detail), ..self }
            }
            _ => self,
        }
    }

    /// Whether its answer must not wait for anything else: there is no time or no room left.
    pub(crate) fn is_urgent(&self) -> bool {
        matches!(self.reason, ReasonCode::Busy | ReasonCode::Late | ReasonCode::Defect)
    }

    /// Adds to what is known of why.
    pub(crate) fn with_facts(mut self, add: impl FnOnce(&mut RefusalFacts)) -> Self {
        add(&mut self.facts);
        self
    }

    /// Adds the name that is in use already, if that is why it is refused.
    pub(crate) fn with_name(self, resource_type: ResourceType, name: &str) -> Self {
        let is_in_use = matches!(self.reason, ReasonCode::Duplicate | ReasonCode::LocalUser);
        let name = is_in_use.then(|| name.to_owned());
        self.with_facts(|facts| match resource_type {
            ResourceType::User => facts.user_name = name,
            ResourceType::Group => facts.group = name,
        })
    }

    /// Too many failures from one address; after so many seconds it may try again.
    pub(crate) fn throttled(seconds: u64) -> Self {
        let detail = format!(
            "Too many requests without a valid token were sent from this address. Try again in {seconds} seconds, with the connection's token."
        );
        Self {
            retry_after: Some(seconds),
            is_coalesced: true,
            ..Self::new(ReasonCode::Rate, Error::too_many_requests(detail))
        }
        .with_facts(|facts| facts.seconds = Some(seconds.to_string()))
    }

    /// No connection has this address, whether it never had one or was deleted a moment ago.
    pub(crate) fn no_endpoint() -> Self {
        let detail =
            "There is no SCIM endpoint here. Copy the connection's endpoint from Foundational, whole.";
        Self::new(ReasonCode::UnknownPath, Error::not_found(detail))
    }

    pub(crate) fn not_allowed(method: &str, allow: &'static [&'static str]) -> Self {
        let detail = format!("{method} is not possible here; this address takes {}", allow.join(", "));
        Self { allow: Some(allow), ..Self::new(ReasonCode::Method, Error::method_not_allowed(detail)) }
    }
}

/// A refusal by the protocol engine: the request was not right.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let reason = match (error.status, error.scim_type) {
            (_, Some(ScimType::InvalidFilter)) => ReasonCode::Filter,
            (_, Some(ScimType::Uniqueness)) => ReasonCode::Duplicate,
            (404, _) => ReasonCode::NotFound,
            (412, _) => ReasonCode::Version,
            (413, _) => ReasonCode::Size,
            (501, _) => ReasonCode::UnknownPath,
            (500.., _) => ReasonCode::Error,
            _ => ReasonCode::Invalid,
        };
        let mismatch = error.mismatch.clone();
        let refusal = Self::new(reason, error);
        let Some(mismatch) = mismatch else { return refusal };
        refusal.with_facts(|facts| {
            facts.attribute = Some(mismatch.attribute);
            facts.kind = Some(mismatch.expected);
            facts.value = mismatch.arrived;
        })
    }
}

/// A refusal by the store. The client gets what it can fix; the store logs its failures itself.
impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Duplicate(attribute) => Self::new(
                ReasonCode::Duplicate,
                Error::uniqueness(format!(
                    "{attribute}: the value is in use by another account or group here; choose another one, or link the existing one by a filter on {attribute}"
                )),
            ),
            store::Error::LastAdmin => Self::new(
                ReasonCode::ProtectedAdmin,
                Error::forbidden(
                    "This is the last local Admin of Foundational and cannot be changed by provisioning.",
                ),
            ),
            store::Error::TooLarge { bytes, most } => Error::payload_too_large(format!(
                "The resource would have {bytes} bytes; a resource has at most {most}. Take values away, or send fewer or shorter ones."
            ))
            .into(),
            store::Error::TooLong => Error::bad_request(
                ScimType::TooMany,
                "The query takes too long here. Filter by id, userName, externalId, displayName, emails or active, sort by id, userName or meta, or ask for smaller pages.",
            )
            .into(),
            store::Error::TooMany(name) => Error::bad_request(
                ScimType::TooMany,
                format!("{name}: a resource has more of them than a filter or an order looks at. Filter by {name}.value alone, which is found at once."),
            )
            .into(),
            store::Error::Closed => {
                Self::unavailable(ReasonCode::Busy, 5, "Foundational is shutting down. Try again in a moment.")
            }
            store::Error::NotCommitted(_) => Self::not_stored(),
            store::Error::ConnectionGone => Self::no_endpoint(),
            store::Error::ConnectionPaused(by) => Self::paused(by),
            store::Error::RemovalHeld => Self::held(),
            store::Error::NoRoom => Self::no_room(),
            full if full.is_disk_full() => Self::not_stored(),
            store::Error::Defect(_) => Self::new(ReasonCode::Error, Error::internal(DEFECT)),
            _ => Self::new(
                ReasonCode::Error,
                Error::internal("Foundational could not read or write its store. Nothing was changed."),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_write_is_a_500_that_says_that_nothing_was_done() {
        let refusal = Refusal::from(store::Error::Defect("write"));
        assert_eq!((refusal.error.status, refusal.reason), (500, ReasonCode::Error), "our fault");
        assert_eq!(refusal.error.detail, DEFECT, "and nothing of it is stored");
    }
}
