//! What the screens ask about many people, and what an Admin does with a choice of them.

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::Api;

fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

/// The first Admin, signed in at a window.
async fn admin(api: &Api) -> Caller {
    let caller = window("admin");
    let args = json!({"name": "Grace", "email": "grace@example.com", "password": "correct horse battery"});
    api.app.call(&caller, "account.createFirst", args).await.unwrap();
    caller
}

async fn person(api: &Api, name: &str) -> String {
    let body = json!({"userName": format!("{name}@example.com"), "displayName": name, "title": "Countess",
        "password": "stored nowhere at all", "emails": [{"value": format!("{name}@home.net"), "type": "home"}]});
    let made = api.scim("POST", "/Users", body).await.expect(201, name);
    made["id"].as_str().unwrap().to_owned()
}

fn everybody() -> Value {
    json!({"matching": {"filter": {}, "except": []}})
}

#[tokio::test]
async fn who_changed_lately_is_counted_by_the_clock() {
    let api = Api::start("custom").await;
    person(&api, "old").await;
    api.clock.advance(std::time::Duration::from_hours(24 * 8));
    person(&api, "new").await;
    api.clock.advance(std::time::Duration::from_hours(25));
    for (changed, total) in [("day", 0), ("week", 1), ("month", 2)] {
        let query =
            json!({"changed": changed, "sort": "name", "descending": false, "offset": 0, "limit": 10});
        let page = api.command("people.list", query).await;
        assert_eq!(page["total"], total, "{changed}: {page}");
    }
    let odd = json!({"changed": "year", "sort": "name", "descending": false, "offset": 0, "limit": 10});
    let error = api.app.call(&Caller::Operator, "people.list", odd).await.unwrap_err();
    assert_eq!(error.code, Code::Invalid, "no such time: {error:?}");
}

#[tokio::test]
async fn letters_lead_to_a_row_and_only_letters() {
    let api = Api::start("custom").await;
    for name in ["Ada", "Bob", "Cy"] {
        person(&api, name).await;
    }
    let jump = |letters: &str, sort: &str| json!({"filter": {}, "sort": sort, "descending": false, "letters": letters});
    let place = api.command("people.place", jump("b", "name")).await;
    assert_eq!(place, json!({"index": 1, "name": "Bob", "begins": true}), "the first with B");
    let place = api.command("people.place", jump("bz", "userName")).await;
    assert_eq!(place, json!({"index": 2, "name": "Cy@example.com", "begins": false}), "the one after it");
    for (letters, sort, field) in
        [(" ", "name", "letters"), (&*"x".repeat(101), "name", "letters"), ("b", "changed", "sort")]
    {
        let error = api.app.call(&Caller::Operator, "people.place", jump(letters, sort)).await.unwrap_err();
        assert_eq!((error.code, error.field.as_deref()), (Code::Invalid, Some(field)), "{error:?}");
    }
}

#[tokio::test]
async fn letters_lead_to_a_group_too() {
    let api = Api::start("custom").await;
    let jump = |search: &str, letters: &str| json!({"search": search, "letters": letters});
    let none = api.command("groups.place", jump("", "a")).await;
    assert_eq!(none["index"], Value::Null, "there is no group yet");
    for name in ["Analysts", "writers", "Admins"] {
        api.scim("POST", "/Groups", json!({"displayName": name})).await.expect(201, name);
    }
    for (search, letters, index, name, begins) in [
        ("", "AN", 1, "Analysts", true),
        ("", "b", 2, "writers", false),
        ("", "z", 2, "writers", false),
        ("min", "z", 0, "Admins", false),
    ] {
        let place = api.command("groups.place", jump(search, letters)).await;
        assert_eq!(place, json!({"index": index, "name": name, "begins": begins}), "{letters} in {search}");
    }
    let error = api.app.call(&Caller::Operator, "groups.place", jump("", "")).await.unwrap_err();
    assert_eq!((error.code, error.field.as_deref()), (Code::Invalid, Some("letters")), "{error:?}");
}

#[tokio::test]
async fn a_choice_is_blocked_at_once_without_the_person_who_blocks() {
    let api = Api::start("custom").await;
    let grace = admin(&api).await;
    let (ada, bob) = (person(&api, "ada").await, person(&api, "bob").await);
    let one = json!({"people": {"ids": [ada]}});
    let done = api.app.call(&grace, "people.blockMany", one.clone()).await.unwrap();
    assert_eq!(done, json!({"changed": 1, "withoutYou": false}), "she is blocked");
    let done = api.app.call(&grace, "people.blockMany", json!({"people": everybody()})).await.unwrap();
    assert_eq!(
        done,
        json!({"changed": 1, "withoutYou": true}),
        "he too; she was, and Grace remains as she is"
    );
    let done = api.app.call(&grace, "people.unblockMany", one).await.unwrap();
    assert_eq!(done["changed"], 1, "let in again");
    let view = api.command("people.show", json!({"id": bob})).await;
    assert_eq!(view["block"], "Blocked by Grace", "with who did it");
    api.clock.advance(std::time::Duration::from_mins(6));
    let late = api.app.call(&grace, "people.unblockMany", json!({"people": everybody()})).await.unwrap_err();
    assert_eq!(late.code, Code::Confirm, "giving access back asks for the password: {late:?}");
    api.app
        .call(&grace, "people.blockMany", json!({"people": everybody()}))
        .await
        .expect("taking it does not");
}

