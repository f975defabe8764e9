use serde_json::json;
use store::{
    AccountChoices, ChangeSource, Error, NameChoice, PeopleAfterDelete, PeopleQuery, Person, Role, Store,
    UserNameChoice,
};

use crate::{Folder, connection, document, members, person};

/// More than one step takes.
const PEOPLE: usize = 1_200;

async fn choose(store: &Store, id: &str, name: NameChoice) {
    set(store, id, AccountChoices { name, ..AccountChoices::default() }).await;
}

async fn set(store: &Store, id: &str, choices: AccountChoices) {
    let id = id.to_owned();
    let done: Result<bool, Error> =
        store.write(async move |tx| tx.set_account_choices(&id, choices).await).await;
    assert!(done.unwrap());
}

/// How many people a list finds by this part of their name.
async fn found(store: &Store, search: &str) -> u64 {
    let mut query = PeopleQuery { limit: 1, ..PeopleQuery::default() };
    search.clone_into(&mut query.filter.search);
    store.people(&query).await.unwrap().1
}

#[tokio::test]
async fn names_that_are_left_after_an_unclean_end_are_derived_at_the_next_start() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "First").await;
    for one in 0..PEOPLE {
        let name =
            json!({"formatted": format!("Whole {one}"), "givenName": "Given", "familyName": one.to_string()});
        person(&store, &scope, json!({"userName": format!("user{one}"), "name": name})).await.unwrap();
    }
    let all = PEOPLE as u64;
    assert_eq!((found(&store, "whole").await, found(&store, "given").await), (all, 0));
    let before = store.connection(&made.id).await.unwrap().unwrap().choices;
    let wanted = AccountChoices { name: NameChoice::GivenFamily, ..before };
    let preview = store.preview_account_choices(&scope, before, wanted).await.unwrap();
    assert_eq!((preview.people, preview.changed), (all, all));
    choose(&store, &made.id, NameChoice::GivenFamily).await;
    assert!(store.continue_names(&made.id).await.unwrap(), "one step does not take all of them");
    let some = found(&store, "given").await;
    assert!(0 < some && some < all, "{some} of {all}");
    let late = person(
        &store,
        &scope,
        json!({"userName": "late", "name": {"formatted": "Whole", "givenName": "Given"}}),
    );
    assert_eq!(late.await.unwrap().display, "Given", "who arrives in between is shown by the new choice");
    store.close().await;

    let store = folder.open().await;
    assert_eq!(store.unfinished_names().await.unwrap(), std::slice::from_ref(&made.id));
    while store.continue_names(&made.id).await.unwrap() {}
    assert_eq!((found(&store, "whole").await, found(&store, "given").await), (0, all + 1));
    assert!(store.unfinished_names().await.unwrap().is_empty());
    assert!(!store.continue_names(&made.id).await.unwrap(), "nothing is left");
    let preview = store.preview_account_choices(&scope, wanted, wanted).await.unwrap();
    assert_eq!((preview.people, preview.changed), (all + 1, 0), "what is stored is what follows");
    choose(&store, &made.id, NameChoice::GivenFamily).await;
    assert!(store.unfinished_names().await.unwrap().is_empty(), "the same choice leaves nothing to do");
}

#[tokio::test]
async fn a_choice_that_is_set_while_names_are_derived_begins_again() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "First").await;
    for one in 0..PEOPLE {
        let name = json!({"formatted": format!("Whole {one}"), "givenName": "Given"});
        person(&store, &scope, json!({"userName": format!("user{one}"), "name": name})).await.unwrap();
    }
    choose(&store, &made.id, NameChoice::GivenFamily).await;
    assert!(store.continue_names(&made.id).await.unwrap());
    choose(&store, &made.id, NameChoice::UserName).await;
    while store.continue_names(&made.id).await.unwrap() {}
    assert_eq!(found(&store, "whole").await + found(&store, "given").await, 0);
    choose(&store, &made.id, NameChoice::Formatted).await;
    while store.continue_names(&made.id).await.unwrap() {}
    assert_eq!(found(&store, "whole").await, PEOPLE as u64);
}

/// The userNames that a list shows, of those with this text.
async fn listed(store: &Store, search: &str) -> Vec<String> {
    let mut query = PeopleQuery { limit: 10, ..PeopleQuery::default() };
    search.clone_into(&mut query.filter.search);
    store.people(&query).await.unwrap().0.into_iter().map(|row| row.user_name).collect()
}

