//! What happened to a person last, when and who did it: the same in the list, its order and filter, the export and the history,
//! whatever was done. Each kind of change that the journal knows is done here once.

use std::time::Duration;

use foundational::Caller;
use serde_json::{Value, json};
use store::ChangeKind;
use tests::Api;

const PASSWORD: &str = "correct horse battery";

struct Scene {
    api: Api,
    grace: Caller,
}

impl Scene {
    async fn new() -> Self {
        let api = Api::start("okta").await;
        let grace = Caller::Window("grace".to_owned());
        let first = json!({"name": "Grace Hopper", "email": "grace@acme.example", "password": PASSWORD});
        api.app.call(&grace, "account.createFirst", first).await.unwrap();
        Self { api, grace }
    }

    /// What Grace does at her window.
    async fn act(&self, command: &str, args: Value) -> Value {
        // The clock moves by days, and no session outlasts that.
        let sign_in = json!({"email": "grace@acme.example", "password": PASSWORD});
        self.api.app.call(&self.grace, "session.signIn", sign_in).await.unwrap();
        self.api.app.call(&self.grace, command, args).await.expect(command)
    }

    async fn scim(&self, method: &str, path: &str, body: Value) -> String {
        let reply = self.api.scim(method, path, (!body.is_null()).then_some(body)).await;
        assert!(reply.status.is_success(), "{method} {path}: {reply:?}");
        reply.body["id"].as_str().unwrap_or_default().to_owned()
    }

    async fn provisioned(&self) -> String {
        self.scim("POST", "/Users", json!({"userName": "ada@acme.example", "displayName": "Ada Lovelace"}))
            .await
    }

    /// One who waits to be let through.
    async fn waiting(&self) -> String {
        self.act("observeFirst.begin", json!({"id": self.api.connection_id})).await;
        self.provisioned().await
    }

    async fn local(&self) -> String {
        let local = json!({"name": "Ada Lovelace", "email": "ada@acme.example", "role": "member"});
        self.act("people.createLocal", local).await["personId"].as_str().unwrap().to_owned()
    }

    /// A group with Ada in it.
    async fn group(&self, ada: &str) -> String {
        self.scim("POST", "/Groups", json!({"displayName": "Admins", "members": [{"value": ada}]})).await
    }

    async fn choose(&self, group: Option<&str>) {
        let mut rules = self.api.command("connection.rules", json!({"id": self.api.connection_id})).await;
        rules["adminGroupId"] = json!(group);
        self.act("connection.setRules", json!({"id": self.api.connection_id, "rules": rules})).await;
    }

    fn hour(&self) {
        self.api.clock.advance(Duration::from_hours(1));
    }
}

fn active(active: bool) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": active}]})
}

/// Does it, an hour after everything that leads to it; answers the person and who did it. `None`: it is no change of a person
/// who is in the list afterwards.
async fn done(scene: &Scene, kind: ChangeKind) -> Option<(String, &'static str)> {
    const GRACE: &str = "Grace Hopper";
    let path = |id: &str| format!("/Users/{id}");
    Some(match kind {
        ChangeKind::Create => (scene.provisioned().await, "First"),
        ChangeKind::Update => {
            let id = scene.provisioned().await;
            scene.hour();
            let body =
                json!({"userName": "ada@acme.example", "displayName": "Ada Lovelace", "title": "Countess"});
            (scene.scim("PUT", &path(&id), body).await, "First")
        }
        ChangeKind::Deactivate => {
            let id = scene.provisioned().await;
            scene.hour();
            (scene.scim("PATCH", &path(&id), active(false)).await, "First")
        }
        ChangeKind::Reactivate => {
            let id = scene.provisioned().await;
            scene.scim("PATCH", &path(&id), active(false)).await;
            scene.hour();
            (scene.scim("PATCH", &path(&id), active(true)).await, "First")
        }
        ChangeKind::Block => {
            let id = scene.provisioned().await;
            scene.hour();
            scene.act("people.block", json!({"id": id})).await;
            (id, GRACE)
        }
        ChangeKind::Unblock => {
            let id = scene.provisioned().await;
            scene.act("people.blockMany", json!({"people": {"ids": [id]}})).await;
            scene.hour();
            scene.act("people.unblockMany", json!({"people": {"ids": [id]}})).await;
            (id, GRACE)
        }
        ChangeKind::Promote => {
            let id = scene.provisioned().await;
            let group = scene.group(&id).await;
            scene.hour();
            scene.choose(Some(&group)).await;
            (id, GRACE)
        }
        ChangeKind::Demote => {
            let id = scene.provisioned().await;
            let group = scene.group(&id).await;
            scene.choose(Some(&group)).await;
            scene.hour();
            let body = json!({"displayName": "Admins", "members": []});
            scene.scim("PUT", &format!("/Groups/{group}"), body).await;
            (id, "First")
        }
        ChangeKind::Allow => {
            let id = scene.provisioned().await;
            scene.hour();
            scene.act("people.allowSignIn", json!({"id": id})).await;
            (id, GRACE)
        }
        ChangeKind::Forbid => {
            let id = scene.local().await;
            scene.hour();
            scene.act("people.forbidSignIn", json!({"id": id})).await;
            (id, GRACE)
        }
        ChangeKind::Password => {
            let id = scene.local().await;
            let given = scene.act("people.allowSignIn", json!({"id": id})).await;
            let ada = Caller::Window("ada".to_owned());
            let sign_in = json!({"email": "ada@acme.example", "password": given["passcode"]});
            scene.api.app.call(&ada, "session.signIn", sign_in).await.unwrap();
            scene.hour();
            let change = json!({"password": given["passcode"], "newPassword": "another horse battery"});
            scene.api.app.call(&ada, "session.changePassword", change).await.unwrap();
            (id, "Ada Lovelace")
        }
        ChangeKind::Link | ChangeKind::Unlink => {
            let id = scene.local().await;
            let arriving = json!({"userName": "ada@acme.example", "displayName": "Ada Lovelace"});
            scene.api.scim("POST", "/Users", arriving).await.refused(409, Some("uniqueness"));
            let waiting = scene.api.command("match.list", json!({"id": scene.api.connection_id})).await;
            scene.hour();
            scene.act("match.link", json!({"id": waiting[0]["id"]})).await;
            if kind == ChangeKind::Unlink {
                scene.hour();
                scene.act("people.undoLink", json!({"id": id})).await;
            }
            (id, GRACE)
        }
        ChangeKind::LetThrough => {
            let id = scene.waiting().await;
            scene.hour();
            scene.act("people.letThrough", json!({"id": id, "admin": false})).await;
            (id, GRACE)
        }
        // A deleted person is in no list; members are a group's.
        ChangeKind::Delete | ChangeKind::Members => return None,
    })
}

