//! Undo: what returns, and that a job that was interrupted continues. With the writes and tables that tests of undo share.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Row as _};
use store::{
    ChangeKind, ChangeSource, Error, MemberChange, Person, Scope, Store, UndoAct, UndoJob, UndoPlan,
    UndoRemark, UndoSelection, UndoState,
};

use crate::{Folder, changes, connection, document};

/// What a client of the connection does, as one request.
pub(crate) fn by_client(scope: &Scope, request: &str) -> ChangeSource {
    ChangeSource {
        connection_id: Some(scope.connection_id().to_owned()),
        activity_id: Some(request.to_owned()),
        ..ChangeSource::default()
    }
}

pub(crate) fn by_admin() -> ChangeSource {
    ChangeSource { actor: Some("grace".to_owned()), ..ChangeSource::default() }
}

/// The rows of people who are here, of groups, members and addresses, without versions and times.
pub(crate) async fn tables(folder: &Folder) -> BTreeMap<&'static str, Vec<String>> {
    let options =
        SqliteConnectOptions::new().filename(folder.dir.path().join("foundational.db")).read_only(true);
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    let mut all = BTreeMap::new();
    for (table, sql) in [
        (
            "person",
            "SELECT json_array(id, connection_id, user_name, user_name_fold, external_id, display, display_fold,
                 active, role, blocked_at IS NOT NULL, created_at, twin), document
             FROM person WHERE deleted_at IS NULL ORDER BY id",
        ),
        (
            "scim_group",
            "SELECT json_array(id, connection_id, display, display_fold, external_id, members, created_at, twin),
                 document FROM scim_group WHERE deleted_at IS NULL ORDER BY id",
        ),
        ("member", "SELECT json_array(group_id, member_id, resolved), '{}' FROM member ORDER BY 1"),
        (
            "email",
            "SELECT json_array(person_id, value_fold), '{}' FROM email e
             JOIN person p ON p.id = e.person_id AND p.deleted_at IS NULL ORDER BY 1",
        ),
        (
            "connection",
            "SELECT json_array(id, people, groups), '{}' FROM connection ORDER BY id",
        ),
    ] {
        let rows = sqlx::query(sql).fetch_all(&mut conn).await.unwrap();
        let row = |row: sqlx::sqlite::SqliteRow| {
            // The order of the attributes says nothing (RFC 8259 section 4).
            let mut document: Value = serde_json::from_str(&row.get::<String, _>(1)).unwrap();
            document.sort_all_objects();
            format!("{} {document}", row.get::<String, _>(0))
        };
        all.insert(table, rows.into_iter().map(row).collect());
    }
    conn.close().await.unwrap();
    all
}

pub(crate) async fn since(store: &Store, scope: &Scope, since: Timestamp) -> (UndoSelection, UndoPlan) {
    let selection = UndoSelection::Connection { connection_id: scope.connection_id().to_owned(), since };
    let plan = store.undo_plan(&selection, None).await.unwrap();
    (selection, plan)
}

pub(crate) async fn begin(store: &Store, selection: &UndoSelection, plan: UndoPlan, admins: bool) -> UndoJob {
    let actor = (Some("grace".to_owned()), "Grace".to_owned());
    let id = store.save_undo(selection, plan, admins, actor).await.unwrap();
    let of = id.clone();
    let begun: Result<(), Error> = store.write(async move |tx| tx.begin_undo(&of).await).await;
    begun.unwrap();
    store.undo(Some(&id)).await.unwrap().unwrap()
}

/// Undoes to the end.
pub(crate) async fn undo(store: &Store, selection: &UndoSelection, plan: UndoPlan, admins: bool) -> UndoJob {
    let job = begin(store, selection, plan, admins).await;
    while store.continue_undo(&job).await.unwrap() {}
    let job = store.undo(Some(&job.id)).await.unwrap().unwrap();
    assert_eq!(job.state, UndoState::Done, "no step is left");
    assert_eq!(job.total, job.done + job.skipped, "each step has an outcome");
    job
}

