//! The one act beside a refusal: what fixes it in the situation of this moment, and none where nothing does.

use std::collections::HashSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use idp::reason_code::ReasonCode;
use idp::remedy::Remedy;
use serde_json::{Value, json};
use store::TokenText;
use tests::Api;

const DAY: Duration = Duration::from_hours(24);

/// A token as it was shown once.
struct Made {
    id: String,
    text: String,
}

async fn create(api: &Api, command: &str) -> Made {
    let args = match command {
        "token.rotate" => json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "1h"}),
        _ => json!({"connectionId": api.connection_id, "expires": "2y"}),
    };
    let made = api.command(command, args).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    Made { id: text("id"), text: text("token") }
}

/// A connection without a token.
async fn without_token() -> Api {
    let mut api = Api::start("custom").await;
    let made = api.command("connection.create", json!({"name": "Second", "provider": "custom"})).await;
    made["id"].as_str().unwrap().clone_into(&mut api.connection_id);
    api
}

/// Asks with a token, or with none; gives what is recorded of it.
async fn ask(api: &Api, path: &str, token: Option<&str>) -> Value {
    let mut request =
        Request::get(format!("/scim/v2/{}{path}", api.connection_id)).header("host", "127.0.0.1:8470");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = api.send(request.body(Body::empty()).unwrap()).await;
    assert!(answer.status.as_u16() >= 400, "{path} is refused: {answer:?}");
    api.recorded("GET", path).await
}

fn label(view: &Value) -> &str {
    view["remedy"]["label"].as_str().unwrap_or("none")
}

/// "Paste Token 2 (..wOOM)".
fn paste(label: &str, token: &Made) -> String {
    format!("Paste {label} (..{})", &token.text[token.text.len() - 4..])
}

/// The label beside a request without a token, with an unknown one, and with the given one.
async fn labels(api: &Api, own: Option<&Made>) -> [String; 3] {
    let unknown = TokenText::generate().unwrap();
    let none = ask(api, "/Users?a", None).await;
    let wrong = ask(api, "/Users?b", Some(unknown.reveal())).await;
    let own = match own {
        Some(own) => label(&ask(api, "/Users?c", Some(&own.text)).await).to_owned(),
        None => "not sent".to_owned(),
    };
    [label(&none).to_owned(), label(&wrong).to_owned(), own]
}

async fn actions(api: &Api) -> Vec<Value> {
    let home = api.command("home.show", json!({})).await;
    let lines = home["attention"].as_array().unwrap().iter();
    lines
        .filter(|line| line["connectionId"] == json!(api.connection_id))
        .map(|line| line["remedies"][0]["label"].clone())
        .collect()
}

#[tokio::test]
async fn before_the_first_token_there_is_one_to_create() {
    let api = without_token().await;
    let expected = ["Create token", "Create token", "not sent"];
    assert_eq!(labels(&api, None).await, expected, "nothing that could be replaced or pasted");
}

#[tokio::test]
async fn one_usable_token_is_pasted_and_one_that_is_unknown_is_replaced() {
    let api = without_token().await;
    let token = create(&api, "token.create").await;
    let expected = [paste("Token 1", &token), "Replace token".to_owned(), "not sent".to_owned()];
    assert_eq!(labels(&api, None).await, expected);
    api.clock.advance(720 * DAY);
    assert_eq!(actions(&api).await.last(), Some(&json!("Replace token")), "it expires soon");
}

#[tokio::test]
async fn the_last_token_that_expired_or_was_revoked_leaves_one_to_create() {
    for ended_by in ["time", "token.revoke"] {
        let api = without_token().await;
        let token = create(&api, "token.create").await;
        if ended_by == "time" {
            api.clock.advance(731 * DAY);
            assert_eq!(actions(&api).await, [json!("Create token")], "Home says the same");
        } else {
            api.command(ended_by, json!({"id": token.id})).await;
        }
        assert_eq!(labels(&api, Some(&token)).await, ["Create token"; 3], "ended by {ended_by}");
    }
}

#[tokio::test]
async fn an_ended_token_leads_to_the_one_that_is_active() {
    let api = without_token().await;
    let old = create(&api, "token.create").await;
    let fresh = create(&api, "token.create").await;
    api.command("token.revoke", json!({"id": old.id})).await;
    let pasted = paste("Token 2", &fresh);
    let expected = [pasted.clone(), "Replace token".to_owned(), pasted.clone()];
    assert_eq!(labels(&api, Some(&old)).await, expected, "revoked");
    let view = ask(&api, "/Users?d", Some(&old.text)).await;
    assert_eq!(view["remedy"]["target"], json!(fresh.id), "that token is what it leads to");

    let api = without_token().await;
    let short = create(&api, "token.rotate").await;
    let long = create(&api, "token.create").await;
    api.clock.advance(400 * DAY);
    assert_eq!(labels(&api, Some(&short)).await[2], paste("Token 2", &long), "expired");
}

