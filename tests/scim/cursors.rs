//! Pages by cursor (RFC 9865).

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tests::Api;

use crate::requests::{names, percent, person, read, search};

async fn people(api: &Api, count: usize) {
    for n in 0..count {
        person(api, &format!("p{n:02}")).await;
    }
}

fn cursor<'a>(list: &'a Value, which: &str) -> Option<&'a str> {
    list.get(which).map(|value| value.as_str().unwrap())
}

async fn page(api: &Api, query: &str, cursor: &str) -> Value {
    read(api, &format!("/Users?count=4{query}&cursor={}", percent(cursor))).await
}

#[tokio::test]
async fn the_whole_list_is_walked_forward_and_back() {
    let api = Api::start("custom").await;
    people(&api, 11).await;
    for query in [
        "",
        "&filter=userName%20sw%20%22p%22",
        "&sortBy=userName&sortOrder=descending",
        "&sortBy=title",
        "&filter=not(title%20pr)",
        "&attributes=userName",
    ] {
        let all: Vec<String> = {
            let whole = read(&api, &format!("/Users?count=100{query}")).await;
            names(&whole).into_iter().map(str::to_owned).collect()
        };
        let mut list = page(&api, query, "").await;
        assert_eq!(cursor(&list, "previousCursor"), None, "{query}: nothing is before the first page");
        let mut forward = Vec::new();
        let mut pages = Vec::new();
        loop {
            assert_eq!(list["totalResults"], 11, "{query}: how many there are");
            assert_eq!(list["itemsPerPage"], names(&list).len(), "{query}");
            assert_eq!(list.get("startIndex"), None, "{query}: pages by cursor have no index");
            forward.extend(names(&list).into_iter().map(str::to_owned));
            pages.push(names(&list).join(" "));
            let Some(next) = cursor(&list, "nextCursor").map(str::to_owned) else { break };
            list = page(&api, query, &next).await;
        }
        assert_eq!(forward, all, "{query}: forward each person once, in order");
        assert_eq!(pages.len(), 3, "{query}: 4 + 4 + 3");
        let mut back = vec![names(&list).join(" ")];
        while let Some(previous) = cursor(&list, "previousCursor").map(str::to_owned) {
            list = page(&api, query, &previous).await;
            back.insert(0, names(&list).join(" "));
        }
        assert_eq!(back, pages, "{query}: the same pages on the way back");
    }
}

#[tokio::test]
async fn a_page_that_is_exactly_full_is_the_last_one_when_nothing_follows() {
    let api = Api::start("custom").await;
    people(&api, 8).await;
    let first = page(&api, "", "").await;
    let second = page(&api, "", cursor(&first, "nextCursor").unwrap()).await;
    assert_eq!(names(&second).len(), 4);
    assert_eq!(cursor(&second, "nextCursor"), None, "there is no fifth of four");
    let none = read(&api, "/Users?count=0&cursor=").await;
    assert_eq!((&none["totalResults"], names(&none).len()), (&json!(8), 0), "a count of 0 only counts");
    let empty = read(&api, "/Users?cursor=&filter=title%20pr").await;
    assert_eq!((cursor(&empty, "nextCursor"), cursor(&empty, "previousCursor")), (None, None));
}

