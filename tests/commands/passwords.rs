//! What a password opens and for how long: changes, resets, recovery, guesses, and the people who leave.

use foundational::Caller;
use foundational::error::{Code, Error};
use serde_json::{Value, json};
use tests::Api;

const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "another long password";

fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

async fn call(api: &Api, name: &str, command: &str, args: Value) -> Result<Value, Error> {
    api.app.call(&window(name), command, args).await
}

async fn sign_in(api: &Api, name: &str, email: &str, password: &str) -> Result<Value, Error> {
    call(api, name, "session.signIn", json!({"email": email, "password": password, "remember": true})).await
}

/// The first Admin, signed in at the window `admin`; answers the recovery key.
async fn first_admin(api: &Api) -> String {
    let args = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    let key = call(api, "admin", "account.createFirst", args).await.unwrap();
    key["recoveryKey"].as_str().unwrap().to_owned()
}

/// Another local account with a password of its own; answers its id.
async fn local(api: &Api, email: &str, role: &str) -> Value {
    let made = json!({"name": email, "email": email, "role": role});
    let made = api.command("people.createLocal", made).await;
    let passcode = &made["passcode"];
    sign_in(api, "first use", email, passcode.as_str().unwrap()).await.unwrap();
    let change = json!({"password": passcode, "newPassword": PASSWORD});
    call(api, "first use", "session.changePassword", change).await.unwrap();
    call(api, "first use", "session.signOut", json!({})).await.unwrap();
    made["personId"].clone()
}

async fn status(api: &Api, name: &str) -> Value {
    call(api, name, "workspace.status", json!({})).await.unwrap()
}

