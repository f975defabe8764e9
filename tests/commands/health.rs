//! How a connection is doing, shown by a clock that is moved: rhythm, silence, days, refusals, the way to here.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::{Api, until};

use crate::findings::{found, is_over, parts};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

async fn view(api: &Api) -> Value {
    api.command("connection.show", json!({"id": api.connection_id})).await
}

/// One request of the provider, after which the connection is looked at.
async fn call(api: &Api, headers: &[(&str, &str)]) -> Value {
    api.scim_with("GET", "/Users", headers, None).await.expect(200, "the provider's request");
    recorded_now(api).await
}

/// The same with a token that is not known here.
async fn call_without_success(api: &Api) -> Value {
    let request = axum::http::Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("host", "127.0.0.1:8470")
        .header("authorization", "Bearer wrong")
        .body(axum::body::Body::empty())
        .unwrap();
    api.send(request).await.expect(401, "the token is wrong");
    recorded_now(api).await
}

async fn recorded_now(api: &Api) -> Value {
    let now = api.clock.now().to_string();
    until("the request is recorded", async || {
        let view = view(api).await;
        let at: Option<jiff::Timestamp> = view["lastRequestAt"].as_str().and_then(|text| text.parse().ok());
        (at.map(|at| at.to_string()).as_ref() == Some(&now)).then_some(view)
    })
    .await
}

async fn finish(api: &Api) {
    call(api, &[]).await;
    api.command("wizard.finish", json!({"id": api.connection_id})).await;
}

#[tokio::test]
async fn the_interval_is_measured_and_a_long_silence_is_shown() {
    let api = Api::start("azure").await;
    finish(&api).await;
    for round in 0..5 {
        api.clock.advance(41 * MINUTE);
        let view = call(&api, &[]).await;
        let rhythm = &view["rhythm"];
        assert_eq!(rhythm["isMeasured"], round >= 4, "before enough is known, it is the vendor's: {view}");
        assert_eq!(rhythm["everyMinutes"], if round < 4 { 40 } else { 41 }, "{view}");
    }
    let shown = view(&api).await;
    let next = "2026-11-24T14:06:00Z";
    let expected = json!({
        "everyMinutes": 41, "isMeasured": true, "lastAt": "2026-11-24T13:25:00Z", "nextAt": next, "missed": 0,
        "sleptFrom": null, "sleptUntil": null,
    });
    assert_eq!(shown["rhythm"], expected, "{shown}");
    api.clock.advance((3 * 41 - 1) * MINUTE);
    assert_eq!(view(&api).await["status"], "live", "two of its times were missed");
    api.clock.advance(MINUTE);
    let quiet = view(&api).await;
    assert_eq!((&quiet["status"], &quiet["statusText"]), (&json!("quiet"), &json!("Quiet")), "three were");
    assert_eq!(quiet["rhythm"]["nextAt"], next, "when it was expected is still shown");
    assert_eq!(quiet["rhythm"]["missed"], 3, "and how many have not come");
    let home = api.command("home.show", json!({})).await;
    let line = home["attention"].as_array().unwrap().iter().find(|line| line["code"] == "connection.quiet");
    assert_eq!(line.unwrap()["message"], "First: no request for 2 hours.", "{home}");
    assert_eq!(call(&api, &[]).await["status"], "live", "until it calls again");
}

