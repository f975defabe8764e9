//! Every button, link, tab, switch, menu item and field of every screen is pressed once, and something comes of it. What
//! there is to press is found on the screens themselves, so that a new control that does nothing fails here. In all of it the content
//! security policy refuses nothing: the page asks for nothing that it does not allow. `npm run figures` does the same with the release.

use std::collections::BTreeSet;
use std::time::Duration;

use foundational::commands::{Need, TABLE};
use idp::rehearsal::Dialect;
use serde_json::{Value, json};
use store::TokenText;
use tests::{Page, Scim2Cli, TestApp, is_release, until_within};

use crate::player::Player;
use crate::steps::{Look, PASSWORD, create_the_admin};

const PRESS: &str = include_str!("pressing/press.js");
const ROUTES: &str = include_str!("../../ui/src/routes.ts");
/// How long pressing everything may take, in an unoptimised build beside another test.
const LONGEST: Duration = Duration::from_mins(5);

/// Commands that only read, by the last word of their name. Every other one is held back while something is pressed.
const READS: &[&str] = &[
    "show",
    "list",
    "status",
    "doctor",
    "parts",
    "hosts",
    "proxies",
    "discovery",
    "rules",
    "accountChoices",
    "previewChoices",
    "way",
    "brake",
    "certificate",
    "supports",
    "days",
    "evidence",
    "place",
    "find",
    "report",
    "findings",
    "preview",
    "adminPreview",
    "port",
    "summary",
    "of",
];

#[tokio::test]
async fn everything_about_connections_does_something() {
    let app = filled().await;
    let patterns = |pattern: &str| {
        (pattern.starts_with("/provisioning") && !is_setup(pattern)) || pattern.starts_with("/help")
    };
    press_everything(&app, &["/provisioning", "/provisioning/new", "/help/how-it-works"], patterns).await;
}

#[tokio::test]
async fn everything_in_the_setup_of_a_connection_does_something() {
    let app = filled().await;
    // Addresses from outside: one whose provider has called already, and one that waits for its provider.
    let connections = app.command("connection.list", Value::Null).await;
    let named = |name: &str| {
        let found = connections.as_array().into_iter().flatten().find(|each| each["name"] == name);
        let id = found.and_then(|each| each["id"].as_str()).expect("there is this connection");
        format!("/provisioning/{id}/setup")
    };
    let (done, begun) = (named("Okta"), named("Not finished"));
    press_everything(&app, &[&done, &begun], is_setup).await;
}

fn is_setup(pattern: &str) -> bool {
    pattern.starts_with("/provisioning/:id/setup")
}

#[tokio::test]
async fn everything_else_does_something() {
    let app = filled().await;
    let patterns = |pattern: &str| {
        ["/provisioning", "/help", "/activity", "/diagnostics"]
            .iter()
            .all(|other| !pattern.starts_with(other))
    };
    press_everything(&app, &["/", "/users", "/users/new", "/groups", "/profile", "/settings"], patterns)
        .await;
}

#[tokio::test]
async fn everything_about_requests_and_findings_does_something() {
    let app = filled().await;
    press_everything(&app, &["/activity", "/diagnostics", "/diagnostics/why?name=ada"], is_of_requests).await;
}

fn is_of_requests(pattern: &str) -> bool {
    pattern.starts_with("/activity") || pattern.starts_with("/diagnostics")
}

#[tokio::test]
async fn everything_before_and_beside_signing_in_does_something() {
    let app = TestApp::open().await;
    let page = app.page();
    page.see("first-run-name").await;
    press_this(page, "first run").await;
    create_the_admin(page, Look::Past).await;
    page.press_with_control('l').await;
    page.see("unlock-password").await;
    press_this(page, "locked").await;
    page.fill("unlock-password", PASSWORD).await;
    page.click("unlock-submit").await;
    page.click("avatar-menu").await;
    page.click("menu-sign-out").await;
    page.see("sign-in-password").await;
    press_this(page, "signed out").await;
    what_is_wrong_is_found(page).await;
}

