//! What the app says when something is wrong.

use std::fs;
use std::net::TcpListener;

use tests::{Headless, Scim2Cli, TestApp, launch};

use crate::steps::{Look, create_the_admin, inspect, open_a_wizard, picture, take_endpoint_and_token};

#[tokio::test]
async fn a_wrong_token_is_shown_on_its_wizard_with_the_reason() {
    let app = TestApp::open().await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    open_a_wizard(page, Look::Past, "People system", "custom").await;
    take_endpoint_and_token(page, Look::Past).await;
    let endpoint = page.value("endpoint").await;

    let refused = Scim2Cli::new(&endpoint, "not-the-token").create("user", &["--user-name", "eve"]).await;

    assert!(!refused.ok, "a wrong token is refused: {}", refused.output);
    page.see_attribute("live-row", "data-status", "401").await;
    page.see_attribute("evidence-credentials", "data-seen", "false").await;
    page.click("live-row").await;
    let why = page.value("activity-why").await;
    assert!(why.to_lowercase().contains("token"), "the reason names the token: {why}");
    picture(page, "activity-refused").await;
}

#[tokio::test]
async fn a_taken_port_is_named_and_another_one_is_offered() {
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let taken = holder.local_addr().expect("it has an address").to_string();
    let app = TestApp::open_at(&taken).await;
    let page = app.page();

    create_the_admin(page, Look::Past).await;

    page.see_attribute("server-pill", "data-state", "stopped").await;
    let problem = page.value("server-problem").await;
    let port = taken.rsplit(':').next().expect("an address has a port");
    assert!(problem.contains(port), "the problem names the port: {problem}");
    inspect(page, Look::Closely, "port-taken").await;
    page.click("use-free-port").await;
    page.see_attribute("server-pill", "data-state", "serving").await;
}

#[tokio::test]
async fn a_data_folder_that_another_instance_holds_is_a_sentence_a_window_and_an_exit_code() {
    let server = Headless::start().await;

    let ended = launch(&server.data()).await;

    let output = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(3), "held by another instance: {output}");
    assert!(output.contains(&server.data().display().to_string()), "the sentence names the folder: {output}");
    assert!(output.contains("It serves without a window."), "and says why no window is shown: {output}");
    assert_eq!(
        output.lines().count(),
        2,
        "what happened and what to do, and not a word of any library: {output}"
    );
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_used_is_said_in_the_window_and_can_be_tried_again() {
    let mut app =
        TestApp::open_filled(async |data| fs::write(data, "in the way").expect("it can be written")).await;
    let page = app.page();

    page.see("unreachable").await;
    page.see_text(&app.data().display().to_string()).await;
    inspect(page, Look::Closely, "cannot-open").await;
    fs::remove_file(app.data()).expect("it can be taken away");
    page.click("try-again").await;
    page.see("first-run-name").await;

    app.close().await;
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_made_is_a_sentence_a_window_and_an_exit_code() {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    let folder = file.path().join("data");

    let ended = launch(&folder).await;

    let output = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(4), "not writable: {output}");
    assert!(output.contains(&folder.display().to_string()), "the sentence names the folder: {output}");
}
