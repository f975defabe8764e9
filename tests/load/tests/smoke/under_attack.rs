//! J1 with its goals: good requests beside 1,000 slow connections, 200 wrong tokens a second and bodies of 10 MB. For a minute in
//! `npm test`, which shows that nothing is refused or late; for hours by command, which shows that nothing grows.

use crate::{figure, measured, value};

/// Seconds in `npm test`; `FOUNDATIONAL_SECONDS` sets another number.
const SECONDS: &str = "60";

/// The limit of the p99 of good requests in an unoptimised build, in microseconds. The goal of 250 ms is for a release: here
/// a body of 10 MB alone occupies the one core of the server for longer. Beside other work on both cores it was 470 and 790 ms, and 1.4 s
/// with the least priority; identity providers wait for 10 s and longer.
const UNOPTIMISED: f64 = 2_000_000.0;

#[test]
fn good_requests_are_answered_in_time_beside_an_attack_and_nothing_grows() {
    let seconds = std::env::var("FOUNDATIONAL_SECONDS").unwrap_or_else(|_unset| SECONDS.to_owned());
    let (report, shown) = measured("J1", &seconds);
    let good = figure(&report, "good requests");
    assert_eq!(good["wrong"], 0, "every good request is answered rightly: {shown}");
    let due = seconds.parse::<f64>().unwrap() * 25.0;
    let (sent, slowest) = (good["requests"].as_f64().unwrap(), good["p99"].as_f64().unwrap());
    assert!(sent > due * 0.95, "25 a second are sent: {shown}");
    assert!(!cfg!(debug_assertions) || slowest < UNOPTIMISED, "they are answered in time: {shown}");

    let value = |name: &str| value(&report, name);
    assert!(value("open files, at most") > 500.0, "the slow connections are open at the same time: {shown}");
    let goals: Vec<&str> = shown.lines().filter(|line| line.starts_with("# goal J1-")).collect();
    assert_eq!(goals.len(), 6, "each goal is measured: {shown}");
    // Both are times.
    let is_of_a_release = |line: &str| line.contains("J1-tail") || line.contains("J1-slow");
    for line in goals {
        let is_excepted = cfg!(debug_assertions) && is_of_a_release(line);
        assert!(is_excepted || line.ends_with("reached"), "{line}\n{shown}");
    }
    println!(
        "long run: {sent} good requests in {seconds} s, 0 wrong, p99 {:.0} ms; resident memory at most {:.0} MiB, growth {:.1} MiB and \
         {} files; write-ahead log at most {:.0} MiB",
        slowest / 1_000.0,
        value("resident memory, at most"),
        value("resident memory, last quarter over first"),
        value("open files, last quarter over first"),
        value("write-ahead log, at most"),
    );
}
