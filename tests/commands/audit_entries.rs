//! What audit entries say, who sees them, and how long they are retained.

use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

use crate::audit::{OTHER_PASSWORD, PASSWORD, entries, newest, window};
use crate::findings::{found, is_over, parts};

#[tokio::test]
async fn wrong_passwords_are_recorded_without_what_was_typed() {
    let api = Api::start("custom").await;
    let first = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    for (email, sentence) in [
        ("grace@example.com", "Not signed in: Entered a wrong password for Grace."),
        ("my-secret-pass", "Not signed in: Entered an unknown name."),
    ] {
        let args = json!({"email": email, "password": "a wrong password"});
        let refused = api.app.call(&window("new"), "session.signIn", args).await.unwrap_err();
        assert_eq!(refused.code, Code::WrongCredentials);
        assert_eq!(newest(&api).await, sentence);
    }
    let all = format!("{:?}", entries(&api.app).await);
    assert!(!all.contains("my-secret-pass"), "a password may be typed for a name: {all}");
    assert!(!all.contains(&api.token), "a token is never in an entry");
}

#[tokio::test]
async fn the_program_and_the_command_line_have_entries_of_their_own() {
    let api = Api::start("custom").await;
    assert_eq!(newest(&api).await, "Command line: Created the token Token 1 of First.");
    api.app.data().daily_backup().await.unwrap();
    let made = newest(&api).await;
    assert!(made.starts_with("Foundational: Started a backup: "), "{made}");
    let args = json!({"connectionId": api.connection_id, "expires": "1y", "overlap": "none"});
    let fresh = api.command("token.rotate", args).await;
    let request = axum::http::Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("authorization", format!("Bearer {}", fresh["token"].as_str().unwrap()));
    api.send(request.body(axum::body::Body::empty()).unwrap()).await.expect(200, "the new token is used");
    api.recorded("GET", "/Users").await;
    api.clock.advance(std::time::Duration::from_secs(1));
    api.app.housekeeping().round().await.unwrap();
    assert_eq!(newest(&api).await, "Foundational: Ended the replaced token Token 1 of First.");
}

