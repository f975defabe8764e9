//! Who waits to be let through: an Admin does it, after what was seen, and nothing else does.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use store::{ChangeSource, Ids, Scope, Store};
use tests::Api;

use crate::audit::newest;
use crate::holding::{MINUTE, found, group, is_active, join, set_active};
use crate::observing::{
    ADA, BOB, WITHHELD, choose, names, observe, passcode, put_in, row, sign_in, try_to_let_one_through,
    try_to_let_through, waiting,
};

#[tokio::test]
async fn all_are_let_through_as_they_were_seen_and_observing_ends() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    let admins = group(&api, "Admins", &[]).await;
    choose(&api, &admins).await;
    observe(&api).await;
    let bob = join(&api, BOB).await;
    put_in(&api, &admins, &ada).await;
    let view = waiting(&api).await;
    assert_eq!(view["headline"], "2 users wait to be let through, 1 of them as an Admin.");
    assert_eq!(view["rows"][0]["userName"], ADA, "who becomes an Admin is first: {view}");
    put_in(&api, &admins, &bob).await;
    let stale = try_to_let_through(&api, &view).await.unwrap_err();
    assert_eq!(stale.code, Code::Conflict, "an Admin more than was seen: {stale:?}");
    assert_eq!(row(&api, &bob).await["role"], "member");

    try_to_let_through(&api, &waiting(&api).await).await.unwrap();
    assert_eq!(newest(&api).await, "Command line: Let 2 users (2 Admins) of First through.");
    for id in [&ada, &bob] {
        let shown = row(&api, id).await;
        assert_eq!((&shown["role"], &shown["withheld"]), (&json!("admin"), &Value::Null), "{shown}");
    }
    let view = waiting(&api).await;
    assert_eq!((&view["since"], &view["people"]), (&Value::Null, &json!(0)), "{view}");
    assert_eq!(found(&api, "access.withheld").await, None);
    passcode(&api, &bob).await;
    let carl = join(&api, "carl@acme.example").await;
    assert_eq!(row(&api, &carl).await["withheld"], Value::Null, "no longer observed");
    let nothing = try_to_let_through(&api, &view).await.unwrap_err();
    assert_eq!(nothing.code, Code::Conflict, "{nothing:?}");
}

#[tokio::test]
async fn who_arrives_in_the_place_of_another_is_not_let_through_though_as_many_wait() {
    let api = Api::start("okta").await;
    observe(&api).await;
    let bob = join(&api, BOB).await;
    let seen = waiting(&api).await;
    set_active(&api, &bob, false).await.expect(200, "a leaver");
    let ada = join(&api, ADA).await;
    assert_eq!(waiting(&api).await["people"], seen["people"], "as many as were seen");
    let stale = try_to_let_through(&api, &seen).await.unwrap_err();
    assert_eq!((stale.code, &*stale.message), (Code::Conflict, "The list of waiting users has changed."));
    assert_eq!(row(&api, &ada).await["withheld"], json!({"signIn": true, "admin": false}));
    assert_eq!(names(&api).await, [ADA]);
    assert!(!waiting(&api).await["since"].is_null(), "still observed");
}

#[tokio::test]
async fn observing_ends_also_when_no_one_waits() {
    let api = Api::start("okta").await;
    observe(&api).await;
    let again = api.app.call(&Caller::Operator, "observeFirst.begin", json!({"id": api.connection_id})).await;
    assert_eq!(again.unwrap_err().code, Code::Conflict, "it is observed already");
    try_to_let_through(&api, &waiting(&api).await).await.unwrap();
    assert_eq!(newest(&api).await, "Command line: Turned off Observe first for First; no user was waiting.");
    let ada = join(&api, ADA).await;
    assert_eq!(row(&api, &ada).await["withheld"], Value::Null);
}

