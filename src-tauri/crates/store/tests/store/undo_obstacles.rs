//! Undo: what is not undone, with the reason.

use std::time::Duration;

use serde_json::json;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use store::{
    BackupKind, MemberChange, PreparedRestore, Rules, UndoAct, UndoObstacle, UndoPlan, UndoRemark,
    UndoSelection, default_backup_folder,
};

use crate::undo::{begin, by_admin, by_client, change, delete, group, members, people, since, undo, write};
use crate::{Folder, connection, person};

#[tokio::test]
async fn what_changed_since_is_not_overwritten_and_the_plan_says_by_what() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 4).await;
    for id in &ids {
        change(&store, &scope, id, json!({"title": "wrong"}), by_client(&scope, "wrong")).await;
    }
    change(&store, &scope, &ids[0], json!({"title": "right"}), by_admin()).await;
    change(&store, &scope, &ids[1], json!({"nickName": "Bo"}), by_admin()).await;
    let (selection, plan) = since(&store, &scope, moment).await;
    let obstacle = |plan: &UndoPlan, id: &String| {
        plan.steps.iter().find(|step| step.resource_id == *id).unwrap().obstacle.clone()
    };
    let Some(UndoObstacle::ChangedSince { actor, by_undo, .. }) = obstacle(&plan, &ids[0]) else {
        panic!("the same attribute changed since: {plan:?}")
    };
    assert_eq!((actor.as_deref(), by_undo), (Some("grace"), false));
    assert_eq!(obstacle(&plan, &ids[1]), None, "another attribute is not in the way");
    // After the preview, before the press.
    change(&store, &scope, &ids[2], json!({"nickName": "Cy"}), by_client(&scope, "later")).await;
    let job = undo(&store, &selection, plan.clone(), false).await;
    assert_eq!((job.done, job.skipped), (2, 2), "what changed after the preview is left as it is");
    let title = async |id: &str| store.person(&scope, id).await.unwrap().unwrap().document["title"].clone();
    assert_eq!(title(&ids[0]).await, "right");
    assert_eq!(title(&ids[1]).await, "first");
    assert_eq!(title(&ids[2]).await, "wrong");
    assert_eq!(title(&ids[3]).await, "first");
    let nick = store.person(&scope, &ids[1]).await.unwrap().unwrap().document["nickName"].clone();
    assert_eq!(nick, "Bo", "the other change remains");
    let (_, again) = since(&store, &scope, moment).await;
    let Some(UndoObstacle::ChangedSince { by_undo, .. }) = obstacle(&again, &ids[3]) else {
        panic!("it was undone already: {again:?}")
    };
    assert!(by_undo, "and the plan says so");
    let stored = store.undo_steps(&job.id, 0, 10).await.unwrap();
    assert_eq!(stored.iter().filter(|step| step.obstacle.is_some()).count(), 2, "with the reasons");
    assert!(stored[0].obstacle.is_some() && stored[3].obstacle.is_none(), "those that were not taken first");
}

#[tokio::test]
async fn a_name_that_another_person_has_by_now_is_not_taken_away() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 3).await;
    // One gives the name up, the next takes it: undone in the other order.
    change(&store, &scope, &ids[0], json!({"userName": "free"}), by_client(&scope, "1")).await;
    change(&store, &scope, &ids[1], json!({"userName": "user00000"}), by_client(&scope, "2")).await;
    delete(&store, &scope, &ids[2], "3").await;
    let (_, other) = connection(&store, "Other").await;
    person(&store, &other, json!({"userName": "User00002"})).await.unwrap();
    let (selection, plan) = since(&store, &scope, moment).await;
    let taken = plan.steps.iter().find(|step| step.resource_id == ids[2]).unwrap();
    assert_eq!(taken.obstacle, Some(UndoObstacle::NameTaken { name: "user00002".to_owned() }));
    let job = undo(&store, &selection, plan, false).await;
    assert_eq!((job.done, job.skipped), (2, 1));
    for (id, name) in [(&ids[0], "user00000"), (&ids[1], "user00001")] {
        assert_eq!(store.person(&scope, id).await.unwrap().unwrap().document["userName"], name);
    }
    assert!(store.person(&scope, &ids[2]).await.unwrap().is_none());
}

#[tokio::test]
async fn two_who_exchanged_their_names_are_skipped_and_the_plan_says_so() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 2).await;
    for (id, name) in [(0, "between"), (1, "user00000"), (0, "user00001")] {
        change(&store, &scope, &ids[id], json!({"userName": name}), by_client(&scope, name)).await;
    }
    let (_, plan) = since(&store, &scope, moment).await;
    assert!(
        plan.steps.iter().all(|step| matches!(step.obstacle, Some(UndoObstacle::NameTaken { .. }))),
        "{plan:?}"
    );
}

