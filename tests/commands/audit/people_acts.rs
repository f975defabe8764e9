//! Each command about people, groups, their history and the data, once.

use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::Ids;
use tests::{Api, until};

use super::walk::Walk;
use super::{PASSWORD, entries, id, window};

pub(super) async fn people(walk: &mut Walk) {
    let local = json!({"name": "Mel", "email": "mel@example.com", "role": "member"});
    let mel = walk.call("people.createLocal", local).await["personId"].clone();
    let by_id = json!({"id": mel});
    for role in ["admin", "member"] {
        walk.call("people.setRole", json!({"id": mel, "role": role})).await;
    }
    walk.says("Made Mel a Member.").await;
    for active in [false, true] {
        walk.call("people.setActive", json!({"id": mel, "active": active})).await;
    }
    let names =
        json!({"id": mel, "name": "Mel Baker", "userName": "mel@example.com", "email": "mel@example.com"});
    walk.call("people.editLocal", names).await;
    for name in ["people.block", "people.unblock", "people.allowSignIn", "people.forbidSignIn", "people.show"]
    {
        walk.call(name, by_id.clone()).await;
    }
    let several = json!({"people": {"ids": [mel]}});
    walk.call("people.blockMany", several.clone()).await;
    walk.call("people.unblockMany", several.clone()).await;
    walk.says("Unblocked 1 user.").await;
    let mut export = several;
    export["format"] = json!("csv");
    walk.call("people.export", export).await;
    let all = json!({"sort": "name", "descending": false, "offset": 0, "limit": 10});
    walk.call("people.list", all).await;
    let jump = json!({"filter": {}, "sort": "name", "descending": false, "letters": "m"});
    walk.call("people.place", jump).await;
    walk.call("person.why", json!({"text": "mel"})).await;
    walk.call("history.list", json!({"id": mel, "limit": 10})).await;
    walk.call("people.deleteLocal", by_id).await;
    walk.says("Deleted the local account Mel Baker.").await;
}

pub(super) async fn groups(walk: &mut Walk) {
    let group = walk.scim("POST", "/Groups", json!({"displayName": "Crew"})).await;
    walk.call("groups.export", json!({"format": "csv"})).await;
    walk.call("groups.exportMembers", json!({"id": group["id"], "format": "json"})).await;
    walk.call("groups.find", json!({"connectionId": walk.api.connection_id, "search": ""})).await;
    walk.call("groups.adminPreview", id(&group)).await;
    walk.call("groups.list", json!({"offset": 0, "limit": 10})).await;
    walk.call("groups.place", json!({"letters": "c"})).await;
    walk.call("groups.show", id(&group)).await;
}

pub(super) async fn holds(walk: &mut Walk) {
    let by_id = json!({"id": walk.api.connection_id});
    let brake = json!({"mode": "hold", "least": 1, "people": 1, "percentHour": 20, "percentDay": 30});
    walk.api.command("connection.setBrake", json!({"id": walk.api.connection_id, "brake": brake})).await;
    let leaver = walk.scim("POST", "/Users", json!({"userName": "leaver"})).await;
    let path = format!("/Users/{}", leaver["id"].as_str().unwrap());
    for (name, sentence) in [
        ("hold.keepRefusing", "Decided to refuse removals of First; 1 removal held."),
        ("hold.end", "Ended the hold of First and forgot 1 removal."),
    ] {
        walk.api.scim("DELETE", &path, None::<Value>).await.refused(503, None);
        walk.call(name, by_id.clone()).await;
        walk.says(sentence).await;
    }
    walk.api.clock.advance(std::time::Duration::from_mins(1));
    walk.api.scim("DELETE", &path, None::<Value>).await.refused(503, None);
    walk.call("hold.show", by_id.clone()).await;
    walk.call("hold.letThrough", by_id.clone()).await;
    walk.says("Allowed 1 removal of First.").await;
    // The decision with its entry, then the removal.
    walk.call_at("main", "hold.apply", by_id, 2..=3).await;
    walk.says("Applied 1 removal of First that had been allowed.").await;
    let brake = json!({"mode": "notify", "least": 10, "people": 200, "percentHour": 20, "percentDay": 30});
    walk.api.command("connection.setBrake", json!({"id": walk.api.connection_id, "brake": brake})).await;
}

pub(super) async fn observe_first(walk: &mut Walk) {
    let by_id = json!({"id": walk.api.connection_id});
    walk.call("observeFirst.begin", by_id).await;
    walk.says("Turned on Observe first for First.").await;
    for name in ["waits one", "waits two"] {
        let made = walk.scim("POST", "/Users", json!({"userName": name, "displayName": name})).await;
        if name == "waits one" {
            walk.call("people.letThrough", json!({"id": made["id"], "admin": false})).await;
            walk.says("Let waits one through.").await;
        }
    }
    let show = json!({"id": walk.api.connection_id, "offset": 0, "limit": 10});
    let seen = walk.call("observeFirst.show", show).await;
    let through = json!({"id": walk.api.connection_id, "fingerprint": seen["fingerprint"]});
    walk.call("observeFirst.letThrough", through).await;
    walk.says("Let 1 user of First through.").await;
}

