//! L2 and L3: the same rows in bare SQLite, without a server.
//!
//! The table and its indexes are those of the store, and so is the row, with another number in it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::fill::Filler;
use crate::measure::{Limit, Sample};
use crate::people::{PATTERN, of_pattern, user_name};

/// The one table, with people in it.
pub(crate) struct BareSqlite {
    connection: Connection,
    /// The columns of a person.
    columns: Vec<String>,
    /// The values of the person whose number is [`PATTERN`].
    pattern: Vec<Value>,
    rows: u32,
}

impl BareSqlite {
    /// Creates the table in a new folder, with `people` rows, but at least one.
    pub(crate) async fn with_people(folder: &Path, people: usize) -> Result<Self> {
        let store = folder.join("store");
        Filler::schema_and_pattern(&store).await?;
        let source = Connection::open(store.join("foundational.db"))?;
        let connection = Connection::open(folder.join("bare.db"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;",
        )?;
        let mut definitions = source.prepare(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'person' AND type IN ('table', 'index') AND sql IS NOT NULL
             ORDER BY type DESC",
        )?;
        for definition in definitions.query_map([], |row| row.get::<_, String>(0))? {
            connection.execute_batch(&definition?)?;
        }
        let mut person = source.prepare("SELECT * FROM person")?;
        let columns: Vec<String> = person.column_names().into_iter().map(str::to_owned).collect();
        let pattern = person.query_row([], |row| (0..columns.len()).map(|at| row.get(at)).collect())?;
        let mut bare = Self { connection, columns, pattern, rows: 0 };
        bare.create(u32::try_from(people.max(1))?, usize::MAX)?;
        bare.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(bare)
    }

    fn create(&mut self, people: u32, each_commit: usize) -> Result<()> {
        let marks = vec!["?"; self.columns.len()].join(", ");
        let sql = format!("INSERT INTO person VALUES ({marks})");
        let mut done = 0;
        while done < people {
            let transaction = self.connection.transaction()?;
            let mut insert = transaction.prepare_cached(&sql)?;
            for _ in 0..each_commit.min((people - done) as usize) {
                insert.execute(params_from_iter(row(&self.pattern, &self.columns, self.rows)))?;
                self.rows += 1;
                done += 1;
            }
            drop(insert);
            transaction.commit()?;
        }
        Ok(())
    }

    /// L2: `each_commit` inserts in each commit.
    pub(crate) fn inserts(&mut self, each_commit: u32, limit: Limit) -> Result<Sample> {
        repeat(limit, each_commit, || self.create(each_commit, usize::MAX))
    }

    /// L2u: `each_commit` updates of random people in each commit.
    pub(crate) fn updates(&mut self, each_commit: u32, limit: Limit) -> Result<Sample> {
        let sql = "UPDATE person SET document = ?2, active = ?3, version = version + 1, modified_at = ?4 WHERE id = ?1";
        repeat(limit, each_commit, || {
            let transaction = self.connection.transaction()?;
            let mut update = transaction.prepare_cached(sql)?;
            for _ in 0..each_commit {
                let number = fastrand::u32(..self.rows);
                let values = row(&self.pattern, &self.columns, number);
                let value =
                    |name: &str| self.columns.iter().position(|column| column == name).map(|at| &values[at]);
                let document = value("document").context("no document")?;
                let changed = update.execute((id(number), document, fastrand::bool(), i64::from(number)))?;
                ensure!(changed == 1, "{changed} rows instead of one");
            }
            drop(update);
            Ok(transaction.commit()?)
        })
    }

    /// L3: the document of a random person, by userName.
    pub(crate) fn selects(&mut self, limit: Limit) -> Result<Sample> {
        let sql = "SELECT id, document FROM person WHERE user_name_fold = ?1 AND deleted_at IS NULL";
        let mut select = self.connection.prepare(sql)?;
        let rows = self.rows;
        repeat(limit, 1, || {
            let number = fastrand::u32(..rows);
            let found: (String, String) =
                select.query_row([user_name(number)], |row| Ok((row.get(0)?, row.get(1)?)))?;
            ensure!(found.0 == id(number), "id {} instead of {}", found.0, id(number));
            Ok(())
        })
    }

    /// L3 for W6: a page of 100 people from a random place on, by id.
    pub(crate) fn pages(&mut self, limit: Limit) -> Result<Sample> {
        let sql =
            "SELECT id, document FROM person WHERE id >= ?1 AND deleted_at IS NULL ORDER BY id LIMIT 100";
        let mut select = self.connection.prepare(sql)?;
        let rows = self.rows;
        repeat(limit, 1, || {
            let number = fastrand::u32(..rows.saturating_sub(100).max(1));
            let found = select.query_map([id(number)], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let found = found.collect::<Result<Vec<(String, String)>, _>>()?;
            ensure!(found.first().is_some_and(|first| first.0 == id(number)), "another page");
            ensure!(found.len() == 100.min((rows - number) as usize), "{} people", found.len());
            Ok(())
        })
    }
}

/// The person with this number as a row.
fn row(pattern: &[Value], columns: &[String], number: u32) -> Vec<Value> {
    let value = |(value, column): (&Value, &String)| match value {
        _ if column == "id" => Value::Text(id(number)),
        Value::Text(text) => Value::Text(of_pattern(text, number)),
        other => other.clone(),
    };
    pattern.iter().zip(columns).map(value).collect()
}

/// Ascending, and as long as those of the store.
fn id(number: u32) -> String {
    format!("{:08x}-{:04x}-7000-8000-{:012x}", number >> 16, number & 0xffff, PATTERN)
}

fn repeat(limit: Limit, each: u32, mut step: impl FnMut() -> Result<()>) -> Result<Sample> {
    let mut sample = Sample::default();
    let start = Instant::now();
    while start.elapsed() < limit.time && sample.times.len() < limit.requests {
        let began = Instant::now();
        step()?;
        let time = began.elapsed();
        sample.times.extend(std::iter::repeat_n(time / each, each as usize));
    }
    sample.elapsed = start.elapsed().max(Duration::from_nanos(1));
    sample.times.sort_unstable();
    Ok(sample)
}