pub(crate) async fn write<T: Send + 'static>(
    store: &Store,
    work: impl for<'t> AsyncFnOnce(&'t mut store::Tx) -> Result<T, Error> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

pub(crate) async fn group(store: &Store, scope: &Scope, name: &str, members: Vec<String>) -> String {
    let (scope, name) = (scope.clone(), name.to_owned());
    let made: Result<store::Group, Error> = store
        .write(async move |tx| {
            let origin = by_client(&scope, "made");
            tx.create_group(&scope, document(json!({"displayName": name})), members, &origin).await
        })
        .await;
    made.unwrap().id
}

pub(crate) async fn change(store: &Store, scope: &Scope, id: &str, alter: Value, origin: ChangeSource) {
    let (scope, id) = (scope.clone(), id.to_owned());
    let done: Result<Person, Error> = store
        .write(async move |tx| {
            let person = tx.person(&scope, &id).await?.unwrap();
            let mut body = person.document.clone();
            body.extend(document(alter));
            tx.update_person(person, body, &origin).await
        })
        .await;
    done.unwrap();
}

pub(crate) async fn delete(store: &Store, scope: &Scope, id: &str, request: &str) {
    let (scope, id, request) = (scope.clone(), id.to_owned(), request.to_owned());
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let person = tx.person(&scope, &id).await?.unwrap();
            tx.delete_person(&scope, person, &by_client(&scope, &request)).await
        })
        .await;
    done.unwrap();
}

pub(crate) async fn members(
    store: &Store,
    scope: &Scope,
    id: &str,
    steps: Vec<MemberChange>,
    origin: ChangeSource,
) {
    let (scope, id) = (scope.clone(), id.to_owned());
    let done: Result<store::Group, Error> = store
        .write(async move |tx| {
            let group = tx.group(&scope, &id).await?.unwrap();
            let document = group.document.clone();
            tx.update_group(&scope, group, document, &steps, &origin).await
        })
        .await;
    done.unwrap();
}

/// People who were there before, with a moment after which all is undone.
pub(crate) async fn people(folder: &Folder, store: &Store, count: usize) -> (Scope, Vec<String>, Timestamp) {
    let (_, scope) = connection(store, "Okta").await;
    let (of, made) = (scope.clone(), by_client(&scope, "made"));
    let ids: Result<Vec<String>, Error> = store
        .write(async move |tx| {
            let mut ids = Vec::new();
            for n in 0..count {
                let body = json!({
                    "userName": format!("user{n:05}"), "externalId": format!("x-{n}"), "title": "first",
                    "emails": [{"value": format!("user{n}@example.com")}], "active": true,
                });
                ids.push(tx.create_person(&of, document(body), &made).await?.id);
            }
            Ok(ids)
        })
        .await;
    folder.clock.advance(Duration::from_mins(1));
    (scope, ids.unwrap(), folder.clock.now())
}

