//! The request log in pages.

use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};
use store::{Activity, ActivityFilter, ActivityKind, ActivityPage, ActivityResult, Store};

use crate::request_counts::exchange;
use crate::{Folder, connection};

/// All pages of a filter, each of at most `limit` rows: the sentences in order, and how many pages there were.
async fn walk(store: &Store, filter: &ActivityFilter, limit: usize) -> (Vec<String>, usize) {
    let (mut sentences, mut pages, mut before) = (Vec::new(), 0, None);
    loop {
        let page = store.activity_page(filter, before.as_deref(), limit).await.unwrap();
        assert!(page.rows.len() <= limit, "a page has {} rows", page.rows.len());
        pages += 1;
        sentences.extend(page.rows.into_iter().map(|row| row.sentence));
        before = page.next;
        if before.is_none() {
            return (sentences, pages);
        }
    }
}

async fn record(store: &Store, row: Activity, sentence: String) {
    store.record(Activity { sentence, ..row }).await;
}

#[tokio::test]
async fn pages_have_each_row_once_and_newest_first() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (first, _) = connection(&store, "First").await;
    let (second, _) = connection(&store, "Second").await;
    let mut expected = Vec::new();
    for number in 0..40 {
        // Several have the same time.
        if number % 3 == 0 {
            folder.clock.advance(Duration::from_millis(1));
        }
        let (owner, result) = match number % 4 {
            0 => (&first, ActivityResult::Refused),
            1 => (&first, ActivityResult::Ok),
            _ => (&second, ActivityResult::Lookup),
        };
        let kind = ["User", "Group"][number % 2];
        let row = exchange(&folder, store.new_id(), &owner.id, result, true);
        let row = Activity { resource_type: Some(kind.to_owned()), ..row };
        record(&store, row, format!("Row {number} of {}", owner.name)).await;
        expected.insert(0, (number, owner.name.clone()));
    }
    // Work is done behind the rows that were queued before it.
    store.delete_activity("none", Vec::new()).await.unwrap();

    let sentences = |wanted: &dyn Fn(usize, &str) -> bool| -> Vec<String> {
        let rows = expected.iter().filter(|(number, name)| wanted(*number, name));
        rows.map(|(number, name)| format!("Row {number} of {name}")).collect()
    };
    let all = ActivityFilter::default();
    for limit in [1, 7, 40, 200] {
        let (found, pages) = walk(&store, &all, limit).await;
        assert_eq!(found, sentences(&|_, _| true), "{limit} a page");
        assert_eq!(pages, 40_usize.div_ceil(limit), "{limit} a page");
    }
    let of_first = ActivityFilter { connection_id: Some(first.id.clone()), ..all.clone() };
    assert_eq!(walk(&store, &of_first, 6).await.0, sentences(&|_, name| name == "First"));
    let refused = ActivityFilter { result: Some(ActivityResult::Refused), ..of_first.clone() };
    assert_eq!(walk(&store, &refused, 3).await.0, sentences(&|number, _| number % 4 == 0));
    let groups = ActivityFilter { kind: Some(ActivityKind::Group), ..all.clone() };
    assert_eq!(walk(&store, &groups, 3).await.0, sentences(&|number, _| number % 2 == 1));
    let text = ActivityFilter { text: Some(" rOW 3 OF ".to_owned()), ..all.clone() };
    assert_eq!(walk(&store, &text, 3).await.0, ["Row 3 of Second"], "case and blanks around are ignored");
    let none = ActivityFilter { text: Some("%".to_owned()), ..all };
    assert_eq!(walk(&store, &none, 3).await.0, Vec::<String>::new(), "a text is no pattern");
    store.close().await;
}

/// Which of the rows, by number, a filter finds.
type Fits<'a> = &'a dyn Fn(&u64) -> bool;

