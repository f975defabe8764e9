//! Entra's default job and the one with `aadOptscim062020` (Microsoft's provisioning documentation; the cases with
//! empty values from its validators).

use serde_json::{Value, json};

use super::life::{
    ADA, ADA_PATH, CREW, CREW_B, CREW_PATH, DEPARTMENT, ENTERPRISE, GRACE, MANAGER, create, create_group,
    find_plus, look_at_ada, look_at_crew, look_at_leaver, look_at_returner, look_gone,
};
use super::step::{Check, ScriptStep};

/// The default job: capital names, one operation an attribute, text for booleans, members removed by value.
pub(super) fn default_job() -> Vec<ScriptStep> {
    let ada = |title, operations: Value| ScriptStep::patch(title, ADA_PATH, &operations);
    let crew = |title, operations: Value| ScriptStep::patch(title, CREW_PATH, &operations);
    let manager = format!("{ENTERPRISE}:manager");
    let mut steps = beginning();
    steps.push(ada(
        "Azure changes four attributes, one operation each",
        json!([
            {"op": "Replace", "path": "displayName", "value": "Ada King"},
            {"op": "Replace", "path": "title", "value": "Engineer"},
            {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+44 20 7946 0000"},
            {"op": "Replace", "path": format!("{ENTERPRISE}:department"), "value": "Maths"}
        ]),
    ));
    steps.push(look_at_ada("All four arrived and nothing else moved", changed()));
    steps.push(ada(
        "Azure sets the manager as a bare id",
        json!([{"op": "Add", "path": manager, "value": "${grace}"}]),
    ));
    steps.push(look_at_ada("The manager is an object", vec![Check::Is(MANAGER, json!("${grace}"))]));
    steps.push(ada(
        "Azure clears the manager with an empty text",
        json!([{"op": "Replace", "path": manager, "value": ""}]),
    ));
    steps.push(look_at_ada("The manager is gone, the department is not", without_manager()));
    steps.push(ada(
        "Azure clears the title with an empty text",
        json!([{"op": "Replace", "path": "title", "value": ""}]),
    ));
    steps.push(look_at_ada("The title is gone", vec![Check::Missing("/title")]));
    steps.push(ada(
        "Azure clears the title with null",
        json!([{"op": "Replace", "path": "title", "value": null}]),
    ));
    steps.push(look_at_ada("The title stays away", vec![Check::Missing("/title")]));
    for (title, text) in [("Azure disables Ada", "False"), ("Azure disables Ada once more", "False")] {
        steps.push(ada(title, json!([{"op": "Replace", "path": "active", "value": text}])));
    }
    steps.extend(look_at_leaver());
    steps.push(ada("Azure restores Ada", json!([{"op": "Replace", "path": "active", "value": "True"}])));
    steps.push(look_at_returner());
    steps.extend(group_beginning());
    steps.push(crew(
        "Azure adds two members",
        json!([{"op": "Add", "path": "members", "value": [
            {"$ref": null, "value": "${ada}"}, {"$ref": null, "value": "${grace}"}]}]),
    ));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(members_left_out());
    for title in ["Azure removes Ada by a value", "Azure removes Ada once more"] {
        steps.push(crew(
            title,
            json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "${ada}"}]}]),
        ));
    }
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.push(crew(
        "Azure renames the group",
        json!([{"op": "Replace", "path": "displayName", "value": CREW_B}]),
    ));
    steps.push(look_at_crew("The name changed and the members did not", CREW_B, &["${grace}"], &["${ada}"]));
    steps.extend(end());
    steps
}

