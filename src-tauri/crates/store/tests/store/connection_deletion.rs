//! Deleting a connection: decided at once, done in steps, the same to everyone from the decision to the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};
use store::{
    AccountChoices, ChangeSource, Error, NameChoice, PeopleAfterDelete, PeopleChoice, PeopleFilter,
    PeopleQuery, PersonStatus, Role, Scope, Store, UserNameChoice,
};

use crate::{Folder, connection, document, person};

const CHOICES: [PeopleAfterDelete; 3] =
    [PeopleAfterDelete::KeepActive, PeopleAfterDelete::KeepDeactivated, PeopleAfterDelete::Delete];

async fn decide(store: &Store, id: &str, people: PeopleAfterDelete) -> bool {
    let id = id.to_owned();
    let decided: Result<bool, Error> =
        store.write(async move |tx| tx.delete_connection(&id, people, &ChangeSource::default()).await).await;
    decided.unwrap()
}

async fn finish(store: &Store, id: &str) {
    while store.continue_deletion(id).await.unwrap() {}
}

async fn people(store: &Store, scope: &Scope, prefix: &str, count: usize) -> Vec<String> {
    let (scope, prefix) = (scope.clone(), prefix.to_owned());
    let made: Result<Vec<String>, Error> = store
        .write(async move |tx| {
                let mut ids = Vec::new();
                for n in 0..count {
                    let body = document(json!({
                        "userName": format!("{prefix}{n:05}"), "externalId": format!("{prefix}-{n}"), "active": n != 1,
                        "emails": [{"value": format!("{prefix}{n}@example.com")}],
                    }));
                    ids.push(tx.create_person(&scope, body, &ChangeSource::default()).await?.id);
                }
                Ok(ids)
            })
        .await;
    made.unwrap()
}

async fn group(store: &Store, scope: &Scope, name: &str, members: Vec<String>) -> String {
    let (scope, name) = (scope.clone(), name.to_owned());
    let made: Result<store::Group, Error> = store
        .write(async move |tx| {
            tx.create_group(&scope, document(json!({"displayName": name})), members, &ChangeSource::default())
                .await
        })
        .await;
    made.unwrap().id
}

/// Lets these sign in, with a remembered session.
async fn let_in(store: &Store, ids: &[String]) {
    for id in ids {
        let of = id.clone();
        let allowed: Result<bool, Error> = store
            .write(async move |tx| tx.allow_sign_in(&of, Some("hash"), &ChangeSource::default()).await)
            .await;
        assert!(allowed.unwrap(), "{id} may sign in");
        let account = store.account(id).await.unwrap().unwrap();
        let remembered: Result<bool, Error> = store
            .write(async move |tx| {
                async move { tx.remember_session(&account, account.id.as_bytes(), Timestamp::MAX).await }
                    .await
            })
            .await;
        assert_eq!(
            remembered.unwrap(),
            account_is_active(store, id).await,
            "{id} is remembered while active"
        );
    }
}

async fn account_is_active(store: &Store, id: &str) -> bool {
    store.account(id).await.unwrap().is_some_and(|account| account.active)
}

