//! How an identity provider reaches this computer: the choice, what follows from it, and by what an agent is recognised.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use foundational::Caller;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Api, Headless, Reply, secured, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::audit::{entries, newest};
use crate::findings::{found, is_over, parts};
use crate::https::{Authority, NOW};

/// The name of this computer in its network.
const NAME: &str = "scim.corp.example";

async fn choose(api: &Api, way: &str) -> Value {
    api.command("connection.setWay", json!({"id": api.connection_id, "way": way})).await
}

/// What the chosen way needs, and whether it is there.
async fn needs(api: &Api) -> Vec<bool> {
    let view = api.command("connection.way", json!({"id": api.connection_id})).await;
    view["needs"].as_array().unwrap().iter().map(|need| need["met"].as_bool().unwrap()).collect()
}

/// The evidence that a request began in this network; `None` where that is not looked for.
async fn from_network(api: &Api) -> Option<Value> {
    let evidence = api.command("connection.evidence", json!({"id": api.connection_id})).await;
    evidence.as_array().unwrap().iter().find(|one| one["kind"] == "fromNetwork").cloned()
}

async fn set_certificate(api: &Api, name: &str) -> TempDir {
    let files = tempfile::tempdir().unwrap();
    let pair = Authority::new("Own").files(files.path(), name, NOW);
    let files_of_it = json!({"certificate": pair.certificate, "key": pair.key});
    api.command("server.setCertificate", json!({"source": {"files": files_of_it}})).await;
    files
}

/// A workspace that listens for the network of this computer, by its name there.
async fn in_a_network(provider: &str) -> (Api, TempDir) {
    let api = Api::start(provider).await;
    api.app.serve().await.unwrap();
    let files = set_certificate(&api, NAME).await;
    api.command("server.listen", json!({"listen": "0.0.0.0:0"})).await;
    (api, files)
}

/// A request with the token, from this address, over HTTPS.
async fn call_from(api: &Api, address: &str, host: &str) -> Reply {
    let request = Request::get(format!("/scim/v2/{}/Users", api.connection_id))
        .header("host", host)
        .header("authorization", format!("Bearer {}", api.token))
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-for", address);
    api.send(request.body(Body::empty()).unwrap()).await
}

/// The same, answered and recorded.
async fn arrive_from(api: &Api, address: &str) {
    api.clock.advance(Duration::from_mins(1));
    call_from(api, address, NAME).await.expect(200, address);
    api.recorded_now().await;
}

#[tokio::test]
async fn the_choice_is_stored_with_one_audit_entry_and_decides_the_endpoint() {
    let api = Api::start("okta").await;
    api.command("server.publicUrl", json!({"publicUrl": "https://scim.example.com"})).await;
    let public = format!("https://scim.example.com/scim/v2/{}", api.connection_id);
    let local = format!("http://127.0.0.1:8470/scim/v2/{}", api.connection_id);
    let shown = api.command("connection.show", json!({"id": api.connection_id})).await;
    assert_eq!((&shown["way"], &shown["endpoint"]), (&json!("proxy"), &json!(public)), "at first");
    for (way, endpoint, label) in [
        ("network", format!("{local}/"), "This network only, through Okta's provisioning agent"),
        ("thisComputer", local, "This computer only, for testing"),
        ("ownTls", public.clone(), "A public address, TLS here"),
        ("proxy", public, "A public address behind a proxy or tunnel"),
    ] {
        let chosen = choose(&api, way).await;
        assert_eq!((&chosen["way"], &chosen["endpoint"]), (&json!(way), &json!(endpoint)));
        for is_public in ["endpointIsPublic", "usesPublicUrl"] {
            assert_eq!(chosen[is_public], json!(way == "ownTls" || way == "proxy"), "{is_public}: {way}");
        }
        assert!(newest(&api).await.ends_with(&format!("Changed how First reaches this computer: {label}.")));
    }
    let before = entries(&api.app).await.len();
    choose(&api, "proxy").await;
    assert_eq!(entries(&api.app).await.len(), before, "the same choice again is no act");
}

