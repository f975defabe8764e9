//! What is asked of the databases, as sqlx reports each execution: on the thread of its connection.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry};

use crate::counts::Counts;

/// What only statements of the log have.
const LOG: [&str; 4] = ["INTO activity", "INTO token_use", "INTO sync_cycle", "INTO setup_evidence"];

static IS_WATCHED: AtomicBool = AtomicBool::new(false);
static EXECUTED: Mutex<Vec<Execution>> = Mutex::new(Vec::new());

/// One execution: all statements of one text.
#[derive(Default)]
struct Execution {
    thread: String,
    text: String,
    rows: u64,
}

/// Receives what sqlx reports, from the whole process.
struct Watch;

impl<S: tracing::Subscriber> Layer<S> for Watch {
    fn on_event(&self, event: &tracing::Event<'_>, _context: Context<'_, S>) {
        let thread = std::thread::current().name().unwrap_or_default().to_owned();
        let mut execution = Execution { thread, ..Execution::default() };
        event.record(&mut execution);
        executed().push(execution);
    }
}

impl tracing::field::Visit for Execution {
    fn record_u64(&mut self, field: &tracing::field::Field, value: u64) {
        if field.name().starts_with("rows_") {
            self.rows += value;
        }
    }

    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        // A text of four words is its own summary.
        if field.name() == "db.statement" && !value.is_empty()
            || field.name() == "summary" && self.text.is_empty()
        {
            value.trim().clone_into(&mut self.text);
        }
    }

    fn record_debug(&mut self, _field: &tracing::field::Field, _value: &dyn fmt::Debug) {}
}

fn executed() -> std::sync::MutexGuard<'static, Vec<Execution>> {
    EXECUTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to receive, once for the process.
pub fn watch() {
    let is_asked = dynamic_filter_fn(|metadata, _| {
        metadata.target() == "sqlx::query" && IS_WATCHED.load(Ordering::SeqCst)
    });
    Registry::default().with(Watch.with_filter(is_asked)).init();
}

/// What is asked of the databases until this work is done.
pub async fn of(work: impl Future<Output = ()>) -> Counts {
    executed().clear();
    IS_WATCHED.store(true, Ordering::SeqCst);
    work.await;
    IS_WATCHED.store(false, Ordering::SeqCst);
    let executed = std::mem::take(&mut *executed());
    let is_of_log = |execution: &&Execution| LOG.iter().any(|table| execution.text.contains(table));
    let log: HashSet<&str> = executed.iter().filter(is_of_log).map(|execution| &*execution.thread).collect();
    let mut counts = Counts::default();
    for execution in &executed {
        if log.contains(&*execution.thread) {
            counts.log_crossings += 1;
            continue;
        }
        let statements = execution.text.split(';').filter(|statement| !statement.trim().is_empty());
        counts.crossings += 1;
        counts.statements += statements.count() as u64;
        counts.rows += execution.rows;
        counts.commits += u64::from(execution.text.contains("COMMIT"));
    }
    counts
}
