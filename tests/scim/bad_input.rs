//! Bad input from data files (`bad/*.txt`): the answer is a SCIM error, and the server continues to answer.

use crate::raw_socket::RawSocket;

/// A case of a data file, its repetitions and bytes written out.
struct Case {
    name: String,
    method: String,
    path: String,
    status: u16,
    scim_type: Option<String>,
    body: Vec<u8>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for part in text.split("\n=== ").skip(1) {
        let (name, rest) = part.split_once('\n').unwrap();
        let (line, body) = rest.split_once('\n').unwrap_or((rest, ""));
        let words: Vec<&str> = line.rsplitn(3, ' ').collect();
        let (method, path) = words[2].split_once(' ').unwrap();
        cases.push(Case {
            name: name.to_owned(),
            method: method.to_owned(),
            path: String::from_utf8(written_out(path)).unwrap(),
            status: words[1].parse().unwrap(),
            scim_type: (words[0] != "-").then(|| words[0].to_owned()),
            body: written_out(body.trim_end_matches('\n')),
        });
    }
    cases
}

/// `@{TEXT*N}` N times, `@{hex ff 00}` as bytes. A closing brace may be in TEXT: the last `*N}` ends it.
fn written_out(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("@{") {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 2..];
        if let Some(hex) = rest.strip_prefix("hex ") {
            let (digits, behind) = hex.split_once('}').unwrap();
            out.extend(digits.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()));
            rest = behind;
            continue;
        }
        let (star, end) = rest
            .match_indices('*')
            .find_map(|(star, _)| {
                let digits = rest[star + 1..].find('}')?;
                rest[star + 1..star + 1 + digits].parse::<usize>().ok()?;
                Some((star, star + 1 + digits))
            })
            .unwrap_or_else(|| panic!("no end: {rest}"));
        let count: usize = rest[star + 1..end].parse().unwrap();
        out.extend(rest[..star].repeat(count).into_bytes());
        rest = &rest[end + 1..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

async fn run(file: &str, least: usize) {
    let wire = RawSocket::open().await;
    let cases = cases(file);
    assert!(cases.len() >= least, "{} cases are read", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let received = wire.request_raw(wire.with_length(&case.method, &case.path, &case.body)).await;
        let Some(received) = received else {
            wrong.push(format!("{}: no answer", case.name));
            continue;
        };
        let got = (received.status, received.body["scimType"].as_str().map(str::to_owned));
        let is_error = received.status < 400
            || (received.body["status"].as_str() == Some(&*received.status.to_string())
                && received.body["detail"].as_str().is_some_and(|text| text.len() < 1000));
        if got != (case.status, case.scim_type.clone()) || !is_error {
            wrong.push(format!(
                "{}: {} {:?} wanted, got {got:?}: {}",
                case.name, case.status, case.scim_type, received.body
            ));
        }
    }
    wire.assert_alive().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_json_are_refused() {
    run(include_str!("bad/json.txt"), 40).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_resource_are_refused() {
    run(include_str!("bad/values.txt"), 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_make_no_sense_are_refused() {
    run(include_str!("bad/addresses.txt"), 20).await;
}
