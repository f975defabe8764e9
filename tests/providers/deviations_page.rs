//! `docs/deviations.md` is generated from the deviations and from the transcripts in which they occur. This compares the
//! checked-in file; `FOUNDATIONAL_WRITE=1` writes it.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::transcript;
use crate::transcripts::{PROVIDERS, files};

const HEAD: &str = "\
# Deviations

What clients do against the RFC, and how it is normalised. Each deviation is normalised in every connection, recorded with
the request, and counted in the connection's report (`foundational connection deviations NAME`). A request in the RFC's form
passes unchanged; a removal never removes more than the client named.

This page is generated from `idp::deviations::ALL` and from the transcripts under `tests/transcripts`; write it again with
`FOUNDATIONAL_WRITE=1 cargo nextest run -p tests --test providers -E 'test(deviations)'`.

| Deviation | Clients | Source | Against | Normalisation | Tests |
| --- | --- | --- | --- | --- | --- |
";

/// The transcripts in which a deviation must be recorded.
fn transcripts_of(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for provider in PROVIDERS {
        for file in files(provider) {
            if transcript::read(&file).deviations.iter().any(|known| known == code) {
                names.push(format!("{provider}/{}", file.file_stem().unwrap().display()));
            }
        }
    }
    names
}

/// The first four, and how many more there are.
fn shown(mut tests: Vec<String>) -> String {
    let more = tests.len().saturating_sub(4);
    tests.truncate(4);
    let mut text = tests.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if more > 0 {
        write!(text, " and {more} more").unwrap();
    }
    text
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for deviation in idp::deviations::ALL {
        let tests = transcripts_of(deviation.code);
        assert!(!tests.is_empty(), "{} is in no transcript", deviation.code);
        let cells = [
            format!("{} `{}`", deviation.title, deviation.code),
            deviation.senders.to_owned(),
            deviation.source.to_owned(),
            deviation.rule.to_owned(),
            deviation.answer.to_owned(),
            shown(tests),
        ];
        writeln!(page, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
    page
}

#[test]
fn the_page_of_deviations_is_up_to_date_and_every_deviation_is_in_a_transcript() {
    let path: PathBuf = tests::project().join("docs/deviations.md");
    let page = page();
    if std::env::var("FOUNDATIONAL_WRITE").is_ok_and(|value| value == "1") {
        std::fs::write(&path, &page).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(checked_in == page, "docs/deviations.md is old; write it with FOUNDATIONAL_WRITE=1");
}

#[test]
fn transcripts_name_only_deviations_that_exist() {
    for provider in PROVIDERS {
        for file in files(provider) {
            for code in transcript::read(&file).deviations {
                assert!(idp::deviations::by_code(&code).is_some(), "{}: {code} is unknown", file.display());
            }
        }
    }
}
