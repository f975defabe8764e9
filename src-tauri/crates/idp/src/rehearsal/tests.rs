//! Every script runs against a small server made of `scim` itself, so that a script that cannot succeed, a deviation
//! that is not normalised, or a check that cannot fail is found here and not by a customer.

use std::collections::BTreeMap;

use scim::{MemberOp, Registry, ResourceType, Target};
use serde_json::{Map, Value, json};

use super::*;
use crate::incoming_request::IncomingRequest;
use crate::normalise::normalise;

#[derive(Clone, Default)]
struct StoredResource {
    document: Map<String, Value>,
    members: Vec<String>,
}

/// A server in memory: just enough of a store for one rehearsal.
struct Server {
    registry: Registry,
    provider: Provider,
    stored: BTreeMap<(ResourceType, String), StoredResource>,
    made: usize,
    /// The codes of all deviations, to see that dialects have those they are known for.
    deviations: Vec<&'static str>,
}

type Answer = (u16, Option<Value>);

impl Server {
    fn new(provider: Provider) -> Self {
        Self {
            registry: Registry::standard(),
            provider,
            stored: BTreeMap::new(),
            made: 0,
            deviations: Vec::new(),
        }
    }

    fn answer(&mut self, prepared: &Prepared) -> Answer {
        let (path, query) = prepared.path.split_once('?').unwrap_or((&prepared.path, ""));
        let mut request = IncomingRequest {
            method: prepared.method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            body: prepared.body.as_ref().and_then(Value::as_object).cloned(),
        };
        let normalisations = normalise(self.provider, &self.registry, "https://x/scim/v2/c", &mut request);
        self.deviations.extend(normalisations.iter().map(|known| known.code));
        self.execute(request).unwrap_or_else(|error| (error.status, Some(error.to_json())))
    }

    fn execute(&mut self, request: IncomingRequest) -> Result<Answer, scim::Error> {
        let gone = || scim::Error::not_found("There is no such resource.");
        let body = request.body.unwrap_or_default();
        match (request.method.as_str(), Target::parse(&request.path).ok_or_else(gone)?) {
            ("GET", Target::Resources(kind)) => self.list(kind, &request.query),
            ("POST", Target::Resources(kind)) => self.create(kind, body),
            ("GET", Target::Resource(kind, id)) => {
                self.stored.get(&(kind, id.clone())).ok_or_else(gone)?;
                Ok((200, Some(self.shown(kind, &id, &request.query))))
            }
            ("PUT", Target::Resource(kind, id)) => {
                let stored = self.stored.get_mut(&(kind, id.clone())).ok_or_else(gone)?;
                let parsed = scim::parse_replace(&self.registry, kind, &stored.document, body)?;
                stored.document = parsed.document;
                if let Some(members) = parsed.members {
                    stored.members = members.into_iter().map(|member| member.value).collect();
                }
                Ok((200, Some(self.shown(kind, &id, ""))))
            }
            ("PATCH", Target::Resource(kind, id)) => {
                let stored = self.stored.get_mut(&(kind, id.clone())).ok_or_else(gone)?;
                let patch = scim::Patch::parse(&self.registry, kind, &body)?;
                patch.apply(&self.registry, &mut stored.document)?;
                patch.members().iter().for_each(|op| change(&mut stored.members, op));
                Ok((200, Some(self.shown(kind, &id, ""))))
            }
            ("DELETE", Target::Resource(kind, id)) => {
                self.stored.remove(&(kind, id.clone())).ok_or_else(gone)?;
                self.stored.values_mut().for_each(|stored| stored.members.retain(|member| *member != id));
                Ok((204, None))
            }
            ("GET", Target::ServiceProviderConfig) => Ok((200, Some(json!({"patch": {"supported": true}})))),
            ("GET", Target::ResourceTypes) => Ok((200, Some(empty_list(2)))),
            ("GET", Target::Schemas) => Ok((200, Some(empty_list(3)))),
            ("GET", Target::ResourceTypeNamed(name)) => {
                let kind = ResourceType::from_name(&name).ok_or_else(gone)?;
                Ok((200, Some(json!({"endpoint": kind.endpoint()}))))
            }
            ("GET", Target::Schema(urn)) => {
                let schema = self.registry.schema(&urn).ok_or_else(gone)?;
                Ok((200, Some(Value::Object(schema.to_json()))))
            }
            (method, _) => Err(scim::Error::method_not_allowed(format!("{method} is not possible here."))),
        }
    }