/// The suite can fail: a button that does nothing, one that lies under something else, a text in a link's colour, and a foreign picture.
async fn what_is_wrong_is_found(page: &Page) {
    // The page allows no styles in its markup, only from its scripts.
    let wrong = "const main = document.querySelector('main') ?? document.body; main.id = 'main'; \
        main.insertAdjacentHTML('afterbegin', '<button>Dead</button><button>Under</button><p>Create a replacement</p>\
        <img src=\"https://example.com/x.png\">'); \
        main.querySelector('p').style.color = 'var(--accent-text)'; \
        const under = main.querySelectorAll('button')[1].getBoundingClientRect(); \
        const over = document.createElement('div'); over.id = 'over'; document.body.append(over); \
        over.style.cssText = `position:fixed;z-index:99;left:${under.left}px;top:${under.top}px;\
        width:${under.width}px;height:${under.height}px`;";
    page.run(wrong, Vec::new()).await;
    let result = pressed(page, alone("wrong")).await;
    assert!(result["dead"].to_string().contains("Dead"), "the dead button is found: {result}");
    assert!(result["covered"].to_string().contains("Under"), "the covered one too: {result}");
    assert!(result["fakes"].to_string().contains("Create a replacement"), "and the text: {result}");
    assert!(result["violations"].to_string().contains("img-src"), "and the picture: {result}");
}

/// Presses what the screens of these routes have, beginning at some of them.
async fn press_everything(app: &TestApp, starts: &[&str], routes: impl Fn(&str) -> bool) {
    let page = app.page();
    let all = routes_of_the_page();
    let patterns: Vec<&str> = all.iter().copied().filter(|pattern| routes(pattern)).collect();
    let wanted = json!({ "routes": all, "patterns": patterns, "starts": starts, "alone": null });
    let result = press(page, wanted).await;

    let visited: Vec<&str> = texts(&result["visited"]);
    let missed: Vec<&&str> =
        patterns.iter().filter(|pattern| !visited.iter().any(|path| fits(pattern, path))).collect();
    assert!(
        missed.is_empty(),
        "no way leads to these screens, or the test's workspace lacks them: {missed:?}"
    );
}

/// Presses what is on the screen now.
async fn press_this(page: &Page, name: &str) {
    press(page, alone(name)).await;
}

fn alone(name: &str) -> Value {
    json!({ "routes": [], "patterns": [], "starts": [], "alone": name })
}

/// Presses, and finds nothing wrong.
async fn press(page: &Page, wanted: Value) -> Value {
    let result = pressed(page, wanted).await;
    for (what, wrong) in [
        ("does nothing", "dead"),
        ("lies under something else", "covered"),
        ("looks like a control and is none", "fakes"),
        ("is refused by the content security policy", "violations"),
    ] {
        let found = texts(&result[wrong]);
        assert!(found.is_empty(), "{} x {what}:\n{}", found.len(), found.join("\n"));
    }
    if is_release() {
        let (screens, presses) = (texts(&result["visited"]).len(), &result["pressed"]);
        let what = format!("reports of the content security policy on {screens} screens");
        println!("figure: {what}|0|0|{presses} presses");
    }
    result
}

