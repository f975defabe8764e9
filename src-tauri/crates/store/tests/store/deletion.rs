//! No one inherits another's rights: what deletion ends, on every path, and who returns under the old id.

use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use store::{
    ChangeKind, ChangeSource, Error, Matching, PeopleAfterDelete, Person, Role, Rules, Scope, Store,
};

use crate::people::update;
use crate::{Folder, changes, connection, document, person};

/// The columns of `person` that say who a person is; a tombstone has them for the journal and for a return.
const IDENTITY: [&str; 15] = [
    "id",
    "connection_id",
    "user_name",
    "user_name_fold",
    "twin",
    "external_id",
    "display",
    "display_fold",
    "document",
    "version",
    "created_at",
    "modified_at",
    "changed_at",
    "deleted_at",
    "rowid",
];
/// The columns that give a right, and what they are without one.
const RIGHTS: [(&str, &str); 8] = [
    ("active", "0"),
    ("role", "'member'"),
    ("password_hash", "NULL"),
    ("must_choose_password", "0"),
    ("blocked_at", "NULL"),
    ("blocked_by", "NULL"),
    ("unconfirmed_at", "NULL"),
    ("withheld_at", "NULL"),
];
/// Where the id of a deleted person remains: none of these gives or remembers a right.
const REMAINS: [&str; 6] = [
    "person.id",
    "email.person_id",
    "change.resource_id",
    "change.actor",
    "former.former_id",
    "former.person_id",
];

async fn raw(folder: &Folder) -> SqliteConnection {
    let file = folder.dir.path().join("foundational.db");
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.unwrap()
}

async fn texts(conn: &mut SqliteConnection, sql: String) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(conn).await.unwrap();
    rows.into_iter().map(|row| row.get::<String, _>(0)).collect()
}

/// Every right that there is, given to a person with this userName; local at first.
async fn with_every_right(store: &Store, scope: &Scope, name: &'static str, link: bool) -> String {
    let other = connection(store, Box::leak(format!("asks for {name}").into_boxed_str())).await.1;
    let scope = scope.clone();
    let made: Result<String, Error> = store
        .write(async move |tx| {
            let origin = ChangeSource::default();
            let account = tx.create_account(name, name, Role::Member, "$hash", &origin).await?;
            let id = account.id.clone();
            let until = tx.now() + std::time::Duration::from_hours(1);
            assert!(
                tx.remember_session(&account, name.as_bytes(), until).await?,
                "remembered on this computer"
            );
            tx.save_match(&other, &id, name).await?;
            if link {
                tx.link_account(&scope, &id, None, &origin).await?.expect("handed to the connection");
            } else {
                tx.set_role(&id, Role::Admin, &origin).await?;
            }
            let groups = document(json!({"displayName": format!("Admins of {name}")}));
            let group = tx.create_group(&scope, groups, vec![id.clone()], &origin).await?;
            let rules = Rules { admin_group_id: Some(group.id), matching: Matching::Ask, ..Rules::default() };
            tx.set_rules(scope.connection_id(), &rules, &origin).await?;
            // Asked and undone, so that every table that remembers the person has a row.
            tx.save_match(&other, &id, name).await?;
            let admin = ChangeSource { actor: Some(id.clone()), ..ChangeSource::default() };
            tx.block_person(&id, true, &admin).await?;
            tx.block_person(&id, false, &admin).await?;
            tx.allow_sign_in(&id, Some("$passcode"), &admin).await?;
            let account = tx.local_account(name).await?;
            if let Some(account) = account {
                assert!(tx.remember_session(&account, name.as_bytes(), until).await?, "remembered again");
            }
            tx.block_person(&id, true, &admin).await?;
            Ok(id)
        })
        .await;
    made.unwrap()
}

async fn delete(store: &Store, scope: &Scope, id: &str) {
    let (scope, id) = (scope.clone(), id.to_owned());
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let person = tx.person(&scope, &id).await?.expect("the person exists");
            tx.delete_person(&scope, person, &ChangeSource::default()).await
        })
        .await;
    done.unwrap();
}

/// An Admin who is never deleted: the last one can't be.
async fn an_admin(store: &Store) {
    let made: Result<store::Account, Error> = store
        .write(async move |tx| {
            tx.create_account("Grace", "grace@example.com", Role::Admin, "$hash", &ChangeSource::default())
                .await
        })
        .await;
    made.unwrap();
}

