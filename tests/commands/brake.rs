//! The brake of a connection that holds: the removal that passes a threshold is refused, and every one after it; everything
//! else is done. What is refused changes nothing.

use foundational::Caller;
use serde_json::{Value, json};
use tests::Api;

use crate::holding::{
    MINUTE, found, group, hold, is_active, is_held, join, leave, lines, members, patch, set_active,
    set_brake, start, take_out,
};

#[tokio::test]
async fn the_removal_that_passes_the_threshold_is_refused_and_every_one_after_it() {
    for (provider, status) in [("okta", 429), ("azure", 503), ("custom", 503)] {
        let (api, ids) = start(provider, 50).await;
        leave(&api, &ids[..9]).await;
        assert_eq!(hold(&api).await, Value::Null, "nine people of fifty are no mass change");
        is_held(set_active(&api, &ids[9], false).await, status);
        is_held(set_active(&api, &ids[10], false).await, status);
        is_held(api.scim("DELETE", &format!("/Users/{}", ids[11]), None::<Value>).await, status);
        let put = json!({"userName": "person12@acme.example", "active": false, "title": "Left"});
        is_held(api.scim("PUT", &format!("/Users/{}", ids[12]), put).await, status);
        for id in &ids[9..13] {
            assert_eq!(is_active(&api, id).await, Some(true), "what is refused is not done");
        }
        let expected = ["9", "10", "12"].map(|number| format!("Deactivate person{number}@acme.example"));
        let shown = lines(&api).await;
        assert!(expected.iter().all(|line| shown.contains(line)), "{shown:?}");
        assert!(shown.contains(&"Delete person11@acme.example".to_owned()), "{shown:?}");
        assert_eq!(shown.len(), 4, "{shown:?}");
    }
}

#[tokio::test]
async fn of_removals_that_arrive_together_exactly_those_below_the_threshold_are_done() {
    let (api, ids) = start("okta", 50).await;
    let together = ids[..16].iter().map(|id| set_active(&api, id, false));
    let replies = futures_util::future::join_all(together).await;
    let statuses = |status: u16| replies.iter().filter(|reply| reply.status.as_u16() == status).count();
    assert_eq!((statuses(200), statuses(429)), (9, 7), "nine of fifty are no mass change, ten are");
    assert_eq!(lines(&api).await.len(), 7, "each one that was refused is held");
    let mut active = 0;
    for id in &ids[..16] {
        active += usize::from(is_active(&api, id).await == Some(true));
    }
    assert_eq!(active, 7, "what is answered 200 is done, and what is refused is not");
}

#[tokio::test]
async fn joiners_and_other_changes_go_on_while_removals_are_held() {
    let (api, ids) = start("okta", 50).await;
    let crew = group(&api, "Crew", &ids[..2]).await;
    leave(&api, &ids[..9]).await;
    is_held(set_active(&api, &ids[9], false).await, 429);
    join(&api, "joiner@acme.example").await;
    let path = format!("/Users/{}", ids[9]);
    let title = json!([{"op": "replace", "path": "title", "value": "Pilot"}]);
    let changed = patch(&api, &path, title).await.expect(200, "a change");
    assert_eq!(changed["title"], "Pilot");
    let add = json!([{"op": "add", "path": "members", "value": [{"value": ids[20]}]}]);
    patch(&api, &format!("/Groups/{crew}"), add).await.expect(200, "a new member");
    set_active(&api, &ids[0], true).await.expect(200, "access returns");
    assert_eq!(lines(&api).await, ["Deactivate person9@acme.example"]);
}

#[tokio::test]
async fn a_request_that_mixes_a_removal_with_other_changes_is_refused_as_a_whole() {
    let (api, ids) = start("okta", 50).await;
    let crew = group(&api, "Crew", &ids[..3]).await;
    leave(&api, &ids[..9]).await;
    let path = format!("/Users/{}", ids[9]);
    let mixed = json!([
        {"op": "replace", "path": "title", "value": "Left"}, {"op": "replace", "path": "active", "value": false},
    ]);
    let before = api.scim("GET", &path, None).await.expect(200, "the person");
    is_held(patch(&api, &path, mixed).await, 429);
    let after = api.scim("GET", &path, None).await.expect(200, "the person");
    assert_eq!(after, before, "no part of it is done, and the version is the same");
    let mixed = json!([
        {"op": "replace", "path": "displayName", "value": "Old crew"},
        {"op": "add", "path": "members", "value": [{"value": ids[20]}]},
        {"op": "remove", "path": format!("members[value eq \"{}\"]", ids[1])},
    ]);
    let path = format!("/Groups/{crew}");
    let before = api.scim("GET", &path, None).await.expect(200, "the group");
    is_held(patch(&api, &path, mixed).await, 429);
    let after = api.scim("GET", &path, None).await.expect(200, "the group");
    assert_eq!(after, before, "no part of it is done, and the version is the same");
}

