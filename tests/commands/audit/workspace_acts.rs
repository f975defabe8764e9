//! Each command about the workspace and its connections, once.

use serde_json::json;

use super::audited_calls::AuditedCalls;
use super::{OTHER_PASSWORD, PASSWORD, id, newest};
use crate::https::{Authority, NOW};

pub(super) async fn sessions(calls: &mut AuditedCalls) {
    let sign_in = json!({"email": "grace@example.com", "password": PASSWORD});
    calls.call_at("other", "session.signIn", sign_in.clone(), 1..=1).await;
    calls.call_at("other", "session.lock", json!({}), 0..=0).await;
    calls.call_at("other", "session.unlock", json!({"password": PASSWORD}), 0..=0).await;
    calls.call_at("other", "session.confirm", json!({"password": PASSWORD}), 0..=0).await;
    let change = json!({"password": PASSWORD, "newPassword": OTHER_PASSWORD});
    calls.call("session.changePassword", change).await;
    let changed = newest(&calls.api).await;
    calls.check(changed == "Grace: Changed their own password.", || changed.clone());
    let back = json!({"password": OTHER_PASSWORD, "newPassword": PASSWORD});
    calls.call("session.changePassword", back).await;
    calls.call_at("other", "session.signIn", sign_in.clone(), 1..=1).await;
    let list = calls.call("session.list", json!({})).await;
    let other = list.as_array().unwrap().iter().find(|one| one["window"] != "this").unwrap();
    calls.call("session.end", id(other)).await;
    calls.call_at("other", "session.signIn", sign_in, 1..=1).await;
    calls.call_at("other", "session.signOut", json!({}), 1..=1).await;
    let profile =
        json!({"name": "Grace Hopper", "userName": "grace@example.com", "email": "grace@example.com"});
    calls.call("session.editProfile", profile).await;
    let key = calls.call("account.newRecoveryKey", json!({})).await["recoveryKey"].clone();
    let recover = json!({"recoveryKey": key, "newPassword": PASSWORD});
    calls.call_at("main", "session.recover", recover, 1..=1).await;
    calls.call("workspace.status", json!({})).await;
    calls.call("account.list", json!({"limit": 10})).await;
}