#[tokio::test]
async fn every_path_that_deletes_a_person_ends_every_right() {
    for path in ["by the provider", "here", "with the connection"] {
        let folder = Folder::new();
        let store = folder.open().await;
        an_admin(&store).await;
        let (made, scope) = connection(&store, "First").await;
        let id = with_every_right(&store, &scope, "ada@example.com", path != "here").await;
        match path {
            "by the provider" => delete(&store, &scope, &id).await,
            "here" => {
                let id = id.clone();
                let done: Result<(), Error> = store
                    .write(async move |tx| {
                        let person = tx.local_person(&id).await?.expect("a local account");
                        tx.delete_local_person(person, &ChangeSource::default()).await
                    })
                    .await;
                done.unwrap();
            }
            _ => {
                let people = PeopleAfterDelete::Delete;
                let done: Result<bool, Error> = store
                    .write(async move |tx| {
                        async move { tx.delete_connection(&made.id, people, &ChangeSource::default()).await }
                            .await
                    })
                    .await;
                assert!(done.unwrap(), "the connection existed");
                while store.continue_deletion(scope.connection_id()).await.unwrap() {}
            }
        }
        let mut conn = raw(&folder).await;
        for column in texts(&mut conn, "SELECT name FROM pragma_table_info('person')".to_owned()).await {
            let known = RIGHTS.iter().find(|(right, _)| *right == column);
            assert!(
                known.is_some() || IDENTITY.contains(&column.as_str()),
                "person.{column} is new: does it give a right? Then end_rights ends it and RIGHTS names it"
            );
            if let Some((right, none)) = known {
                let sql = format!("SELECT id FROM person WHERE id = '{id}' AND {right} IS {none}");
                assert_eq!(texts(&mut conn, sql).await.len(), 1, "{path}: {right} outlives its owner");
            }
        }
        let tables = "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
                      WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'";
        for place in texts(&mut conn, tables.to_owned()).await {
            let (table, column) = place.split_once('.').unwrap();
            let sql = format!("SELECT count(*) FROM \"{table}\" WHERE \"{column}\" = '{id}'");
            let found: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.unwrap();
            assert!(
                found == 0 || REMAINS.contains(&place.as_str()),
                "{path}: {place} remembers a deleted person"
            );
        }
        let found = changes(&store, &id).await;
        assert_eq!(found[0].kind, ChangeKind::Delete, "{path}: the history says it");
        conn.close().await.unwrap();
    }
}

#[tokio::test]
async fn the_history_names_the_rights_that_a_deletion_ended() {
    let folder = Folder::new();
    let store = folder.open().await;
    an_admin(&store).await;
    let (_, scope) = connection(&store, "First").await;
    let id = with_every_right(&store, &scope, "ada@example.com", true).await;
    delete(&store, &scope, &id).await;
    let before = changes(&store, &id).await.remove(0).before;
    assert_eq!(
        (&before["role"], &before["maySignIn"], &before["blocked"]),
        (&json!("admin"), &json!(true), &json!(true)),
        "{before}"
    );
}

#[tokio::test]
async fn only_who_is_proved_to_be_the_same_returns_under_the_old_id() {
    for (before, after, same) in [
        (json!({"externalId": "e1"}), json!({"externalId": "e1"}), true),
        (json!({"externalId": "e1"}), json!({"userName": "ADA@example.com", "externalId": "e1"}), true),
        (json!({"externalId": "e1"}), json!({"externalId": "E1"}), false),
        (json!({"externalId": "e1"}), json!({}), false),
        (json!({}), json!({"externalId": "e1"}), false),
        (json!({}), json!({}), false),
        (json!({"externalId": ""}), json!({"externalId": ""}), false),
        (json!({"externalId": "e1"}), json!({"userName": "eve@example.com", "externalId": "e1"}), false),
        (json!({"externalId": "ada"}), json!({"externalId": "ada"}), false),
        (json!({"externalId": "ADA@example.com"}), json!({"externalId": "ADA@example.com"}), false),
        // The old e-mail address, or the new one, has the externalId in it.
        (
            json!({"externalId": "countess", "emails": [{"value": "Countess@example.org"}]}),
            json!({"externalId": "countess"}),
            false,
        ),
        (
            json!({"externalId": "countess"}),
            json!({"externalId": "countess", "emails": [{"value": "Countess@example.org"}]}),
            false,
        ),
    ] {
        let folder = Folder::new();
        let store = folder.open().await;
        let (_, scope) = connection(&store, "First").await;
        let full = |more: &serde_json::Value| {
            let mut full = document(json!({"userName": "ada@example.com"}));
            full.extend(document(more.clone()));
            serde_json::Value::Object(full)
        };
        let first = person(&store, &scope, full(&before)).await.unwrap();
        delete(&store, &scope, &first.id).await;
        let second = person(&store, &scope, full(&after)).await.unwrap();
        assert_eq!(second.id == first.id, same, "{before} and then {after}");
        assert_eq!(second.role, Role::Member, "{after}: no role by itself");
        assert_eq!(second.version > first.version, same, "an ETag from before must not match");
    }
}

