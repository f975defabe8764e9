//! By which choices name, userName and e-mail address of people follow from what arrives: over real requests, previewed, set, and
//! shown at every place.

use std::collections::BTreeMap;

use foundational::Caller;
use serde_json::{Value, json};
use tests::{Api, until};

use crate::audit::newest;
use crate::holding::{group, join, set_active};
use crate::observing::{names, observe, passcode, row, sign_in};

const EMAILS: [&str; 4] = ["work", "first", "userName", "primary"];
const NAMES: [&str; 3] = ["givenFamily", "userName", "formatted"];
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Name and e-mail address by id.
type Shown = BTreeMap<String, (String, String)>;

fn everybody() -> Value {
    json!({"matching": {"filter": {}, "except": []}})
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn list(api: &Api, search: &str) -> Vec<Value> {
    let query = json!({"search": search, "sort": "name", "descending": false, "offset": 0, "limit": 200});
    api.command("people.list", query).await["rows"].as_array().unwrap().clone()
}

/// What each place shows, which is the same everywhere.
async fn shown(api: &Api) -> Shown {
    let export = |format: &str| json!({"people": everybody(), "format": format});
    let file = api.command("people.export", export("json")).await;
    let people: Vec<Value> = serde_json::from_str(file["text"].as_str().unwrap()).unwrap();
    let exported: Shown =
        people.iter().map(|one| (text(&one["id"]), (text(&one["name"]), text(&one["email"])))).collect();
    let csv = api.command("people.export", export("csv")).await;
    let lines = csv["text"].as_str().unwrap().trim_start_matches('\u{FEFF}').lines().skip(1);
    let cells =
        lines.map(|line| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect::<Vec<_>>());
    let table: Shown = cells.map(|cells| (cells[0].clone(), (cells[1].clone(), cells[3].clone()))).collect();
    assert_eq!(table, exported, "the table and the records");
    let mut names = Vec::new();
    for row in list(api, "").await {
        let id = text(&row["id"]);
        let page = api.command("people.show", json!({"id": id})).await;
        assert_eq!((text(&page["row"]["name"]), text(&page["email"])), exported[&id], "the page of {id}");
        assert_eq!(text(&row["name"]), exported[&id].0, "the row of {id}");
        let found = list(api, &exported[&id].0).await;
        assert!(found.iter().any(|one| one["id"] == id.as_str()), "{} finds {id}", exported[&id].0);
        names.push(exported[&id].0.to_lowercase());
    }
    assert!(names.is_sorted(), "the list is in the order of names: {names:?}");
    assert_eq!(names.len(), exported.len());
    exported
}

async fn choose(api: &Api, command: &str, email: &str, name: &str) -> Value {
    let choices = json!({"email": email, "name": name, "userName": "asSent"});
    api.command(command, json!({"id": api.connection_id, "choices": choices})).await
}

async fn choose_user_name(api: &Api, command: &str, user_name: &str) -> Value {
    let choices = json!({"email": "primary", "name": "formatted", "userName": user_name});
    api.command(command, json!({"id": api.connection_id, "choices": choices})).await
}

fn people() -> [Value; 5] {
    [
        json!({"userName": "ada@sign.in", "name": {"formatted": "Byron; Ada", "givenName": "Ada", "familyName": "Byron"},
            "emails": [{"value": "ada@home.example", "type": "home"}, {"value": "ada@work.example", "type": "work"},
                {"value": "ada@main.example", "type": "other", "primary": true}]}),
        json!({"userName": "bob", "displayName": "Bob the Builder", "name": {"givenName": "Robert"},
            "emails": [{"value": "bob@home.example", "type": "home"}, {"value": "bob@work.example", "type": "work"}]}),
        json!({"userName": "eve@sign.in", "name": {"formatted": "Eve Moneypenny"}}),
        json!({"userName": "zoe", "name": {"givenName": "Zoe"}, "emails": [{"value": "zoe@home.example"}]}),
        json!({"userName": "nemo"}),
    ]
}

#[tokio::test]
async fn what_a_preview_says_is_what_each_place_shows_after_saving() {
    let api = Api::start("azure").await;
    let mut ids = Vec::new();
    for person in people() {
        ids.push(text(&api.scim("POST", "/Users", person).await.expect(201, "a joiner")["id"]));
    }
    let mut resources = Vec::new();
    for id in &ids {
        resources.push(api.scim("GET", &format!("/Users/{id}"), None).await.expect(200, "a person"));
    }
    let mut total = 0;
    for (email, name) in EMAILS.iter().flat_map(|email| NAMES.map(|name| (*email, name))) {
        let before = shown(&api).await;
        let preview = choose(&api, "connection.previewChoices", email, name).await;
        assert_eq!(shown(&api).await, before, "a preview changes nothing");
        let saved = choose(&api, "connection.setChoices", email, name).await;
        assert_eq!(saved, json!({"email": email, "name": name, "userName": "asSent"}));
        let after = shown(&api).await;
        let changed: Vec<&String> = ids.iter().filter(|id| before[*id] != after[*id]).collect();
        assert_eq!(preview["changed"], changed.len(), "{email}, {name}: {preview}");
        assert_eq!(preview["people"], ids.len());
        let example = &preview["example"];
        let id = text(&example["id"]);
        assert_eq!(Some(&id), changed.first().copied().or(ids.first()), "the first who changes: {preview}");
        for (side, values) in [("before", &before), ("after", &after)] {
            let said = (text(&example[side]["name"]), text(&example[side]["email"]));
            assert_eq!(said, values[&id], "{email}, {name}: {side}");
        }
        total += changed.len();
    }
    assert!(total > 20, "the choices differ: {total}");
    for (id, resource) in ids.iter().zip(resources) {
        let now = api.scim("GET", &format!("/Users/{id}"), None).await.expect(200, "the same person");
        assert_eq!(now, resource, "the resource is what the identity provider sent, in the same version");
        let history = api.command("history.list", json!({"id": id, "limit": 10})).await;
        assert_eq!(history["rows"].as_array().unwrap().len(), 1, "the person did not change: {history}");
    }
}

#[tokio::test]
async fn each_choice_shows_its_value_also_of_who_arrives_later() {
    let api = Api::start("custom").await;
    let first = people()[0].clone();
    let id = text(&api.scim("POST", "/Users", first.clone()).await.expect(201, "a joiner")["id"]);
    for (at, (email, name, wanted)) in [
        ("primary", "formatted", ("Byron; Ada", "ada@main.example")),
        ("work", "givenFamily", ("Ada Byron", "ada@work.example")),
        ("first", "userName", ("ada@sign.in", "ada@home.example")),
        ("userName", "formatted", ("Byron; Ada", "ada@sign.in")),
    ]
    .into_iter()
    .enumerate()
    {
        choose(&api, "connection.setChoices", email, name).await;
        assert_eq!(shown(&api).await[&id], (wanted.0.to_owned(), wanted.1.to_owned()));
        let mut later = first.clone();
        later["userName"] = json!(format!("later{at}@sign.in"));
        let made = text(&api.scim("POST", "/Users", later).await.expect(201, "a later one")["id"]);
        let wanted = |text: &str| text.replace("ada@sign.in", &format!("later{at}@sign.in"));
        let values = shown(&api).await[&made].clone();
        assert_eq!((values.0, values.1), (wanted(wanted_name(name)), wanted(wanted_email(email))));
        let change = json!({"schemas": [PATCH], "Operations": [
            {"op": "replace", "path": "name.familyName", "value": "King"}]});
        api.scim("PATCH", &format!("/Users/{made}"), change).await.expect(200, "a change");
        let now = shown(&api).await[&made].0.clone();
        assert_eq!(now == "Ada King", name == "givenFamily", "{name}: {now}");
    }
}

fn wanted_name(choice: &str) -> &'static str {
    match choice {
        "formatted" => "Byron; Ada",
        "givenFamily" => "Ada Byron",
        _ => "ada@sign.in",
    }
}

