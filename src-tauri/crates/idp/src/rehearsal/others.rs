//! Writers that are neither Okta nor Entra.
//!
//! Sources: RFC 7644 for the plain client, the source of keycloak-scim and of authentik for theirs, `OneLogin`'s
//! developer page, `JumpCloud`'s support page. Where a vendor does not say whether people are updated with PUT or
//! PATCH, PUT is rehearsed, because servers get it wrong more often.

use serde_json::{Value, json};

use super::life::{
    ADA, ADA_PATH, CREW, CREW_B, CREW_PATH, DEPARTMENT, ENTERPRISE, GRACE, MANAGER, create, create_group,
    find, look_at_ada, look_at_crew, look_at_leaver, look_at_returner, look_gone,
};
use super::step::{Check, Step};

/// By the letter of the RFC.
pub(super) fn custom() -> Vec<Step> {
    let ada = |title, operations: Value| Step::patch(title, ADA_PATH, &operations);
    let crew = |title, operations: Value| Step::patch(title, CREW_PATH, &operations);
    let mut steps: Vec<Step> = discovery().into();
    steps.push(
        Step::get("The client asks whether Ada exists", &find("/Users", "userName", ADA))
            .checking(Check::List(Some(0))),
    );
    steps.extend(people());
    steps.push(
        Step::post("The client creates Ada a second time", "/Users", person(ADA, "Ada", "Byron"))
            .refused(409),
    );
    steps.push(ada(
        "The client changes the title and the manager",
        json!([
            {"op": "replace", "path": "title", "value": "Engineer"},
            {"op": "add", "value": {ENTERPRISE: {"department": "Maths", "manager": {"value": "${grace}"}}}}
        ]),
    ));
    steps.push(look_at_ada(
        "The change arrived and nothing else moved",
        vec![
            Check::Is("/title", json!("Engineer")),
            Check::Is(DEPARTMENT, json!("Maths")),
            Check::Is(MANAGER, json!("${grace}")),
        ],
    ));
    steps.push(ada(
        "The client deactivates Ada",
        json!([{"op": "replace", "path": "active", "value": false}]),
    ));
    steps.extend(look_at_leaver());
    steps
        .push(ada("The client reactivates Ada", json!([{"op": "replace", "path": "active", "value": true}])));
    steps.push(look_at_returner());
    steps.extend(group_beginning());
    steps.push(crew(
        "The client adds two members",
        json!([{"op": "add", "path": "members", "value":
        [{"value": "${ada}"}, {"value": "${grace}"}]}]),
    ));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(crew(
        "The client removes Ada",
        json!([{"op": "remove", "path": "members[value eq \"${ada}\"]"}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.push(crew(
        "The client renames the group",
        json!([{"op": "replace", "path": "displayName", "value": CREW_B}]),
    ));
    steps.push(look_at_crew("The name changed and the members did not", CREW_B, &["${grace}"], &["${ada}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}

/// PUT throughout, no look-up before a create, real deletions.
pub(super) fn keycloak() -> Vec<Step> {
    let ada = |title, given: &str, active: Value| {
        let mut body = keycloak_person(ADA, given, "Byron");
        body["active"] = active;
        Step::put(title, ADA_PATH, body)
    };
    let crew = |title, members: Value| {
        Step::put(
            title,
            CREW_PATH,
            json!({"schemas": [GROUP], "externalId": "rehearsal-${tag}-crew",
            "displayName": CREW, "members": members}),
        )
    };
    let mut steps = keycloak_beginning();
    steps.push(ada("Keycloak changes Ada's given name", "Augusta", json!(true)));
    steps.push(look_at_ada("The change arrived", vec![Check::Is("/name/givenName", json!("Augusta"))]));
    steps.push(ada("Keycloak disables Ada", "Augusta", json!(false)));
    steps.extend(look_at_leaver());
    steps.push(ada("Keycloak enables Ada", "Augusta", json!(true)));
    steps.push(look_at_returner());
    steps.push(keycloak_group());
    steps.push(crew(
        "Keycloak puts the group with two members",
        json!([
        {"value": "${ada}", "$ref": "Users/${ada}"}, {"value": "${grace}", "$ref": "Users/${grace}"}]),
    ));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(crew(
        "Keycloak puts the group without Ada",
        json!([{"value": "${grace}", "$ref": "Users/${grace}"}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}

/// With its patch switches: the state as text, members replaced as a whole or removed without a value.
pub(super) fn keycloak_patch() -> Vec<Step> {
    let ada = |title, given: &str, active: &str| {
        Step::patch(
            title,
            ADA_PATH,
            &json!([
                {"op": "replace", "path": "active", "value": active},
                {"op": "replace", "path": "name.givenName", "value": given},
                {"op": "replace", "path": "userName", "value": ADA}
            ]),
        )
    };
    let crew = |title, operations: Value| Step::patch(title, CREW_PATH, &operations);
    let mut steps = keycloak_beginning();
    steps.push(ada("Keycloak disables Ada by a text", "Augusta", "false"));
    steps.extend(look_at_leaver());
    steps.push(ada("Keycloak enables Ada by a text", "Augusta", "true"));
    steps.push(look_at_returner());
    steps.push(keycloak_group());
    steps.push(crew(
        "Keycloak replaces the members",
        json!([{"op": "replace", "path": "members", "value":
        [{"value": "${grace}", "$ref": "Users/${grace}"}]}]),
    ));
    steps.push(look_at_crew("Grace alone is a member", CREW, &["${grace}"], &["${ada}"]));
    steps.push(crew("Keycloak empties the group", json!([{"op": "remove", "path": "members"}])));
    steps.push(look_at_crew("The group is empty", CREW, &[], &["${ada}", "${grace}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}

/// Discovery first; people by PUT, groups by PATCH with the whole group as value and one operation a member.
pub(super) fn authentik() -> Vec<Step> {
    let ada = |title, title_of_ada: &str, active: bool| {
        let mut body = person(ADA, "Ada", "Byron");
        body["title"] = json!(title_of_ada);
        body["active"] = json!(active);
        Step::put(title, ADA_PATH, body)
    };
    let crew = |title, operations: Value| Step::patch(title, CREW_PATH, &operations);
    let mut steps = vec![
        Step::get("authentik reads what the server can do", "/ServiceProviderConfig")
            .checking(Check::Is("/patch/supported", json!(true))),
        Step::get("authentik pages through the groups", "/Groups?startIndex=1").checking(Check::List(None)),
    ];
    steps.extend(people());
    steps.push(ada("authentik changes Ada's title", "Engineer", true));
    steps.push(look_at_ada("The change arrived", vec![Check::Is("/title", json!("Engineer"))]));
    steps.push(ada("authentik deactivates Ada", "Engineer", false));
    steps.extend(look_at_leaver());
    steps.push(ada("authentik reactivates Ada", "Engineer", true));
    steps.push(look_at_returner());
    steps.extend(group_beginning());
    steps.push(crew(
        "authentik adds members, one operation each",
        json!([
        {"op": "add", "path": "members", "value": [{"value": "${ada}"}]},
        {"op": "add", "path": "members", "value": [{"value": "${grace}"}]}]),
    ));
    steps.push(look_at_crew("Both are members", CREW, &["${ada}", "${grace}"], &[]));
    steps.push(crew(
        "authentik renames with the whole group as value",
        json!([{"op": "replace", "value": {
        "schemas": [GROUP], "id": "${crew}", "externalId": "rehearsal-${tag}-crew", "displayName": CREW_B}}]),
    ));
    steps.push(look_at_crew(
        "The name changed and the members did not",
        CREW_B,
        &["${ada}", "${grace}"],
        &[],
    ));
    steps.push(crew(
        "authentik removes Ada by a value",
        json!([
        {"op": "remove", "path": "members", "value": [{"value": "${ada}"}]}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW_B, &["${grace}"], &["${ada}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}

/// A made-up name first, then PUT for people and PATCH for groups.
pub(super) fn onelogin() -> Vec<Step> {
    let mut steps = vec![
        Step::get("OneLogin looks up a made-up user", &find("/Users", "userName", "${guid}"))
            .checking(Check::List(Some(0))),
        Step::get("OneLogin asks whether Ada exists", &find("/Users", "userName", ADA))
            .checking(Check::List(Some(0))),
    ];
    steps.extend(people());
    steps.extend(state_by_echo());
    steps.extend(group_beginning());
    steps.push(Step::patch(
        "OneLogin adds Ada",
        CREW_PATH,
        &json!([
        {"op": "add", "path": "members", "value": [{"value": "${ada}"}]}]),
    ));
    steps.push(look_at_crew("Ada is a member", CREW, &["${ada}"], &["${grace}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}

/// Its connection test makes and deletes a person and a group; members leave by a value.
pub(super) fn jumpcloud() -> Vec<Step> {
    let mut steps = vec![
        create(
            "JumpCloud's test creates a person",
            "probe",
            person("rehearsal-${tag}-probe@rehearsal.invalid", "Pro", "Be"),
        ),
        Step::delete("JumpCloud's test deletes the person", "/Users/${probe}"),
    ];
    steps.extend(people());
    steps.extend(state_by_echo());
    steps.extend(group_beginning());
    steps.push(Step::patch(
        "JumpCloud adds two members",
        CREW_PATH,
        &json!([
        {"op": "add", "path": "members", "value": [{"value": "${ada}"}, {"value": "${grace}"}]}]),
    ));
    steps.push(Step::patch(
        "JumpCloud removes Ada by a value",
        CREW_PATH,
        &json!([
        {"op": "remove", "path": "members", "value": [{"value": "${ada}"}]}]),
    ));
    steps.push(look_at_crew("Only Ada left", CREW, &["${grace}"], &["${ada}"]));
    steps.extend(group_end());
    steps.extend(person_end());
    steps
}

/// The group's schema.
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

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
pub(super) fn people() -> [Step; 2] {
    [
        create("Ada is created", "ada", person(ADA, "Ada", "Byron")),
        create("Grace is created", "grace", person(GRACE, "Grace", "Hopper")),
    ]
}

/// Reads Ada, and sends her back inactive and then active.
pub(super) fn state_by_echo() -> Vec<Step> {
    let put = |title, active: bool| Step::echo(title, ADA_PATH, "adaWhole", vec![("/active", json!(active))]);
    let mut steps = vec![
        Step::get("Ada is read before a change", ADA_PATH).learning("adaWhole", ""),
        put("Ada is sent back inactive", false),
    ];
    steps.extend(look_at_leaver());
    steps.push(put("Ada is sent back active", true));
    steps.push(look_at_returner());
    steps
}

/// The group is looked for and made.
pub(super) fn group_beginning() -> [Step; 2] {
    [
        Step::get("The group is looked for", &find("/Groups", "displayName", CREW))
            .checking(Check::List(Some(0))),
        create_group(
            "The group is created",
            json!({"schemas": [GROUP], "externalId": "rehearsal-${tag}-crew", "displayName": CREW}),
        ),
    ]
}

/// The group is deleted; its members stay.
pub(super) fn group_end() -> [Step; 3] {
    [
        Step::delete("The group is deleted", CREW_PATH),
        look_gone("The group is gone", CREW_PATH),
        look_at_ada("Its members are not", vec![]),
    ]
}

/// Ada is deleted for good.
pub(super) fn person_end() -> [Step; 3] {
    [
        Step::delete("Ada is deleted for good", ADA_PATH),
        look_gone("Ada is gone", ADA_PATH),
        Step::delete("Ada is deleted once more", ADA_PATH).refused(404),
    ]
}

/// The four discovery endpoints.
pub(super) fn discovery() -> [Step; 4] {
    [
        Step::get("The client reads what the server can do", "/ServiceProviderConfig")
            .checking(Check::Present("/patch")),
        Step::get("The client reads the resource types", "/ResourceTypes").checking(Check::List(None)),
        Step::get("The client reads the schemas", "/Schemas").checking(Check::List(None)),
        Step::get("The client reads one schema", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User")
            .checking(Check::Present("/attributes")),
    ]
}

/// Without a type on the address, as the extension sends it.
fn keycloak_person(user_name: &str, given: &str, family: &str) -> Value {
    let mut body = person(user_name, given, family);
    body["emails"] = json!([{"value": user_name, "primary": true}]);
    body
}

fn keycloak_beginning() -> Vec<Step> {
    vec![
        create("Keycloak creates Ada without asking first", "ada", keycloak_person(ADA, "Ada", "Byron")),
        create("Keycloak creates Grace", "grace", keycloak_person(GRACE, "Grace", "Hopper")),
    ]
}

fn keycloak_group() -> Step {
    create_group(
        "Keycloak creates the group with a member",
        json!({"schemas": [GROUP], "externalId": "rehearsal-${tag}-crew", "displayName": CREW,
            "members": [{"value": "${ada}", "$ref": "Users/${ada}"}]}),
    )
}
