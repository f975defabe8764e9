//! What the steps of a request took is recorded with it, however it ends.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use server::{PoolLimits, ServerLimits};

use crate::bare_server::{BareServer, Tenant};
use crate::exchange_endings::{panicking, unfinished};

/// The times of the one request of a connection, in microseconds, as far as it got.
async fn recorded(bare: &BareServer, tenant: &Tenant, status: u16) -> Vec<u64> {
    bare.server.wait_idle(Duration::from_secs(20)).await;
    let rows = bare.recorded(tenant, 1).await;
    assert_eq!((rows.len(), rows[0].status), (1, status), "{rows:?}");
    let times: Vec<u64> = rows[0].steps.known().collect();
    assert!(times.iter().sum::<u64>() <= rows[0].duration_us, "the rest is its answer: {rows:?}");
    times
}

/// Those of a request to a new server.
async fn of(limits: ServerLimits, request: impl FnOnce(&Tenant) -> Request<Body>, status: u16) -> Vec<u64> {
    let bare = BareServer::start(limits).await;
    let tenant = bare.connect("First").await;
    assert_eq!(bare.send(request(&tenant)).await.status(), status);
    recorded(&bare, &tenant, status).await
}

fn short() -> ServerLimits {
    ServerLimits { request_time: Duration::from_secs(1), ..ServerLimits::default() }
}

fn create(tenant: &Tenant) -> Request<Body> {
    tenant.request("POST", "/Users", Body::from("{\"userName\": \"ada\"}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_a_request_that_is_done_has_a_time() {
    assert_eq!(of(ServerLimits::default(), create, 201).await.len(), 4);
    let read = |tenant: &Tenant| tenant.request("GET", "/Users?count=1", Body::empty());
    assert_eq!(of(ServerLimits::default(), read, 200).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_a_request_did_not_reach_has_no_time() {
    let elsewhere = |tenant: &Tenant| {
        let id = tenant.id.replace(|digit: char| digit != '-', "0");
        create(&Tenant { id, token: tenant.token.clone() })
    };
    assert_eq!(of(ServerLimits::default(), elsewhere, 404).await.len(), 1, "no connection was found");
    let stranger =
        |tenant: &Tenant| create(&Tenant { id: tenant.id.clone(), token: "fdn_unknown".to_owned() });
    assert_eq!(of(ServerLimits::default(), stranger, 401).await.len(), 2, "its token was checked");
    let overloaded =
        ServerLimits { in_flight: PoolLimits { all: 0, each: 0, reserve: 0 }, ..ServerLimits::default() };
    assert_eq!(of(overloaded, create, 503).await.len(), 3, "its body was not read");
    let defect = |tenant: &Tenant| tenant.request("POST", "/Users", panicking());
    assert_eq!(of(ServerLimits::default(), defect, 500).await.len(), 3, "its body was being read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_time_is_over_spent_it_in_the_step_where_it_ended() {
    let slow = |tenant: &Tenant| tenant.request("POST", "/Users", unfinished());
    let times = of(short(), slow, 503).await;
    assert_eq!((times.len(), longest(&times)), (3, 2), "it waited for its body: {times:?}");

    let bare = BareServer::start(short()).await;
    let tenant = bare.connect("First").await;
    let occupied = bare.occupy_writer().await;
    assert_eq!(bare.send(create(&tenant)).await.status(), 503);
    let times = recorded(&bare, &tenant, 503).await;
    assert_eq!((times.len(), longest(&times)), (4, 3), "it waited for its commit: {times:?}");
    occupied.release().await;
}

/// The place of the longest one.
fn longest(times: &[u64]) -> usize {
    (0..times.len()).max_by_key(|place| times[*place]).unwrap_or_default()
}
