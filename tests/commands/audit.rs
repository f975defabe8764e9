//! Each command that changes something leaves an audit entry, in the transaction of the change.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::Path;

use foundational::commands::{Effect, TABLE};
use foundational::{Caller, Foundational, Options};
use serde_json::{Value, json};
use store::Ids;
use tests::{Api, until};

use crate::https::{Authority, NOW};

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const OTHER_PASSWORD: &str = "another long password";

pub(crate) fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

/// How many transactions were committed since the log (WAL) of the workspace began, and what begins each new log. By
/// <https://sqlite.org/fileformat2.html#the_write_ahead_log>: a header of 32 bytes, then frames of 24 bytes and a page;
/// a frame with a size of the database, in its second word, is a commit; the salt is the log's.
fn commits(folder: &Path) -> (Vec<u8>, usize) {
    let log = std::fs::read(folder.join("foundational.db-wal")).unwrap_or_default();
    if log.len() < 32 {
        return (Vec::new(), 0);
    }
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    let salt = log[16..24].to_vec();
    let frames = log[32..].chunks_exact(24 + page).take_while(|frame| frame[8..16] == salt);
    let count = frames.filter(|frame| frame[4..8] != [0; 4]).count();
    (salt, count)
}

pub(crate) async fn entries(app: &Foundational) -> Vec<Value> {
    let args = json!({"filter": {}, "offset": 0, "limit": 200});
    let page = app.call(&Caller::Operator, "audit.list", args).await.unwrap();
    page["rows"].as_array().unwrap().clone()
}

/// The newest entry as "who: sentence".
pub(crate) async fn newest(api: &Api) -> String {
    let entries = entries(&api.app).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    format!("{}: {}", text(&entries[0]["actor"]["name"]), text(&entries[0]["sentence"]))
}

/// Calls commands and checks what each leaves behind.
struct Walk {
    api: Api,
    called: BTreeSet<&'static str>,
    /// What was not as it should be; all of it is shown at the end.
    wrong: Vec<String>,
}

impl Walk {
    fn over(api: Api) -> Self {
        Self { api, called: BTreeSet::new(), wrong: Vec::new() }
    }

    fn check(&mut self, is_right: bool, otherwise: impl FnOnce() -> String) {
        if !is_right {
            self.wrong.push(otherwise());
        }
    }

    /// The newest entry is this one, by the Admin.
    async fn says(&mut self, sentence: &str) {
        let found = newest(&self.api).await;
        self.check(found == format!("Grace Hopper: {sentence}"), || format!("{found}, not {sentence}"));
    }

    /// Calls a command as the Admin at the main window.
    async fn call(&mut self, name: &str, args: Value) -> Value {
        self.call_at("main", name, args, 1..=1).await
    }

    /// Calls a command at a window. One that acts commits this often: once, unless it does several things.
    async fn call_at(&mut self, at: &str, name: &str, args: Value, expected: RangeInclusive<usize>) -> Value {
        let (name, _, effect) = *TABLE.iter().find(|(known, ..)| *known == name).expect(name);
        self.called.insert(name);
        let before = (commits(self.api.folder()), entries(&self.api.app).await);
        let done = self.api.app.call(&window(at), name, args).await;
        let output = done.unwrap_or_else(|error| {
            self.wrong.push(format!("{name}: {error:?}"));
            Value::Null
        });
        let after = (commits(self.api.folder()), entries(&self.api.app).await);
        // A new log has only what followed.
        let fresh = before.0.0 != after.0.0;
        let committed = after.0.1 - if fresh { 0 } else { before.0.1 };
        let recorded = after.1.len() - before.1.len();
        let expected = match effect {
            Effect::Acts => (1..=1, expected),
            Effect::SavesProgress => (0..=0, expected),
            // These write down what they find out about the disk and the network.
            Effect::Reads
                if ["workspace.doctor", "diagnosis.findings", "diagnosis.check", "server.checkPublicUrl"]
                    .contains(&name) =>
            {
                (0..=0, 0..=3)
            }
            Effect::Reads => (0..=0, 0..=0),
        };
        let is_right = expected.0.contains(&recorded) && expected.1.contains(&committed);
        self.check(is_right, || {
            format!("{name}: {recorded} entries in {committed} commits, expected {expected:?} ({effect:?})")
        });
        output
    }

    async fn scim(&self, method: &str, path: &str, body: Value) -> Value {
        self.api.scim(method, path, body).await.body
    }
}

