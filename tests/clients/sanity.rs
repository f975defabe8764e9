//! The strict probe of scim-sanity.

use tests::{Headless, scim_sanity};

#[tokio::test]
async fn the_strict_probe_finds_nothing_wrong() {
    let server = Headless::start().await;
    let (endpoint, token) = server.connect("Probe").await;

    let report = scim_sanity(&endpoint, &token).await;

    let count = |name: &str| report["summary"][name].as_u64().expect("the summary counts");
    assert!(count("passed") >= 25, "the probe went all the way: {report:#}");
    assert_eq!(
        report["issues"].as_array().map(Vec::len),
        Some(0),
        "nothing is wrong: {:#}",
        report["issues"]
    );
    for kind in ["failed", "warnings", "errors"] {
        assert_eq!(count(kind), 0, "no {kind}: {report:#}");
    }
}
