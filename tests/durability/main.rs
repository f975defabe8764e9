//! What was acknowledged is there after the process was killed at any moment, after a call to the system failed, and after a
//! power cut. `docs/reliability.md` says how to run the long forms.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[cfg(target_os = "linux")]
mod beneath;
#[cfg(target_os = "linux")]
mod bodies;
#[cfg(target_os = "linux")]
mod chosen;
mod deleting;
#[cfg(target_os = "linux")]
mod failing_restore;
#[cfg(target_os = "linux")]
mod failing_retention;
#[cfg(target_os = "linux")]
mod folders;
#[cfg(target_os = "linux")]
mod io_failures;
mod killed;
#[cfg(target_os = "linux")]
mod power_cut;
#[cfg(target_os = "linux")]
mod recorded;
mod restored;
#[cfg(target_os = "linux")]
mod served;
mod undoing;
#[cfg(target_os = "linux")]
mod writes;
#[cfg(target_os = "linux")]
mod writing_stopped;
