//! ETag, If-Match and If-None-Match (RFC 7644 section 3.14, RFC 9110 section 13.1).

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Api, Reply};

use crate::requests::{USER, group, id, patch, person, read};

fn title(text: &str) -> Value {
    patch(json!([{"op": "replace", "path": "title", "value": text}]))
}

async fn with(
    api: &Api,
    method: &str,
    path: &str,
    header: (&str, &str),
    body: impl Into<Option<Value>>,
) -> Reply {
    api.scim_with(method, path, &[header], body).await
}

#[tokio::test]
async fn a_read_with_the_version_at_hand_is_304_without_a_body() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    for held in ["W/\"1\"", "\"1\"", "*", "W/\"7\", W/\"1\""] {
        let reply = with(&api, "GET", &path, ("if-none-match", held), None).await;
        assert_eq!((reply.status.as_u16(), &reply.body), (304, &Value::Null), "{held}");
        assert_eq!(reply.headers["etag"], "W/\"1\"", "the version is sent all the same");
    }
    with(&api, "GET", &path, ("if-none-match", "W/\"0\""), None)
        .await
        .expect(200, "an old version gets the new one");
    let reply = with(&api, "HEAD", &path, ("if-none-match", "W/\"1\""), None).await;
    assert_eq!(reply.status, 304, "HEAD too");
}

#[tokio::test]
async fn a_write_to_another_version_is_412_and_changes_nothing() {
    let api = Api::start("custom").await;
    let crew = id(&group(&api, "Crew", &[]).await);
    let ada = id(&person(&api, "ada").await);
    let rename = patch(json!([{"op": "replace", "path": "displayName", "value": "x"}]));
    for (path, put, patch) in [
        (format!("/Users/{ada}"), json!({"schemas": [USER], "userName": "eve"}), title("x")),
        (format!("/Groups/{crew}"), json!({"displayName": "Eve"}), rename),
    ] {
        let before = read(&api, &path).await;
        for stale in ["W/\"2\"", "\"0\"", "W/\"1", "nonsense", ""] {
            for (method, body) in
                [("PUT", Some(put.clone())), ("PATCH", Some(patch.clone())), ("DELETE", None)]
            {
                let detail = with(&api, method, &path, ("if-match", stale), body).await.refused(412, None);
                assert!(detail.contains("W/\"1\""), "the refusal tells the present version: {detail}");
            }
        }
        assert_eq!(read(&api, &path).await, before, "nothing happened");
    }
}

#[tokio::test]
async fn a_write_to_the_present_version_passes_and_moves_it() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let mut version = "W/\"1\"".to_owned();
    for (method, body) in [
        ("PATCH", title("One")),
        ("PUT", json!({"schemas": [USER], "userName": "ada", "title": "Two"})),
        ("PATCH", title("Three")),
    ] {
        let reply = with(&api, method, &path, ("if-match", &version), body).await;
        let etag = reply.headers["etag"].to_str().unwrap().to_owned();
        let after = reply.expect(200, "the version fits");
        assert_ne!(etag, version, "each change has a version of its own");
        assert_eq!(after["meta"]["version"], etag);
        version = etag;
    }
    with(&api, "PATCH", &path, ("if-match", "*"), title("Four")).await.expect(200, "* is any version");
    with(&api, "DELETE", &path, ("if-match", "W/\"5\""), None).await.expect(204, "and it goes");
    with(&api, "DELETE", &path, ("if-match", "*"), None).await.refused(404, None);
}

#[tokio::test]
async fn a_write_that_must_not_meet_this_version_is_412() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let before = read(&api, &path).await;
    for held in ["*", "W/\"1\""] {
        for (method, body) in [
            ("PUT", Some(json!({"schemas": [USER], "userName": "eve"}))),
            ("PATCH", Some(title("x"))),
            ("DELETE", None),
        ] {
            with(&api, method, &path, ("if-none-match", held), body).await.refused(412, None);
        }
    }
    assert_eq!(read(&api, &path).await, before, "nothing happened");
    with(&api, "PATCH", &path, ("if-none-match", "W/\"9\""), title("x"))
        .await
        .expect(200, "another version is fine");
}