#[tokio::test]
async fn who_returns_has_the_profile_of_the_request_and_no_right_of_before() {
    let folder = Folder::new();
    let store = folder.open().await;
    an_admin(&store).await;
    let (_, scope) = connection(&store, "First").await;
    let id = with_every_right(&store, &scope, "ada@example.com", true).await;
    let profile = json!({"userName": "ada@example.com", "externalId": "e1", "title": "Countess"});
    update(&store, &scope, &id, profile).await.unwrap();
    delete(&store, &scope, &id).await;
    let group = store.groups_by_name("", 0, 10).await.unwrap().0.remove(0);
    add_member(&store, &scope, &group.id, &id).await;
    let again = json!({"userName": "ada@example.com", "externalId": "e1", "displayName": "Ada"});
    let back = person(&store, &scope, again).await.unwrap();
    assert_eq!((&back.id, back.role), (&id, Role::Member), "the same id, no Admin");
    assert_eq!(back.document.get("title"), None, "the profile is the request's");
    let account = store.account(&id).await.unwrap().unwrap();
    assert!(account.password_hash.is_none() && !account.blocked, "no one signs in by the password of before");
    assert!(!account.must_choose_password, "nor waits for another one");
    let groups = store.groups_of(&scope, std::slice::from_ref(&id)).await.unwrap();
    assert!(groups.is_empty(), "a member that was sent before the return does not count: {groups:?}");
    assert!(store.link_of(&back).await.unwrap().is_none(), "nor is there a link to undo");
    let since = jiff::Timestamp::UNIX_EPOCH;
    let undone: Result<store::UnlinkOutcome, Error> = store
        .write({
            let id = id.clone();
            async move |tx| tx.undo_link(&id, since, &ChangeSource::default()).await
        })
        .await;
    assert_eq!(undone.unwrap(), store::UnlinkOutcome::NotLinked, "even if it is asked for");
    add_member(&store, &scope, &group.id, &id).await;
    let account = store.account(&id).await.unwrap().unwrap();
    assert_eq!(account.role, Role::Admin, "a membership that is sent now counts");
    assert!(changes(&store, &id).await.len() > 5, "the history of before is here");
}

async fn add_member(store: &Store, scope: &Scope, group_id: &str, id: &str) {
    let (scope, group_id, id) = (scope.clone(), group_id.to_owned(), id.to_owned());
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let group = tx.group(&scope, &group_id).await?.expect("the group exists");
            let document = group.document.clone();
            let add = [store::MemberChange::Add(vec![id])];
            tx.update_group(&scope, group, document, &add, &ChangeSource::default()).await?;
            Ok(())
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn a_write_that_was_under_way_gives_no_right_to_a_deleted_account() {
    let folder = Folder::new();
    let store = folder.open().await;
    an_admin(&store).await;
    let done: Result<(), Error> = store
        .write(async move |tx| {
            let origin = ChangeSource::default();
            let account = tx.create_account("Ada", "ada@example.com", Role::Member, "$1", &origin).await?;
            let until = tx.now() + std::time::Duration::from_hours(1);
            assert!(tx.replace_password(&account, "$2").await?, "the first of two changes");
            assert!(
                !tx.replace_password(&account, "$3").await?,
                "the other one proved a password that was replaced"
            );
            assert!(
                !tx.remember_session(&account, b"secret", until).await?,
                "nor is it remembered by that one"
            );
            let account = tx.local_account("ada@example.com").await?.expect("she is here");
            let person: Person = tx.local_person(&account.id).await?.expect("she is here");
            tx.delete_local_person(person, &origin).await?;
            assert!(!tx.replace_password(&account, "$4").await?, "a deleted account gets no password");
            assert!(!tx.remember_session(&account, b"secret", until).await?, "nor is it remembered");
            Ok(())
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn people_who_were_deleted_by_an_older_version_lose_their_rights_with_the_update() {
    let folder = Folder::new();
    crate::migrations::make(folder.dir.path(), 1).await;
    let mut conn = raw(&folder).await;
    let left = "UPDATE person SET deleted_at = 1, active = 0, role = 'admin', password_hash = 'x', blocked_at = 1,
                must_choose_password = 1 WHERE id = 'p1'; INSERT INTO stay VALUES ('p1', x'00', 9999999999999);
                INSERT INTO waiting_match (id, connection_id, person_id, arriving, at) VALUES ('w', 'c', 'p1', 'P', 1);";
    sqlx::raw_sql(left).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    drop(folder.open().await);
    let mut conn = raw(&folder).await;
    let sql = RIGHTS.map(|(right, none)| format!("{right} IS {none}")).join(" AND ");
    let rightless = texts(&mut conn, format!("SELECT id FROM person WHERE id = 'p1' AND {sql}")).await;
    assert_eq!(rightless, ["p1"], "the tombstone has no right");
    let remembered =
        "SELECT person_id FROM remembered_session UNION SELECT person_id FROM pending_match".to_owned();
    assert!(texts(&mut conn, remembered).await.is_empty(), "and nothing is remembered for it");
}
