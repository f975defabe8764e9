//! A token is shown once, and is written down nowhere.

use std::fs;
use std::path::{Path, PathBuf};

use idp::rehearsal::Dialect;
use reqwest::{Client, Method};
use serde_json::json;
use tests::{Page, TestApp};

use crate::player::Player;
use crate::steps::{Look, create_the_admin, open_a_wizard, see_endpoint_and_token};

/// As much of a token as is no secret: the prefix and the key id, by which an admin finds it again.
const OPEN: usize = "fdn_".len() + 10 + "_".len();

#[tokio::test]
async fn a_token_stands_in_no_log_no_record_no_file_and_no_address() {
    let mut app = TestApp::open_talkative().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "People system", "custom").await;
    let (endpoint, token) = see_endpoint_and_token(page, Look::Past).await;
    let mut player = Player::new(Dialect::Custom, &endpoint, &token);
    let mut sent = send_it_where_it_does_not_belong(&endpoint, &token).await;
    while let Some(prepared) = player.next() {
        player.send(&prepared).await;
        sent += 1;
    }
    page.click("rail-finish").await;
    page.click("wizard-finish").await;
    page.click("open-connection").await;
    page.click("tab-activity").await;
    // Each request is a line of its own there.
    page.click("activity-http").await;
    let rows =
        format!("return document.querySelectorAll('[data-testid=activity-row]').length === {sent} || null;");
    page.see_value(&rows).await;
    page.click("tab-tokens").await;
    page.click("rotate-token").await;
    page.click("rotation-start").await;
    let next = page.value("token-value").await;
    page.click("token-pasted").await;
    page.see_no("token-value").await;
    for text in [&token, &next] {
        let shown = shown_by_the_page(page).await;
        assert!(!shown.contains(&text[OPEN..]), "neither on the page nor in its address: {shown}");
    }
    let rows = app.command("activity.list", json!({ "connectionId": "People system", "limit": 200 })).await;
    for row in rows["rows"].as_array().expect("it is a list") {
        let shown = app.command("activity.show", json!({ "id": row["id"] })).await.to_string();
        assert!(!shown.contains(&token[OPEN..]), "nor in what is shown of a request: {shown}");
    }

    // Everything that was in the app's memory and had to be written is on the disk afterwards.
    app.close().await;

    let output = fs::read_to_string(app.folder().join("driver.log")).expect("the app's output is in a file");
    assert!(
        output.contains("TRACE") && output.contains("sqlx::query"),
        "the app logs at its finest level: {output:.2000}"
    );
    let files = files_below(app.folder());
    assert!(files.iter().any(|file| file.ends_with("data/activity.db")), "the records are among the files");
    for text in [&token, &next] {
        let secret = &text[OPEN..];
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for file in &files {
            let bytes = fs::read(file).unwrap_or_default();
            let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!holds(secret.as_bytes()) && !holds(&wide), "{} holds a token", file.display());
        }
    }
}

/// What clumsy clients do with a token: it comes in the address, in a header of its own, under another word, in place of
/// a password, and at an address that is not the endpoint. Gives how many of these requests are recorded.
async fn send_it_where_it_does_not_belong(endpoint: &str, token: &str) -> usize {
    let http = Client::builder().no_proxy().build().expect("there is an HTTP client");
    let base = endpoint.rsplit_once('/').expect("an endpoint has parts").0;
    let filter = format!("{endpoint}/Users?filter=userName%20eq%20%22{token}%22");
    let places =
        [format!("{endpoint}/Users?access_token={token}"), filter, format!("{endpoint}/Users/{token}")];
    for place in &places {
        ask(&http, place, &format!("Bearer {token}"), token).await;
    }
    ask(&http, &format!("{endpoint}/Users"), &format!("Token {token}"), token).await;
    ask(&http, &format!("{endpoint}/Users"), &format!("Basic {token}"), token).await;
    ask(&http, &format!("{base}/Users/{token}"), &format!("Bearer {token}"), token).await;
    let person = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eve@example.com",
        "password": token });
    let made = http.post(format!("{endpoint}/Users")).bearer_auth(token).json(&person).send().await;
    assert_eq!(made.expect("the endpoint answers").status().as_u16(), 201, "a password is taken and dropped");
    places.len() + 4
}

async fn ask(http: &Client, place: &str, authorization: &str, agent: &str) {
    let request = http.request(Method::GET, place).header("authorization", authorization);
    let answer = request.header("user-agent", agent).header("x-api-key", agent).send().await;
    drop(answer.expect("the endpoint answers").bytes().await);
}

/// The page with everything it keeps: its text, what fields hold, its address and title, and what is stored.
async fn shown_by_the_page(page: &Page) -> String {
    let script = "return [location.href, document.title, document.documentElement.outerHTML, document.cookie, \
        [...document.querySelectorAll('input, textarea')].map((field) => field.value), \
        JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]), \
        performance.getEntries().map((entry) => entry.name)].join(' ');";
    page.run(script, Vec::new()).await.as_str().expect("it is a text").to_owned()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let kind = entry.file_type().expect("it has a kind");
        if kind.is_dir() {
            files.extend(files_below(&entry.path()));
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files
}
