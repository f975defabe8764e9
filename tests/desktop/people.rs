//! Many people at once, without a mouse: found by typing, selected, blocked, exported to a file.

use std::fs;

use serde_json::{Value, json};
use tests::{DOWN, ENTER, ESCAPE, Page, TestApp};

use crate::steps::{Look, create_the_admin, inspect};

/// What the system calls its dialog.
const DIALOG: &str = "Save File";
const NAMES: [&str; 5] = ["Ada Lovelace", "Alan Turing", "Barbara Liskov", "Edsger Dijkstra", "=SUM(A1)"];

#[tokio::test]
async fn people_are_found_selected_blocked_and_exported_without_a_mouse() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    seed(&app).await;
    page.press_with_control('2').await;
    page.see("tab-users").await;
    page.tab_to("tab-users").await;
    page.press(ENTER).await;
    page.see_among("person-row", "Barbara").await;
    page.see_among("person-groups", "Compilers").await;

    page.tab_to_role("grid").await;
    page.type_text("al").await;
    page.see_among("jump-said", "Alan Turing, row 3").await;
    // A space that follows at once would belong to the word; the hint covers the list for a moment only.
    let is_empty =
        "return document.querySelector('[data-testid=jump-said]').innerText.trim() === '' || null;";
    page.see_value(is_empty).await;
    page.press(' ').await;
    page.see_among("selection-count", "1 person selected").await;
    page.press_with_shift(DOWN).await;
    page.see_among("selection-count", "2 people selected").await;
    inspect(page, Look::Closely, "users-selected").await;

    page.tab_to("block-many").await;
    page.press(ENTER).await;
    page.see_focused("ask-block-cancel").await;
    inspect(page, Look::Closely, "users-block").await;
    page.tab_to("ask-block-submit").await;
    page.press(ENTER).await;
    page.see_among("selection-said", "2 people are newly blocked here.").await;
    page.see_no("ask-block").await;
    page.see_among("person-status", "Blocked here").await;
    let blocked =
        json!({ "status": "blocked", "sort": "name", "descending": false, "offset": 0, "limit": 10 });
    let found = app.command("people.list", blocked).await;
    let names: Vec<&str> = found["rows"]
        .as_array()
        .expect("there are rows")
        .iter()
        .filter_map(|row| row["name"].as_str())
        .collect();
    assert_eq!(names, ["Alan Turing", "Barbara Liskov"], "those who were selected, and no one else");

    let place = app.folder().join("people.csv");
    export(page, "export-selected").await;
    app.answer_dialog(DIALOG, &place.display().to_string()).await;
    page.see_among("selection-said", &format!("2 people saved in {}", place.display())).await;
    let lines = table(&fs::read_to_string(&place).expect("the file is at the chosen place"));
    assert_eq!(lines.len(), 3, "a head and two people: {lines:?}");
    assert!(lines[2].contains("Barbara Liskov") && lines[2].contains(",yes,no,Compilers,"), "{lines:?}");

    page.tab_to_role("grid").await;
    page.press(ESCAPE).await;
    page.see_no("selection-bar").await;
    let place = app.folder().join("all.csv");
    export(page, "export-matching").await;
    app.answer_dialog(DIALOG, &place.display().to_string()).await;
    page.see_among("selection-said", &format!("6 people saved in {}", place.display())).await;
    let all = fs::read_to_string(&place).expect("the file is at the chosen place");
    assert!(all.contains("\"'=SUM(A1)\"") && !all.contains(",=SUM"), "no cell is a formula: {all}");
}

