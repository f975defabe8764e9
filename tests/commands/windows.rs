//! Windows: who is offered at the sign-in, how long wrong tries wait, what locks and ends sessions, and who may see them.

use std::time::Duration;

use foundational::Caller;
use foundational::error::{Code, Error};
use serde_json::{Value, json};
use tests::{Api, until};

const PASSWORD: &str = "correct horse battery";

fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

async fn call(api: &Api, caller: &Caller, command: &str, args: Value) -> Result<Value, Error> {
    api.app.call(caller, command, args).await
}

/// Grace, the Admin, at the window "main".
async fn grace(api: &Api) -> Caller {
    let caller = window("main");
    let args = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    call(api, &caller, "account.createFirst", args).await.unwrap();
    caller
}

/// A Member with a password of their own; gives their id.
async fn member(api: &Api, name: &str, email: &str) -> String {
    let made =
        api.command("people.createLocal", json!({"name": name, "email": email, "role": "member"})).await;
    let desk = window("desk of the newcomer");
    let passcode = &made["passcode"];
    call(api, &desk, "session.signIn", json!({"email": email, "password": passcode})).await.unwrap();
    let change = json!({"password": passcode, "newPassword": PASSWORD});
    call(api, &desk, "session.changePassword", change).await.unwrap();
    call(api, &desk, "session.signOut", json!({})).await.unwrap();
    made["personId"].as_str().unwrap().to_owned()
}

async fn sign_in(api: &Api, at: &str, person: &str) -> Caller {
    let caller = window(at);
    call(api, &caller, "session.signIn", json!({"personId": person, "password": PASSWORD})).await.unwrap();
    caller
}

async fn status(api: &Api, caller: &Caller) -> Value {
    call(api, caller, "workspace.status", json!({})).await.unwrap()
}

