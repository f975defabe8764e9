//! A panic in a command ends nothing else.

use foundational::error::Code;
use foundational::{Caller, Foundational, Options};
use jiff::Timestamp;
use serde_json::json;
use store::{Clock, Ids};

#[tokio::test]
async fn a_command_that_panics_is_an_error_for_its_caller_alone() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
    let clock = Clock::fixed(Timestamp::MAX);
    let app = Foundational::open_at(options, clock.clone(), Ids::random()).await.unwrap();
    let window = Caller::Window("main".to_owned());
    let grace =
        json!({"name": "Grace Hopper", "email": "grace@example.com", "password": "correct horse battery"});
    // A session that would end after the last moment there is overflows, and panics.
    let failed = app.call(&window, "account.createFirst", grace).await.unwrap_err();
    assert_eq!(failed.code, Code::Internal, "{failed:?}");
    assert!(failed.message.contains("Internal error"), "it is called what it is: {failed:?}");
    app.call(&Caller::Operator, "connection.list", json!({})).await.unwrap();
    app.close().await;
}
