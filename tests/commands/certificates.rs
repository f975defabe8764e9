//! The check of the public address against real HTTPS: a proxy that terminates TLS is in front of the app's own listener, with
//! certificates of an authority that was made for the test.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{Headless, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::https::{Authority, Backend, NOW, check, serve, serve_until_ended, start};

#[tokio::test]
async fn an_address_with_a_certificate_of_the_companys_own_authority_leads_here() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("The company's own authority");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let port = serve(own.sign("localhost", NOW), Backend::Listener(listen)).await;
    let checked = check(&app, port).await;
    assert_eq!(checked["verdict"], "reachable", "{checked}");
    let steps: Vec<_> = checked["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["name"].clone(), step["ok"].clone()))
        .collect();
    let expected = [
        "Name",
        "Connection",
        "Certificate",
        "No redirect",
        "Our request arrives",
        "Path",
        "Host name",
        "HTTPS",
        "Authorization",
        "Authority",
        "TLS version",
        "PUT, PATCH and DELETE",
        "Body of 1 MB",
        "Clock",
    ]
    .map(|name| (json!(name), json!(true)));
    assert_eq!(steps, expected, "{checked}");
    let status = app.call("workspace.status", json!({})).await;
    let reach = &status["server"]["reach"];
    assert_eq!(reach["verdict"], "reachable", "and it is remembered: {status}");
    assert_eq!(reach["certificateEnds"], "2099-01-01T00:00:00Z", "with the end of the certificate: {status}");
}

#[tokio::test]
async fn each_fault_of_a_certificate_is_called_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let (own, foreign) = (Authority::new("Trusted"), Authority::new("Foreign"));
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let here = Backend::Listener(listen);
    for (config, backend, message, detail) in [
        (
            foreign.sign("localhost", NOW),
            here,
            "Not reachable: the certificate comes from an authority that this computer does not trust.",
            "Okta and Azure trust public authorities only.",
        ),
        (
            own.sign("localhost", (2020, 2021)),
            here,
            "Not reachable: the certificate expired on 1 January 2021.",
            "Renew it where TLS terminates",
        ),
        (
            own.sign("localhost", (2090, 2099)),
            here,
            "Not reachable: the certificate is not valid yet.",
            "Check the clock of this computer",
        ),
        (
            own.sign("other.example", NOW),
            here,
            "Not reachable: the certificate is for other.example, not for localhost:",
            "Use a certificate that names the public address.",
        ),
        (
            own.sign("localhost", NOW),
            Backend::Stranger(200),
            "Not reachable: something answers there, but it does not lead to this Foundational.",
            "Something else answered, with 200.",
        ),
        (
            own.sign("localhost", NOW),
            Backend::Stranger(204),
            "Not reachable: something answers there, but it does not lead to this Foundational.",
            "Something else answered, with 204.",
        ),
        (
            own.sign("localhost", NOW),
            Backend::Stranger(502),
            "Not reachable: a proxy answers there, but it does not reach this Foundational.",
            "Let it pass requests on to http://127.0.0.1:",
        ),
    ] {
        let port = serve(config, backend).await;
        let checked = check(&app, port).await;
        assert_eq!(checked["verdict"], "notReachable", "{checked}");
        assert!(checked["message"].as_str().unwrap().starts_with(message), "{message}: {checked}");
        let last = checked["steps"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["hop"], &last["ok"]), (&checked["failing"], &json!(false)), "{checked}");
        assert!(last["detail"].as_str().unwrap().contains(detail), "{detail}: {checked}");
    }
}

#[tokio::test]
async fn an_address_that_speaks_plain_http_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, Authority::new("Trusted").pem()).unwrap();
    let (app, _) = start(&file).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0; 4096];
            drop(stream.read(&mut hello).await);
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await);
        }
    });
    let checked = check(&app, port).await;
    let message = "Not reachable: the address does not speak TLS.";
    assert_eq!(
        (&checked["failing"], &checked["message"]),
        (&json!("certificate"), &json!(message)),
        "{checked}"
    );
}

