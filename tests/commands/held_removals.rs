//! What happens to held removals: an Admin allows them, refuses them or does them here; without an answer the connection
//! is paused. All of it outlives a restart.

use std::time::Duration;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use store::{ChangeSource, Ids, Store};
use tests::until;

use crate::audit::newest;
use crate::holding::{
    MINUTE, answer, found, group, hold, is_active, is_held, join, leave, lines, members, patch, set_active,
    set_brake, start, take_out,
};

const HOUR: Duration = Duration::from_hours(1);

async fn message(api: &tests::Api) -> Option<String> {
    let finding = found(api, "people.removalsHeld").await?;
    Some(finding["message"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_is_let_through_is_done_when_it_arrives_again_and_others_count_from_then_on() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    for id in &ids[9..21] {
        is_held(set_active(&api, id, false).await, 429);
    }
    answer(&api, "hold.letThrough").await;
    assert_eq!(newest(&api).await, "Command line: Allowed 12 removals of First.");
    assert_eq!(message(&api).await.as_deref(), Some("First: 12 removals have not arrived again."));
    let finding = found(&api, "people.removalsHeld").await.unwrap();
    assert_eq!(finding["severity"], "warning", "it is answered");
    let detail = finding["detail"].as_str().unwrap();
    assert!(detail.contains("press **Retry Selected**"), "it names the retry: {detail}");
    api.clock.advance(MINUTE);
    for id in &ids[9..20] {
        set_active(&api, id, false).await.expect(200, "it was allowed");
    }
    assert_eq!(message(&api).await.as_deref(), Some("First: 1 removal has not arrived again."));
    assert_eq!(lines(&api).await, ["Deactivate person20@acme.example"], "with its name");
    // Others count from the answer on: of the thirty people who are left, nine may leave within an hour.
    leave(&api, &ids[21..30]).await;
    set_active(&api, &ids[20], false).await.expect(200, "the last one that was allowed");
    assert_eq!(message(&api).await, None, "each has arrived");
    assert_eq!(found(&api, "people.massLeave").await, None, "what an Admin allowed is no news");
    is_held(set_active(&api, &ids[30], false).await, 429);
    assert_eq!(lines(&api).await, ["Deactivate person30@acme.example"], "a new hold has its own removals");
    assert_eq!(
        found(&api, "people.massLeave").await,
        None,
        "and what was allowed before is no news then either"
    );
}

#[tokio::test]
async fn azure_sends_what_was_let_through_with_its_next_cycle() {
    let (api, ids) = start("azure", 50).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 503);
    answer(&api, "hold.letThrough").await;
    let finding = found(&api, "people.removalsHeld").await.unwrap();
    let detail = finding["detail"].as_str().unwrap();
    assert!(detail.contains("with its next cycle"), "{detail}");
}

#[tokio::test]
async fn what_is_refused_remains_refused_until_the_hold_ends() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    answer(&api, "hold.keepRefusing").await;
    api.clock.advance(30 * HOUR);
    api.app.housekeeping().round().await.unwrap();
    is_held(set_active(&api, &ids[10], false).await, 429);
    assert_eq!(message(&api).await.as_deref(), Some("First: removals are refused: 2 so far."));
    answer(&api, "hold.end").await;
    assert_eq!(newest(&api).await, "Command line: Ended the hold of First and forgot 2 removals.");
    assert_eq!((message(&api).await, hold(&api).await), (None, Value::Null), "what was held is forgotten");
    api.clock.advance(MINUTE);
    set_active(&api, &ids[9], false).await.expect(200, "removals are counted again");
}