fn wanted_email(choice: &str) -> &'static str {
    match choice {
        "primary" => "ada@main.example",
        "work" => "ada@work.example",
        "first" => "ada@home.example",
        _ => "ada@sign.in",
    }
}

#[tokio::test]
async fn the_choice_of_an_address_decides_what_the_mapping_misses() {
    let api = Api::start("azure").await;
    let home = json!({"userName": "ada@sign.in", "emails": [{"value": "ada@home.example", "type": "home"}]});
    api.scim("POST", "/Users", home).await.expect(201, "a joiner");
    api.recorded_now().await;
    let state = async || {
        let view = api.command("mapping.of", json!({"id": api.connection_id})).await;
        let fields = view["fields"].as_array().unwrap().clone();
        let email = fields.into_iter().find(|one| one["name"] == "E-mail").unwrap();
        let findings = api.command("diagnosis.findings", json!({})).await;
        let is_found = findings["findings"].to_string().contains("people.attributeElsewhere");
        (text(&email["state"]), text(&email["example"]["value"]), is_found)
    };
    let is = |state: &str, example: &str, found| (state.to_owned(), example.to_owned(), found);
    assert_eq!(state().await, is("elsewhere", "", true));
    choose(&api, "connection.setChoices", "first", "formatted").await;
    assert_eq!(state().await, is("arriving", "ada@home.example", false), "it is the account's now");
    choose(&api, "connection.setChoices", "userName", "formatted").await;
    assert_eq!(state().await, is("arriving", "ada@sign.in", false));
    choose(&api, "connection.setChoices", "work", "formatted").await;
    assert_eq!(state().await, is("elsewhere", "", true));
}