fn names(status: &Value) -> Vec<&str> {
    status["signers"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_sign_in_offers_the_few_who_may_by_name_alone() {
    let api = Api::start("okta").await;
    let main = grace(&api).await;
    let ada = member(&api, "Ada Lovelace", "ada@example.com").await;
    let desk = window("desk");
    api.scim("POST", "/Users", json!({"userName": "eve@example.com", "displayName": "Eve"})).await;

    let before = status(&api, &desk).await;
    assert_eq!(names(&before), ["Ada Lovelace", "Grace Hopper"], "those with a password, and no one else");
    assert!(!before.to_string().contains("@example.com"), "no address is shown: {before}");
    assert!(status(&api, &main).await["signers"].is_null(), "a window with a session needs no list");

    let desk = sign_in(&api, "desk", &ada).await;
    assert_eq!(status(&api, &desk).await["session"]["name"], "Ada Lovelace", "the chosen one is signed in");
    api.command("people.block", json!({"id": ada})).await;
    assert_eq!(
        names(&status(&api, &window("other")).await),
        ["Grace Hopper"],
        "who is blocked is not offered"
    );

    api.command("people.unblock", json!({"id": ada})).await;
    member(&api, "ADA Lovelace", "other.ada@example.com").await;
    let twins = status(&api, &window("other")).await;
    let shown = |name: &str| {
        let all = twins["signers"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["email"].clone()
    };
    assert_eq!(shown("Ada Lovelace"), "ada@example.com", "two of one name are distinguished");
    assert_eq!(shown("ADA Lovelace"), "other.ada@example.com", "both of them");
    assert!(shown("Grace Hopper").is_null(), "and no one else's address is shown for it");
}

#[tokio::test]
async fn more_than_eight_who_may_sign_in_are_not_offered() {
    let api = Api::start("custom").await;
    grace(&api).await;
    for number in 2..=8 {
        let email = format!("person{number}@example.com");
        let args = json!({"name": format!("Person {number}"), "email": email, "role": "member"});
        api.command("people.createLocal", args).await;
    }
    assert_eq!(names(&status(&api, &window("desk")).await).len(), 8, "eight are");
    let ninth = json!({"name": "Person 9", "email": "person9@example.com", "role": "member"});
    api.command("people.createLocal", ninth).await;
    assert!(status(&api, &window("desk")).await["signers"].is_null(), "nine are not");
}

#[tokio::test]
async fn signing_in_takes_one_way_of_saying_who_it_is() {
    let api = Api::start("custom").await;
    grace(&api).await;
    for args in
        [json!({"password": PASSWORD}), json!({"email": "a@b", "personId": "1", "password": PASSWORD})]
    {
        let error = call(&api, &window("desk"), "session.signIn", args).await.unwrap_err();
        assert_eq!(error.code, Code::Invalid, "none or both is a mistake of the program");
    }
    let unknown = json!({"personId": "unknown", "password": PASSWORD});
    let error = call(&api, &window("desk"), "session.signIn", unknown).await.unwrap_err();
    assert_eq!(error.message, "That didn't work. Try again.", "an id that no one has is a wrong password");
}

#[tokio::test]
async fn wrong_tries_count_together_and_carry_the_seconds_to_wait() {
    let api = Api::start("custom").await;
    let main = grace(&api).await;
    let id = status(&api, &main).await["session"]["personId"].clone();
    let wrong = async |args: Value| call(&api, &window("desk"), "session.signIn", args).await.unwrap_err();
    for _ in 0..2 {
        let error = wrong(json!({"personId": id, "password": "wrong horse battery"})).await;
        assert_eq!(
            (error.code, error.wait_seconds),
            (Code::WrongCredentials, None),
            "nothing to wait for yet"
        );
    }
    for _ in 0..2 {
        wrong(json!({"email": "GRACE@example.com", "password": "wrong horse battery"})).await;
    }
    let fifth = wrong(json!({"personId": id, "password": "wrong horse battery"})).await;
    assert_eq!(
        (fifth.code, fifth.wait_seconds),
        (Code::WrongCredentials, Some(30)),
        "the fifth begins the wait, by whichever way they were named"
    );
    api.clock.advance(Duration::from_secs(10));
    let early = wrong(json!({"email": "grace@example.com", "password": PASSWORD})).await;
    assert_eq!((early.code, early.wait_seconds), (Code::TooManyTries, Some(20)), "it goes down");
    let unlock = call(&api, &main, "session.confirm", json!({"password": PASSWORD})).await.unwrap_err();
    assert_eq!(unlock.wait_seconds, Some(20), "the same person waits at every window");
}

#[tokio::test]
async fn windows_are_locked_when_the_computer_slept_and_the_gap_is_shown() {
    let api = Api::start("custom").await;
    let main = grace(&api).await;
    let ada = member(&api, "Ada Lovelace", "ada@example.com").await;
    let desk = sign_in(&api, "bridge:1", &ada).await;
    api.app.watch_sleep();

    api.clock.advance(Duration::from_hours(2));
    for caller in [&main, &desk] {
        until("the window is locked", async || {
            (status(&api, caller).await["session"]["locked"] == true).then_some(())
        })
        .await;
        let refused = call(&api, caller, "people.list", json!({})).await.unwrap_err();
        assert_eq!(refused.code, Code::Locked, "and does nothing until it is unlocked");
    }
    call(&api, &main, "session.unlock", json!({"password": PASSWORD})).await.unwrap();
    let slept = until("the gap is stored", async || {
        let home = call(&api, &main, "home.show", json!({})).await.unwrap();
        home["sleepIntervals"].as_array().filter(|list| !list.is_empty()).cloned()
    })
    .await;
    assert_eq!(
        slept,
        [json!({"from": "2026-11-24T10:00:00Z", "until": "2026-11-24T12:00:00Z"})],
        "from the last round before it to the first after it"
    );
    api.clock.advance(Duration::from_hours(30));
    let home = call(&api, &window("none"), "home.show", json!({})).await;
    assert_eq!(home.unwrap_err().code, Code::SignedOut, "sessions end after twelve hours all the same");
    let later = api.command("home.show", json!({})).await;
    let shown = later["sleepIntervals"].as_array().unwrap();
    assert!(
        shown.iter().all(|one| one["from"].as_str() >= later["hours"][0]["from"].as_str()),
        "nothing older than the day that is shown: {shown:?}"
    );
}

#[tokio::test]
async fn an_admin_says_how_windows_are_locked_and_no_one_else_does() {
    let api = Api::start("custom").await;
    let main = grace(&api).await;
    let ada = member(&api, "Ada Lovelace", "ada@example.com").await;
    let desk = sign_in(&api, "desk", &ada).await;
    let rules = json!({"idleMinutes": 5, "lockOnSleep": false, "remember": true});
    assert_eq!(status(&api, &desk).await["idleMinutes"], 15, "a quarter of an hour by default");

    for command in ["security.show", "account.list", "account.newRecoveryKey"] {
        let refused = call(&api, &desk, command, json!({})).await.unwrap_err();
        assert_eq!(refused.code, Code::Role, "{command} is no Member's");
    }
    let refused = call(&api, &desk, "security.set", rules.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::Role, "nor are the rules");
    api.clock.advance(Duration::from_mins(5));
    let refused = call(&api, &main, "security.set", rules.clone()).await.unwrap_err();
    assert_eq!(refused.code, Code::Confirm, "an Admin gives the password");
    call(&api, &main, "session.confirm", json!({"password": PASSWORD})).await.unwrap();
    call(&api, &main, "security.set", rules.clone()).await.unwrap();
    assert_eq!(status(&api, &desk).await["idleMinutes"], 5, "at every window");
    assert_eq!(
        call(&api, &main, "security.show", json!({})).await.unwrap()["rules"],
        rules,
        "and it is stored"
    );

    api.app.watch_sleep();
    api.clock.advance(Duration::from_hours(1));
    until("the gap is stored", async || {
        let home = api.command("home.show", json!({})).await;
        home["sleepIntervals"].as_array().filter(|list| !list.is_empty()).map(|_| ())
    })
    .await;
    assert_eq!(status(&api, &main).await["session"]["locked"], false, "sleep locks nothing any more");

    for minutes in [0, 241] {
        let odd = json!({"idleMinutes": minutes, "lockOnSleep": true, "remember": true});
        call(&api, &main, "session.confirm", json!({"password": PASSWORD})).await.unwrap();
        let error = call(&api, &main, "security.set", odd).await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some("idleMinutes"), "{minutes} minutes");
    }
}

#[tokio::test]
async fn no_session_is_remembered_where_an_admin_forbids_it() {
    let api = Api::start("custom").await;
    let main = grace(&api).await;
    let credentials = json!({"email": "grace@example.com", "password": PASSWORD, "remember": true});
    call(&api, &window("w1"), "session.signIn", credentials.clone()).await.unwrap();
    let shown = call(&api, &main, "security.show", json!({})).await.unwrap();
    assert_eq!(shown["remembered"][0]["name"], "Grace Hopper", "with whose session is remembered: {shown}");
    let file = api.folder().join("stay");
    let place = json!({"system": false, "file": file.display().to_string()});
    assert_eq!(shown["keychain"], place, "and where the secret is stored");

    let rules = json!({"idleMinutes": 15, "lockOnSleep": true, "remember": false});
    call(&api, &main, "security.set", rules).await.unwrap();
    assert!(!file.exists(), "the secret is deleted");
    let next = status(&api, &window("w2")).await;
    assert!(
        next["session"].is_null() && next["mayRemember"] == false,
        "the next launch asks for the password"
    );
    call(&api, &window("w3"), "session.signIn", credentials).await.unwrap();
    assert!(
        !file.exists() && status(&api, &window("w4")).await["session"].is_null(),
        "and nothing new is stored"
    );
}

#[tokio::test]
async fn everybody_sees_and_ends_their_own_sessions_and_an_admin_everybodys() {
    let api = Api::start("custom").await;
    let main = grace(&api).await;
    let ada = member(&api, "Ada Lovelace", "ada@example.com").await;
    let desk = sign_in(&api, "desk", &ada).await;
    let browser = sign_in(&api, "bridge:secret-client-id", &ada).await;
    let list = async |caller: &Caller| {
        let list = call(&api, caller, "session.list", json!({})).await.unwrap();
        assert!(!list.to_string().contains("secret-client-id"), "a window's own id is not shown: {list}");
        list.as_array().unwrap().clone()
    };
    let own = list(&desk).await;
    let windows: Vec<&str> = own.iter().map(|one| one["window"].as_str().unwrap()).collect();
    assert_eq!(windows, ["this", "browser"], "hers, and which is which");
    let all = list(&main).await;
    assert_eq!(all.len(), 3, "an Admin sees everybody's");

    let of_grace = all.iter().find(|one| one["name"] == "Grace Hopper").unwrap()["id"].clone();
    let error = call(&api, &desk, "session.end", json!({"id": of_grace})).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound, "another person's session is not there for a Member");
    call(&api, &desk, "session.end", json!({"id": own[1]["id"]})).await.unwrap();
    let ended = status(&api, &browser).await;
    assert_eq!(ended["ended"], "You ended this session from another window.", "and that window shows it");

    call(&api, &main, "session.end", json!({"id": own[0]["id"]})).await.unwrap();
    assert_eq!(status(&api, &desk).await["ended"], "An Admin ended your session.", "by the Admin");
    let refused = call(&api, &main, "session.end", json!({"id": own[0]["id"]})).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound, "it is over");
}