#[tokio::test]
async fn a_name_is_not_free_when_the_step_that_would_give_it_up_is_skipped() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 2).await;
    change(&store, &scope, &ids[0], json!({"userName": "free"}), by_client(&scope, "1")).await;
    let both = json!({"userName": "user00000", "title": "wrong"});
    change(&store, &scope, &ids[1], both, by_client(&scope, "2")).await;
    change(&store, &scope, &ids[1], json!({"title": "right"}), by_admin()).await;
    let (_, plan) = since(&store, &scope, moment).await;
    let obstacle =
        |id: &String| plan.steps.iter().find(|step| step.resource_id == *id).unwrap().obstacle.clone();
    assert!(matches!(obstacle(&ids[1]), Some(UndoObstacle::ChangedSince { .. })), "{plan:?}");
    assert_eq!(obstacle(&ids[0]), Some(UndoObstacle::NameTaken { name: "user00000".to_owned() }));
}

#[tokio::test]
async fn a_step_at_which_the_database_fails_each_time_is_skipped_and_the_others_are_taken() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 3).await;
    for id in &ids {
        change(&store, &scope, id, json!({"title": "wrong"}), by_client(&scope, "wrong")).await;
    }
    let options = SqliteConnectOptions::new().filename(folder.dir.path().join("foundational.db"));
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(
        "CREATE TRIGGER defect BEFORE UPDATE ON person WHEN OLD.user_name = 'user00001'
         BEGIN SELECT RAISE(ABORT, 'a defect'); END",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    conn.close().await.unwrap();
    let (selection, plan) = since(&store, &scope, moment).await;
    let job = undo(&store, &selection, plan, false).await;
    assert_eq!((job.done, job.skipped), (2, 1));
    let steps = store.undo_steps(&job.id, 0, 10).await.unwrap();
    assert_eq!((&steps[0].resource_id, &steps[0].obstacle), (&ids[1], &Some(UndoObstacle::Failed)));
    assert!(store.unfinished_undo().await.unwrap().is_none(), "the next undo can begin");
    for (id, title) in ids.iter().zip(["first", "wrong", "first"]) {
        assert_eq!(store.person(&scope, id).await.unwrap().unwrap().document["title"], title);
    }
}

#[tokio::test]
async fn members_who_are_deleted_after_the_preview_are_counted_apart() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, _) = people(&folder, &store, 3).await;
    let crew = group(&store, &scope, "Crew", ids.clone()).await;
    folder.clock.advance(Duration::from_mins(1));
    let moment = folder.clock.now();
    members(&store, &scope, &crew, vec![MemberChange::RemoveAll], by_client(&scope, "all")).await;
    let (selection, plan) = since(&store, &scope, moment).await;
    delete(&store, &scope, &ids[0], "deletion").await;
    let job = undo(&store, &selection, plan, false).await;
    assert_eq!((job.done, job.skipped), (1, 1));
    let steps = store.undo_steps(&job.id, 0, 10).await.unwrap();
    assert_eq!((steps[0].members, &steps[0].obstacle), (1, &Some(UndoObstacle::MembersGone)));
    assert_eq!((steps[1].members, &steps[1].obstacle), (2, &None), "no more than have returned");
    assert_eq!(crate::members(&store, &scope, &crew).await.len(), 2);
}

#[tokio::test]
async fn a_group_that_has_members_of_a_later_request_is_not_deleted_with_the_request_that_created_it() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 2).await;
    let crew = group(&store, &scope, "Crew", ids[..1].to_vec()).await;
    let created = UndoSelection::Request { activity_id: "made".to_owned(), since: moment };
    let plan = store.undo_plan(&created, None).await.unwrap();
    let step = |plan: &UndoPlan| {
        let step = plan.steps.iter().find(|step| step.resource_id == crew).unwrap();
        (step.act, step.obstacle.clone())
    };
    assert_eq!(step(&plan), (UndoAct::Delete, None));
    folder.clock.advance(Duration::from_mins(1));
    members(&store, &scope, &crew, vec![MemberChange::Add(ids[1..].to_vec())], by_client(&scope, "join"))
        .await;
    let plan = store.undo_plan(&created, None).await.unwrap();
    assert!(
        matches!(step(&plan), (UndoAct::Delete, Some(UndoObstacle::ChangedSince { .. }))),
        "its memberships would end: {plan:?}"
    );
    assert!(
        plan.steps.iter().all(|step| step.obstacle.is_some() || step.resource_id != crew),
        "and it has the members of its creation: {plan:?}"
    );
    let (_, plan) = since(&store, &scope, moment).await;
    assert_eq!(step(&plan), (UndoAct::Delete, None), "all of it is undone together");
}

