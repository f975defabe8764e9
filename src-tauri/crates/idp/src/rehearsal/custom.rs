//! A client that follows RFC 7644 to the letter.

use serde_json::{Value, json};

use super::blocks::{discovery, group_beginning, group_end, people, person, person_end};
use super::life::{
    ADA, ADA_PATH, CREW, CREW_B, CREW_PATH, DEPARTMENT, ENTERPRISE, MANAGER, find, look_at_ada, look_at_crew,
    look_at_leaver, look_at_returner,
};
use super::step::{Check, ScriptStep};

/// By the letter of the RFC.
pub(super) fn script() -> Vec<ScriptStep> {
    let ada = |title, operations: Value| ScriptStep::patch(title, ADA_PATH, &operations);
    let crew = |title, operations: Value| ScriptStep::patch(title, CREW_PATH, &operations);
    let mut steps: Vec<ScriptStep> = discovery().into();
    steps.push(
        ScriptStep::get("The client asks whether Ada exists", &find("/Users", "userName", ADA))
            .checking(Check::List(Some(0))),
    );
    steps.extend(people());
    steps.push(
        ScriptStep::post("The client creates Ada a second time", "/Users", person(ADA, "Ada", "Byron"))
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