#[tokio::test]
async fn members_who_are_taken_out_of_groups_and_groups_that_are_deleted_are_held() {
    let (api, ids) = start("okta", 30).await;
    let crew = group(&api, "Crew", &ids[..12]).await;
    let other = group(&api, "Other", &ids[..2]).await;
    let path = format!("/Groups/{crew}");
    let none = json!([{"op": "replace", "path": "members", "value": []}]);
    is_held(patch(&api, &path, none).await, 429);
    assert_eq!(members(&api, &crew).await, 12, "one request that passes the threshold by itself is refused");
    assert_eq!(lines(&api).await.len(), 12);
    is_held(take_out(&api, &other, &ids[0]).await, 429);
    is_held(api.scim("DELETE", &format!("/Groups/{other}"), None::<Value>).await, 429);
    assert_eq!(members(&api, &other).await, 2);
    let put = json!({"displayName": "Crew", "members": [{"value": ids[0]}]});
    is_held(api.scim("PUT", &path, put).await, 429);
    assert_eq!(members(&api, &crew).await, 12);
    let shown = lines(&api).await;
    assert_eq!(shown.len(), 13, "the same removals are stored once: {shown:?}");
    assert!(
        !shown.contains(&"Take person0@acme.example out of Crew".to_owned()),
        "the newest request wants this member to remain: {shown:?}"
    );
    assert!(shown.contains(&"Take person0@acme.example out of Other".to_owned()), "{shown:?}");
    assert!(shown.contains(&"Delete the group Other".to_owned()), "{shown:?}");
}

#[tokio::test]
async fn an_operation_of_a_bulk_request_is_refused_by_itself() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    let removal = json!({"method": "DELETE", "path": format!("/Users/{}", ids[9])});
    let user = "urn:ietf:params:scim:schemas:core:2.0:User";
    let joiner = json!({"method": "POST", "path": "/Users", "bulkId": "new",
        "data": {"schemas": [user], "userName": "joiner@acme.example"}});
    let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    let body = json!({"schemas": [schema], "Operations": [removal, joiner]});
    let done = api.scim("POST", "/Bulk", body).await.expect(200, "the request itself");
    let statuses: Vec<&Value> =
        done["Operations"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, ["429", "201"], "{done:#}");
    assert_eq!(is_active(&api, &ids[9]).await, Some(true));
    assert_eq!(lines(&api).await, ["Delete person9@acme.example"]);
}

#[tokio::test]
async fn what_is_asked_for_again_is_held_once_with_its_newest_request() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    for _ in 0..3 {
        api.clock.advance(MINUTE);
        is_held(set_active(&api, &ids[9], false).await, 429);
    }
    let held = hold(&api).await;
    assert_eq!(
        (held["total"].as_u64(), &held["rows"][0]["at"]),
        (Some(1), &json!("2026-11-24T10:04:00Z")),
        "{held:#}"
    );
    api.clock.advance(MINUTE);
    is_held(api.scim("DELETE", &format!("/Users/{}", ids[9]), None::<Value>).await, 429);
    let newest = api.recorded("DELETE", "/Users").await;
    let held = hold(&api).await;
    assert_eq!(lines(&api).await, ["Delete person9@acme.example"], "the newest request says what is wanted");
    assert_eq!(held["rows"][0]["activityId"], newest["row"]["id"], "{held:#}");
}

