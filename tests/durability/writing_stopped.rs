//! While nothing can be written, reading works, the findings and the doctor say so, and it ends without a restart.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{until, until_within};

use crate::fault_library::{Fault, Target};
use crate::io_failures::is_refused_for_a_while;
use crate::server_process::{Answer, ServerProcess};

/// How long after the end of the cause a finding may still be there.
const HEALED: Duration = Duration::from_secs(10);

async fn create(server: &ServerProcess, name: &str) -> Answer {
    server.scim(Method::POST, "/Users", Some(&json!({"userName": name}))).await
}

async fn is_found(server: &ServerProcess, code: &str) -> bool {
    let findings = server.call("diagnosis.findings", json!({})).await.done();
    findings["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == code)
}

/// What the doctor says about the workspace.
async fn doctor(server: &ServerProcess) -> Value {
    server.call("workspace.doctor", json!({})).await.done()[0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_nothing_can_be_saved_it_is_a_finding_and_it_ends_by_itself() {
    let server = ServerProcess::start().await;
    create(&server, "before").await.done();
    for fault in [Fault::IoError, Fault::NoSpace, Fault::FailedSync] {
        let name = format!("{fault:?}");
        server.library.faults.arm(Target::Workspace, fault, 1, u32::MAX);
        let refused = create(&server, &name).await;
        assert!(is_refused_for_a_while(&refused), "{name}: {refused:?}");
        assert!(is_found(&server, "writing.stopped").await, "{name}: it is a finding");
        let line = doctor(&server).await;
        let (status, why) = server.readiness().await;
        assert_eq!((status, why.starts_with("Changes can't be saved;")), (503, true), "{name}: {why}");
        assert_eq!(line["level"], "problem", "{name}: {line}");
        assert!(line["message"].as_str().unwrap().contains("can be read, but not written"), "{name}: {line}");
        let people = server.scim(Method::GET, "/Users", None).await.done();
        assert!(people["totalResults"].as_u64() > Some(0), "{name}: reading works: {people}");
        assert!(server.library.faults.disarm().hits > 0, "{name}: calls failed");
        until_within(HEALED, &format!("{name}: the finding ends without a request"), async || {
            (!is_found(&server, "writing.stopped").await).then_some(())
        })
        .await;
        create(&server, &name).await.done();
        assert_eq!(server.readiness().await.0, 200, "{name}: it is ready again");
        assert_eq!(doctor(&server).await["level"], "ok", "{name}: it is over");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_log_cannot_be_written_requests_are_done_and_it_is_a_finding() {
    let server = ServerProcess::start().await;
    for fault in [Fault::IoError, Fault::NoSpace] {
        let name = format!("{fault:?}");
        server.library.faults.arm(Target::Activity, fault, 1, u32::MAX);
        create(&server, &name).await.done();
        until("it is a finding", async || is_found(&server, "log.stopped").await.then_some(())).await;
        assert!(server.library.faults.disarm().hits > 0, "{name}: calls failed");
        until_within(HEALED, &format!("{name}: the finding ends without a request"), async || {
            (!is_found(&server, "log.stopped").await).then_some(())
        })
        .await;
        let shown =
            server.scim(Method::GET, &format!("/Users?filter=userName%20eq%20%22{name}%22"), None).await;
        assert_eq!(shown.done()["totalResults"], 1, "{name}: what was acknowledged is here");
    }
}