#[tokio::test]
async fn choices_of_one_connection_change_no_one_of_another() {
    let api = Api::start("custom").await;
    let (other, token) = api.connect("Second", "custom").await;
    let address = format!("/scim/v2/{other}/Users");
    let eve = json!({"userName": "eve", "name": {"formatted": "Eve; E", "givenName": "Eve"}});
    let request = axum::http::Request::post(address)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/scim+json")
        .body(axum::body::Body::from(eve.to_string()))
        .unwrap();
    let eve = text(&api.send(request).await.expect(201, "one of the other")["id"]);
    api.scim("POST", "/Users", people()[0].clone()).await.expect(201, "a joiner");
    let before = shown(&api).await;
    let preview = choose(&api, "connection.previewChoices", "primary", "userName").await;
    assert_eq!((&preview["people"], &preview["changed"]), (&json!(1), &json!(1)));
    choose(&api, "connection.setChoices", "primary", "userName").await;
    let after = shown(&api).await;
    assert_eq!(before[&eve], after[&eve]);
    assert_ne!(before, after);
    let unknown =
        json!({"id": "unknown", "choices": {"email": "work", "name": "userName", "userName": "asSent"}});
    let error = api.app.call(&Caller::Operator, "connection.setChoices", unknown).await;
    assert_eq!(error.unwrap_err().code, foundational::error::Code::NotFound);
}