#[tokio::test]
async fn members_of_the_admin_group_return_only_where_that_was_chosen() {
    let folder = Folder::new();
    for admins in [false, true] {
        let folder = if admins { &Folder::new() } else { &folder };
        let store = folder.open().await;
        let (scope, ids, moment) = people(folder, &store, 2).await;
        let bosses = group(&store, &scope, "Bosses", ids.clone()).await;
        let (of, id) = (scope.connection_id().to_owned(), bosses.clone());
        write(&store, async move |tx| {
            let rules = Rules { admin_group_id: Some(id), ..Rules::default() };
            tx.set_rules(&of, &rules, &by_admin()).await
        })
        .await;
        folder.clock.advance(Duration::from_mins(1));
        let moment = moment.max(folder.clock.now());
        members(&store, &scope, &bosses, vec![MemberChange::RemoveAll], by_client(&scope, "all")).await;
        let (selection, plan) = since(&store, &scope, moment).await;
        assert_eq!(plan.steps.len(), 1, "the roles follow from the membership: {plan:?}");
        assert_eq!(plan.steps[0].remarks, [UndoRemark::GivesAdmin]);
        let job = undo(&store, &selection, plan, admins).await;
        let role = store.person(&scope, &ids[0]).await.unwrap().unwrap().role;
        assert_eq!(role == store::Role::Admin, admins, "no role returns by itself");
        assert_eq!(job.skipped, u64::from(!admins));
    }
}

#[tokio::test]
async fn of_what_left_no_tombstone_the_plan_says_the_name() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 1).await;
    let crew = group(&store, &scope, "Crew", ids.clone()).await;
    let of = scope.connection_id().to_owned();
    write(&store, async move |tx| {
        let rules = Rules { remove_on_delete: true, ..Rules::default() };
        tx.set_rules(&of, &rules, &by_admin()).await
    })
    .await;
    folder.clock.advance(Duration::from_mins(1));
    let moment = moment.max(folder.clock.now());
    delete(&store, &scope, &ids[0], "1").await;
    let (selection, plan) = since(&store, &scope, moment).await;
    let reasons: Vec<_> =
        plan.steps.iter().map(|step| (step.display.as_str(), step.act, step.obstacle.clone())).collect();
    assert_eq!(
        reasons,
        [
            ("user00000", UndoAct::Restore, Some(UndoObstacle::Gone)),
            ("Crew", UndoAct::AddMembers, Some(UndoObstacle::MembersGone)),
        ]
    );
    undo(&store, &selection, plan, false).await;
    assert!(crate::members(&store, &scope, &crew).await.is_empty(), "no membership without a person");
}

#[tokio::test]
async fn a_restore_ends_an_undo_that_was_in_the_middle() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (scope, ids, moment) = people(&folder, &store, 3).await;
    change(&store, &scope, &ids[0], json!({"active": false}), by_client(&scope, "1")).await;
    let (selection, plan) = since(&store, &scope, moment).await;
    begin(&store, &selection, plan, false).await;
    let place = default_backup_folder(folder.dir.path());
    let backup = store.back_up(&place, BackupKind::Hand).await.unwrap().path;
    folder.clock.advance(Duration::from_mins(1));
    let ready = PreparedRestore::of(folder.dir.path(), &backup, folder.clock.now(), None).await.unwrap();
    store.replace_workspace_with(ready, &crate::restore_entry()).await.unwrap();
    store.close().await;
    drop(store);
    let store = folder.open().await;
    assert!(store.unfinished_undo().await.unwrap().is_none(), "no one regains access by a restore");
    let steps = store.undo_steps(&store.undo(None).await.unwrap().unwrap().id, 0, 10).await.unwrap();
    assert_eq!(steps[0].obstacle, Some(UndoObstacle::Restored));
    let (_, plan) = since(&store, &scope, moment).await;
    assert_eq!(plan.steps[0].obstacle, Some(UndoObstacle::Restored), "nor by another undo");
    folder.clock.advance(Duration::from_mins(1));
    change(&store, &scope, &ids[0], json!({"title": "later"}), by_client(&scope, "2")).await;
    let (_, plan) = since(&store, &scope, moment).await;
    assert_eq!((plan.steps.len(), plan.steps[0].act), (1, UndoAct::Reactivate));
    assert_eq!(plan.steps[0].obstacle, Some(UndoObstacle::Restored), "a later change does not lift that");
}
