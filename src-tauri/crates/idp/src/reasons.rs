//! Why a request was refused: the reason codes of the server with sentences for an admin, each with a remedy.
//!
//! Answers to clients disclose less; these sentences are for the screens. A sentence may have gaps in braces, `{person}`,
//! that [`Reason::sentence`] fills; a clause with a gap that has no text is omitted.

use crate::reason_code::ReasonCode;
use crate::reason_sentence::{self, Situation};
use crate::refusal_facts::RefusalFacts;
use crate::remedy::Remedy;

/// One reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code stored with the exchange.
    pub code: ReasonCode,
    /// The HTTP status it is usually answered with.
    pub status: u16,
    /// A few words for a list: "The token has expired".
    pub headline: &'static str,
    /// The sentence, with gaps; clauses are separated by `|`, and the wordings of one, the fullest first, by `~`.
    template: &'static str,
    /// What an admin can do about it from here; often nothing.
    pub remedy: Option<Remedy>,
    /// Whether it counts against the connection's health. What is part of ordinary traffic does not: an expected "not
    /// found", a pause, a name that is in use.
    pub counts: bool,
}

impl Reason {
    /// The sentence with its gaps filled, by what was recorded and by what is known now. Of each clause the first wording is
    /// taken whose gaps can all be filled; a clause without such a wording is omitted.
    pub fn sentence(&self, facts: Option<&RefusalFacts>, situation: &Situation<'_>) -> String {
        reason_sentence::sentence(self.template, facts, situation)
    }

    #[cfg(test)]
    pub(crate) const fn template(&self) -> &'static str {
        self.template
    }
}

/// The reason with the code of that word.
pub fn reason(word: &str) -> Option<Reason> {
    ReasonCode::from_word(word).map(ReasonCode::reason)
}

/// A reason that counts. Each is certain: the request is refused here.
const fn certain(
    code: ReasonCode,
    status: u16,
    headline: &'static str,
    template: &'static str,
    remedy: Option<Remedy>,
) -> Reason {
    Reason { code, status, headline, template, remedy, counts: true }
}

/// A reason that is part of ordinary traffic.
const fn ordinary(reason: Reason) -> Reason {
    Reason { counts: false, ..reason }
}

