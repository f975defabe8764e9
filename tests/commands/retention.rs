//! What is retained for a while only, shown by a clock that is moved; and what is still shown when it has been deleted.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

const DAY: Duration = Duration::from_hours(24);

/// Time passes. The clock is moved at once, so retention follows it when the jump has lasted for a day.
async fn later(api: &Api, days: u32) {
    for part in [days - 1, 1] {
        api.clock.advance(part * DAY);
        api.app.housekeeping().round().await.unwrap();
    }
}

/// The line of provenance of one value of a person.
async fn value(api: &Api, id: &Value, path: &str) -> Value {
    let shown = api.command("people.show", json!({ "id": id })).await;
    let mut values = shown["values"].as_array().unwrap().iter();
    values.find(|value| value["path"] == path).cloned().unwrap()
}

#[tokio::test]
async fn a_body_is_retained_for_a_week_and_its_request_for_ninety_days() {
    let api = Api::start("custom").await;
    let ada = api
        .scim("POST", "/Users", json!({"userName": "ada", "title": "Countess"}))
        .await
        .expect(201, "joiner");
    let request = api.recorded("POST", "/Users").await;
    let id = request["row"]["id"].clone();
    assert!(request["requestBody"].as_str().unwrap().contains("Countess"), "{request}");
    assert_eq!(request["bodiesGone"], Value::Null, "they are here");
    let evidence = api.command("connection.evidence", json!({ "id": api.connection_id })).await;
    later(&api, 6).await;
    let shown = api.command("activity.show", json!({ "id": id })).await;
    assert!(shown["requestBody"].is_string() && shown["responseBody"].is_string(), "six days later: {shown}");
    later(&api, 2).await;
    let shown = api.command("activity.show", json!({ "id": id })).await;
    assert_eq!(
        (&shown["requestBody"], &shown["responseBody"], &shown["bodiesGone"]),
        (&Value::Null, &Value::Null, &json!(7)),
        "they were emptied, and that is shown"
    );
    assert_eq!(shown["row"]["sentence"], request["row"]["sentence"], "what happened is still shown");
    assert_eq!(shown["changes"], request["changes"], "and what it changed");
    later(&api, 81).await;
    api.command("activity.show", json!({ "id": id })).await;
    later(&api, 2).await;
    let refused = api.app.call(&Caller::Operator, "activity.show", json!({ "id": id })).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (Code::NotFound, "This request has been deleted."),
        "{refused:?}"
    );
    assert!(
        refused.hint.as_deref().unwrap().starts_with("Requests are deleted after 90 days."),
        "{refused:?}"
    );

    let line = value(&api, &ada["id"], "title").await;
    assert_eq!((&line["source"], &line["activityId"]), (&json!("from First"), &id), "its source still holds");
    let now = api.command("connection.evidence", json!({ "id": api.connection_id })).await;
    assert_eq!(now, evidence, "what was proved remains proved");
    let view = api.command("connection.show", json!({ "id": api.connection_id })).await;
    assert_eq!(view["lastRequestAt"], request["row"]["at"], "and so does when it last called: {view}");
}

#[tokio::test]
async fn a_request_after_days_in_which_the_computer_was_off_has_its_body() {
    let api = Api::start("custom").await;
    api.app.housekeeping().round().await.unwrap();
    api.clock.advance(3 * DAY);
    let ada = json!({"userName": "ada", "title": "Countess"});
    api.scim("POST", "/Users", ada).await.expect(201, "joiner");
    api.recorded("POST", "/Users").await;
    api.app.housekeeping().round().await.unwrap();
    let request = api.recorded("POST", "/Users").await;
    assert!(request["requestBody"].as_str().is_some_and(|body| body.contains("Countess")), "{request}");
}

