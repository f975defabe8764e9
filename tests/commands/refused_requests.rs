//! A refused request on the screen: who it was about, what arrived, what was expected, and whose a name is that is in use.
//! The wire says none of the last.

use axum::body::Body;
use axum::http::Request;
use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

const OTHER: &str = "Okta – Employees";

fn ada() -> Value {
    json!({"userName": "ada@acme.example", "displayName": "Ada Lovelace"})
}

/// A workspace for Azure in which Ada comes from another connection; answers her id.
async fn with_ada() -> (Api, String) {
    let mut api = Api::start("azure").await;
    let (id, token) = api.connect(OTHER, "okta").await;
    let first = (std::mem::replace(&mut api.connection_id, id), std::mem::replace(&mut api.token, token));
    let made = api.scim("POST", "/Users", ada()).await.expect(201, "Ada");
    (api.connection_id, api.token) = first;
    (api, made["id"].as_str().unwrap().to_owned())
}

async fn made(api: &Api, path: &str, body: Value) -> String {
    api.scim("POST", path, body).await.expect(201, path)["id"].as_str().unwrap().to_owned()
}

#[expect(clippy::needless_pass_by_value, reason = "each is written where it is passed")]
fn set(path: &str, value: Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}]})
}

#[tokio::test]
async fn a_refused_row_says_who_what_arrived_and_what_was_expected() {
    let api = Api::start("azure").await;
    let grace =
        made(&api, "/Users", json!({"userName": "grace@acme.example", "displayName": "Grace Hopper"})).await;
    made(&api, "/Users", ada()).await;
    let crew = made(&api, "/Groups", json!({"displayName": "Crew"})).await;
    made(&api, "/Groups", json!({"displayName": "Staff"})).await;
    let (user, group) = (format!("/Users/{grace}"), format!("/Groups/{crew}"));
    let unknown = "/Users/6f1d3c9e-0000-4000-8000-000000000000";
    let must = "`active` must be true or false, not \"yes\"";
    let why = "`active` must be true or false; Azure sent \"yes\".";
    for (method, path, body, sentence, why) in [
        (
            "POST",
            "/Users",
            json!({"userName": "bob@acme.example", "active": "yes"}),
            format!("Refused to create bob@acme.example. {must}"),
            why,
        ),
        ("PATCH", &user, set("active", json!("yes")), format!("Refused to change Grace Hopper. {must}"), why),
        (
            "PUT",
            &user,
            json!({"userName": "grace@acme.example", "active": "yes"}),
            format!("Refused to change Grace Hopper. {must}"),
            why,
        ),
        (
            "POST",
            "/Users",
            ada(),
            "Refused to create ada@acme.example. The name is already in use".to_owned(),
            "ada@acme.example already belongs to Ada Lovelace (First).",
        ),
        (
            "PATCH",
            &user,
            set("userName", json!("ADA@acme.example")),
            "Refused to change Grace Hopper. The name ADA@acme.example is already in use".to_owned(),
            "ADA@acme.example already belongs to Ada Lovelace (First).",
        ),
        (
            "PUT",
            &user,
            ada(),
            "Refused to change Grace Hopper. The name ada@acme.example is already in use".to_owned(),
            "ada@acme.example already belongs to Ada Lovelace (First).",
        ),
        (
            "POST",
            "/Groups",
            json!({"displayName": "Staff"}),
            "Refused to create the group Staff. The name is already in use".to_owned(),
            "The group Staff already exists in this connection.",
        ),
        (
            "PATCH",
            &group,
            set("displayName", json!("Staff")),
            "Refused to change the group Crew. The name Staff is already in use".to_owned(),
            "The group Staff already exists in this connection.",
        ),
        (
            "POST",
            "/Users",
            json!({"externalId": "4711"}),
            "Refused to create 4711. userName: it is missing; a User cannot be without it".to_owned(),
            "userName: it is missing; a User cannot be without it.",
        ),
        (
            "DELETE",
            unknown,
            Value::Null,
            "Asked to delete 6f1d3c9e-0000-4000-8000-000000000000: not found".to_owned(),
            "There is no user or group with this id in this connection.",
        ),
        (
            "GET",
            unknown,
            Value::Null,
            "Looked up 6f1d3c9e-0000-4000-8000-000000000000: not found".to_owned(),
            "There is no user or group with this id in this connection.",
        ),
    ] {
        let reply = api.scim(method, path, (!body.is_null()).then(|| body.clone())).await;
        assert!(reply.status.as_u16() >= 400, "{method} {path} {body}: {reply:?}");
        let id = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        let view = shown(&api, &id).await;
        assert_eq!(view["row"]["sentence"], sentence, "{method} {path} {body}");
        assert_eq!(view["why"], why, "{method} {path} {body}");
        assert_eq!(
            view["row"]["needsALook"],
            reply.status.as_u16() != 404,
            "what is not found needs nothing: {method} {path} {body}"
        );
        assert_eq!(
            serde_json::from_str::<Value>(view["responseBody"].as_str().unwrap()).unwrap(),
            reply.body,
            "what is shown as the answer is what was answered"
        );
    }
}

