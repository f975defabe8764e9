//! Observe first: who gains sign-in or a role through a connection waits until an Admin lets them through, and who loses it loses
//! it at once. What the client sends is stored as it is sent.

use foundational::Caller;
use foundational::error::{Code, Error};
use serde_json::{Value, json};
use store::{ChangeSource, Ids, Scope, Store};
use tests::Api;

use crate::audit::newest;
use crate::holding::{MINUTE, found, group, is_active, join, patch, set_active, take_out};

const ADA: &str = "ada@acme.example";
const BOB: &str = "bob@acme.example";
const WITHHELD: &str = "Your account waits until an Admin lets it through.";

async fn observe(api: &Api) {
    api.command("observeFirst.begin", json!({"id": api.connection_id})).await;
}

/// Whether the connection is observed, and who waits.
async fn waiting(api: &Api) -> Value {
    api.command("observeFirst.show", json!({"id": api.connection_id, "offset": 0, "limit": 200})).await
}

/// The names of those who wait, in their order.
async fn names(api: &Api) -> Vec<String> {
    let view = waiting(api).await;
    let rows = view["rows"].as_array().unwrap();
    assert_eq!(view["people"], json!(rows.len()), "{view}");
    rows.iter().map(|row| row["userName"].as_str().unwrap().to_owned()).collect()
}

async fn try_to_let_through(api: &Api, people: u64, admins: u64) -> Result<Value, Error> {
    let args = json!({"id": api.connection_id, "people": people, "admins": admins});
    api.app.call(&Caller::Operator, "observeFirst.letThrough", args).await
}

/// The row of a person in the list of users.
async fn row(api: &Api, id: &str) -> Value {
    api.command("people.show", json!({"id": id})).await["row"].clone()
}

async fn passcode(api: &Api, id: &str) -> String {
    let given = api.command("people.allowSignIn", json!({"id": id})).await;
    given["passcode"].as_str().unwrap().to_owned()
}

async fn sign_in(api: &Api, name: &str, password: &str) -> Result<Value, Error> {
    let window = Caller::Window(name.to_owned());
    api.app.call(&window, "session.signIn", json!({"email": name, "password": password})).await
}

/// Whether a person is signed in at the window of that name.
async fn is_signed_in(api: &Api, name: &str) -> bool {
    let window = Caller::Window(name.to_owned());
    let status = api.app.call(&window, "workspace.status", json!({})).await.unwrap();
    !status["session"].is_null()
}

/// The members of this group are Admins.
async fn choose(api: &Api, group: &str) {
    let rules = json!({"matching": "ask", "onDelete": "keep", "adminGroupId": group, "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
}

async fn put_in(api: &Api, group: &str, id: &str) {
    let operations = json!([{"op": "add", "path": "members", "value": [{"value": id}]}]);
    patch(api, &format!("/Groups/{group}"), operations).await;
}

#[tokio::test]
async fn a_person_who_arrives_is_stored_as_sent_and_cannot_be_given_sign_in() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    let code = passcode(&api, &ada).await;
    observe(&api).await;
    assert_eq!(newest(&api).await, "Command line: Began to observe First first.");
    assert_eq!(found(&api, "access.withheld").await, None, "no one waits");
    let bob = join(&api, BOB).await;
    assert_eq!(is_active(&api, &bob).await, Some(true), "the client reads what it sent");

    let shown = row(&api, &bob).await;
    assert_eq!(
        (&shown["active"], &shown["withheld"]),
        (&json!(true), &json!({"signIn": true, "admin": false})),
        "{shown}"
    );
    assert_eq!(row(&api, &ada).await["withheld"], Value::Null, "she was here before");
    assert_eq!(names(&api).await, [BOB]);
    let query = json!({"status": "withheld", "sort": "name", "descending": false, "offset": 0, "limit": 10});
    let list = api.command("people.list", query).await;
    assert_eq!((&list["total"], &list["rows"][0]["id"]), (&json!(1), &json!(bob)), "{list}");
    let export = json!({"people": {"ids": [bob]}, "format": "csv"});
    let csv = api.command("people.export", export).await;
    assert!(csv["text"].as_str().unwrap().contains(",member,active,no,sign-in,"), "{csv}");
    let why = api.command("person.why", json!({"text": BOB})).await;
    assert_eq!(why["answers"][0]["verdict"], "withheld", "{why}");

    let refused = api.app.call(&Caller::Operator, "people.allowSignIn", json!({"id": bob})).await;
    assert_eq!(refused.unwrap_err().code, Code::Conflict, "a passcode that does not work is not given out");
    let finding = found(&api, "access.withheld").await.unwrap();
    assert_eq!(finding["message"], "First: 1 user waits to be let through.");
    assert_eq!(
        (&finding["severity"], &finding["remedies"][0]["kind"]),
        (&json!("warning"), &json!("openWithheld"))
    );
    sign_in(&api, ADA, &code).await.expect("who had sign-in has it");
}

#[tokio::test]
async fn who_leaves_is_out_at_once_and_waits_when_they_return() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    let code = passcode(&api, &ada).await;
    observe(&api).await;
    sign_in(&api, ADA, &code).await.unwrap();
    set_active(&api, &ada, false).await.expect(200, "a leaver");
    assert!(!is_signed_in(&api, ADA).await, "the session ended");
    assert_eq!(names(&api).await, Vec::<String>::new(), "who has no access waits for none");
    set_active(&api, &ada, true).await.expect(200, "a return");
    assert_eq!(is_active(&api, &ada).await, Some(true));

    let wrong = sign_in(&api, ADA, "wrong horse battery").await.unwrap_err();
    assert_eq!(wrong.code, Code::WrongCredentials, "another password learns nothing");
    let refused = sign_in(&api, ADA, &code).await.unwrap_err();
    assert_eq!((refused.code, &*refused.message), (Code::Conflict, WITHHELD));
    let accounts = api.command("account.list", json!({"limit": 10})).await;
    assert_eq!(accounts["rows"][0]["state"], "withheld", "{accounts}");
    let person = api.command("people.show", json!({"id": ada})).await;
    assert_eq!(person["maySignIn"], false, "{person}");

    api.command("people.letThrough", json!({"id": ada})).await;
    assert_eq!(newest(&api).await, format!("Command line: Let {ADA} through."));
    sign_in(&api, ADA, &code).await.expect("she was let through");
    assert!(!waiting(&api).await["since"].is_null(), "others are still observed");
    let again = api.app.call(&Caller::Operator, "people.letThrough", json!({"id": ada})).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict, "nothing is withheld any more");
}