async fn pressed(page: &Page, mut wanted: Value) -> Value {
    let named = |wanted: &dyn Fn(&str, Need) -> bool| -> Vec<&str> {
        TABLE.iter().filter(|(name, need, _)| wanted(name, *need)).map(|(name, ..)| *name).collect()
    };
    wanted["reads"] = json!(named(&|name, _| READS.iter().any(|read| name.ends_with(&format!(".{read}")))));
    wanted["confirmed"] = json!(named(&|_, need| need == Need::Confirmed));
    page.run(PRESS, vec![wanted]).await;
    let result = until_within(LONGEST, "everything was pressed", async || {
        let state = page.run("return window.pressing;", Vec::new()).await;
        state["done"].as_bool().expect("it says so").then_some(state)
    })
    .await;
    println!("{} presses on {} screens", result["pressed"], texts(&result["visited"]).len());
    assert_eq!(result["failure"], Value::Null, "the presser itself failed");
    assert!(result["pressed"].as_u64() > Some(1), "something was pressed: {result}");
    result
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

/// The patterns of all screens, as the page has them.
pub fn routes_of_the_page() -> Vec<&'static str> {
    let found: BTreeSet<&str> =
        ROUTES.split("pattern: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(found.len() > 20, "the list of routes can be read: {found:?}");
    found.into_iter().collect()
}

/// Whether the path of an address is of a screen with this pattern.
pub fn fits(pattern: &str, path: &str) -> bool {
    let (want, have): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    want.len() == have.len()
        && want.iter().zip(have).all(|(want, have)| want.starts_with(':') || *want == have)
}

/// A workspace with something of everything: a provider that has worked and was refused, a paused one, one whose token
/// was revoked, one in its set-up, local people, an Admin group, a backup.
async fn filled() -> TestApp {
    let app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    let okta = connect(&app, "Okta", "okta").await;
    play(&okta, Dialect::OktaPatch, true).await;
    let azure = connect(&app, "Entra", "azure").await;
    play(&azure, Dialect::Azure, false).await;
    refuse_by_address(&app, &azure).await;
    app.command("connection.pause", json!({ "id": azure.0 })).await;
    // A name of two words that is also on a button would be taken for a text that looks like one.
    let custom = connect(&app, "Personnel", "custom").await;
    // What the plays make they delete in the end.
    let made = Scim2Cli::new(&custom.1, &custom.2).create("group", &["--display-name", "Engineering"]).await;
    assert!(made.ok, "there is a group");
    let tokens = app.command("token.list", json!({ "id": custom.0 })).await;
    app.command("token.revoke", json!({ "id": tokens[0]["id"] })).await;
    let begun = app.command("connection.create", json!({ "name": "Not finished", "provider": "okta" })).await;
    // What is missing for an agent leads to the settings of the server.
    app.command("connection.setWay", json!({ "id": begun["id"], "way": "network" })).await;
    for (name, role) in [("Mel Conway", "member"), ("Margaret Hamilton", "admin")] {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let made =
            app.command("people.createLocal", json!({ "name": name, "email": email, "role": role })).await;
        if role == "member" {
            app.command("people.block", json!({ "id": made["personId"] })).await;
        }
    }
    app.command("backup.make", json!({})).await;
    app
}

/// A connection with a token: its id, its endpoint and the token.
pub async fn connect(app: &TestApp, name: &str, provider: &str) -> (Value, String, String) {
    let made = app.command("connection.create", json!({ "name": name, "provider": provider })).await;
    let token = app.command("token.create", json!({ "connectionId": made["id"], "expires": "1y" })).await;
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    (made["id"].clone(), text(&made["endpoint"]), text(&token["token"]))
}

/// The provider works; if so wanted, with requests that are refused in between.
async fn play((_, endpoint, token): &(Value, String, String), dialect: Dialect, refused: bool) {
    let mut player = Player::new(dialect, endpoint, token);
    let wrong = TokenText::generate().expect("there is randomness");
    while let Some(prepared) = player.next() {
        player.send(&prepared).await;
        if refused {
            player.send_with(&prepared, wrong.reveal()).await;
        }
    }
}

/// The provider calls from an address that is not on the connection's list.
async fn refuse_by_address(app: &TestApp, (id, endpoint, token): &(Value, String, String)) {
    let rules = json!({
        "matching": "ask", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": ["203.0.113.0/24"],
    });
    app.command("connection.setRules", json!({ "id": id, "rules": rules })).await;
    let mut player = Player::new(Dialect::Azure, endpoint, token);
    let first = player.next().expect("the play begins");
    assert_eq!(player.send_with(&first, token).await, 403, "this computer is not on the list");
}