#[tokio::test]
async fn what_this_computer_slept_through_is_no_silence_of_the_provider() {
    let api = Api::start("azure").await;
    finish(&api).await;
    for _ in 0..5 {
        api.clock.advance(41 * MINUTE);
        call(&api, &[]).await;
    }
    api.app.watch_sleep();
    let from = api.clock.now().to_string();
    api.clock.advance(8 * Duration::from_hours(1));
    let slept = until("the sleep is noticed", async || {
        let args = json!({"id": api.connection_id, "starts": ["2026-11-24T00:00:00Z"]});
        let slept = api.command("connection.days", args).await["sleepIntervals"].clone();
        slept.get(0).cloned()
    })
    .await;
    assert_eq!(
        slept,
        json!({"from": from, "until": api.clock.now().to_string()}),
        "it is shown beside the days"
    );
    let woken = view(&api).await;
    assert_eq!(woken["status"], "live", "no one can call a computer that sleeps");
    let rhythm = &woken["rhythm"];
    assert_eq!(
        (&rhythm["nextAt"], &rhythm["missed"]),
        (&json!("2026-11-24T21:37:00Z"), &json!(0)),
        "{rhythm}"
    );
    assert_eq!((&rhythm["sleptFrom"], &rhythm["sleptUntil"]), (&slept["from"], &slept["until"]));
    let finding = found(&api, "computer.slept").await;
    assert_eq!(finding["message"], "This computer slept for 8 hours.");
    assert_eq!(finding["severity"], "notice");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["certain: This computer slept."]);
    assert_eq!(remedies, ["keepAwake", "openConsole"]);
    assert_eq!(evidence, "The sleep began; The computer woke up");
    assert!(finding["steps"][0].as_str().unwrap().starts_with("Azure retries by itself"), "{finding}");
    api.command("awake.set", json!({"on": true})).await;
    let finding = found(&api, "computer.slept").await;
    assert_eq!(parts(&finding).1, ["openConsole"], "it is on already");
    let lid = finding["steps"][1].as_str().unwrap();
    assert!(lid.starts_with("This computer is to remain awake"), "{finding}");
    api.app.close().await;
    // From here on the clock that is moved is no sleep.
    let api = api.reopened().await;
    api.clock.advance(13 * MINUTE);
    assert_eq!(view(&api).await["rhythm"]["missed"], 1, "awake, a time that passes is missed");
    api.clock.advance(DAY);
    is_over(&api, "computer.slept").await;
    api.app.close().await;
}

#[tokio::test]
async fn the_deactivated_are_counted_apart() {
    let api = Api::start("custom").await;
    for name in ["ada", "bob", "eve"] {
        let body = json!({"userName": name, "active": name == "ada"});
        let made = api.scim("POST", "/Users", body).await.expect(201, "a joiner");
        if name == "eve" {
            let path = format!("/Users/{}", made["id"].as_str().unwrap());
            api.scim("DELETE", &path, None).await.expect(204, "deleted");
        }
    }
    let view = view(&api).await;
    assert_eq!((&view["people"], &view["deactivated"]), (&json!(2), &json!(1)), "{view}");
}

#[tokio::test]
async fn okta_is_never_quiet() {
    let api = Api::start("okta").await;
    finish(&api).await;
    for _ in 0..12 {
        api.clock.advance(40 * MINUTE);
        call(&api, &[]).await;
    }
    api.clock.advance(30 * DAY);
    let view = view(&api).await;
    assert_eq!(
        (&view["status"], &view["rhythm"]),
        (&json!("live"), &Value::Null),
        "it calls when something changes"
    );
}

#[tokio::test]
async fn days_begin_where_the_caller_says() {
    let api = Api::start("custom").await;
    // 10:00 UTC is Tuesday there as well; 23 hours later it is Wednesday.
    call(&api, &[]).await;
    api.clock.advance(23 * Duration::from_hours(1));
    call_without_success(&api).await;
    let days = async |starts: Value| {
        let days = api.command("connection.days", json!({"id": api.connection_id, "starts": starts})).await;
        let shown = |day: &Value| [&day["ok"], &day["refused"], &day["failed"]].map(|n| n.as_u64().unwrap());
        days["days"].as_array().unwrap().iter().map(shown).collect::<Vec<_>>()
    };
    let utc = json!(["2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"]);
    assert_eq!(days(utc).await, [[0, 0, 0], [1, 0, 0], [0, 1, 0]], "in London");
    let kathmandu = json!(["2026-11-24T18:15:00+00:00", "2026-11-25T09:00:00Z"]);
    assert_eq!(days(kathmandu).await, [[0, 0, 0], [0, 1, 0]], "what is older is left out");
    let late = json!(["2026-11-23T10:00:01Z", "2026-11-24T10:00:00Z", "2026-11-25T10:00:00Z"]);
    assert_eq!(days(late).await, [[0, 0, 0], [1, 1, 0], [0, 0, 0]], "a day that begins at ten");
    for starts in [json!([]), json!(["2026-11-25T00:00:00Z", "2026-11-24T00:00:00Z"])] {
        let args = json!({"id": api.connection_id, "starts": starts});
        let refused = api.app.call(&Caller::Operator, "connection.days", args).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some("starts")), "{refused:?}");
    }
}