#[tokio::test]
async fn who_was_deleted_and_returns_under_the_old_id_waits() {
    let api = Api::start("okta").await;
    let body = json!({"userName": ADA, "externalId": "00u1abcdEFGH2ijkl3m4"});
    let made = api.scim("POST", "/Users", body.clone()).await.expect(201, "a joiner");
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    observe(&api).await;
    api.scim("DELETE", &path, None).await.expect(204, "a leaver");
    let back = api.scim("POST", "/Users", body).await.expect(201, "a return");
    assert_eq!(back["id"], made["id"], "the same person");
    assert_eq!(names(&api).await, [ADA]);
    api.scim("DELETE", &path, None).await.expect(204, "a leaver who waited");
    assert_eq!(names(&api).await, Vec::<String>::new(), "at once");
}

#[tokio::test]
async fn the_role_of_an_admin_is_not_given_and_ends_at_once() {
    let api = Api::start("okta").await;
    let (ada, bob) = (join(&api, ADA).await, join(&api, BOB).await);
    let admins = group(&api, "Admins", std::slice::from_ref(&ada)).await;
    choose(&api, &admins).await;
    observe(&api).await;
    put_in(&api, &admins, &bob).await;
    assert_eq!(row(&api, &ada).await["role"], "admin", "she was one before");
    let shown = row(&api, &bob).await;
    assert_eq!(
        (&shown["role"], &shown["withheld"]),
        (&json!("member"), &json!({"signIn": false, "admin": true})),
        "{shown}"
    );
    let finding = found(&api, "access.withheld").await.unwrap();
    assert_eq!(finding["message"], "First: 1 user waits to be let through, as an Admin.");
    assert_eq!(finding["evidence"][0]["text"], format!("{BOB}, as an Admin"));

    take_out(&api, &admins, &bob).await.expect(200, "out of the group");
    assert_eq!(names(&api).await, Vec::<String>::new(), "nothing is left to withhold");
    take_out(&api, &admins, &ada).await.expect(200, "out of the group");
    assert_eq!(row(&api, &ada).await["role"], "member", "at once");
    put_in(&api, &admins, &ada).await;
    assert_eq!(row(&api, &ada).await["role"], "member", "what was lost is gained again, and waits");
    api.command("people.letThrough", json!({"id": ada})).await;
    assert_eq!(row(&api, &ada).await["role"], "admin", "she alone was let through");
    put_in(&api, &admins, &bob).await;
    assert_eq!(names(&api).await, [BOB]);
}

#[tokio::test]
async fn a_group_that_is_chosen_while_observing_makes_no_one_an_admin() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    let admins = group(&api, "Admins", std::slice::from_ref(&ada)).await;
    observe(&api).await;
    choose(&api, &admins).await;
    assert_eq!(row(&api, &ada).await["role"], "member");
    assert_eq!(names(&api).await, [ADA]);
}

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
    let stale = try_to_let_through(&api, 2, 1).await.unwrap_err();
    assert_eq!(stale.code, Code::Conflict, "an Admin more than was seen: {stale:?}");
    assert_eq!(row(&api, &bob).await["role"], "member");

    try_to_let_through(&api, 2, 2).await.unwrap();
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
    let nothing = try_to_let_through(&api, 0, 0).await.unwrap_err();
    assert_eq!(nothing.code, Code::Conflict, "{nothing:?}");
}

#[tokio::test]
async fn observing_ends_also_when_no_one_waits() {
    let api = Api::start("okta").await;
    observe(&api).await;
    let again = api.app.call(&Caller::Operator, "observeFirst.begin", json!({"id": api.connection_id})).await;
    assert_eq!(again.unwrap_err().code, Code::Conflict, "it is observed already");
    try_to_let_through(&api, 0, 0).await.unwrap();
    assert_eq!(newest(&api).await, "Command line: Ended observing First; no user waited.");
    let ada = join(&api, ADA).await;
    assert_eq!(row(&api, &ada).await["withheld"], Value::Null);
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
    try_to_let_through(&api, 2, 0).await.unwrap();
    api.app.close().await;
    let api = api.reopened().await;
    assert_eq!(row(&api, &bob).await["withheld"], Value::Null, "let through for good");
}

#[tokio::test]
async fn another_connection_is_not_observed_with_it() {
    let mut api = Api::start("okta").await;
    observe(&api).await;
    (api.connection_id, api.token) = api.connect("Second", "azure").await;
    let ada = join(&api, ADA).await;
    assert_eq!(row(&api, &ada).await["withheld"], Value::Null);
    passcode(&api, &ada).await;
    assert_eq!(found(&api, "access.withheld").await, None);
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
    api.command("people.letThrough", json!({"id": ada})).await;
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
    try_to_let_through(&api, MANY, 0).await.unwrap();
    let view = waiting(&api).await;
    assert_eq!((&view["since"], &view["people"]), (&Value::Null, &json!(0)), "{view}");
}
