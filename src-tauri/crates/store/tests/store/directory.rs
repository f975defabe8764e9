use std::time::Duration;

use serde_json::json;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use store::{
    ChangeSource, Error, Group, PeopleAfterDelete, PeopleChoice, PeopleFilter, PeopleQuery, PeopleSort,
    Scope, Store,
};

use crate::people::update;
use crate::{Folder, changes, connection, document, person};

fn query(filter: PeopleFilter) -> PeopleQuery {
    PeopleQuery { filter, limit: 10, ..PeopleQuery::default() }
}

async fn names(store: &Store, query: &PeopleQuery) -> Vec<String> {
    store.people(query).await.unwrap().0.into_iter().map(|row| row.display).collect()
}

async fn group(store: &Store, scope: &Scope, name: &'static str, members: Vec<String>) -> Group {
    let scope = scope.clone();
    let made: Result<Group, Error> = store
        .write(async move |tx| {
            let document = document(json!({"displayName": name}));
            tx.create_group(&scope, document, members, &ChangeSource::default()).await
        })
        .await;
    made.unwrap()
}

/// People of these names, each made a minute after the other.
async fn several<const N: usize>(
    folder: &Folder,
    store: &Store,
    scope: &Scope,
    all: [&str; N],
) -> [String; N] {
    let mut ids = Vec::new();
    for name in all {
        let body = json!({"userName": format!("{name}@example.com"), "displayName": name});
        ids.push(person(store, scope, body).await.unwrap().id);
        folder.clock.advance(Duration::from_mins(1));
    }
    ids.try_into().unwrap()
}

/// How many rows of the directory are not what follows from the people.
async fn wrong(folder: &Folder) -> i64 {
    let options = SqliteConnectOptions::new().filename(folder.dir.path().join("foundational.db"));
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    let sql = "SELECT (SELECT count(*) FROM (SELECT * FROM directory EXCEPT SELECT * FROM directory_of))
                   + (SELECT count(*) FROM (SELECT * FROM directory_of EXCEPT SELECT * FROM directory))";
    sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap()
}

#[tokio::test]
async fn the_directory_follows_every_change_of_a_person() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, scope) = connection(&store, "First").await;
    let find = async |text: &str| {
        let query = query(PeopleFilter { search: text.to_owned(), ..PeopleFilter::default() });
        let (rows, total) = store.people(&query).await.unwrap();
        assert_eq!(rows.len() as u64, total, "{text}: the count and the window agree");
        rows.into_iter().map(|row| row.display).collect::<Vec<_>>()
    };
    let first = json!({"userName": "ada@one.org", "displayName": "Ada", "externalId": "EXT-7",
                       "emails": [{"value": "lovelace@home.net"}, {"value": "ada@work.net"}]});
    let ada = person(&store, &scope, first).await.unwrap();
    for text in ["ADA", "one.org", "ext-7", "lovelace@", "work.net"] {
        assert_eq!(find(text).await, ["Ada"], "{text}");
    }
    assert_eq!(wrong(&folder).await, 0, "a new person, whose addresses are in no order");
    let second = json!({"userName": "ada@one.org", "displayName": "Countess",
                        "emails": [{"value": "new@home.net"}, {"value": "also@home.net"}]});
    update(&store, &scope, &ada.id, second).await.unwrap();
    assert_eq!(wrong(&folder).await, 0, "other addresses");
    assert_eq!(find("new@home").await, ["Countess"], "a new address is found");
    for old in ["lovelace", "work.net", "EXT-7"] {
        assert!(find(old).await.is_empty(), "{old} is not hers any more");
    }
    let deleted: Result<bool, Error> = store
        .write(async move |tx| {
            tx.delete_connection(&made.id, PeopleAfterDelete::KeepDeactivated, &ChangeSource::default()).await
        })
        .await;
    assert!(deleted.unwrap(), "the connection is deleted");
    while store.continue_deletion(scope.connection_id()).await.unwrap() {}
    assert_eq!(wrong(&folder).await, 0, "a person who became local");
    let local = query(PeopleFilter {
        status: Some(store::PersonStatus::Deactivated),
        source: Some(String::new()),
        ..PeopleFilter::default()
    });
    assert_eq!(store.people(&local).await.unwrap().1, 1, "she is local and deactivated");
}