#[tokio::test]
async fn of_two_who_read_the_same_version_one_writes() {
    let api = Api::start("custom").await;
    let path = format!("/Users/{}", id(&person(&api, "ada").await));
    let (one, two) = tokio::join!(
        with(&api, "PATCH", &path, ("if-match", "W/\"1\""), title("One")),
        with(&api, "PATCH", &path, ("if-match", "W/\"1\""), title("Two")),
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "no update is lost");
}

#[tokio::test]
async fn membership_moves_the_version_of_the_group() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let path = format!("/Groups/{}", id(&group(&api, "Crew", &[]).await));
    let add = patch(json!([{"op": "add", "path": "members", "value": [{"value": ada}]}]));
    let reply = with(&api, "PATCH", &path, ("if-match", "W/\"1\""), add.clone()).await;
    assert_eq!(reply.headers["etag"], "W/\"2\"", "a new member is a new version");
    with(&api, "PATCH", &path, ("if-match", "W/\"1\""), add).await.refused(412, None);
}

#[tokio::test]
async fn a_clock_that_is_set_back_sets_no_last_modified_back() {
    let api = Api::start("custom").await;
    let ada = format!("/Users/{}", id(&person(&api, "ada").await));
    let bob = id(&person(&api, "bob").await);
    let crew = format!("/Groups/{}", id(&group(&api, "Crew", &[&bob]).await));
    let rename = |text: &str| patch(json!([{"op": "replace", "path": "displayName", "value": text}]));
    let now = || json!(format!("{:.3}", api.clock.now()));
    let meta = async |path: &str| read(&api, path).await["meta"].clone();
    for (path, name) in [(&ada, "a person"), (&crew, "a group")] {
        api.clock.advance(Duration::from_hours(1));
        let before = api.scim("PATCH", path, rename("One")).await.expect(200, name)["meta"].clone();
        assert_eq!(before["lastModified"], now(), "{name}: {before}");
        api.clock.set_back(Duration::from_mins(30));
        let after = api.scim("PATCH", path, rename("Two")).await.expect(200, name)["meta"].clone();
        assert_eq!(after["lastModified"], before["lastModified"], "{name}");
        assert_ne!(after["version"], before["version"], "{name}: the change has a version all the same");
        assert_eq!(meta(path).await, after, "{name}: what is answered is what is stored");
    }
    let set = |op: &str, members: Value| patch(json!([{"op": op, "path": "members", "value": members}]));
    let bob_alone = json!([{"value": bob}]);
    for (change, what) in [
        (set("replace", json!([])), "all members leave"),
        (set("add", bob_alone.clone()), "one joins"),
        (set("remove", bob_alone.clone()), "one leaves"),
        (set("replace", bob_alone), "the members are others"),
    ] {
        let before = meta(&crew).await;
        api.clock.set_back(Duration::from_mins(1));
        let after = api.scim("PATCH", &crew, change).await.expect(200, what)["meta"].clone();
        assert_eq!(after["lastModified"], before["lastModified"], "{what}");
        assert_ne!(after["version"], before["version"], "{what}");
        assert_eq!(meta(&crew).await, after, "{what}: what is answered is what is stored");
    }
    let before = meta(&crew).await;
    api.clock.set_back(Duration::from_mins(10));
    api.scim("DELETE", &format!("/Users/{bob}"), None).await.expect(204, "a member is deleted");
    assert_eq!(meta(&crew).await["lastModified"], before["lastModified"], "of a group that loses a member");
    assert_ne!(meta(&crew).await["version"], before["version"]);
    api.clock.advance(Duration::from_hours(2));
    let later = api.scim("PATCH", &ada, rename("Three")).await.expect(200, "a later change");
    assert_eq!(later["meta"]["lastModified"], now(), "the time goes ahead again");
}