#[tokio::test]
async fn ending_the_apps_session_also_ends_the_remembered_session() {
    let api = Api::start("custom").await;
    let main = grace(&api).await;
    let credentials = json!({"email": "grace@example.com", "password": PASSWORD, "remember": true});
    let other = window("other");
    call(&api, &other, "session.signIn", credentials).await.unwrap();
    let list = call(&api, &main, "session.list", json!({})).await.unwrap();
    let id = list.as_array().unwrap().iter().find(|one| one["window"] == "app").unwrap()["id"].clone();
    call(&api, &main, "session.end", json!({"id": id})).await.unwrap();
    assert!(
        status(&api, &window("next launch")).await["session"].is_null(),
        "the next launch is not signed in"
    );
}

#[tokio::test]
async fn a_new_recovery_key_takes_the_place_of_the_old_one() {
    let api = Api::start("custom").await;
    let main = window("main");
    let args = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    let first = call(&api, &main, "account.createFirst", args).await.unwrap()["recoveryKey"].clone();
    let made = async || api.command("security.show", json!({})).await["recoveryMadeAt"].clone();
    assert_eq!(made().await, "2026-11-24T10:00:00Z", "when the first one was made");
    api.clock.advance(Duration::from_mins(5));
    let refused = call(&api, &main, "account.newRecoveryKey", json!({})).await.unwrap_err();
    assert_eq!(refused.code, Code::Confirm, "the password is required");
    call(&api, &main, "session.confirm", json!({"password": PASSWORD})).await.unwrap();
    let next = call(&api, &main, "account.newRecoveryKey", json!({})).await.unwrap()["recoveryKey"].clone();
    assert_eq!(made().await, "2026-11-24T10:05:00Z", "and when this one was");
    let recover = async |key: &Value| {
        let args = json!({"recoveryKey": key, "newPassword": "another long password"});
        call(&api, &window("recovering"), "session.recover", args).await
    };
    assert_eq!(
        recover(&first).await.unwrap_err().code,
        Code::WrongCredentials,
        "the old one is worth nothing"
    );
    recover(&next).await.expect("the new one works");
}

