//! What the operating system is to show, by a clock that is moved: each cause, its words, once a day, its switch.

use std::time::Duration;

use foundational::{Caller, Notification};
use serde_json::{Value, json};
use store::injected_disk::inject;
use tests::{Api, with_another_secret};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn window() -> Caller {
    Caller::Window("main".to_owned())
}

/// A workspace with an Admin at the window.
async fn start(provider: &str) -> Api {
    let api = Api::start(provider).await;
    let args =
        json!({"name": "Grace Hopper", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&window(), "account.createFirst", args).await.unwrap();
    api
}

/// Grace again, after her session has ended.
async fn sign_in(api: &Api) {
    let args = json!({"email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&window(), "session.signIn", args).await.unwrap();
}

/// What is due now, shown as the shell shows it.
async fn notify(api: &Api) -> Vec<Notification> {
    let due = api.app.desktop().due_notifications(&window()).await.unwrap();
    for notice in &due {
        api.app.desktop().notification_shown(notice).await.unwrap();
    }
    due
}

/// The same, as one line for each.
async fn lines(api: &Api) -> Vec<String> {
    let shown = notify(api).await;
    shown.into_iter().map(|one| format!("{} {}", one.title, one.detail).trim_end().to_owned()).collect()
}

/// One request with this token, after which it is recorded.
async fn call(api: &Api, token: &str) {
    api.clock.advance(MINUTE);
    let request = axum::http::Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("host", "127.0.0.1:8470")
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::empty())
        .unwrap();
    api.send(request).await;
    api.recorded_now().await;
}

async fn call_well(api: &Api) {
    call(api, &api.token).await;
}

#[tokio::test]
async fn a_connection_that_worked_is_shown_when_it_fails_once_a_day_and_when_it_works_again() {
    let api = start("okta").await;
    for _ in 0..4 {
        call(&api, "wrong").await;
    }
    assert!(lines(&api).await.is_empty(), "what never worked has not stopped working");
    call_well(&api).await;
    for _ in 0..2 {
        call(&api, "wrong").await;
        assert!(lines(&api).await.is_empty(), "two refusals may be an accident");
    }
    call(&api, "wrong").await;
    let notice = &notify(&api).await[0];
    assert_eq!(notice.title, "First: requests are being refused.", "{notice:?}");
    assert!(notice.detail.contains("token"), "it says why: {notice:?}");
    assert_eq!(notice.place, format!("connections/{}/activity", api.connection_id), "{notice:?}");
    for _ in 0..10 {
        call(&api, "wrong").await;
    }
    assert!(lines(&api).await.is_empty(), "the same cause is shown once");
    api.clock.advance((24 * 60 - 12) * MINUTE);
    assert!(lines(&api).await.is_empty(), "not within a day");
    api.clock.advance(2 * MINUTE);
    assert_eq!(lines(&api).await.len(), 1, "and again when it lasts another day");

    call_well(&api).await;
    assert_eq!(lines(&api).await, ["First: requests are answered again."]);
    for _ in 0..3 {
        call(&api, "wrong").await;
    }
    assert!(lines(&api).await.is_empty(), "a connection that flaps is shown once a day");
    call_well(&api).await;
    assert!(lines(&api).await.is_empty(), "and so is its recovery");
}

#[tokio::test]
async fn a_refused_deactivation_is_over_with_that_person_and_not_with_the_next_request() {
    let api = start("azure").await;
    let write = async |method: &str, path: &str, body: Value, status: u16| {
        api.clock.advance(MINUTE);
        let answer = api.scim(method, path, body).await.expect(status, path);
        api.recorded_now().await;
        answer
    };
    call_well(&api).await;
    let ada = write("POST", "/Users", json!({"userName": "ada"}), 201).await;
    let ada = format!("/Users/{}", ada["id"].as_str().unwrap());
    let leaves = |name: Value| {
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            {"op": "replace", "path": "active", "value": false},
            {"op": "replace", "path": "name", "value": name}]})
    };
    assert!(lines(&api).await.is_empty());
    write("PATCH", &ada, leaves(json!(7)), 400).await;
    let shown = lines(&api).await;
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].starts_with("First: one person could not be deactivated."), "{shown:?}");
    write("POST", "/Users", json!({"userName": "bob"}), 201).await;
    assert!(lines(&api).await.is_empty(), "another person does not change that");
    write("PATCH", &ada, leaves(json!({"familyName": "Byron"})), 200).await;
    assert_eq!(lines(&api).await, ["First: requests are answered again."]);
}

#[tokio::test]
async fn a_finding_that_is_hidden_is_not_notified() {
    let api = start("okta").await;
    call_well(&api).await;
    for _ in 0..3 {
        call(&api, "wrong").await;
    }
    let all = api.command("diagnosis.findings", json!({})).await;
    let finding = all["findings"].as_array().unwrap().iter().find(|one| one["code"] == "access.unauthorized");
    api.command("diagnosis.hide", json!({"id": finding.unwrap()["id"]})).await;
    assert!(lines(&api).await.is_empty(), "an Admin has seen it");
    api.command("diagnosis.showAgain", json!({"id": finding.unwrap()["id"]})).await;
    assert_eq!(lines(&api).await.len(), 1);
}

