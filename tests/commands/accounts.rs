//! First run, sign-in, lock, recovery and roles, through windows of their own.

use foundational::Caller;
use foundational::commands::{Need, TABLE};
use foundational::error::{Code, Error};
use serde_json::{Value, json};
use tests::Api;

fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

async fn call(api: &Api, caller: &Caller, command: &str, args: Value) -> Result<Value, Error> {
    api.app.call(caller, command, args).await
}

const PASSWORD: &str = "correct horse battery";

async fn first_run(api: &Api) -> (Caller, String) {
    let caller = window("main");
    let args = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    let key = call(api, &caller, "account.createFirst", args).await.unwrap();
    (caller, key["recoveryKey"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_first_run_makes_an_admin_once() {
    let api = Api::start("custom").await;
    let caller = window("main");
    let before = call(&api, &caller, "workspace.status", json!({})).await.unwrap();
    assert_eq!(before["firstRun"], true, "no one is here yet");
    let (caller, key) = first_run(&api).await;
    assert_eq!(key.len(), 29, "five groups of five: {key}");
    let after = call(&api, &caller, "workspace.status", json!({})).await.unwrap();
    assert_eq!(
        (&after["firstRun"], &after["session"]["role"]),
        (&json!(false), &json!("admin")),
        "signed in as Admin"
    );
    let args = json!({"name": "Eve", "email": "eve@example.com", "password": PASSWORD});
    let again = call(&api, &window("other"), "account.createFirst", args).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict, "a second first run would be a way in");
}

#[tokio::test]
async fn inputs_of_the_first_run_are_refused_by_field() {
    let api = Api::start("custom").await;
    for (name, email, password, field) in [
        ("", "grace@example.com", PASSWORD, "name"),
        ("Grace", "grace", PASSWORD, "email"),
        ("Grace", "gr ace@example.com", PASSWORD, "email"),
        ("Grace", "grace@example.com", "short", "password"),
        ("Grace", "grace@example.com", "               ", "password"),
        ("Grace", "grace@example.com", "P@ssword-2026", "password"),
        ("Grace", "grace@example.com", "grace@example.com", "password"),
        ("Grace Hopper", "g@example.com", "GraceHopper1906", "password"),
        ("Grace", "grace@example.com", "Foundational1", "password"),
    ] {
        let args = json!({"name": name, "email": email, "password": password});
        let error = call(&api, &window("main"), "account.createFirst", args).await.unwrap_err();
        assert_eq!(
            (error.code, error.field.as_deref()),
            (Code::Invalid, Some(field)),
            "{name} {email} {password}"
        );
    }
}

#[tokio::test]
async fn signing_in_needs_the_right_password_and_waits_after_five_wrong_ones() {
    let api = Api::start("custom").await;
    first_run(&api).await;
    let caller = window("second");
    let sign_in = |email: &'static str, password: &'static str| {
        let args = json!({"email": email, "password": password});
        call(&api, &caller, "session.signIn", args)
    };
    let status = sign_in("GRACE@example.com", PASSWORD).await.unwrap();
    assert_eq!(status["session"]["name"], "Grace Hopper", "case does not matter");
    for _ in 0..5 {
        let wrong = sign_in("grace@example.com", "wrong horse battery").await.unwrap_err();
        assert_eq!(wrong.code, Code::WrongCredentials, "the answer does not tell which part was wrong");
    }
    let early = sign_in("grace@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(early.code, Code::TooManyTries, "even the right one waits now");
    api.clock.advance(std::time::Duration::from_secs(30));
    sign_in("grace@example.com", PASSWORD).await.expect("and is let in afterwards");
    let unknown = sign_in("unknown@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(unknown.message, "That didn't work. Try again.", "a name that no one has looks the same");
}

#[tokio::test]
async fn a_locked_window_does_nothing_until_it_is_unlocked() {
    let api = Api::start("custom").await;
    let (caller, _) = first_run(&api).await;
    call(&api, &caller, "session.lock", json!({})).await.unwrap();
    let refused = call(&api, &caller, "connection.list", json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::Locked, "locked");
    let wrong =
        call(&api, &caller, "session.unlock", json!({"password": "wrong horse battery"})).await.unwrap_err();
    assert_eq!(wrong.code, Code::WrongCredentials, "not by another password");
    call(&api, &caller, "session.unlock", json!({"password": PASSWORD})).await.unwrap();
    call(&api, &caller, "connection.list", json!({})).await.expect("open again");
    call(&api, &caller, "session.signOut", json!({})).await.unwrap();
    let out = call(&api, &caller, "connection.list", json!({})).await.unwrap_err();
    assert_eq!(out.code, Code::SignedOut, "signed out");
}

#[tokio::test]
async fn sensitive_acts_ask_for_the_password_again_after_five_minutes() {
    let api = Api::start("custom").await;
    let (caller, _) = first_run(&api).await;
    let create =
        || call(&api, &caller, "token.create", json!({"connectionId": api.connection_id, "expires": "1y"}));
    create().await.expect("just signed in");
    api.clock.advance(std::time::Duration::from_mins(5));
    assert_eq!(
        create().await.unwrap_err().code,
        Code::Confirm,
        "five minutes later the password is required again"
    );
    call(&api, &caller, "connection.list", json!({})).await.expect("reading never asks");
    call(&api, &caller, "session.confirm", json!({"password": PASSWORD})).await.unwrap();
    let third = create().await.unwrap_err();
    assert_eq!(third.code, Code::Conflict, "confirmed, and two tokens are the most: {third:?}");
}

#[tokio::test]
async fn the_recovery_key_works_once_and_gives_the_next_one() {
    let api = Api::start("custom").await;
    let (caller, key) = first_run(&api).await;
    let recover = |key: String| {
        let args = json!({"recoveryKey": key, "newPassword": "another long password"});
        async { api.app.call(&window("recovering"), "session.recover", args).await }
    };
    let wrong = recover("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA".to_owned()).await.unwrap_err();
    assert_eq!(wrong.code, Code::WrongCredentials, "a guess");
    let next = recover(key.to_lowercase().replace('-', " ")).await.unwrap();
    assert_ne!(next["recoveryKey"], json!(key), "used up");
    let ended = call(&api, &caller, "connection.list", json!({})).await.unwrap_err();
    assert_eq!(ended.code, Code::SignedOut, "other sessions of that person end");
    recover(key).await.expect_err("the old key is worth nothing");
    let args = json!({"email": "grace@example.com", "password": "another long password"});
    call(&api, &window("new"), "session.signIn", args).await.expect("the new password is");
}

#[tokio::test]
async fn nothing_but_five_commands_is_open_to_a_window_without_a_session() {
    let api = Api::start("custom").await;
    first_run(&api).await;
    for (command, ..) in TABLE {
        let open = [
            "workspace.status",
            "account.createFirst",
            "session.signIn",
            "session.recover",
            "provisioning.summary",
        ];
        if open.contains(command) {
            continue;
        }
        let error = call(&api, &window("stranger"), command, json!({})).await.unwrap_err();
        assert_eq!(error.code, Code::SignedOut, "{command}");
    }
}

#[tokio::test]
async fn commands_of_an_admin_are_refused_to_a_member_and_all_of_them_to_a_locked_window() {
    let api = Api::start("custom").await;
    first_run(&api).await;
    let member = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let passcode = api.command("people.createLocal", member).await["passcode"].clone();
    let mel = window("mel");
    let refused = async |needs: &[Need], code: Code| {
        for (command, ..) in TABLE.iter().filter(|(_, need, _)| needs.contains(need)) {
            let error = call(&api, &mel, command, json!({})).await.unwrap_err();
            assert_eq!(error.code, code, "{command}");
        }
    };
    let sign_in = json!({"email": "mel@example.com", "password": passcode});
    call(&api, &mel, "session.signIn", sign_in).await.unwrap();
    refused(&[Need::Member, Need::Admin, Need::Confirmed], Code::Locked).await;
    let chosen = json!({"password": passcode, "newPassword": PASSWORD});
    call(&api, &mel, "session.changePassword", chosen).await.unwrap();
    refused(&[Need::Admin, Need::Confirmed], Code::Role).await;
    call(&api, &mel, "session.lock", json!({})).await.unwrap();
    refused(&[Need::Member, Need::Admin, Need::Confirmed], Code::Locked).await;
}

#[tokio::test]
async fn no_password_and_no_token_lies_in_the_data_folder() {
    let api = Api::start("custom").await;
    first_run(&api).await;
    let body = json!({"userName": "ada", "password": "canary-in-a-body"});
    api.scim("POST", "/Users", body).await.expect(201, "a password is accepted and dropped");
    api.recorded("POST", "/Users").await;
    api.app.close().await;
    let mut read = 0;
    for entry in std::fs::read_dir(api.folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        read += bytes.len();
        for secret in [PASSWORD, "canary-in-a-body", api.token.as_str()] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is stored somewhere");
        }
    }
    assert!(read > 10_000, "the files were really read");
}

#[tokio::test]
async fn staying_signed_in_lasts_seven_days_and_ends_with_access_or_sign_out() {
    let api = Api::start("custom").await;
    first_run(&api).await;
    let secret = api.folder().join("stay");
    let sign_in = json!({"email": "grace@example.com", "password": PASSWORD, "remember": true});
    let status = async |name: &str| call(&api, &window(name), "workspace.status", json!({})).await.unwrap();
    call(&api, &window("bridge:1"), "session.signIn", sign_in.clone()).await.unwrap();
    assert!(!secret.exists(), "the session of a browser is never remembered");
    call(&api, &window("w1"), "session.signIn", sign_in.clone()).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "only the owner reads the secret");
    }
    assert_eq!(status("w2").await["session"]["name"], "Grace Hopper", "the next launch is signed in");
    let rotate = json!({"connectionId": api.connection_id, "expires": "1y"});
    let refused = call(&api, &window("w2"), "token.create", rotate).await.unwrap_err();
    assert_eq!(refused.code, Code::Confirm, "but sensitive acts ask for the password");
    assert!(status("bridge:2").await["session"].is_null(), "and no browser is");
    api.clock.advance(std::time::Duration::from_hours(7 * 24));
    assert!(status("w3").await["session"].is_null(), "a week later");
    call(&api, &window("w4"), "session.signIn", sign_in.clone()).await.unwrap();
    call(&api, &window("w4"), "session.signOut", json!({})).await.unwrap();
    assert!(!secret.exists() && status("w5").await["session"].is_null(), "signing out ends it");
    call(&api, &window("w6"), "session.signIn", sign_in).await.unwrap();
    let change = json!({"password": PASSWORD, "newPassword": "another long password"});
    call(&api, &window("w6"), "session.changePassword", change).await.unwrap();
    assert!(status("w7").await["session"].is_null(), "so does another password");
}
