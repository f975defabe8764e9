//! Filters over HTTP (RFC 7644 section 3.4.2.2). The grammar itself is tested by the cases of the `scim` crate; here
//! query string, SQL, evaluation and answer are tested together.

use std::time::Duration;

use serde_json::json;
use tests::Api;

use crate::requests::{ENTERPRISE, USER, group, id, names, percent, person, read, search};

async fn office(api: &Api) {
    for (n, body) in [
        json!({"userName": "Ada@Work.org", "title": "Countess", "name": {"familyName": "King"}, "externalId": "E1",
               "emails": [{"value": "ada@work.org", "type": "work", "primary": true}, {"value": "ada@home.org", "type": "home"}],
               ENTERPRISE: {"department": "Engines & \"Pumps\"", "employeeNumber": "7"}}),
        json!({"userName": "bob+tag@work.org", "active": false, "name": {"familyName": "O'Malley"},
               "emails": [{"value": "bob@home.org", "type": "work"}]}),
        json!({"userName": "zo\u{eb}@work.org", "title": "100% sure_thing", "nickName": "a\\b"}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = body;
        body["schemas"] = json!([USER, ENTERPRISE]);
        api.scim("POST", "/Users", body).await.expect(201, &format!("person {n}"));
        api.clock.advance(Duration::from_mins(1));
    }
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let api = Api::start("custom").await;
    office(&api).await;
    let (ada, bob, zoe) = ("Ada@Work.org", "bob+tag@work.org", "zo\u{eb}@work.org");
    for (filter, found) in [
        ("userName eq \"ADA@work.ORG\"", vec![ada]),
        ("USERNAME EQ \"ada@work.org\"", vec![ada]),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"ADA\"", vec![ada]),
        ("userName eq \"bob+tag@work.org\"", vec![bob]),
        ("userName eq \"ZO\u{cb}@WORK.ORG\"", vec![zoe]),
        ("userName co \"%\"", vec![]),
        ("title co \"%\"", vec![zoe]),
        ("title co \"e_t\"", vec![zoe]),
        ("title co \"_\"", vec![zoe]),
        ("nickName eq \"a\\\\b\"", vec![zoe]),
        ("userName ew \"work.org\"", vec![ada, bob, zoe]),
        ("userName ne \"ada@work.org\"", vec![bob, zoe]),
        ("externalId eq \"E1\"", vec![ada]),
        ("externalId eq \"e1\"", vec![]),
        ("active eq false", vec![bob]),
        ("active eq true and not (title pr)", vec![]),
        ("title pr", vec![ada, zoe]),
        ("not (title pr)", vec![bob]),
        ("title eq null", vec![bob]),
        ("name.familyName eq \"o'malley\"", vec![bob]),
        ("emails.value eq \"ada@home.org\"", vec![ada]),
        ("emails eq \"ada@home.org\"", vec![ada]),
        ("emails[type eq \"work\" and value ew \"home.org\"]", vec![bob]),
        ("emails[type eq \"work\"] and emails[value ew \"home.org\"]", vec![ada, bob]),
        ("emails.type eq \"work\" and emails.value ew \"home.org\"", vec![ada, bob]),
        ("emails[primary eq true]", vec![ada]),
        ("emails pr", vec![ada, bob]),
        ("title pr and active eq false or userName sw \"zo\"", vec![zoe]),
        ("title pr and (active eq false or userName sw \"zo\")", vec![zoe]),
        ("active eq false or title pr and userName sw \"ada\"", vec![ada, bob]),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department co \"\\\"pumps\\\"\"",
            vec![ada],
        ),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq \"7\"", vec![ada]),
        ("meta.created gt \"2026-11-24T10:00:30Z\"", vec![bob, zoe]),
        ("meta.lastModified le \"2026-11-24T11:01:00+01:00\"", vec![ada, bob]),
        ("meta.resourceType eq \"User\"", vec![ada, bob, zoe]),
        ("schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", vec![ada]),
        ("id pr", vec![ada, bob, zoe]),
        ("userName gt \"b\"", vec![bob, zoe]),
        ("userName lt \"b\"", vec![ada]),
    ] {
        for query in [percent(filter), percent(filter).replace("%20", "+")] {
            let list = read(&api, &format!("/Users?filter={query}")).await;
            assert_eq!(names(&list), found, "{filter}");
            assert_eq!(list["totalResults"], found.len(), "{filter}: the count");
        }
        let list =
            api.scim("POST", "/Users/.search", search(json!({"filter": filter}))).await.expect(200, filter);
        assert_eq!(names(&list), found, "{filter}, posted");
    }
}