/// Everything that anybody can see of the workspace's people, groups and connections.
async fn seen(store: &Store, ids: &[String]) -> Value {
    let mut all = Vec::new();
    let filters = [
        PeopleFilter::default(),
        PeopleFilter { status: Some(PersonStatus::Active), ..PeopleFilter::default() },
        PeopleFilter { status: Some(PersonStatus::Deactivated), ..PeopleFilter::default() },
        PeopleFilter { source: Some(String::new()), ..PeopleFilter::default() },
        PeopleFilter { role: Some(Role::Admin), ..PeopleFilter::default() },
        PeopleFilter { role: Some(Role::Member), ..PeopleFilter::default() },
        PeopleFilter { search: "leaver0000".to_owned(), ..PeopleFilter::default() },
    ];
    for filter in filters {
        // A window that is full is counted, one that is not is not.
        for limit in [3, 10_000] {
            let query = PeopleQuery { filter: filter.clone(), limit, ..PeopleQuery::default() };
            let (rows, total) = store.people(&query).await.unwrap();
            let place = store.people_position(&query, "leaver00002").await.unwrap();
            let chosen =
                store.chosen(&PeopleChoice::Matching(filter.clone(), Vec::new()), 10_000).await.unwrap();
            all.push(json!([format!("{rows:?}"), total, format!("{place:?}"), chosen]));
        }
    }
    let mut exported = Vec::new();
    let everyone = PeopleChoice::Matching(PeopleFilter::default(), Vec::new());
    store
        .export_people(&everyone, |rows| {
            exported.extend(rows.into_iter().map(|mut one| {
                one.person.version = 0;
                format!("{one:?}")
            }));
        })
        .await
        .unwrap();
    all.push(json!(exported));
    for id in ids {
        let mut found = store.any_person(id).await.unwrap();
        if let Some(person) = &mut found {
            person.version = 0;
        }
        let row = store.person_row(id).await.unwrap();
        let account = store.account(id).await.unwrap();
        let named = store.account_named(&format!("leaver{:05}", 0)).await.unwrap();
        let deleted = store.deleted_person(id).await.unwrap();
        let remembered = store.remembered_person(id.as_bytes()).await.unwrap();
        all.push(json!(format!("{found:?} {row:?} {account:?} {named:?} {deleted:?} {remembered:?}")));
    }
    all.push(json!(format!("{:?}", store.accounts_that_may_sign_in(100).await.unwrap())));
    all.push(json!(format!("{:?}", store.accounts("", ("", ""), 100).await.unwrap())));
    all.push(json!([
        store.account_count("").await.unwrap(),
        store.remembered_sessions().await.unwrap().len()
    ]));
    all.push(json!(format!("{:?}", store.groups_by_name("", 0, 100).await.unwrap())));
    let mut groups = Vec::new();
    store
        .export_groups("", |rows| groups.extend(rows.into_iter().map(|one| format!("{one:?}"))))
        .await
        .unwrap();
    all.push(json!(groups));
    all.push(json!(format!("{:?}", store.group_position("", "z").await.unwrap())));
    all.push(json!(format!("{:?}", store.connections().await.unwrap())));
    all.push(json!(format!("{:?}", store.pending_matches(None).await.unwrap())));
    Value::Array(all)
}

/// A connection of 400 people, three of them with a password and one an Admin by a group, beside another connection.
async fn leavers(store: &Store) -> (String, Scope, Vec<String>) {
    let (other, beside) = connection(store, "Beside").await;
    let others = people(store, &beside, "other", 5).await;
    group(store, &beside, "Others", others.clone()).await;
    let (made, scope) = connection(store, "Leaving").await;
    let ids = people(store, &scope, "leaver", 400).await;
    let admins = group(store, &scope, "Admins", ids[..1].to_vec()).await;
    let all = group(store, &scope, "All", ids.clone()).await;
    group(store, &scope, "Nested", vec![all]).await;
    let_in(store, &ids[..3]).await;
    let_in(store, &others[..1]).await;
    let (id, of) = (made.id.clone(), scope.clone());
    let gone = ids[399].clone();
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let rules = store::Rules { admin_group_id: Some(admins), ..store::Rules::default() };
            tx.set_rules(&id, &rules, &ChangeSource::default()).await?;
            let Some(person) = tx.person(&of, &gone).await? else { return Ok(()) };
            tx.delete_person(&of, person, &ChangeSource::default()).await?;
            let local =
                tx.create_account("Ada", "ada@local", Role::Admin, "hash", &ChangeSource::default()).await?;
            tx.save_match(&of, &local.id, "Ada").await
        })
        .await;
    done.unwrap();
    drop(other);
    let mut shown = ids[..4].to_vec();
    shown.extend([ids[399].clone(), others[0].clone()]);
    (made.id, scope, shown)
}

