//! J2: 200 good requests a second, and nothing grows. By command alone, as it shows little in a short time:
//! `FOUNDATIONAL_SECONDS=28800 cargo test --release -p load --test smoke -- --ignored --nocapture soak`, after `npm run bench`.

use crate::{figure, measured, value};

/// Seconds, unless `FOUNDATIONAL_SECONDS` sets another number.
const SECONDS: &str = "60";
/// The bound of the slope of resident memory is for a run of so many seconds or more: in a shorter one caches are being filled.
const LONG: f64 = 3_600.0;

#[test]
#[ignore = "a long run: less than an hour shows little"]
fn two_hundred_good_requests_a_second_are_answered_and_nothing_grows() {
    let seconds = std::env::var("FOUNDATIONAL_SECONDS").unwrap_or_else(|_unset| SECONDS.to_owned());
    let (report, shown) = measured("J2", &seconds);
    let good = figure(&report, "good requests");
    assert_eq!(good["wrong"], 0, "every request is answered rightly: {shown}");
    let (sent, time) = (good["requests"].as_f64().unwrap(), seconds.parse::<f64>().unwrap());
    assert!(sent > time * 200.0 * 0.95, "200 a second are sent: {shown}");
    let slope = value(&report, "resident memory, slope");
    let files = value(&report, "open files, last quarter over first");
    let log = value(&report, "write-ahead log, at most");
    println!(
        "long run: {sent} good requests in {seconds} s, 0 wrong, p99 {:.0} ms; resident memory at most {:.0} MiB, slope {slope:.1} \
         MiB/h; growth {files} files; write-ahead log at most {log:.0} MiB",
        good["p99"].as_f64().unwrap() / 1_000.0,
        value(&report, "resident memory, at most"),
    );
    assert!(files.abs() < 1.0, "the number of open files is the same: {shown}");
    assert!(log <= 64.0, "the write-ahead log is moved into the database: {shown}");
    assert!(time < LONG || slope < 1.0, "resident memory does not grow: {shown}");
}
