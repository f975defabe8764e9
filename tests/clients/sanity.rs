//! The strict probe of scim-sanity, and the one check that is decided otherwise here.

use tests::{Headless, scim_sanity};

#[tokio::test]
async fn the_strict_probe_finds_nothing_else_wrong() {
    let server = Headless::start().await;
    let (endpoint, token) = server.connect("Probe").await;

    let report = scim_sanity(&endpoint, &token).await;

    let count = |name: &str| report["summary"][name].as_u64().expect("the summary counts");
    assert!(count("passed") >= 25, "the probe went all the way: {report:#}");
    // It adds "fake-member-id", a text that can never be one of our ids: that is refused, so that no group is filled or
    // emptied by what is no id (docs/conformance.md). An id that is merely not here yet is taken.
    let titles: Vec<&str> = report["issues"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|issue| issue["title"].as_str())
        .collect();
    assert_eq!(
        titles,
        ["Group member PATCH rejected — server enforces referential integrity on member ids"],
        "nothing else is wrong: {:#}",
        report["issues"]
    );
    for (kind, expected) in [("failed", 1), ("warnings", 0), ("errors", 0)] {
        assert_eq!(count(kind), expected, "{kind}: {report:#}");
    }
}