#[tokio::test]
async fn a_filter_by_display_name_finds_the_same_people_with_every_choice() {
    let api = Api::start("custom").await;
    for person in people() {
        api.scim("POST", "/Users", person).await.expect(201, "a joiner");
    }
    for name in NAMES {
        choose(&api, "connection.setChoices", "primary", name).await;
        for (value, count) in [("Bob the Builder", 1), ("Eve Moneypenny", 0), ("nemo", 0)] {
            let value = value.replace(' ', "%20");
            let path = format!("/Users?filter=displayName%20eq%20%22{value}%22");
            let found = api.scim("GET", &path, None).await.expect(200, "a look-up");
            assert_eq!(found["totalResults"], count, "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn a_user_name_in_lower_case_is_shown_at_each_place_and_is_on_the_wire_as_it_was_sent() {
    let api = Api::start("okta").await;
    let (sent, lower) = ("Ada@ACME.example", "ada@acme.example");
    let id = join(&api, sent).await;
    let engineers = group(&api, "Engineers", std::slice::from_ref(&id)).await;
    let code = passcode(&api, &id).await;
    let on_the_wire = async || {
        let filter = "/Users?filter=userName%20eq%20%22ada@acme.example%22".to_owned();
        let mut answers = Vec::new();
        for path in [format!("/Users/{id}"), format!("/Groups/{engineers}"), filter] {
            answers.push(api.scim("GET", &path, None).await.expect(200, "a reader"));
        }
        answers
    };
    let before = on_the_wire().await;
    assert_eq!((&before[0]["userName"], &before[2]["totalResults"]), (&json!(sent), &json!(1)));

    let preview = choose_user_name(&api, "connection.previewChoices", "lowerCase").await;
    let example = &preview["example"];
    assert_eq!((&preview["people"], &preview["changed"]), (&json!(1), &json!(1)));
    assert_eq!(example["before"], json!({"name": sent, "userName": sent, "email": null}));
    assert_eq!(example["after"], json!({"name": sent, "userName": lower, "email": null}));
    assert_eq!(row(&api, &id).await["userName"], sent, "a preview changes nothing");
    choose_user_name(&api, "connection.setChoices", "lowerCase").await;
    assert!(newest(&api).await.ends_with("the userName is shown in lower case."));

    assert_eq!(row(&api, &id).await["userName"], lower, "the page");
    for search in [sent, lower] {
        assert_eq!(list(&api, search).await[0]["userName"], lower, "the list");
    }
    let members = api.command("groups.adminPreview", json!({"id": engineers})).await;
    assert_eq!(members[0]["userName"], lower, "the members of a group");
    let export = |format: &str| json!({"people": everybody(), "format": format});
    let csv = api.command("people.export", export("csv")).await;
    assert!(text(&csv["text"]).contains(lower), "the table: {csv}");
    let file = api.command("people.export", export("json")).await;
    let people: Vec<Value> = serde_json::from_str(file["text"].as_str().unwrap()).unwrap();
    let exported = (&people[0]["userName"], &people[0]["resource"]["userName"]);
    assert_eq!(exported, (&json!(lower), &json!(sent)), "the record, and the resource in it");
    let accounts = api.command("account.list", json!({"limit": 10})).await;
    assert_eq!(accounts["rows"][0]["userName"], lower, "the accounts");
    sign_in(&api, lower, &code).await.expect("what is shown signs in");
    let status =
        api.app.call(&Caller::Window(lower.to_owned()), "workspace.status", json!({})).await.unwrap();
    assert_eq!(status["session"]["email"], lower, "the session");

    observe(&api).await;
    join(&api, "Bob@ACME.example").await;
    assert_eq!(names(&api).await, ["bob@acme.example"], "who waits");
    assert_eq!(on_the_wire().await, before, "the resources, their versions, and what a filter finds");
}

#[tokio::test]
async fn a_leaver_has_the_user_name_that_is_shown() {
    let api = Api::start("okta").await;
    choose_user_name(&api, "connection.setChoices", "lowerCase").await;
    let id = join(&api, "Ada@ACME.example").await;
    let leavers = async || {
        let page = api.command("leavers.list", json!({"filter": {}, "offset": 0, "limit": 10})).await;
        page["rows"].as_array().unwrap().clone()
    };
    let wrong = json!({"userName": "ADA@acme.example", "active": "no"});
    api.scim("PUT", &format!("/Users/{id}"), wrong).await.expect(400, "no truth value");
    let rows = until("the refusal is in the log", async || {
        let rows = leavers().await;
        (!rows.is_empty()).then_some(rows)
    });
    assert_eq!(rows.await[0]["userName"], "ada@acme.example", "who was not let go");
    set_active(&api, &id, false).await.expect(200, "a leaver");
    let stored = leavers().await.into_iter().find(|row| !row["storedAt"].is_null()).unwrap();
    assert_eq!(stored["userName"], "ada@acme.example", "who is gone");
}