#[tokio::test]
async fn a_run_of_refusals_is_counted_until_something_is_answered() {
    let api = Api::start("azure").await;
    finish(&api).await;
    assert_eq!(view(&api).await["refusals"], Value::Null, "nothing was refused");
    let mut since = String::new();
    for count in 1..=4 {
        api.clock.advance(MINUTE);
        if count == 1 {
            since = api.clock.now().to_string();
        }
        let view = call_without_success(&api).await;
        assert_eq!(view["refusals"], json!({"count": count, "since": since}), "{view}");
        assert_eq!(view["status"], if count < 3 { "live" } else { "failing" }, "three of one kind in a row");
    }
    api.clock.advance(MINUTE);
    let view = call(&api, &[]).await;
    assert_eq!(
        (&view["refusals"], &view["status"]),
        (&Value::Null, &json!("live")),
        "over at the next answer"
    );
}

#[tokio::test]
async fn an_address_that_does_not_lead_here_is_the_status_until_something_arrives() {
    let api = Api::start("azure").await;
    finish(&api).await;
    let reach = async || api.command("workspace.status", json!({})).await["server"]["reach"].clone();
    api.command("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await;
    assert_eq!(
        (reach().await, &view(&api).await["status"]),
        (Value::Null, &json!("live")),
        "not looked at yet"
    );
    api.clock.advance(MINUTE);
    let check = api.command("server.checkPublicUrl", json!({})).await;
    let known = reach().await;
    assert_eq!(
        (&known["verdict"], &known["at"]),
        (&check["verdict"], &check["checkedAt"]),
        "the check is stored"
    );
    let lost = view(&api).await;
    assert_eq!(
        (&lost["status"], &lost["statusText"]),
        (&json!("notReachable"), &json!("Not reachable")),
        "{lost}"
    );
    let home = api.command("home.show", json!({})).await;
    assert!(
        home["attention"].to_string().contains("The public address is not reachable: the name"),
        "{home}"
    );
    let findings = api.command("workspace.doctor", json!({})).await;
    let findings = findings.to_string();
    assert!(findings.contains("The public address is not reachable: the name"), "{findings}");
    assert!(findings.contains("First: Not reachable."), "{findings}");

    api.clock.advance(MINUTE);
    let local = call(&api, &[]).await;
    assert_eq!(local["status"], "live", "this connection was called, by whatever way");
    assert_eq!(reach().await["verdict"], "notReachable", "but not through the address");
    api.clock.advance(MINUTE);
    call(&api, &[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")]).await;
    assert_eq!(reach().await["verdict"], "reachable", "a request over HTTPS arrived by it");

    api.clock.advance(MINUTE);
    api.command("server.checkPublicUrl", json!({})).await;
    api.command("server.publicUrl", json!({"publicUrl": "https://other.invalid"})).await;
    assert_eq!(reach().await, Value::Null, "nothing is known of another address");
}

#[tokio::test]
async fn an_address_that_was_checked_once_is_checked_again_automatically() {
    let api = Api::start("azure").await;
    let at = async || api.command("workspace.status", json!({})).await["server"]["reach"]["at"].clone();
    api.app.serve().await.unwrap();
    api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
    api.command("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await;
    api.app.housekeeping().round().await.unwrap();
    assert_eq!(at().await, Value::Null, "no check was requested so far");
    api.command("server.checkPublicUrl", json!({})).await;
    api.clock.advance(10 * MINUTE);
    api.app.housekeeping().round().await.unwrap();
    assert_eq!(at().await, json!(api.clock.now().to_string()), "ten minutes later");
    let checked = at().await;
    api.clock.advance(MINUTE);
    call(&api, &[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")]).await;
    api.clock.advance(MINUTE);
    api.app.housekeeping().round().await.unwrap();
    assert_ne!(at().await, checked, "a request arrived by it, which settles it");
    assert_ne!(at().await, json!(api.clock.now().to_string()), "and needs no check for a while");
    api.app.close().await;
}

#[tokio::test]
async fn an_address_that_cannot_be_tested_from_here_is_no_fault() {
    let api = Api::start("azure").await;
    finish(&api).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("https://localhost:{closed}");
    api.command("server.publicUrl", json!({ "publicUrl": url })).await;
    api.clock.advance(MINUTE);
    assert_eq!(
        api.command("server.checkPublicUrl", json!({})).await["verdict"],
        "cantTell",
        "nothing listens"
    );
    assert_eq!(view(&api).await["status"], "live", "and nothing is claimed");
}
