//! A panic in one piece of background work ends neither its task nor anything else.

use foundational::error::Code;
use foundational::{Caller, Foundational, Options};
use jiff::Timestamp;
use serde_json::json;
use store::{Clock, Ids};
use tests::until;

#[tokio::test]
async fn a_panic_in_a_round_of_housekeeping_leaves_the_rounds_going() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { data: folder.path().to_owned(), listen: None, public_url: None, insist: false };
    // Nothing can be older than the first moment there is: what asks for it overflows, and panics.
    let clock = Clock::fixed(Timestamp::MIN);
    let app = Foundational::open_at(options, clock.clone(), Ids::random()).await.unwrap();
    let failed = app.housekeeping().round().await.expect_err("a step of each round panics");
    assert!(failed.message.starts_with("Internal error"), "{failed:?}");

    let window = Caller::Window("main".to_owned());
    let grace =
        json!({"name": "Grace Hopper", "email": "grace@example.com", "password": "correct horse battery"});
    app.call(&window, "account.createFirst", grace).await.unwrap();
    app.serve().await.unwrap();
    // The backup of the day is the second half of a round.
    until("the rounds go on", async || {
        let backups = app.call(&Caller::Operator, "backup.list", json!({})).await.ok()?;
        backups["backups"].as_array().filter(|all| !all.is_empty()).map(drop)
    })
    .await;
    app.close().await;
}

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