pub(super) async fn histories(walk: &mut Walk) {
    let ada = json!({"userName": "ada@example.com", "externalId": "ada", "displayName": "Ada Byron"});
    let former = walk.scim("POST", "/Users", ada.clone()).await;
    walk.api.scim("DELETE", &format!("/Users/{}", former["id"].as_str().unwrap()), None).await;
    // The leaver is read back beside, which is a commit of its own.
    let leavers = json!({"filter": {}, "offset": 0, "limit": 10});
    until("the leaver is read back", async || {
        let page = walk.api.command("leavers.list", leavers.clone()).await;
        (page["rows"][0]["proof"] == "complete").then_some(())
    })
    .await;
    walk.call("leavers.list", leavers).await;
    walk.call("leavers.export", json!({})).await;
    walk.says("Exported 1 proof of leaving.").await;
    let now = walk.scim("POST", "/Users", ada).await;
    let both = json!({"id": now["id"], "formerId": former["id"]});
    walk.call("people.attachHistory", both.clone()).await;
    walk.call("people.detachHistory", both).await;
}

pub(super) async fn undo(walk: &mut Walk) {
    let made = walk.scim("POST", "/Users", json!({"userName": "eve", "displayName": "Eve"})).await;
    let history = walk.call("history.list", json!({"id": made["id"], "limit": 10})).await;
    let of = json!({"kind": "change", "id": history["rows"][0]["id"]});
    let shown = walk.call("undo.preview", json!({"of": of, "offset": 0, "limit": 10})).await;
    let start = json!({"of": of, "seen": shown["seen"], "pause": false, "admins": false});
    // The job and its steps, the decision with its entry, then the steps, and the end.
    walk.call_at("main", "undo.start", start, 5..=5).await;
    walk.says("Undid one change of Eve.").await;
    walk.call("undo.status", json!({"id": null, "offset": 0, "limit": 10})).await;
}

pub(super) async fn matches(walk: &mut Walk) {
    for (name, decision) in [("ann", "match.link"), ("bea", "match.keepApart")] {
        let email = format!("{name}@example.com");
        let local = json!({"name": name, "email": email, "role": "member"});
        let made = walk.call("people.createLocal", local).await;
        walk.api.scim("POST", "/Users", json!({"userName": email})).await.expect(409, "an Admin decides");
        let waiting = walk.call("match.list", json!({"id": walk.api.connection_id})).await;
        walk.call(decision, id(&waiting[0])).await;
        if decision == "match.link" {
            walk.says("Linked the local account ann to First.").await;
            walk.call("people.undoLink", json!({"id": made["personId"]})).await;
        }
    }
}

pub(super) async fn data(walk: &mut Walk) {
    walk.call("audit.list", json!({"filter": {}, "offset": 0, "limit": 10})).await;
    walk.call("audit.export", json!({})).await;
    walk.call("activity.export", json!({})).await;
    let bundle = walk.call("support.preview", json!({})).await;
    walk.call("support.save", bundle).await;
    let folder = tempfile::tempdir().unwrap();
    walk.call("backup.folder", json!({"folder": folder.path().display().to_string()})).await;
    walk.call("backup.folder", json!({"folder": null})).await;
    let made = walk.call("backup.make", json!({})).await;
    walk.call("backup.list", json!({})).await;
    walk.call("backup.preview", json!({"file": made["file"]})).await;
    let moved = folder.path().join("acme.move");
    walk.call("move.toServer", json!({ "to": moved })).await;
    walk.says(&format!("Moved the workspace to a server, by the file {}.", moved.display())).await;
    // After a restore that knows nothing of what ended since, people wait to be confirmed.
    unconfirmed(walk).await;
    // The restore ends the workspace; its entry is in the one that follows.
    let before = entries(&walk.api.app).await.len();
    let restore = json!({"file": made["file"], "seal": made["seal"], "typed": "RESTORE"});
    walk.api.app.call(&window("main"), "backup.restore", restore).await.unwrap();
    walk.called.insert("backup.restore");
    walk.api.app.replaced().await;
    walk.api.app.close().await;
    let data = walk.api.folder().to_owned();
    let options = Options { data, listen: None, public_url: None, insist: false };
    walk.api.app = Foundational::open_at(options, walk.api.clock.clone(), Ids::random()).await.unwrap();
    let after = entries(&walk.api.app).await;
    assert_eq!(after[0]["act"], "backupRestore", "{}", after[0]);
    assert_eq!(after.len(), before + 1, "and all that happened since the backup");
}

/// Confirms a person of a workspace that was restored from another workspace's backup.
async fn unconfirmed(walk: &mut Walk) {
    let other = Api::start("custom").await;
    let first = json!({"name": "Leo", "email": "leo@example.com", "password": PASSWORD});
    other.app.call(&window("main"), "account.createFirst", first).await.unwrap();
    let restore = {
        let local = json!({"name": "Kim", "email": "kim@example.com", "role": "member"});
        other.command("people.createLocal", local).await;
        other.command("backup.make", json!({})).await
    };
    let mut own = Walk::over(Api::start("custom").await);
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
    walk.called.extend(own.called);
    walk.wrong.extend(own.wrong);
    own.api.app.close().await;
    other.app.close().await;
}
