//! Each command about the workspace and its connections, once.

use serde_json::json;

use super::walk::Walk;
use super::{OTHER_PASSWORD, PASSWORD, id, newest};
use crate::https::{Authority, NOW};

pub(super) async fn sessions(walk: &mut Walk) {
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

pub(super) async fn settings(walk: &mut Walk) {
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
    let choice = json!({"source": {"files": {"certificate": pair.certificate, "key": pair.key}}});
    walk.call("server.certificate", json!({})).await;
    walk.call("server.setCertificate", choice).await;
    walk.call("server.checkCertificate", json!({})).await;
    walk.says("Checked the certificate of this server.").await;
    walk.call("server.setCertificate", json!({"source": "privateAuthority"})).await;
    walk.says("Chose the certificate of the private authority for this server.").await;
    walk.call("server.exportRoot", json!({})).await;
    walk.call("server.setCertificate", json!({"source": null})).await;
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

pub(super) async fn connections(walk: &mut Walk) {
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
    walk.call("connection.way", id(&made)).await;
    walk.call("connection.setWay", json!({"id": made["id"], "way": "network"})).await;
    walk.says(
        "Changed how Okta – Staff reaches this computer: This network only, through Okta's provisioning agent.",
    )
    .await;
    let brake = json!({"mode": "hold", "least": 1, "people": 1, "percentHour": 20, "percentDay": 30});
    walk.call("connection.brake", id(&made)).await;
    walk.call("connection.setBrake", json!({"id": made["id"], "brake": brake})).await;
    walk.says(
        "Changed the brake of Okta – Staff: hold, 1 user or 20% within an hour, 30% within a day, a share from 1 user on.",
    )
    .await;
    walk.call("connection.days", json!({"id": made["id"], "starts": ["2026-11-24T00:00:00Z"]})).await;
    walk.call("guide.show", json!({"provider": "okta", "way": "proxy"})).await;
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