#[tokio::test]
async fn people_that_a_faulty_client_deactivated_and_removed_from_groups_are_as_before() {
    let folder = Folder::new();
    let store = folder.open().await;
    let count = if std::env::var_os("FOUNDATIONAL_MANY").is_some() { 10_000 } else { 2_000 };
    let (scope, ids, moment) = people(&folder, &store, count).await;
    let all = group(&store, &scope, "All", ids.clone()).await;
    let odd = group(&store, &scope, "Odd", ids.iter().step_by(2).cloned().collect()).await;
    folder.clock.advance(Duration::from_mins(1));
    let before = tables(&folder).await;
    let moment = moment.max(folder.clock.now());
    for id in &ids {
        change(&store, &scope, id, json!({"active": false}), by_client(&scope, id)).await;
    }
    members(&store, &scope, &all, vec![MemberChange::RemoveAll], by_client(&scope, "all")).await;
    for id in ids.iter().step_by(2) {
        members(&store, &scope, &odd, vec![MemberChange::Remove(vec![id.clone()])], by_client(&scope, id))
            .await;
    }
    assert_ne!(tables(&folder).await, before, "the client did something");
    let begun = std::time::Instant::now();
    let (selection, plan) = since(&store, &scope, moment).await;
    let planned = begun.elapsed();
    assert!(plan.steps.iter().all(|step| step.obstacle.is_none()), "nothing is in the way");
    let job = undo(&store, &selection, plan, false).await;
    println!("{count} people: planned in {planned:?}, undone in {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_mins(1), "within a minute of the press");
    assert_eq!(job.skipped, 0, "all steps were taken");
    assert_eq!(tables(&folder).await, before, "the tables are equal");
    let newest = changes(&store, &ids[7]).await;
    assert_eq!(newest[0].kind, ChangeKind::Reactivate);
    assert_eq!(
        (newest[0].actor.as_deref(), &newest[0].connection_id),
        (Some("grace"), &None),
        "as the Admin's act"
    );
    assert_eq!(newest.len(), 3, "made, deactivated and reactivated, once each");

    let again = UndoSelection::Undo { undo_id: job.id };
    let plan = store.undo_plan(&again, None).await.unwrap();
    undo(&store, &again, plan, false).await;
    assert!(
        !store.person(&scope, &ids[0]).await.unwrap().unwrap().active,
        "an undo is undone by the same code"
    );
    assert!(crate::members(&store, &scope, &all).await.is_empty(), "with its members");
}

#[tokio::test]
async fn a_person_who_was_deleted_returns_under_the_same_id_without_rights_and_remains_blocked() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, _) = people(&folder, &store, 2).await;
    let crew = group(&store, &scope, "Crew", ids.clone()).await;
    let before = tables(&folder).await;
    let ada = ids[0].clone();
    for id in &ids {
        let id = id.clone();
        write(&store, async move |tx| tx.allow_sign_in(&id, Some("hash"), &by_admin()).await).await;
    }
    let blocked = ids[0].clone();
    write(&store, async move |tx| tx.block_person(&blocked, true, &by_admin()).await).await;
    folder.clock.advance(Duration::from_mins(1));
    let moment = folder.clock.now();
    for id in &ids {
        delete(&store, &scope, id, "deletion").await;
    }
    let (selection, plan) = since(&store, &scope, moment).await;
    let step = plan.steps.iter().find(|step| step.resource_id == ada).unwrap();
    assert_eq!((step.act, step.obstacle.as_ref()), (UndoAct::Restore, None));
    assert_eq!(step.remarks, [UndoRemark::Blocked, UndoRemark::SignInEnded], "it says what does not return");
    undo(&store, &selection, plan, false).await;
    assert_eq!(crate::members(&store, &scope, &crew).await.len(), 2, "with the membership");
    for (place, id) in ids.iter().enumerate() {
        let account = store.account(id).await.unwrap().unwrap();
        assert_eq!(account.password_hash, None, "no password returns");
        assert_eq!(account.blocked, place == 0, "the block does, at once");
    }
    let now = tables(&folder).await;
    assert_eq!(now["member"], before["member"], "memberships are equal");
    assert_eq!(now["email"], before["email"]);
    assert_eq!(now["person"].len(), 2);
}

