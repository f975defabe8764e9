//! Which certificate is taken, when it is chosen and at the start, and that without one no other computer is served.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use foundational::Caller;
use foundational::error::Code;
use serde_json::{Value, json};
use tests::{Api, Headless};

use crate::findings::{found, is_over};
use crate::https::{Authority, NOW};
use crate::own_certificate::{Secured, address, choice, in_file, open, shown};

#[tokio::test]
async fn files_that_are_not_good_are_refused_with_the_reason_and_change_nothing() {
    let api = Api::start_listening("custom").await;
    let (own, files) = (Authority::new("Own"), tempfile::tempdir().unwrap());
    let pair = own.files(files.path(), "localhost", NOW);
    let other = own.files(files.path(), "localhost", NOW);
    let expired = own.files(files.path(), "localhost", (2020, 2021));
    let early = own.files(files.path(), "localhost", (2090, 2099));
    let open_to_all = own.files(files.path(), "localhost", NOW);
    std::fs::set_permissions(&open_to_all.key, Permissions::from_mode(0o644)).unwrap();
    let empty = own.files(files.path(), "localhost", NOW);
    std::fs::write(&empty.key, "nothing").unwrap();
    let unordered = own.files(files.path(), "localhost", NOW);
    let twice = std::fs::read_to_string(&unordered.certificate).unwrap().repeat(2);
    std::fs::write(&unordered.certificate, twice).unwrap();
    let before = api.command("server.certificate", json!({})).await;
    for (certificate, key, field, why) in [
        (&pair.certificate, &other.key, "key", "is not that of the certificate"),
        (&expired.certificate, &expired.key, "certificate", "expired on 1 January 2021."),
        (&early.certificate, &early.key, "certificate", "is not valid before 1 January 2090."),
        (
            &open_to_all.certificate,
            &open_to_all.key,
            "key",
            "Every user of this computer can read or change the key",
        ),
        (&unordered.certificate, &unordered.key, "certificate", "are not a chain"),
        (&pair.key, &pair.key, "certificate", "has no certificate in PEM"),
        (&empty.certificate, &empty.key, "key", "has no private key in PEM"),
        (&files.path().join("none"), &pair.key, "certificate", "can't be read"),
        (&files.path().to_owned(), &pair.key, "certificate", "is not a file"),
        (&pair.certificate, &files.path().join("none"), "key", "can't be read"),
        (&PathBuf::from("certificate.pem"), &pair.key, "certificate", "Enter the full path"),
    ] {
        let args = json!({"source": {"files": {"certificate": certificate, "key": key}}});
        let refused = api.app.call(&Caller::Operator, "server.setCertificate", args).await.unwrap_err();
        assert_eq!((refused.code, refused.field.as_deref()), (Code::Invalid, Some(field)), "{refused:?}");
        assert!(refused.message.contains(why), "{why}: {refused:?}");
    }
    let acme = json!({
        "directory": "https://acme.example.com",
        "contact": null,
        "root": null,
        "httpListen": null,
        "acceptsTerms": true,
    });
    let args = json!({"source": {"acme": acme}});
    let refused = api.app.call(&Caller::Operator, "server.setCertificate", args).await.unwrap_err();
    assert!(refused.message.contains("none is set"), "{refused:?}");
    assert_eq!(refused.field, None, "no field of the form is wrong: {refused:?}");
    assert_eq!(api.command("server.certificate", json!({})).await, before);
    api.scim("GET", "/Users", None).await.expect(200, "it speaks plain HTTP as before");
    api.app.close().await;
}