pub(super) async fn settings(calls: &mut AuditedCalls) {
    for name in ["awake.show", "about.show", "about.parts", "workspace.doctor", "security.show", "data.show"]
    {
        calls.call(name, json!({})).await;
    }
    calls.call("awake.set", json!({"on": true})).await;
    let rules = json!({"idleMinutes": 20, "lockOnSleep": false, "remember": true});
    calls.call("security.set", rules).await;
    calls
        .says("Changed the security settings: lock after 20 minutes, lock on sleep off, stay signed in on.")
        .await;
    let mut rules = calls.call("notifications.show", json!({})).await;
    rules["failing"] = json!(false);
    calls.call("notifications.set", rules).await;
    calls.call("server.port", json!({"listen": "127.0.0.1:0"})).await;
    // Where it listens is written down beside.
    calls.call_at("main", "server.listen", json!({"listen": "127.0.0.1:0"}), 2..=2).await;
    let files = tempfile::tempdir().unwrap();
    let pair = Authority::new("Own").files(files.path(), "localhost", NOW);
    let choice = json!({"source": {"files": {"certificate": pair.certificate, "key": pair.key}}});
    calls.call("server.certificate", json!({})).await;
    calls.call("server.setCertificate", choice).await;
    calls.call("server.checkCertificate", json!({})).await;
    calls.says("Checked the certificate of this server.").await;
    calls.call("server.setCertificate", json!({"source": "privateAuthority"})).await;
    calls.says("Chose the certificate of the private authority for this server.").await;
    calls.call("server.exportRoot", json!({})).await;
    calls.call("server.setCertificate", json!({"source": null})).await;
    calls.says("Removed the certificate of this server.").await;
    calls.call("server.publicUrl", json!({"publicUrl": "https://scim.invalid"})).await;
    calls.call("server.checkPublicUrl", json!({})).await;
    // What the check found out about that address is forgotten beside.
    calls.call_at("main", "server.publicUrl", json!({"publicUrl": null}), 2..=2).await;
    calls.says("Removed the public address https://scim.invalid.").await;
    calls.call("server.hosts", json!({})).await;
    calls.call("server.addHost", json!({"name": "scim.example.com"})).await;
    calls.call("server.removeHost", json!({"name": "scim.example.com"})).await;
    calls.call("server.proxies", json!({})).await;
    calls.call("server.setProxies", json!({"proxies": ["10.0.0.4", "10.1.0.0/24"]})).await;
    calls.says("Set the list of trusted proxies: 10.0.0.4, 10.1.0.0/24.").await;
    calls.call("data.logLimit", json!({})).await;
    calls.call("data.setLogLimit", json!({"megabytes": 500})).await;
    calls.says("Limited the request log to 500 MB.").await;
    calls.call("data.setBodies", json!({"bodies": "full"})).await;
    calls.says("Changed how bodies are recorded: in full.").await;
    calls.call("support.setContact", json!({"contact": "help@acme.example"})).await;
    calls.says("Changed the support contact to help@acme.example.").await;
    calls.call("server.discovery", json!({})).await;
    calls.call("server.openDiscovery", json!({"open": true})).await;
    let urn = "urn:ietf:params:scim:schemas:extension:Badges:2.0:User";
    let badges = json!({"id": urn, "name": "Badges", "description": "Badges.", "attributes": [
        {"name": "number", "type": "integer", "multiValued": false, "description": "On the badge."}]});
    calls.call("schema.add", json!({"definition": badges.to_string()})).await;
    calls.call("schema.list", json!({})).await;
    calls.call("schema.remove", json!({"id": urn})).await;
    calls.call("clock.trust", json!({})).await;
    calls.api.app.desktop().ended_unexpectedly(calls.api.clock.now()).await.unwrap();
    calls.call("home.noteCrash", json!({})).await;
    findings(calls).await;
    calls.call("home.show", json!({})).await;
}

async fn findings(calls: &mut AuditedCalls) {
    let refused = json!({"userName": "ada", "active": "yes"});
    calls.api.scim("POST", "/Users", refused).await.expect(400, "no truth value");
    calls.api.recorded("POST", "/Users").await;
    let unknown = json!({"userName": "bob", "jobTitle": "Countess", "nickName": "Bob"});
    calls.api.scim("POST", "/Users", unknown).await.expect(201, "a part is ignored");
    calls.api.recorded("POST", "/Users").await;
    let hidden = json!({"id": calls.api.connection_id, "attribute": "nickName", "shown": false});
    calls.call("mapping.showAttribute", hidden).await;
    calls.says("Changed what is shown for users of First: nickName is not shown on a user's page.").await;
    let all = calls.call("diagnosis.findings", json!({})).await["findings"].clone();
    let find = |code: &str| all.as_array().unwrap().iter().find(|one| one["code"] == code).unwrap();
    calls.call("diagnosis.check", json!({})).await;
    let ignored = id(find("people.attributesIgnored"));
    calls.call("diagnosis.hide", ignored.clone()).await;
    calls.says("Hid for seven days: First: some attributes that arrive are not stored.").await;
    calls.call("diagnosis.showAgain", ignored).await;
    calls.call("diagnosis.setAside", id(find("write.notCreated"))).await;
    calls.says("Set aside: First: one person could not be created. `active` must be true or false.").await;
}