#[tokio::test]
async fn a_private_authority_is_a_limit_until_the_first_request_of_okta() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("Trusted");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let connection = app.command(&["connection", "create", "Okta", "--provider", "okta"]).await;
    let id = connection["id"].as_str().unwrap();
    let public = serve(own.sign_as_public("localhost"), Backend::Listener(listen)).await;
    let checked = check(&app, public).await;
    assert_eq!(checked["failing"], Value::Null, "{checked}");

    let private = serve(own.sign("localhost", NOW), Backend::Listener(listen)).await;
    let checked = check(&app, private).await;
    let limit = "Reachable, with a limit: the certificate is not of a public authority, and Okta and Azure trust no other.";
    assert_eq!((&checked["failing"], &checked["message"]), (&json!("authority"), &json!(limit)), "{checked}");
    assert!(codes(&app).await.contains(&json!("address.limited")), "and it is a finding");

    let token = app.command(&["token", "create", id]).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .get(format!("http://{listen}/scim/v2/{id}/Users"))
        .header("host", format!("localhost:{private}"))
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-for", "203.0.113.9")
        .bearer_auth(token["token"].as_str().unwrap());
    assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
    let checked = until("its request shows that the certificate is right", async || {
        Some(check(&app, private).await).filter(|checked| checked["failing"].is_null())
    })
    .await;
    let steps = checked["steps"].as_array().unwrap();
    let authority = steps.iter().find(|step| step["hop"] == "authority").unwrap();
    let detail = "Trusted is a private authority. Okta and Azure trust public ones alone.";
    assert_eq!(authority["detail"], detail, "{checked}");
}

#[tokio::test]
async fn a_tunnel_that_passes_bytes_on_needs_a_proxy_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("Trusted");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let port = serve(own.sign("localhost", NOW), Backend::Bytes(listen)).await;
    let checked = check(&app, port).await;
    assert_eq!(
        (&checked["verdict"], &checked["failing"]),
        (&json!("notReachable"), &json!("https")),
        "{checked}"
    );
    let steps = checked["steps"].as_array().unwrap();
    let arrived = steps.iter().find(|step| step["hop"] == "answer").unwrap();
    assert_eq!(arrived["ok"], true, "it leads here, and each request would be refused: {checked}");
}

#[tokio::test]
async fn a_tunnel_that_passes_bytes_on_to_a_server_with_a_certificate_needs_no_proxy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("Trusted");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let pair = own.files(folder.path(), "localhost", NOW);
    let files = json!({"certificate": pair.certificate, "key": pair.key});
    app.call("server.setCertificate", json!({ "source": { "files": files } })).await;
    let checked = check(&app, listen.port()).await;
    assert_eq!(checked["verdict"], "reachable", "{checked}");
    let steps = checked["steps"].as_array().unwrap();
    let https = steps.iter().find(|step| step["hop"] == "https").unwrap();
    assert_eq!(https["detail"], "TLS terminates at this server itself.", "{checked}");
}

#[tokio::test]
async fn a_check_that_succeeded_once_and_fails_now_is_reported_without_excuse() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("Trusted");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let (port, proxy) = serve_until_ended(own.sign("localhost", NOW), Backend::Listener(listen)).await;
    assert_eq!(check(&app, port).await["verdict"], "reachable", "at first");
    proxy.abort();
    let checked = until("the proxy is down", async || {
        let checked = app.call("server.checkPublicUrl", json!({})).await;
        (checked["verdict"] != "reachable").then_some(checked)
    })
    .await;
    assert_eq!(checked["verdict"], "notReachable", "{checked}");
    let message = "Not reachable: nothing answers there any more. A proxy or tunnel may be down.";
    assert_eq!(checked["message"], message, "{checked}");
    let last = checked["steps"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["name"], &last["ok"]), (&json!("Connection"), &json!(false)), "{checked}");
}

