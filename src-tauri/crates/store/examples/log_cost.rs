//! What a row of the request log costs: `cargo run --release -p store --example log_cost -- [ROWS]`. The CPU time of the whole
//! process per row, with the log and without it, until the queue is empty and the file is closed.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use store::{
    Activity, ActivityResult, Clock, Ids, RecordedBodies, RecordedHeaders, RequestEvidence, StepTimes, Store,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The clock of `/proc/self/stat`, in ticks a second.
const TICKS: u32 = 100;

/// The time that all threads of this process have computed.
fn cpu() -> io::Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    Ok(Duration::from_secs(1) * (ticks(11) + ticks(12)) / TICKS)
}

/// The exchanges of a first sync and of later changes: a look-up that finds no one, a create, a look-up that finds, a PATCH.
fn exchange(store: &Store, connection_id: &str, token_id: &str, n: u64) -> Activity {
    let person = store.new_id();
    let name = format!("p{:x}.{:x}@example.com", n.wrapping_mul(0x9e37_79b9_7f4a_7c15), n % 977);
    let at = store.clock().now();
    let resource = format!(
        r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"{person}","externalId":"{}","userName":"{name}","name":{{"formatted":"Given{n} Family{n}","familyName":"Family{n}","givenName":"Given{n}"}},"displayName":"Given{n} Family{n}","title":"Engineer","active":true,"emails":[{{"primary":true,"type":"work","value":"{name}"}}],"phoneNumbers":[{{"type":"work","value":"+49 170 {n:07}"}}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{{"employeeNumber":"{n:06}","costCenter":"{}","department":"Engineering","organization":"Example"}},"meta":{{"resourceType":"User","created":"{at}","lastModified":"{at}","location":"https://scim.example.com/scim/v2/{connection_id}/Users/{person}","version":"W/\"1\""}}}}"#,
        store.new_id(),
        n % 9_000,
    );
    let found = |count: u32, resources: &str| {
        format!(
            r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{count},"startIndex":1,"Resources":[{resources}],"itemsPerPage":{count}}}"#
        )
    };
    let deactivation = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#;
    let lookup = format!("/Users?filter=userName eq \"{name}\"");
    let (method, path, status, result, sentence, request, answer) = match n % 4 {
        0 => {
            ("GET", lookup, 200, ActivityResult::Lookup, "Looked for a user; found none", None, found(0, ""))
        }
        1 => (
            "POST",
            "/Users".to_owned(),
            201,
            ActivityResult::Ok,
            "Created a user",
            Some(resource.clone()),
            resource,
        ),
        2 => ("GET", lookup, 200, ActivityResult::Lookup, "Looked for a user", None, found(1, &resource)),
        _ => (
            "PATCH",
            format!("/Users/{person}"),
            200,
            ActivityResult::Ok,
            "Deactivated a user",
            Some(deactivation.to_owned()),
            resource,
        ),
    };
    let is_found = !n.is_multiple_of(4);
    let evidence = |kind: &str| RequestEvidence {
        kind: kind.to_owned(),
        sentence: "It was seen.".to_owned(),
        refused: false,
        inconclusive: false,
        reaches_public_url: kind == "https",
    };
    let mut headers = RecordedHeaders::default();
    for (name, value) in [
        ("host", "scim.example.com"),
        ("authorization", "Bearer …"),
        ("accept", "application/scim+json"),
        ("content-type", "application/scim+json; charset=utf-8"),
    ] {
        headers.request.push(name, value);
    }
    headers.response.push("content-type", "application/scim+json");
    Activity {
        id: store.new_id(),
        at,
        connection_id: connection_id.to_owned(),
        token_id: Some(token_id.to_owned()),
        method: method.to_owned(),
        path,
        status,
        result,
        reason: None,
        facts: None,
        sentence: format!("{sentence}: {name}"),
        resource_type: is_found.then(|| "User".to_owned()),
        resource_id: is_found.then_some(person),
        duration_us: 300 + n % 50,
        steps: StepTimes([Some(31), Some(14), Some(52), Some(190)]),
        source_ip: Some("203.0.113.7".to_owned()),
        secure: true,
        host: None,
        user_agent: Some("Mozilla/5.0 (compatible)".to_owned()),
        notes: Vec::new(),
        bodies: RecordedBodies::Full,
        request_size: Some(request.as_ref().map_or(0, |body| body.len() as u64)),
        response_size: Some(answer.len() as u64),
        headers: Some(headers),
        request_body: request,
        response_body: Some(answer),
        evidence: vec![evidence("addressReached"), evidence("https"), evidence("credentials")],
        folded: None,
        health: None,
    }
}

async fn run(rows: u64, is_recorded: bool) -> Outcome<(Duration, Duration, u64)> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(folder.path(), Clock::system(), Ids::random()).await?;
    let (connection_id, token_id) = (store.new_id(), store.new_id());
    let (began, before) = (Instant::now(), cpu()?);
    for n in 0..rows {
        let activity = exchange(&store, &connection_id, &token_id, n);
        if is_recorded {
            store.record(activity).await;
        } else {
            std::hint::black_box(activity);
        }
    }
    store.close().await;
    let spent = (began.elapsed(), cpu()?.saturating_sub(before));
    let bytes = std::fs::metadata(folder.path().join("activity.db"))?.len();
    Ok((spent.0, spent.1, bytes))
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let rows: u32 = std::env::args().nth(1).map_or(Ok(400_000), |text| text.parse())?;
    let (_, without, _) = run(rows.into(), false).await?;
    let (took, with, bytes) = run(rows.into(), true).await?;
    let per_row = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(rows);
    let row = per_row(with.saturating_sub(without));
    writeln!(
        io::stdout(),
        "{rows} rows in {took:.1?}: {row:.2} us of CPU a row ({:.2} with the log, {:.2} without it), {} bytes a row",
        per_row(with),
        per_row(without),
        bytes / u64::from(rows)
    )?;
    Ok(())
}
