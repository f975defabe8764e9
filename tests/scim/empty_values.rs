//! Empty values, by every route (RFC 7643 section 2.5): POST, PUT, PATCH with a path, without one, with a value path, and
//! Bulk store the same, take away what is named empty and nothing besides it.

use serde_json::{Map, Value, json};
use tests::Api;

use crate::requests::{ENTERPRISE, USER, bulk, id, patch, read};

/// An attribute, a value of it that says "none" or nothing, and the value that is there before.
struct Form {
    /// The extension's URN, or empty.
    urn: &'static str,
    attribute: &'static str,
    sent: Value,
    before: Value,
    /// What `replace` leaves: null for nothing.
    left: Value,
}

fn form(attribute: &'static str, sent: Value, before: Value, left: Value) -> Form {
    Form { urn: "", attribute, sent, before, left }
}

fn forms() -> Vec<Form> {
    let name = || json!({"givenName": "Ada", "familyName": "Byron"});
    let mails = || json!([{"value": "ada@x.org", "type": "work", "primary": true}, {"value": "a@home.org", "type": "home"}]);
    let places = || json!([{"type": "work", "locality": "London", "country": "GB"}]);
    let manager = || json!({"value": "0198-manager"});
    let enterprise = |attribute, sent, before, left| Form { urn: ENTERPRISE, attribute, sent, before, left };
    vec![
        form("title", json!(""), json!("Countess"), json!(null)),
        form("title", json!(null), json!("Countess"), json!(null)),
        form("externalId", json!(""), json!("x-1"), json!(null)),
        form("profileUrl", json!(""), json!("https://x.org"), json!(null)),
        form("name", json!(null), name(), json!(null)),
        form("name", json!(""), name(), json!(null)),
        form("name", json!({}), name(), name()),
        form("name", json!({"middleInitial": "Q"}), name(), name()),
        form("name", json!({"givenName": ""}), name(), json!({"familyName": "Byron"})),
        form("name", json!({"givenName": null}), name(), json!({"familyName": "Byron"})),
        form("name", json!({"givenName": "", "familyName": ""}), name(), json!(null)),
        form("emails", json!([]), mails(), json!(null)),
        form("emails", json!(null), mails(), json!(null)),
        form("emails", json!(""), mails(), json!(null)),
        form("emails", json!([{"value": ""}]), mails(), json!(null)),
        form("emails", json!([{"value": "", "type": "work", "primary": true}]), mails(), json!(null)),
        form("emails", json!([{"value": null, "type": "work"}]), mails(), json!(null)),
        form("emails", json!([null, ""]), mails(), json!(null)),
        form("emails", json!([{}]), mails(), mails()),
        form("emails", json!([{"type": "work", "primary": true}]), mails(), mails()),
        form("emails", json!([{"verified": true}]), mails(), mails()),
        form("addresses", json!([{"type": "work", "locality": "", "country": ""}]), places(), json!(null)),
        form("addresses", json!([{"type": "work"}]), places(), places()),
        form("addresses", json!([{"county": "Kent"}]), places(), places()),
        enterprise("department", json!(""), json!("Engines"), json!(null)),
        enterprise("manager", json!(""), manager(), json!(null)),
        enterprise("manager", json!({"value": ""}), manager(), json!(null)),
        enterprise("manager", json!({"value": null, "$ref": null}), manager(), json!(null)),
        enterprise("manager", json!({"displayName": "Grace"}), manager(), manager()),
        enterprise("manager", json!({}), manager(), manager()),
    ]
}

impl Form {
    fn path(&self) -> String {
        if self.urn.is_empty() {
            self.attribute.to_owned()
        } else {
            format!("{}:{}", self.urn, self.attribute)
        }
    }

    /// A body without a path: the value below its attribute, and that below its extension.
    fn within(&self, value: &Value) -> Map<String, Value> {
        let one = Map::from_iter([(self.attribute.to_owned(), value.clone())]);
        match self.urn {
            "" => one,
            urn => Map::from_iter([(urn.to_owned(), Value::Object(one))]),
        }
    }

    fn resource(&self, user_name: &str, value: &Value) -> Value {
        let mut body =
            json!({"schemas": [USER, ENTERPRISE], "userName": user_name, "nickName": "A", "active": true});
        body.as_object_mut().unwrap().extend(self.within(value));
        body
    }

    fn of<'r>(&self, resource: &'r Value) -> &'r Value {
        if self.urn.is_empty() { &resource[self.attribute] } else { &resource[self.urn][self.attribute] }
    }
}

/// What is stored, without what differs from person to person.
fn profile(resource: &Value) -> Value {
    let mut profile = resource.clone();
    for attribute in ["id", "meta", "userName"] {
        profile.as_object_mut().unwrap().remove(attribute);
    }
    profile
}

