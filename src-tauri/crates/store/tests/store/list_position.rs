//! The list of all people or groups of a connection: pages at any place, and how many there are, after every kind of write.

use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use scim::{Registry, ResourceType};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};
use store::{
    BackupKind, ChangeSource, Error, Page, PageStart, PeopleAfterDelete, PreparedRestore, Role, Scope,
    Search, Store, Tx, default_backup_folder,
};

use crate::{Folder, connection, document, migrations, restore_entry};

/// What is wrong with the blocks and the counts, by reading every row.
const WRONG: &str = "
    WITH listed AS (
        SELECT connection_id, 'User' AS resource_type, id FROM person
        WHERE connection_id IS NOT NULL AND deleted_at IS NULL
        UNION ALL SELECT connection_id, 'Group', id FROM scim_group WHERE deleted_at IS NULL
    ), block AS (
        SELECT *, coalesce(lead(first) OVER (PARTITION BY connection_id, resource_type, level ORDER BY first),
            char(1114111)) AS until FROM list_block
    )
    SELECT 'count of ' || resource_type || ' ' || level || ' from ' || first AS what FROM block b
    WHERE count <> (SELECT count(*) FROM listed l WHERE l.connection_id = b.connection_id
        AND l.resource_type = b.resource_type AND l.id >= b.first AND l.id < b.until)
    UNION ALL SELECT 'too many in ' || first FROM block WHERE level = 0 AND count > 512
    UNION ALL SELECT 'too many blocks in ' || first FROM block b WHERE level = 1 AND 128 < (
        SELECT count(*) FROM list_block l WHERE l.connection_id = b.connection_id
            AND l.resource_type = b.resource_type AND l.level = 0 AND l.first >= b.first AND l.first < b.until)
    UNION ALL SELECT 'no lower block at ' || first FROM block b WHERE level = 1 AND NOT EXISTS (
        SELECT 1 FROM list_block l WHERE l.connection_id = b.connection_id
            AND l.resource_type = b.resource_type AND l.level = 0 AND l.first = b.first)
    UNION ALL SELECT 'total of ' || id FROM connection c
    WHERE people <> (SELECT count(*) FROM listed WHERE connection_id = c.id AND resource_type = 'User')
        OR groups <> (SELECT count(*) FROM listed WHERE connection_id = c.id AND resource_type = 'Group')
        OR 4 > (SELECT count(*) FROM list_block WHERE connection_id = c.id)";

