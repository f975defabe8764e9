//! Blocks of steps that several scripts share.

use serde_json::{Value, json};

use super::life::{
    ADA, ADA_PATH, CREW, CREW_PATH, GRACE, create, create_group, find, look_at_ada, look_at_leaver,
    look_at_returner, look_gone,
};
use super::step::{Check, ScriptStep};

/// The group's schema.
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A person in the RFC's form.
pub(super) fn person(user_name: &str, given: &str, family: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": format!("rehearsal-${{tag}}-{given}"), "userName": user_name,
        "name": {"givenName": given, "familyName": family}, "displayName": format!("{given} {family}"),
        "emails": [{"value": user_name, "type": "work", "primary": true}], "active": true
    })
}

/// Ada and Grace.
pub(super) fn people() -> [ScriptStep; 2] {
    [
        create("Ada is created", "ada", person(ADA, "Ada", "Byron")),
        create("Grace is created", "grace", person(GRACE, "Grace", "Hopper")),
    ]
}

/// Reads Ada, and sends her back inactive and then active.
pub(super) fn state_by_echo() -> Vec<ScriptStep> {
    let put =
        |title, active: bool| ScriptStep::echo(title, ADA_PATH, "adaWhole", vec![("/active", json!(active))]);
    let mut steps = vec![
        ScriptStep::get("Ada is read before a change", ADA_PATH).learning("adaWhole", ""),
        put("Ada is sent back inactive", false),
    ];
    steps.extend(look_at_leaver());
    steps.push(put("Ada is sent back active", true));
    steps.push(look_at_returner());
    steps
}

/// The group is looked up and created.
pub(super) fn group_beginning() -> [ScriptStep; 2] {
    [
        ScriptStep::get("The group is looked for", &find("/Groups", "displayName", CREW))
            .checking(Check::List(Some(0))),
        create_group(
            "The group is created",
            json!({"schemas": [GROUP], "externalId": "rehearsal-${tag}-crew", "displayName": CREW}),
        ),
    ]
}

/// The group is deleted, and its members are not.
pub(super) fn group_end() -> [ScriptStep; 3] {
    [
        ScriptStep::delete("The group is deleted", CREW_PATH),
        look_gone("The group is gone", CREW_PATH),
        look_at_ada("Its members are not", vec![]),
    ]
}

/// Ada is deleted for good.
pub(super) fn person_end() -> [ScriptStep; 3] {
    [
        ScriptStep::delete("Ada is deleted for good", ADA_PATH),
        look_gone("Ada is gone", ADA_PATH),
        ScriptStep::delete("Ada is deleted once more", ADA_PATH).refused(404),
    ]
}

/// The four discovery endpoints.
pub(super) fn discovery() -> [ScriptStep; 4] {
    [
        ScriptStep::get("The client reads what the server can do", "/ServiceProviderConfig")
            .checking(Check::Present("/patch")),
        ScriptStep::get("The client reads the resource types", "/ResourceTypes").checking(Check::List(None)),
        ScriptStep::get("The client reads the schemas", "/Schemas").checking(Check::List(None)),
        ScriptStep::get("The client reads one schema", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User")
            .checking(Check::Present("/attributes")),
    ]
}