/// A request of each route that sends the form to the person at `path`.
fn requests(form: &Form, op: &str, path: &str) -> Vec<(&'static str, Value)> {
    let by_path = patch(json!([{"op": op, "path": form.path(), "value": form.sent}]));
    let without = patch(json!([{"op": op, "value": form.within(&form.sent)}]));
    let flat_key = patch(json!([{"op": op, "value": {form.path(): form.sent}}]));
    let mut all = vec![("PATCH", by_path.clone()), ("PATCH", without), ("PATCH", flat_key)];
    all.push(("Bulk", bulk(json!([{"method": "PATCH", "path": path, "data": by_path}]))));
    all
}

async fn send(api: &Api, path: &str, method: &str, body: Value) {
    let (method, path) = if method == "Bulk" { ("POST", "/Bulk") } else { (method, path) };
    let done = api.scim(method, path, body.clone()).await.expect(200, "it is taken");
    if path == "/Bulk" {
        assert_eq!(done["Operations"][0]["status"], "200", "{body}: {done}");
    }
}

#[tokio::test]
async fn an_empty_value_is_none_on_every_route() {
    let api = Api::start("custom").await;
    let mut number = 0;
    let mut next = || {
        number += 1;
        format!("person{number}")
    };
    for form in forms() {
        let (sent, attribute) = (&form.sent, form.attribute);
        let posted = api.scim("POST", "/Users", form.resource(&next(), sent)).await.expect(201, "posted");
        assert_eq!(form.of(&posted), &Value::Null, "{attribute} {sent}: POST stores no value");
        let mut operation = json!({"method": "POST", "path": "/Users", "bulkId": "a"});
        operation["data"] = form.resource(&next(), sent);
        let done = api.scim("POST", "/Bulk", bulk(json!([operation]))).await.expect(200, "in bulk");
        let location = done["Operations"][0]["location"].as_str().unwrap();
        let in_bulk = read(&api, &location[location.find("/Users/").unwrap()..]).await;
        assert_eq!(profile(&in_bulk), profile(&posted), "{attribute} {sent}: Bulk stores what POST does");

        let body = form.resource(&next(), &form.before);
        let before = api.scim("POST", "/Users", body.clone()).await.expect(201, "with a value");
        assert_eq!(form.of(&before), &form.before, "{attribute}: it is there before");
        let path = format!("/Users/{}", id(&before));
        let user_name = before["userName"].as_str().unwrap();
        let put = api.scim("PUT", &path, form.resource(user_name, sent)).await.expect(200, "put");
        assert_eq!(profile(&put), profile(&posted), "{attribute} {sent}: PUT stores what POST does");

        for (op, left) in [("add", &form.before), ("replace", &form.left)] {
            for (method, request) in requests(&form, op, &path) {
                api.scim("PUT", &path, body.clone()).await.expect(200, "as before");
                send(&api, &path, method, request.clone()).await;
                let after = read(&api, &path).await;
                assert_eq!(form.of(&after), left, "{request}");
                let mut rest = (profile(&before), profile(&after));
                for profile in [&mut rest.0, &mut rest.1] {
                    profile.as_object_mut().unwrap().remove(attribute);
                    profile.as_object_mut().unwrap().remove(ENTERPRISE);
                    profile.as_object_mut().unwrap().remove("schemas");
                }
                assert_eq!(rest.0, rest.1, "{request}: nothing else changes");
            }
        }
    }
}

