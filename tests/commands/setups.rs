//! A whole set-up of each provider: which line of the guide ticks when, and which step is named at each moment.

use serde_json::{Value, json};
use tests::{Api, until};

/// The lines of one kind of app that are ticked by what was seen, as `step.number`, counted as the screen counts them.
async fn ticked(api: &Api, provider: &str, variant: Option<&str>) -> Vec<String> {
    let evidence = api.command("connection.evidence", json!({"id": api.connection_id})).await;
    let guide = api.command("guide.show", json!({"provider": provider, "way": "proxy"})).await;
    let seen = |kind: &Value| {
        let evidence = evidence.as_array().unwrap().iter();
        evidence
            .clone()
            .any(|one| one["kind"] == *kind && one["activityId"].is_string() && one["refused"] == false)
    };
    let mut lines = Vec::new();
    for step in guide["steps"].as_array().unwrap() {
        let shown = step["actions"].as_array().unwrap().iter().filter(|action| {
            let only = action["variants"].as_array().unwrap();
            only.is_empty() || variant.is_some_and(|variant| only.contains(&json!(variant)))
        });
        for (index, action) in shown.enumerate() {
            if !action["evidence"].is_null() && seen(&action["evidence"]) {
                lines.push(format!("{}.{}", step["id"].as_str().unwrap(), index + 1));
            }
        }
    }
    lines
}

/// One thing that happens on the way.
type Event = (&'static str, &'static str, Option<Value>);

fn events() -> [Event; 6] {
    let person =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@acme.example"});
    let group =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Engineering"});
    let set = |path: &str, value: Value| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
               "Operations": [{"op": "replace", "path": path, "value": value}]})
    };
    [
        ("GET", "/Users?count=1", None),
        ("POST", "/Users", Some(person)),
        ("PATCH", "/Users/{id}", Some(set("title", json!("Engineer")))),
        ("PATCH", "/Users/{id}", Some(set("active", json!(false)))),
        ("PATCH", "/Users/{id}", Some(set("active", json!(true)))),
        ("POST", "/Groups", Some(group)),
    ]
}

/// The step that is named: the same on the connection's page and in the list.
async fn step(api: &Api) -> String {
    let shown = api.command("connection.show", json!({"id": api.connection_id})).await;
    let listed = api.command("connection.list", json!({})).await;
    assert_eq!(listed[0]["statusText"], shown["statusText"], "the list says the same");
    shown["statusText"].as_str().unwrap().to_owned()
}

/// What each event ticks beside what was ticked before, and the step after it.
async fn set_up(provider: &str, variant: Option<&str>, expected: [(&str, &[&str]); 6]) {
    let api = Api::start(provider).await;
    let save = async |step: &str, mark: Option<&str>| {
        let args =
            json!({"id": api.connection_id, "step": step, "variant": variant, "mark": mark, "unmark": null});
        api.command("wizard.save", args).await;
    };
    // Paging through the list is no change.
    for page in ["create", "connect", "assign", "test", "finish"] {
        save(page, None).await;
        assert_eq!(step(&api).await, "Setting up, step 1 of 4", "{provider} at the page {page}");
    }
    save("start", Some("create")).await;
    assert_eq!(step(&api).await, "Setting up, step 2 of 4", "{provider}: marked by hand");
    assert_eq!(ticked(&api, provider, variant).await, Vec::<String>::new(), "{provider}: nothing was seen");

    let mut id = String::new();
    for ((method, path, body), (named, new)) in events().into_iter().zip(expected) {
        let before = ticked(&api, provider, variant).await;
        let answer = api.scim(method, &path.replace("{id}", &id), body).await;
        assert!(answer.status.is_success(), "{provider}: {method} {path}: {answer:?}");
        if let Some(made) = answer.body["id"].as_str().filter(|_| id.is_empty()) {
            made.clone_into(&mut id);
        }
        let wanted: Vec<&str> = new.to_vec();
        until(&format!("{provider}: {method} {path} ticks {wanted:?}"), async || {
            let now = ticked(&api, provider, variant).await;
            let arrived: Vec<&String> = now.iter().filter(|line| !before.contains(line)).collect();
            (arrived == wanted).then_some(())
        })
        .await;
        assert_eq!(step(&api).await, named, "{provider}: after {method} {path}");
    }
}

const ASSIGN: &str = "Setting up, step 3 of 4";
const TEST: &str = "Setting up, step 4 of 4";

#[tokio::test]
async fn okta_with_an_app_of_ones_own() {
    let expected: [(&str, &[&str]); 6] = [
        (ASSIGN, &["connect.2", "connect.7", "connect.8", "connect.9"]),
        (TEST, &["connect.12", "assign.1", "assign.2", "assign.3", "assign.4"]),
        (TEST, &["connect.13", "test.1"]),
        (TEST, &["connect.14", "test.2"]),
        (TEST, &["test.3"]),
        (TEST, &["test.4", "test.5"]),
    ];
    set_up("okta", Some("own-app"), expected).await;
}

#[tokio::test]
async fn okta_with_an_app_of_the_catalogue() {
    let expected: [(&str, &[&str]); 6] = [
        (ASSIGN, &["connect.3", "connect.4", "connect.6"]),
        (TEST, &["connect.9", "assign.1", "assign.2", "assign.3", "assign.4"]),
        (TEST, &["connect.10", "test.1"]),
        (TEST, &["connect.11", "test.2"]),
        (TEST, &["test.3"]),
        (TEST, &["test.4", "test.5"]),
    ];
    for variant in ["catalog-bearer", "catalog-header"] {
        set_up("okta", Some(variant), expected).await;
    }
}

#[tokio::test]
async fn azure() {
    let expected: [(&str, &[&str]); 6] = [
        (ASSIGN, &["connect.1", "connect.2", "connect.3", "connect.4", "connect.5"]),
        (TEST, &["assign.1", "assign.2", "assign.7"]),
        (TEST, &["test.1", "test.2"]),
        (TEST, &["test.3"]),
        (TEST, &["test.4"]),
        (TEST, &["test.5"]),
    ];
    set_up("azure", None, expected).await;
}

#[tokio::test]
async fn any_other_provider() {
    let expected: [(&str, &[&str]); 6] = [
        (ASSIGN, &["connect.1", "connect.2", "connect.7"]),
        (TEST, &["assign.3", "assign.4"]),
        (TEST, &["test.1"]),
        (TEST, &["test.2"]),
        (TEST, &["test.3"]),
        (TEST, &["test.4"]),
    ];
    set_up("custom", None, expected).await;
}
