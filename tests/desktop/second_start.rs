//! A second start on a computer without a session bus: the first one is reached over the bridge of its data folder.

use tests::{Launch, TestApp};

use crate::steps::{Look, create_the_admin};

#[tokio::test]
async fn it_shows_the_window_of_the_first_opens_a_place_there_and_ends() {
    let arguments = vec!["--hidden".to_owned()];
    let app = TestApp::open_as(Launch { plain: true, arguments, ..Launch::default() }).await;
    let bridge = app.data().join("bridge.json");
    tests::until("the first one serves", async || bridge.is_file().then_some(())).await;
    app.see_no_window().await;

    let at_sign_in = app.launch_again(&["--hidden"]).await;
    assert_eq!(at_sign_in.status.code(), Some(0), "the start at sign-in has nothing to do");
    app.see_no_window().await;

    let again = app.launch_again(&[]).await;

    let output = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(0), "the second start ends well: {output}");
    assert_eq!(output, "", "and prints nothing");
    app.see_window().await;
    create_the_admin(app.page(), Look::Past).await;
    app.launch_again(&["foundational://users"]).await;
    app.page().see("tab-users").await;
}

#[tokio::test]
async fn a_start_on_the_same_named_folder_shows_its_window_too() {
    let arguments = vec!["--hidden".to_owned()];
    let app = TestApp::open_as(Launch { arguments, ..Launch::default() }).await;
    let bridge = app.data().join("bridge.json");
    tests::until("the first one serves", async || bridge.is_file().then_some(())).await;
    app.see_no_window().await;

    let again = app.launch_again(&[&format!("--data={}", app.data().display())]).await;

    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
    app.see_window().await;
}