#[tokio::test]
async fn off_this_computer_nothing_listens_without_a_certificate() {
    let server = Secured::start(NOW).await;
    let call = |name: &'static str, args: Value| server.api.app.call(&Caller::Operator, name, args);
    call("server.setCertificate", json!({"source": null})).await.unwrap();
    for listen in ["[::]:0", "0.0.0.0:0"] {
        let refused = call("server.listen", json!({ "listen": listen })).await.unwrap_err();
        assert!(refused.message.contains("without TLS only 127.0.0.1"), "{refused:?}");
        assert!(refused.hint.is_some_and(|hint| hint.contains("Choose a certificate")), "with what to do");
    }
    call("server.setCertificate", choice(&server.pair)).await.unwrap();
    for listen in ["0.0.0.0:0", "[::]:0"] {
        call("server.listen", json!({ "listen": listen })).await.unwrap();
        let port = address(&server.api).await.port();
        drop(open(&server.own, SocketAddr::from(([127, 0, 0, 1], port))).await);
        let has_ipv6 = std::net::TcpListener::bind("[::1]:0").is_ok();
        if has_ipv6 && listen.starts_with('[') {
            drop(open(&server.own, format!("[::1]:{port}").parse().unwrap()).await);
        }
        let status = server.api.command("workspace.status", json!({})).await;
        let own = &status["server"]["ownUrl"];
        assert_eq!(own, &json!(format!("https://localhost:{port}")), "by the name of the certificate");
    }
    let refused = call("server.setCertificate", json!({"source": null})).await.unwrap_err();
    assert_eq!(refused.code, Code::Invalid, "{refused:?}");
    drop(open(&server.own, SocketAddr::from(([127, 0, 0, 1], address(&server.api).await.port()))).await);
    server.api.app.close().await;
}

#[tokio::test]
async fn at_the_start_the_files_are_read_again_and_without_them_nothing_is_served() {
    let Secured { api, own, files: _files, pair, .. } = Secured::start(NOW).await;
    api.app.close().await;
    let api = api.reopened().await;
    api.app.serve().await.unwrap();
    drop(open(&own, address(&api).await).await);
    api.app.close().await;
    let away = pair.key.with_extension("away");
    std::fs::rename(&pair.key, &away).unwrap();
    let api = api.reopened().await;
    api.app.serve().await.unwrap();
    let server = api.command("workspace.status", json!({})).await["server"].clone();
    assert_eq!(server["problem"]["code"], "certificate.files", "{server}");
    assert_eq!(server["state"], "stopped", "it never goes back to plain HTTP: {server}");
    found(&api, "server.stopped").await;
    is_over(&api, "certificate.files").await;
    let operator = Caller::Operator;
    let moved = api.app.call(&operator, "server.listen", json!({"listen": "127.0.0.2:0"})).await.unwrap();
    assert_eq!(
        moved["problem"]["code"], "certificate.files",
        "the address is saved, and nothing is served: {moved}"
    );
    std::fs::rename(&away, &pair.key).unwrap();
    api.command("server.checkCertificate", json!({})).await;
    drop(open(&own, address(&api).await).await);
    is_over(&api, "server.stopped").await;
    api.app.close().await;
}

#[tokio::test]
async fn the_program_serves_other_computers_with_the_files_that_it_is_started_with() {
    let (own, files) = (Authority::new("Own"), tempfile::tempdir().unwrap());
    let pair = own.files(files.path(), "localhost", NOW);
    let (certificate, key) = (pair.certificate.to_str().unwrap(), pair.key.to_str().unwrap());
    let arguments = ["--listen", "0.0.0.0:0", "--tls-cert", certificate, "--tls-key", key];
    let app = Headless::start_as(&arguments, &[]).await;
    let status = app.call("workspace.status", json!({})).await;
    let listen: SocketAddr = status["server"]["listen"].as_str().unwrap().parse().unwrap();
    let stream = open(&own, SocketAddr::from(([127, 0, 0, 1], listen.port()))).await;
    assert_eq!(shown(&stream), in_file(&pair.certificate));
    let certificate = app.call("server.certificate", json!({})).await;
    assert_eq!(certificate["pair"]["names"], json!(["localhost"]), "{certificate}");
}
