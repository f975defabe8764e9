//! What is found of clients that do not accept the certificate of this server.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;
use tests::{Api, secured_at, until};

use crate::findings::{MINUTE, found, parts};
use crate::https::Authority;
use crate::own_certificate::address;

#[tokio::test]
async fn d1_a_client_on_this_computer_that_does_not_accept_the_certificate_is_no_cause() {
    let api = Api::start_listening("okta").await;
    api.command("connection.setWay", json!({"id": api.connection_id, "way": "network"})).await;
    api.command("server.setCertificate", json!({"source": "privateAuthority"})).await;
    api.clock.advance(10 * MINUTE);
    let other = CertificateDer::from_pem_slice(Authority::new("Other").pem().as_bytes()).unwrap();
    let opened = secured_at(api.clock.now(), address(&api).await, &other, rustls::ALL_VERSIONS).await;
    assert!(opened.is_err());
    let newest = async || api.app.server().newest_distrust();
    let (from, _) = until("the server knows of the client", newest).await;
    assert!(from.is_loopback());
    let (causes, _, evidence) = parts(&found(&api, "setup.nothingArrives").await);
    assert_eq!(causes.len(), 2, "what is usual while nothing calls: {causes:?}");
    assert!(!evidence.contains("certificate"), "{evidence}");
    api.app.close().await;
}
