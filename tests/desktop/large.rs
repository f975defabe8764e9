//! A hundred thousand people, in a window.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use store::{Clock, Connection, Error, Ids, Origin, Scope, Store};
use tests::{Page, TestApp};

use crate::steps::{Look, create_the_admin, inspect};

const PEOPLE: usize = 100_000;
const BATCH: usize = 5_000;

/// What the tests hold the unoptimised build on a busy machine to. The figures for a release are smaller; they are
/// printed, so that a change of them is seen.
const SLOWEST: Duration = Duration::from_secs(3);

#[tokio::test]
async fn a_hundred_thousand_people_are_listed_and_found_without_waiting() {
    let began = Instant::now();
    let app = TestApp::open_filled(fill).await;
    println!("{PEOPLE} people made in {} ms", began.elapsed().as_millis());
    let page = app.page();
    create_the_admin(page, Look::Past).await;
    page.click("avatar-menu").await;
    page.click("menu-user-management").await;
    page.click("tab-groups").await;
    page.see("groups-empty").await;

    watch(page, "click", "[data-testid=person-row]").await;
    page.click("tab-users").await;
    measured(page, "the first window after the click").await;
    page.see_among("total-users", "100,001").await;
    inspect(page, Look::Closely, "users-many").await;

    let began = Instant::now();
    let query =
        json!({ "search": "person 77777", "sort": "name", "descending": false, "offset": 0, "limit": 100 });
    let found = app.command("people.list", query).await;
    let took = began.elapsed();
    println!("the filter's answer: {} ms", took.as_millis());
    assert_eq!(found["total"], json!(1), "the filter finds one person");
    assert!(took < SLOWEST, "the filter answers within {SLOWEST:?}, not after {took:?}");

    watch(page, "input", "[data-username=\"person77777@example.com\"]").await;
    page.fill("search-users", "person 77777").await;
    measured(page, "the filtered window after the last key").await;

    watch(page, "keydown", "[data-testid=palette-input]").await;
    page.press_with_control('k').await;
    measured(page, "the palette after its keys").await;
}

/// Makes the people as the SCIM server does, many in one transaction.
async fn fill(data: &Path) {
    let store = Store::open(data, Clock::system(), Ids::random()).await.expect("the store opens");
    let made: Result<Connection, Error> =
        store.write(|tx| Box::pin(tx.create_connection("Everyone", idp::Provider::Custom, "{}"))).await;
    let scope = Scope::of(made.expect("a connection can be made").id);
    for first in (0..PEOPLE).step_by(BATCH) {
        let scope = scope.clone();
        let made: Result<(), Error> = store
            .write(move |tx| {
                Box::pin(async move {
                    for number in first..first + BATCH {
                        tx.create_person(&scope, person(number), &Origin::default()).await?;
                    }
                    Ok(())
                })
            })
            .await;
        made.expect("people can be made");
    }
    store.close().await;
}

fn person(number: usize) -> Map<String, Value> {
    let name = format!("person{number}@example.com");
    let document = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name,
        "displayName": format!("Person {number}"), "active": true,
        "emails": [{ "value": name, "type": "work", "primary": true }] });
    match document {
        Value::Object(map) => map,
        _ => unreachable!("an object was written above"),
    }
}

/// From the next event of this kind on, the page measures until a thing is there and drawn.
async fn watch(page: &Page, event: &str, wanted: &str) {
    let script = "const [event, wanted] = arguments; window.took = null; let began; \
        const look = () => { if (began === undefined || !document.querySelector(wanted)) return; \
            watcher.disconnect(); const from = began; \
            requestAnimationFrame(() => setTimeout(() => { window.took = performance.now() - from; })); }; \
        const watcher = new MutationObserver(look); \
        watcher.observe(document.body, { childList: true, subtree: true, attributes: true }); \
        document.addEventListener(event, () => { if (window.took === null) began = performance.now(); }, true);";
    page.run(script, vec![event.into(), wanted.into()]).await;
}

/// Waits until it is drawn, prints how long it took, and holds it to what nobody would call waiting.
async fn measured(page: &Page, what: &str) {
    let took = page.see_value("return window.took;").await.as_f64().expect("it is a number");
    println!("{what}: {took:.0} ms");
    assert!(took < SLOWEST.as_secs_f64() * 1000.0, "{what}: within {SLOWEST:?}, not {took:.0} ms");
}
