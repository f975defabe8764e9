//! `docs/quirks.md` is made from the quirks themselves and from the transcripts that meet them. This compares the
//! checked-in file; `FOUNDATIONAL_WRITE=1` writes it.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::transcript;
use crate::transcripts::{PROVIDERS, files};

const HEAD: &str = "\
# Quirks

What clients send beside the RFC, and what becomes of it. Each of these is understood in every connection, noted with
the request, and counted in the connection's interop report (`foundational connection interop NAME`). A request in the
RFC's form passes untouched; a removal never removes more than the client named.

This page is made from `idp::quirks::ALL` and from the transcripts under `tests/transcripts`; write it anew with
`FOUNDATIONAL_WRITE=1 cargo nextest run -p tests --test providers -E 'test(quirks)'`.

| Quirk | Who sends it | Learnt from | Bends | What we do | Tests |
| --- | --- | --- | --- | --- | --- |
";

/// The transcripts in which a quirk must be noted.
fn transcripts_of(code: &str) -> Vec<String> {
    let mut met = Vec::new();
    for provider in PROVIDERS {
        for file in files(provider) {
            if transcript::read(&file).liberties.iter().any(|known| known == code) {
                met.push(format!("{provider}/{}", file.file_stem().unwrap().display()));
            }
        }
    }
    met
}

/// A few are enough to find them; the folders hold the rest.
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
    for quirk in idp::quirks::ALL {
        let tests = transcripts_of(quirk.code);
        assert!(!tests.is_empty(), "no transcript meets {}", quirk.code);
        let cells = [
            format!("{} `{}`", quirk.title, quirk.code),
            quirk.senders.to_owned(),
            quirk.source.to_owned(),
            quirk.rule.to_owned(),
            quirk.answer.to_owned(),
            shown(tests),
        ];
        writeln!(page, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
    page
}

#[test]
fn the_page_of_quirks_is_up_to_date_and_every_quirk_is_met_by_a_transcript() {
    let path: PathBuf = tests::project().join("docs/quirks.md");
    let page = page();
    if std::env::var("FOUNDATIONAL_WRITE").is_ok_and(|value| value == "1") {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "docs/quirks.md is old; write it with FOUNDATIONAL_WRITE=1");
}

#[test]
fn transcripts_name_only_quirks_that_exist() {
    for provider in PROVIDERS {
        for file in files(provider) {
            for code in transcript::read(&file).liberties {
                assert!(idp::quirks::by_code(&code).is_some(), "{}: {code} is no quirk", file.display());
            }
        }
    }
}
