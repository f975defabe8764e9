//! A request log that is full before it is as old as it may become.

use std::time::Duration;

use serde_json::json;
use store::{Clock, Error, Ids, Store};
use tests::{Api, noise};

use crate::findings::{finish, found, is_over, parts};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn bodies_that_the_size_limit_deletes_early_are_found_until_the_limit_is_larger() {
    let api = Api::start("custom").await;
    finish(&api).await;
    api.app.close().await;
    // Smaller than an Admin may choose, so that it is soon full.
    let store = Store::open(api.folder(), Clock::system(), Ids::random()).await.unwrap();
    let set: Result<(), Error> = store.write(async |tx| tx.set("log.megabytes", Some("3")).await).await;
    set.unwrap();
    store.close().await;
    let api = api.reopened().await;
    is_over(&api, "log.bounded").await;
    for request in 0..400 {
        if request == 300 {
            api.clock.advance(2 * DAY);
        }
        let body = json!({"userName": "ada", "active": "yes", "title": noise(request, 11_500)});
        api.scim("POST", "/Users", body).await.expect(400, "it is recorded");
    }
    api.recorded_now().await;
    api.app.housekeeping().round().await.unwrap();
    let finding = found(&api, "log.bounded").await;
    assert_eq!(
        finding["message"],
        "Bodies of requests are deleted after 2 days instead of 7 days: the request log is full."
    );
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: The log has reached its limit of 3 MB."]);
    assert_eq!(remedies, ["seeData"]);
    assert_eq!(evidence, "The newest request without its bodies had arrived");
    assert_eq!(finding["severity"], "notice", "{finding}");
    api.command("data.setLogLimit", json!({"megabytes": 100})).await;
    is_over(&api, "log.bounded").await;
}