#[tokio::test]
async fn what_is_sent_is_located_under_the_endpoint_of_the_chosen_way() {
    let api = Api::start("okta").await;
    api.command("server.publicUrl", json!({"publicUrl": "https://scim.example.com"})).await;
    let send = async |method: &str, path: &str, body: Option<Value>| {
        api.scim_with(method, path, &[("x-forwarded-proto", "https")], body).await
    };
    let made = send("POST", "/Users", Some(json!({"userName": "ada"}))).await.expect(201, "a joiner");
    let person = format!("/Users/{}", made["id"].as_str().unwrap());
    let group = json!({"displayName": "Sales", "members": [{"value": made["id"]}]});
    send("POST", "/Groups", Some(group)).await.expect(201, "a group");
    // Twice by each way: what is read is in memory the second time.
    for way in ["proxy", "network", "thisComputer", "ownTls", "network"] {
        let endpoint = choose(&api, way).await["endpoint"].as_str().unwrap().trim_end_matches('/').to_owned();
        for time in ["from the database", "from memory"] {
            let reply = send("GET", &person, None).await;
            let header = reply.headers["location"].to_str().unwrap().to_owned();
            let shown = reply.expect(200, time);
            let at = format!("{endpoint}{person}");
            assert_eq!((&shown["meta"]["location"], &header), (&json!(at), &at), "{way}, {time}");
            let of_group = shown["groups"][0]["$ref"].as_str().unwrap();
            assert!(of_group.starts_with(&format!("{endpoint}/Groups/")), "{way}, {time}: {of_group}");
            let list = send("GET", "/Users", None).await.expect(200, time);
            assert_eq!(list["Resources"][0]["meta"]["location"], json!(at), "{way}, {time}");
        }
        let id = made["id"].as_str().unwrap();
        let seen = api.command("people.show", json!({"id": id})).await;
        assert!(seen["scim"].to_string().contains(&endpoint), "as an Admin sees it: {seen}");
    }
}

#[tokio::test]
async fn the_endpoint_of_oktas_agent_is_answered_with_and_without_its_slash() {
    let api = Api::start("okta").await;
    let endpoint = choose(&api, "network").await["endpoint"].as_str().unwrap().to_owned();
    assert!(
        endpoint.contains("/v2") && endpoint.ends_with('/'),
        "else the agent speaks SCIM 1.1: {endpoint}"
    );
    let path = endpoint.trim_start_matches("http://127.0.0.1:8470");
    for path in [format!("{path}Users"), format!("{path}/Users"), format!("{path}Users/")] {
        let request = Request::get(&path).header("authorization", format!("Bearer {}", api.token));
        let body = api.send(request.body(Body::empty()).unwrap()).await.expect(200, &path);
        assert_eq!(body["totalResults"], 0, "{path}");
    }
}

#[tokio::test]
async fn what_a_way_needs_of_this_server_is_met_once_it_is_set() {
    let api = Api::start("azure").await;
    api.app.serve().await.unwrap();
    assert_eq!(needs(&api).await, [true; 0], "a proxy needs nothing here");
    choose(&api, "thisComputer").await;
    assert_eq!(needs(&api).await, [true; 0], "nor does a test");
    api.command("server.publicUrl", json!({"publicUrl": "https://scim.example.com"})).await;
    assert_eq!(needs(&api).await, [false], "beside a public address plain HTTP is refused");
    choose(&api, "network").await;
    assert_eq!(needs(&api).await, [false, false]);
    let _files = set_certificate(&api, "localhost").await;
    assert_eq!(needs(&api).await, [false, false], "no other computer calls it by that name");
    let _files = set_certificate(&api, "scim.example.com").await;
    assert_eq!(
        needs(&api).await,
        [false, false],
        "nor by that of the public address, which leads to it from outside"
    );
    choose(&api, "ownTls").await;
    assert_eq!(needs(&api).await, [true, false]);
    api.command("server.setCertificate", json!({"source": "privateAuthority"})).await;
    assert_eq!(needs(&api).await, [false, false], "no public authority has signed it");
    choose(&api, "network").await;
    let _files = set_certificate(&api, NAME).await;
    assert_eq!(needs(&api).await, [true, false]);
    let server = api.command("server.listen", json!({"listen": "0.0.0.0:0"})).await;
    assert_eq!(needs(&api).await, [true, true]);
    let port = server["listen"].as_str().unwrap().rsplit(':').next().unwrap();
    let shown = api.command("connection.show", json!({"id": api.connection_id})).await;
    let endpoint = format!("https://{NAME}:{port}/scim/v2/{}", api.connection_id);
    assert_eq!(shown["endpoint"], json!(endpoint), "by the name of the certificate");
    let shown = choose(&api, "thisComputer").await;
    let local = format!("https://127.0.0.1:{port}/scim/v2/{}", api.connection_id);
    assert_eq!(shown["endpoint"], json!(local), "programs of this computer call it here");
    api.app.close().await;
}

#[tokio::test]
async fn by_the_name_of_its_certificate_the_server_is_called_beside_the_public_address() {
    let (api, _files) = in_a_network("custom").await;
    api.command("server.publicUrl", json!({"publicUrl": "https://scim.example.com"})).await;
    let status = async |host: &str| call_from(&api, "10.213.77.5", host).await.status.as_u16();
    assert_eq!(status(NAME).await, 200, "as an agent calls it");
    assert_eq!(status("scim.example.com").await, 200, "as the others do");
    assert_eq!(status("another.example.com").await, 421);
    let _files = set_certificate(&api, "*.Corp.Example").await;
    assert_eq!(status("server-2.corp.example").await, 200, "each name for which the certificate is");
    for host in ["corp.example", "a.server-2.corp.example"] {
        assert_eq!(status(host).await, 421, "{host}: a wildcard is one label");
    }
    api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
    assert_eq!(status(NAME).await, 421, "no other computer reaches it by that name any more");
    api.app.close().await;
}