#[tokio::test]
async fn a_user_name_is_shown_in_lower_case_however_the_person_was_written_and_as_it_is_once_it_is_local() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "First").await;
    let lower = AccountChoices { user_name: UserNameChoice::LowerCase, ..AccountChoices::default() };
    let ada = person(&store, &scope, json!({"userName": "Ada@ACME"})).await.unwrap();
    let preview = store.preview_account_choices(&scope, AccountChoices::default(), lower).await.unwrap();
    let example = preview.example.unwrap();
    assert_eq!((preview.changed, example.after.user_name.as_str()), (1, "ada@acme"));
    assert_eq!(listed(&store, "ada").await, ["Ada@ACME"], "a preview changes nothing");
    set(&store, &made.id, lower).await;
    assert_eq!(store.unfinished_names().await.unwrap(), std::slice::from_ref(&made.id));
    while store.continue_names(&made.id).await.unwrap() {}
    assert_eq!(listed(&store, "ADA").await, ["ada@acme"]);
    set(&store, &made.id, lower).await;
    assert!(store.unfinished_names().await.unwrap().is_empty(), "the same choice leaves nothing to do");

    let bob = person(&store, &scope, json!({"userName": "BOB@Acme"})).await.unwrap();
    assert_eq!(listed(&store, "bob").await, ["bob@acme"], "who arrives later");
    let of = scope.clone();
    let written: Result<(Person, String, Person), Error> = store
        .write(async move |tx| {
            let origin = ChangeSource::default();
            let bob = tx.update_person(bob, document(json!({"userName": "Bob.B@Acme"})), &origin).await?;
            let engineers = document(json!({"displayName": "Engineers"}));
            let group = tx.create_group(&of, engineers, vec![ada.id.clone()], &origin).await?;
            let eve = tx.create_account("Eve", "Eve@Acme", Role::Member, "$hash", &origin).await?;
            let linked = tx.link_account(&of, &eve.id, None, &origin).await?.unwrap();
            Ok((bob, group.id, linked))
        })
        .await;
    let (bob, group, linked) = written.unwrap();
    assert_eq!(
        (&bob.document["userName"], &linked.document["userName"]),
        (&json!("Bob.B@Acme"), &json!("Eve@Acme"))
    );
    assert_eq!(listed(&store, "bob").await, ["bob.b@acme"], "who is renamed");
    assert_eq!(listed(&store, "eve").await, ["eve@acme"], "who is linked");
    assert_eq!(members(&store, &scope, &group).await, ["Ada@ACME"], "a member is sent as before");
    let twin = person(&store, &scope, json!({"userName": "ADA@acme"})).await;
    assert!(matches!(twin, Err(Error::Duplicate("userName"))), "the name is in use in any case");

    let id = made.id.clone();
    let deleted: Result<bool, Error> = store
        .write(async move |tx| {
            tx.delete_connection(&id, PeopleAfterDelete::KeepActive, &ChangeSource::default()).await
        })
        .await;
    assert!(deleted.unwrap());
    while store.continue_deletion(&made.id).await.unwrap() {}
    for (search, sent) in [("ada", "Ada@ACME"), ("bob", "Bob.B@Acme"), ("eve", "Eve@Acme")] {
        assert_eq!(listed(&store, search).await, [sent], "a local account");
    }
}

#[tokio::test]
async fn an_attribute_is_hidden_once_and_for_one_connection_alone() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (first, second) = (connection(&store, "First").await.0.id, connection(&store, "Second").await.0.id);
    let show = async |id: &str, attribute: &'static str, is_shown: bool| {
        let id = id.to_owned();
        let done: Result<bool, Error> =
            store.write(async move |tx| tx.show_attribute(&id, attribute, is_shown).await).await;
        done.unwrap()
    };
    let hidden = async |id: &str| store.connection(id).await.unwrap().unwrap().hidden_attributes;
    for attribute in ["nickName", "addresses[type eq \"work\"].country", "nickName"] {
        assert!(show(&first, attribute, false).await);
    }
    assert_eq!(hidden(&first).await, ["addresses[type eq \"work\"].country", "nickName"]);
    assert_eq!(hidden(&second).await, Vec::<String>::new());
    assert!(show(&first, "nickName", true).await);
    assert!(show(&first, "title", true).await, "it is shown already");
    assert_eq!(hidden(&first).await, ["addresses[type eq \"work\"].country"]);
    assert!(!show("none", "nickName", false).await);
}