#[tokio::test]
async fn with_two_usable_tokens_the_newer_one_is_pasted() {
    let api = without_token().await;
    create(&api, "token.create").await;
    api.clock.advance(DAY);
    let newer = create(&api, "token.create").await;
    let pasted = paste("Token 2", &newer);
    let expected = [pasted.clone(), pasted, "not sent".to_owned()];
    assert_eq!(labels(&api, None).await, expected, "a third one can't be created");
}

#[tokio::test]
async fn a_replaced_token_leads_to_its_successor_during_the_overlap_and_after_it() {
    let api = without_token().await;
    let old = create(&api, "token.create").await;
    let fresh = create(&api, "token.rotate").await;
    let pasted = paste("Token 2", &fresh);
    assert_eq!(labels(&api, None).await[..2], [pasted.clone(), pasted.clone()], "both are usable");
    let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("authorization", format!("Bearer {}", fresh.text));
    api.send(request.body(Body::empty()).unwrap()).await.expect(200, "the new one is pasted");
    api.recorded("GET", "/Users").await;
    api.clock.advance(2 * Duration::from_hours(1));
    let expected = [pasted.clone(), "Replace token".to_owned(), pasted];
    assert_eq!(labels(&api, Some(&old)).await, expected, "the old one has ended");
}

#[tokio::test]
async fn what_is_not_about_a_token_is_fixed_where_its_cause_is() {
    let api = Api::start("custom").await;
    let (other, other_token) = api.connect("Second", "custom").await;
    let view = ask(&api, "/Users?wrong", Some(&other_token)).await;
    assert_eq!((label(&view), &view["remedy"]["target"]), ("Show the right endpoint", &json!(other)));
    assert!(view["why"].as_str().unwrap().contains("\"Second\""), "it is named: {}", view["why"]);
    let view = ask(&api, "/Unknown", Some(&api.token)).await;
    let endpoint = api.command("connection.show", json!({"id": api.connection_id})).await["endpoint"].clone();
    assert_eq!((label(&view), &view["remedy"]["target"]), ("Copy endpoint", &endpoint));

    let allow = async |addresses: Value| {
        let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": addresses});
        api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    };
    allow(json!(["203.0.113.9"])).await;
    assert_eq!(label(&ask(&api, "/Users?ip", Some(&api.token)).await), "Edit allowed addresses");
    allow(json!([])).await;

    api.command("connection.pause", json!({"id": api.connection_id})).await;
    assert_eq!(label(&ask(&api, "/Users?paused", Some(&api.token)).await), "Resume");
    api.command("connection.resume", json!({"id": api.connection_id})).await;
    assert_eq!(label(&api.recorded("GET", "/Users?paused").await), "none", "it was resumed already");
}

#[tokio::test]
async fn a_refused_value_leads_to_the_mapping_and_a_deleted_user_to_what_is_known_of_the_name() {
    let api = Api::start("custom").await;
    for (path, body, expected) in [
        ("/Users", json!({"userName": "ada", "active": "perhaps"}), "Open mapping"),
        ("/Groups", json!({"displayName": "crew", "members": 7}), "none"),
        ("/Bulk", json!({"schemas": [], "Operations": 7}), "none"),
    ] {
        api.scim("POST", path, body).await.expect(400, "a wrong value");
        assert_eq!(label(&api.recorded("POST", path).await), expected, "{path}");
    }
    let grace = json!({"userName": "grace", "displayName": "Grace Hopper"});
    let made = api.scim("POST", "/Users", grace).await.expect(201, "Grace");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    api.scim("DELETE", &path, None).await.expect(204, "a leaver");
    let view = ask(&api, &path, Some(&api.token)).await;
    let known = json!("diagnostics/why?name=Grace+Hopper");
    assert_eq!((label(&view), &view["remedy"]["target"]), ("Show history", &known));
    let never = ask(&api, "/Users/6f1d3c9e-0000-4000-8000-000000000000", Some(&api.token)).await;
    assert_eq!(label(&never), "none", "nothing is known of it");
}

#[tokio::test]
async fn a_filter_that_is_not_understood_is_copied_as_a_report() {
    let api = Api::start("custom").await;
    let view = ask(&api, "/Users?filter=userName%20is", Some(&api.token)).await;
    assert_eq!((&view["row"]["reason"], label(&view)), (&json!("data.filter"), "Copy report"));
    assert_eq!(view["remedy"]["target"], view["report"], "the same as beside the request");
}

#[test]
fn every_remedy_is_offered_and_has_a_label_of_its_own() {
    let labels: HashSet<&str> = Remedy::ALL.iter().map(|remedy| remedy.label()).collect();
    assert_eq!(labels.len(), Remedy::ALL.len(), "no two acts are called the same");
    let findings = crate::findings::sources();
    for remedy in Remedy::ALL {
        let of_reason = ReasonCode::ALL.iter().any(|code| code.reason().remedy == Some(remedy));
        let of_finding = findings.contains(&format!("Remedy::{remedy:?}"));
        assert!(of_reason || of_finding, "{remedy:?}");
    }
}