#[tokio::test]
async fn who_changed_since_a_time_is_found_whatever_the_order() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let [ada, ..] = several(&folder, &store, &scope, ["Ada", "Bob", "Cy"]).await;
    let since = folder.clock.now();
    assert_eq!(since.as_millisecond(), 180_000, "three minutes have passed");
    let filter = PeopleFilter { changed_since: Some(since), ..PeopleFilter::default() };
    assert!(names(&store, &query(filter.clone())).await.is_empty(), "no one changed from now on");
    update(&store, &scope, &ada, json!({"userName": "ada", "displayName": "Ada"})).await.unwrap();
    assert_eq!(names(&store, &query(filter)).await, ["Ada"], "a change at that very time counts");
    let two = since - Duration::from_mins(1);
    for sort in [PeopleSort::Name, PeopleSort::UserName, PeopleSort::Changed] {
        for descending in [false, true] {
            let filter = PeopleFilter {
                changed_since: Some(two),
                status: Some(store::PersonStatus::Active),
                ..PeopleFilter::default()
            };
            let asked = PeopleQuery { sort, descending, ..query(filter) };
            let (rows, total) = store.people(&asked).await.unwrap();
            let mut found: Vec<_> = rows.into_iter().map(|row| row.display).collect();
            assert_eq!(total, 2, "{sort:?}: the count agrees");
            let first = if sort == PeopleSort::Changed { "Cy" } else { "Ada" };
            assert_eq!(found[usize::from(descending)], first, "{sort:?}, down: {descending}: in order");
            found.sort();
            assert_eq!(found, ["Ada", "Cy"], "{sort:?}: who changed in the last minute");
        }
    }
}

#[tokio::test]
async fn a_line_names_the_first_group_and_counts_the_others() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let [ada, bob, _] = several(&folder, &store, &scope, ["Ada", "Bob", "Cy"]).await;
    group(&store, &scope, "writers", vec![ada.clone()]).await;
    let analysts = group(&store, &scope, "Analysts", vec![ada.clone(), bob.clone()]).await;
    let outer = group(&store, &scope, "All", vec![analysts.id.clone()]).await;
    let (rows, _) = store.people(&query(PeopleFilter::default())).await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| (row.first_group.as_deref(), row.groups)).collect();
    assert_eq!(found, [(Some("Analysts"), 2), (Some("Analysts"), 1), (None, 0)], "direct ones, by name");
    let id = outer.id.clone();
    let gone: Result<(), Error> = store
        .write(async move |tx| {
            let group = tx.group(&scope, &analysts.id).await?.expect("the group exists");
            tx.delete_group(&scope, group, &ChangeSource::default()).await
        })
        .await;
    gone.unwrap();
    let row = store.person_row(&ada).await.unwrap().unwrap();
    assert_eq!((row.first_group.as_deref(), row.groups), (Some("writers"), 1), "a deleted one is none; {id}");
}

#[tokio::test]
async fn letters_lead_to_the_first_row_at_or_after_them_in_the_order() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    several(&folder, &store, &scope, ["Ada", "Élodie", "Dora", "dan", "Zoe", "Åsa"]).await;
    let by_name = names(&store, &query(PeopleFilter::default())).await;
    for (letters, descending) in [
        ("d", false),
        ("DO", false),
        ("a", false),
        ("zz", false),
        ("m", false),
        ("d", true),
        ("a", true),
        ("0", true),
    ] {
        let asked = PeopleQuery { descending, ..query(PeopleFilter::default()) };
        let place = store.people_position(&asked, letters).await.unwrap().expect("a person is there");
        let mut order = by_name.clone();
        if descending {
            order.reverse();
        }
        let at = usize::try_from(place.index).unwrap();
        assert_eq!(order[at], place.row.display, "{letters} {descending}: the row of that place");
        let wanted = letters.to_lowercase();
        let first = order.iter().position(|name| name.to_lowercase().starts_with(&wanted));
        assert_eq!(place.begins, first.is_some(), "{letters}: whether a name begins so");
        if let Some(first) = first {
            assert_eq!(at, first, "{letters} {descending}: the first of them");
        }
    }
    let filter = PeopleFilter { search: "zoe".to_owned(), ..PeopleFilter::default() };
    let place = store.people_position(&query(filter), "d").await.unwrap().unwrap();
    assert_eq!((place.index, place.row.display.as_str()), (0, "Zoe"), "only those who match count");
    let filter = PeopleFilter { search: "no such name".to_owned(), ..PeopleFilter::default() };
    assert!(store.people_position(&query(filter), "d").await.unwrap().is_none(), "no one matches");
    let by_time = PeopleQuery { sort: PeopleSort::Changed, ..query(PeopleFilter::default()) };
    assert!(
        store.people_position(&by_time, "d").await.unwrap().is_none(),
        "an order of times has no letters"
    );
}