#[tokio::test]
async fn entries_are_an_admins_are_filtered_and_exported() {
    let api = Api::start("custom").await;
    let first = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    let list = async |filter: Value| {
        let args = json!({"filter": filter, "offset": 0, "limit": 10});
        api.app.call(&window("main"), "audit.list", args).await.unwrap()
    };
    let all = list(json!({})).await;
    assert_eq!(all["total"], 4, "{all}");
    let names: Vec<&Value> = all["actors"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Command line", "Grace"]);
    assert_eq!(list(json!({"actor": "commandLine"})).await["total"], 3);
    assert_eq!(list(json!({"actor": all["actors"][1]["value"]})).await["total"], 1);
    assert_eq!(list(json!({"act": "connectionPause"})).await["total"], 1);
    assert_eq!(list(json!({"connectionId": api.connection_id})).await["total"], 3);
    let paused = &all["rows"][0];
    assert_eq!((&paused["subject"]["name"], &paused["subject"]["exists"]), (&json!("First"), &json!(true)));
    let filter = json!({"connectionId": api.connection_id});
    let file = api.app.call(&window("main"), "audit.export", filter).await.unwrap();
    let lines: Vec<&str> = file["text"].as_str().unwrap().lines().collect();
    assert_eq!((&file["count"], lines.len()), (&json!(3), 4), "a line for each, and the head: {lines:?}");
    assert!(
        lines[1].contains("Command line,,connectionPause,Paused the connection First.,connection,First,")
    );
    assert_eq!(newest(&api).await, "Grace: Exported 3 audit entries.");
    let member = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let made = api.command("people.createLocal", member).await;
    let sign_in = json!({"email": "mel@example.com", "password": made["passcode"]});
    api.app.call(&window("mel"), "session.signIn", sign_in).await.unwrap();
    let change = json!({"password": made["passcode"], "newPassword": OTHER_PASSWORD});
    api.app.call(&window("mel"), "session.changePassword", change).await.unwrap();
    for (name, args) in
        [("audit.list", json!({"filter": {}, "offset": 0, "limit": 1})), ("audit.export", json!({}))]
    {
        let refused = api.app.call(&window("mel"), name, args).await.unwrap_err();
        assert_eq!(refused.code, Code::Role, "{name} is for Admins");
    }
}

#[tokio::test]
async fn saving_what_is_saved_already_leaves_no_entry() {
    let api = Api::start("custom").await;
    let first = json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD});
    api.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    let id = &api.connection_id;
    let local = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let mel = api.command("people.createLocal", local).await["personId"].clone();
    let hold = json!({"mode": "hold", "least": 1, "people": 1, "percentHour": 20, "percentDay": 30});
    let notify = json!({"mode": "notify", "least": 1, "people": 1, "percentHour": 20, "percentDay": 30});
    let names =
        |name| json!({"id": mel, "name": name, "userName": "mel@example.com", "email": "mel@example.com"});
    let rules = |matching| json!({"matching": matching, "onDelete": "keep", "adminGroupId": null, "allowedAddresses": []});
    let choices =
        |email| json!({"id": id, "choices": {"email": email, "name": "formatted", "userName": "asSent"}});
    let security = |minutes| json!({"idleMinutes": minutes, "lockOnSleep": true, "remember": true});
    for (command, saved, other) in [
        ("connection.rename", json!({"id": id, "name": "Second"}), json!({"id": id, "name": "Third"})),
        ("connection.setBrake", json!({"id": id, "brake": hold}), json!({"id": id, "brake": notify})),
        (
            "connection.setRules",
            json!({"id": id, "rules": rules("refuse")}),
            json!({"id": id, "rules": rules("link")}),
        ),
        ("connection.setChoices", choices("work"), choices("first")),
        ("security.set", security(20), security(30)),
        ("people.setRole", json!({"id": mel, "role": "admin"}), json!({"id": mel, "role": "member"})),
        ("people.editLocal", names("Melba"), names("Mel")),
        ("people.setActive", json!({"id": mel, "active": false}), json!({"id": mel, "active": true})),
        ("data.setBodies", json!({"bodies": "masked"}), json!({"bodies": "none"})),
        ("support.setContact", json!({"contact": "help@acme.example"}), json!({"contact": null})),
        ("data.setLogLimit", json!({"megabytes": 500}), json!({"megabytes": 250})),
        ("awake.set", json!({"on": true}), json!({"on": false})),
        ("server.openDiscovery", json!({"open": true}), json!({"open": false})),
        ("server.setCertificate", json!({"source": "privateAuthority"}), json!({"source": null})),
    ] {
        let before = entries(&api.app).await.len();
        for args in [&saved, &saved, &other, &other] {
            api.command(command, args.clone()).await;
        }
        assert_eq!(entries(&api.app).await.len() - before, 2, "{command}: two values, two entries");
    }
    let (connection, person, all) = (json!({"id": id}), json!({"id": mel}), json!({}));
    for (command, back, args) in [
        ("connection.pause", "connection.resume", &connection),
        ("provisioning.pause", "provisioning.resume", &all),
        ("people.block", "people.unblock", &person),
    ] {
        let before = entries(&api.app).await.len();
        for name in [command, command, back, back] {
            api.command(name, args.clone()).await;
        }
        assert_eq!(entries(&api.app).await.len() - before, 2, "{command}: two acts, two entries");
    }
    api.app.desktop().ended_unexpectedly(api.clock.now()).await.unwrap();
    for (command, args) in [
        ("people.forbidSignIn", person),
        ("server.addHost", json!({"name": "scim.example.com"})),
        ("home.noteCrash", json!({})),
    ] {
        let before = entries(&api.app).await.len();
        for _ in 0..2 {
            api.command(command, args.clone()).await;
        }
        assert_eq!(entries(&api.app).await.len() - before, 1, "{command}: one act, one entry");
    }
}

/// What the program of `docs/database.md` prints about this export, which it reads with nothing of ours.
fn checked_elsewhere(export: &str) -> String {
    let page = std::fs::read_to_string(tests::project().join("docs/database.md")).unwrap();
    let (_, program) = page.split_once("```python\n").unwrap();
    let (program, _) = program.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.csv");
    std::fs::write(&file, export).unwrap();
    let mut python = std::process::Command::new("python3");
    let output = python.args(["-c", program]).arg(file).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    String::from_utf8(printed).unwrap().trim().to_owned()
}