#[tokio::test]
async fn a_held_removal_is_no_failure_of_the_connection_and_says_why_it_was_refused() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    for id in &ids[9..14] {
        is_held(set_active(&api, id, false).await, 429);
    }
    let shown = api.recorded("PATCH", "/Users").await;
    assert_eq!(shown["row"]["reason"], "conn.held", "{shown:#}");
    assert_eq!(shown["remedy"]["kind"], "openHeld", "{shown:#}");
    let finding = found(&api, "people.removalsHeld").await.unwrap();
    assert_eq!(finding["message"], "First: 5 removals wait for your answer.");
    assert_eq!(finding["sentence"], "5 removals wait for your answer.");
    assert_eq!(finding["severity"], "problem");
    assert_eq!(finding["evidence"][0]["text"], "Deactivate person9@acme.example");
    assert!(finding["evidence"][0]["activityId"].is_string(), "each with its request: {finding:#}");
    let kinds: Vec<&Value> =
        finding["remedies"].as_array().unwrap().iter().map(|remedy| &remedy["kind"]).collect();
    assert_eq!(kinds, ["letThrough", "keepRefusing", "openHeld"]);
    for code in ["write.fails", "write.notDeactivated", "people.massLeave"] {
        assert_eq!(found(&api, code).await, None, "{code}");
    }
    let due = api.app.desktop().due_notifications(&Caller::Operator).await.unwrap();
    assert!(due.iter().any(|one| one.title == "First: 5 removals wait for your answer."), "{due:?}");
}

#[tokio::test]
async fn members_of_the_group_that_grants_admin_count_at_once() {
    let (api, ids) = start("okta", 50).await;
    let (admins, crew) = (group(&api, "Admins", &ids[..2]).await, group(&api, "Crew", &ids[..2]).await);
    let rules =
        json!({"matching": "ask", "onDelete": "keep", "adminGroupId": admins, "allowedAddresses": []});
    api.command("connection.setRules", json!({"id": api.connection_id, "rules": rules})).await;
    take_out(&api, &crew, &ids[0]).await.expect(200, "another group");
    is_held(take_out(&api, &admins, &ids[0]).await, 429);
    let row = &api.command("people.show", json!({"id": ids[0]})).await["row"];
    assert_eq!(row["role"], "admin", "{row}");
}

#[tokio::test]
async fn thresholds_are_those_of_the_connection_in_both_modes() {
    let (api, ids) = start("okta", 50).await;
    set_brake(&api, json!({"least": 3, "percentHour": 5, "percentDay": 5})).await;
    leave(&api, &ids[..2]).await;
    is_held(set_active(&api, &ids[2], false).await, 429);

    let (api, ids) = start("okta", 50).await;
    set_brake(&api, json!({"mode": "notify", "least": 3, "percentHour": 5, "percentDay": 5})).await;
    leave(&api, &ids[..2]).await;
    assert_eq!(found(&api, "people.massLeave").await, None);
    leave(&api, &ids[2..3]).await;
    let finding = found(&api, "people.massLeave").await.unwrap();
    assert_eq!(finding["message"], "First: 3 of 50 users lost access within an hour.");

    let (api, ids) = start("okta", 50).await;
    set_brake(&api, json!({"least": 2, "people": 4})).await;
    leave(&api, &ids[..3]).await;
    is_held(set_active(&api, &ids[3], false).await, 429);
}

#[tokio::test]
async fn removals_are_counted_within_an_hour_and_within_a_day() {
    let (api, ids) = start("okta", 50).await;
    leave(&api, &ids[..9]).await;
    api.clock.advance(61 * MINUTE);
    // A fifth of those who had access an hour ago: nine of forty-one.
    leave(&api, &ids[9..14]).await;
    // Thirty percent of those who had access a day ago: fifteen of fifty.
    is_held(set_active(&api, &ids[14], false).await, 429);
}

#[tokio::test]
async fn thresholds_outside_of_their_limits_are_refused_by_name() {
    let api = Api::start("okta").await;
    let usual = api.command("connection.brake", json!({"id": api.connection_id})).await;
    assert_eq!(
        usual,
        json!({"mode": "notify", "least": 10, "people": 200, "percentHour": 20, "percentDay": 30}),
        "the values of a new connection"
    );
    let mut wrong = usual.clone();
    wrong["percentDay"] = json!(19);
    let args = json!({"id": api.connection_id, "brake": wrong});
    let error = api.app.call(&Caller::Operator, "connection.setBrake", args).await.unwrap_err();
    assert_eq!(error.field.as_deref(), Some("percentDay"));
    assert_eq!(error.message, "19% within a day is less than 20% within an hour; enter 20 or more.");
    assert_eq!(api.command("connection.brake", json!({"id": api.connection_id})).await, usual);
}