#[tokio::test]
async fn what_was_let_through_is_done_here_as_the_admins_act() {
    let (api, ids) = start("okta", 50).await;
    let (crew, old) = (group(&api, "Crew", &ids[30..40]).await, group(&api, "Old", &ids[..1]).await);
    leave(&api, &ids[..9]).await;
    for id in &ids[9..12] {
        is_held(set_active(&api, id, false).await, 429);
    }
    is_held(api.scim("DELETE", &format!("/Users/{}", ids[12]), None::<Value>).await, 429);
    for id in &ids[30..33] {
        is_held(take_out(&api, &crew, id).await, 429);
    }
    is_held(api.scim("DELETE", &format!("/Groups/{old}"), None::<Value>).await, 429);
    let args = json!({"id": api.connection_id});
    let error = api.app.call(&Caller::Operator, "hold.apply", args.clone()).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict, "not before it is allowed: {error:?}");
    assert_eq!(is_active(&api, &ids[9]).await, Some(true));

    answer(&api, "hold.letThrough").await;
    answer(&api, "hold.apply").await;
    assert_eq!(newest(&api).await, "Command line: Applied 8 removals of First that had been allowed.");
    assert_eq!((message(&api).await, hold(&api).await), (None, Value::Null));
    for id in &ids[9..12] {
        assert_eq!(is_active(&api, id).await, Some(false));
    }
    assert_eq!(is_active(&api, &ids[12]).await, None, "deleted");
    assert_eq!(members(&api, &crew).await, 7);
    assert_eq!(api.scim("GET", &format!("/Groups/{old}"), None).await.status, 404);
    let history = api.command("history.list", json!({"id": ids[9], "limit": 1})).await;
    assert_eq!(
        history["rows"][0]["sentence"], "Deactivated by Foundational",
        "it was done here: {history:#}"
    );
    set_active(&api, &ids[9], false).await.expect(200, "that it arrives again changes nothing");
}

#[tokio::test]
async fn without_an_answer_the_connection_is_paused_after_a_day() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    let paused = async || {
        api.app.housekeeping().round().await.unwrap();
        let view = api.command("connection.show", json!({"id": api.connection_id})).await;
        view["pause"]["by"].as_str().map(str::to_owned)
    };
    api.clock.advance(23 * HOUR + 59 * MINUTE);
    assert_eq!(paused().await, None, "not before");
    api.clock.advance(MINUTE);
    assert_eq!(paused().await.as_deref(), Some("Foundational"));
    assert_eq!(newest(&api).await, "Foundational: Paused the connection First.");
    api.scim("POST", "/Users", json!({"userName": "joiner"})).await.refused(503, None);
    answer(&api, "connection.resume").await;
    assert_eq!(paused().await, None, "an Admin has looked at it");
    is_held(set_active(&api, &ids[9], false).await, 429);
    api.clock.advance(24 * HOUR);
    assert_eq!(paused().await.as_deref(), Some("Foundational"), "a day later again");
}

#[tokio::test]
async fn a_hold_outlives_a_restart() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..8]).await;
    api.app.close().await;
    let api = api.reopened().await;
    leave(&api, &ids[8..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    api.app.close().await;
    let api = api.reopened().await;
    is_held(set_active(&api, &ids[10], false).await, 429);
    join(&api, "joiner@acme.example").await;
    assert_eq!(lines(&api).await.len(), 2);
    answer(&api, "hold.letThrough").await;
    api.app.close().await;
    let api = api.reopened().await;
    set_active(&api, &ids[9], false).await.expect(200, "it was allowed");
    assert_eq!(lines(&api).await, ["Deactivate person10@acme.example"]);
    answer(&api, "hold.apply").await;
    assert_eq!(is_active(&api, &ids[10]).await, Some(false));
}

#[tokio::test]
async fn what_an_admin_decided_to_do_here_is_done_after_a_restart() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    for id in &ids[9..12] {
        is_held(set_active(&api, id, false).await, 429);
    }
    answer(&api, "hold.letThrough").await;
    // The program ends after the decision, before the first step.
    api.app.close().await;
    let store = Store::open(api.folder(), api.clock.clone(), Ids::random()).await.unwrap();
    let id = api.connection_id.clone();
    let decided: Result<u64, store::Error> =
        store.write(async move |tx| tx.begin_applying(&id, &ChangeSource::default()).await).await;
    assert_eq!(decided.unwrap(), 3);
    store.close().await;
    drop(store);
    let api = api.reopened().await;
    until("it is done", async || (hold(&api).await == Value::Null).then_some(())).await;
    for id in &ids[9..12] {
        assert_eq!(is_active(&api, id).await, Some(false));
    }
}

