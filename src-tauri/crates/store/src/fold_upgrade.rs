//! Folded columns after a change of [`scim::fold`]: folded again when the workspace is opened, once.

use scim::fold;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Sqlite, Transaction};

use crate::Error;

/// The version of [`scim::fold`] by which the folded columns were made. It grows with every change of the fold.
const FOLD: &str = "2";

/// Folds names and addresses again if they were folded by another version.
///
/// Two names that were different before may be one now. No person is renamed or lost by it: the row that has
/// the name longest keeps it, and the others become its twins (column `twin`), found by the same name, until one of
/// them is renamed.
pub(crate) async fn upgrade_folds(conn: &mut SqliteConnection) -> Result<(), Error> {
    let done: Option<String> =
        sqlx::query_scalar("SELECT value FROM setting WHERE key = 'fold'").fetch_optional(&mut *conn).await?;
    if done.as_deref() == Some(FOLD) {
        return Ok(());
    }
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    people(&mut tx).await?;
    groups(&mut tx).await?;
    connections(&mut tx).await?;
    emails(&mut tx).await?;
    leavers(&mut tx).await?;
    sqlx::query(
        "INSERT INTO setting (key, value) VALUES ('fold', $1) ON CONFLICT (key) DO UPDATE SET value = $1",
    )
    .bind(FOLD)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The fold of a column is folded, because a newer fold of an older one is the newer fold of the text.
async fn people(tx: &mut Transaction<'_, Sqlite>) -> Result<(), Error> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, user_name_fold, display_fold FROM person ORDER BY id")
            .fetch_all(&mut **tx)
            .await?;
    for (id, user_name, display) in &rows {
        let folded = (fold(user_name), fold(display));
        if (&folded.0, &folded.1) != (user_name, display) {
            sqlx::query(
                "UPDATE person SET user_name_fold = $2, display_fold = $3,
                 twin = CASE WHEN deleted_at IS NULL THEN id ELSE '' END WHERE id = $1",
            )
            .bind(id)
            .bind(folded.0)
            .bind(folded.1)
            .execute(&mut **tx)
            .await?;
        }
    }
    let twins: Vec<String> =
        sqlx::query_scalar("SELECT id FROM person WHERE twin <> '' ORDER BY id").fetch_all(&mut **tx).await?;
    for id in twins {
        sqlx::query(
            "UPDATE person SET twin = '' WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM person o WHERE
             o.user_name_fold = person.user_name_fold AND o.twin = '' AND o.deleted_at IS NULL AND o.id <> person.id)",
        )
        .bind(id)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn groups(tx: &mut Transaction<'_, Sqlite>) -> Result<(), Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, display_fold FROM scim_group ORDER BY id").fetch_all(&mut **tx).await?;
    for (id, display) in &rows {
        let folded = fold(display);
        if folded != *display {
            sqlx::query(
                "UPDATE scim_group SET display_fold = $2,
                 twin = CASE WHEN deleted_at IS NULL THEN id ELSE '' END WHERE id = $1",
            )
            .bind(id)
            .bind(folded)
            .execute(&mut **tx)
            .await?;
        }
    }
    let twins: Vec<String> = sqlx::query_scalar("SELECT id FROM scim_group WHERE twin <> '' ORDER BY id")
        .fetch_all(&mut **tx)
        .await?;
    for id in twins {
        sqlx::query(
            "UPDATE scim_group SET twin = '' WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM scim_group o WHERE
             o.connection_id = scim_group.connection_id AND o.display_fold = scim_group.display_fold AND o.twin = ''
             AND o.deleted_at IS NULL AND o.id <> scim_group.id)",
        )
        .bind(id)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// A connection is addressed by its id; one whose name is taken by this has its id behind the name it is looked up by.
async fn connections(tx: &mut Transaction<'_, Sqlite>) -> Result<(), Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name_fold FROM connection ORDER BY created_at, id")
            .fetch_all(&mut **tx)
            .await?;
    for (id, name) in &rows {
        let folded = fold(name);
        if folded != *name {
            sqlx::query(
                "UPDATE connection SET name_fold = CASE WHEN EXISTS (SELECT 1 FROM connection WHERE name_fold = $2)
                 THEN $2 || ' ' || id ELSE $2 END WHERE id = $1",
            )
            .bind(id)
            .bind(folded)
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(())
}

async fn emails(tx: &mut Transaction<'_, Sqlite>) -> Result<(), Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT person_id, value_fold FROM email").fetch_all(&mut **tx).await?;
    for (person_id, value) in &rows {
        let folded = fold(value);
        if folded != *value {
            sqlx::query("INSERT INTO email (person_id, value_fold) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(person_id)
                .bind(folded)
                .execute(&mut **tx)
                .await?;
            sqlx::query("DELETE FROM email WHERE person_id = $1 AND value_fold = $2")
                .bind(person_id)
                .bind(value)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

async fn leavers(tx: &mut Transaction<'_, Sqlite>) -> Result<(), Error> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT change_id, names_fold FROM leaver_proof").fetch_all(&mut **tx).await?;
    for (change_id, names) in &rows {
        let folded: Vec<String> = names.split('\n').map(fold).collect();
        let folded = folded.join("\n");
        if folded != *names {
            sqlx::query("UPDATE leaver_proof SET names_fold = $2 WHERE change_id = $1")
                .bind(change_id)
                .bind(folded)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}
