//! Observe first: who gains sign-in or a role through a connection waits until an Admin lets them through, and who loses it loses
//! it at once. What the client sends is stored as it is sent.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

use crate::audit::newest;
use crate::holding::{found, group, is_active, join, set_active, take_out};
use crate::observing::{
    ADA, BOB, WITHHELD, choose, is_signed_in, names, observe, passcode, put_in, row, sign_in,
    try_to_let_one_through, waiting,
};

#[tokio::test]
async fn a_person_who_arrives_is_stored_as_sent_and_cannot_be_given_sign_in() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    let code = passcode(&api, &ada).await;
    observe(&api).await;
    assert_eq!(newest(&api).await, "Command line: Turned on Observe first for First.");
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
    assert!(why["answers"][0]["remedy"].is_null(), "there is no sign-in to block: {why}");

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
    assert_eq!((&person["maySignIn"], &person["hasPassword"]), (&json!(false), &json!(true)), "{person}");

    try_to_let_one_through(&api, &ada, false).await.unwrap();
    assert_eq!(newest(&api).await, format!("Command line: Let {ADA} through."));
    sign_in(&api, ADA, &code).await.expect("she was let through");
    assert!(!waiting(&api).await["since"].is_null(), "others are still observed");
    let again = try_to_let_one_through(&api, &ada, false).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict, "nothing is withheld any more");
}

#[tokio::test]
async fn the_passcode_of_who_waits_can_be_taken_away() {
    let api = Api::start("okta").await;
    let ada = join(&api, ADA).await;
    let code = passcode(&api, &ada).await;
    observe(&api).await;
    for active in [false, true] {
        set_active(&api, &ada, active).await.expect(200, "a leaver who returns");
    }
    api.command("people.forbidSignIn", json!({"id": ada})).await;
    let person = api.command("people.show", json!({"id": ada})).await;
    assert_eq!(person["hasPassword"], false, "{person}");
    try_to_let_one_through(&api, &ada, false).await.unwrap();
    let refused = sign_in(&api, ADA, &code).await.unwrap_err();
    assert_eq!(refused.code, Code::WrongCredentials);
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
    try_to_let_one_through(&api, &ada, true).await.unwrap();
    assert_eq!(row(&api, &ada).await["role"], "admin", "she alone was let through");
    put_in(&api, &admins, &bob).await;
    assert_eq!(names(&api).await, [BOB]);
}

#[tokio::test]
async fn who_waits_is_listed_with_whether_they_can_sign_in() {
    let api = Api::start("okta").await;
    let mut ids = Vec::new();
    for name in ["already", "blocked", "deactivated", "none", "then"] {
        ids.push(join(&api, name).await);
    }
    passcode(&api, &ids[0]).await;
    passcode(&api, &ids[4]).await;
    set_active(&api, &ids[2], false).await.expect(200, "a leaver");
    let admins = group(&api, "Admins", &ids).await;
    observe(&api).await;
    choose(&api, &admins).await;
    api.command("people.block", json!({"id": ids[1]})).await;
    for active in [false, true] {
        set_active(&api, &ids[4], active).await.expect(200, "a leaver who returns");
    }
    let view = waiting(&api).await;
    let rows = view["rows"].as_array().unwrap().iter();
    let listed: Vec<_> =
        rows.map(|row| (row["userName"].as_str().unwrap(), row["signIn"].as_str().unwrap())).collect();
    assert_eq!(
        listed,
        [
            ("already", "already"),
            ("blocked", "blocked"),
            ("deactivated", "deactivated"),
            ("none", "noPassword"),
            ("then", "then"),
        ]
    );
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
async fn another_connection_is_not_observed_with_it() {
    let mut api = Api::start("okta").await;
    observe(&api).await;
    (api.connection_id, api.token) = api.connect("Second", "azure").await;
    let ada = join(&api, ADA).await;
    assert_eq!(row(&api, &ada).await["withheld"], Value::Null);
    passcode(&api, &ada).await;
    assert_eq!(found(&api, "access.withheld").await, None);
}
