//! Each command about people, groups, their history and the data, once.

use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::Ids;
use tests::{Api, until};

use super::audited_calls::AuditedCalls;
use super::{PASSWORD, entries, id, window};

pub(super) async fn people(calls: &mut AuditedCalls) {
    let local = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let mel = calls.call("people.createLocal", local).await["personId"].clone();
    let by_id = json!({"id": mel});
    for role in ["admin", "member"] {
        calls.call("people.setRole", json!({"id": mel, "role": role})).await;
    }
    calls.says("Made Mel a Member.").await;
    for active in [false, true] {
        calls.call("people.setActive", json!({"id": mel, "active": active})).await;
    }
    let names =
        json!({"id": mel, "name": "Mel Baker", "userName": "mel@example.com", "email": "mel@example.com"});
    calls.call("people.editLocal", names).await;
    for name in ["people.block", "people.unblock", "people.allowSignIn", "people.forbidSignIn", "people.show"]
    {
        calls.call(name, by_id.clone()).await;
    }
    let several = json!({"people": {"ids": [mel]}});
    calls.call("people.blockMany", several.clone()).await;
    calls.call("people.unblockMany", several.clone()).await;
    calls.says("Unblocked 1 user.").await;
    let mut export = several;
    export["format"] = json!("csv");
    calls.call("people.export", export).await;
    let all = json!({"sort": "name", "descending": false, "offset": 0, "limit": 10});
    calls.call("people.list", all).await;
    let jump = json!({"filter": {}, "sort": "name", "descending": false, "letters": "m"});
    calls.call("people.place", jump).await;
    calls.call("person.why", json!({"text": "mel"})).await;
    calls.call("history.list", json!({"id": mel, "limit": 10})).await;
    calls.call("people.deleteLocal", by_id).await;
    calls.says("Deleted the local account Mel Baker.").await;
}

pub(super) async fn groups(calls: &mut AuditedCalls) {
    let group = calls.scim("POST", "/Groups", json!({"displayName": "Crew"})).await;
    calls.call("groups.export", json!({"format": "csv"})).await;
    calls.call("groups.exportMembers", json!({"id": group["id"], "format": "json"})).await;
    calls.call("groups.find", json!({"connectionId": calls.api.connection_id, "search": ""})).await;
    calls.call("groups.adminPreview", id(&group)).await;
    calls.call("groups.list", json!({"offset": 0, "limit": 10})).await;
    calls.call("groups.place", json!({"letters": "c"})).await;
    calls.call("groups.show", id(&group)).await;
}

pub(super) async fn holds(calls: &mut AuditedCalls) {
    let by_id = json!({"id": calls.api.connection_id});
    let brake = json!({"mode": "hold", "least": 1, "people": 1, "percentHour": 20, "percentDay": 30});
    calls.api.command("connection.setBrake", json!({"id": calls.api.connection_id, "brake": brake})).await;
    let leaver = calls.scim("POST", "/Users", json!({"userName": "leaver"})).await;
    let path = format!("/Users/{}", leaver["id"].as_str().unwrap());
    for (name, sentence) in [
        ("hold.keepRefusing", "Decided to refuse removals of First; 1 removal held."),
        ("hold.end", "Ended the hold of First and forgot 1 removal."),
    ] {
        calls.api.scim("DELETE", &path, None::<Value>).await.refused(503, None);
        calls.call(name, by_id.clone()).await;
        calls.says(sentence).await;
    }
    calls.api.clock.advance(std::time::Duration::from_mins(1));
    calls.api.scim("DELETE", &path, None::<Value>).await.refused(503, None);
    calls.call("hold.show", by_id.clone()).await;
    calls.call("hold.letThrough", by_id.clone()).await;
    calls.says("Allowed 1 removal of First.").await;
    // The decision with its entry, then the removal.
    calls.call_at("main", "hold.apply", by_id, 2..=3).await;
    calls.says("Applied 1 removal of First that had been allowed.").await;
    let brake = json!({"mode": "notify", "least": 10, "people": 200, "percentHour": 20, "percentDay": 30});
    calls.api.command("connection.setBrake", json!({"id": calls.api.connection_id, "brake": brake})).await;
}

pub(super) async fn observe_first(calls: &mut AuditedCalls) {
    let by_id = json!({"id": calls.api.connection_id});
    calls.call("observeFirst.begin", by_id).await;
    calls.says("Turned on Observe first for First.").await;
    for name in ["waits one", "waits two"] {
        let made = calls.scim("POST", "/Users", json!({"userName": name, "displayName": name})).await;
        if name == "waits one" {
            calls.call("people.letThrough", json!({"id": made["id"], "admin": false})).await;
            calls.says("Let waits one through.").await;
        }
    }
    let show = json!({"id": calls.api.connection_id, "offset": 0, "limit": 10});
    let seen = calls.call("observeFirst.show", show).await;
    let through = json!({"id": calls.api.connection_id, "fingerprint": seen["fingerprint"]});
    calls.call("observeFirst.letThrough", through).await;
    calls.says("Let 1 user of First through.").await;
}

pub(super) async fn histories(calls: &mut AuditedCalls) {
    let ada = json!({"userName": "ada@example.com", "externalId": "ada", "displayName": "Ada Byron"});
    let former = calls.scim("POST", "/Users", ada.clone()).await;
    calls.api.scim("DELETE", &format!("/Users/{}", former["id"].as_str().unwrap()), None).await;
    // The leaver is read back beside, which is a commit of its own.
    let leavers = json!({"filter": {}, "offset": 0, "limit": 10});
    until("the leaver is read back", async || {
        let page = calls.api.command("leavers.list", leavers.clone()).await;
        (page["rows"][0]["proof"] == "complete").then_some(())
    })
    .await;
    calls.call("leavers.list", leavers).await;
    calls.call("leavers.export", json!({})).await;
    calls.says("Exported 1 proof of leaving.").await;
    let now = calls.scim("POST", "/Users", ada).await;
    let both = json!({"id": now["id"], "formerId": former["id"]});
    calls.call("people.attachHistory", both.clone()).await;
    calls.call("people.detachHistory", both).await;
}

