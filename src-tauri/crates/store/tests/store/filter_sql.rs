use scim::{Filter, Registry, ResourceType};
use serde_json::json;
use store::{Page, PageStart, Scope, Search, Store};

use crate::{Folder, connection, person};

async fn search(store: &Store, scope: &Scope, filter: &str, start: PageStart, limit: u64) -> Page {
    let registry = Registry::standard();
    let filter = (!filter.is_empty()).then(|| Filter::parse(filter, &registry, ResourceType::User).unwrap());
    let search = Search {
        registry: &registry,
        scope,
        resource_type: ResourceType::User,
        base: "https://example.com",
        filter: filter.as_ref(),
        order: None,
        from: start,
        limit,
    };
    store.search(&search).await.unwrap()
}

async fn names(store: &Store, scope: &Scope, page: &Page) -> Vec<String> {
    let mut reading = store.reader(scope).await.unwrap();
    let (rows, used) = reading.resources(scope, ResourceType::User, &page.rows, usize::MAX).await.unwrap();
    assert_eq!(used, page.rows.len(), "all of them are read");
    rows.iter().map(|row| row.document["userName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn sql_and_the_filter_itself_agree() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let people = [
        json!({"userName": "Ada", "active": true, "externalId": "X1", "title": "Countess",
               "emails": [{"type": "work", "value": "Ada@Example.com"}, {"type": "home", "value": "ada@home.org"}]}),
        json!({"userName": "bob", "active": false, "displayName": "Ada"}),
        json!({"userName": "STRASSE", "active": true, "externalId": "x1",
               "emails": [{"type": "home", "value": "ada@example.com"}]}),
        json!({"userName": "100%_é", "active": true, "name": {"familyName": "Ada"}}),
    ];
    for one in &people {
        person(&store, &scope, one.clone()).await.unwrap();
    }
    for (filter, expected) in [
        ("userName eq \"ADA\"", vec!["Ada"]),
        ("userName ne \"ada\"", vec!["bob", "STRASSE", "100%_é"]),
        ("not (userName eq \"ada\")", vec!["bob", "STRASSE", "100%_é"]),
        ("userName eq \"straße\"", vec!["STRASSE"]),
        ("userName co \"%_\"", vec!["100%_é"]),
        ("userName sw \"a\"", vec!["Ada"]),
        ("userName ew \"É\"", vec!["100%_é"]),
        ("externalId eq \"x1\"", vec!["STRASSE"]),
        ("externalId ne \"x1\"", vec!["Ada", "bob", "100%_é"]),
        ("not (externalId eq \"x1\")", vec!["Ada", "bob", "100%_é"]),
        ("externalId pr", vec!["Ada", "STRASSE"]),
        ("active eq false", vec!["bob"]),
        ("displayName eq \"ada\"", vec!["bob"]),
        ("emails.value eq \"ada@EXAMPLE.com\"", vec!["Ada", "STRASSE"]),
        ("emails[type eq \"work\" and value eq \"ada@example.com\"]", vec!["Ada"]),
        ("emails[type eq \"work\"] and active eq true", vec!["Ada"]),
        ("title pr or userName eq \"bob\"", vec!["Ada", "bob"]),
        ("userName eq \"ada\" and title eq \"none\"", vec![]),
        ("name.familyName eq \"ada\"", vec!["100%_é"]),
        ("meta.lastModified ge \"1970-01-01T00:00:00Z\"", vec!["Ada", "bob", "STRASSE", "100%_é"]),
        ("meta.created gt \"1970-01-01T00:00:00Z\"", vec![]),
    ] {
        let page = search(&store, &scope, filter, PageStart::Offset(0), 100).await;
        assert_eq!(names(&store, &scope, &page).await, expected, "{filter}");
        assert_eq!(page.total, expected.len() as u64, "{filter}: the total counts what is shown");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    for n in 0..23 {
        person(&store, &scope, json!({"userName": format!("p{n:02}"), "title": "x"})).await.unwrap();
    }
    // One filter that SQL decides alone, one that it does not, and none.
    for filter in ["", "userName sw \"p\"", "title eq \"x\""] {
        let mut seen = Vec::new();
        for start in (0..23).step_by(5) {
            let page = search(&store, &scope, filter, PageStart::Offset(start), 5).await;
            assert_eq!(page.total, 23, "{filter}");
            assert_eq!(page.more, start + 5 < 23, "{filter} at {start}");
            seen.extend(page.rows);
        }
        let mut by_key = Vec::new();
        let mut start = PageStart::After(String::new());
        loop {
            let page = search(&store, &scope, filter, start, 5).await;
            by_key.extend(page.rows);
            if !page.more {
                break;
            }
            start = PageStart::After(by_key.last().unwrap().clone());
        }
        assert_eq!(seen, by_key, "{filter}: both ways see the same list");
        assert_eq!(seen.len(), 23, "{filter}: everyone once");
        let back = search(&store, &scope, filter, PageStart::Before(seen[10].clone()), 5).await;
        assert_eq!(back.rows, seen[5..10], "{filter}: the page before");
        let none = search(&store, &scope, filter, PageStart::Offset(1000), 5).await;
        assert!(none.rows.is_empty() && none.total == 23, "{filter}: past the end is an empty page");
        let zero = search(&store, &scope, filter, PageStart::Offset(0), 0).await;
        assert!(zero.rows.is_empty() && zero.total == 23, "{filter}: count 0 only counts");
    }
}

#[tokio::test]
async fn resources_are_read_in_order_and_no_more_of_them_than_asked_bytes() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let mut ids = Vec::new();
    for n in 0..6 {
        let json = json!({"userName": format!("p{n}"), "title": "x".repeat(1_000)});
        ids.push(person(&store, &scope, json).await.unwrap().id);
    }
    ids.reverse();
    ids.insert(1, "no id".to_owned());
    let mut reading = store.reader(&scope).await.unwrap();
    let (mut seen, mut begin) = (Vec::new(), 0);
    while begin < ids.len() {
        let (rows, used) = reading.resources(&scope, ResourceType::User, &ids[begin..], 2_000).await.unwrap();
        assert!(rows.len() <= 2, "{} rows of a thousand bytes", rows.len());
        seen.extend(rows.into_iter().map(|row| row.id));
        begin += used;
    }
    ids.remove(1);
    assert_eq!(seen, ids, "each once, in the order of the ids, without who is not there");
}