/// The request with this id, once it is recorded.
async fn shown(api: &Api, id: &str) -> Value {
    tests::until("the request is recorded", async || {
        api.app.call(&Caller::Operator, "activity.show", json!({"id": id})).await.ok()
    })
    .await
}

#[tokio::test]
async fn whose_a_name_is_that_is_in_use_is_for_the_screen_alone() {
    let (api, id) = with_ada().await;
    let reply = api.scim("POST", "/Users", ada()).await;
    let record = shown(&api, reply.headers["x-request-id"].to_str().unwrap()).await;
    let why = format!("ada@acme.example already belongs to Ada Lovelace ({OTHER}).");
    assert_eq!(record["why"], why, "the admin reads whose it is");
    assert_eq!(
        record["holder"],
        json!({"resourceType": "User", "id": id, "name": "Ada Lovelace"}),
        "and goes there"
    );
    assert_eq!(record["logCodes"], "EntryConflict", "and finds it in the logs of Azure");
    let headers = format!("{:?}", reply.headers);
    let detail = reply.refused(409, Some("uniqueness"));
    assert!(detail.starts_with("userName: the value is in use"), "{detail}");
    let wire = format!("{headers}{detail}");
    let logged = record["responseBody"].as_str().unwrap();
    for secret in ["Lovelace", OTHER, "Employees", &id, "already belongs"] {
        assert!(!wire.contains(secret), "the wire says {secret}: {wire}");
        assert!(!logged.contains(secret), "the answer in the log says {secret}: {logged}");
    }
    let local = json!({"name": "Bob", "email": "bob@acme.example", "role": "member"});
    let made = api.command("people.createLocal", local).await;
    let member = Caller::Window("member".to_owned());
    let show = async || {
        api.app.call(&member, "activity.show", json!({"id": record["row"]["id"]})).await.unwrap_err()
    };
    assert_eq!(show().await.code, Code::SignedOut, "a person who did not sign in does not read it");
    let credentials = json!({"email": "bob@acme.example", "password": made["passcode"]});
    api.app.call(&member, "session.signIn", credentials).await.unwrap();
    let chosen = json!({"password": made["passcode"], "newPassword": "correct horse battery"});
    api.app.call(&member, "session.changePassword", chosen).await.unwrap();
    assert_eq!(show().await.code, Code::Role, "nor does a Member who is signed in");
}

#[tokio::test]
async fn a_name_of_a_local_account_asks_for_a_decision() {
    let api = Api::start("custom").await;
    let local = json!({"name": "Ada Lovelace", "email": "ada@acme.example", "role": "member"});
    let made = api.command("people.createLocal", local).await;
    let reply = api.scim("POST", "/Users", ada()).await;
    let record = shown(&api, reply.headers["x-request-id"].to_str().unwrap()).await;
    assert_eq!(
        record["why"],
        "ada@acme.example already belongs to Ada Lovelace (local account). Decide on the connection's Overview whether \
         it is the same person."
    );
    assert_eq!(record["holder"]["id"], made["personId"]);
    api.command("people.deleteLocal", json!({"id": made["personId"]})).await;
    let record = shown(&api, record["row"]["id"].as_str().unwrap()).await;
    assert_eq!(record["holder"], Value::Null, "no one has that name any more");
    assert!(record["why"].as_str().unwrap().starts_with("ada@acme.example was already in use."), "{record}");
}

