//! Every row of the page on conformance names a test, and every section has a row. That each test exists is checked by
//! `scripts/proofs.mjs`.

use std::fs;

/// Whether the text names a test, as `path::name`.
fn names_a_test(text: &str) -> bool {
    text.split('`').any(|piece| piece.contains(".rs::"))
}

fn page() -> String {
    fs::read_to_string(tests::project().join("docs/conformance.md")).expect("the page is there")
}

#[test]
fn every_row_of_the_page_on_conformance_names_a_test() {
    let page = page();
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---") && !line.contains("| Shown by |"))
        .collect();
    assert!(rows.len() > 70, "{} rows", rows.len());
    let empty: Vec<&&str> = rows.iter().filter(|row| !names_a_test(row)).collect();
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
