//! What was acknowledged is there after the process was killed at any moment, after a call to the system failed, and after a
//! power cut. `docs/reliability.md` says how to run the long forms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod chosen;
mod deleting;
mod failing_restore;
mod failing_retention;
mod fault_library;
mod folders;
mod io_failures;
mod killed;
mod power_cut;
mod recorded;
mod restored;
mod server_process;
mod undoing;
mod writes;
mod writing_stopped;