#[tokio::test]
async fn people_who_are_created_and_deleted_between_pages_move_no_one_else() {
    let api = Api::start("custom").await;
    people(&api, 12).await;
    let first = page(&api, "", "").await;
    let deleted = first["Resources"][0]["id"].as_str().unwrap();
    api.scim("DELETE", &format!("/Users/{deleted}"), None).await.expect(204, "the first one leaves");
    let second = page(&api, "", cursor(&first, "nextCursor").unwrap()).await;
    assert_eq!(names(&second), ["p04", "p05", "p06", "p07"], "no one is left out");
    // Even the one that the cursor points at may be deleted.
    let edge = second["Resources"][3]["id"].as_str().unwrap();
    api.scim("DELETE", &format!("/Users/{edge}"), None).await.expect(204, "the last of the page leaves");
    person(&api, "p12").await;
    let third = page(&api, "", cursor(&second, "nextCursor").unwrap()).await;
    assert_eq!(names(&third), ["p08", "p09", "p10", "p11"]);
    let last = page(&api, "", cursor(&third, "nextCursor").unwrap()).await;
    assert_eq!(names(&last), ["p12"], "and the new person is shown");
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_invalid() {
    let api = Api::start("custom").await;
    people(&api, 9).await;
    let first = page(&api, "", "").await;
    let good = cursor(&first, "nextCursor").unwrap();
    let changed = {
        let mut text = good.to_owned();
        let flipped = if text.ends_with('0') { '1' } else { '0' };
        text.pop();
        text.push(flipped);
        text
    };
    for wrong in [
        "x",
        "0",
        "1",
        &changed,
        &good[1..],
        &good.to_uppercase(),
        &format!("{good}0"),
        &"a".repeat(5000),
        "\u{e9}",
    ] {
        let reply = api.scim("GET", &format!("/Users?count=4&cursor={}", percent(wrong)), None).await;
        reply.refused(400, Some("invalidCursor"));
        let body = search(json!({"count": 4, "cursor": wrong}));
        api.scim("POST", "/Users/.search", body).await.refused(400, Some("invalidCursor"));
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_query_and_connection_only() {
    let api = Api::start("custom").await;
    people(&api, 9).await;
    let first = page(&api, "", "").await;
    let good = cursor(&first, "nextCursor").unwrap().to_owned();
    for query in ["&filter=title%20pr", "&sortBy=userName", "&sortBy=userName&sortOrder=descending"] {
        let reply = api.scim("GET", &format!("/Users?count=4{query}&cursor={good}"), None).await;
        reply.refused(400, Some("invalidCursor"));
    }
    api.scim("GET", &format!("/Groups?count=4&cursor={good}"), None)
        .await
        .refused(400, Some("invalidCursor"));
    let (other, token) = api.connect("Second", "custom").await;
    let request = Request::get(format!("/scim/v2/{other}/Users?count=4&cursor={good}"))
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    api.send(request).await.refused(400, Some("invalidCursor"));
    // What decides nothing about which resources come may change on the way.
    read(&api, &format!("/Users?count=2&attributes=id&cursor={good}")).await;
}

#[tokio::test]
async fn a_cursor_expires_when_its_time_is_over() {
    let api = Api::start("custom").await;
    people(&api, 9).await;
    let good = cursor(&page(&api, "", "").await, "nextCursor").unwrap().to_owned();
    api.clock.advance(Duration::from_secs(3599));
    read(&api, &format!("/Users?count=4&cursor={good}")).await;
    api.clock.advance(Duration::from_secs(1));
    let reply = api.scim("GET", &format!("/Users?count=4&cursor={good}"), None).await;
    assert!(reply.refused(400, Some("expiredCursor")).contains("start again"), "the refusal says what to do");
}

#[tokio::test]
async fn a_page_size_that_cannot_be_is_an_invalid_count() {
    let api = Api::start("custom").await;
    people(&api, 2).await;
    for count in ["-1", "501", "x", "99999999999999999999"] {
        let reply = api.scim("GET", &format!("/Users?cursor=&count={count}"), None).await;
        reply.refused(400, Some("invalidCount"));
    }
    read(&api, "/Users?cursor=&count=500").await;
    let both = api.scim("GET", "/Users?cursor=&startIndex=1", None).await;
    assert!(both.refused(400, Some("invalidValue")).contains("startIndex"));
}

#[tokio::test]
async fn a_search_by_post_takes_cursors_too() {
    let api = Api::start("custom").await;
    people(&api, 5).await;
    let filter = "userName sw \"p\"";
    let first = api
        .scim("POST", "/Users/.search", search(json!({"cursor": "", "count": 3, "filter": filter})))
        .await
        .expect(200, "the first page");
    let next = cursor(&first, "nextCursor").unwrap().to_owned();
    let second = api
        .scim("POST", "/Users/.search", search(json!({"cursor": next, "count": 3, "filter": filter})))
        .await
        .expect(200, "the second page");
    assert_eq!([names(&first), names(&second)].concat(), ["p00", "p01", "p02", "p03", "p04"]);
    let got = read(&api, &format!("/Users?count=3&filter={}&cursor={next}", percent(filter))).await;
    assert_eq!(names(&got), names(&second), "and a cursor of one goes with the other");
    let body = search(json!({"cursor": ""}));
    api.scim("POST", "/.search", body).await.refused(400, Some("invalidCursor"));
}