fn id(value: &Value) -> Value {
    json!({"id": value["id"]})
}

#[tokio::test]
async fn every_command_that_changes_something_leaves_an_audit_entry_in_its_transaction() {
    let api = Api::start("custom").await;
    // The first round of housekeeping writes down what it sees of the clock.
    api.app.housekeeping().round().await.unwrap();
    let mut walk = Walk::over(api);
    walk.call(
        "account.createFirst",
        json!({"name": "Grace", "email": "grace@example.com", "password": PASSWORD}),
    )
    .await;
    sessions(&mut walk).await;
    settings(&mut walk).await;
    connections(&mut walk).await;
    people(&mut walk).await;
    groups(&mut walk).await;
    histories(&mut walk).await;
    undo(&mut walk).await;
    holds(&mut walk).await;
    observe_first(&mut walk).await;
    matches(&mut walk).await;
    data(&mut walk).await;
    let all: BTreeSet<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
    let missing: Vec<_> = all.difference(&walk.called).collect();
    assert_eq!(missing, Vec::<&&str>::new(), "a command that this test does not call");
    assert!(walk.wrong.is_empty(), "{:#?}", walk.wrong);
    walk.api.app.close().await;
}

async fn sessions(walk: &mut Walk) {
    let sign_in = json!({"email": "grace@example.com", "password": PASSWORD});
    walk.call_at("other", "session.signIn", sign_in.clone(), 1..=1).await;
    walk.call_at("other", "session.lock", json!({}), 0..=0).await;
    walk.call_at("other", "session.unlock", json!({"password": PASSWORD}), 0..=0).await;
    walk.call_at("other", "session.confirm", json!({"password": PASSWORD}), 0..=0).await;
    let change = json!({"password": PASSWORD, "newPassword": OTHER_PASSWORD});
    walk.call("session.changePassword", change).await;
    let changed = newest(&walk.api).await;
    walk.check(changed == "Grace: Changed their own password.", || changed.clone());
    let back = json!({"password": OTHER_PASSWORD, "newPassword": PASSWORD});
    walk.call("session.changePassword", back).await;
    walk.call_at("other", "session.signIn", sign_in.clone(), 1..=1).await;
    let list = walk.call("session.list", json!({})).await;
    let other = list.as_array().unwrap().iter().find(|one| one["window"] != "this").unwrap();
    walk.call("session.end", id(other)).await;
    walk.call_at("other", "session.signIn", sign_in, 1..=1).await;
    walk.call_at("other", "session.signOut", json!({}), 1..=1).await;
    let profile =
        json!({"name": "Grace Hopper", "userName": "grace@example.com", "email": "grace@example.com"});
    walk.call("session.editProfile", profile).await;
    let key = walk.call("account.newRecoveryKey", json!({})).await["recoveryKey"].clone();
    let recover = json!({"recoveryKey": key, "newPassword": PASSWORD});
    walk.call_at("main", "session.recover", recover, 1..=1).await;
    walk.call("workspace.status", json!({})).await;
    walk.call("account.list", json!({"limit": 10})).await;
}