#[tokio::test]
async fn beside_a_public_address_an_agent_calls_by_another_name_of_the_certificate() {
    let (api, _files) = in_a_network("custom").await;
    let public = "scim.example.com";
    api.command("server.publicUrl", json!({ "publicUrl": format!("https://{public}") })).await;
    let view = api.command("server.setCertificate", json!({"source": "privateAuthority"})).await;
    let own = ["localhost", "127.0.0.1", "::1"];
    let names = view["pair"]["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    let names: Vec<&str> = names.filter(|name| *name != public && !own.contains(name)).collect();
    let endpoint = choose(&api, "network").await["endpoint"].as_str().unwrap().to_owned();
    // A computer without a name or a network has the public name alone.
    let expected = names.first().copied().unwrap_or(public);
    let host = endpoint.strip_prefix("https://").and_then(|rest| rest.rsplit_once("/scim/v2/")).unwrap().0;
    let host = host.rsplit_once(':').unwrap().0;
    assert_eq!(host.trim_matches(['[', ']']), expected, "{endpoint}: {view}");
    call_from(&api, "10.213.77.5", host).await.expect(200, host);
    for name in names {
        let host = if name.contains(':') { format!("[{name}]") } else { name.to_owned() };
        call_from(&api, "10.213.77.5", &host).await.expect(200, "each name of the certificate");
    }
    api.app.close().await;
}

#[tokio::test]
async fn an_agent_is_recognised_by_its_private_address_and_shows_nothing_of_the_public_one() {
    let (api, _files) = in_a_network("okta").await;
    api.command("server.publicUrl", json!({"publicUrl": "https://unknown.invalid"})).await;
    api.clock.advance(Duration::from_mins(1));
    api.command("server.checkPublicUrl", json!({})).await;
    found(&api, "address.notReachable").await;
    assert_eq!(from_network(&api).await, None, "it is not looked for");

    let chosen = choose(&api, "network").await;
    assert_ne!(
        chosen["status"], "notReachable",
        "with this choice no provider needs the public address: {chosen}"
    );
    is_over(&api, "address.notReachable").await;
    let open = from_network(&api).await.unwrap();
    assert!(open["seenAt"].is_null(), "{open}");
    arrive_from(&api, "203.0.113.9").await;
    assert!(from_network(&api).await.unwrap()["seenAt"].is_null(), "a public address is no agent's");
    arrive_from(&api, "10.213.77.5").await;
    let sentence = until("the agent is recognised", async || {
        from_network(&api).await?["sentence"].as_str().map(str::to_owned)
    })
    .await;
    assert_eq!(
        sentence,
        "A request with a valid token arrived from 10.213.77.5, in a private network. It is probably Okta's provisioning agent."
    );
    is_over(&api, "address.changed").await;
    is_over(&api, "address.notReachable").await;
    api.command("server.listen", json!({"listen": "0.0.0.0:0"})).await;
    let moved = found(&api, "server.portChanged").await;
    assert!(
        moved["message"].to_string().contains("Paste the new endpoint"),
        "no proxy has to follow: {moved}"
    );
    assert_eq!(parts(&moved).1, ["openAddress"], "and no public address is to be checked");
    assert!(!moved.to_string().contains("check the public address"), "{moved}");
    arrive_from(&api, "10.213.77.5").await;
    until("the agent calls the new port", async || {
        api.command("workspace.status", json!({})).await["server"]["moved"].is_null().then_some(())
    })
    .await;
    is_over(&api, "server.portChanged").await;

    choose(&api, "proxy").await;
    found(&api, "address.notReachable").await;
    let changed = found(&api, "address.changed").await;
    assert_eq!(
        parts(&changed).2,
        format!("The last request called {NAME}"),
        "which matters by this way alone"
    );
    api.app.close().await;
}

/// What a check of the chosen way finds, and at which part of the way.
async fn check(api: &Api) -> (Value, Value) {
    let check = api.command("connection.checkWay", json!({"id": api.connection_id})).await;
    assert_eq!(check["elsewhere"], json!([]), "nothing is to be looked at elsewhere: {check}");
    (check["verdict"].clone(), check["failing"].clone())
}

#[tokio::test]
async fn what_this_computer_can_see_of_a_way_is_found_without_another_computer() {
    let (api, _files) = in_a_network("okta").await;
    let refused = async || {
        let args = json!({"id": api.connection_id});
        api.app.call(&Caller::Operator, "connection.checkWay", args).await.unwrap_err().message
    };
    assert_eq!(refused().await, "No public address is set.", "by a proxy it is the public one");
    choose(&api, "thisComputer").await;
    assert_eq!(refused().await, "No other computer is to call here.");
    choose(&api, "network").await;
    // An address for documentation (RFC 5737) is that of no computer.
    let _files = set_certificate(&api, "192.0.2.7").await;
    assert_eq!(check(&api).await, (json!("notReachable"), json!("name")), "it is another computer's");
    api.command("server.listen", json!({"listen": "127.0.0.1:0"})).await;
    assert_eq!(check(&api).await, (json!("notReachable"), json!("connection")), "no one else connects");
    api.app.close().await;
}

#[tokio::test]
async fn an_address_of_this_network_that_passes_here_is_left_open_until_the_agent_has_called() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, Authority::new("Another").pem()).unwrap();
    let arguments = ["--listen", "0.0.0.0:0", "--tls-private"];
    let app = Headless::start_as(&arguments, &[("SSL_CERT_FILE", trusted.as_path())]).await;
    let made = app.call("connection.create", json!({"name": "Okta", "provider": "okta"})).await;
    let id = json!({"id": made["id"]});
    app.call("connection.setWay", json!({"id": made["id"], "way": "network"})).await;
    let checked = app.call("connection.checkWay", id.clone()).await;
    assert_eq!((&checked["verdict"], &checked["failing"]), (&json!("cantTell"), &Value::Null), "{checked}");
    let steps = checked["steps"].as_array().unwrap();
    let hops: Vec<&str> = steps.iter().map(|step| step["hop"].as_str().unwrap()).collect();
    let all = ["name", "connection", "certificate", "redirect", "answer", "path", "host", "https", "token"];
    assert_eq!(hops, all, "{checked}");
    let elsewhere = checked["elsewhere"].to_string();
    assert!(elsewhere.contains("root certificate") && elsewhere.contains("browser there"), "{elsewhere}");

    let token = app.command(&["token", "create", "Okta"]).await;
    let root = app.command(&["certificate"]).await["root"]["export"]["text"].clone();
    let root = CertificateDer::from_pem_slice(root.as_str().unwrap().as_bytes()).unwrap();
    let status = app.call("workspace.status", json!({})).await;
    let listen: SocketAddr = status["server"]["listen"].as_str().unwrap().parse().unwrap();
    let here = SocketAddr::from(([127, 0, 0, 1], listen.port()));
    let mut stream = secured(here, &root, rustls::ALL_VERSIONS, &[]).await.unwrap();
    let request = format!(
        "GET /scim/v2/{}/Users HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         x-forwarded-proto: https\r\nx-forwarded-for: 10.213.77.5\r\nconnection: close\r\n\r\n",
        made["id"].as_str().unwrap(),
        token["token"].as_str().unwrap()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    let message = until("the agent has called", async || {
        let checked = app.call("connection.checkWay", id.clone()).await;
        (checked["verdict"] == "reachable").then(|| checked["message"].as_str().unwrap().to_owned())
    })
    .await;
    assert_eq!(
        message,
        "Reachable: a request with a valid token has arrived from this network, probably of Okta's provisioning agent."
    );
}