/// The flag: small names, real booleans, everything mergeable in one operation with flat keys, members by filter.
pub(super) fn flag_job() -> Vec<ScriptStep> {
    let ada = |title, operations: Value| ScriptStep::patch(title, ADA_PATH, &operations);
    let crew = |title, operations: Value| ScriptStep::patch(title, CREW_PATH, &operations);
    let mut steps = beginning();
    steps.push(ada(
        "Azure changes four attributes in two operations",
        json!([
            {"op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+44 20 7946 0000"},
            {"op": "replace", "value": {"displayName": "Ada King", "title": "Engineer",
                format!("{ENTERPRISE}:department"): "Maths"}}
        ]),
    ));
    steps.push(look_at_ada("All four arrived and nothing else moved", changed()));
    steps.push(ada(
        "Azure changes a part of the name by a flat key",
        json!([{"op": "replace", "value": {"name.givenName": "Augusta"}}]),
    ));
    steps.push(look_at_ada(
        "The other parts of the name stayed",
        vec![Check::Is("/name/givenName", json!("Augusta"))],
    ));
    steps.push(ada(
        "Azure sets the manager by the full URN as a key",
        json!([{"op": "add", "value": {format!("{ENTERPRISE}:manager"): "${grace}"}}]),
    ));
    steps.push(look_at_ada("The manager is an object", vec![Check::Is(MANAGER, json!("${grace}"))]));
    steps.push(ada(
        "Azure removes the manager",
        json!([{"op": "remove", "path": format!("{ENTERPRISE}:manager")}]),
    ));
    steps.push(look_at_ada("The manager is gone, the department is not", without_manager()));
    for title in ["Azure disables Ada", "Azure disables Ada once more"] {
        steps.push(ada(title, json!([{"op": "replace", "path": "active", "value": false}])));
    }
    steps.extend(look_at_leaver());
    steps.push(ada("Azure restores Ada", json!([{"op": "replace", "path": "active", "value": true}])));
    steps.push(look_at_returner());
    steps.extend(group_beginning());
    steps.push(crew(
        "Azure adds two members",
        json!([{"op": "add", "path": "members", "value": [{"value": "${ada}"}, {"value": "${grace}"}]}]),
    ));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(members_left_out());
    steps.push(crew(
        "Azure removes Ada by a filter",
        json!([{"op": "remove", "path": "members[value eq \"${ada}\"]"}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.push(crew(
        "Azure renames the group without a path",
        json!([{"op": "replace", "value": {"displayName": CREW_B}}]),
    ));
    steps.push(look_at_crew("The name changed and the members did not", CREW_B, &["${grace}"], &["${ada}"]));
    steps.extend(end());
    steps
}

fn beginning() -> Vec<ScriptStep> {
    let lookup = |title, name: &str| ScriptStep::get(title, &find_plus("/Users", "userName", name));
    vec![
        lookup("Azure tests the connection with a made-up user", "${guid}").checking(Check::List(Some(0))),
        ScriptStep::get(
            "Azure tests the connection with a made-up group",
            &find_plus("/Groups", "displayName", "${guid}"),
        )
        .checking(Check::List(Some(0))),
        lookup("Azure asks whether Ada exists", ADA).checking(Check::List(Some(0))),
        create("Azure creates Ada", "ada", person(ADA, "Ada", "Byron")),
        ScriptStep::post("Azure creates Ada a second time", "/Users", person(ADA, "Ada", "Byron"))
            .refused(409),
        lookup("Azure finds Ada whatever the case", "REHEARSAL-${tag}-ADA@rehearsal.invalid")
            .checking(Check::List(Some(1)))
            .checking(Check::Is("/Resources/0/id", json!("${ada}"))),
        ScriptStep::get(
            "Azure finds Ada by her work address",
            &format!(
                "/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22{}%22",
                ADA.replace('@', "%40")
            ),
        )
        .checking(Check::List(Some(1))),
        create("Azure creates Grace", "grace", person(GRACE, "Grace", "Hopper")),
    ]
}

/// With the client's own `meta` and an empty list of roles, as Entra sends them.
fn person(user_name: &str, given: &str, family: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "externalId": format!("rehearsal-${{tag}}-{given}"), "userName": user_name, "active": true,
        "displayName": format!("{given} {family}"),
        "emails": [{"primary": true, "type": "work", "value": user_name}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": format!("{given} {family}"), "familyName": family, "givenName": given},
        ENTERPRISE: {"department": "Engines"},
        "roles": []
    })
}

fn changed() -> Vec<Check> {
    vec![
        Check::Is("/displayName", json!("Ada King")),
        Check::Is("/title", json!("Engineer")),
        Check::Has("/phoneNumbers", json!({"type": "mobile", "value": "+44 20 7946 0000"})),
        Check::Is(DEPARTMENT, json!("Maths")),
        Check::Is("/active", json!(true)),
    ]
}

fn without_manager() -> Vec<Check> {
    vec![Check::Missing(MANAGER), Check::Is(DEPARTMENT, json!("Maths"))]
}

fn group_beginning() -> Vec<ScriptStep> {
    let matching = find_plus("/Groups", "displayName", CREW).replace('?', "?excludedAttributes=members&");
    vec![
        ScriptStep::get("Azure asks whether the group exists", &matching).checking(Check::List(Some(0))),
        create_group(
            "Azure creates the group with its own schema",
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
                    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                "externalId": "rehearsal-${tag}-crew", "displayName": CREW, "meta": {"resourceType": "Group"}
            }),
        ),
        ScriptStep::post(
            "Azure creates the group a second time",
            "/Groups",
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": CREW}),
        )
        .refused(409),
    ]
}

fn members_left_out() -> ScriptStep {
    ScriptStep::get("Azure reads the group without members", "/Groups/${crew}?excludedAttributes=members")
        .checking(Check::Is("/displayName", json!(CREW)))
        .checking(Check::Missing("/members"))
}

fn end() -> Vec<ScriptStep> {
    vec![
        ScriptStep::delete("Azure deletes the group", CREW_PATH),
        ScriptStep::delete("Azure deletes the group once more", CREW_PATH).refused(404),
        ScriptStep::delete("Azure deletes Ada for good", ADA_PATH),
        look_gone("Ada is gone", ADA_PATH),
        ScriptStep::delete("Azure deletes Ada once more", ADA_PATH).refused(404),
        create("Ada is hired again", "ada", person(ADA, "Ada", "Byron")),
    ]
}
