//! Health, readiness and metrics: whether the process lives, whether it serves, and the numbers of what it does.

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use foundational::{Foundational, MonitoringServer, Options};
use http_body_util::BodyExt as _;
use serde_json::json;
use store::{Clock, Ids};
use tests::{Api, Headless, free_address, program, until};
use tower::ServiceExt as _;

/// The samples of a scrape by name and labels, as Prometheus reads its text format: each of a metric that was described before,
/// and no sample twice.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let (mut found, mut described) = (BTreeMap::new(), Vec::new());
    for line in text.lines() {
        if let Some(metric) = line.strip_prefix("# TYPE ") {
            let (name, kind) = metric.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            described.push(name.to_owned());
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let name = sample.split('{').next().unwrap();
        let metric = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(*end));
        let is_described = |name: &str| described.iter().any(|one| one == name);
        assert!(is_described(name) || metric.is_some_and(is_described), "{line}");
        assert_eq!(found.insert(sample.to_owned(), value.parse().unwrap()), None, "{line}");
    }
    found
}

/// The samples of a metric that are not zero, by their labels.
fn of<'s>(samples: &'s BTreeMap<String, f64>, metric: &str) -> Vec<(&'s str, f64)> {
    let labels = |sample: &'s str| sample.strip_prefix(metric)?.strip_prefix('{')?.strip_suffix('}');
    let counted = samples.iter().filter(|(_, value)| **value > 0.0);
    counted.filter_map(|(sample, value)| Some((labels(sample)?, *value))).collect()
}

async fn scrape(api: &Api) -> (String, BTreeMap<String, f64>) {
    let (status, text) = api.monitoring("/metrics").await;
    assert_eq!(status, 200, "{text}");
    let samples = samples(&text);
    (text, samples)
}

#[tokio::test]
async fn a_scrape_has_exactly_the_requests_that_were_made_and_nothing_of_anyone() {
    let api = Api::start("custom").await;
    let (_, before) = scrape(&api).await;
    assert!(of(&before, "foundational_requests_total").is_empty(), "none was made: {before:?}");
    let ada = json!({"userName": "canary.ada@acme.example", "displayName": "Canary Ada"});
    let made = api.scim("POST", "/Users", ada.clone()).await.expect(201, "Ada");
    let id = made["id"].as_str().unwrap();
    api.scim("POST", "/Users", ada).await.expect(409, "her name is in use");
    let (by_id, by_name) =
        (format!("/Users/{id}"), "/Users?filter=userName%20eq%20%22canary.ada@acme.example%22");
    for path in [by_id.as_str(), by_id.as_str(), by_name, by_name] {
        api.scim("GET", path, None).await.expect(200, "first from the database, then from memory");
    }
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    let title = json!({"op": "replace", "path": "title", "value": "Canary of the title"});
    api.scim("PATCH", &by_id, json!({"schemas": schemas, "Operations": [title]}))
        .await
        .expect(200, "changed");
    api.scim("DELETE", &by_id, None).await.expect(204, "deleted");
    api.scim("GET", &by_id, None).await.expect(404, "she is not here");
    api.scim("GET", "/Canaries/7", None).await.expect(404, "an address below the endpoint that is unknown");
    for (path, status) in
        [(format!("/scim/v2/{}/Users", api.connection_id), 401), ("/canary".to_owned(), 404)]
    {
        api.send(Request::get(path).body(Body::empty()).unwrap()).await.expect(status, "without a token");
    }
    let (text, after) = scrape(&api).await;
    let requests = [
        ("route=\"/Users\",class=\"2xx\",reason=\"ok\"", 3.0),
        ("route=\"/Users\",class=\"4xx\",reason=\"auth.missing\"", 1.0),
        ("route=\"/Users\",class=\"4xx\",reason=\"data.duplicate\"", 1.0),
        ("route=\"/Users/{id}\",class=\"2xx\",reason=\"ok\"", 4.0),
        ("route=\"/Users/{id}\",class=\"4xx\",reason=\"notfound\"", 1.0),
        ("route=\"unknown\",class=\"4xx\",reason=\"path.unknown\"", 1.0),
        ("route=\"unrouted\",class=\"4xx\",reason=\"path.unknown\"", 1.0),
    ];
    assert_eq!(of(&after, "foundational_requests_total"), requests);
    let read = [("from=\"database\"", 2.0), ("from=\"memory\"", 2.0)];
    assert_eq!(of(&after, "foundational_people_read_total"), read);
    let done = [("kind=\"database\"", 2.0), ("kind=\"memory\"", 2.0), ("kind=\"write\"", 3.0)];
    assert_eq!(of(&after, "foundational_request_duration_seconds_count"), done);
    for (labels, requests) in done {
        let all = format!("foundational_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}}");
        assert_eq!(after.get(&all), Some(&requests), "{all}");
        let sum = format!("foundational_request_duration_seconds_sum{{{labels}}}");
        assert!(after[&sum] > 0.0, "{sum}");
    }
    let writes = |samples: &BTreeMap<String, f64>| samples["foundational_writes_per_commit_sum"];
    assert!(writes(&after) - writes(&before) >= 3.0, "each of the three changes was in a commit");
    for canary in ["anary", "acme", "First", id, &api.connection_id, &api.token, &api.token[..20]] {
        assert!(!text.contains(canary), "{canary}: {text}");
    }
}

