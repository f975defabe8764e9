//! Texts that leave the app as files, by the system's own dialog.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tests::TestApp;

use crate::steps::PASSWORD;

/// What the system calls its dialog.
const DIALOG: &str = "Save File";

#[tokio::test]
async fn the_recovery_key_is_saved_where_the_dialog_says_and_a_closed_dialog_saves_nothing() {
    let app = TestApp::open().await;
    let page = app.page();
    page.fill("first-run-name", "Grace Hopper").await;
    page.fill("first-run-email", "grace@example.com").await;
    page.fill("first-run-password", PASSWORD).await;
    page.click("first-run-create").await;
    let key = page.value("recovery-key").await;

    page.click("save-recovery-key").await;
    app.cancel_dialog(DIALOG).await;
    // The button can be pressed again, and that is all that there is to see of it.
    page.click("save-recovery-key").await;
    let place = app.folder().join("recovery-key.txt");
    app.answer_dialog(DIALOG, &place.display().to_string()).await;

    let output = page.value("save-recovery-key-done").await;
    assert_eq!(output, format!("Saved in {}", place.display()), "the page says where the key was saved");
    let saved = fs::read_to_string(&place).expect("the file is at the chosen place");
    assert!(saved.contains(&key), "the file holds the key: {saved}");
    let mode = fs::metadata(&place).expect("the file is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "only its owner reads a key");
    // The place differs each time, so there is no picture of it.
    page.inspect("recovery-key-saved").await;

    // A folder that is not there refuses in the dialog itself; for one that takes no file the app says so.
    page.click("save-recovery-key").await;
    app.answer_dialog(DIALOG, "/proc/recovery-key.txt").await;
    let output = page.value("save-recovery-key-failed").await;
    assert!(output.contains("/proc/recovery-key.txt couldn't be written"), "what failed and why: {output}");
}
