//! `kill -9` under load. This shows that nothing acknowledged waits in the process's memory; what a power cut
//! takes is covered by `synchronous=FULL`, which a killed process cannot distinguish from less.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tests::{program, until};

/// How often the server is killed.
const KILLS: usize = 12;
/// How many clients write at once.
const CLIENTS: usize = 8;

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

fn command(data: &std::path::Path, arguments: &[&str]) -> Value {
    let output =
        Command::new(program("foundational")).args(arguments).arg("--json").arg("--data").arg(data).output();
    let output = output.expect("it can be started");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn serve(data: &std::path::Path, address: &str) -> Server {
    let child = Command::new(program("foundational"))
        .args(["serve", "--listen", address, "--data"])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the server listens", async || tokio::net::TcpStream::connect(address).await.ok()).await;
    Server(child)
}

/// What was acknowledged last to one client about each of its people: userName -> title.
type Acknowledged = Arc<Mutex<BTreeMap<String, String>>>;

async fn write_until_cut(http: reqwest::Client, users: String, name: String, acknowledged: Acknowledged) {
    for n in 0.. {
        let user_name = format!("{name}-{n}");
        let body = json!({"userName": user_name, "title": "new"});
        let Ok(answer) = http.post(&users).json(&body).send().await else { return };
        assert_eq!(answer.status(), 201, "a create is acknowledged or not answered");
        acknowledged.lock().unwrap().insert(user_name.clone(), "new".to_owned());
        let Ok(made) = answer.json::<Value>().await else { return };
        let patch = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [
                {"op": "replace", "path": "title", "value": "changed"},
                {"op": "replace", "path": "active", "value": false},
            ],
        });
        let url = format!("{users}/{}", made["id"].as_str().unwrap());
        let Ok(answer) = http.patch(url).json(&patch).send().await else { return };
        assert_eq!(answer.status(), 200, "a change is acknowledged or not answered");
        acknowledged.lock().unwrap().insert(user_name, "changed".to_owned());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_no_patch_is_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let made = command(folder.path(), &["connection", "create", "Killed", "--provider", "custom"]);
    let token = command(folder.path(), &["token", "create", "Killed"])["token"].as_str().unwrap().to_owned();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let base = format!("http://{free}/scim/v2/{}", made["id"].as_str().unwrap());
    let bearer = format!("Bearer {token}").parse().unwrap();
    let headers = reqwest::header::HeaderMap::from_iter([(reqwest::header::AUTHORIZATION, bearer)]);
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().default_headers(headers).no_proxy().build().unwrap();
    let acknowledged: Acknowledged = Acknowledged::default();
    for round in 0..KILLS {
        let mut server = serve(folder.path(), &free).await;
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let name = format!("r{round}c{client}");
                tokio::spawn(write_until_cut(
                    http.clone(),
                    format!("{base}/Users"),
                    name,
                    acknowledged.clone(),
                ))
            })
            .collect();
        let before = acknowledged.lock().unwrap().len();
        // Each round is cut elsewhere in the work: after so many acknowledged people.
        until("enough was acknowledged", async || {
            (acknowledged.lock().unwrap().len() >= before + 7 * round + 3).then_some(())
        })
        .await;
        server.0.kill().unwrap();
        server.0.wait().unwrap();
        for client in clients {
            tokio::time::timeout(Duration::from_secs(10), client).await.expect("the cut ends it").unwrap();
        }
    }
    let _server = serve(folder.path(), &free).await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() > 100, "the load was real: {}", acknowledged.len());
    for (user_name, title) in &acknowledged {
        let url = format!("{base}/Users?filter=userName%20eq%20%22{user_name}%22");
        let found: Value = http.get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(found["totalResults"], 1, "{user_name} was acknowledged and is missing");
        let person = &found["Resources"][0];
        let (is, active) = (person["title"].as_str().unwrap(), person["active"].as_bool().unwrap());
        assert_eq!(is == "changed", !active, "{user_name}: half of a PATCH was stored: {person}");
        if title == "changed" {
            assert!(!active, "{user_name}: an acknowledged leaver is back");
        }
    }
}
