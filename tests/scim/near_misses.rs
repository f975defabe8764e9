//! Names that are nearly right. Whatever the error in a known name, its value is stored or the request is refused; a 200
//! without effect would leave a leaver active. The names come from the schemas, the errors are derived.

use serde_json::{Map, Value, json};
use tests::Api;

use crate::requests::{ENTERPRISE, GROUP, USER, group, id, patch, person, read};

/// The paths of single texts and of `active`, as a client may write them.
async fn paths(api: &Api, urn: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let schema = read(api, &format!("/Schemas/{urn}")).await;
    for attribute in schema["attributes"].as_array().unwrap() {
        let name = attribute["name"].as_str().unwrap();
        let writable = attribute["mutability"] == "readWrite";
        let subs = attribute["subAttributes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let texts = subs.iter().filter(|sub| sub["type"] != "boolean" && sub["mutability"] == "readWrite");
        if !writable || name == "members" || name == "x509Certificates" {
        } else if attribute["multiValued"] == true {
            let text = texts.map(|sub| sub["name"].as_str().unwrap()).next().unwrap();
            paths.push(format!("{name}[type eq \"work\"].{text}"));
        } else if subs.is_empty() {
            paths.push(name.to_owned());
        } else {
            paths.extend(texts.map(|sub| format!("{name}.{}", sub["name"].as_str().unwrap())));
        }
    }
    let below: Vec<String> = paths.iter().map(|path| format!("{urn}:{path}")).collect();
    if urn == ENTERPRISE { below } else { paths.into_iter().chain(below).collect() }
}

/// A name with one slip in it, and the name as it is.
fn slips(name: &str) -> Vec<String> {
    let middle = (name.len() / 2..name.len()).find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    let (left, right) = name.split_at(middle);
    let at_last = |separator: char, by: &str| {
        name.rfind(separator).map(|at| format!("{}{by}{}", &name[..at], &name[at + 1..]))
    };
    let mut slips = vec![
        name.to_owned(),
        name.to_uppercase(),
        name.to_lowercase(),
        format!("{name}."),
        format!("{name}:"),
        format!(".{name}"),
        format!(":{name}"),
        format!(" {name}"),
        format!("{name} "),
        format!("{left} {right}"),
        format!("{left}\u{200B}{right}"),
        format!("{left}\u{A0}{right}"),
        format!("{name}.value"),
        name.replace(':', "."),
        name.replace("::", ":").replace("urn:", "URN:"),
        name.replacen("urn:", "urn::", 1),
        name.replacen("urn:", "urn", 1),
        name.replacen("2.0:User", "2.0User", 1),
        name.replacen("2.0:User", "2.0:Users", 1),
        name.replacen("2.0:User", "2.0", 1),
        name.replacen("2.0:", "1.0:", 1),
        name.replacen("ietf:params:", "", 1),
    ];
    for by in [".", "::", "..", "", " ", ": ", "/"] {
        slips.extend(at_last(':', by));
    }
    for by in [":", "..", "", " ", ". "] {
        slips.extend(at_last('.', by));
    }
    slips.sort();
    slips.dedup();
    slips
}

/// What is sent for a path, and whether an answer has it.
struct Sent {
    value: Value,
    number: u32,
}

impl Sent {
    fn of(path: &str, number: u32) -> Self {
        let is_active = path.to_lowercase().ends_with("active");
        Self { value: if is_active { json!(false) } else { json!(format!("value-{number}-sent")) }, number }
    }

    fn is_in(&self, resource: &Value) -> bool {
        match &self.value {
            Value::Bool(flag) => resource["active"] == *flag,
            value => resource.to_string().contains(&value.to_string()),
        }
    }

    /// Judges an answer to a write: stored, or refused with nothing changed.
    async fn judge(&self, api: &Api, path: &str, before: &Value, reply: tests::Reply, what: &Value) {
        let after = read(api, path).await;
        match reply.status.as_u16() {
            200 => assert!(self.is_in(&after), "{what}: answered as done, and not there: {after}"),
            400 => assert_eq!(*before, after, "{what}: a refusal changes nothing: {}", reply.body),
            other => panic!("{what}: {other} {}", reply.body),
        }
        if after["active"] == false {
            let back = patch(json!([{"op": "replace", "path": "active", "value": true}]));
            api.scim("PATCH", path, back).await.expect(200, "reset");
        }
        assert!(self.number > 0);
    }
}

/// Sends each slip of each path as a path, as a key of a value, and in a PUT and a POST.
async fn every_slip(api: &Api, endpoint: &str, path: &str, required: Value, paths: Vec<String>) -> u32 {
    let mut number = 0;
    for known in &paths {
        for slip in slips(known) {
            for form in 0..4 {
                number += 1;
                let sent = Sent::of(known, number);
                let before = read(api, path).await;
                if form < 2 {
                    let operation = match form {
                        0 => json!({"op": "replace", "path": slip, "value": sent.value}),
                        _ => json!({"op": "Replace", "value": {&slip: sent.value}}),
                    };
                    let reply = api.scim("PATCH", path, patch(json!([operation]))).await;
                    sent.judge(api, path, &before, reply, &operation).await;
                    continue;
                }
                let mut body: Map<String, Value> = required.as_object().unwrap().clone();
                if form == 3 {
                    let name = if endpoint == "/Users" { "userName" } else { "displayName" };
                    body.insert(name.to_owned(), json!(format!("new-{number}")));
                }
                if body.keys().any(|key| key.eq_ignore_ascii_case(&slip)) {
                    continue;
                }
                body.insert(slip.clone(), sent.value.clone());
                let body = Value::Object(body);
                if form == 2 {
                    let reply = api.scim("PUT", path, body.clone()).await;
                    sent.judge(api, path, &before, reply, &body).await;
                } else {
                    let reply = api.scim("POST", endpoint, body.clone()).await;
                    match reply.status.as_u16() {
                        201 => assert!(sent.is_in(&reply.body), "{body}: made without it: {}", reply.body),
                        400 => {}
                        other => panic!("{body}: {other} {}", reply.body),
                    }
                }
            }
        }
    }
    number
}

async fn slips_of_a_person(urn: &str) {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let required = json!({"schemas": [USER], "userName": "ada"});
    let paths = paths(&api, urn).await;
    let tried = every_slip(&api, "/Users", &path, required, paths).await;
    assert!(tried > 500, "{tried} requests were tried");
}

#[tokio::test]
async fn a_slip_in_a_name_of_the_core_schema_is_read_or_refused() {
    slips_of_a_person(USER).await;
}

#[tokio::test]
async fn a_slip_in_a_name_of_an_extension_is_read_or_refused() {
    slips_of_a_person(ENTERPRISE).await;
}

#[tokio::test]
async fn a_slip_in_a_name_of_a_group_is_read_or_refused() {
    let api = Api::start("custom").await;
    let path = format!("/Groups/{}", id(&group(&api, "Crew", &[]).await));
    let paths = paths(&api, GROUP).await;
    let required = json!({"schemas": [GROUP], "displayName": "Crew"});
    assert!(every_slip(&api, "/Groups", &path, required, paths).await > 100);
}

/// All forms in which the attributes of a schema can be nested.
fn wrapped(urn: &str, inner: &Value) -> Vec<Value> {
    let itself = json!({ urn: inner });
    vec![
        inner.clone(),
        json!([inner]),
        json!(inner.to_string()),
        json!([inner.to_string()]),
        itself.clone(),
        json!([itself]),
        json!({ urn: itself }),
        json!({ urn.to_uppercase(): inner }),
        json!({ urn: inner, "urn:example:other": {} }),
        json!({ urn: [inner] }),
        json!([inner, inner]),
        json!([inner, {"title": "x"}]),
        json!([[inner]]),
        json!("text"),
        json!(7),
        json!(true),
        json!([]),
    ]
}

#[tokio::test]
async fn a_schema_as_path_or_key_is_applied_in_every_wrapping_or_refused() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let mut number = 0;
    for (urn, name) in [(USER, "active"), (USER, "title"), (ENTERPRISE, "department"), (ENTERPRISE, "active")]
    {
        for urn in slips(urn) {
            number += 1;
            let sent = Sent::of(name, number);
            let mut wrappings = wrapped(&urn, &json!({name: sent.value}));
            if ![USER, ENTERPRISE].contains(&urn.as_str()) {
                wrappings.truncate(4);
            }
            for value in wrappings {
                let before = read(&api, &path).await;
                for operation in [
                    json!({"op": "replace", "path": urn, "value": value}),
                    json!({"op": "Add", "path": urn, "value": value}),
                    json!({"op": "replace", "value": {&urn: value}}),
                    json!({"op": "add", "value": {&urn: value}}),
                    json!({"op": "replace", "value": {USER: {&urn: value}}}),
                    json!({"op": "replace", "value": {ENTERPRISE: {&urn: value}}}),
                ] {
                    let reply = api.scim("PATCH", &path, patch(json!([operation]))).await;
                    // Once it is there, the next form changes nothing, and is still there.
                    let before = if reply.status == 400 { read(&api, &path).await } else { before.clone() };
                    sent.judge(&api, &path, &before, reply, &operation).await;
                }
                let body = json!({"schemas": [USER], "userName": "ada", &urn: value});
                let before = read(&api, &path).await;
                let reply = api.scim("PUT", &path, body.clone()).await;
                sent.judge(&api, &path, &before, reply, &body).await;
            }
        }
    }
    assert!(number > 60, "{number} names were tried");
}

