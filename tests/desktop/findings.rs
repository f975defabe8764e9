//! Every finding is opened in Diagnostics, and its first request and each of its remedies is pressed: something comes of it.

mod card;
mod effects;
mod past;
mod scenes;

use std::collections::BTreeSet;

use foundational::views::FindingCode;
use idp::rehearsal::{Dialect, Prepared};
use idp::remedy::Remedy;
use serde_json::{Value, json};
use tests::{Bus, ESCAPE, Logind, Page, TestApp, until};

use crate::player::{PUBLIC, Player, Transport};
use crate::pressing::connect;
use crate::steps::{Look, create_the_admin, sign_in};
use card::Card;
use effects::{Effect, effect, order};
use scenes::{Scene, scene};

const ADD: &str = include_str!("findings/add.js");

#[tokio::test]
async fn every_finding_is_opened_and_each_of_its_remedies_is_pressed() {
    let bus = Bus::start().await;
    let logind = Logind::start(&bus).await;
    let mut app = TestApp::open_filled_on(&bus, past::play).await;
    create_the_admin(app.page(), Look::Past).await;
    let mut pressed = BTreeSet::new();

    for code in FindingCode::ALL.iter().copied().filter(|code| scene(*code).past().is_some()) {
        pressed.insert(press_all(&app, code).await);
    }
    until("the system keeps this computer awake", async || {
        (logind.held() == ["Foundational: block sleep:idle"]).then_some(())
    })
    .await;
    let twin = a_match_waits(&app).await;
    pressed.insert(press_all(&app, FindingCode::MatchWaiting).await);
    pressed.extend(press_all_added(&app).await);
    the_token_arrives_unencrypted(&app).await;
    pressed.insert(press_all(&app, FindingCode::TokenExposed).await);
    the_address_changes(&app).await;
    pressed.insert(press_all(&app, FindingCode::AddressChanged).await);
    the_port_changes(&app).await;
    pressed.insert(press_all(&app, FindingCode::PortChanged).await);
    app.command("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await;
    app.command("server.checkPublicUrl", json!({})).await;
    pressed.insert(press_all(&app, FindingCode::AddressNotReachable).await);

    // Then one account alone may sign in.
    app.command("people.block", json!({ "id": twin })).await;
    app.crash().await;
    // A write has found the log damaged: the next start begins a new one.
    std::fs::write(app.data().join("activity.damaged"), "").expect("the folder can be written to");
    app.reopen().await;
    sign_in(app.page(), Look::Past).await;
    app.page().see("avatar-menu").await;
    pressed.insert(press_all(&app, FindingCode::AppCrashed).await);
    pressed.insert(press_all(&app, FindingCode::LogSetAside).await);

    let missing: Vec<&FindingCode> =
        FindingCode::ALL.iter().filter(|code| !pressed.contains(*code)).collect();
    assert!(missing.is_empty(), "not pressed: {missing:?}");
    app.close().await;
}

/// A local account has the name of a person who arrives. Gives the id of the account.
async fn a_match_waits(app: &TestApp) -> Value {
    let (_, endpoint, token) = connect(app, FindingCode::MatchWaiting.as_str(), "custom").await;
    let email = "twin@example.com";
    let twin = json!({"name": "Twin", "email": email, "role": "member"});
    let twin = app.command("people.createLocal", twin).await["personId"].clone();
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().expect("there is an HTTP client");
    let request = client.post(format!("{endpoint}/Users")).bearer_auth(token);
    let answer = request.json(&json!({"userName": email})).send().await.expect("it is answered");
    assert_eq!(answer.status().as_u16(), 409, "the name is in use");
    twin
}

/// The identity provider has called the public address over HTTPS, and calls it over plain HTTP then.
async fn the_token_arrives_unencrypted(app: &TestApp) {
    let (player, first) = calls_over_https(app, FindingCode::TokenExposed).await;
    assert_eq!(player.send_by(&first, Transport::Proxy("http")).await, 403, "it is refused");
}

/// The identity provider has called the public address, which is another one then.
async fn the_address_changes(app: &TestApp) {
    calls_over_https(app, FindingCode::AddressChanged).await;
    app.command("server.publicUrl", json!({"publicUrl": "https://new.example.com"})).await;
}

/// An identity provider that has called the public address, and its request.
async fn calls_over_https(app: &TestApp, code: FindingCode) -> (Player, Prepared) {
    // Nothing answers at the public address: the endpoint is that of this computer.
    app.command("server.publicUrl", json!({ "publicUrl": null })).await;
    let (_, endpoint, token) = connect(app, code.as_str(), "azure").await;
    app.command("server.publicUrl", json!({ "publicUrl": PUBLIC })).await;
    let mut player = Player::new(Dialect::Azure, &endpoint, &token).by(Transport::Proxy("https"));
    let first = player.next().expect("the play begins");
    player.send(&first).await;
    (player, first)
}

/// It listens elsewhere, and nothing shows that the address follows.
async fn the_port_changes(app: &TestApp) {
    let free =
        || std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("a port");
    // Nothing listens there, which some networks make of an address that works.
    let url = format!("https://localhost:{}", free().port());
    app.command("server.publicUrl", json!({ "publicUrl": url })).await;
    app.command("server.listen", json!({"listen": free().to_string()})).await;
}

/// Adds the findings that are not caused here to what the core answers, and presses those.
async fn press_all_added(app: &TestApp) -> Vec<FindingCode> {
    let codes = FindingCode::ALL.iter().copied();
    let codes: Vec<FindingCode> = codes.filter(|code| matches!(scene(*code), Scene::Added(_))).collect();
    let added: Vec<Value> = codes.iter().filter_map(|code| added(*code)).collect();
    app.page().run(ADD, vec![json!(added)]).await;
    // The screen asks the core when it is opened.
    app.page().run("location.hash = '/profile'", Vec::new()).await;
    app.page().see("change-password").await;
    for code in &codes {
        press_all(app, *code).await;
    }
    codes
}

/// The finding of this code as it is added; none where it is caused.
fn added(code: FindingCode) -> Option<Value> {
    let Scene::Added(remedies) = scene(code) else { return None };
    let button =
        |kind: &Remedy| json!({"kind": kind, "label": kind.label(), "connectionId": null, "target": null});
    let message = format!("Added: {}", code.as_str());
    Some(json!({"id": code.as_str(), "code": code, "severity": "problem", "connectionId": null,
        "message": message, "sentence": message, "detail": null, "since": null, "evidence": [], "causes": [],
        "steps": [], "remedies": remedies.iter().map(button).collect::<Vec<Value>>(), "canHide": true}))
}

/// Presses the first request that shows a finding, and each of its remedies. Those that change what is found come last.
async fn press_all(app: &TestApp, code: FindingCode) -> FindingCode {
    let page = app.page();
    let finding = match added(code) {
        Some(added) => added,
        None => until(&format!("{} is found", code.as_str()), async || found(app, code).await).await,
    };
    let card = Card { code, begins: begins(code, &finding) };
    let mut remedies: Vec<(Remedy, &Value)> =
        finding["remedies"].as_array().expect("remedies").iter().map(|one| (kind(one), one)).collect();
    assert!(!remedies.is_empty(), "there is something to do here: {finding}");
    remedies.sort_by_key(|(kind, _)| order(*kind));
    card.open(page).await;
    if finding["evidence"].as_array().expect("evidence").iter().any(|one| !one["activityId"].is_null()) {
        card.press(page, "finding-request", None).await;
        page.see("activity-drawer").await;
        page.press(ESCAPE).await;
        page.see_no("activity-drawer").await;
    }
    for (kind, remedy) in remedies {
        card.open(page).await;
        let opened = app.opened().lines().count();
        card.press(page, "diagnosis-remedy", remedy["label"].as_str()).await;
        see(app, code, kind, remedy, opened).await;
    }
    code
}

/// How the message of a finding begins: with its connection, which is called as the code.
fn begins(code: FindingCode, finding: &Value) -> String {
    if finding["connectionId"].is_null() { String::new() } else { format!("{}: ", code.as_str()) }
}

/// The finding as the core answers it: that of the connection that was made for it, where it is about a connection.
async fn found(app: &TestApp, code: FindingCode) -> Option<Value> {
    let all = app.command("diagnosis.findings", json!({})).await;
    let is_meant = |one: &&Value| {
        let message = one["message"].as_str().expect("a message");
        one["code"] == code.as_str() && message.starts_with(&begins(code, one))
    };
    all["findings"].as_array().expect("findings").iter().find(is_meant).cloned()
}

fn kind(remedy: &Value) -> Remedy {
    Remedy::ALL
        .into_iter()
        .find(|kind| json!(kind) == remedy["kind"])
        .unwrap_or_else(|| panic!("{remedy} is a remedy"))
}

/// Sees what comes of a remedy. `opened`: how much the system was asked to open before.
async fn see(app: &TestApp, code: FindingCode, kind: Remedy, remedy: &Value, opened: usize) {
    let what = format!("{}: {}", code.as_str(), remedy["label"]);
    let id = json!({ "id": remedy["connectionId"] });
    match effect(kind) {
        Effect::Leads(to) => see_screen(app.page(), &what, to, remedy).await,
        Effect::Copies(to) => {
            see_screen(app.page(), &what, to, remedy).await;
            assert_eq!(json!(app.clipboard().await), remedy["target"], "{what}");
        }
        Effect::Copied => {
            until(&what, async || (json!(app.clipboard().await) == remedy["target"]).then_some(())).await;
        }
        Effect::Opened => {
            let target = remedy["target"].as_str();
            until(&what, async || {
                let all = app.opened();
                let newest = all.lines().nth(opened)?;
                target.is_none_or(|target| target == newest).then_some(())
            })
            .await;
        }
        Effect::Blocked => {
            app.page().click("ask-submit").await;
            until(&what, async || {
                let person = app.command("people.show", json!({ "id": remedy["target"] })).await;
                person["row"]["blocked"].as_bool()?.then_some(())
            })
            .await;
        }
        Effect::Awake => {
            until(&what, async || app.command("awake.show", json!({})).await["on"].as_bool()?.then_some(()))
                .await;
        }
        Effect::Paused | Effect::Resumed => {
            let is_paused = matches!(effect(kind), Effect::Paused);
            until(&what, async || {
                let shown = app.command("connection.show", id.clone()).await;
                (shown["pause"].is_object() == is_paused).then_some(())
            })
            .await;
        }
        Effect::Answered(answer) => {
            until(&what, async || {
                (app.command("hold.show", id.clone()).await["answer"] == answer).then_some(())
            })
            .await;
        }
        Effect::Gone => until(&what, async || found(app, code).await.is_none().then_some(())).await,
    }
}

/// Sees the screen that a remedy leads to.
async fn see_screen(page: &Page, what: &str, to: &str, remedy: &Value) {
    let name = |of: &Value| of.as_str().unwrap_or_default().to_owned();
    let to = to.replace("{connection}", &name(&remedy["connectionId"]));
    let to = to.replace("{target}", &name(&remedy["target"]));
    let script = "const main = document.querySelector('main'); \
        return location.hash.startsWith(`#${arguments[0]}`) && !!main?.querySelector('h1, h2') && \
            !main.querySelector('[data-testid=finding-card]') && main.innerText.length > 40;";
    until(&format!("{what} leads to {to}"), async || {
        (page.run(script, vec![json!(to)]).await == true).then_some(())
    })
    .await;
    assert_eq!(page.count("load-failed").await, 0, "{what} loads");
}