#[tokio::test]
async fn an_export_is_checked_elsewhere_by_its_hashes() {
    let api = Api::start("custom").await;
    // What begins like a formula, and what CSV and JSON both escape.
    for name in ["=1+1", "a \"b\", c\\d é"] {
        api.command("connection.create", json!({"name": name, "provider": "custom"})).await;
    }
    let file = api.command("audit.export", json!({})).await;
    let text = file["text"].as_str().unwrap();
    let newest = text.lines().nth(1).unwrap().rsplit_once(',').unwrap().1;
    let at = "2026-11-24T10:00:00Z";
    assert_eq!(checked_elsewhere(text), format!("4 entries fit, from {at} to {at}: {newest}"));
    let altered = checked_elsewhere(&text.replace("First", "Fifth"));
    assert!(altered.starts_with("does not fit: ") && altered.contains("Fifth"), "{altered}");
    let mut lines: Vec<&str> = text.split_inclusive("\r\n").collect();
    lines.remove(2);
    assert!(checked_elsewhere(&lines.concat()).starts_with("does not fit: "), "one is missing");
    let chain = api.command("audit.verify", json!({})).await;
    assert_eq!((&chain["entries"], &chain["problem"]), (&json!(5), &Value::Null), "{chain}");
    assert_ne!(chain["newestHash"], newest, "the export is an entry after those");
}

#[tokio::test]
async fn an_altered_entry_is_a_finding() {
    let api = Api::start("custom").await;
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    api.app.housekeeping().round().await.unwrap();
    is_over(&api, "audit.broken").await;
    api.app.close().await;
    // The act, and beside it the kind of its subject.
    let (file, entry) = (api.folder().join("foundational.db"), b"connectionPauseconnection");
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.windows(entry.len()).position(|part| part == entry).expect("the entry is in the file");
    bytes[at] = b'C';
    std::fs::write(&file, bytes).unwrap();
    let api = api.reopened().await;
    let doctor = api.command("workspace.doctor", json!({})).await.to_string();
    assert!(doctor.contains("The audit entries are not as they were written."), "{doctor}");
    let finding = found(&api, "audit.broken").await;
    assert_eq!(finding["severity"], "warning", "{finding}");
    let (causes, remedies, evidence) = parts(&finding);
    assert_eq!(causes, ["likely: Another program changed the file of the workspace."]);
    assert_eq!(remedies, ["seeAudit"]);
    let sentence = "Entry 3 does not follow from the one before it: it was altered, or others were added or removed there.";
    assert_eq!(evidence, sentence);
    let chain = api.command("audit.verify", json!({})).await;
    assert_eq!((&chain["problem"], &chain["entries"]), (&json!(sentence), &json!(3)), "{chain}");
    assert_eq!(chain["problemAt"], finding["since"], "{chain}");
}

#[tokio::test]
async fn a_jump_of_the_clock_by_more_than_ten_minutes_is_an_entry() {
    let api = Api::start("custom").await;
    let minutes = std::time::Duration::from_mins;
    let round = async || {
        api.app.housekeeping().round().await.unwrap();
        newest(&api).await
    };
    let before = round().await;
    api.clock.advance(minutes(10));
    assert_eq!(round().await, before, "a smaller one is none");
    api.clock.advance(minutes(12));
    assert_eq!(round().await, "Foundational: Saw the clock of this computer jump ahead by 12 minutes.");
    api.clock.set_back(minutes(180));
    assert_eq!(round().await, "Foundational: Saw the clock of this computer jump back by 3 hours.");
    api.app.close().await;
    api.clock.set_back(minutes(5));
    let api = api.reopened().await;
    api.clock.set_back(minutes(6));
    api.app.housekeeping().round().await.unwrap();
    let sentence = "Foundational: Saw the clock of this computer jump back by 11 minutes.";
    assert_eq!(newest(&api).await, sentence, "also while nothing ran");
}

#[tokio::test]
async fn entries_are_deleted_after_two_years() {
    let api = Api::start("custom").await;
    let day = std::time::Duration::from_hours(24);
    api.app.housekeeping().round().await.unwrap();
    // The clock jumps; retention follows it when the jump has lasted for a day.
    for days in [729, 1] {
        api.clock.advance(days * day);
        api.app.housekeeping().round().await.unwrap();
    }
    let made = async || entries(&api.app).await.iter().filter(|one| one["act"] != "clockJump").count();
    assert_eq!(made().await, 2, "the connection and its token");
    api.clock.advance(day);
    api.app.housekeeping().round().await.unwrap();
    assert_eq!(made().await, 0, "older than two years");
    let left = api.command("audit.verify", json!({})).await;
    assert_eq!((&left["entries"], &left["problem"]), (&json!(3), &Value::Null), "the others fit: {left}");
    assert_eq!(left["since"], entries(&api.app).await[2]["at"], "from the oldest that is left");
}