#[tokio::test]
async fn a_choice_that_cannot_be_is_refused_with_what_to_do() {
    let api = Api::start("custom").await;
    let many: Vec<String> = (0..1001).map(|n| n.to_string()).collect();
    for (people, code) in [
        (json!({"ids": []}), Code::Invalid),
        (json!({"ids": many}), Code::Invalid),
        (json!({"ids": ["unknown"]}), Code::Conflict),
        (json!({"all": true}), Code::Invalid),
        (json!({"matching": {"filter": {"sort": "name"}, "except": []}}), Code::Invalid),
    ] {
        let args = json!({"people": people});
        let error = api.app.call(&Caller::Operator, "people.blockMany", args).await.unwrap_err();
        assert_eq!(error.code, code, "{people}: {error:?}");
    }
    // More than one act may change: nothing is done by halves.
    for n in 0..1001 {
        let body = json!({"userName": format!("p{n}")});
        api.scim("POST", "/Users", body).await.expect(201, "many people");
    }
    let error = api
        .app
        .call(&Caller::Operator, "people.blockMany", json!({"people": everybody()}))
        .await
        .unwrap_err();
    assert!(error.message.contains("1000 can be blocked at once"), "{error:?}");
    let blocked = json!({"status": "blocked", "sort": "name", "descending": false, "offset": 0, "limit": 1});
    assert_eq!(api.command("people.list", blocked).await["total"], 0, "no one was blocked");
}

#[tokio::test]
async fn an_export_has_everything_but_what_signs_a_person_in() {
    let api = Api::start("custom").await;
    let grace = admin(&api).await;
    let ada = person(&api, "ada").await;
    person(&api, "=cmd|' /C calc'!A0").await;
    api.scim("POST", "/Groups", json!({"displayName": "Analysts", "members": [{"value": ada}]}))
        .await
        .expect(201, "a group");
    let passcode = api.command("people.allowSignIn", json!({"id": ada})).await["passcode"].clone();
    let export = async |people: Value, format: &str| {
        let args = json!({"people": people, "format": format});
        api.app.call(&grace, "people.export", args).await.unwrap()
    };
    let csv = export(everybody(), "csv").await;
    assert_eq!((&csv["name"], &csv["count"]), (&json!("users-2026-11-24.csv"), &json!(3)), "{csv}");
    let text = csv["text"].as_str().unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{FEFF}').split("\r\n").collect();
    assert_eq!(
        lines[0],
        "id,name,userName,email,emails,externalId,source,role,status,blockedHere,withheld,groups,createdAt,changedAt,lastChange,changedBy"
    );
    assert_eq!(
        lines[2],
        format!(
            "{ada},ada,ada@example.com,ada@home.net,ada@home.net,,First,member,active,no,no,Analysts,2026-11-24T10:00:00Z,2026-11-24T10:00:00Z,Sign-in allowed,Foundational"
        )
    );
    assert!(lines[1].contains("\"'=cmd|' /C calc'!A0\""), "no formula: {}", lines[1]);
    let filter = json!({"matching": {"filter": {"source": "local"}, "except": []}});
    assert_eq!(export(filter, "csv").await["count"], 1, "who matches the filter");

    let file = export(json!({"ids": [ada]}), "json").await;
    let people: Value = serde_json::from_str(file["text"].as_str().unwrap()).unwrap();
    assert_eq!(people[0]["resource"]["title"], "Countess", "the whole record: {people}");
    assert_eq!(
        (&people[0]["source"], &people[0]["groups"]),
        (&json!("First"), &json!(["Analysts"])),
        "{people}"
    );
    for all in
        [text, file["text"].as_str().unwrap(), export(everybody(), "json").await["text"].as_str().unwrap()]
    {
        for secret in ["password", "stored nowhere", "$argon2", passcode.as_str().unwrap(), &api.token] {
            assert!(!all.contains(secret), "{secret} is in {all}");
        }
    }
}

