//! The app's end, and what it leaves behind.

use std::path::Path;

use tests::TestApp;

use crate::steps::{Look, create_the_admin, sign_in};

#[tokio::test]
async fn closing_the_window_ends_the_app_in_order_and_the_next_launch_goes_on() {
    let mut app = TestApp::open().await;
    create_the_admin(app.page(), Look::Past).await;
    assert!(app.data().join("bridge.json").is_file(), "a running app has its bridge");

    app.close_window().await;

    left_in_order(&app.data());
    app.reopen().await;
    sign_in(app.page(), Look::Past).await;
    app.page().see("avatar-menu").await;
}

#[tokio::test]
async fn a_logout_ends_the_app_in_order() {
    let mut app = TestApp::open().await;
    app.page().see("first-run-name").await;

    app.close().await;

    left_in_order(&app.data());
}

/// Nothing of this launch is left: no bridge to call, and no journal that a reader would have to replay.
fn left_in_order(data: &Path) {
    for name in ["bridge.json", "foundational.db-wal", "activity.db-wal"] {
        assert!(!data.join(name).exists(), "{name} is gone after an orderly end");
    }
}
