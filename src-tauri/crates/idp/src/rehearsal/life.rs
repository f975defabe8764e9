//! What all lives share: the people, the looks taken at them, and cleaning up.

use serde_json::{Value, json};

use super::step::{Check, Phase, ScriptStep};

/// Ada's user name. The domain is reserved for names that lead nowhere (RFC 2606).
pub(super) const ADA: &str = "rehearsal-${tag}-ada@rehearsal.invalid";
/// Grace's user name; she is Ada's manager and stays in the group when Ada leaves.
pub(super) const GRACE: &str = "rehearsal-${tag}-grace@rehearsal.invalid";
/// The group.
pub(super) const CREW: &str = "Rehearsal ${tag} Crew";
/// The group's second name.
pub(super) const CREW_B: &str = "Rehearsal ${tag} Crew B";

/// The enterprise extension.
pub(super) const ENTERPRISE: &str = scim::schema::ENTERPRISE_USER_URN;
/// JSON pointers into it.
pub(super) const MANAGER: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value";
pub(super) const DEPARTMENT: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department";

/// Ada's and Grace's addresses, and the group's.
pub(super) const ADA_PATH: &str = "/Users/${ada}";
pub(super) const CREW_PATH: &str = "/Groups/${crew}";

/// A question for one value, spaces as `%20`.
pub(super) fn find(collection: &str, attribute: &str, value: &str) -> String {
    format!("{collection}?filter={attribute}%20eq%20%22{}%22", escaped(value))
}

/// The same with `+`, as Entra writes it.
pub(super) fn find_plus(collection: &str, attribute: &str, value: &str) -> String {
    format!("{collection}?filter={attribute}+eq+%22{}%22", escaped(value).replace("%20", "+"))
}

/// Encodes the fixed parts of our own names; the gaps are encoded when they are filled.
fn escaped(value: &str) -> String {
    value.replace('@', "%40").replace(' ', "%20")
}

/// Makes a person and remembers them under a name.
pub(super) fn create(title: &'static str, name: &'static str, body: Value) -> ScriptStep {
    let user_name = body["userName"].clone();
    ScriptStep::post(title, "/Users", body)
        .learning(name, "/id")
        .checking(Check::Present("/id"))
        .checking(Check::Present("/meta/location"))
        .checking(Check::Is("/userName", user_name))
        .checking(Check::Is("/active", json!(true)))
        .checking(Check::Missing("/password"))
}

/// Makes the group and remembers it.
pub(super) fn create_group(title: &'static str, body: Value) -> ScriptStep {
    let name = body["displayName"].clone();
    ScriptStep::post(title, "/Groups", body)
        .learning("crew", "/id")
        .checking(Check::Present("/id"))
        .checking(Check::Is("/displayName", name))
}

/// Looks at Ada. Whatever else is asked, her names and her address must not have changed by the way.
pub(super) fn look_at_ada(title: &'static str, checks: Vec<Check>) -> ScriptStep {
    let lasting = [
        Check::Is("/userName", json!(ADA)),
        Check::Is("/name/familyName", json!("Byron")),
        Check::Has("/emails", json!({"value": ADA})),
    ];
    ScriptStep::look(title, ADA_PATH, lasting.into_iter().chain(checks).collect())
}

/// Looks at the group: its name, who is in it, who is not.
pub(super) fn look_at_crew(title: &'static str, name: &str, inside: &[&str], outside: &[&str]) -> ScriptStep {
    let mut checks = vec![Check::Is("/displayName", json!(name))];
    checks.extend(inside.iter().map(|id| Check::Has("/members", json!({"value": id}))));
    checks.extend(outside.iter().map(|id| Check::Lacks("/members", json!({"value": id}))));
    ScriptStep::look(title, CREW_PATH, checks)
}

/// Looks whether an inactive person is still found by id and by name.
pub(super) fn look_at_leaver() -> [ScriptStep; 2] {
    [
        look_at_ada("Ada is inactive and everything else stayed", vec![Check::Is("/active", json!(false))]),
        ScriptStep::look(
            "An inactive person is still found by name",
            &find("/Users", "userName", ADA),
            vec![Check::List(Some(1)), Check::Is("/Resources/0/active", json!(false))],
        ),
    ]
}

/// Looks whether Ada is back.
pub(super) fn look_at_returner() -> ScriptStep {
    look_at_ada("Ada is active again", vec![Check::Is("/active", json!(true))])
}

/// Looks whether something is gone.
pub(super) fn look_gone(title: &'static str, path: &str) -> ScriptStep {
    ScriptStep { phase: Phase::Look, ..ScriptStep::get(title, path).refused(404) }
}

/// Removes whatever is left. Each step is played only if the thing was made.
pub(super) fn clean_up() -> [ScriptStep; 3] {
    [
        ("Remove the rehearsal's group", CREW_PATH),
        ("Remove Ada", ADA_PATH),
        ("Remove Grace", "/Users/${grace}"),
    ]
    .map(|(title, path)| ScriptStep {
        phase: Phase::CleanUp,
        statuses: vec![204, 404],
        ..ScriptStep::delete(title, path)
    })
}
