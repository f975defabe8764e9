//! The page on conformance names tests; each of them must exist, and every section must have a row.

use std::fs;

/// Every `path::name` in the text.
fn named(text: &str) -> Vec<(&str, &str)> {
    text.split('`')
        .filter_map(|piece| piece.split_once(".rs::").map(|(path, _)| (path, piece)))
        .map(|(path, piece)| (&piece[..path.len() + 3], &piece[path.len() + 5..]))
        .collect()
}

fn page() -> String {
    fs::read_to_string(tests::project().join("docs/conformance.md")).expect("the page is there")
}

#[test]
fn every_test_that_the_page_on_conformance_names_exists() {
    let page = page();
    let named = named(&page);
    assert!(named.len() > 100, "{} tests are named", named.len());
    let missing: Vec<String> = named
        .into_iter()
        .filter(|(path, name)| {
            let source = fs::read_to_string(tests::project().join(path)).unwrap_or_default();
            !source.contains(&format!("fn {name}("))
        })
        .map(|(path, name)| format!("{path}::{name}"))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_row_of_the_page_on_conformance_names_a_test() {
    let page = page();
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---") && !line.contains("| Shown by |"))
        .collect();
    assert!(rows.len() > 70, "{} rows", rows.len());
    let empty: Vec<&&str> = rows.iter().filter(|row| named(row).is_empty()).collect();
    assert!(empty.is_empty(), "{empty:#?}");
}

#[test]
fn every_section_that_asks_something_of_a_server_has_a_row() {
    let page = page();
    for (rfc, sections) in [
        ("RFC 7643", "2.1 2.2 2.3 2.4 2.5 3.1 3.2 3.3 4.1.1 4.1.2 4.2 4.3 5 6 7 8.1 8.7 9.1 9.2 9.3"),
        (
            "RFC 7644",
            "1.3 2 2.1 2.2 3.1 3.2 3.3 3.3.1 3.4.1 3.4.2 3.4.2.1 3.4.2.2 3.4.2.3 3.4.2.4 3.4.2.5 3.4.3 3.5.1 3.5.2 3.5.2.1 \
             3.5.2.2 3.5.2.3 3.6 3.7 3.7.1 3.7.2 3.7.3 3.7.4 3.8 3.9 3.10 3.11 3.12 3.13 3.14 4 5 6 7.2 7.3, 7.5.2 7.6 7.8",
        ),
        ("RFC 9865", "2 2.1 2.2 2.3, 3 4 5"),
    ] {
        let start = page.find(&format!("## {rfc}")).unwrap_or_else(|| panic!("there is a table of {rfc}"));
        let table = page[start + 3..].split("\n## ").next().unwrap();
        for section in sections.split_whitespace() {
            assert!(table.contains(&format!("\n| {section} ")), "{rfc} section {section} has no row");
        }
    }
}
