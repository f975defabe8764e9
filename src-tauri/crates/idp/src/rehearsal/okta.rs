//! Okta's two kinds of app (Okta's SCIM 2.0 reference; the probes after saving from its 1.1 page).

use serde_json::{Value, json};

use super::life::{
    ADA, ADA_PATH, CREW, CREW_B, CREW_PATH, GRACE, create, create_group, find, look_at_ada, look_at_crew,
    look_at_leaver, look_at_returner, look_gone,
};
use super::step::{Check, ScriptStep};

/// A catalogue template: PATCH for the state of people, for passwords and for groups.
pub(super) fn catalog_app() -> Vec<ScriptStep> {
    let active = |title, state: bool| {
        ScriptStep::patch(title, ADA_PATH, &json!([{"op": "replace", "value": {"active": state}}]))
    };
    let members = |title, operations: Value| ScriptStep::patch(title, CREW_PATH, &operations);
    let mut steps = beginning();
    steps.extend(profile_change());
    steps.push(active("Okta deactivates Ada", false));
    steps.extend(look_at_leaver());
    steps.push(active("Okta deactivates Ada once more", false));
    steps.push(active("Okta reactivates Ada", true));
    steps.push(look_at_returner());
    steps.push(ScriptStep::patch(
        "Okta syncs a password",
        ADA_PATH,
        &json!([{"op": "replace", "value": {"password": "Zq81x0Lw-${tag}"}}]),
    ));
    steps.push(look_at_ada("No password is ever returned", vec![Check::Missing("/password")]));
    steps.extend(group_beginning());
    steps.push(members(
        "Okta pushes two members",
        json!([{"op": "add", "path": "members", "value": [
            {"value": "${ada}", "display": ADA}, {"value": "${grace}", "display": GRACE}]}]),
    ));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(members(
        "Okta takes Ada out of the group",
        json!([{"op": "remove", "path": "members[value eq \"${ada}\"]"}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.push(members(
        "Okta renames the group and repeats its id",
        json!([{"op": "replace", "value": {"id": "${crew}", "displayName": CREW_B}}]),
    ));
    steps.push(look_at_crew("The name changed and the members did not", CREW_B, &["${grace}"], &["${ada}"]));
    steps.push(members(
        "Okta pushes an empty group",
        json!([{"op": "replace", "path": "members", "value": []}]),
    ));
    steps.push(look_at_crew("The group is empty", CREW_B, &[], &["${ada}", "${grace}"]));
    steps.extend(group_end());
    steps
}

/// An app made with the wizard: PUT for everything.
pub(super) fn own_app() -> Vec<ScriptStep> {
    let read = |title| ScriptStep::get(title, ADA_PATH).learning("adaWhole", "");
    let active =
        |title, state: bool| ScriptStep::echo(title, ADA_PATH, "adaWhole", vec![("/active", json!(state))]);
    let group = |title, name: &str, members: Value| {
        ScriptStep::put(
            title,
            CREW_PATH,
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "${crew}",
                "displayName": name, "members": members}),
        )
    };
    let mut steps = beginning();
    steps.extend(profile_change());
    steps.push(read("Okta reads Ada before deactivating her"));
    steps.push(active("Okta deactivates Ada", false));
    steps.extend(look_at_leaver());
    steps.push(read("Okta reads Ada before reactivating her"));
    steps.push(active("Okta reactivates Ada", true));
    steps.push(look_at_returner());
    steps.extend(group_beginning());
    steps.push(group(
        "Okta pushes the group with two members",
        CREW,
        json!([{"value": "${ada}", "display": null}, {"value": "${grace}", "display": null}]),
    ));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(group(
        "Okta pushes the group without Ada",
        CREW,
        json!([{"value": "${grace}", "display": null}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.push(group("Okta renames the group", CREW_B, json!([{"value": "${grace}", "display": null}])));
    steps.push(look_at_crew("The name changed and the members did not", CREW_B, &["${grace}"], &["${ada}"]));
    steps.extend(group_end());
    steps
}

/// Testing the credentials, looking Ada up, and making her.
fn beginning() -> Vec<ScriptStep> {
    let lookup = |title| {
        ScriptStep::get(title, &format!("{}&startIndex=1&count=100", find("/Users", "userName", ADA)))
    };
    vec![
        ScriptStep::get("Okta tests the credentials", "/Users?startIndex=1&count=2")
            .checking(Check::List(None)),
        ScriptStep::get("Okta reads the groups", "/Groups?startIndex=1&count=100")
            .checking(Check::List(None)),
        lookup("Okta asks whether Ada exists").checking(Check::List(Some(0))),
        create("Okta creates Ada", "ada", person(ADA, "Ada", "Byron")),
        ScriptStep::post("Okta creates Ada a second time", "/Users", person(ADA, "Ada", "Byron"))
            .refused(409),
        lookup("Okta finds Ada")
            .checking(Check::List(Some(1)))
            .checking(Check::Is("/Resources/0/id", json!("${ada}"))),
        create("Okta creates Grace", "grace", person(GRACE, "Grace", "Hopper")),
    ]
}

/// With a placeholder for a password and an empty list of groups, as Okta sends them.
fn person(user_name: &str, given: &str, family: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name, "name": {"givenName": given, "familyName": family},
        "emails": [{"primary": true, "value": user_name, "type": "work"}],
        "displayName": format!("{given} {family}"), "locale": "en-US",
        "externalId": format!("00u-${{tag}}-{given}"), "groups": [], "password": "Zq81x0Lw", "active": true
    })
}

/// Okta reads, changes what it read, and sends all of it back.
fn profile_change() -> Vec<ScriptStep> {
    vec![
        ScriptStep::get("Okta reads Ada before a change", ADA_PATH).learning("adaWhole", ""),
        ScriptStep::echo(
            "Okta changes Ada's title and given name",
            ADA_PATH,
            "adaWhole",
            vec![("/title", json!("Engineer")), ("/name/givenName", json!("Augusta"))],
        ),
        look_at_ada(
            "The change arrived and nothing else moved",
            vec![
                Check::Is("/title", json!("Engineer")),
                Check::Is("/name/givenName", json!("Augusta")),
                Check::Is("/externalId", json!("00u-${tag}-Ada")),
                Check::Is("/active", json!(true)),
            ],
        ),
    ]
}

fn group_beginning() -> Vec<ScriptStep> {
    vec![
        ScriptStep::get(
            "Okta asks whether the group exists",
            &format!("{}&startIndex=1&count=100", find("/Groups", "displayName", CREW)),
        )
        .checking(Check::List(Some(0))),
        create_group(
            "Okta pushes the group without members",
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": CREW, "members": []}),
        ),
    ]
}

fn group_end() -> Vec<ScriptStep> {
    vec![
        ScriptStep::delete("Okta deletes the group", CREW_PATH),
        look_gone("The group is gone", CREW_PATH),
        look_at_ada("Its members are not", vec![]),
    ]
}