#[tokio::test]
async fn plain_slips_are_read_and_not_refused() {
    let api = Api::start("azure").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let misspelt = ENTERPRISE.replace("2.0:User", "2.0User");
    for (number, operation) in [
        json!({"op": "replace", "path": format!("{ENTERPRISE}.department"), "value": "$"}),
        json!({"op": "replace", "path": format!("{misspelt}:department"), "value": "$"}),
        json!({"op": "replace", "path": misspelt, "value": {"department": "$"}}),
        json!({"op": "replace", "path": ENTERPRISE, "value": [{"department": "$"}]}),
        json!({"op": "replace", "path": ENTERPRISE, "value": {ENTERPRISE: {"department": "$"}}}),
        json!({"op": "replace", "path": ENTERPRISE, "value": "{\"department\":\"$\"}"}),
        json!({"op": "add", "value": {ENTERPRISE: [{"department": "$"}]}}),
        json!({"op": "add", "value": {ENTERPRISE: {ENTERPRISE: {"department": "$"}}}}),
        json!({"op": "add", "value": {ENTERPRISE: {format!("{ENTERPRISE}:department"): "$"}}}),
        json!({"op": "add", "value": {format!("{ENTERPRISE}.department"): "$"}}),
        json!({"op": "add", "value": {format!("{misspelt}.department"): "$"}}),
        json!({"op": "replace", "path": USER, "value": {ENTERPRISE: {"department": "$"}}}),
    ]
    .into_iter()
    .enumerate()
    {
        let value = format!("D{number}");
        let operation: Value = serde_json::from_str(&operation.to_string().replace('$', &value)).unwrap();
        let after = api.scim("PATCH", &path, patch(json!([operation]))).await.expect(200, "read");
        assert_eq!(after[ENTERPRISE]["department"], value, "{operation}");
    }
    for body in [
        json!({ENTERPRISE: {ENTERPRISE: {"department": "P"}}}),
        json!({ENTERPRISE: [{"department": "P"}]}),
        json!({format!("{ENTERPRISE}.department"): "P"}),
        json!({misspelt: {"department": "P"}}),
        json!({USER: {ENTERPRISE: {"department": "P"}}}),
        json!({"department": "P"}),
    ] {
        let mut whole = json!({"schemas": [USER], "userName": "ada"});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let after = api.scim("PUT", &path, whole).await.expect(200, "read");
        assert_eq!(after[ENTERPRISE]["department"], "P", "{body}");
    }
    for operation in [
        json!({"op": "replace", "path": ENTERPRISE, "value": null}),
        json!({"op": "replace", "value": {ENTERPRISE: null}}),
        json!({"op": "remove", "path": ENTERPRISE}),
        json!({"op": "remove", "path": format!("{ENTERPRISE}.department")}),
        json!({"op": "remove", "path": ENTERPRISE, "value": {"department": "P"}}),
    ] {
        let full =
            json!([{"op": "replace", "path": ENTERPRISE, "value": {"department": "P", "division": "Q"}}]);
        api.scim("PATCH", &path, patch(full)).await.expect(200, "set");
        let after = api.scim("PATCH", &path, patch(json!([operation]))).await.expect(200, "read");
        assert_eq!(after[ENTERPRISE].get("department"), None, "{operation}");
        let whole = operation["op"] == "replace" || operation == json!({"op": "remove", "path": ENTERPRISE});
        assert_eq!(after[ENTERPRISE].get("division").is_none(), whole, "{operation}: no more than was named");
    }
}