#[tokio::test]
async fn a_choice_is_exported_whole_and_as_it_was_chosen() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let [ada, bob, cy] = several(&folder, &store, &scope, ["Ada", "Bob", "Cy"]).await;
    group(&store, &scope, "Writers", vec![ada.clone()]).await;
    group(&store, &scope, "Analysts", vec![ada.clone()]).await;
    let export = async |choice: PeopleChoice| {
        let mut all = Vec::new();
        store.export_people(&choice, |rows| all.extend(rows)).await.unwrap();
        let ids = store.chosen(&choice, 10_000).await.unwrap();
        let found: Vec<_> = all.iter().map(|one| one.person.id.clone()).collect();
        assert_eq!(found, ids, "an export has those who were chosen");
        all
    };
    let these = PeopleChoice::Ids(vec![cy.clone(), "no id".to_owned(), ada.clone()]);
    let all = export(these).await;
    assert_eq!(
        all.iter().map(|one| one.person.display.as_str()).collect::<Vec<_>>(),
        ["Ada", "Cy"],
        "by name"
    );
    assert_eq!(all[0].groups, ["Analysts", "Writers"], "with the groups by name");
    let but = PeopleChoice::Matching(PeopleFilter::default(), vec![bob]);
    assert_eq!(export(but).await.len(), 2, "everyone but one");
    let many: Result<(), Error> = store
        .write(async move |tx| {
            for number in 0..1200 {
                let body = json!({"userName": format!("p{number}"), "displayName": "Same name"});
                tx.create_person(&scope, document(body), &ChangeSource::default()).await?;
            }
            Ok(())
        })
        .await;
    many.unwrap();
    let everyone = export(PeopleChoice::Matching(PeopleFilter::default(), Vec::new())).await;
    assert_eq!(everyone.len(), 1203, "no page ends between people of one name");
}

#[tokio::test]
async fn people_are_blocked_all_or_none_and_only_changes_are_announced() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    let [ada, bob] = several(&folder, &store, &scope, ["Ada", "Bob"]).await;
    let block = async |ids: Vec<String>, blocked: bool| -> Result<u64, Error> {
        store.write(async move |tx| tx.block_people(&ids, blocked, &ChangeSource::default()).await).await
    };
    assert_eq!(block(vec![ada.clone()], true).await.unwrap(), 1, "she is blocked");
    assert_eq!(block(vec![ada.clone(), bob.clone()], true).await.unwrap(), 1, "only he is new to it");
    assert_eq!(changes(&store, &ada).await.len(), 2, "created and blocked, no more");
    let made: Result<store::Account, Error> = store
        .write(async move |tx| {
            tx.create_account(
                "Grace",
                "grace@example.com",
                store::Role::Admin,
                "$hash",
                &ChangeSource::default(),
            )
            .await
        })
        .await;
    let admin = made.unwrap().id;
    assert_eq!(block(vec![ada.clone(), bob], false).await.unwrap(), 2, "let in again");
    let refused = block(vec![ada.clone(), admin], true).await;
    assert!(matches!(refused, Err(Error::LastAdmin)), "the last Admin is not blocked: {refused:?}");
    assert!(!store.person_row(&ada).await.unwrap().unwrap().blocked, "and no other person was blocked");
}

#[tokio::test]
async fn every_window_of_a_list_tells_how_many_match_in_all() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (_, scope) = connection(&store, "First").await;
    for name in ["a", "b", "c", "d", "e"] {
        person(&store, &scope, json!({"userName": name})).await.unwrap();
    }
    for (offset, limit, shown) in
        [(0, 10, 5), (0, 5, 5), (0, 2, 2), (4, 2, 1), (3, 2, 2), (5, 2, 0), (9, 2, 0)]
    {
        let query = PeopleQuery { offset, limit, ..Default::default() };
        let (rows, total) = store.people(&query).await.unwrap();
        assert_eq!((rows.len(), total), (shown, 5), "{limit} from {offset} on");
    }
    let no_one = query(PeopleFilter { search: "no such name".to_owned(), ..PeopleFilter::default() });
    assert_eq!(store.people(&no_one).await.unwrap().1, 0, "no match is no one");
}