#[tokio::test]
async fn everybody_with_a_password_is_listed_with_what_it_is_worth() {
    let api = Api::start("okta").await;
    grace(&api).await;
    let ada = member(&api, "Ada Lovelace", "ada@example.com").await;
    let args = json!({"name": "Barbara Liskov", "email": "barbara@example.com", "role": "admin"});
    api.command("people.createLocal", args).await;
    let made = api.scim("POST", "/Users", json!({"userName": "eve@example.com", "displayName": "Eve"})).await;
    api.command("people.allowSignIn", json!({"id": made.body["id"]})).await;
    api.command("people.block", json!({"id": ada})).await;
    let list = api.command("account.list", json!({"limit": 200})).await;
    let shown: Vec<String> = list["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let word = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {}", word("name"), word("role"), word("state"), word("connection"))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "Ada Lovelace member blocked -",
            "Barbara Liskov admin passcode -",
            "Eve member passcode First",
            "Grace Hopper admin ready -",
        ],
        "by name"
    );
    assert_eq!(list["total"], 4, "all of them");
    assert_eq!(list["rows"][3]["signedIn"], true, "Grace is at a window");
    assert_eq!(list["more"], false, "no one follows");
    let found = api.command("account.list", json!({"search": "EVE@", "limit": 200})).await;
    assert_eq!(
        (&found["rows"][0]["name"], &found["total"]),
        (&json!("Eve"), &json!(1)),
        "by userName: {found}"
    );
    let found = api.command("account.list", json!({"search": "lisk", "limit": 200})).await;
    assert_eq!(
        (&found["rows"][0]["name"], &found["total"]),
        (&json!("Barbara Liskov"), &json!(1)),
        "by name"
    );
}

#[tokio::test]
async fn accounts_beyond_one_stretch_are_shown_by_the_next_each_once() {
    let api = Api::start("okta").await;
    grace(&api).await;
    for place in 0..7 {
        // Two of a name each: then the id decides.
        let args = json!({"name": format!("Person {}", place / 2), "email": format!("p{place}@example.com"),
            "role": "member"});
        api.command("people.createLocal", args).await;
    }
    let (mut after, mut shown) = (Value::Null, Vec::new());
    loop {
        let list = api.command("account.list", json!({"search": "p", "after": after, "limit": 3})).await;
        assert_eq!(list["total"], 8, "Grace Hopper has a p too: {list}");
        let rows = list["rows"].as_array().unwrap();
        shown.extend(rows.iter().map(|row| row["userName"].as_str().unwrap().to_owned()));
        let end = rows.last().unwrap();
        after = json!({"name": end["name"], "personId": end["personId"]});
        if list["more"] == false {
            break;
        }
        assert_eq!(rows.len(), 3, "a stretch before the last one is full");
    }
    let expected: Vec<String> = (0..7).map(|place| format!("p{place}@example.com")).collect();
    assert_eq!(shown[1..], expected, "each of them, in the order of names");
    let error = call(&api, &window("unknown"), "account.list", json!({"limit": 3})).await.unwrap_err();
    assert_eq!(error.code, Code::SignedOut, "no one else's");
}