#[tokio::test]
async fn a_scrape_counts_connections_pauses_and_findings() {
    let api = Api::start("custom").await;
    api.clock.advance(Duration::from_hours(24 * 366));
    let shown = api.command("diagnosis.findings", json!({})).await;
    let number = |severity: &str| {
        shown["findings"].as_array().unwrap().iter().filter(|one| one["severity"] == severity).count()
    };
    let numbers = ["problem", "warning", "notice"].map(|severity| (severity, number(severity)));
    assert!(number("problem") > 0, "the token has expired: {shown}");
    let (_, before) = scrape(&api).await;
    for (severity, number) in numbers {
        let sample = format!("foundational_findings{{severity=\"{severity}\"}}");
        assert_eq!(before[&sample].to_string(), number.to_string(), "{sample}: {shown}");
    }
    api.connect("Second", "okta").await;
    api.command("connection.pause", json!({"id": api.connection_id})).await;
    let (_, after) = scrape(&api).await;
    for (metric, number) in [("connections", 2.0), ("paused_connections", 1.0), ("open_sockets", 0.0)] {
        assert_eq!(after.get(&format!("foundational_{metric}")), Some(&number), "{metric}");
    }
}

/// What is answered about the readiness.
async fn readiness(monitoring: &MonitoringServer) -> (u16, String) {
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let answer = monitoring.router().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(text.to_vec()).unwrap())
}

#[tokio::test]
async fn where_scim_cannot_listen_it_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let options = Options {
        data: folder.path().to_owned(),
        listen: Some(taken.local_addr().unwrap()),
        public_url: None,
        insist: false,
    };
    let app = Foundational::open_at(options, Clock::system(), Ids::random()).await.unwrap();
    app.serve().await.unwrap();
    let monitoring = MonitoringServer::default();
    monitoring.follow(Some(app.monitoring().clone()));
    let reason = "SCIM is not served; `foundational doctor` says why.\n".to_owned();
    assert_eq!(readiness(&monitoring).await, (503, reason));
    app.close().await;
}

#[tokio::test]
async fn it_is_ready_while_it_listens_though_all_are_paused_and_lives_all_the_time() {
    let none = readiness(&MonitoringServer::default()).await;
    assert_eq!(none, (503, "Foundational is starting or stopping.\n".to_owned()), "no workspace is open");
    let states = async |api: &Api| {
        let (alive, ready) = (api.monitoring("/healthz").await, api.monitoring("/readyz").await);
        assert_eq!((alive.0.as_u16(), alive.1.as_str()), (200, "ok\n"));
        (ready.0.as_u16(), ready.1)
    };
    let api = Api::start("custom").await;
    assert_eq!(states(&api).await, (503, "Foundational is starting.\n".to_owned()));
    let api = Api::start_listening("custom").await;
    api.command("provisioning.pause", json!({})).await;
    assert_eq!(states(&api).await, (200, "ready\n".to_owned()), "a paused connection gets its answers");
    api.app.close().await;
    assert_eq!(states(&api).await, (503, "Foundational is stopping.\n".to_owned()));
}

fn serve(data: &std::path::Path, metrics: &str) -> Output {
    let mut command = Command::new(program("foundational"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--metrics", metrics, "--data"]).arg(data);
    command.env_remove("RUST_LOG").output().expect("it can be started")
}

#[tokio::test]
async fn monitoring_is_served_at_an_address_that_is_not_that_of_scim() {
    let address = free_address().to_string();
    let server = Headless::start_as(&["--listen", "127.0.0.1:0", "--metrics", &address], &[]).await;
    let (endpoint, token) = server.connect("Watched").await;
    // Another provider is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |url: String| {
        let answer = client.get(url).bearer_auth(&token).send().await.unwrap();
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        (answer.status().as_u16(), kind.unwrap_or_default(), answer.text().await.unwrap())
    };
    let (base, below) = endpoint.split_once("/scim").unwrap();
    until("it is ready", async || (get(format!("http://{address}/readyz")).await.0 == 200).then_some(()))
        .await;
    for path in ["healthz", "readyz", "metrics"] {
        let (status, kind, _) = get(format!("http://{address}/{path}")).await;
        assert_eq!((status, kind.starts_with("text/plain")), (200, true), "{path}");
        for url in [format!("{base}/{path}"), format!("{endpoint}/{path}")] {
            let (status, kind, body) = get(url).await;
            assert_eq!((status, kind.as_str()), (404, "application/scim+json"), "{path}: {body}");
        }
    }
    assert_eq!(get(format!("http://{address}/scim{below}/Users")).await.0, 404, "nor is SCIM there");
    for (host, status) in [("localhost:9464", 200), ("[::1]", 200), ("rebound.example.com", 421)] {
        let call = client.get(format!("http://{address}/metrics")).header("host", host);
        assert_eq!(
            call.send().await.unwrap().status(),
            status,
            "{host}: a page in a browser here reads nothing"
        );
    }
    let (_, _, text) = get(format!("http://{address}/metrics")).await;
    let samples = samples(&text);
    let requests: f64 = of(&samples, "foundational_requests_total").iter().map(|(_, value)| value).sum();
    assert_eq!(requests.to_string(), "6", "those to the address of SCIM alone: {text}");
    let folder = tempfile::tempdir().unwrap();
    let second = serve(folder.path(), &address);
    let message = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(5), "{message}");
    assert!(message.contains("Metrics can't be served: port") && message.contains("--metrics"), "{message}");
}

#[test]
fn off_this_computer_the_metrics_are_served_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "so that it ends").unwrap();
    for (address, is_warned) in [("0.0.0.0:0", true), ("127.0.0.1:0", false)] {
        let ended = serve(&file.join("data"), address);
        let message = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(4), "{message}");
        assert_eq!(message.contains("everyone who reaches this address"), is_warned, "{address}: {message}");
    }
}