async fn settings(walk: &mut Walk) {
    for name in ["awake.show", "about.show", "about.parts", "workspace.doctor", "security.show", "data.show"]
    {
        walk.call(name, json!({})).await;
    }
    walk.call("awake.set", json!({"on": true})).await;
    let rules = json!({"idleMinutes": 20, "lockOnSleep": false, "remember": true});
    walk.call("security.set", rules).await;
    walk.says("Changed the security settings: lock after 20 minutes, lock on sleep off, stay signed in on.")
        .await;
    let mut rules = walk.call("notifications.show", json!({})).await;
    rules["failing"] = json!(false);
    walk.call("notifications.set", rules).await;
    walk.call("server.port", json!({"listen": "127.0.0.1:0"})).await;
    // Where it listens is written down beside.
    walk.call_at("main", "server.listen", json!({"listen": "127.0.0.1:0"}), 2..=2).await;
    let files = tempfile::tempdir().unwrap();
    let pair = Authority::new("Own").files(files.path(), "localhost", NOW);
    let choice = json!({"files": {"certificate": pair.certificate, "key": pair.key}});
    walk.call("server.certificate", json!({})).await;
    walk.call("server.setCertificate", choice).await;
    walk.call("server.checkCertificate", json!({})).await;
    walk.call("server.setCertificate", json!({"files": null})).await;
    walk.says("Removed the certificate of this server.").await;
    walk.call("server.publicUrl", json!({"publicUrl": "https://scim.invalid"})).await;
    walk.call("server.checkPublicUrl", json!({})).await;
    // What the check found out about that address is forgotten beside.
    walk.call_at("main", "server.publicUrl", json!({"publicUrl": null}), 2..=2).await;
    walk.says("Removed the public address https://scim.invalid.").await;
    walk.call("server.hosts", json!({})).await;
    walk.call("server.addHost", json!({"name": "scim.example.com"})).await;
    walk.call("server.removeHost", json!({"name": "scim.example.com"})).await;
    walk.call("data.logLimit", json!({})).await;
    walk.call("data.setLogLimit", json!({"megabytes": 500})).await;
    walk.says("Limited the request log to 500 MB.").await;
    walk.call("server.discovery", json!({})).await;
    walk.call("server.openDiscovery", json!({"open": true})).await;
    let urn = "urn:ietf:params:scim:schemas:extension:Badges:2.0:User";
    let badges = json!({"id": urn, "name": "Badges", "description": "Badges.", "attributes": [
        {"name": "number", "type": "integer", "multiValued": false, "description": "On the badge."}]});
    walk.call("schema.add", json!({"definition": badges.to_string()})).await;
    walk.call("schema.list", json!({})).await;
    walk.call("schema.remove", json!({"id": urn})).await;
    walk.call("clock.trust", json!({})).await;
    walk.call("home.noteCrash", json!({})).await;
    findings(walk).await;
    walk.call("home.show", json!({})).await;
}

async fn findings(walk: &mut Walk) {
    let refused = json!({"userName": "ada", "active": "yes"});
    walk.api.scim("POST", "/Users", refused).await.expect(400, "no truth value");
    walk.api.recorded("POST", "/Users").await;
    let unknown = json!({"userName": "bob", "jobTitle": "Countess"});
    walk.api.scim("POST", "/Users", unknown).await.expect(201, "a part is ignored");
    walk.api.recorded("POST", "/Users").await;
    let all = walk.call("diagnosis.findings", json!({})).await["findings"].clone();
    let find = |code: &str| all.as_array().unwrap().iter().find(|one| one["code"] == code).unwrap();
    walk.call("diagnosis.check", json!({})).await;
    let ignored = id(find("people.attributesIgnored"));
    walk.call("diagnosis.hide", ignored.clone()).await;
    walk.says("Hid for seven days: First: some attributes that arrive are not stored.").await;
    walk.call("diagnosis.showAgain", ignored).await;
    walk.call("diagnosis.setAside", id(find("write.notCreated"))).await;
    walk.says("Set aside: First: one person could not be created. `active` must be true or false.").await;
}