#[tokio::test]
async fn what_was_created_is_deleted_and_its_members_leave() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, _) = people(&folder, &store, 3).await;
    let crew = group(&store, &scope, "Crew", vec![ids[0].clone()]).await;
    folder.clock.advance(Duration::from_mins(1));
    let (before, moment) = (tables(&folder).await, folder.clock.now());
    let (of, made) = (scope.clone(), by_client(&scope, "new"));
    let new = write(&store, async move |tx| {
        tx.create_person(&of, document(json!({"userName": "new", "externalId": "x-new"})), &made).await
    })
    .await;
    let added = vec![MemberChange::Add(vec![new.id.clone(), ids[1].clone()])];
    members(&store, &scope, &crew, added, by_client(&scope, "join")).await;
    group(&store, &scope, "New", ids.clone()).await;
    let (selection, plan) = since(&store, &scope, moment).await;
    let acts: Vec<UndoAct> = plan.steps.iter().map(|step| step.act).collect();
    assert_eq!(acts, [UndoAct::Delete, UndoAct::Delete, UndoAct::RemoveMembers], "in this order");
    assert_eq!(plan.steps[2].members, [ids[1].clone()], "who is deleted leaves with that");
    let job = undo(&store, &selection, plan, false).await;
    assert_eq!(tables(&folder).await, before);
    assert!(store.deleted_person(&new.id).await.unwrap().is_some(), "by the rule on DELETE: a tombstone");

    let again = UndoSelection::Undo { undo_id: job.id };
    let plan = store.undo_plan(&again, None).await.unwrap();
    undo(&store, &again, plan, false).await;
    assert_eq!(
        store.person(&scope, &new.id).await.unwrap().unwrap().document,
        new.document,
        "the same person"
    );
    assert_eq!(crate::members(&store, &scope, &crew).await.len(), 3);
}

#[tokio::test]
async fn one_deletion_is_undone_with_the_memberships_that_ended_with_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, _) = people(&folder, &store, 2).await;
    let crew = group(&store, &scope, "Crew", ids.clone()).await;
    let before = tables(&folder).await;
    delete(&store, &scope, &ids[0], "1").await;
    change(&store, &scope, &ids[1], json!({"title": "later"}), by_client(&scope, "2")).await;
    let id = changes(&store, &ids[0]).await[0].id;
    let selection = UndoSelection::Change { id };
    let plan = store.undo_plan(&selection, None).await.unwrap();
    undo(&store, &selection, plan, false).await;
    assert_eq!(tables(&folder).await["member"], before["member"]);
    let title = store.person(&scope, &ids[1]).await.unwrap().unwrap().document["title"].clone();
    assert_eq!(title, "later", "another change is not undone");
    let (of, crew_id) = (scope.clone(), crew.clone());
    write(&store, async move |tx| {
        let group = tx.group(&of, &crew_id).await?.unwrap();
        tx.delete_group(&of, group, &by_client(&of, "3")).await
    })
    .await;
    let selection = UndoSelection::Change { id: changes(&store, &crew).await[0].id };
    let plan = store.undo_plan(&selection, None).await.unwrap();
    undo(&store, &selection, plan, false).await;
    assert_eq!(tables(&folder).await["member"], before["member"], "also of a group");
}

#[tokio::test]
async fn an_undo_that_ended_in_the_middle_continues_and_one_that_was_not_decided_does_nothing() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 700).await;
    let before = tables(&folder).await;
    for id in &ids {
        change(&store, &scope, id, json!({"active": false}), by_client(&scope, id)).await;
    }
    let (selection, plan) = since(&store, &scope, moment).await;
    store.save_undo(&selection, plan.clone(), false, (None, "Grace".to_owned())).await.unwrap();
    let job = begin(&store, &selection, plan, false).await;
    assert!(store.continue_undo(&job).await.unwrap(), "one batch is not all");
    store.close().await;
    let store = folder.open().await;
    store.discard_planned_undos().await.unwrap();
    let job = store.unfinished_undo().await.unwrap().expect("the one that was decided");
    assert!(job.done > 0 && job.done < 700, "in the middle: {} steps", job.done);
    // What a client writes to a person of the rest is not overwritten.
    change(&store, &scope, ids.first().unwrap(), json!({"title": "new"}), by_client(&scope, "new")).await;
    while store.continue_undo(&job).await.unwrap() {}
    assert!(store.unfinished_undo().await.unwrap().is_none(), "none is left");
    let job = store.undo(None).await.unwrap().unwrap();
    assert_eq!(job.done + job.skipped, 700, "no step was lost");
    let mut now = tables(&folder).await;
    let mut before = before;
    for tables in [&mut now, &mut before] {
        tables.get_mut("person").unwrap().retain(|row| !row.contains(&ids[0]));
    }
    assert_eq!(now, before);
    assert_eq!(changes(&store, &ids[9]).await.len(), 3, "each step was taken once");
}
