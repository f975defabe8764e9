//! The sentence of a reason: its template with the gaps filled.

use crate::refusal_facts::RefusalFacts;

/// What is known of a refused request beside its facts, at the moment when it is worded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Situation<'a> {
    /// The endpoint of the connection.
    pub endpoint: Option<&'a str>,
    /// The HTTP method.
    pub method: Option<&'a str>,
    /// The request's id.
    pub id: Option<&'a str>,
    /// The path that was called.
    pub seen: Option<&'a str>,
    /// What is wrong with an address that is nearly right, as a sentence.
    pub hint: Option<&'a str>,
    /// The detail of the SCIM error that was answered, as a sentence.
    pub detail: Option<&'a str>,
    /// What the identity provider is called.
    pub client: Option<&'a str>,
    /// The address that the request was sent from.
    pub ip: Option<&'a str>,
    /// When the person who was asked for was deleted: "on 3 March".
    pub when: Option<&'a str>,
    /// Who has the name now.
    pub person: Option<&'a str>,
    /// Where that person comes from.
    pub source: Option<&'a str>,
}

impl Situation<'_> {
    fn gap(&self, name: &str) -> Option<&str> {
        match name {
            "endpoint" => self.endpoint,
            "method" => self.method,
            "id" => self.id,
            "seen" => self.seen,
            "hint" => self.hint,
            "detail" => self.detail,
            "client" => self.client,
            "ip" => self.ip,
            "when" => self.when,
            "person" => self.person,
            "source" => self.source,
            _ => None,
        }
    }
}

/// Of each clause the first wording is taken whose gaps can all be filled; a clause without such a wording is omitted.
pub(crate) fn sentence(template: &str, facts: Option<&RefusalFacts>, situation: &Situation<'_>) -> String {
    let gap = |name: &str| facts.and_then(|facts| facts.gap(name)).or_else(|| situation.gap(name));
    let word = |clause: &str| clause.split('~').find_map(|wording| filled(wording.trim(), gap));
    let clauses: Vec<String> = template.split('|').filter_map(word).collect();
    clauses.join(" ")
}

/// Fills one wording; none if a gap has no text.
fn filled<'a>(wording: &str, gap: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut out = String::with_capacity(wording.len() + 32);
    let mut rest = wording;
    while let Some((before, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}')?;
        out.push_str(before);
        out.push_str(gap(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason_code::ReasonCode;

    #[test]
    fn every_gap_of_every_wording_has_something_that_fills_it() {
        let facts = RefusalFacts::all("x");
        let x = Some("x");
        let situation = Situation {
            endpoint: x,
            method: x,
            id: x,
            seen: x,
            hint: x,
            detail: x,
            client: x,
            ip: x,
            when: x,
            person: x,
            source: x,
        };
        for reason in ReasonCode::ALL.iter().map(|code| code.reason()) {
            for wording in reason.template().split(['|', '~']) {
                let sentence = sentence(wording, Some(&facts), &situation);
                assert!(!sentence.is_empty(), "{:?}: a gap of {wording:?} has no text", reason.code);
            }
        }
    }
}