async fn connections(walk: &mut Walk) {
    let made = walk.call("connection.create", json!({"name": "Okta", "provider": "okta"})).await;
    walk.call("connection.rename", json!({"id": made["id"], "name": "Okta – Staff"})).await;
    walk.says("Renamed the connection Okta to Okta – Staff.").await;
    for name in ["connection.pause", "connection.resume", "connection.show", "connection.rules"] {
        walk.call(name, id(&made)).await;
    }
    for name in
        ["connection.supports", "connection.evidence", "token.list", "deviations.report", "mapping.of"]
    {
        walk.call(name, id(&made)).await;
    }
    for name in ["provisioning.pause", "provisioning.resume", "provisioning.summary", "connection.list"] {
        walk.call(name, json!({})).await;
    }
    let rules = json!({"matching": "refuse", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": ["203.0.113.7"]});
    walk.call("connection.setRules", json!({"id": made["id"], "rules": rules})).await;
    walk.says(
        "Changed the rules of Okta – Staff: equal names are refused, deleted users are deactivated for 30 days, no Admin group, only from 203.0.113.7.",
    )
    .await;
    let choices = json!({"email": "work", "name": "formatted"});
    let of = json!({"id": made["id"], "choices": choices});
    walk.call("connection.accountChoices", id(&made)).await;
    walk.call("connection.previewChoices", of.clone()).await;
    walk.call("connection.setChoices", of).await;
    walk.says(
        "Changed what is shown for users of Okta – Staff: the e-mail address is the address of the type work, the name without a displayName is the formatted name.",
    )
    .await;
    let of = json!({"id": made["id"], "choices": {"email": "work", "name": "userName"}});
    // The choices with their entry, then the names in steps.
    walk.call_at("main", "connection.setChoices", of, 2..=2).await;
    let brake = json!({"mode": "hold", "least": 1, "people": 1, "percentHour": 20, "percentDay": 30});
    walk.call("connection.brake", id(&made)).await;
    walk.call("connection.setBrake", json!({"id": made["id"], "brake": brake})).await;
    walk.says(
        "Changed the brake of Okta – Staff: hold, 1 user or 20% within an hour, 30% within a day, a share from 1 user on.",
    )
    .await;
    walk.call("connection.days", json!({"id": made["id"], "starts": ["2026-11-24T00:00:00Z"]})).await;
    walk.call("guide.show", json!({"provider": "okta"})).await;
    walk.call("wizard.save", json!({"id": made["id"], "step": "create"})).await;
    let token = walk
        .call("token.create", json!({"connectionId": made["id"], "label": "Main", "expires": "1y"}))
        .await;
    walk.says("Created the token Main of Okta – Staff.").await;
    let shorten = json!({"id": token["id"], "expiresAt": "2027-01-01T00:00:00Z"});
    walk.call("token.shorten", shorten).await;
    let rotate = json!({"connectionId": made["id"], "expires": "1y", "overlap": "24h"});
    let fresh = walk.call("token.rotate", rotate).await;
    walk.call("token.cancelRotation", id(&fresh)).await;
    walk.call("token.revoke", id(&token)).await;
    walk.call("rehearsal.run", id(&made)).await;
    walk.call("rehearsal.show", id(&made)).await;
    let delete = json!({"id": made["id"], "people": "delete"});
    // The decision with its entry, then the rows in steps.
    walk.call_at("main", "connection.delete", delete, 2..=20).await;
    // A request with the token of the first connection is what its wizard waits for.
    walk.api.scim("GET", "/Users?count=1", None).await.expect(200, "a first request");
    walk.api.recorded("GET", "/Users").await;
    let first = json!({"id": walk.api.connection_id});
    walk.call("wizard.finish", first).await;
    let list = walk.call("activity.list", json!({"connectionId": walk.api.connection_id, "limit": 10})).await;
    walk.call("activity.show", id(&list["rows"][0])).await;
}

async fn people(walk: &mut Walk) {
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

async fn groups(walk: &mut Walk) {
    let group = walk.scim("POST", "/Groups", json!({"displayName": "Crew"})).await;
    walk.call("groups.export", json!({"format": "csv"})).await;
    walk.call("groups.exportMembers", json!({"id": group["id"], "format": "json"})).await;
    walk.call("groups.find", json!({"connectionId": walk.api.connection_id, "search": ""})).await;
    walk.call("groups.adminPreview", id(&group)).await;
    walk.call("groups.list", json!({"offset": 0, "limit": 10})).await;
    walk.call("groups.place", json!({"letters": "c"})).await;
    walk.call("groups.show", id(&group)).await;
}

async fn holds(walk: &mut Walk) {
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
    walk.says("Let 1 removal of First through.").await;
    // The decision with its entry, then the removal.
    walk.call_at("main", "hold.apply", by_id, 2..=3).await;
    walk.says("Applied 1 removal of First that had been let through.").await;
    let brake = json!({"mode": "notify", "least": 10, "people": 200, "percentHour": 20, "percentDay": 30});
    walk.api.command("connection.setBrake", json!({"id": walk.api.connection_id, "brake": brake})).await;
}

async fn observe_first(walk: &mut Walk) {
    let by_id = json!({"id": walk.api.connection_id});
    walk.call("observeFirst.begin", by_id).await;
    walk.says("Began to observe First first.").await;
    for name in ["waits one", "waits two"] {
        let made = walk.scim("POST", "/Users", json!({"userName": name, "displayName": name})).await;
        if name == "waits one" {
            walk.call("people.letThrough", json!({"id": made["id"], "admin": false})).await;
            walk.says("Let waits one through.").await;
        }
    }
    let show = json!({"id": walk.api.connection_id, "offset": 0, "limit": 10});
    let seen = walk.call("observeFirst.show", show).await;
    let through = json!({"id": walk.api.connection_id, "seal": seen["seal"]});
    walk.call("observeFirst.letThrough", through).await;
    walk.says("Let 1 user of First through.").await;
}

async fn histories(walk: &mut Walk) {
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

async fn undo(walk: &mut Walk) {
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

async fn matches(walk: &mut Walk) {
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

async fn data(walk: &mut Walk) {
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