#[tokio::test]
async fn nothing_that_anybody_sees_changes_between_the_decision_and_the_end() {
    for choice in CHOICES {
        let folder = Folder::new();
        let store = folder.open().await;
        let (id, _, shown) = leavers(&store).await;
        let before = seen(&store, &shown).await;
        assert!(decide(&store, &id, choice).await, "{choice:?}: it is decided");
        let decided = seen(&store, &shown).await;
        assert_ne!(before, decided, "{choice:?}: the decision shows at once");
        // A single chunk of the people, as a step that ran out of time leaves them.
        let some = shown[..2].to_vec();
        let partly: Result<(), Error> = store
            .write(async move |tx| {
                // Whatever an Admin does to one of them finds what is shown.
                for one in &some {
                    tx.block_person(one, false, &ChangeSource::default()).await?;
                }
                Ok(())
            })
            .await;
        partly.unwrap();
        let mut steps = 0;
        let mut between = seen(&store, &shown).await;
        // What was done to the two is journalled, and their newest change another one.
        let forget = |mut of: Value| {
            let text = of
                .to_string()
                .replace("kind: Unblock", "kind: *")
                .replace("kind: Unlink", "kind: *")
                .replace("kind: Deactivate", "kind: *");
            of = serde_json::from_str(&text).unwrap();
            of
        };
        assert_eq!(forget(between), forget(decided.clone()), "{choice:?}: with two of them settled");
        while store.continue_deletion(&id).await.unwrap() {
            steps += 1;
            between = seen(&store, &shown).await;
            assert_eq!(forget(between), forget(decided.clone()), "{choice:?}: after step {steps}");
        }
        assert!(steps > 1, "{choice:?}: it took {steps} steps");
        assert_eq!(forget(seen(&store, &shown).await), forget(decided), "{choice:?}: at the end");
        assert!(store.connection_deletions().await.unwrap().is_empty(), "{choice:?}: nothing is left to do");
    }
}

#[tokio::test]
async fn access_ends_with_the_decision_and_not_with_the_step() {
    for (choice, active) in [
        (PeopleAfterDelete::KeepActive, Some(true)),
        (PeopleAfterDelete::KeepDeactivated, Some(false)),
        (PeopleAfterDelete::Delete, None),
    ] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (id, _, shown) = leavers(&store).await;
        assert_eq!(store.account(&shown[0]).await.unwrap().unwrap().role, Role::Admin, "an Admin by a group");
        decide(&store, &id, choice).await;
        for step in ["the decision", "the end"] {
            let account = store.account(&shown[0]).await.unwrap();
            assert_eq!(account.as_ref().map(|one| one.active), active, "{choice:?}: after {step}");
            if let Some(account) = account {
                assert_eq!(account.role, Role::Member, "{choice:?}: no group makes an Admin any more");
            }
            let remembered = store.remembered_person(shown[0].as_bytes()).await.unwrap().is_some();
            assert_eq!(remembered, choice == PeopleAfterDelete::KeepActive, "{choice:?}: after {step}");
            finish(&store, &id).await;
        }
    }
}

#[tokio::test]
async fn a_deletion_goes_on_where_it_was_when_the_store_is_opened_again() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "Leaving").await;
    people(&store, &scope, "leaver", 3_000).await;
    decide(&store, &made.id, PeopleAfterDelete::KeepDeactivated).await;
    assert!(store.continue_deletion(&made.id).await.unwrap(), "one step is not all");
    store.close().await;
    drop(store);

    let store = folder.open().await;
    let left = store.connection_deletions().await.unwrap();
    assert_eq!(
        left.iter().map(|one| &*one.name).collect::<Vec<_>>(),
        ["Leaving"],
        "it is known what is left"
    );
    let off = PeopleFilter { status: Some(PersonStatus::Deactivated), ..PeopleFilter::default() };
    let query = PeopleQuery { filter: off, limit: 1, ..PeopleQuery::default() };
    assert_eq!(store.people(&query).await.unwrap().1, 3_000, "all of them are deactivated already");
    finish(&store, &made.id).await;
    assert_eq!(store.people(&query).await.unwrap().1, 3_000, "and are at the end");
    let history = crate::changes(&store, &store.people(&query).await.unwrap().0[0].id).await;
    assert_eq!(
        history.len(),
        2,
        "one change each beside its creation, however often it was begun: {history:?}"
    );
}

