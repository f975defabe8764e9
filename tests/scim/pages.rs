//! Sort and pages by index (RFC 7644 sections 3.4.2.3 and 3.4.2.4).

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tests::Api;

use crate::requests::{LIST, USER, names, person, read, search};

async fn people(api: &Api, count: usize) {
    for n in 0..count {
        person(api, &format!("p{n:02}")).await;
    }
}

#[tokio::test]
async fn the_four_numbers_are_right_in_every_corner() {
    let api = Api::start("custom").await;
    people(&api, 5).await;
    for (query, start, first, shown) in [
        ("", 1, "p00", 5),
        ("?startIndex=1&count=2", 1, "p00", 2),
        ("?startIndex=3&count=2", 3, "p02", 2),
        ("?startIndex=5&count=2", 5, "p04", 1),
        ("?startIndex=6&count=2", 6, "", 0),
        ("?startIndex=1000", 1000, "", 0),
        ("?startIndex=9223372036854775807", 9_223_372_036_854_775_807_u64, "", 0),
        ("?startIndex=99999999999999999999999", 9_223_372_036_854_775_807, "", 0),
        ("?startIndex=0", 1, "p00", 5),
        ("?startIndex=-7&count=1", 1, "p00", 1),
        ("?count=0", 1, "", 0),
        ("?count=-1", 1, "", 0),
        ("?count=-99999999999999999999999", 1, "", 0),
        ("?count=5", 1, "p00", 5),
        ("?count=1000000", 1, "p00", 5),
        ("?count=99999999999999999999999", 1, "p00", 5),
        ("?count=", 1, "p00", 5),
    ] {
        let list = read(&api, &format!("/Users{query}")).await;
        assert_eq!(list["schemas"], json!([LIST]), "{query}");
        assert_eq!(list["totalResults"], 5, "{query}: how many there are");
        assert_eq!(list["startIndex"], start, "{query}: where the page begins");
        assert_eq!(list["itemsPerPage"], shown, "{query}: how many are shown");
        let found = names(&list);
        assert_eq!((found.len(), found.first().copied().unwrap_or("")), (shown, first), "{query}");
    }
    for wrong in ["startIndex=x", "count=x", "count=1.5", "startIndex=1e3", "count=--1", "startIndex=%20-"] {
        api.scim("GET", &format!("/Users?{wrong}"), None).await.refused(400, Some("invalidValue"));
    }
}

#[tokio::test]
async fn an_empty_list_is_a_list() {
    let api = Api::start("custom").await;
    for path in ["/Users", "/Groups", "/Users?count=0", "/Users?filter=title%20pr"] {
        let list = read(&api, path).await;
        assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(0), &json!(0)), "{path}");
        assert_eq!(list["Resources"], json!([]), "{path}: present and empty");
    }
}

#[tokio::test]
async fn pages_by_index_show_everybody_once_in_a_stable_order() {
    let api = Api::start("custom").await;
    people(&api, 23).await;
    for sort in [
        "",
        "&sortBy=userName",
        "&sortBy=userName&sortOrder=descending",
        "&sortBy=title",
        "&sortBy=meta.created",
        "&sortBy=title&filter=userName%20sw%20%22p%22",
    ] {
        let (mut seen, mut start) = (Vec::new(), 1);
        loop {
            let list = read(&api, &format!("/Users?startIndex={start}&count=5{sort}")).await;
            let page: Vec<String> = names(&list).into_iter().map(str::to_owned).collect();
            if page.is_empty() {
                break;
            }
            start += page.len();
            seen.extend(page);
        }
        let distinct: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(
            (seen.len(), distinct.len()),
            (23, 23),
            "{sort}: each person once, although all titles are equal"
        );
        let whole = read(&api, &format!("/Users?count=100{sort}")).await;
        assert_eq!(names(&whole), seen, "{sort}: in the order of the whole list");
    }
}

#[tokio::test]
async fn a_page_has_a_hundred_unless_asked_and_never_more_than_five_hundred() {
    let api = Api::start("custom").await;
    let ids: Vec<Value> = (0..501)
        .map(|n| json!({"method": "POST", "path": "/Users", "bulkId": format!("b{n}"), "data": {"schemas": [USER], "userName": format!("p{n}")}}))
        .collect();
    api.scim("POST", "/Bulk", crate::requests::bulk(ids)).await.expect(200, "501 people");
    for (query, shown) in
        [("", 100), ("?count=500", 500), ("?count=501", 500), ("?count=500&startIndex=500", 2)]
    {
        let list = read(&api, &format!("/Users{query}")).await;
        assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(501), &json!(shown)), "{query}");
        assert_eq!(names(&list).len(), shown, "{query}");
    }
}

#[tokio::test]
async fn lists_are_sorted_by_what_is_asked() {
    let api = Api::start("custom").await;
    for body in [
        json!({"userName": "b", "title": "alpha", "name": {"familyName": "Z"}, "active": true,
               "emails": [{"value": "z@x"}, {"value": "a@x", "primary": true}], "externalId": "b"}),
        json!({"userName": "C", "title": "Beta", "name": {"familyName": "y"}, "active": false,
               "emails": [{"value": "m@x"}], "externalId": "A"}),
        json!({"userName": "a", "name": {"familyName": "X"}, "externalId": "a"}),
    ] {
        let mut body = body;
        body["schemas"] = json!([USER]);
        api.scim("POST", "/Users", body).await.expect(201, "created");
        api.clock.advance(Duration::from_secs(1));
    }
    for (sort_by, up) in [
        ("userName", ["a", "b", "C"]),
        ("USERNAME", ["a", "b", "C"]),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", ["a", "b", "C"]),
        ("title", ["b", "C", "a"]),
        ("name.familyName", ["a", "C", "b"]),
        ("active", ["C", "b", "a"]),
        ("emails", ["b", "C", "a"]),
        ("emails.value", ["b", "C", "a"]),
        ("externalId", ["C", "a", "b"]),
        ("meta.created", ["b", "C", "a"]),
        ("id", ["b", "C", "a"]),
    ] {
        if sort_by == "active" {
            // `a` was created without it and is active as well; equal ones keep the order of their creation.
            assert_eq!(names(&read(&api, "/Users?sortBy=active").await), up);
            continue;
        }
        let list = read(&api, &format!("/Users?sortBy={sort_by}")).await;
        assert_eq!(names(&list), up, "{sort_by} without an order ascends");
        let list = read(&api, &format!("/Users?sortBy={sort_by}&sortOrder=ascending")).await;
        assert_eq!(names(&list), up, "{sort_by}");
        let mut down = up;
        down.reverse();
        let list = read(&api, &format!("/Users?sortBy={sort_by}&sortOrder=Descending")).await;
        assert_eq!(names(&list), down, "{sort_by} descending, what has no value comes first");
        let body = search(json!({"sortBy": sort_by, "sortOrder": "descending"}));
        let list = api.scim("POST", "/Users/.search", body).await.expect(200, sort_by);
        assert_eq!(names(&list), down, "{sort_by}, posted");
    }
    for (query, scim_type) in [
        ("sortBy=shoeSize", "invalidPath"),
        ("sortBy=name", "invalidPath"),
        ("sortBy=addresses", "invalidPath"),
        ("sortBy=userName&sortOrder=up", "invalidValue"),
    ] {
        let detail = api.scim("GET", &format!("/Users?{query}"), None).await.refused(400, Some(scim_type));
        assert!(detail.contains("sort"), "{query}: {detail}");
    }
    read(&api, "/Users?sortOrder=descending").await;
}