async fn database(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("foundational.db")).foreign_keys(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn wrong(conn: &mut SqliteConnection) -> Vec<String> {
    sqlx::query_scalar(WRONG).fetch_all(conn).await.unwrap()
}

/// The ids that a list has, by reading every row.
async fn listed(conn: &mut SqliteConnection, scope: &Scope, resource_type: ResourceType) -> Vec<String> {
    let table = if resource_type == ResourceType::User { "person" } else { "scim_group" };
    let sql = format!("SELECT id FROM {table} WHERE connection_id = $1 AND deleted_at IS NULL ORDER BY id");
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(scope.connection_id()).fetch_all(conn).await.unwrap()
}

async fn page(
    store: &Store,
    scope: &Scope,
    resource_type: ResourceType,
    from: PageStart,
    limit: u64,
) -> Page {
    let registry = Registry::standard();
    let search = Search {
        registry: &registry,
        scope,
        resource_type,
        base: "",
        filter: None,
        order: None,
        from,
        limit,
    };
    store.search(&search).await.unwrap()
}

/// Compares pages at these places, and a little before and behind the end, with the list by reading every row.
async fn compare(store: &Store, conn: &mut SqliteConnection, scope: &Scope, places: &[usize]) {
    for resource_type in [ResourceType::User, ResourceType::Group] {
        let all = listed(conn, scope, resource_type).await;
        let ends = [0, 1, all.len().saturating_sub(1), all.len(), all.len() + 1, usize::MAX >> 1];
        for place in places.iter().map(|place| place % all.len().max(1)).chain(ends) {
            let page = page(store, scope, resource_type, PageStart::Offset(place as u64), 7).await;
            let expected: Vec<_> = all.iter().skip(place).take(7).cloned().collect();
            assert_eq!((page.rows, page.total), (expected, all.len() as u64), "{resource_type:?} at {place}");
            assert_eq!(page.more, all.len().saturating_sub(7) > place, "{resource_type:?} at {place}");
        }
    }
}

/// A write of the test: which kind, and which of the rows that there are.
type Step = (u8, u16);

/// What the random writes have made so far.
struct Model {
    scopes: [Scope; 2],
    people: Vec<(usize, String)>,
    groups: Vec<(usize, String)>,
    accounts: Vec<String>,
    made: usize,
}

fn pick<T: Clone>(of: &[T], at: u16) -> Option<T> {
    of.get(usize::from(at) % of.len().max(1)).cloned()
}

impl Model {
    async fn write(&mut self, tx: &mut Tx, (kind, at): Step) -> Result<(), Error> {
        let origin = ChangeSource::default();
        let which = usize::from(at % 2);
        let scope = self.scopes[which].clone();
        self.made += 1;
        let name = format!("n{}", self.made);
        match kind {
            0..4 => {
                let body = document(json!({"userName": name, "externalId": format!("object-{}", self.made)}));
                let made = tx.create_person(&scope, body, &origin).await?;
                self.people.push((which, made.id));
            }
            4 => {
                let members = self.people.iter().take(3).map(|(_, id)| id.clone()).collect();
                let made =
                    tx.create_group(&scope, document(json!({"displayName": name})), members, &origin).await?;
                self.groups.push((which, made.id));
            }
            5 => {
                let Some((which, id)) = pick(&self.people, at) else { return Ok(()) };
                let scope = &self.scopes[which];
                let Some(person) = tx.person(scope, &id).await? else { return Ok(()) };
                let body = person.document.clone();
                tx.delete_person(scope, person, &origin).await?;
                if at % 3 == 0 {
                    let back = tx.create_person(scope, body, &origin).await?;
                    assert!(
                        back.id == id || !back.document.contains_key("externalId"),
                        "the same person returns under the same id"
                    );
                }
            }
            6 => {
                let Some((which, id)) = pick(&self.groups, at) else { return Ok(()) };
                if let Some(group) = tx.group(&self.scopes[which], &id).await? {
                    tx.delete_group(&self.scopes[which], group, &origin).await?;
                }
            }
            7 => {
                let account = tx.create_account(&name, &name, Role::Member, "$hash", &origin).await?;
                self.accounts.push(account.id);
            }
            8 => {
                let Some(id) = pick(&self.accounts, at) else { return Ok(()) };
                if tx.link_account(&scope, &id, None, &origin).await?.is_some() {
                    self.people.push((which, id));
                }
            }
            9 => {
                let Some(id) = pick(&self.accounts, at) else { return Ok(()) };
                tx.undo_link(&id, Timestamp::UNIX_EPOCH, &origin).await?;
            }
            _ => drop(tx.purge_tombstones(tx.now()).await?),
        }
        Ok(())
    }
}

async fn random_writes(steps: Vec<Step>) {
    let folder = Folder::new();
    let store = folder.open().await;
    let scopes = [connection(&store, "First").await.1, connection(&store, "Second").await.1];
    let mut conn = database(folder.dir.path()).await;
    let (people, groups, accounts) = (Vec::new(), Vec::new(), Vec::new());
    let mut model = Model { scopes: scopes.clone(), people, groups, accounts, made: 0 };
    for some in steps.chunks(25) {
        let some_steps = some.to_vec();
        let written: Result<Model, Error> = store
            .write(async move |tx| {
                for step in some_steps {
                    model.write(tx, step).await?;
                }
                Ok(model)
            })
            .await;
        model = written.unwrap();
        // What is undone changes nothing.
        let scope = scopes[0].clone();
        let undone: Result<(), Error> = store
            .write(async move |tx| {
                let body = document(json!({"userName": "undone"}));
                tx.create_person(&scope, body, &ChangeSource::default()).await?;
                Err(Error::Closed)
            })
            .await;
        undone.unwrap_err();
        assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "after {some:?}");
    }
    let places: Vec<usize> = steps.iter().map(|(_, at)| usize::from(*at)).take(5).collect();
    for scope in &scopes {
        compare(&store, &mut conn, scope, &places).await;
    }
    let id = scopes[0].connection_id().to_owned();
    let decided: Result<bool, Error> = {
        let id = id.clone();
        let after = PeopleAfterDelete::KeepActive;
        store.write(async move |tx| tx.delete_connection(&id, after, &ChangeSource::default()).await).await
    };
    assert!(decided.unwrap());
    while store.continue_deletion(&id).await.unwrap() {
        assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "while a connection is deleted");
    }
    assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "after it was deleted");
    compare(&store, &mut conn, &scopes[1], &places).await;
    store.close().await;
    let store = folder.open().await;
    compare(&store, &mut conn, &scopes[1], &places).await;
    store.close().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn pages_and_totals_are_those_of_all_rows_after_random_writes(
        steps in proptest::collection::vec((0..11_u8, any::<u16>()), 0..200)
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(random_writes(steps));
    }
}