#[tokio::test]
async fn a_plus_is_a_space_and_an_encoded_plus_is_a_plus() {
    let api = Api::start("custom").await;
    office(&api).await;
    let find =
        async |query: &str| read(&api, &format!("/Users?filter={query}")).await["totalResults"].clone();
    assert_eq!(find("userName+eq+%22bob%2Btag@work.org%22").await, 1, "%2B is a plus");
    assert_eq!(find("userName%20eq%20%22bob%2btag%40work.org%22").await, 1, "in either case of the digits");
    assert_eq!(find("title+eq+%22100%25+sure_thing%22").await, 1, "%25 is a percent sign");
    assert_eq!(find("userName+co+%22zo%C3%AB%22").await, 1, "UTF-8");
}

#[tokio::test]
async fn an_unencoded_plus_in_an_address_still_finds_the_person_or_says_nothing_wrong() {
    let api = Api::start("custom").await;
    office(&api).await;
    // Taken literally this asks for "bob tag@work.org", which no one has; an answer with another person would be wrong.
    let list = read(&api, "/Users?filter=userName+eq+%22bob+tag@work.org%22").await;
    for name in names(&list) {
        assert_eq!(name, "bob+tag@work.org", "no one else");
    }
}

#[tokio::test]
async fn a_wrong_filter_is_refused_and_the_place_is_named() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    for (filter, place) in [
        ("userName", "character"),
        ("userName eq", "character"),
        ("userName eq \"x", "character"),
        ("userName is \"x\"", "character 10"),
        ("userName eq \"x\" and", "character"),
        ("userName eq \"x\" userName eq \"y\"", "character 17"),
        ("(userName eq \"x\"", "character"),
        ("userName eq \"x\")", "character 16"),
        ("not userName eq \"x\"", "character"),
        ("emails[type eq \"work\"", "character"),
        ("shoeSize eq 1", "shoeSize"),
        ("emails[shoeSize eq 1]", "shoeSize"),
        ("active gt true", "active"),
        ("active eq \"yes\"", "active"),
        ("meta.created gt \"yesterday\"", "meta.created"),
        ("name eq \"x\"", "name"),
        ("members eq \"x\"", "members"),
        ("userName eq 'x'", "character 13"),
        ("userName eq \"\\x\"", "character"),
    ] {
        let reply = api.scim("GET", &format!("/Users?filter={}", percent(filter)), None).await;
        let detail = reply.refused(400, Some("invalidFilter"));
        assert!(detail.contains(place), "{filter}: {detail}");
        let body = search(json!({"filter": filter}));
        api.scim("POST", "/Users/.search", body).await.refused(400, Some("invalidFilter"));
    }
    read(&api, "/Users?filter=").await;
    api.scim("GET", "/Users?filter=title+pr&filter=id+pr", None).await.refused(400, Some("invalidValue"));
}

#[tokio::test]
async fn a_filter_of_a_thousand_terms_or_levels_is_refused_and_one_of_two_hundred_is_answered() {
    let api = Api::start("custom").await;
    person(&api, "ada").await;
    for filter in [
        vec!["userName eq \"x\""; 10_000].join(" or "),
        format!("{}userName pr{}", "(".repeat(1_000), ")".repeat(1_000)),
        "(".repeat(100_000),
        "not (".repeat(100_000),
        "emails[".repeat(100_000),
        format!("{}userName pr{} x", "(".repeat(20), ")".repeat(20)),
        format!("userName eq \"{}\"", "a".repeat(1_000_000)),
        "a.".repeat(50_000),
    ] {
        let body = search(json!({"filter": filter}));
        let reply = api.scim("POST", "/Users/.search", body).await;
        assert_eq!(reply.status, 400, "{}…: {}", &filter[..20], reply.body);
    }
    let fitting = vec!["userName eq \"x\""; 200].join(" or ");
    let list =
        api.scim("POST", "/Users/.search", search(json!({"filter": fitting}))).await.expect(200, "200 terms");
    assert_eq!(list["totalResults"], 0);
}