#[tokio::test]
async fn while_nothing_arrives_only_the_causes_of_the_chosen_way_are_named() {
    let api = Api::start_listening("azure").await;
    choose(&api, "network").await;
    api.clock.advance(Duration::from_mins(10));
    let finding = found(&api, "setup.nothingArrives").await;
    let (causes, remedies, _) = parts(&finding);
    assert_eq!(
        causes[1],
        "possible: Azure's provisioning agent does not know this computer yet, or does not trust its certificate."
    );
    assert_eq!(remedies, ["openServer", "copyEndpoint"]);
    assert!(!finding.to_string().contains("public address"), "{finding}");
    choose(&api, "thisComputer").await;
    is_over(&api, "setup.nothingArrives").await;
    choose(&api, "proxy").await;
    found(&api, "setup.nothingArrives").await;
    api.app.close().await;
}

#[tokio::test]
async fn the_steps_are_those_of_the_chosen_way() {
    let api = Api::start("custom").await;
    let steps = async |provider: &str, way: &str| {
        api.command("guide.show", json!({"provider": provider, "way": way})).await["steps"].to_string()
    };
    for (provider, inside) in [
        ("azure", "On-premises SCIM app"),
        ("okta", "Configure SCIM Connector"),
        ("custom", "Settings › Server"),
    ] {
        assert!(steps(provider, "network").await.contains(inside), "{provider}");
        for way in ["proxy", "ownTls", "thisComputer"] {
            assert!(!steps(provider, way).await.contains(inside), "{provider} {way}");
        }
    }
}
