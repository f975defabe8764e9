//! What is known outside of a screen: what the tray names, an end that no one wanted, the program itself.

use foundational::Caller;
use foundational::commands::{Need, TABLE};
use foundational::error::Code;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::Api;

use crate::audit::newest;

async fn grace(api: &Api) -> Caller {
    let window = Caller::Window("main".to_owned());
    let args = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&window, "account.createFirst", args).await.unwrap();
    window
}

#[tokio::test]
async fn what_needs_a_person_most_is_named_to_an_admin_at_a_locked_window_too_and_to_no_one_else() {
    let api = Api::start("okta").await;
    let window = grace(&api).await;
    let problem = async |caller: &Caller| {
        api.app.call(caller, "provisioning.summary", json!({})).await.unwrap()["problem"].clone()
    };
    assert_eq!(problem(&window).await, Value::Null, "nothing needs her");
    let tokens = api.command("token.list", json!({"id": api.connection_id})).await;
    let end = (api.clock.now() + SignedDuration::from_hours(30)).to_string();
    api.command("token.shorten", json!({"id": tokens[0]["id"], "expiresAt": end})).await;
    let named = problem(&window).await;
    assert_eq!(named["message"], "First: the token expires in 30 hours.", "{named}");
    assert_eq!(named["connectionId"], json!(api.connection_id), "and where that is settled");
    api.app.call(&window, "session.lock", json!({})).await.unwrap();
    assert_eq!(problem(&window).await, named, "the tray shows it while the window is locked");
    assert_eq!(problem(&Caller::Window("other".to_owned())).await, Value::Null, "no one is signed in there");
}

#[tokio::test]
async fn an_end_that_was_not_requested_is_shown_until_an_admin_takes_note_of_it() {
    let api = Api::start("okta").await;
    let window = grace(&api).await;
    let shown = async || {
        let home = api.app.call(&window, "home.show", json!({})).await.unwrap();
        let lines = home["attention"].as_array().unwrap().clone();
        lines.iter().filter(|line| line["code"] == "app.crashed").count()
    };
    let at = api.clock.now();
    api.app.desktop().ended_unexpectedly(at).await.unwrap();
    assert_eq!(shown().await, 1, "it is a line on Home");
    api.app.call(&window, "home.noteCrash", json!({})).await.unwrap();
    assert_eq!(shown().await, 0, "until a person has taken note");
    api.app.desktop().ended_unexpectedly(at).await.unwrap();
    assert_eq!(shown().await, 0, "the same one is shown once, at however many starts it is found");
    api.app.desktop().ended_unexpectedly(at + SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(shown().await, 1, "another one is another line");
    let other = Caller::Window("other".to_owned());
    let refused = api.app.call(&other, "home.noteCrash", json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::SignedOut, "only an Admin takes note of it");
}

#[tokio::test]
async fn the_program_says_what_it_is_and_what_it_is_made_of() {
    let api = Api::start("okta").await;
    let about = api.command("about.show", json!({})).await;
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"), "all parts of the workspace have one version");
    let sqlite: Vec<u32> =
        about["sqlite"].as_str().unwrap().split('.').map(|part| part.parse().unwrap()).collect();
    assert!(sqlite[0] == 3 && sqlite.len() == 3, "the library's own words: {about}");
    let parts = api.command("about.parts", json!({})).await;
    for name in ["sqlx-sqlite", "tauri", "svelte", "@fontsource-variable/inter"] {
        let part = parts.as_array().unwrap().iter().find(|part| part["name"] == name);
        assert!(
            part.is_some_and(|part| part["licence"].as_str().is_some_and(|text| !text.is_empty())),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_support_contact_is_what_an_admin_set_and_the_window_may_open_its_address_alone() {
    let api = Api::start("okta").await;
    let set = async |contact: Value| {
        api.app.call(&Caller::Operator, "support.setContact", json!({ "contact": contact })).await
    };
    let opened = async || api.app.desktop().support_address().await.unwrap();
    assert_eq!(api.command("about.show", json!({})).await["support"], Value::Null, "unless set");
    let about = set(json!(" help@acme.example ")).await.unwrap();
    let address = "mailto:help@acme.example";
    assert_eq!(about["support"], json!({"text": "help@acme.example", "address": address}));
    assert_eq!(newest(&api).await, "Command line: Changed the support contact to help@acme.example.");
    assert_eq!(opened().await.as_deref(), Some(address));
    for wrong in ["http://help.acme.example", "help@acme.example?bcc=eve@evil.example", "Ada"] {
        let refused = set(json!(wrong)).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some("contact")), "{wrong}");
    }
    assert_eq!(opened().await.as_deref(), Some(address), "what is refused changes nothing");
    let about = set(json!("https://help.acme.example")).await.unwrap();
    assert_eq!(about["support"]["address"], "https://help.acme.example/");
    for none in [json!("  "), Value::Null] {
        assert_eq!(set(none).await.unwrap()["support"], Value::Null);
        assert_eq!(opened().await, None);
    }
    let need = |command: &str| TABLE.iter().find(|(name, ..)| *name == command).map(|(_, need, _)| *need);
    assert_eq!(need("support.setContact"), Some(Need::Admin));
    assert_eq!(need("about.show"), Some(Need::Member), "everyone who signs in reads it");
}

#[tokio::test]
async fn staying_awake_is_wanted_only_while_it_serves() {
    let api = Api::start("okta").await;
    assert_eq!(api.command("awake.show", json!({})).await, json!({"on": false}), "off by default");
    api.command("awake.set", json!({"on": true})).await;
    assert!(!api.app.desktop().wants_awake().await.unwrap(), "there is nothing to stay awake for");
    api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
    assert!(api.app.desktop().wants_awake().await.unwrap(), "now there is");
    api.command("awake.set", json!({"on": false})).await;
    assert!(!api.app.desktop().wants_awake().await.unwrap(), "switched off");
    let need = TABLE.iter().find(|(name, ..)| *name == "awake.set").map(|(_, need, _)| *need);
    assert_eq!(need, Some(Need::Admin), "it is the whole computer's");
    api.app.close().await;
}