#[tokio::test]
async fn others_write_between_the_steps() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "Leaving").await;
    people(&store, &scope, "leaver", 4_000).await;
    let (_, beside) = connection(&store, "Beside").await;
    decide(&store, &made.id, PeopleAfterDelete::KeepDeactivated).await;
    let over = Arc::new(AtomicBool::new(false));
    let (deleting, end) = (store.clone(), Arc::clone(&over));
    let steps = tokio::spawn(async move {
        let mut steps = 0_u32;
        while deleting.continue_deletion(&made.id).await.unwrap() {
            steps += 1;
        }
        end.store(true, Ordering::SeqCst);
        steps
    });
    let mut written = 0_u32;
    while !over.load(Ordering::SeqCst) {
        person(&store, &beside, json!({"userName": format!("beside{written}")})).await.unwrap();
        written += 1;
    }
    let steps = steps.await.unwrap();
    assert!(written >= steps, "{written} writes found their turn in {steps} steps");
}

#[tokio::test]
async fn a_connection_whose_deletion_was_decided_is_gone_for_its_provider_and_its_name_is_free() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "Leaving").await;
    person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
    assert!(decide(&store, &made.id, PeopleAfterDelete::Delete).await, "it is decided");
    assert!(
        !decide(&store, &made.id, PeopleAfterDelete::KeepActive).await,
        "once, and as it was decided first"
    );
    assert!(store.connection(&made.id).await.unwrap().is_none(), "not found by its id");
    assert!(store.connection_named("leaving").await.unwrap().is_none(), "and by its name");
    for step in ["the decision", "the end"] {
        let (of, late) = (scope.clone(), scope.clone());
        let written: Result<(), Error> = store
            .write_for(&of, async move |tx| {
                let body = document(json!({"userName": "late"}));
                tx.create_person(&late, body, &ChangeSource::default()).await.map(drop)
            })
            .await;
        assert!(matches!(written, Err(Error::ConnectionGone)), "after {step}: {written:?}");
        finish(&store, &made.id).await;
    }
    connection(&store, "Leaving").await;
}

#[tokio::test]
async fn another_connection_meets_the_leavers_as_they_are_shown() {
    for (choice, is_local) in [
        (PeopleAfterDelete::KeepActive, true),
        (PeopleAfterDelete::KeepDeactivated, true),
        (PeopleAfterDelete::Delete, false),
    ] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (made, scope) = connection(&store, "Leaving").await;
        person(&store, &scope, json!({"userName": "ada"})).await.unwrap();
        let (_, beside) = connection(&store, "Beside").await;
        decide(&store, &made.id, choice).await;
        let found: Result<bool, Error> = store
            .write(async move |tx| {
                if tx.local_account("ADA").await?.is_some() {
                    return Ok(true);
                }
                let body = document(json!({"userName": "Ada"}));
                tx.create_person(&beside, body, &ChangeSource::default()).await.map(|_| false)
            })
            .await;
        assert_eq!(found.unwrap(), is_local, "{choice:?}: a local account has the name, or it is free");
        finish(&store, &made.id).await;
    }
}

#[tokio::test]
async fn a_person_who_becomes_a_local_account_has_the_name_of_one() {
    for choice in [PeopleAfterDelete::KeepActive, PeopleAfterDelete::KeepDeactivated] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (made, scope) = connection(&store, "Leaving").await;
        let (id, user_name) = (made.id.clone(), UserNameChoice::LowerCase);
        let choices = AccountChoices { name: NameChoice::UserName, user_name, ..AccountChoices::default() };
        let set: Result<bool, Error> =
            store.write(async move |tx| tx.set_account_choices(&id, choices).await).await;
        assert!(set.unwrap());
        let body =
            json!({"userName": "Ada@Example.com", "name": {"givenName": "Ada", "familyName": "Byron"}});
        let ada = person(&store, &scope, body).await.unwrap();
        while store.continue_names(&made.id).await.unwrap() {}
        let names = async || {
            let ada = store.account(&ada.id).await.unwrap().unwrap();
            [ada.name, ada.user_name]
        };
        assert_ne!(names().await[0], "Ada Byron", "the connection shows another name");
        decide(&store, &made.id, choice).await;
        finish(&store, &made.id).await;
        assert_eq!(names().await, ["Ada Byron", "Ada@Example.com"], "{choice:?}");
    }
}