    fn create(&mut self, kind: ResourceType, body: Map<String, Value>) -> Result<Answer, scim::Error> {
        let parsed = scim::parse_create(&self.registry, kind, body)?;
        let key = if kind == ResourceType::User { "userName" } else { "displayName" };
        let name = |document: &Map<String, Value>| scim::fold(document[key].as_str().unwrap_or_default());
        let taken = self
            .stored
            .iter()
            .any(|((other, _), stored)| *other == kind && name(&stored.document) == name(&parsed.document));
        if taken {
            return Err(scim::Error::uniqueness(format!("{key} is in use.")));
        }
        self.made += 1;
        let id = format!("0199d3c0-7c2e-7000-8000-{:012}", self.made);
        let members = parsed.members.unwrap_or_default().into_iter().map(|member| member.value).collect();
        self.stored.insert((kind, id.clone()), StoredResource { document: parsed.document, members });
        Ok((201, Some(self.shown(kind, &id, ""))))
    }

    fn list(&self, kind: ResourceType, query: &str) -> Result<Answer, scim::Error> {
        let list = scim::ListQuery::from_query(&self.registry, kind, query)?;
        let ids = self.stored.keys().filter(|(other, _)| *other == kind).map(|(_, id)| id);
        let matching: Vec<&String> = ids
            .filter(|id| list.filter.as_ref().is_none_or(|filter| filter.matches(&self.whole(kind, id))))
            .collect();
        let skip = usize::try_from(list.start_index).unwrap_or(1).saturating_sub(1);
        let take = list.count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
        let page: Vec<Value> =
            matching.iter().skip(skip).take(take).map(|id| self.shown(kind, id, query)).collect();
        let mut answer = empty_list(matching.len());
        answer["startIndex"] = json!(list.start_index);
        answer["itemsPerPage"] = json!(page.len());
        answer["Resources"] = Value::Array(page);
        Ok((200, Some(answer)))
    }

    /// The whole resource, as filters see it.
    fn whole(&self, kind: ResourceType, id: &str) -> Map<String, Value> {
        let stored = &self.stored[&(kind, id.to_owned())];
        let mut whole = stored.document.clone();
        whole.insert("id".into(), id.into());
        whole.insert(
            "meta".into(),
            json!({"resourceType": kind.name(), "location": format!("{}/{id}", kind.endpoint())}),
        );
        whole.entry("active").or_insert(json!(true));
        if kind == ResourceType::Group {
            whole.remove("active");
            let members: Vec<Value> = stored.members.iter().map(|member| json!({"value": member})).collect();
            if !members.is_empty() {
                whole.insert("members".into(), Value::Array(members));
            }
        }
        whole
    }

    /// What an answer shows: whole attributes only, which is all the scripts ask for.
    fn shown(&self, kind: ResourceType, id: &str, query: &str) -> Value {
        let mut whole = self.whole(kind, id);
        let named = |name| crate::query_string::parameter(query, name);
        if let Some(excluded) = named("excludedAttributes") {
            whole.retain(|key, _| !excluded.split(',').any(|name| name == key));
        }
        if let Some(wanted) = named("attributes") {
            whole.retain(|key, _| key == "id" || wanted.split(',').any(|name| name == key));
        }
        Value::Object(whole)
    }
}

fn empty_list(total: usize) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": total,
        "startIndex": 1, "itemsPerPage": 0, "Resources": []})
}

fn change(members: &mut Vec<String>, op: &MemberOp) {
    match op {
        MemberOp::Add(new) => {
            for member in new {
                if !members.contains(&member.value) {
                    members.push(member.value.clone());
                }
            }
        }
        MemberOp::Replace(new) => *members = new.iter().map(|member| member.value.clone()).collect(),
        MemberOp::Remove(ids) => members.retain(|member| !ids.contains(member)),
        MemberOp::RemoveWhere(filter) => {
            members.retain(|member| !filter.matches_element(&json!({"value": member})));
        }
        MemberOp::RemoveAll => members.clear(),
    }
}

fn rehearse(server: &mut Server, dialect: Dialect, tag: &str) -> Vec<Verdict> {
    let mut play = Play::new(dialect, tag);
    let mut verdicts = Vec::new();
    while let Some(next) = play.next_request() {
        verdicts.push(match next {
            Err(skipped) => skipped,
            Ok(prepared) => {
                let (status, body) = server.answer(&prepared);
                play.judge(status, body.as_ref()).unwrap()
            }
        });
    }
    verdicts
}

#[test]
fn every_dialect_passes_twice_and_leaves_nothing_behind() {
    for dialect in Dialect::ALL {
        let mut server = Server::new(dialect.provider());
        for round in ["a", "b"] {
            for verdict in rehearse(&mut server, dialect, round) {
                assert!(verdict.passed, "{}: {}: {:?}", dialect.as_str(), verdict.title, verdict.findings);
            }
            assert_eq!(server.stored.len(), 0, "{} leaves something behind", dialect.as_str());
        }
    }
}