#[tokio::test]
async fn a_name_in_use_leads_to_the_match_that_waits_for_it_and_else_to_the_person_who_has_it() {
    let (api, id) = with_ada().await;
    let local = json!({"name": "Bob", "email": "bob@acme.example", "role": "member"});
    api.command("people.createLocal", local).await;
    made(&api, "/Groups", json!({"displayName": "Staff"})).await;
    let remedy = async |path: &str, body: Value| {
        let reply = api.scim("POST", path, body).await;
        let request = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        reply.expect(409, "the name is in use");
        shown(&api, &request).await["remedy"].clone()
    };
    assert_eq!(remedy("/Users", json!({"userName": "bob@acme.example"})).await["kind"], "decide");
    let other = remedy("/Users", ada()).await;
    assert_eq!(
        (&other["kind"], &other["target"], &other["label"]),
        (&json!("openPerson"), &json!(id), &json!("Open user")),
        "the match that waits is about Bob"
    );
    let group = remedy("/Groups", json!({"displayName": "Staff"})).await;
    assert_eq!(group, Value::Null, "nor is it about a group");
}

#[tokio::test]
async fn a_refused_operation_of_a_bulk_request_is_named() {
    let api = Api::start("custom").await;
    let operation = |name: &str, active: Value| {
        json!({"method": "POST", "path": "/Users", "bulkId": name,
        "data": {"userName": name, "active": active}})
    };
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [operation("ada", json!(true)), operation("bob", json!("yes"))]});
    api.scim("POST", "/Bulk", body).await.expect(200, "one of them is refused");
    let record = api.recorded("POST", "/Bulk").await;
    assert_eq!(record["row"]["sentence"], "Bulk request with 2 operations; 1 refused");
    let named = json!("Refused to create bob. `active` must be true or false, not \"yes\".");
    assert!(record["notes"].as_array().unwrap().contains(&named), "{record}");
}

#[tokio::test]
async fn a_reason_names_the_day_of_a_deletion_the_sender_and_how_long_to_wait() {
    let api = Api::start("custom").await;
    let ada = format!("/Users/{}", made(&api, "/Users", ada()).await);
    api.scim("DELETE", &ada, None).await.expect(204, "the leaver");
    let why = async |reply: tests::Reply| {
        let view = shown(&api, reply.headers["x-request-id"].to_str().unwrap()).await;
        view["why"].as_str().unwrap().to_owned()
    };
    let gone = why(api.scim("GET", &ada, None).await).await;
    assert!(gone.contains("in this connection. It was deleted on 2"), "{gone}");
    let from = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")];
    let mut rules = api.command("connection.rules", json!({"id": api.connection_id})).await;
    rules["allowedAddresses"] = json!(["198.51.100.0/24"]);
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    let refused = why(api.scim_with("GET", "/Users", &from, None).await).await;
    assert!(refused.ends_with("It was sent from 203.0.113.9."), "{refused}");
    let wrong = async || {
        let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
            .header("authorization", "Bearer wrong")
            .header("x-forwarded-for", "198.51.100.7")
            .header("x-forwarded-proto", "https");
        api.send(request.body(Body::empty()).unwrap()).await
    };
    for _ in 0..20 {
        wrong().await.refused(401, None);
    }
    let reply = wrong().await;
    assert_eq!(reply.status.as_u16(), 429, "{reply:?}");
    let seconds = reply.headers["retry-after"].to_str().unwrap().to_owned();
    let wait = why(reply).await;
    assert!(wait.ends_with(&format!("asked to retry in {seconds} s.")), "{wait}");
}

#[tokio::test]
async fn credentials_of_another_scheme_are_named_by_it_and_not_shown() {
    let api = Api::start("custom").await;
    let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("authorization", "Basic YWRhOmh1bnRlcjI=");
    let reply = api.send(request.body(Body::empty()).unwrap()).await;
    let view = shown(&api, reply.headers["x-request-id"].to_str().unwrap()).await;
    reply.expect(401, "no token");
    assert_eq!(view["row"]["reason"], "auth.scheme");
    let why = view["why"].as_str().unwrap();
    assert!(why.starts_with("The credentials were sent as Basic. Choose a bearer token"), "{why}");
    assert!(!view.to_string().contains("YWRhOmh1bnRlcjI"), "{view}");
}
