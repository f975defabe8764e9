use serde_json::json;
use store::{AccountChoices, Error, NameChoice, PeopleQuery, Store};

use crate::{Folder, connection, person};

/// More than one step takes.
const PEOPLE: usize = 1_200;

async fn choose(store: &Store, id: &str, name: NameChoice) {
    let (id, choices) = (id.to_owned(), AccountChoices { name, ..AccountChoices::default() });
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