#[tokio::test]
async fn a_person_a_status_and_a_time_range_are_filtered_together() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (first, _) = connection(&store, "First").await;
    let (second, _) = connection(&store, "Second").await;
    let start = folder.clock.now();
    let (ada, grace) = (store.new_id(), store.new_id());
    for number in 0..24_u64 {
        let owner = if number.is_multiple_of(2) { &first } else { &second };
        let row = exchange(&folder, store.new_id(), &owner.id, ActivityResult::Ok, true);
        let about = [Some(&ada), Some(&grace), None][usize::try_from(number / 2 % 3).unwrap()];
        let row = Activity {
            resource_id: about.cloned(),
            token_id: number.is_multiple_of(4).then(|| "t1".to_owned()),
            status: if number.is_multiple_of(5) { 409 } else { 200 },
            ..row
        };
        record(&store, row, number.to_string()).await;
        folder.clock.advance(Duration::from_secs(1));
    }
    // Work is done behind the rows that were queued before it.
    store.delete_activity("none", Vec::new()).await.unwrap();
    let second_of = |number: u64| start + Duration::from_secs(number);

    let all = ActivityFilter::default();
    let about_ada = ActivityFilter { resource_id: Some(ada.clone()), ..all.clone() };
    let in_range = ActivityFilter { from: Some(second_of(6)), until: Some(second_of(18)), ..all.clone() };
    let of_first =
        |filter: &ActivityFilter| ActivityFilter { connection_id: Some(first.id.clone()), ..filter.clone() };
    let with_409 = |filter: &ActivityFilter| ActivityFilter { status: Some(409), ..filter.clone() };
    let both = ActivityFilter { resource_id: Some(ada.clone()), ..in_range.clone() };
    let is_ada = |number: &u64| (number / 2).is_multiple_of(3);
    let is_in_range = |number: &u64| (6..18).contains(number);
    let is_first = |number: &u64| number.is_multiple_of(2);
    let is_409 = |number: &u64| number.is_multiple_of(5);
    let has_token = |number: &u64| number.is_multiple_of(4);
    let with_token = ActivityFilter { token_id: Some("t1".to_owned()), ..all.clone() };
    let cases: [(&str, ActivityFilter, Fits<'_>); 8] = [
        ("a person", about_ada.clone(), &is_ada),
        ("a range has its beginning and not its end", in_range.clone(), &is_in_range),
        ("a status", with_409(&all), &is_409),
        ("a token", with_token, &has_token),
        ("a person in a range", both.clone(), &|number| is_ada(number) && is_in_range(number)),
        ("a person of a connection", of_first(&about_ada), &|number| is_ada(number) && is_first(number)),
        ("all of them", with_409(&of_first(&both)), &|number| {
            is_ada(number) && is_in_range(number) && is_first(number) && is_409(number)
        }),
        ("no one", ActivityFilter { resource_id: Some("none".to_owned()), ..all }, &|_| false),
    ];
    for (what, filter, fits) in cases {
        let expected: Vec<String> = (0..24).rev().filter(fits).map(|number| number.to_string()).collect();
        for limit in [1, 3, 50] {
            assert_eq!(walk(&store, &filter, limit).await.0, expected, "{what}, {limit} a page");
        }
    }
    store.close().await;
}

#[tokio::test]
async fn what_is_rare_in_a_long_log_is_found_in_bounded_steps() {
    const ROWS: usize = 45_000;
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    let path = format!("sqlite://{}", folder.dir.path().join("activity.db").display());
    let mut conn = SqliteConnection::connect(&path).await.unwrap();
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
         INSERT INTO activity (id, at, connection_id, has_token, detail)
         SELECT 'row ' || i, i, $1, 1,
             json_array('GET', '/Users', 200, CASE i WHEN 7 THEN 'refused' ELSE 'ok' END, NULL, 'Row ' || i,
                 NULL, NULL, 1, NULL, json('true'), NULL, json('[]'), NULL)
         FROM n",
    )
    .bind(&made.id)
    .bind(i64::try_from(ROWS).unwrap())
    .execute(&mut conn)
    .await
    .unwrap();

    let refused = ActivityFilter { result: Some(ActivityResult::Refused), ..ActivityFilter::default() };
    let page = store.activity_page(&refused, None, 50).await.unwrap();
    let ActivityPage { rows, next: Some(next), reaches: Some(reaches) } = page else {
        panic!("there is more: {page:?}")
    };
    assert_eq!(rows.len(), 0, "nothing is found among the newest");
    assert_eq!(reaches.as_millisecond(), i64::try_from(ROWS).unwrap() - 20_000 + 1, "which are 20,000");
    assert_eq!(next, format!("row {}", reaches.as_millisecond()), "the next question begins there");
    assert_eq!(walk(&store, &refused, 50).await, (vec!["Row 7".to_owned()], 3), "it is found in the end");

    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT id FROM activity WHERE connection_id = 'x'
         AND (at, seq) < (SELECT at, seq FROM activity WHERE id = 'y') ORDER BY at DESC, seq DESC LIMIT 50",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let plan: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
    assert!(plan.join("; ").contains("activity_by_connection (connection_id=? AND at<?)"), "{plan:?}");
    assert!(!plan.join("; ").contains("TEMP B-TREE"), "nothing is sorted: {plan:?}");
    store.close().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_hides_no_other_row_of_its_page() {
    let folder = Folder::new();
    let store = folder.open().await;
    let (made, _) = connection(&store, "First").await;
    for sentence in ["First", "Second", "Third"] {
        let row = exchange(&folder, store.new_id(), &made.id, ActivityResult::Ok, true);
        record(&store, row, sentence.to_owned()).await;
    }
    // Work is done behind the rows that were queued before it.
    store.delete_activity("none", Vec::new()).await.unwrap();
    let path = format!("sqlite://{}", folder.dir.path().join("activity.db").display());
    let mut conn = SqliteConnection::connect(&path).await.unwrap();
    sqlx::query("UPDATE activity SET detail = substr(detail, 1, 20) WHERE detail LIKE '%Second%'")
        .execute(&mut conn)
        .await
        .unwrap();

    let (mut sentences, _) = walk(&store, &ActivityFilter::default(), 10).await;
    sentences.sort();
    assert_eq!(sentences, ["First", "Third", "This row of the request log can't be read."]);
    let known = store.activities(&made.id, 10).await.unwrap();
    assert_eq!(known.len(), 3, "and the page of the connection: {known:?}");
}
