//! What is counted of a request.

use std::alloc::System;
use std::fmt;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::requests::{Requests, Sent};
use crate::statements;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What one request does, or may do at most.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Executions on connections to the workspace: each crosses to the thread of a database and back.
    pub crossings: u64,
    /// The statements in them.
    pub statements: u64,
    /// The rows that they return, insert, update and delete.
    pub rows: u64,
    /// Transactions that are committed to the workspace.
    pub commits: u64,
    /// Executions on the connection that writes the log, for a row that is written alone.
    pub log_crossings: u64,
    /// Allocations and reallocations of all threads.
    pub allocations: u64,
}

impl Counts {
    fn all(&self) -> [u64; 6] {
        [self.crossings, self.statements, self.rows, self.commits, self.log_crossings, self.allocations]
    }

    /// The lesser one of each count.
    pub fn least(self, other: Self) -> Self {
        Self {
            crossings: self.crossings.min(other.crossings),
            statements: self.statements.min(other.statements),
            rows: self.rows.min(other.rows),
            commits: self.commits.min(other.commits),
            log_crossings: self.log_crossings.min(other.log_crossings),
            allocations: self.allocations.min(other.allocations),
        }
    }

    pub fn is_within(&self, limit: &Self) -> bool {
        self.all().iter().zip(limit.all()).all(|(counted, most)| *counted <= most)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [crossings, statements, rows, commits, log, allocations] = self.all();
        write!(f, "{crossings:9} {statements:10} {rows:4} {commits:7} {log:3} {allocations:11}")
    }
}

/// Sends a request twice: once to count what is allocated, once to count what is asked of the databases, for watching that
/// allocates as well. Both end when the log has the row.
pub async fn measure(requests: &mut Requests, send: Sent) -> Counts {
    let region = Region::new(ALLOCATOR);
    requests.send(send).await;
    let allocated = region.change();
    let asked = statements::of(requests.send(send)).await;
    Counts { allocations: (allocated.allocations + allocated.reallocations) as u64, ..asked }
}