pub(super) async fn undo(calls: &mut AuditedCalls) {
    let made = calls.scim("POST", "/Users", json!({"userName": "eve", "displayName": "Eve"})).await;
    let history = calls.call("history.list", json!({"id": made["id"], "limit": 10})).await;
    let of = json!({"kind": "change", "id": history["rows"][0]["id"]});
    let shown = calls.call("undo.preview", json!({"of": of, "offset": 0, "limit": 10})).await;
    let start = json!({"of": of, "seen": shown["seen"], "pause": false, "admins": false});
    // The job and its steps, the decision with its entry, then the steps, and the end.
    calls.call_at("main", "undo.start", start, 5..=5).await;
    calls.says("Undid one change of Eve.").await;
    calls.call("undo.status", json!({"id": null, "offset": 0, "limit": 10})).await;
}

pub(super) async fn matches(calls: &mut AuditedCalls) {
    for (name, decision) in [("ann", "match.link"), ("bea", "match.keepApart")] {
        let email = format!("{name}@example.com");
        let local = json!({"name": name, "email": email, "role": "member"});
        let made = calls.call("people.createLocal", local).await;
        calls.api.scim("POST", "/Users", json!({"userName": email})).await.expect(409, "an Admin decides");
        let waiting = calls.call("match.list", json!({"id": calls.api.connection_id})).await;
        calls.call(decision, id(&waiting[0])).await;
        if decision == "match.link" {
            calls.says("Linked the local account ann to First.").await;
            calls.call("people.undoLink", json!({"id": made["personId"]})).await;
        }
    }
}

pub(super) async fn data(calls: &mut AuditedCalls) {
    calls.call("audit.list", json!({"filter": {}, "offset": 0, "limit": 10})).await;
    calls.call("audit.verify", json!({})).await;
    calls.call("audit.export", json!({})).await;
    calls.call("activity.export", json!({})).await;
    let bundle = calls.call("support.preview", json!({})).await;
    calls.call("support.save", bundle).await;
    let folder = tempfile::tempdir().unwrap();
    calls.call("backup.folder", json!({"folder": folder.path().display().to_string()})).await;
    calls.call("backup.folder", json!({"folder": null})).await;
    let made = calls.call("backup.make", json!({})).await;
    calls.call("backup.list", json!({})).await;
    calls.call("backup.preview", json!({"file": made["file"]})).await;
    let moved = folder.path().join("acme.move");
    calls.call("move.toServer", json!({ "to": moved })).await;
    calls.says(&format!("Moved the workspace to a server, by the file {}.", moved.display())).await;
    // After a restore that knows nothing of what ended since, people wait to be confirmed.
    unconfirmed(calls).await;
    // The restore ends the workspace; its entry is in the one that follows.
    let before = entries(&calls.api.app).await.len();
    let restore = json!({"file": made["file"], "seal": made["seal"], "typed": "RESTORE"});
    calls.api.app.call(&window("main"), "backup.restore", restore).await.unwrap();
    calls.called.insert("backup.restore");
    calls.api.app.replaced().await;
    calls.api.app.close().await;
    let data = calls.api.folder().to_owned();
    let options = Options { data, listen: None, public_url: None, insist: false };
    calls.api.app = Foundational::open_at(options, calls.api.clock.clone(), Ids::random()).await.unwrap();
    let after = entries(&calls.api.app).await;
    assert_eq!(after[0]["act"], "backupRestore", "{}", after[0]);
    assert_eq!(after.len(), before + 1, "and all that happened since the backup");
}

/// Confirms a person of a workspace that was restored from another workspace's backup.
async fn unconfirmed(calls: &mut AuditedCalls) {
    let other = Api::start("custom").await;
    let first = json!({"name": "Leo", "email": "leo@example.com", "password": PASSWORD});
    other.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    let restore = {
        let local = json!({"name": "Kim", "email": "kim@example.com", "role": "member"});
        other.command("people.createLocal", local).await;
        other.command("backup.make", json!({})).await
    };
    let mut own = AuditedCalls::over(Api::start("custom").await);
    let first = json!({"name": "Mia", "email": "mia@example.com", "password": PASSWORD});
    own.api.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    let args = json!({"file": restore["file"], "seal": restore["seal"], "typed": "RESTORE", "admin": "leo@example.com"});
    own.api.app.call(&Caller::Operator, "backup.restore", args).await.unwrap();
    own.api.app.replaced().await;
    own.api.app.close().await;
    let options =
        Options { data: own.api.folder().to_owned(), listen: None, public_url: None, insist: false };
    own.api.app = Foundational::open_at(options, own.api.clock.clone(), Ids::random()).await.unwrap();
    own.api.app.housekeeping().round().await.unwrap();
    let sign_in = json!({"email": "leo@example.com", "password": PASSWORD});
    own.api.app.call(&window("main"), "session.signIn", sign_in).await.unwrap();
    let list = json!({"sort": "name", "descending": false, "offset": 0, "limit": 10, "search": "kim"});
    let found = own.api.app.call(&window("main"), "people.list", list).await.unwrap();
    own.call("people.confirm", id(&found["rows"][0])).await;
    calls.called.extend(own.called);
    calls.wrong.extend(own.wrong);
    own.api.app.close().await;
    other.app.close().await;
}