#[tokio::test]
async fn groups_are_found_by_name_and_by_member() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    group(&api, "Crew", &[&ada]).await;
    group(&api, "Empty", &[]).await;
    for (filter, found) in [
        ("displayName eq \"CREW\"".to_owned(), vec!["Crew"]),
        (format!("members.value eq \"{ada}\""), vec!["Crew"]),
        (format!("members[value eq \"{ada}\"]"), vec!["Crew"]),
        (format!("members eq \"{ada}\" and displayName sw \"c\""), vec!["Crew"]),
        ("members pr".to_owned(), vec!["Crew"]),
        ("not (members pr)".to_owned(), vec!["Empty"]),
        ("members[type eq \"Group\"]".to_owned(), vec![]),
    ] {
        let list = read(&api, &format!("/Groups?filter={}", percent(&filter))).await;
        assert_eq!(names(&list), found, "{filter}");
    }
    let crew = "groups.display eq \"crew\" and groups[type eq \"direct\"]";
    assert_eq!(names(&read(&api, &format!("/Users?filter={}", percent(crew))).await), ["ada"]);
}

#[tokio::test]
async fn no_one_is_found_through_another_connection() {
    let api = Api::start("custom").await;
    let ada = id(&person(&api, "ada").await);
    let crew = id(&group(&api, "Crew", &[&ada]).await);
    let (other, token) = api.connect("Second", "custom").await;
    for path in [
        "/Users".to_owned(),
        "/Groups".to_owned(),
        format!("/Users?filter=id%20eq%20%22{ada}%22"),
        "/Users?filter=userName%20sw%20%22a%22".to_owned(),
        "/Users?filter=not(userName%20eq%20%22x%22)".to_owned(),
        "/Users?cursor=".to_owned(),
        format!("/Groups?filter=members.value%20eq%20%22{ada}%22"),
        format!("/Groups?filter=id%20eq%20%22{crew}%22"),
    ] {
        let request = axum::http::Request::get(format!("/scim/v2/{other}{path}"))
            .header("authorization", format!("Bearer {token}"))
            .body(axum::body::Body::empty())
            .unwrap();
        let list = api.send(request).await.expect(200, &path);
        assert_eq!((&list["totalResults"], names(&list).len()), (&json!(0), 0), "{path}");
    }
}

/// A member that is not here is stored unseen; nothing shows whether another connection has a person of that id.
#[tokio::test]
async fn keycloak_50986_a_filter_on_members_tells_nothing_of_people_who_are_hidden() {
    let api = Api::start("custom").await;
    let (other, token) = api.connect("Second", "custom").await;
    let admin =
        json!({"name": "Root Admin", "email": "root@company.org", "password": "a long enough passphrase"});
    api.command("account.createFirst", admin).await;
    let people = api
        .command("people.list", json!({"sort": "name", "descending": false, "offset": 0, "limit": 10}))
        .await;
    let local = people["rows"][0]["id"].as_str().unwrap().to_owned();
    let request = axum::http::Request::post(format!("/scim/v2/{other}/Users"))
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::from(r#"{"userName": "secret.person", "displayName": "Secret Person"}"#))
        .unwrap();
    let foreign = id(&api.send(request).await.expect(201, "a person of the other connection"));
    let never = "00000000-0000-7000-8000-000000000000".to_owned();
    let ada = id(&person(&api, "ada").await);
    group(&api, "Crew", &[&ada, &foreign, &local, &never]).await;
    let shape = async |hidden: &str| {
        let mut answers = Vec::new();
        for filter in [
            format!("members.value eq \"{hidden}\""),
            format!("members[value eq \"{hidden}\"]"),
            format!("members[value eq \"{hidden}\" and display sw \"S\"]"),
            format!("members.value eq \"{hidden}\" or members.display co \"Secret\""),
        ] {
            let list = read(&api, &format!("/Groups?filter={}", percent(&filter))).await;
            answers.push(list.to_string().replace(hidden, "ID"));
        }
        answers
    };
    assert_eq!(shape(&foreign).await, shape(&never).await, "another connection's person, or no one");
    assert_eq!(shape(&local).await, shape(&never).await, "a local account, or no one");
    for display in ["Secret Person", "Root Admin"] {
        let filter = percent(&format!("members.display eq \"{display}\""));
        assert_eq!(read(&api, &format!("/Groups?filter={filter}")).await["totalResults"], 0, "{display}");
    }
    let shown = read(&api, "/Groups").await.to_string();
    assert!(shown.contains(&ada) && !shown.contains(&foreign) && !shown.contains(&local), "{shown}");
}