#[test]
fn dialects_have_the_deviations_they_are_known_for() {
    for (dialect, code) in [
        (Dialect::OktaPatch, "patch.read_only"),
        (Dialect::Azure, "value.boolean_text"),
        (Dialect::Azure, "members.remove_by_value"),
        (Dialect::Azure, "filter.suffix"),
        (Dialect::AzureFlag, "patch.flat_keys"),
        (Dialect::KeycloakPatch, "value.boolean_text"),
        (Dialect::Authentik, "members.remove_by_value"),
        (Dialect::Ping, "filter.alias"),
    ] {
        let mut server = Server::new(dialect.provider());
        rehearse(&mut server, dialect, "x");
        assert!(server.deviations.contains(&code), "{} never has {code}", dialect.as_str());
    }
    let mut server = Server::new(Provider::Custom);
    rehearse(&mut server, Dialect::Custom, "x");
    assert_eq!(server.deviations, Vec::<&str>::new(), "a client that follows the RFC needs no normalisation");
}

#[test]
fn a_server_that_empties_groups_fails() {
    let mut server = Server::new(Provider::Azure);
    let mut play = Play::new(Dialect::Azure, "x");
    let mut failed = Vec::new();
    while let Some(next) = play.next_request() {
        let Ok(mut prepared) = next else { continue };
        // Reads the removal literally: the path names all members, the value is ignored.
        if prepared.title == "Azure removes Ada by a value" {
            prepared.body = Some(json!({"Operations": [{"op": "remove", "path": "members"}]}));
        }
        let (status, body) = server.answer(&prepared);
        let verdict = play.judge(status, body.as_ref()).unwrap();
        failed.extend((!verdict.passed).then_some(verdict.title));
    }
    assert_eq!(failed, ["Only Ada left", "The name changed and the members did not"]);
}

#[test]
fn a_server_that_answers_nothing_fails_every_step_without_end() {
    let mut play = Play::new(Dialect::OktaPut, "x");
    let mut verdicts = Vec::new();
    while let Some(next) = play.next_request() {
        verdicts.push(match next {
            Ok(_) => play.judge(502, None).unwrap(),
            Err(skipped) => skipped,
        });
    }
    assert!(verdicts.iter().all(|verdict| !verdict.passed), "nothing can pass");
    assert!(verdicts.iter().any(|verdict| verdict.findings[0].starts_with("Skipped")), "later steps say why");
    let (at, all) = play.progress();
    assert_eq!(at, all);
}

#[test]
fn stopping_still_cleans_up() {
    let mut server = Server::new(Provider::Okta);
    let mut play = Play::new(Dialect::OktaPatch, "x");
    while server.stored.is_empty() {
        let prepared = play.next_request().unwrap().unwrap();
        let (status, body) = server.answer(&prepared);
        play.judge(status, body.as_ref());
    }
    play.stop();
    while let Some(next) = play.next_request() {
        let prepared = next.unwrap();
        assert_eq!(prepared.phase, Phase::CleanUp);
        let (status, body) = server.answer(&prepared);
        assert!(play.judge(status, body.as_ref()).unwrap().passed);
    }
    assert_eq!(server.stored.len(), 0);
}

#[test]
fn a_dialect_is_parsed_from_its_word_and_tags_are_sanitised() {
    for dialect in Dialect::ALL {
        assert_eq!(Dialect::from_word(dialect.as_str()), Some(dialect));
        assert_eq!(serde_json::to_value(dialect).unwrap(), dialect.as_str(), "one word everywhere");
    }
    let mut play = Play::new(Dialect::Azure, "a/b\"c ../x");
    let prepared = play.next_request().unwrap().unwrap();
    let filter = crate::query_string::parameter(prepared.path.split_once('?').unwrap().1, "filter").unwrap();
    assert_eq!(filter.matches('-').count(), 4, "a GUID: {filter}");
    assert!(!prepared.path.contains(".."));
}

#[test]
fn the_choice_in_the_wizard_decides_the_usual_dialect() {
    assert_eq!(Dialect::usual(Provider::Okta, None), Dialect::OktaPut);
    assert_eq!(Dialect::usual(Provider::Azure, Some("anything")), Dialect::Azure);
    let guide = crate::guide(Provider::Okta, crate::WayIn::Proxy);
    let dialects: Vec<Dialect> =
        guide.variants.iter().map(|variant| Dialect::usual(Provider::Okta, Some(&variant.id))).collect();
    assert_eq!(dialects, [Dialect::OktaPut, Dialect::OktaPatch, Dialect::OktaPatch], "each kind of app");
    let clients = crate::guide(Provider::Custom, crate::WayIn::Proxy).clients.unwrap_or_default();
    let of = |id: &str| Dialect::usual(Provider::Custom, Some(id));
    let general: Vec<&str> =
        clients.iter().map(|client| client.id.as_str()).filter(|id| of(id) == Dialect::Custom).collect();
    assert_eq!(general, [""; 0], "each of them has a dialect of its own");
    assert_eq!(of("okta-patch"), Dialect::Custom, "no other tile's dialect");
}

#[test]
fn every_dialect_has_a_whole_script() {
    for dialect in Dialect::ALL {
        assert!(script(dialect).len() >= 12, "{}: {} steps", dialect.as_str(), script(dialect).len());
    }
}