/// Adds people as bare rows: the triggers are the same for every way.
async fn add_rows(conn: &mut SqliteConnection, scope: &Scope, from: u32, to: u32, id: &str) {
    let sql = format!(
        "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to})
         INSERT INTO person (id, connection_id, user_name, user_name_fold, display, display_fold, active, role,
             document, version, created_at, modified_at)
         SELECT {id}, '{}', i, i, i, i, 1, 'member', '{{}}', 1, 0, 0
         FROM n",
        scope.connection_id()
    );
    conn.execute(AssertSqlSafe(sql)).await.unwrap();
}

#[tokio::test]
async fn blocks_are_divided_as_they_fill_and_end_as_they_empty() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let mut conn = database(folder.dir.path()).await;
    let blocks = async |conn: &mut SqliteConnection| {
        let sql = "SELECT sum(level = 0 AND resource_type = 'User'), sum(level = 1 AND resource_type = 'User') FROM list_block";
        let row = sqlx::query(sql).fetch_one(conn).await.unwrap();
        (row.get::<i64, _>(0), row.get::<i64, _>(1))
    };
    // In the order of ids, as people are created, and then between them.
    add_rows(&mut conn, &scope, 0, 45_000, "printf('%08x', i)").await;
    let (lower, upper) = blocks(&mut conn).await;
    assert!(lower > 90 && upper > 1, "{lower} and {upper} blocks");
    add_rows(&mut conn, &scope, 45_000, 60_000, "printf('%08x', i * 2654435761 % 4294967296)").await;
    assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "60,000 people");
    compare(&store, &mut conn, &scope, &[511, 512, 513, 30_000, 44_999, 59_000]).await;
    conn.execute("UPDATE person SET deleted_at = 1 WHERE substr(id, 8, 1) <> '0'").await.unwrap();
    assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "most of them are deleted");
    compare(&store, &mut conn, &scope, &[1, 512, 2_000]).await;
    conn.execute("UPDATE person SET deleted_at = NULL").await.unwrap();
    assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "all return");
    compare(&store, &mut conn, &scope, &[1, 512, 2_000, 50_000]).await;
    conn.execute("UPDATE person SET connection_id = NULL").await.unwrap();
    assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "all leave the connection");
    assert_eq!(blocks(&mut conn).await, (1, 1), "an empty list has one block of each level");
    compare(&store, &mut conn, &scope, &[0]).await;
    store.close().await;
}

#[tokio::test]
async fn a_folder_of_an_older_version_and_a_restored_backup_have_right_pages_and_totals() {
    let folder = Folder::new();
    migrations::make(folder.dir.path(), 2_000).await;
    let mut conn = database(folder.dir.path()).await;
    conn.execute("UPDATE connection SET people = 7; UPDATE person SET deleted_at = 1 WHERE id LIKE 'p1%'")
        .await
        .unwrap();
    conn.close().await.unwrap();
    let scope = Scope::of("c");
    let store = folder.open().await;
    let mut conn = database(folder.dir.path()).await;
    assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "migrated");
    compare(&store, &mut conn, &scope, &[3, 300, 511, 800]).await;
    let backup =
        store.back_up(&default_backup_folder(folder.dir.path()), BackupKind::Hand).await.unwrap().path;
    // What is deleted after the backup is deleted in it, too.
    let (gone, of) = (listed(&mut conn, &scope, ResourceType::User).await, scope.clone());
    let deleted: Result<(), Error> = store
        .write(async move |tx| {
            for id in &gone[..400] {
                let person = tx.person(&of, id).await?.unwrap();
                tx.delete_person(&of, person, &ChangeSource::default()).await?;
            }
            Ok(())
        })
        .await;
    deleted.unwrap();
    conn.close().await.unwrap();
    let at = folder.clock.now();
    let ready = PreparedRestore::of(folder.dir.path(), &backup, at, None).await.unwrap();
    store.replace_workspace_with(ready, &restore_entry()).await.unwrap();
    store.close().await;
    drop(store);
    let store = folder.open().await;
    assert!(store.was_restored());
    let mut conn = database(folder.dir.path()).await;
    assert_eq!(wrong(&mut conn).await, Vec::<String>::new(), "restored");
    compare(&store, &mut conn, &scope, &[3, 300, 400]).await;
    store.close().await;
}