#[tokio::test]
async fn an_empty_value_at_a_value_path_is_none_and_the_other_elements_are_left() {
    let api = Api::start("custom").await;
    let home = json!({"value": "a@home.org", "type": "home", "display": "Home"});
    let body = json!({"schemas": [USER], "userName": "ada", "active": true,
        "emails": [{"value": "ada@x.org", "type": "work", "primary": true}, home],
        "addresses": [{"type": "work", "locality": "London", "country": "GB"}, {"type": "home", "locality": "Paris"}]});
    let made = api.scim("POST", "/Users", body.clone()).await.expect(201, "made");
    let path = format!("/Users/{}", id(&made));
    let work_gone = json!({"emails": [home]});
    let part_gone =
        json!({"addresses": [{"type": "work", "country": "GB"}, {"type": "home", "locality": "Paris"}]});
    for (at, value, left) in [
        (r#"emails[type eq "work"].value"#, json!(""), &work_gone),
        (r#"emails[type eq "work"].value"#, json!(null), &work_gone),
        (r#"emails[type eq "work"]"#, json!(""), &work_gone),
        (r#"emails[type eq "work"]"#, json!(null), &work_gone),
        (r#"emails[type eq "work"]"#, json!([]), &work_gone),
        (r#"emails[type eq "work"]"#, json!({"value": ""}), &work_gone),
        (r#"emails[type eq "work"]"#, json!({"value": null, "type": "work", "primary": true}), &work_gone),
        (r#"emails[type eq "work"]"#, json!({}), &json!({})),
        (r#"emails[type eq "work"]"#, json!({"verified": true}), &json!({})),
        (r#"emails[type eq "fax"].value"#, json!(""), &json!({})),
        (r#"emails[type eq "fax"].primary"#, json!(true), &json!({})),
        (r#"addresses[type eq "work"].locality"#, json!(""), &part_gone),
        (r#"addresses[type eq "work"]"#, json!({"locality": ""}), &part_gone),
        (r#"addresses[type eq "work"]"#, json!({"locality": "", "county": "Kent"}), &part_gone),
    ] {
        for op in ["add", "replace"] {
            let by_path = patch(json!([{"op": op, "path": at, "value": value}]));
            let as_key = patch(json!([{"op": op, "value": {at: value}}]));
            let in_bulk = bulk(json!([{"method": "PATCH", "path": path, "data": by_path}]));
            for (method, request) in [("PATCH", &by_path), ("PATCH", &as_key), ("Bulk", &in_bulk)] {
                api.scim("PUT", &path, body.clone()).await.expect(200, "as before");
                send(&api, &path, method, request.clone()).await;
                let mut expected = body.clone();
                if op == "replace" {
                    expected.as_object_mut().unwrap().extend(left.as_object().unwrap().clone());
                }
                let after = read(&api, &path).await;
                for attribute in ["emails", "addresses"] {
                    let found = &after[attribute];
                    let is_primary_moved =
                        attribute == "emails" && at.contains("fax") && at.contains("primary");
                    if is_primary_moved {
                        assert_eq!(found.as_array().map(Vec::len), Some(2), "{request}: no element is made");
                    } else {
                        assert_eq!(found, &expected[attribute], "{request}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn what_was_empty_or_unknown_is_noted() {
    let api = Api::start("custom").await;
    let body = json!({"schemas": [USER], "userName": "ada", "name": {"givenName": "Ada"}});
    let path = format!("/Users/{}", id(&api.scim("POST", "/Users", body).await.expect(201, "made")));
    let operations = json!([
        {"op": "replace", "path": "name", "value": {}},
        {"op": "add", "path": "title", "value": ""},
        {"op": "replace", "path": "nickName", "value": null},
        {"op": "remove", "path": "active"},
        {"op": "add", "path": "emails[type eq \"work\"].primary", "value": true},
        {"op": "add", "path": "name", "value": {"nick": "A"}},
    ]);
    api.scim("PATCH", &path, patch(operations)).await.expect(200, "it is taken");
    let notes = api.recorded("PATCH", &path).await["notes"].to_string();
    for name in [
        "name was sent without a value",
        "title was sent without a value",
        "nickName was sent empty",
        "active",
        "emails",
        "name.nick",
    ] {
        assert!(notes.contains(name), "{name}: {notes}");
    }
    let operation = json!({"op": "add", "path": "title", "value": ""});
    let request = bulk(json!([{"method": "PATCH", "path": path, "data": patch(json!([operation]))}]));
    api.scim("POST", "/Bulk", request).await.expect(200, "it is taken");
    let notes = api.recorded("POST", "/Bulk").await["notes"].to_string();
    assert!(notes.contains("title"), "in bulk too: {notes}");
}

/// A leaver without a status in the answer would be taken for active by who reads it.
#[tokio::test]
async fn the_status_of_a_leaver_cannot_be_taken_away() {
    let api = Api::start("custom").await;
    for (name, active) in [("leaver", false), ("joiner", true)] {
        let body = json!({"schemas": [USER], "userName": name, "active": active});
        let path = format!("/Users/{}", id(&api.scim("POST", "/Users", body).await.expect(201, "made")));
        for operation in [
            json!({"op": "remove", "path": "active"}),
            json!({"op": "remove", "path": "active", "value": active}),
            json!({"op": "remove", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active"}),
            json!({"op": "replace", "path": "active", "value": null}),
            json!({"op": "replace", "value": {"active": null}}),
            json!({"op": "add", "path": "active", "value": null}),
        ] {
            let answer = api.scim("PATCH", &path, patch(json!([operation]))).await.expect(200, "it is taken");
            assert_eq!(answer["active"], active, "{operation}: the answer");
            assert_eq!(read(&api, &path).await["active"], active, "{operation}: what is read");
            let query = format!("/Users?filter=active%20eq%20{active}");
            let found = read(&api, &query).await;
            assert_eq!(found["Resources"][0]["userName"], name, "{operation}: what is found");
        }
    }
}
