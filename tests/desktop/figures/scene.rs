//! A workspace with something on every screen.

use std::path::Path;

use serde_json::{Value, json};
use store::{ChangeSource, Clock, Error, Ids, Scope, Store};
use tests::{Page, TestApp};

use crate::pressing::{fits, routes_of_the_page};
use crate::steps::{Look, create_the_admin};

pub(super) const PEOPLE: usize = 3_000;
/// Requests in the list of activity.
const REQUESTS: usize = 220;

pub(super) struct Scene {
    pub(super) app: TestApp,
    /// A connection that works, one whose wizard waits for its first request, a person and a group of all people.
    pub(super) connection: String,
    pub(super) waiting: String,
    pub(super) person: String,
    pub(super) group: String,
}

impl Scene {
    /// The Admin is signed in, at Home.
    pub(super) async fn open() -> Self {
        let app = TestApp::open_filled(fill).await;
        create_the_admin(app.page(), Look::Past).await;
        // Without input the window locks after 15 minutes; the screens at rest take longer.
        let rules = json!({ "idleMinutes": 240, "lockOnSleep": false, "remember": false });
        app.command("security.set", rules).await;
        let connections = app.command("connection.list", json!({})).await;
        let connection = id(&connections[0]);
        let waiting = app.command("connection.create", json!({ "name": "Entra", "provider": "azure" })).await;
        let by_name =
            json!({ "search": "person 12", "sort": "name", "descending": false, "offset": 0, "limit": 1 });
        let people = app.command("people.list", by_name).await;
        let groups = app.command("groups.list", json!({ "search": null, "offset": 0, "limit": 1 })).await;
        let scene = Self {
            connection: connection.clone(),
            waiting: id(&waiting),
            person: id(&people["rows"][0]),
            group: id(&groups["rows"][0]),
            app,
        };
        scene.call(&connection).await;
        scene
    }

    /// The provider asks for a name and for an id that is not here in turn, so that each request is a line of its own.
    async fn call(&self, connection: &str) {
        let token =
            self.app.command("token.create", json!({ "connectionId": connection, "expires": "1y" })).await;
        let token = token["token"].as_str().expect("a token has a text");
        let http = reqwest::Client::new();
        let local = self.app.local().await;
        for number in 0..REQUESTS {
            let (asked, status) = if number.is_multiple_of(2) {
                (format!("?filter=userName%20eq%20%22person{number}%40example.com%22"), 200)
            } else {
                ("/6f1d3c9e-0000-4000-8000-000000000000".to_owned(), 404)
            };
            let request = http.get(format!("{local}/scim/v2/{connection}/Users{asked}")).bearer_auth(token);
            assert_eq!(
                request.send().await.expect("it answers").status().as_u16(),
                status,
                "the lookup is answered"
            );
        }
    }

    /// The addresses of all screens and their tabs, as the screens themselves link to them.
    pub(super) async fn addresses(&self) -> Vec<String> {
        let Self { connection, waiting, person, group, .. } = self;
        let first = [
            "/",
            "/users",
            "/users/new",
            "/activity",
            "/diagnostics",
            "/diagnostics/bundle",
            "/diagnostics/why",
            "/provisioning/new",
            "/help",
            "/help/how-it-works",
            "/profile",
            "/settings",
        ];
        let own = [
            format!("/users/{person}"),
            format!("/groups/{group}"),
            format!("/provisioning/{connection}"),
            format!("/provisioning/{connection}/tokens/rotate"),
            format!("/provisioning/{waiting}/setup"),
            format!("/undo?connection={connection}"),
        ];
        let mut all: Vec<String> = Vec::new();
        for address in first.into_iter().map(str::to_owned).chain(own) {
            go(self.app.page(), &address).await;
            let script = "return [...document.querySelectorAll('[data-testid^=tab-], [data-testid^=settings-], \
                [data-testid^=rail-]')].filter((at) => at.hash).map((at) => at.hash.slice(1));";
            let tabs = self.app.page().run(script, Vec::new()).await;
            let tabs = tabs.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
            for one in std::iter::once(address).chain(tabs) {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
        }
        assert!(all.len() > 30, "the screens link to their tabs: {all:?}");
        let missed: Vec<&str> = routes_of_the_page()
            .into_iter()
            .filter(|pattern| !all.iter().any(|address| fits(pattern, without_query(address))))
            .collect();
        assert!(missed.is_empty(), "none of these screens is measured: {missed:?}");
        all
    }
}

/// Opens a screen and waits until it is drawn.
pub(super) async fn go(page: &Page, address: &str) {
    page.run("location.hash = arguments[0];", vec![json!(address)]).await;
    page.see_value("return document.querySelector('main h1, main [data-testid]') ? true : null;").await;
    page.settled().await;
}

fn without_query(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

fn id(of: &Value) -> String {
    of["id"].as_str().expect("it has an id").to_owned()
}

/// Makes the people and their group as the SCIM server does.
async fn fill(data: &Path) {
    let store = Store::open(data, Clock::system(), Ids::random()).await.expect("the store opens");
    let made: Result<(), Error> = store
        .write(async move |tx| {
            let connection = tx.create_connection("Okta", idp::Provider::Okta.as_str(), "{}").await?;
            let scope = Scope::of(connection.id);
            let mut members = Vec::with_capacity(PEOPLE);
            for number in 0..PEOPLE {
                let person = crate::large::person(number);
                members.push(tx.create_person(&scope, person, &ChangeSource::default()).await?.id);
            }
            let Value::Object(group) = json!({ "displayName": "Everyone" }) else {
                unreachable!("an object was written above")
            };
            tx.create_group(&scope, group, members, &ChangeSource::default()).await?;
            Ok(())
        })
        .await;
    made.expect("people and a group can be made");
    store.close().await;
}
