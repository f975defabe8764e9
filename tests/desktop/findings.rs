//! Every finding is opened in Diagnostics, and each of its buttons and its request is pressed: something comes of it.

mod past;
mod scenes;

use std::collections::BTreeSet;

use foundational::views::FindingCode;
use idp::remedy::Remedy;
use serde_json::{Value, json};
use tests::{ESCAPE, Page, TestApp, until};

use crate::steps::{Look, create_the_admin, sign_in};
use scenes::{Effect, Scene, effect, scene};

const ADD: &str = include_str!("findings/add.js");

#[tokio::test]
async fn every_finding_is_opened_and_each_of_its_buttons_does_what_it_says() {
    let mut app = TestApp::open_filled(past::play).await;
    create_the_admin(app.page(), Look::Past).await;
    let of = |wanted: fn(&Scene) -> bool| -> Vec<FindingCode> {
        FindingCode::ALL.iter().copied().filter(|code| wanted(&scene(*code))).collect()
    };
    let mut pressed = BTreeSet::new();

    for code in of(|scene| matches!(scene, Scene::Past(..))) {
        pressed.insert(press_all(&app, code, &[]).await);
    }
    a_match_waits(&app).await;
    pressed.insert(press_all(&app, FindingCode::MatchWaiting, &[]).await);
    pressed.extend(press_all_added(&app, &of(|scene| matches!(scene, Scene::Added(_)))).await);

    the_port_changes(&app).await;
    pressed.insert(press_all(&app, FindingCode::PortChanged, &[]).await);
    app.command("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await;
    app.command("server.checkPublicUrl", json!({})).await;
    pressed.insert(press_all(&app, FindingCode::AddressNotReachable, &[]).await);

    app.kill().await;
    app.reopen().await;
    sign_in(app.page(), Look::Past).await;
    app.page().see("avatar-menu").await;
    pressed.insert(press_all(&app, FindingCode::AppCrashed, &[]).await);

    let missing: Vec<&FindingCode> =
        FindingCode::ALL.iter().filter(|code| !pressed.contains(*code)).collect();
    assert!(missing.is_empty(), "not pressed: {missing:?}");
    app.close().await;
}

/// A local account has the name of a person who arrives.
async fn a_match_waits(app: &TestApp) {
    let made = app.command("connection.create", json!({"name": "match", "provider": "custom"})).await;
    let token = app.command("token.create", json!({"connectionId": made["id"], "expires": "1y"})).await;
    let email = "twin@example.com";
    app.command("people.createLocal", json!({"name": "Twin", "email": email, "role": "member"})).await;
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().expect("there is an HTTP client");
    let url = format!("{}/Users", made["endpoint"].as_str().expect("an endpoint"));
    let request = client.post(url).bearer_auth(token["token"].as_str().expect("a token"));
    request.json(&json!({"userName": email})).send().await.expect("it is answered");
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

/// Adds findings to what the core answers, and presses those.
async fn press_all_added(app: &TestApp, codes: &[FindingCode]) -> Vec<FindingCode> {
    let added: Vec<Value> = codes
        .iter()
        .map(|code| {
            let Scene::Added(remedies) = scene(*code) else { panic!("{code:?} is caused") };
            let remedies: Vec<Value> = remedies
                .iter()
                .map(
                    |kind| json!({"kind": kind, "label": kind.label(), "connectionId": null, "target": null}),
                )
                .collect();
            json!({"id": code.as_str(), "code": code, "severity": "problem", "connectionId": null,
                "message": format!("Added: {}", code.as_str()), "detail": null, "since": null, "evidence": [],
                "causes": [], "steps": [], "remedies": remedies, "canHide": true})
        })
        .collect();
    app.page().run(ADD, vec![json!(added)]).await;
    let mut pressed = Vec::new();
    for code in codes {
        pressed.push(press_all(app, *code, &added).await);
    }
    pressed
}

/// Presses each button of a finding, and opens the first request that shows it. Those that change what is found come last.
async fn press_all(app: &TestApp, code: FindingCode, added: &[Value]) -> FindingCode {
    let page = app.page();
    let finding = match added.iter().find(|one| one["code"] == code.as_str()) {
        Some(added) => added.clone(),
        None => until(&format!("{} is found", code.as_str()), async || found(app, code).await).await,
    };
    let mut remedies: Vec<&Value> = finding["remedies"].as_array().expect("remedies").iter().collect();
    assert!(!remedies.is_empty(), "there is something to do: {finding}");
    remedies.sort_by_key(|remedy| !matches!(effect(kind(remedy)), Effect::Leads(_) | Effect::Opened));
    open(page, &finding).await;
    let shows =
        finding["evidence"].as_array().expect("evidence").iter().any(|one| !one["activityId"].is_null());
    if shows {
        press(page, &finding, "finding-request", None).await;
        page.see("activity-drawer").await;
        page.press(ESCAPE).await;
        page.see_no("activity-drawer").await;
    }
    for remedy in remedies {
        open(page, &finding).await;
        press(page, &finding, "diagnosis-remedy", remedy["label"].as_str()).await;
        see(app, code, remedy).await;
    }
    code
}

/// The finding as the core answers it: that of the connection that was made for it, where there is one.
async fn found(app: &TestApp, code: FindingCode) -> Option<Value> {
    let all = app.command("diagnosis.findings", json!({})).await;
    let all = all["findings"].as_array().expect("findings").clone();
    let of_code = || all.iter().filter(|one| one["code"] == code.as_str());
    let own = format!("{}: ", code.as_str());
    let is_own = |one: &&Value| one["message"].as_str().is_some_and(|message| message.starts_with(&own));
    of_code()
        .find(is_own)
        .or_else(|| of_code().next().filter(|_| !matches!(scene(code), Scene::Past(..))))
        .cloned()
}

/// Shows Diagnostics with the card of this finding.
async fn open(page: &Page, finding: &Value) {
    page.run("location.hash = '/profile'", Vec::new()).await;
    page.see("change-password").await;
    page.run("location.hash = '/diagnostics'", Vec::new()).await;
    page.see_among("finding-card", finding["message"].as_str().expect("a message")).await;
}

/// Presses what has this test id, and this label, in the card of the finding.
async fn press(page: &Page, finding: &Value, id: &str, label: Option<&str>) {
    let script = "const [message, id, label] = arguments; \
        const card = [...document.querySelectorAll('[data-testid=finding-card]')].find((each) => \
            each.getAttribute('aria-label') === message); \
        const button = [...(card?.querySelectorAll(`[data-testid=${id}]`) ?? [])].find((each) => \
            label === null || each.textContent.trim() === label); \
        button?.scrollIntoView({ block: 'center' }); button?.click(); return button !== undefined;";
    let pressed = page.run(script, vec![finding["message"].clone(), json!(id), json!(label)]).await;
    assert_eq!(pressed, true, "{id} {label:?} is in the card of {finding}");
}

fn kind(remedy: &Value) -> Remedy {
    Remedy::ALL
        .into_iter()
        .find(|kind| json!(kind) == remedy["kind"])
        .unwrap_or_else(|| panic!("{remedy} is a remedy"))
}

/// Sees what comes of a remedy.
async fn see(app: &TestApp, code: FindingCode, remedy: &Value) {
    let (page, what) = (app.page(), format!("{}: {}", code.as_str(), remedy["label"]));
    let name = |of: &Value| of.as_str().unwrap_or_default().to_owned();
    match effect(kind(remedy)) {
        Effect::Leads(to) => {
            let to = to.replace("{connection}", &name(&remedy["connectionId"]));
            let to = to.replace("{target}", &name(&remedy["target"]));
            until(&format!("{what} leads to {to}"), async || {
                let at = page.run("return location.hash;", Vec::new()).await;
                at.as_str()?.trim_start_matches('#').starts_with(&to).then_some(())
            })
            .await;
            until(&format!("{what} shows its screen"), async || {
                let script = "const main = document.querySelector('#main'); \
                    return main?.querySelector('h1, h2') !== null && main.innerText.length > 40;";
                (page.run(script, Vec::new()).await == true).then_some(())
            })
            .await;
            assert_eq!(page.count("load-failed").await, 0, "{what} loads");
        }
        Effect::Gone => until(&what, async || found(app, code).await.is_none().then_some(())).await,
        Effect::Paused | Effect::Resumed => {
            let wanted = matches!(effect(kind(remedy)), Effect::Paused);
            until(&what, async || {
                let shown = app.command("connection.show", json!({"id": remedy["connectionId"]})).await;
                (shown["pause"].is_object() == wanted).then_some(())
            })
            .await;
        }
        Effect::Opened => until(&what, async || (!app.opened().is_empty()).then_some(())).await,
    }
}