#[tokio::test]
async fn history_is_retained_for_two_years_and_what_explains_a_value_longer() {
    let api = Api::start("custom").await;
    let ada =
        api.scim("POST", "/Users", json!({"userName": "ada", "title": "Miss"})).await.expect(201, "joiner");
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    for title in ["Mrs", "Countess"] {
        later(&api, 10).await;
        api.scim("PUT", &path, json!({"userName": "ada", "title": title})).await.expect(200, title);
    }
    let history = async || api.command("history.list", json!({ "id": ada["id"], "limit": 200 })).await;
    later(&api, 700).await;
    let whole = history().await;
    assert_eq!((&whole["total"], &whole["wholeSince"]), (&json!(3), &json!(null)), "{whole}");
    let line = value(&api, &ada["id"], "title").await;
    later(&api, 30).await;
    let left = history().await;
    let titles: Vec<&Value> = left["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["rows"].as_array().unwrap()[0]["path"])
        .collect();
    assert_eq!(left["total"], 2, "the title in between explains nothing any more: {titles:?}");
    let since = left["wholeSince"].as_str().unwrap();
    assert!(since.starts_with("2026-12-"), "from when on it is complete: {since}");
    assert_eq!(value(&api, &ada["id"], "title").await, line, "who brought her title is still shown");
}

#[tokio::test]
async fn a_link_is_shown_when_its_day_for_undoing_is_long_over() {
    let api = Api::start("custom").await;
    let args = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let mel = api.command("people.createLocal", args).await["personId"].clone();
    let mut rules = api.command("connection.rules", json!({ "id": api.connection_id })).await;
    rules["matching"] = json!("link");
    api.command("connection.setRules", json!({ "id": api.connection_id, "rules": rules })).await;
    api.scim("POST", "/Users", json!({"userName": "mel@example.com"})).await.expect(201, "linked");
    let linked = async || api.command("people.show", json!({ "id": mel })).await["linked"].clone();
    let then = linked().await;
    assert!(then["undoUntil"].is_string(), "{then}");
    later(&api, 900).await;
    let now = linked().await;
    assert_eq!(
        (&now["at"], &now["by"]),
        (&then["at"], &then["by"]),
        "how the account was linked to its connection"
    );
    assert_eq!(now["undoUntil"], Value::Null, "and that it cannot be undone any more");
}

#[tokio::test]
async fn the_size_on_disk_is_that_of_the_files() {
    let api = Api::start("custom").await;
    api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "joiner");
    api.recorded("POST", "/Users").await;
    let shown = api.command("data.show", json!({})).await;
    assert_eq!(shown["folder"], json!(api.folder().display().to_string()), "{shown}");
    let files: Vec<_> =
        shown["databases"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["foundational.db", "activity.db"], "both are shown");
    for one in shown["databases"].as_array().unwrap() {
        let file = api.folder().join(one["file"].as_str().unwrap());
        let beside = file.with_extension("db-wal");
        let bytes = [file, beside].map(|file| std::fs::metadata(file).map_or(0, |file| file.len()));
        assert_eq!(one["bytes"], json!(bytes.iter().sum::<u64>()), "{one}");
    }
    let stored = ["bodyDays", "requestDays", "historyYears", "deletedDays"].map(|name| shown[name].clone());
    assert_eq!(stored, [7, 90, 2, 30].map(|days| json!(days)), "and how long it is retained");
}

#[tokio::test]
async fn who_is_not_named_in_a_large_change_is_counted() {
    let api = Api::start("custom").await;
    let mut members = Vec::new();
    for place in 0..53 {
        let made = api.scim("POST", "/Users", json!({"userName": format!("p{place}")})).await;
        members.push(json!({"value": made.expect(201, "a member")["id"]}));
    }
    let body = json!({"displayName": "Many", "members": members});
    let group = api.scim("POST", "/Groups", body).await.expect(201, "a group");
    let page = api.command("history.list", json!({"id": group["id"], "kind": "members", "limit": 10})).await;
    let rows = page["rows"][0]["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[50]["after"]), (51, &json!("and 3 more")), "no one is left out");
}

#[tokio::test]
async fn older_changes_are_shown_page_by_page_without_gap_or_repetition() {
    let api = Api::start("custom").await;
    let ada = api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "joiner");
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    for round in 0..250 {
        let body = json!({"userName": "ada", "title": format!("Title {round}")});
        api.scim("PUT", &path, body).await.expect(200, "a change");
    }
    let (mut before, mut seen) = (Value::Null, Vec::new());
    loop {
        let args = json!({ "id": ada["id"], "before": before, "limit": 100 });
        let page = api.command("history.list", args).await;
        let rows = page["rows"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["id"].as_i64().unwrap()));
        assert_eq!(
            page["more"],
            json!(seen.len() < 251),
            "whether older ones follow is shown after {}",
            seen.len()
        );
        if page["more"] == false {
            assert_eq!(page["total"], 253, "all are counted, also those that arrived between two pages");
            break;
        }
        before = rows.last().unwrap()["id"].clone();
        // A person changes her while one reads.
        let body = json!({"userName": "ada", "title": format!("Later title {}", seen.len())});
        api.scim("PUT", &path, body).await.expect(200, "another change");
    }
    assert_eq!(seen.len(), 251, "each of those that there were");
    assert!(seen.is_sorted_by(|one, next| one > next), "once, newest first");
}

#[tokio::test]
async fn the_size_of_the_log_is_a_setting() {
    let api = Api::start("custom").await;
    let limit = api.command("data.logLimit", json!({})).await;
    assert_eq!(limit["megabytes"], 1_000, "one gigabyte unless set");
    let set = async |megabytes: u32| {
        let args = json!({ "megabytes": megabytes });
        api.app.call(&Caller::Operator, "data.setLogLimit", args).await
    };
    assert_eq!(set(10).await.unwrap_err().field.as_deref(), Some("megabytes"), "too little to be of use");
    set(250).await.unwrap();
    let shown = api.command("data.show", json!({})).await;
    assert_eq!(shown["logMegabytes"], 250, "the screen shows what is set");
}
