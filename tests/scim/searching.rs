//! POST to `.search`, at the root and at each type (RFC 7644 section 3.4.3).

use serde_json::json;
use tests::Api;

use crate::requests::{LIST, group, id, names, person, search};

async fn office(api: &Api) {
    let ada = id(&person(api, "ada").await);
    person(api, "bob").await;
    group(api, "Crew", &[&ada]).await;
    group(api, "adas", &[]).await;
}

#[tokio::test]
async fn the_root_searches_people_and_groups() {
    let api = Api::start("custom").await;
    office(&api).await;
    for (body, found) in [
        (json!({}), vec!["ada", "bob", "Crew", "adas"]),
        (json!({"filter": "userName sw \"a\" or displayName sw \"a\""}), vec!["ada", "adas"]),
        (json!({"filter": "displayName pr"}), vec!["Crew", "adas"]),
        (json!({"filter": "meta.resourceType eq \"Group\""}), vec!["Crew", "adas"]),
        (json!({"filter": "meta.resourceType eq \"User\" and userName eq \"BOB\""}), vec!["bob"]),
        (json!({"filter": "members.value pr"}), vec!["Crew"]),
        (json!({"count": 2}), vec!["ada", "bob"]),
        (json!({"startIndex": 2, "count": 2}), vec!["bob", "Crew"]),
        (json!({"startIndex": 4, "count": 2}), vec!["adas"]),
        (json!({"startIndex": 5}), vec![]),
        (json!({"count": 0}), vec![]),
    ] {
        let list = api.scim("POST", "/.search", search(body.clone())).await.expect(200, "found");
        assert_eq!(list["schemas"], json!([LIST]));
        assert_eq!(names(&list), found, "{body}");
        assert_eq!(list["itemsPerPage"], found.len(), "{body}");
        assert_eq!(list["startIndex"], body.get("startIndex").cloned().unwrap_or(json!(1)), "{body}");
    }
    let list = api.scim("POST", "/.search", search(json!({"count": 1}))).await.expect(200, "found");
    assert_eq!(list["totalResults"], 4, "all of both kinds are counted");
}

#[tokio::test]
async fn a_type_searches_itself_with_everything_a_get_takes() {
    let api = Api::start("custom").await;
    office(&api).await;
    let body = json!({"filter": "userName pr", "sortBy": "userName", "sortOrder": "descending", "startIndex": 1,
                      "count": 1, "attributes": ["userName"]});
    let list = api.scim("POST", "/Users/.search", search(body)).await.expect(200, "found");
    assert_eq!((names(&list), &list["totalResults"]), (vec!["bob"], &json!(2)));
    assert_eq!(list["Resources"][0].get("active"), None, "only the attributes that were asked for");
    let list = api
        .scim("POST", "/Groups/.search", search(json!({"excludedAttributes": ["members"]})))
        .await
        .expect(200, "found");
    assert_eq!(names(&list), ["Crew", "adas"]);
    assert_eq!(list["Resources"][0].get("members"), None);
    // Numbers as text and null are what some clients send.
    let list = api
        .scim("POST", "/Users/.search", search(json!({"count": 1, "filter": null})))
        .await
        .expect(200, "found");
    assert_eq!(names(&list), ["ada"]);
}

#[tokio::test]
async fn a_body_that_is_no_search_is_refused() {
    let api = Api::start("custom").await;
    office(&api).await;
    for (body, scim_type) in [
        (json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}), "invalidSyntax"),
        (search(json!({"filter": 1})), "invalidValue"),
        (search(json!({"filter": "userName"})), "invalidFilter"),
        (search(json!({"count": "x"})), "invalidValue"),
        (search(json!({"startIndex": {}})), "invalidValue"),
        (search(json!({"attributes": "userName", "excludedAttributes": ["id"]})), "invalidValue"),
        (search(json!({"attributes": [1]})), "invalidValue"),
        (search(json!({"sortBy": "shoeSize"})), "invalidPath"),
        (search(json!({"filter": "shoeSize pr"})), "invalidFilter"),
    ] {
        for endpoint in ["/.search", "/Users/.search"] {
            let reply = api.scim("POST", endpoint, body.clone()).await;
            assert_eq!(reply.body["scimType"], scim_type, "{endpoint} {body}: {}", reply.body);
            reply.refused(400, Some(scim_type));
        }
    }
    api.scim("POST", "/Users/.search", None).await.refused(400, Some("invalidSyntax"));
}