#[tokio::test]
async fn what_happened_when_and_who_did_it_is_the_same_everywhere() {
    for kind in ChangeKind::ALL {
        let scene = Scene::new().await;
        scene.api.clock.advance(Duration::from_hours(48));
        let Some((id, by)) = done(&scene, kind).await else { continue };
        let now = scene.api.clock.now().to_string();
        let query =
            json!({"changed": "day", "sort": "changed", "descending": true, "offset": 0, "limit": 10});
        let page = scene.api.command("people.list", query).await;
        let row = &page["rows"][0];
        assert_eq!(row["id"], json!(id), "{kind:?}: the newest change comes first: {page}");
        assert_eq!((&row["changedAt"], &row["changedBy"]), (&json!(now), &json!(by)), "{kind:?}: {row}");
        let shown = scene.api.command("people.show", json!({"id": id})).await;
        assert_eq!(&shown["row"], row, "{kind:?}: the page of the person says the same");
        let query = json!({"id": id, "source": null, "kind": null, "before": null, "limit": 10});
        let history = scene.api.command("history.list", query).await;
        let newest = &history["rows"][0];
        let (what, sentence) = (row["lastChange"].as_str().unwrap(), newest["sentence"].as_str().unwrap());
        assert!(
            sentence.starts_with(what) && sentence.ends_with(&format!(" by {by}")),
            "{kind:?}: {what}: {sentence}"
        );
        assert_eq!(newest["at"], json!(now), "{kind:?}: {newest}");
        let export = json!({"people": {"ids": [id]}, "format": "csv"});
        let file = scene.api.command("people.export", export).await;
        let text = file["text"].as_str().unwrap();
        assert!(
            text.trim_end().ends_with(&format!(",{now},{what},{by}")),
            "{kind:?}: the export says the same: {text}"
        );
    }
}

#[tokio::test]
async fn a_group_that_makes_an_admin_is_named() {
    let scene = Scene::new().await;
    let (id, _) = done(&scene, ChangeKind::Demote).await.unwrap();
    let query = json!({"id": id, "source": null, "kind": null, "before": null, "limit": 10});
    let history = scene.api.command("history.list", query).await;
    let sentences: Vec<&str> =
        history["rows"].as_array().unwrap().iter().map(|row| row["sentence"].as_str().unwrap()).collect();
    assert_eq!(
        sentences[..2],
        [
            "Made Member through the group Admins by First",
            "Made Admin through the group Admins by Grace Hopper"
        ]
    );
    assert_eq!(history["rows"][1]["rows"], json!([{"path": "role", "before": "member", "after": "admin"}]));
}

#[tokio::test]
async fn what_changes_nothing_is_no_change() {
    let scene = Scene::new().await;
    let (id, _) = done(&scene, ChangeKind::Block).await.unwrap();
    let row = scene.api.command("people.show", json!({"id": id})).await["row"].clone();
    scene.hour();
    scene.act("people.block", json!({"id": id})).await;
    assert_eq!(scene.api.command("people.show", json!({"id": id})).await["row"], row, "blocked again");
}