/// Whether a command that asks for a confirmed Admin is let through.
async fn is_confirmed(api: &Api, name: &str) -> Result<(), Code> {
    call(api, name, "account.newRecoveryKey", json!({})).await.map(drop).map_err(|error| error.code)
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session_and_its_confirmation_and_this_window_goes_on() {
    let api = Api::start("custom").await;
    first_admin(&api).await;
    for name in ["bridge:browser", "second"] {
        sign_in(&api, name, "grace@example.com", PASSWORD).await.unwrap();
    }
    local(&api, "alan@example.com", "admin").await;
    sign_in(&api, "alan", "alan@example.com", PASSWORD).await.unwrap();
    sign_in(&api, "second", "grace@example.com", PASSWORD).await.expect("remembered on this computer");
    let change = json!({"password": PASSWORD, "newPassword": OTHER});
    let own = call(&api, "admin", "session.changePassword", change).await.unwrap();
    assert_eq!(own["session"]["name"], "Grace", "this window continues: {own}");
    assert_eq!(is_confirmed(&api, "admin").await, Ok(()), "and has its own confirmation");
    for name in ["bridge:browser", "second"] {
        assert_eq!(is_confirmed(&api, name).await, Err(Code::SignedOut), "{name}");
        let shown = status(&api, name).await;
        assert_eq!(shown["ended"], "You changed your password at another window.", "{name}: {shown}");
    }
    assert!(
        status(&api, "next launch").await["session"].is_null(),
        "no one is remembered by the old password"
    );
    assert_eq!(is_confirmed(&api, "alan").await, Ok(()), "another person's session is another's");
    let same = json!({"password": OTHER, "newPassword": OTHER});
    let same = call(&api, "admin", "session.changePassword", same).await.unwrap_err();
    assert_eq!((same.code, same.field.as_deref()), (Code::Invalid, Some("newPassword")), "{same:?}");
}

#[tokio::test]
async fn a_passcode_from_an_admin_ends_the_sessions_of_that_person_and_can_not_be_chosen_as_the_password() {
    let api = Api::start("custom").await;
    first_admin(&api).await;
    let alan = local(&api, "alan@example.com", "admin").await;
    sign_in(&api, "alan", "alan@example.com", PASSWORD).await.unwrap();
    let reset = call(&api, "admin", "people.allowSignIn", json!({"id": alan})).await.unwrap();
    assert_eq!(is_confirmed(&api, "alan").await, Err(Code::SignedOut), "ended at once");
    assert!(
        status(&api, "alan").await["ended"].as_str().unwrap().contains("An Admin changed"),
        "and says why"
    );
    assert!(status(&api, "next launch").await["session"].is_null(), "nor is he remembered");
    sign_in(&api, "alan", "alan@example.com", PASSWORD).await.expect_err("the old password opens nothing");
    let passcode = reset["passcode"].as_str().unwrap();
    sign_in(&api, "alan", "alan@example.com", passcode).await.expect("the passcode does");
    let keep = json!({"password": passcode, "newPassword": passcode});
    let keep = call(&api, "alan", "session.changePassword", keep).await.unwrap_err();
    assert_eq!(keep.field.as_deref(), Some("newPassword"), "an Admin has seen it: {keep:?}");
    // An Admin who resets the own password reads the passcode at this window.
    let own = status(&api, "admin").await["session"]["personId"].clone();
    sign_in(&api, "second", "grace@example.com", PASSWORD).await.unwrap();
    call(&api, "admin", "people.allowSignIn", json!({"id": own})).await.unwrap();
    assert_eq!(status(&api, "admin").await["session"]["name"], "Grace", "this window continues");
    assert_eq!(is_confirmed(&api, "second").await, Err(Code::SignedOut), "the other one does not");
}

#[tokio::test]
async fn who_may_no_longer_sign_in_is_signed_out_and_sees_why() {
    let api = Api::start("custom").await;
    first_admin(&api).await;
    let mel = local(&api, "mel@example.com", "member").await;
    sign_in(&api, "mel", "mel@example.com", PASSWORD).await.unwrap();
    call(&api, "admin", "people.forbidSignIn", json!({"id": mel})).await.unwrap();
    let refused = call(&api, "mel", "home.show", json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::SignedOut, "{refused:?}");
    let shown = status(&api, "mel").await["ended"].clone();
    assert!(shown.as_str().unwrap().starts_with("An Admin"), "not a deactivation by a provider: {shown}");
}

#[tokio::test]
async fn the_recovery_key_leads_to_an_admin_who_can_sign_in_and_is_used_up_by_that_alone() {
    let api = Api::start("custom").await;
    let key = first_admin(&api).await;
    local(&api, "alan@example.com", "admin").await;
    let grace = status(&api, "admin").await["session"]["personId"].clone();
    api.command("people.block", json!({"id": grace})).await;
    let recover = |password: &'static str| {
        let args = json!({"recoveryKey": key, "newPassword": password});
        call(&api, "recovering", "session.recover", args)
    };
    let refused = recover("short").await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("newPassword"), "{refused:?}");
    let (one, other) = tokio::join!(recover(OTHER), recover("yet another password"));
    let next = [one, other].into_iter().filter_map(Result::ok).collect::<Vec<_>>();
    assert_eq!(next.len(), 1, "of two at the same moment one uses it up: {next:?}");
    let session = status(&api, "recovering").await["session"].clone();
    assert_eq!(session["email"], "alan@example.com", "not to the Admin who is blocked: {session}");
    recover(OTHER).await.expect_err("used up");
    let args = json!({"recoveryKey": next[0]["recoveryKey"], "newPassword": "the third password here"});
    call(&api, "recovering", "session.recover", args).await.expect("the next one works");
}

/// Calls a command from fifty windows at the same moment, and answers how each was refused.
async fn at_once(api: &Api, command: &'static str, args: impl Fn(u32) -> Value) -> Vec<Code> {
    let mut all = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (app, args) = (api.app.clone(), args(n));
        all.spawn(async move {
            app.call(&window(&format!("guesser {n}")), command, args).await.unwrap_err().code
        });
    }
    all.join_all().await
}