impl ReasonCode {
    /// The reason: a code without one does not compile.
    #[expect(clippy::too_many_lines, reason = "it is a table")]
    pub const fn reason(self) -> Reason {
        match self {
            Self::AuthMissing => certain(
                self,
                401,
                "No token arrived",
                "No token arrived. | The request reached the right address; only the token is missing: in the identity provider, or \
         because a proxy in front removes it.",
                Some(Remedy::PasteToken),
            ),
            Self::AuthScheme => certain(
                self,
                401,
                "The token was not sent as a Bearer token",
                "{detail} ~ The token was not sent as a Bearer token.",
                Some(Remedy::PasteToken),
            ),
            Self::AuthEntraJwt => certain(
                self,
                401,
                "Secret token is empty in Azure",
                "Secret token is empty in Azure, so Azure signed the request itself. Paste the token there.",
                Some(Remedy::PasteToken),
            ),
            Self::AuthUnknown => certain(
                self,
                401,
                "The token is unknown",
                "The token is not one of this connection's tokens. It may contain a space, miss a character, or belong to another app.",
                Some(Remedy::ReplaceToken),
            ),
            Self::AuthExpired => certain(
                self,
                401,
                "The token has expired",
                "The token \"{label}\" expired on {date}. ~ The token has expired.",
                Some(Remedy::PasteToken),
            ),
            Self::AuthRevoked => certain(
                self,
                401,
                "The token was revoked",
                "The token \"{label}\" was revoked by {who} on {date}. ~ The token \"{label}\" was revoked on {date}. \
         ~ The token \"{label}\" was replaced by another one. ~ The token was revoked.",
                Some(Remedy::PasteToken),
            ),
            Self::WrongConnection => certain(
                self,
                403,
                "The token belongs to another connection",
                "The token is valid but belongs to another connection. | That connection is \"{other}\".",
                Some(Remedy::ShowEndpoint),
            ),
            Self::PlainHttp => certain(
                self,
                403,
                "Nothing shows that the request arrived over HTTPS",
                "Nothing shows that the request arrived over HTTPS: it arrived over plain HTTP, or the proxy does not say how it was \
         called. | The proxy at {proxy} is not in the list of trusted proxies in Settings > Server. | The token \"{label}\" was sent unencrypted, so replace it after changing the address. ~ If it arrived over \
         plain HTTP, replace the token after changing the address.",
                Some(Remedy::OpenAddress),
            ),
            Self::ForeignHost => certain(
                self,
                421,
                "The request used another host name",
                "The request used another host name than the public address. | It was {host}. | Enter the endpoint shown here in \
         the identity provider, let the proxy pass on the Host header, or allow the name in Settings.",
                Some(Remedy::OpenAddress),
            ),
            Self::ForbiddenAddress => certain(
                self,
                403,
                "The request was sent from an address that is not allowed",
                "The request was sent from an address that is not on the allowed list. | It was sent from {ip}. | The proxy at {proxy} is not in the list \
         of trusted proxies in Settings > Server, so the client behind it is not known.",
                Some(Remedy::EditAllowList),
            ),
            Self::ProtectedAdmin => certain(
                self,
                403,
                "This is the last local Admin",
                "{person} is the last local Admin, and provisioning can't change or remove it. ~ This is the last local Admin, and \
         provisioning can't change or remove it.",
                Some(Remedy::OpenPerson),
            ),
            Self::LocalUser => certain(
                self,
                403,
                "A local account has this userName",
                "{userName} already belongs to {person} ({source}). ~ A local account already has this userName. | This connection's \
         rule for local accounts is Refuse.",
                Some(Remedy::ChangeRule),
            ),
            Self::Paused => ordinary(certain(
                self,
                503,
                "The connection is paused",
                "{who} paused the connection. ~ The connection is paused. | The identity provider sends its changes again later.",
                Some(Remedy::Resume),
            )),
            Self::Held => ordinary(certain(
                self,
                503,
                "Removals are held",
                "This connection holds removals until an Admin decides, because many users lost access or memberships in a short \
         time. The identity provider sends this one again later.",
                Some(Remedy::OpenHeld),
            )),
            Self::Duplicate => ordinary(certain(
                self,
                409,
                "The name is already in use",
                "{userName} already belongs to {person} ({source}). ~ The group {group} already exists in this connection. \
         ~ {userName} was already in use. ~ The name is already in use. | {next}",
                Some(Remedy::Decide),
            )),
            Self::Invalid => certain(
                self,
                400,
                "The request was not understood",
                "`{attribute}` must be {kind}; {client} sent {value}. ~ `{attribute}` must be {kind}. ~ {detail} \
         ~ The request was not understood.",
                Some(Remedy::OpenMapping),
            ),
            Self::Filter => certain(
                self,
                400,
                "The filter was not understood",
                "The filter was not understood. | {detail}",
                Some(Remedy::CopyReport),
            ),
            Self::Version => ordinary(certain(
                self,
                412,
                "It had changed in the meantime",
                "The user or group had changed since the identity provider last read it. It reads it again and retries.",
                None,
            )),
            Self::Size => certain(
                self,
                413,
                "The request is too large",
                "The request is too large. | It has {size}; the limit is {most}. ~ {detail}",
                None,
            ),
            Self::UnknownPath => certain(
                self,
                404,
                "There is no such address",
                "There is no such address. | {hint} | It was {seen}. | The endpoint is {endpoint}.",
                Some(Remedy::CopyEndpoint),
            ),
            Self::Method => certain(
                self,
                405,
                "This address does not accept the method",
                "This address does not accept {method}. ~ This address does not accept the method. | Check that the whole endpoint was \
         pasted.",
                Some(Remedy::CopyEndpoint),
            ),
            Self::NotFound => ordinary(certain(
                self,
                404,
                "Not found",
                "There is no user or group with this id in this connection. | It was deleted {when}.",
                Some(Remedy::ShowHistory),
            )),
            Self::Rate => certain(
                self,
                429,
                "Too many requests",
                "Too many requests arrived at once. | The identity provider was asked to retry in {seconds} s.",
                None,
            ),
            Self::Busy => ordinary(certain(
                self,
                503,
                "Foundational was busy",
                "Foundational was busy, and the request changed nothing. The identity provider retries.",
                None,
            )),
            Self::Late => certain(
                self,
                503,
                "The request took too long",
                "The request took too long and was stopped. The history shows whether it was applied; the identity provider retries.",
                Some(Remedy::ShowHistory),
            ),
            Self::Defect => certain(
                self,
                500,
                "An internal error stopped the request",
                "An internal error in Foundational stopped the request. The history shows whether it was applied. | The reference is {id}.",
                Some(Remedy::ShowHistory),
            ),
            Self::BrokenAnswer => certain(
                self,
                200,
                "The answer broke off",
                "Internal error in Foundational: the rest of the answer could not be read, and the identity provider received a part of it. It asks again. | The reference is {id}.",
                Some(Remedy::CreateBundle),
            ),
            Self::Error => certain(
                self,
                500,
                "Internal error",
                "Internal error in Foundational. Nothing was changed. | The reference is {id}.",
                Some(Remedy::CreateBundle),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_found() {
        for code in ReasonCode::ALL {
            assert_eq!(ReasonCode::from_word(code.as_str()), Some(code));
            assert_eq!(code.reason().code, code);
        }
        assert_eq!(reason("auth.colour"), None);
    }

    #[test]
    fn a_sentence_without_values_still_has_the_cause() {
        for entry in ReasonCode::ALL.iter().map(|code| code.reason()) {
            let sentence = entry.sentence(None, &Situation::default());
            assert!(sentence.ends_with('.'), "{:?}: {sentence:?}", entry.code);
            assert!(
                !sentence.contains(['{', '}', '|', '~']),
                "{:?}: {sentence:?} shows its syntax",
                entry.code
            );
            assert!(!entry.headline.ends_with('.'), "{:?}: a headline is no sentence", entry.code);
        }
    }

    #[test]
    fn facts_fill_the_gaps() {
        let text = |text: &str| Some(text.to_owned());
        let sentence = |code: &str, facts: RefusalFacts| {
            reason(code).unwrap().sentence(Some(&facts), &Situation::default())
        };
        let day = RefusalFacts { date: text("3 March"), ..RefusalFacts::default() };
        assert_eq!(
            sentence("auth.expired", RefusalFacts { label: text("Okta {x}"), ..day.clone() }),
            "The token \"Okta {x}\" expired on 3 March.",
            "a text may hold braces"
        );
        assert_eq!(
            sentence("auth.expired", day.clone()),
            "The token has expired.",
            "a wording needs all of its texts"
        );
        let labelled = RefusalFacts { label: text("Main"), ..day };
        for (facts, words) in [
            (
                RefusalFacts { who: text("Grace Hopper"), ..labelled.clone() },
                "The token \"Main\" was revoked by Grace Hopper on 3 March.",
            ),
            (labelled.clone(), "The token \"Main\" was revoked on 3 March."),
            (RefusalFacts { date: None, ..labelled }, "The token \"Main\" was replaced by another one."),
        ] {
            assert_eq!(sentence("auth.revoked", facts), words, "the fullest wording that can be filled");
        }
    }

    #[test]
    fn every_authorization_error_has_a_reason() {
        for header in [None, Some("Basic x"), Some("nonsense 1 2")] {
            let code = crate::read_authorization(header).unwrap_err().code;
            assert_eq!(code.reason().status, 401, "{code:?}");
        }
    }

    #[test]
    fn an_ordinary_404_does_not_count_against_a_connection() {
        assert!(!reason("notfound").unwrap().counts);
        assert!(reason("path.unknown").unwrap().counts, "a wrong address does");
    }
}