#[tokio::test]
async fn what_was_shown_is_known_over_a_restart() {
    let api = start("okta").await;
    api.clock.advance(358 * DAY + HOUR);
    sign_in(&api).await;
    assert_eq!(
        lines(&api).await,
        ["First: the token expires in 6 days. Replace it in time, and no request is refused."]
    );
    api.app.close().await;
    let options = foundational::Options {
        data: api.folder().to_owned(),
        listen: None,
        public_url: None,
        insist: false,
    };
    let clock = api.clock.clone();
    let again = foundational::Foundational::open_at(options, clock, store::Ids::random()).await.unwrap();
    assert!(
        again.desktop().due_notifications(&window()).await.unwrap().is_empty(),
        "it was shown before the restart"
    );
    api.clock.advance(6 * DAY);
    assert_eq!(
        again.desktop().due_notifications(&window()).await.unwrap().len(),
        1,
        "one day before the end is another step"
    );
    again.close().await;
}

#[tokio::test]
async fn a_token_is_shown_seven_days_and_one_day_before_its_end_and_when_it_has_ended() {
    let api = start("azure").await;
    call_well(&api).await;
    let mut days = Vec::new();
    // The year of the token, looked at twice a day until it is over.
    for half in 0..2 * 365 {
        let lines = lines(&api).await;
        days.extend(lines.into_iter().map(|line| (half / 2, line)));
        api.clock.advance(12 * HOUR);
    }
    let days: Vec<(usize, &str)> = days.iter().map(|(day, line)| (*day, line.as_str())).collect();
    assert_eq!(
        days,
        [(358, "First: the token expires in 6 days."), (364, "First: the token expires in 23 hours."),],
        "once at each step"
    );
    sign_in(&api).await;
    let expired = &notify(&api).await[0];
    assert_eq!(
        (expired.title.as_str(), expired.detail.as_str()),
        (
            "First: the token has expired.",
            "It expired today. Until it is replaced, every request is refused."
        )
    );
    assert_eq!(expired.place, format!("connections/{}/tokens", api.connection_id));
    for _ in 0..3 {
        call_well(&api).await;
    }
    assert!(lines(&api).await.is_empty(), "that it is refused now has the same cause");
    api.clock.advance(DAY);
    sign_in(&api).await;
    assert_eq!(
        lines(&api).await,
        ["First: the token has expired. Requests are being refused. It expired yesterday."]
    );
}

#[tokio::test]
async fn an_address_is_shown_after_ten_minutes_in_which_nothing_arrives() {
    let api = start("azure").await;
    api.command("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await;
    api.command("server.checkPublicUrl", json!({})).await;
    api.clock.advance(5 * MINUTE);
    api.command("server.checkPublicUrl", json!({})).await;
    api.clock.advance(Duration::from_secs(5 * 60 - 1));
    assert!(lines(&api).await.is_empty(), "a tunnel may be away for a moment");
    api.clock.advance(Duration::from_secs(1));
    let notice = &notify(&api).await[0];
    assert_eq!(notice.title, "The public address is not reachable.");
    assert!(notice.detail.starts_with("The name unknown.invalid is not known"), "{notice:?}");
    assert_eq!(notice.place, "settings/address");
    assert!(lines(&api).await.is_empty(), "once a day");
    api.clock.advance(DAY);
    assert_eq!(lines(&api).await.len(), 1, "while it lasts");
    api.command("server.publicUrl", json!({"publicUrl": "https://other.invalid"})).await;
    api.clock.advance(DAY);
    assert!(lines(&api).await.is_empty(), "another address was not looked at yet");
}

#[tokio::test]
async fn a_provider_that_misses_its_times_is_shown() {
    let api = start("azure").await;
    call_well(&api).await;
    api.command("wizard.finish", json!({"id": api.connection_id})).await;
    for _ in 0..5 {
        api.clock.advance(40 * MINUTE);
        call_well(&api).await;
    }
    api.clock.advance(2 * HOUR);
    assert!(lines(&api).await.is_empty(), "two of its times were missed");
    api.clock.advance(HOUR);
    assert_eq!(
        lines(&api).await,
        [
            "First: no request for 3 hours. It usually calls every 41 minutes, and has missed 4 cycles. Is provisioning still on there?"
        ]
    );
    assert!(lines(&api).await.is_empty(), "once a day");
}

#[tokio::test]
async fn a_disk_is_shown_once_it_has_no_space_for_the_log() {
    let api = start("okta").await;
    inject(api.folder(), Some(128_000_000));
    assert!(lines(&api).await.is_empty(), "a disk that is low waits until the app is opened");
    inject(api.folder(), Some(127_999_999));
    assert_eq!(lines(&api).await, [format!("The disk of {} is nearly full.", api.folder().display())]);
}

#[tokio::test]
async fn a_backup_that_fails_is_shown_once_a_day_until_one_is_made() {
    let api = start("okta").await;
    api.app.data().daily_backup().await.unwrap();
    let (folder, elsewhere) = (api.folder().join("backups"), api.folder().join("moved"));
    std::fs::rename(&folder, &elsewhere).unwrap();
    std::fs::write(&folder, "no folder").unwrap();
    api.clock.advance(DAY);
    assert!(lines(&api).await.is_empty(), "none was tried");
    api.app.data().daily_backup().await.unwrap_err();
    let notice = &notify(&api).await[0];
    assert!(notice.title.starts_with("No backup could be made at "), "{notice:?}");
    assert_eq!(notice.place, "settings/data");
    assert!(lines(&api).await.is_empty(), "once a day");
    api.clock.advance(DAY);
    assert_eq!(lines(&api).await.len(), 1, "while it lasts");
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&elsewhere, &folder).unwrap();
    api.app.data().daily_backup().await.unwrap();
    api.clock.advance(DAY);
    assert!(lines(&api).await.is_empty(), "the next one that works settles it");
}