#[tokio::test]
async fn every_tab_of_a_person_and_a_group_keeps_the_rules() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    page.run("location.hash = '/users'", Vec::new()).await;
    page.see_among("total-users", "1 person").await;
    page.fill("search-users", "no one of this name").await;
    page.see("no-match").await;
    inspect(page, Look::Closely, "users-no-match").await;
    page.click("clear-all").await;
    page.run("location.hash = '/groups'", Vec::new()).await;
    page.see("groups-empty").await;
    inspect(page, Look::Closely, "groups-empty").await;

    let (connection, ids) = seed(&app).await;
    let liskov = &ids[2];
    linked(&app, &connection).await;
    for (tab, there) in [
        ("", "person-access"),
        ("/groups", "person-group"),
        ("/history", "history-row"),
        ("/raw", "raw-json"),
    ] {
        page.run(&format!("location.hash = '/users/{liskov}{tab}'"), Vec::new()).await;
        page.see_among(there, "").await;
        let name = format!("person{}", tab.replace('/', "-"));
        // Its first tab is on a picture already.
        if tab.is_empty() { page.inspect(&name).await } else { inspect(page, Look::Closely, &name).await }
    }
    let mel = person(&app, "mel@example.com").await;
    page.run(&format!("location.hash = '/users/{mel}'"), Vec::new()).await;
    page.see("undo-link").await;
    inspect(page, Look::Closely, "person-linked").await;
    page.click("undo-link").await;
    page.see("ask-submit").await;
    inspect(page, Look::Closely, "person-undo-link").await;
    page.click("ask-submit").await;
    page.see_no("link-notice").await;
    page.see("change-role").await;

    let groups = app.command("groups.list", json!({ "search": null, "offset": 0, "limit": 5 })).await;
    let group = groups["rows"][0]["id"].as_str().expect("a group has an id").to_owned();
    for (tab, there) in [("", "group-member"), ("/history", "history-row")] {
        page.run(&format!("location.hash = '/groups/{group}{tab}'"), Vec::new()).await;
        page.see_among(there, "").await;
        let name = format!("group{}", tab.replace('/', "-"));
        if tab.is_empty() { page.inspect(&name).await } else { inspect(page, Look::Closely, &name).await }
    }
    page.run(&format!("location.hash = '/provisioning/{connection}/settings'"), Vec::new()).await;
    page.click("delete-connection").await;
    page.see("delete-cancel").await;
    inspect(page, Look::Closely, "connection-delete").await;
}

/// Opens the menu of an export by its keys and takes the table.
async fn export(page: &Page, menu: &str) {
    page.tab_to(menu).await;
    page.press(ENTER).await;
    page.see(&format!("{menu}-csv")).await;
    page.see_focused(&format!("{menu}-csv")).await;
    page.press(ENTER).await;
}

fn table(text: &str) -> Vec<String> {
    text.trim_start_matches('\u{FEFF}').lines().map(str::to_owned).collect()
}

/// A provider makes people, and a group with one of them.
async fn seed(app: &TestApp) -> (String, Vec<String>) {
    let connection = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    let post = poster(app, &connection).await;
    let mut ids = Vec::new();
    for name in NAMES {
        let user_name = format!("{}@example.com", name.to_lowercase().replace([' ', '=', '(', ')'], "."));
        let body = json!({ "userName": user_name, "displayName": name, "title": "Scientist" });
        ids.push(post("/Users", body, 201).await);
    }
    post("/Groups", json!({ "displayName": "Compilers", "members": [{ "value": ids[2] }] }), 201).await;
    (connection["id"].as_str().expect("a connection has an id").to_owned(), ids)
}

/// A local account that the provider sends too is linked to the connection.
async fn linked(app: &TestApp, id: &str) {
    let local = json!({ "name": "Mel", "email": "mel@example.com", "role": "member" });
    app.command("people.createLocal", local).await;
    let connection = app.command("connection.show", json!({ "id": id })).await;
    let post = poster(app, &connection).await;
    post("/Users", json!({ "userName": "mel@example.com", "displayName": "Mel Conway" }), 409).await;
    let waiting = app.command("match.list", json!({ "id": id })).await;
    app.command("match.link", json!({ "id": waiting[0]["id"] })).await;
}

async fn poster(app: &TestApp, connection: &Value) -> impl AsyncFn(&str, Value, u16) -> String {
    let args = json!({ "connectionId": connection["id"], "expires": "1y" });
    let token =
        app.command("token.create", args).await["token"].as_str().expect("a token has a text").to_owned();
    let endpoint = connection["endpoint"].as_str().expect("a connection has an endpoint").to_owned();
    let http = reqwest::Client::new();
    async move |path: &str, body: Value, status: u16| {
        let request = http.post(format!("{endpoint}{path}")).bearer_auth(&token).json(&body);
        let answer = request.send().await.expect("the endpoint answers");
        assert_eq!(answer.status().as_u16(), status, "{path} is answered as it should be");
        let made: Value = answer.json().await.expect("the answer is JSON");
        made["id"].as_str().unwrap_or_default().to_owned()
    }
}

async fn person(app: &TestApp, user_name: &str) -> String {
    let query = json!({ "search": user_name, "sort": "name", "descending": false, "offset": 0, "limit": 1 });
    let found = app.command("people.list", query).await;
    found["rows"][0]["id"].as_str().expect("the person is there").to_owned()
}
