//! A token ends by itself at its time, or by the admin, who reads what stops with it.

use std::path::Path;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::{Clock, Ids};
use tests::{Page, TestApp, until};
use tower::ServiceExt as _;

use crate::rotation::{call, see_state};
use crate::steps::{Look, create_the_admin, picture};

/// What a connection was left with.
#[derive(Default)]
struct Left {
    connection: String,
    old: String,
    fresh: String,
}

#[tokio::test]
async fn an_old_token_ends_by_itself_and_the_last_one_only_when_the_admin_knows_what_stops() {
    let mut left = Left::default();
    let app = TestApp::open_filled(async |data| left = rotate_two_hours_ago(data).await).await;
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    let endpoint = format!("{}/scim/v2/{}", app.local().await, left.connection);

    // The hour in which both work is over, without an act of the admin.
    page.run(
        "location.hash = arguments[0]",
        vec![json!(format!("/provisioning/{}/tokens", left.connection))],
    )
    .await;
    page.see_among("rotation-over", "Another token took its place").await;
    see_state(page, "revoked").await;
    see_state(page, "active").await;
    assert_eq!(call(&endpoint, &left.old).await, 401, "the old one ended by itself");
    page.see_among("finding-why", "revoked").await;
    assert_eq!(call(&endpoint, &left.fresh).await, 200, "the new one still works");
    page.see_no("finding").await;

    // Without an overlap the old one ends at the first use of the next one.
    page.click("rotate-token").await;
    page.click("rotation-overlap-none").await;
    page.click("rotation-start").await;
    page.see_among("rotation-end", "the moment the new token is first used").await;
    let last = page.value("token-value").await;
    page.click("token-pasted").await;
    assert_eq!(call(&endpoint, &left.fresh).await, 200, "until then it works");
    assert_eq!(call(&endpoint, &last).await, 200, "the next one works at once");
    until("the old one is refused", async || (call(&endpoint, &left.fresh).await == 401).then_some(())).await;
    page.see("rotation-over").await;
    page.see_count("token-row", "data-state", "revoked", 2).await;
    assert_eq!(call(&endpoint, &last).await, 200, "the next one still works");
    page.see_no("finding").await;

    revoke_the_last(page).await;

    assert_eq!(call(&endpoint, &last).await, 401, "no request is accepted any more");
    page.click("tab-overview").await;
    page.see_among("finding-why", "revoked").await;
    page.see_among("finding-remedy", "Create token").await;
    picture(page, "connection-refused").await;
    page.click("finding-remedy").await;
    page.see_attribute("tab-tokens", "aria-current", "page").await;
    page.click("create-token").await;
    let another = page.value("token-value").await;
    page.click("token-pasted").await;
    assert_eq!(call(&endpoint, &another).await, 200, "provisioning continues");
    page.see_no("finding").await;
}

async fn revoke_the_last(page: &Page) {
    page.click("revoke-token").await;
    page.see_among("revoke-dialog", "Provisioning will stop").await;
    page.see_among("revoke-dialog", "401").await;
    picture(page, "revoke-last-token").await;
    page.click("revoke-cancel").await;
    page.see_no("revoke-dialog").await;
    see_state(page, "active").await;
    page.click("revoke-token").await;
    page.click("revoke-submit").await;
    page.see_no("revoke-dialog").await;
    page.see_count("token-row", "data-state", "revoked", 3).await;
}

/// The core does this on a clock that is two hours behind: a token, a rotation with an hour in which both work, the first
/// use of the new token, and one more of the old one.
async fn rotate_two_hours_ago(data: &Path) -> Left {
    let clock = Clock::fixed(Clock::system().now() - Duration::from_hours(2));
    let options = Options { data: data.to_owned(), listen: None, public_url: None, insist: false };
    let core = Foundational::open_at(options, clock.clone(), Ids::random()).await.expect("the core opens");
    let command = async |name: &str, args: Value| {
        core.call(&Caller::Operator, name, args).await.unwrap_or_else(|error| panic!("{name}: {error:?}"))
    };
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let made = command("connection.create", json!({ "name": "People system", "provider": "custom" })).await;
    let connection = text(&made["id"]);
    let old = command("token.create", json!({ "connectionId": connection, "expires": "1y" })).await;
    let old = text(&old["token"]);
    clock.advance(Duration::from_mins(1));
    let rotate = json!({ "connectionId": connection, "expires": "1y", "overlap": "1h" });
    let fresh = text(&command("token.rotate", rotate).await["token"]);
    for token in [&old, &fresh, &old] {
        clock.advance(Duration::from_mins(1));
        let request = Request::get(format!("/scim/v2/{connection}/Users?count=1"))
            .header("host", "127.0.0.1")
            .header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).expect("it is a request");
        let answer = core.server().router().oneshot(request).await.expect("the router answers");
        assert_eq!(answer.status().as_u16(), 200, "both work within the hour");
    }
    core.close().await;
    Left { connection, old, fresh }
}
