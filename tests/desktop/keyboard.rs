//! The daily ways through the app without a mouse.

use serde_json::json;
use tests::{DOWN, ENTER, ESCAPE, Page, TAB, TestApp};

use crate::steps::{Look, PASSWORD, inspect, small_picture};

#[tokio::test]
async fn the_first_run_the_lock_and_the_sign_in_need_no_mouse() {
    let app = TestApp::open().await;
    let page = app.page();
    first_run(page).await;

    page.press_with_control('l').await;
    page.see("unlock-password").await;
    inspect(page, Look::Closely, "locked").await;
    page.tab_to("unlock-password").await;
    page.type_text(PASSWORD).await;
    page.press(ENTER).await;
    page.see("avatar-menu").await;

    page.tab_to("avatar-menu").await;
    page.press(ENTER).await;
    page.see("menu-user-management").await;
    for _ in 0..20 {
        if page.focused().await == "menu-sign-out" {
            break;
        }
        page.press(DOWN).await;
    }
    page.see_focused("menu-sign-out").await;
    page.press(ENTER).await;
    page.see("sign-in-chosen").await;
    page.tab_to("sign-in-password").await;
    page.type_text(PASSWORD).await;
    page.press(ENTER).await;
    page.see("avatar-menu").await;
}

#[tokio::test]
async fn choosing_a_name_and_the_wait_after_wrong_passwords_need_no_mouse() {
    let app = TestApp::open().await;
    let page = app.page();
    crate::steps::create_the_admin(page, Look::Past).await;
    for (name, email) in [("Ada Lovelace", "ada@example.com"), ("Katherine Johnson", "kj@example.com")] {
        let person = json!({ "name": name, "email": email, "role": "member" });
        app.command("people.createLocal", person).await;
    }
    page.press_with_control('l').await;
    page.tab_to("unlock-other").await;
    page.press(ENTER).await;
    page.see("sign-in-people").await;
    let chosen = "return document.activeElement?.dataset.name ?? null;";
    page.tab_to("sign-in-person").await;
    assert_eq!(page.see_value(chosen).await, json!("Ada Lovelace"), "the list is in the order of names");
    page.press(TAB).await;
    assert_eq!(page.see_value(chosen).await, json!("Grace Hopper"), "one after the other");
    page.press(ENTER).await;
    page.see_focused("sign-in-password").await;

    for _ in 0..4 {
        page.type_text("wrong").await;
        page.press(ENTER).await;
        page.see("sign-in-error").await;
        page.see_value(
            "return document.querySelector('[data-testid=sign-in-password]').value === '' || null;",
        )
        .await;
        page.tab_to("sign-in-password").await;
    }
    page.type_text("wrong").await;
    page.press(ENTER).await;
    page.see("wait").await;
    inspect(page, Look::Closely, "sign-in-wait").await;
    let seconds = async || {
        page.see_value("return document.querySelector('[data-testid=wait]')?.dataset.seconds;").await
    };
    let first = seconds().await;
    page.see_value(&format!(
        "const now = document.querySelector('[data-testid=wait]')?.dataset.seconds; \
         return now && Number(now) < Number({first}) ? now : null;"
    ))
    .await;
    page.see_no("wait").await;
    page.tab_to("sign-in-password").await;
    page.type_text(PASSWORD).await;
    page.press(ENTER).await;
    page.see("avatar-menu").await;
}

#[tokio::test]
async fn the_palette_the_lists_and_the_shortcuts_need_no_mouse() {
    let app = TestApp::open().await;
    let page = app.page();
    crate::steps::create_the_admin(page, Look::Past).await;
    let connection = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    let id = connection["id"].as_str().expect("a connection has an id");
    let token = app.command("token.create", json!({ "connectionId": id, "expires": "1y" })).await;
    let endpoint = connection["endpoint"].as_str().expect("a connection has an endpoint");
    seed(endpoint, token["token"].as_str().expect("a token has a text")).await;

    page.press_with_control('k').await;
    page.see_focused("palette-input").await;
    page.see("palette-userManagement").await;
    inspect(page, Look::Closely, "palette").await;
    page.type_text("ada").await;
    page.see("palette-person").await;
    page.press(ESCAPE).await;
    page.see_no("palette").await;

    page.press_with_control('k').await;
    page.see_focused("palette-input").await;
    page.type_text("groups").await;
    page.see_attribute("palette-groups", "aria-selected", "true").await;
    page.press(ENTER).await;
    page.see_among("group-row", "Analysts").await;
    page.tab_to_role("grid").await;
    page.press(ENTER).await;
    page.see("group-count").await;
    page.see_among("group-member", "Ada").await;
    inspect(page, Look::Closely, "group").await;

    page.press_with_control('[').await;
    page.see_among("group-row", "Analysts").await;
    inspect(page, Look::Closely, "groups").await;
    page.press_with_control('1').await;
    page.see("server-card").await;
    inspect(page, Look::Closely, "home").await;
    small_picture(page, "home").await;
    page.press_with_control('2').await;
    page.see_among("group-row", "Analysts").await;
    page.tab_to("tab-users").await;
    page.press(ENTER).await;
    page.see_among("person-row", "Ada").await;
    page.press('/').await;
    page.see_focused("search-users").await;
    page.type_text("ada").await;
    page.see_count("person-row", "data-username", "grace@example.com", 0).await;
    page.tab_to_role("grid").await;
    page.press(ENTER).await;
    page.see("person-username").await;
    inspect(page, Look::Closely, "person").await;
    small_picture(page, "person").await;

    page.type_text("?").await;
    page.see("shortcuts").await;
    inspect(page, Look::Closely, "shortcuts").await;
    page.press(ESCAPE).await;
    page.see_no("shortcuts").await;
}

/// The first run up to the app's home, by keys alone.
pub async fn first_run(page: &Page) {
    page.see("first-run-name").await;
    for (field, text) in [
        ("first-run-name", "Grace Hopper"),
        ("first-run-email", "grace@example.com"),
        ("first-run-password", PASSWORD),
    ] {
        page.tab_to(field).await;
        page.type_text(text).await;
        assert_eq!(page.value(field).await, text, "{field} holds what was typed");
    }
    page.press(ENTER).await;
    page.see("recovery-key").await;
    page.tab_to("recovery-saved").await;
    page.press(' ').await;
    page.tab_to("first-run-continue").await;
    page.press(ENTER).await;
    page.see("first-run-later").await;
    page.tab_to("first-run-later").await;
    page.press(ENTER).await;
    page.see("first-run-look").await;
    page.tab_to("first-run-look").await;
    page.press(ENTER).await;
    page.see("avatar-menu").await;
}

/// A provider makes two people, one of them in a group.
async fn seed(endpoint: &str, token: &str) {
    let http = reqwest::Client::new();
    let post = async |path: &str, body: serde_json::Value| {
        let request = http.post(format!("{endpoint}{path}")).bearer_auth(token).json(&body);
        let answer = request.send().await.expect("the endpoint answers");
        assert_eq!(answer.status().as_u16(), 201, "{path} makes something");
        let made: serde_json::Value = answer.json().await.expect("the answer is JSON");
        made["id"].as_str().expect("it has an id").to_owned()
    };
    let person = |name: &str, given: &str| {
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "displayName": given,
            "title": "Analyst", "emails": [{ "value": name, "type": "work", "primary": true }] })
    };
    let ada = post("/Users", person("ada@example.com", "Ada Lovelace")).await;
    post("/Users", person("grace@example.org", "Grace Murray")).await;
    post(
        "/Groups",
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Analysts",
        "members": [{ "value": ada }] }),
    )
    .await;
}
