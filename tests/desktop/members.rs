//! What a Member may see, and how soon a leaver is signed out.

use std::time::Duration;

use serde_json::{Value, json};
use store::Clock;
use tests::{Page, TestApp};

use crate::steps::{Look, create_the_admin, inspect};

const OWN_PASSWORD: &str = "a lovely long password of my own";

#[tokio::test]
async fn a_member_made_by_an_admin_chooses_a_password_and_sees_what_members_see() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    page.click("avatar-menu").await;
    page.click("menu-user-management").await;
    page.click("tab-users").await;
    page.click("add-user").await;
    page.fill("add-user-name", "Ada Lovelace").await;
    page.fill("add-user-email", "ada@example.com").await;
    inspect(page, Look::Closely, "add-user").await;
    page.click("add-user-submit").await;
    let passcode = page.value("passcode").await;
    inspect(page, Look::Closely, "passcode").await;
    page.click("passcode-done").await;
    let connection = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    sign_out_to_the_list(page).await;
    inspect(page, Look::Closely, "sign-in-people").await;

    sign_in_as_ada(page, &passcode).await;
    page.see("new-password").await;
    inspect(page, Look::Closely, "choose-password").await;
    page.fill("current-password", &passcode).await;
    page.fill("new-password", OWN_PASSWORD).await;
    page.click("change-password").await;
    // Nothing of the Admin is left: she begins at Home, and there is no way back to what the Admin saw.
    page.see("member-home").await;
    assert!(
        !page.see("go-back").await.is_enabled().await.expect("it can be asked"),
        "there is no page to go back to"
    );
    let back = "window.moved = null; \
        addEventListener('hashchange', () => (window.moved = location.hash), { once: true }); history.back();";
    page.run(back, Vec::new()).await;
    assert_eq!(
        page.see_value("return window.moved;").await,
        json!("#/"),
        "the web view's own way back ends here"
    );
    page.see("member-home").await;
    page.press_with_control('l').await;
    page.fill("unlock-password", OWN_PASSWORD).await;
    page.click("unlock-submit").await;
    page.see("member-home").await;
    inspect(page, Look::Closely, "home-member").await;
    page.click("avatar-menu").await;
    page.click("menu-user-management").await;
    page.see("tab-users").await;
    page.see_no("tab-provisioning").await;
    page.see_no("add-user").await;
    inspect(page, Look::Closely, "users-member").await;
    let id = connection["id"].as_str().expect("a connection has an id");
    for address in [
        format!("/provisioning/{id}/setup/connect"),
        format!("/provisioning/{id}/tokens"),
        "/provisioning".to_owned(),
    ] {
        page.run("location.hash = '/'", Vec::new()).await;
        page.see("member-home").await;
        page.run("location.hash = arguments[0]", vec![json!(address)]).await;
        page.see("no-access").await;
        for hidden in ["endpoint", "wizard-next", "rotate-token", "add-connection"] {
            page.see_no(hidden).await;
        }
        page.see_text("Ask Grace Hopper.").await;
    }
    inspect(page, Look::Closely, "no-access").await;

    let ada = person(&app, "ada@example.com").await;
    let took = until_signed_out(page, app.command("people.block", json!({ "id": ada }))).await;
    let sentence = page.value("session-ended").await;
    assert!(sentence.contains("An Admin blocked"), "the screen says why: {sentence}");
    inspect(page, Look::Closely, "session-ended").await;
    println!("blocked by an Admin: signed out after {} ms", took.as_millis());
    // She is offered no more, and only Grace is left.
    page.see_attribute("sign-in-chosen", "data-name", "Grace Hopper").await;
}

#[tokio::test]
async fn a_leaver_is_signed_out_as_soon_as_the_provider_says_so() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    sign_out(page).await;
    let connection = app.command("connection.create", json!({ "name": "Okta", "provider": "okta" })).await;
    let token =
        app.command("token.create", json!({ "connectionId": connection["id"], "expires": "1y" })).await;
    let endpoint = connection["endpoint"].as_str().expect("a connection has an endpoint");
    let token = token["token"].as_str().expect("a token has a text");
    let http = reqwest::Client::new();
    let ada = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@example.com",
        "displayName": "Ada Lovelace" });
    let made = http.post(format!("{endpoint}/Users")).bearer_auth(token).json(&ada).send().await;
    let made: Value = made.expect("the endpoint answers").json().await.expect("the answer is JSON");
    let id = made["id"].as_str().expect("she has an id").to_owned();
    let passcode = app.command("people.allowSignIn", json!({ "id": id })).await;
    sign_in_as_ada(page, passcode["passcode"].as_str().expect("there is a passcode")).await;
    page.fill("current-password", passcode["passcode"].as_str().expect("there is a passcode")).await;
    page.fill("new-password", OWN_PASSWORD).await;
    page.click("change-password").await;
    page.see("member-home").await;

    let leaves = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "value": { "active": false } }] });
    let request = http.patch(format!("{endpoint}/Users/{id}")).bearer_auth(token).json(&leaves);
    let took = until_signed_out(page, async {
        let answer = request.send().await.expect("the endpoint answers");
        assert_eq!(answer.status().as_u16(), 200, "the deactivation is accepted");
    })
    .await;

    let sentence = page.value("session-ended").await;
    assert!(sentence.contains("deactivated by Okta"), "the screen says who and what: {sentence}");
    println!("deactivated by the provider: signed out after {} ms", took.as_millis());
}

/// How long it takes from the beginning of the act until the sign-in screen is shown; the page itself watches, so that
/// the driver's own time does not count.
async fn until_signed_out<T>(page: &Page, act: impl Future<Output = T>) -> Duration {
    let script = "window.out = undefined; const seen = () => document.querySelector('[data-testid=session-ended]'); \
        new MutationObserver((_, me) => { if (seen()) { window.out = Date.now(); me.disconnect(); } }) \
            .observe(document.body, { childList: true, subtree: true });";
    page.run(script, Vec::new()).await;
    let began = Clock::system().now().as_millisecond();
    act.await;
    page.see("session-ended").await;
    let at = page.run("return window.out;", Vec::new()).await.as_i64().expect("the page saw it");
    let took = Duration::from_millis(at.saturating_sub(began).max(0).unsigned_abs());
    assert!(took < Duration::from_secs(1), "out within a second, not after {took:?}");
    took
}

async fn sign_out_to_the_list(page: &Page) {
    page.click("avatar-menu").await;
    page.click("menu-sign-out").await;
    page.see("sign-in-people").await;
}

async fn sign_out(page: &Page) {
    page.click("avatar-menu").await;
    page.click("menu-sign-out").await;
    page.see("sign-in-submit").await;
}

/// Ada is chosen among those who may sign in.
async fn sign_in_as_ada(page: &Page, password: &str) {
    page.click_one("sign-in-person", "data-name", "Ada Lovelace").await;
    page.fill("sign-in-password", password).await;
    page.click("sign-in-submit").await;
}

async fn person(app: &TestApp, user_name: &str) -> Value {
    let query = json!({ "search": user_name, "sort": "name", "descending": false, "offset": 0, "limit": 2 });
    let found = app.command("people.list", query).await;
    found["rows"][0]["id"].clone()
}