pub(super) async fn connections(calls: &mut AuditedCalls) {
    let made = calls.call("connection.create", json!({"name": "Okta", "provider": "okta"})).await;
    calls.call("connection.rename", json!({"id": made["id"], "name": "Okta – Staff"})).await;
    calls.says("Renamed the connection Okta to Okta – Staff.").await;
    for name in ["connection.pause", "connection.resume", "connection.show", "connection.rules"] {
        calls.call(name, id(&made)).await;
    }
    calls.call("connection.pause", id(&made)).await;
    calls.call("connection.resumeUnchecked", id(&made)).await;
    calls.says("Resumed the connection Okta – Staff without a check of the public address.").await;
    for name in
        ["connection.supports", "connection.evidence", "token.list", "deviations.report", "mapping.of"]
    {
        calls.call(name, id(&made)).await;
    }
    for name in ["provisioning.pause", "provisioning.resume", "provisioning.summary", "connection.list"] {
        calls.call(name, json!({})).await;
    }
    let rules = json!({"matching": "refuse", "onDelete": "keep", "adminGroupId": null, "allowedAddresses": ["203.0.113.7"]});
    calls.call("connection.setRules", json!({"id": made["id"], "rules": rules})).await;
    calls.says(
        "Changed the rules of Okta – Staff: equal names are refused, deleted users are deactivated for 30 days, no Admin group, only from 203.0.113.7.",
    )
    .await;
    let choices = json!({"email": "work", "name": "formatted", "userName": "asSent"});
    let of = json!({"id": made["id"], "choices": choices});
    calls.call("connection.accountChoices", id(&made)).await;
    calls.call("connection.previewChoices", of.clone()).await;
    calls.call("connection.setChoices", of).await;
    calls.says(
        "Changed what is shown for users of Okta – Staff: the e-mail address is the address of the type work, the name without a displayName is the formatted name, the userName is shown as it is sent.",
    )
    .await;
    let of =
        json!({"id": made["id"], "choices": {"email": "work", "name": "userName", "userName": "asSent"}});
    // The choices with their entry, then the names in steps.
    calls.call_at("main", "connection.setChoices", of, 2..=2).await;
    calls.call("connection.way", id(&made)).await;
    calls.call("connection.setWay", json!({"id": made["id"], "way": "network"})).await;
    calls.says(
        "Changed how Okta – Staff reaches this computer: This network only, through Okta's provisioning agent.",
    )
    .await;
    calls.call("connection.checkWay", id(&made)).await;
    let brake = json!({"mode": "hold", "least": 1, "people": 1, "percentHour": 20, "percentDay": 30});
    calls.call("connection.brake", id(&made)).await;
    calls.call("connection.setBrake", json!({"id": made["id"], "brake": brake})).await;
    calls.says(
        "Changed the brake of Okta – Staff: hold, 1 user or 20% within an hour, 30% within a day, a share from 1 user on.",
    )
    .await;
    calls.call("connection.days", json!({"id": made["id"], "starts": ["2026-11-24T00:00:00Z"]})).await;
    calls.call("guide.show", json!({"provider": "okta", "way": "proxy"})).await;
    calls.call("wizard.save", json!({"id": made["id"], "step": "create"})).await;
    let token = calls
        .call("token.create", json!({"connectionId": made["id"], "label": "Main", "expires": "1y"}))
        .await;
    calls.says("Created the token Main of Okta – Staff.").await;
    let shorten = json!({"id": token["id"], "expiresAt": "2027-01-01T00:00:00Z"});
    calls.call("token.shorten", shorten).await;
    let rotate = json!({"connectionId": made["id"], "expires": "1y", "overlap": "24h"});
    let fresh = calls.call("token.rotate", rotate).await;
    calls.call("token.cancelRotation", id(&fresh)).await;
    calls.call("token.revoke", id(&token)).await;
    calls.call("rehearsal.run", id(&made)).await;
    calls.call("rehearsal.show", id(&made)).await;
    let delete = json!({"id": made["id"], "people": "delete"});
    // The decision with its entry, then the rows in steps.
    calls.call_at("main", "connection.delete", delete, 2..=20).await;
    // A request with the token of the first connection is what its wizard waits for.
    calls.api.scim("GET", "/Users?count=1", None).await.expect(200, "a first request");
    calls.api.recorded("GET", "/Users").await;
    let first = json!({"id": calls.api.connection_id});
    calls.call("wizard.finish", first).await;
    let list =
        calls.call("activity.list", json!({"connectionId": calls.api.connection_id, "limit": 10})).await;
    calls.call("activity.show", id(&list["rows"][0])).await;
}