#[tokio::test]
async fn secrets_that_are_tried_with_a_known_key_are_shown_also_before_the_connection_worked() {
    let api = start("okta").await;
    let wrong = with_another_secret(&api.token);
    for _ in 0..4 {
        call(&api, &wrong).await;
    }
    assert!(lines(&api).await.is_empty(), "four may be a mistake");
    call(&api, &wrong).await;
    let notices = notify(&api).await;
    let [notice] = notices.as_slice() else { panic!("one: {notices:?}") };
    assert!(notice.title.starts_with("First: requests from "), "{notice:?}");
    assert!(notice.title.ends_with(" have the key of a token and a wrong secret."), "{notice:?}");
    assert!(notice.detail.starts_with("All of them were refused."), "{notice:?}");
    assert_eq!(notice.place, "diagnostics");
    call(&api, &wrong).await;
    assert!(lines(&api).await.is_empty(), "once a day");
}

#[tokio::test]
async fn a_paused_connection_is_not_reported() {
    let api = start("okta").await;
    call_well(&api).await;
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    for _ in 0..4 {
        call(&api, "wrong").await;
    }
    assert!(lines(&api).await.is_empty(), "the person who paused it knows");
}

#[tokio::test]
async fn each_kind_can_be_switched_off_by_an_admin_alone() {
    let api = start("okta").await;
    let all = json!({"tokenExpiring": true, "tokenExpired": true, "failing": true, "notReachable": true, "quiet": true});
    assert_eq!(api.command("notifications.show", json!({})).await, all, "everything is shown at first");
    call_well(&api).await;
    for _ in 0..3 {
        call(&api, "wrong").await;
    }
    let mut quieter = all.clone();
    quieter["failing"] = json!(false);
    assert_eq!(api.command("notifications.set", quieter.clone()).await, quieter, "it is stored");
    assert!(lines(&api).await.is_empty(), "switched off");
    api.command("notifications.set", all.clone()).await;
    assert_eq!(lines(&api).await.len(), 1, "and on again");

    let ada = api
        .command("people.createLocal", json!({"name": "Ada", "email": "ada@example.com", "role": "member"}))
        .await;
    let desk = Caller::Window("desk".to_owned());
    let (passcode, new) = (&ada["passcode"], "another horse battery");
    let sign_in = json!({"email": "ada@example.com", "password": passcode});
    api.app.call(&desk, "session.signIn", sign_in).await.unwrap();
    let change = json!({"password": passcode, "newPassword": new});
    api.app.call(&desk, "session.changePassword", change).await.unwrap();
    for (command, args) in [("notifications.show", json!({})), ("notifications.set", all)] {
        let refused = api.app.call(&desk, command, args).await.unwrap_err();
        assert_eq!(refused.code, foundational::error::Code::Role, "{command} is for Admins");
    }
}

#[tokio::test]
async fn nothing_but_the_title_is_shown_unless_an_admin_is_at_the_window() {
    let api = start("okta").await;
    call_well(&api).await;
    for _ in 0..3 {
        call(&api, "wrong").await;
    }
    let due = async |caller: &Caller| api.app.desktop().due_notifications(caller).await.unwrap().remove(0);
    assert!(!due(&window()).await.detail.is_empty(), "an Admin sees why");
    let title = "First: requests are being refused.";
    api.app.call(&window(), "session.lock", Value::Null).await.unwrap();
    let locked = due(&window()).await;
    assert_eq!((locked.title.as_str(), locked.detail.as_str()), (title, ""), "a locked window");
    let unknown = due(&Caller::Window("other".to_owned())).await;
    assert_eq!((unknown.title.as_str(), unknown.detail.as_str()), (title, ""), "no one is signed in");
}