#[tokio::test]
async fn without_any_authority_nothing_is_claimed() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("authorities.pem");
    std::fs::write(&none, "").unwrap();
    let (app, listen) = start(&none).await;
    let own = Authority::new("Untrusted");
    let port = serve(own.sign("localhost", NOW), Backend::Listener(listen)).await;
    let checked = check(&app, port).await;
    assert_eq!(checked["verdict"], "cantTell", "{checked}");
    assert!(checked["message"].as_str().unwrap().contains("no list of trusted authorities"), "{checked}");
    let nothing = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let checked = check(&app, nothing).await;
    assert_eq!(checked["verdict"], "cantTell", "nothing listens: {checked}");
    assert!(
        checked["message"].as_str().unwrap().starts_with("We couldn't test the address from this computer")
    );
}

async fn codes(app: &Headless) -> Vec<Value> {
    let home = app.call("home.show", json!({})).await;
    home["attention"].as_array().unwrap().iter().map(|line| line["code"].clone()).collect()
}

#[tokio::test]
async fn a_certificate_is_mentioned_thirty_days_before_its_end_and_its_end_is_the_one_cause() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("Trusted");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    app.connect("First").await;
    app.connect("Second").await;
    for (left, mentioned) in [(31, false), (29, true)] {
        let config = own.sign_for("localhost", Duration::from_hours(24 * left + 1));
        let port = serve(config, Backend::Listener(listen)).await;
        assert_eq!(check(&app, port).await["verdict"], "reachable");
        let codes = codes(&app).await;
        assert_eq!(codes.contains(&json!("certificate.expiring")), mentioned, "{left} days: {codes:?}");
    }
    let home = app.call("home.show", json!({})).await;
    let message = "The certificate of the public address expires in 29 days. Renew it.";
    assert!(home["attention"].to_string().contains(message), "{home}");

    let port = serve(own.sign("localhost", (2020, 2021)), Backend::Listener(listen)).await;
    let checked = check(&app, port).await;
    assert_eq!(checked["certificateEnds"], "2021-01-01T00:00:00Z", "{checked}");
    let status = app.call("workspace.status", json!({})).await;
    let cause = "Not reachable: the certificate expired on 1 January 2021.";
    assert_eq!(status["server"]["reach"]["message"], cause, "{status}");
    assert_eq!(status["server"]["state"], "notReachable", "{status}");
    assert_eq!(codes(&app).await, ["address.notReachable"], "the address alone, and none of its connections");
    let connections = app.call("connection.list", json!({})).await;
    for connection in connections.as_array().unwrap() {
        assert_eq!(connection["statusText"], "Not reachable", "the word alone: {connection}");
    }
    let findings = app.call("workspace.doctor", json!({})).await.to_string();
    assert_eq!(findings.matches("certificate").count(), 1, "the cause once: {findings}");
    assert!(!findings.contains("tunnel may be down"), "and no other cause: {findings}");
}

#[tokio::test]
async fn a_proxy_that_does_not_follow_to_another_port_is_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    let own = Authority::new("Trusted");
    std::fs::write(&file, own.pem()).unwrap();
    let (app, listen) = start(&file).await;
    let port = serve(own.sign("localhost", NOW), Backend::Stranger(502)).await;
    let url = format!("https://localhost:{port}");
    app.call("server.publicUrl", json!({ "publicUrl": url })).await;
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    app.call("server.listen", json!({"listen": other.to_string()})).await;
    let reach = until("it is checked by itself", async || {
        let status = app.call("workspace.status", json!({})).await;
        Some(status["server"]["reach"].clone()).filter(|reach| !reach.is_null())
    })
    .await;
    let (from, to) = (listen.port(), other.port());
    let message = format!(
        "Foundational moved from port {from} to port {to}, and the proxy or tunnel does not follow yet."
    );
    assert_eq!(reach["message"], format!("Not reachable: {message}"), "{reach}");
    assert_eq!(reach["hint"], format!("Let it pass requests on to http://{other}."), "{reach}");
}