#[tokio::test]
async fn what_the_provider_wants_to_remain_is_not_held_any_more() {
    let (api, ids) = start("okta", 50).await;
    let crew = group(&api, "Crew", &ids[30..40]).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    is_held(set_active(&api, &ids[10], false).await, 429);
    is_held(take_out(&api, &crew, &ids[30]).await, 429);
    set_active(&api, &ids[9], true).await.expect(200, "the mistake is corrected");
    let add = json!([{"op": "add", "path": "members", "value": [{"value": ids[30]}]}]);
    patch(&api, &format!("/Groups/{crew}"), add).await.expect(200, "also for the member");
    assert_eq!(lines(&api).await, ["Deactivate person10@acme.example"]);
}

#[tokio::test]
async fn with_notify_nothing_is_held_any_more_and_what_waited_is_let_through() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    set_brake(&api, json!({"mode": "notify"})).await;
    assert_eq!(message(&api).await.as_deref(), Some("First: 1 removal has not arrived again."));
    api.clock.advance(MINUTE);
    set_active(&api, &ids[9], false).await.expect(200, "nothing is refused");
    assert_eq!(message(&api).await, None);
    leave(&api, &ids[10..30]).await;
    assert!(found(&api, "people.massLeave").await.is_some(), "and a mass change is a finding");
}

#[tokio::test]
async fn there_is_nothing_to_decide_where_nothing_is_held() {
    let (api, _) = start("okta", 1).await;
    for command in ["hold.letThrough", "hold.keepRefusing", "hold.end", "hold.apply"] {
        let args = json!({"id": api.connection_id});
        let error = api.app.call(&Caller::Operator, command, args).await.unwrap_err();
        assert_eq!(error.code, Code::Conflict, "{command}: {error:?}");
    }
}

#[tokio::test]
async fn what_a_refused_request_wants_to_remain_is_not_held_any_more() {
    let (api, ids) = start("okta", 50).await;
    let crew = group(&api, "Crew", &ids[30..32]).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    let only = |id: &str| json!({"displayName": "Crew", "members": [{ "value": id }]});
    let path = format!("/Groups/{crew}");
    is_held(api.scim("PUT", &path, only(&ids[31])).await, 429);
    assert!(
        lines(&api).await.contains(&"Take person30@acme.example out of Crew".to_owned()),
        "{:?}",
        lines(&api).await
    );
    is_held(api.scim("PUT", &path, only(&ids[30])).await, 429);
    let held = lines(&api).await;
    assert!(
        !held.contains(&"Take person30@acme.example out of Crew".to_owned()),
        "the newest request: {held:?}"
    );
    assert!(held.contains(&"Take person31@acme.example out of Crew".to_owned()), "{held:?}");
    assert_eq!(members(&api, &crew).await, 2, "and nothing was changed");
}

#[tokio::test]
async fn what_was_let_through_before_another_hold_waits_for_its_answer() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    answer(&api, "hold.letThrough").await;
    api.clock.advance(MINUTE);
    leave(&api, &ids[20..29]).await;
    is_held(set_active(&api, &ids[29], false).await, 429);
    let args = json!({"id": api.connection_id});
    let error = api.app.call(&Caller::Operator, "hold.apply", args).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict, "the hold is not answered: {error:?}");
    assert_eq!(is_active(&api, &ids[9]).await, Some(true));
    answer(&api, "hold.letThrough").await;
    answer(&api, "hold.apply").await;
    assert_eq!((is_active(&api, &ids[9]).await, is_active(&api, &ids[29]).await), (Some(false), Some(false)));
}

#[tokio::test]
async fn after_a_pause_of_everything_an_admin_has_a_day_again_to_answer() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    api.command("provisioning.pause", json!({})).await;
    let meaning = hold(&api).await["meaning"].as_str().unwrap().to_owned();
    assert!(!meaning.contains("is paused"), "it is paused already: {meaning}");
    api.clock.advance(25 * HOUR);
    api.command("provisioning.resume", json!({})).await;
    api.app.housekeeping().round().await.unwrap();
    let view = api.command("connection.show", json!({"id": api.connection_id})).await;
    assert_eq!(view["pause"], Value::Null, "{view}");
}
