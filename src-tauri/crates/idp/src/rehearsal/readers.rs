//! Clients that look before they write, each in its own way: `PingOne` with its filter templates, `CyberArk` with
//! discovery of single things, `SailPoint` and Rippling with paging, Google with a probe.
//!
//! Sources: the vendors' documentation of their SCIM connections and connectors; integration notes of third parties for
//! Google and Rippling, which do not say whether people are updated with PUT or PATCH.

use serde_json::json;

use super::life::{
    ADA, ADA_PATH, CREW, CREW_B, CREW_PATH, find, look_at_ada, look_at_crew, look_at_leaver, look_at_returner,
};
use super::others::{discovery, group_beginning, group_end, people, person, person_end, state_by_echo};
use super::step::{Check, Step};

/// Capital operators, `username` in small letters, and `email` for an address.
pub(super) fn ping() -> Vec<Step> {
    let ask = |title, attribute: &str, operator: &str| {
        Step::get(title, &find("/Users", attribute, ADA).replace("%20eq%20", &format!("%20{operator}%20")))
    };
    let mut steps =
        vec![ask("PingOne asks whether Ada exists", "username", "Eq").checking(Check::List(Some(0)))];
    steps.extend(people());
    steps.push(ask("PingOne finds Ada by her name", "username", "Eq").checking(Check::List(Some(1))));
    steps.push(ask("PingOne finds Ada by her address", "email", "Co").checking(Check::List(Some(1))));
    steps.extend(state_by_echo());
    steps.extend(person_end());
    steps
}

/// A probe, discovery of single things, PUT for people and PATCH for groups.
pub(super) fn cyberark() -> Vec<Step> {
    let mut renamed = person(ADA, "Augusta", "Byron");
    renamed["title"] = json!("Engineer");
    let mut steps = vec![
        Step::get("CyberArk looks whether the address answers", "/Users?count=1").checking(Check::List(None)),
        Step::get("CyberArk reads what the server can do", "/ServiceProviderConfig")
            .checking(Check::Present("/patch")),
        Step::get("CyberArk reads the type of people", "/ResourceTypes/User")
            .checking(Check::Is("/endpoint", json!("/Users"))),
        Step::get("CyberArk reads the type of groups", "/ResourceTypes/Group")
            .checking(Check::Is("/endpoint", json!("/Groups"))),
        Step::get(
            "CyberArk reads the schema of groups",
            "/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group",
        )
        .checking(Check::Present("/attributes")),
    ];
    steps.extend(people());
    steps.push(Step::put("CyberArk replaces Ada", ADA_PATH, renamed));
    steps.push(look_at_ada(
        "The change arrived",
        vec![Check::Is("/title", json!("Engineer")), Check::Is("/name/givenName", json!("Augusta"))],
    ));
    steps.extend(state_by_echo());
    steps.extend(group_beginning());
    steps.push(Step::patch(
        "CyberArk adds Ada to the group",
        CREW_PATH,
        &json!([{"op": "add", "path": "members", "value": [{"value": "${ada}"}]}]),
    ));
    steps.push(look_at_crew("Ada is a member", CREW, &["${ada}"], &["${grace}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}

/// Everything is read, page by page and with named attributes, before anything is written.
pub(super) fn sailpoint() -> Vec<Step> {
    let mut steps: Vec<Step> = discovery().into();
    steps.extend(people());
    let page = |title, start: u32| {
        Step::get(title, &format!("/Users?startIndex={start}&count=1&attributes=userName,active"))
            .checking(Check::List(None))
            .checking(Check::Is("/startIndex", json!(start)))
            .checking(Check::Is("/itemsPerPage", json!(1)))
            .checking(Check::Present("/Resources/0/userName"))
            .checking(Check::Present("/Resources/0/id"))
            .checking(Check::Missing("/Resources/0/emails"))
    };
    steps.push(page("SailPoint reads the first page", 1));
    steps.push(page("SailPoint reads the second page", 2));
    steps.push(Step::get("SailPoint counts the groups", "/Groups?count=0").checking(Check::List(None)));
    steps.extend(state_by_echo());
    steps.extend(person_end());
    steps
}

/// A probe and a look-up; people only; a suspension long before the deletion.
pub(super) fn google() -> Vec<Step> {
    let state = |title, active: bool| {
        Step::patch(title, ADA_PATH, &json!([{"op": "replace", "path": "active", "value": active}]))
    };
    let mut steps = vec![
        Step::get("Google looks whether the address answers", "/Users?count=1").checking(Check::List(None)),
        Step::get("Google asks whether Ada exists", &find("/Users", "userName", ADA))
            .checking(Check::List(Some(0))),
    ];
    steps.extend(people());
    let mut changed = person(ADA, "Ada", "Byron");
    changed["title"] = json!("Engineer");
    steps.push(Step::put("Google replaces Ada", ADA_PATH, changed));
    steps.push(look_at_ada("The change arrived", vec![Check::Is("/title", json!("Engineer"))]));
    steps.push(state("Google suspends Ada", false));
    steps.extend(look_at_leaver());
    steps.push(state("Google restores Ada", true));
    steps.push(look_at_returner());
    steps.extend(person_end());
    steps
}

/// Everybody is read page by page; then PUT for people and PATCH for groups.
pub(super) fn rippling() -> Vec<Step> {
    let crew = |title, operations| Step::patch(title, CREW_PATH, &operations);
    let mut steps = vec![
        Step::get("Rippling reads the first page of people", "/Users?startIndex=1&count=100")
            .checking(Check::List(None))
            .checking(Check::Is("/startIndex", json!(1))),
        Step::get("Rippling reads the groups", "/Groups?startIndex=1&count=100").checking(Check::List(None)),
    ];
    steps.extend(people());
    steps.extend(state_by_echo());
    steps.extend(group_beginning());
    let both = json!([{"value": "${ada}"}, {"value": "${grace}"}]);
    steps.push(crew("Rippling adds two members", json!([{"op": "add", "path": "members", "value": both}])));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(crew(
        "Rippling removes Ada",
        json!([{"op": "remove", "path": "members[value eq \"${ada}\"]"}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.push(crew(
        "Rippling renames the group",
        json!([{"op": "replace", "path": "displayName", "value": CREW_B}]),
    ));
    steps.push(look_at_crew("The name changed and the members did not", CREW_B, &["${grace}"], &["${ada}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}