#[tokio::test]
async fn fifty_guesses_at_the_same_moment_are_five_guesses() {
    let api = Api::start("custom").await;
    let key = first_admin(&api).await;
    let codes = at_once(
        &api,
        "session.signIn",
        |n| json!({"email": "grace@example.com", "password": format!("guess number {n} of them")}),
    )
    .await;
    let count = |code: Code| codes.iter().filter(|one| **one == code).count();
    assert_eq!((count(Code::WrongCredentials), count(Code::TooManyTries)), (5, 45), "{codes:?}");
    let right = sign_in(&api, "grace", "grace@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(right.code, Code::TooManyTries, "the wait holds for everybody at this name");
    let codes = at_once(
        &api,
        "session.recover",
        |n| json!({"recoveryKey": format!("AAAAA-{n}"), "newPassword": OTHER}),
    )
    .await;
    assert_eq!(codes.iter().filter(|code| **code == Code::WrongCredentials).count(), 5, "{codes:?}");
    api.clock.advance(std::time::Duration::from_mins(1));
    let args = json!({"recoveryKey": key, "newPassword": OTHER});
    call(&api, "grace", "session.recover", args).await.expect("guesses use no key up");
}

#[tokio::test]
async fn a_password_that_is_guessed_first_is_refused_at_every_place_where_one_is_chosen() {
    let api = Api::start("custom").await;
    let key = first_admin(&api).await;
    let made = json!({"name": "Alan Turing", "email": "alan@example.com", "role": "admin"});
    let passcode = api.command("people.createLocal", made).await["passcode"].clone();
    sign_in(&api, "alan", "alan@example.com", passcode.as_str().unwrap()).await.unwrap();
    for (window, command, field, mut args) in [
        ("admin", "session.changePassword", "password", json!({"password": PASSWORD})),
        ("alan", "session.changePassword", "passcode", json!({"password": passcode})),
        ("recovering", "session.recover", "recovery", json!({"recoveryKey": key})),
    ] {
        for guess in
            ["Password12345", "aaaaaaaaaaaaaa", "foundational!", "alan@example.com", "grace@example.com"]
        {
            let owner = if window == "alan" { "alan" } else { "grace" };
            if guess.contains('@') && !guess.starts_with(owner) {
                continue;
            }
            args["newPassword"] = json!(guess);
            let refused = call(&api, window, command, args.clone()).await.unwrap_err();
            let shown = (refused.code, refused.field.as_deref(), refused.hint.is_some());
            assert_eq!(shown, (Code::Invalid, Some("newPassword"), true), "{field} {guess}: {refused:?}");
        }
        args["newPassword"] = json!(OTHER);
        call(&api, window, command, args).await.expect("nothing was used up by that");
    }
}

/// One of the connection with a password here and a session, who leaves by DELETE.
async fn leaver(api: &Api, body: &Value) -> String {
    let ada = api.scim("POST", "/Users", body.clone()).await.expect(201, "joiner");
    let allowed = api.command("people.allowSignIn", json!({"id": ada["id"]})).await;
    let email = body["userName"].as_str().unwrap();
    sign_in(api, "ada", email, allowed["passcode"].as_str().unwrap()).await.unwrap();
    let change = json!({"password": allowed["passcode"], "newPassword": PASSWORD});
    call(api, "ada", "session.changePassword", change).await.unwrap();
    sign_in(api, "ada", email, PASSWORD).await.expect("remembered on this computer");
    let id = ada["id"].as_str().unwrap().to_owned();
    api.scim("DELETE", &format!("/Users/{id}"), None).await.expect(204, "leaver");
    id
}

#[tokio::test]
async fn a_leavers_password_and_session_open_nothing_of_the_next_person_of_that_name() {
    for body in [
        json!({"userName": "ada@example.com"}),
        json!({"userName": "ada@example.com", "externalId": "ada"}),
        json!({"userName": "ada@example.com", "externalId": "5f0d7f0e-1111-4c1c-9d1e-2a2b2c2d2e2f"}),
    ] {
        let api = Api::start("custom").await;
        first_admin(&api).await;
        let old = leaver(&api, &body).await;
        let new = api.scim("POST", "/Users", body.clone()).await.expect(201, "the next one");
        let returns = body["externalId"].as_str().is_some_and(|id| id.len() > 3);
        assert_eq!(new["id"] == json!(old), returns, "{body}: the id of before");
        let out = call(&api, "ada", "home.show", json!({})).await.unwrap_err();
        assert_eq!(out.code, Code::SignedOut, "{body}: the session of before");
        sign_in(&api, "ada", "ada@example.com", PASSWORD).await.expect_err("the password of before");
        assert!(status(&api, "next launch").await["session"].is_null(), "{body}: remembered");
        let shown = api.command("people.show", json!({"id": new["id"]})).await;
        assert_eq!(
            (&shown["maySignIn"], &shown["row"]["role"]),
            (&json!(false), &json!("member")),
            "{shown}"
        );
    }
}