#[tokio::test]
async fn a_member_neither_exports_nor_blocks() {
    let api = Api::start("custom").await;
    let grace = admin(&api).await;
    let ada = person(&api, "ada").await;
    let allowed = api.command("people.allowSignIn", json!({"id": ada})).await;
    let caller = window("ada");
    let passcode = &allowed["passcode"];
    let sign_in = json!({"email": "ada@example.com", "password": passcode});
    api.app.call(&caller, "session.signIn", sign_in).await.unwrap();
    let change = json!({"password": passcode, "newPassword": "a password of my own"});
    api.app.call(&caller, "session.changePassword", change).await.unwrap();
    for command in
        ["people.blockMany", "people.unblockMany", "people.export", "groups.export", "groups.exportMembers"]
    {
        let args = json!({"people": everybody(), "format": "csv"});
        let error = api.app.call(&caller, command, args.clone()).await.unwrap_err();
        assert_eq!(error.code, Code::Role, "{command}: {error:?}");
        let unknown = api.app.call(&window("unknown"), command, args).await.unwrap_err();
        assert_eq!(unknown.code, Code::SignedOut, "{command}: {unknown:?}");
    }
    let jump = json!({"filter": {}, "sort": "name", "descending": false, "letters": "a"});
    api.app.call(&caller, "people.place", jump).await.expect("looking people up is for everybody");
    api.clock.advance(std::time::Duration::from_mins(6));
    let args = json!({"people": everybody(), "format": "csv"});
    let late = api.app.call(&grace, "people.export", args).await.unwrap_err();
    assert_eq!(late.code, Code::Confirm, "an export asks for the password: {late:?}");
    for (command, args) in [
        ("groups.export", json!({"format": "csv"})),
        ("groups.exportMembers", json!({"id": "x", "format": "csv"})),
    ] {
        let late = api.app.call(&grace, command, args).await.unwrap_err();
        assert_eq!(late.code, Code::Confirm, "so does {command}: {late:?}");
    }
}

#[tokio::test]
async fn groups_are_exported_as_filtered_and_the_members_of_one() {
    let api = Api::start("custom").await;
    let grace = admin(&api).await;
    let (ada, bob) = (person(&api, "ada").await, person(&api, "bob").await);
    let group = async |name: &str, members: Value| {
        let body = json!({"displayName": name, "externalId": "x-1", "members": members});
        api.scim("POST", "/Groups", body).await.expect(201, name)["id"].clone()
    };
    let later = "00000000-0000-7000-8000-000000000000";
    let analysts = group("=Analysts", json!([{"value": ada}, {"value": later}])).await;
    group("Engineers", json!([{"value": ada}, {"value": bob}, {"value": analysts}])).await;
    let export = async |command: &str, args: Value| api.app.call(&grace, command, args).await.unwrap();

    let csv = export("groups.export", json!({"format": "csv"})).await;
    assert_eq!((&csv["name"], &csv["count"]), (&json!("groups-2026-11-24.csv"), &json!(2)), "{csv}");
    let text = csv["text"].as_str().unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{FEFF}').split("\r\n").collect();
    assert_eq!(lines[0], "id,name,externalId,source,members,notHereYet,grantsAdmin,createdAt,changedAt");
    let id = analysts.as_str().unwrap();
    assert_eq!(
        lines[1],
        format!("{id},\"'=Analysts\",x-1,First,2,1,no,2026-11-24T10:00:00Z,2026-11-24T10:00:00Z"),
        "no spreadsheet runs it"
    );
    let found = export("groups.export", json!({"search": "ENG", "format": "json"})).await;
    let groups: Value = serde_json::from_str(found["text"].as_str().unwrap()).unwrap();
    assert_eq!(groups.as_array().unwrap().len(), 1, "who matches: {groups}");
    assert_eq!(groups[0]["resource"]["displayName"], "Engineers", "the whole record: {groups}");
    assert_eq!((&groups[0]["source"], &groups[0]["members"]), (&json!("First"), &json!(3)), "{groups}");

    let members = export("groups.exportMembers", json!({"id": analysts, "format": "csv"})).await;
    assert_eq!(
        (&members["name"], &members["count"]),
        (&json!("Analysts-members-2026-11-24.csv"), &json!(1)),
        "who is here, and not who is yet to come: {members}"
    );
    assert!(members["text"].as_str().unwrap().contains(&format!("{ada},ada,")), "{members}");
    let people = export("groups.exportMembers", json!({"id": analysts, "format": "json"})).await;
    let refused = api.app.call(&grace, "groups.exportMembers", json!({"id": "x", "format": "csv"})).await;
    assert_eq!(refused.unwrap_err().code, Code::NotFound, "a group that does not exist");
    for file in [&csv, &found, &members, &people] {
        for secret in ["password", "stored nowhere", "$argon2", &api.token] {
            assert!(!file["text"].as_str().unwrap().contains(secret), "{secret} is in {file}");
        }
    }
}

#[tokio::test]
async fn more_groups_than_one_stretch_are_exported_each_once() {
    let api = Api::start("custom").await;
    for place in 0..1_001 {
        let body = json!({"displayName": format!("Group {place:04}")});
        api.scim("POST", "/Groups", body).await.expect(201, "a group");
    }
    let file = api.command("groups.export", json!({"format": "json"})).await;
    let groups: Value = serde_json::from_str(file["text"].as_str().unwrap()).unwrap();
    let names: Vec<&str> =
        groups.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!((names.len(), &file["count"]), (1_001, &json!(1_001)), "all of them");
    assert!(names.is_sorted_by(|one, next| one < next), "by name, none twice");
}