#[tokio::test]
async fn who_would_become_an_admin_by_now_is_let_through_only_where_that_was_seen() {
    let api = Api::start("okta").await;
    let admins = group(&api, "Admins", &[]).await;
    choose(&api, &admins).await;
    observe(&api).await;
    let bob = join(&api, BOB).await;
    assert_eq!(row(&api, &bob).await["withheld"]["admin"], false, "what the page shows");
    put_in(&api, &admins, &bob).await;
    let stale = try_to_let_one_through(&api, &bob, false).await.unwrap_err();
    assert_eq!((stale.code, &*stale.message), (Code::Conflict, "This user would now become an Admin."));
    let shown = row(&api, &bob).await;
    assert_eq!(
        (&shown["role"], &shown["withheld"]),
        (&json!("member"), &json!({"signIn": true, "admin": true})),
        "nothing was done: {shown}"
    );
    try_to_let_one_through(&api, &bob, true).await.unwrap();
    let shown = row(&api, &bob).await;
    assert_eq!((&shown["role"], &shown["withheld"]), (&json!("admin"), &Value::Null), "{shown}");
}

#[tokio::test]
async fn who_waits_still_waits_after_a_restart() {
    let api = Api::start("okta").await;
    observe(&api).await;
    let bob = join(&api, BOB).await;
    api.app.close().await;
    let api = api.reopened().await;
    assert_eq!(names(&api).await, [BOB]);
    join(&api, ADA).await;
    assert_eq!(names(&api).await, [ADA, BOB], "and it is still observed");
    try_to_let_through(&api, &waiting(&api).await).await.unwrap();
    api.app.close().await;
    let api = api.reopened().await;
    assert_eq!(row(&api, &bob).await["withheld"], Value::Null, "let through for good");
}

#[tokio::test]
async fn who_waits_does_not_sign_in_by_the_deletion_of_the_connection() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    let code = passcode(&api, &ada).await;
    observe(&api).await;
    set_active(&api, &ada, false).await.expect(200, "a leaver");
    set_active(&api, &ada, true).await.expect(200, "a return");
    api.command("connection.delete", json!({"id": api.connection_id, "people": "keepActive"})).await;
    let shown = row(&api, &ada).await;
    assert_eq!((&shown["source"], &shown["active"]), (&Value::Null, &json!(true)), "{shown}");
    assert_eq!(shown["withheld"], json!({"signIn": true, "admin": false}), "{shown}");
    assert_eq!(sign_in(&api, ADA, &code).await.unwrap_err().message, WITHHELD);
    try_to_let_one_through(&api, &ada, false).await.unwrap();
    sign_in(&api, ADA, &code).await.expect("an Admin let her through");
}

#[tokio::test]
async fn an_undo_gives_no_sign_in_back_and_its_preview_says_so() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    observe(&api).await;
    api.clock.advance(MINUTE);
    let since = api.clock.now().to_string();
    set_active(&api, &ada, false).await.expect(200, "a leaver");
    let of = json!({"kind": "connection", "id": api.connection_id, "since": since});
    let shown = api.command("undo.preview", json!({"of": of, "offset": 0, "limit": 10})).await;
    let remark = "Waits to be let through, because the connection is observed first.";
    assert_eq!(shown["rows"][0]["remarks"], json!([remark]), "{shown:#}");
    let start = json!({"of": of, "seen": shown["seen"], "pause": false, "admins": false});
    api.command("undo.start", start).await;
    assert_eq!(is_active(&api, &ada).await, Some(true));
    assert_eq!(names(&api).await, [ADA]);
}

#[tokio::test]
async fn more_people_than_one_transaction_takes_are_all_let_through() {
    const MANY: u64 = 1_100;
    let api = Api::start("okta").await;
    observe(&api).await;
    api.app.close().await;
    let store = Store::open(api.folder(), api.clock.clone(), Ids::random()).await.unwrap();
    let scope = Scope::of(api.connection_id.clone());
    let made: Result<(), store::Error> = store
        .write(async move |tx| {
            for number in 0..MANY {
                let document = json!({"userName": format!("person{number}"), "active": true});
                let document = document.as_object().unwrap().clone();
                tx.create_person(&scope, document, &ChangeSource::default()).await?;
            }
            Ok(())
        })
        .await;
    made.unwrap();
    store.close().await;
    drop(store);
    let api = api.reopened().await;
    try_to_let_through(&api, &waiting(&api).await).await.unwrap();
    let view = waiting(&api).await;
    assert_eq!((&view["since"], &view["people"]), (&Value::Null, &json!(0)), "{view}");
}