#[tokio::test]
async fn a_leaver_is_never_left_active_behind_a_200() {
    let api = Api::start("azure").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let mut bodies = Vec::new();
    for name in [
        format!("{USER}:active"),
        format!("{USER}.active"),
        format!("{USER}:ACTIVE"),
        format!("{USER}:Active "),
    ] {
        for value in [json!(false), json!("False"), json!(["false"])] {
            bodies.push(json!({"op": "replace", "path": name, "value": value}));
            bodies.push(json!({"op": "replace", "value": {&name: value}}));
            bodies.push(json!({"op": "replace", "value": {ENTERPRISE: {&name: value}}}));
        }
    }
    for holder in
        [USER.to_owned(), USER.to_uppercase(), USER.replace("2.0:User", "2.0User"), ENTERPRISE.to_owned()]
    {
        for value in [json!({"active": false}), json!({"Active": "False"}), json!({"active.": false})] {
            bodies.push(json!({"op": "replace", "path": holder, "value": value}));
            bodies.push(json!({"op": "replace", "value": {&holder: value}}));
        }
    }
    for slip in ["active ", "active.value", "active:", "Active.", "ac\u{200B}tive"] {
        bodies.push(json!({"op": "replace", "path": slip, "value": false}));
        bodies.push(json!({"op": "replace", "value": {slip: false}}));
    }
    let (mut read_so, mut refused) = (0, 0);
    for operation in bodies {
        let reply = api.scim("PATCH", &path, patch(json!([operation]))).await;
        let after = read(&api, &path).await;
        match reply.status.as_u16() {
            200 => assert_eq!(after["active"], false, "{operation}: answered as done"),
            400 => assert_eq!(after["active"], true, "{operation}"),
            other => panic!("{operation}: {other}"),
        }
        if reply.status == 200 {
            read_so += 1;
        } else {
            refused += 1;
        }
        let back = patch(json!([{"op": "replace", "path": "active", "value": true}]));
        api.scim("PATCH", &path, back).await.expect(200, "back for the next form");
    }
    assert!(read_so >= 30 && refused >= 10, "{read_so} were read and {refused} refused");
}
