//! `foundational serve`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use server::Listener;

use super::backup::full;
use super::folder_owner;
use super::output::{Failure, Print};
use super::readiness;
use crate::access::actor::Caller;
use crate::app::Foundational;
use crate::app::options::{Options, variable_with_value};
use crate::commands::command;
use crate::connections::views::ConnectionView;
use crate::monitoring::monitoring_server::MonitoringServer;
use crate::server::certificate_files::CertificateFiles;
use crate::server::certificate_source::CertificateSource;
use crate::server::trusted_proxies_views::TrustedProxies;
use crate::server::views::ServerView;
use crate::shapes::Nothing;

/// How to serve.
#[derive(Args, Clone)]
pub(super) struct ServeArgs {
    /// Address and port: 127.0.0.1 is this computer only; any other, such as [::] for the network, needs a certificate
    /// [default: the value in Settings, else 127.0.0.1:8470]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The https URL under which identity providers reach this computer; stored in the settings
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// PEM file with the certificate chain for TLS [default: the value in Settings]
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// PEM file with its private key; other users must not be able to read it
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Use a certificate of the private authority in the data folder, which is made if it is missing. Clients must trust its
    /// root: `foundational certificate export-root`
    #[arg(long, conflicts_with = "tls_cert")]
    tls_private: bool,
    /// Address or network of a reverse proxy on another computer whose X-Forwarded headers are believed; can be repeated, and is
    /// stored in the settings; an empty value empties the list there [default: the value in Settings]
    #[arg(long, value_name = "ADDRESS|CIDR", env = "FOUNDATIONAL_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxy: Option<Vec<String>>,
    /// How many MiB of people are held in memory, ready to be sent
    #[arg(long, value_name = "MIB", default_value_t = 160)]
    memory: u32,
    /// Address and port of /healthz, /readyz and /metrics, over plain HTTP: everyone who reaches it can read them [default: off]
    #[arg(long, value_name = "ADDRESS", env = variable_with_value("FOUNDATIONAL_METRICS"))]
    metrics: Option<SocketAddr>,
}

impl ServeArgs {
    /// Where the certificate comes from; its files by their full paths.
    fn certificate(&self) -> Result<Option<CertificateSource>, Failure> {
        if self.tls_private {
            return Ok(Some(CertificateSource::PrivateAuthority));
        }
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else { return Ok(None) };
        let files = CertificateFiles { certificate: full(certificate)?, key: full(key)? };
        Ok(Some(CertificateSource::Files(files)))
    }
}

/// What programs read once it serves.
#[derive(Serialize)]
struct Serving<'a> {
    listen: &'a str,
    base: &'a str,
    data: &'a Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<SocketAddr>,
}

pub(super) async fn run(options: Options, args: ServeArgs, print: &Print) -> Result<ExitCode, Failure> {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_unset| "warn".into()),
        )
        .init();
    folder_owner::refuse_root(&options.data)?;
    let certificate = args.certificate()?;
    let monitoring = MonitoringServer::default();
    let listener = serve_monitoring(&monitoring, args.metrics)?;
    let options = Options { listen: args.listen, public_url: args.public_url, ..options };
    let mut restored = false;
    loop {
        let app = if restored {
            Foundational::open_again(options.clone()).await?
        } else {
            Foundational::open(options.clone()).await?
        };
        app.set_memory(args.memory);
        if let Some(named) = &args.trusted_proxy {
            let proxies = named.iter().filter(|text| !text.is_empty()).cloned().collect();
            app.run::<command::ServerSetProxies>(&Caller::Operator, TrustedProxies { proxies }).await?;
        }
        if let Some(source) = &certificate {
            app.use_certificate(source.clone());
        }
        app.serve().await?;
        let server = app.run::<command::WorkspaceStatus>(&Caller::Operator, Nothing {}).await?.server;
        if let Some(problem) = server.problem {
            app.close().await;
            return Err(Failure { message: problem.message, hint: Some(problem.hint), code: 5 });
        }
        monitoring.follow(Some(app.monitoring().clone()));
        if !restored {
            let connections = app.run::<command::ConnectionList>(&Caller::Operator, Nothing {}).await?;
            let metrics = listener.as_ref().map(Listener::address);
            serving(&options.data, &server, &connections, metrics, print)?;
            readiness::ready(&format!("Serves SCIM on {}.", server.listen));
        }
        restored = tokio::select! {
            () = stopped() => false,
            () = app.replaced() => true,
        };
        print.note(if restored { "A backup is put in place." } else { "Stopping: letting requests finish." });
        if !restored {
            readiness::stopping();
        }
        monitoring.follow(None);
        app.close().await;
        if !restored {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Serves health, readiness and metrics, if an address is given. From then on the process answers `/healthz`.
fn serve_monitoring(
    monitoring: &MonitoringServer,
    address: Option<SocketAddr>,
) -> Result<Option<Listener>, Failure> {
    let Some(address) = address else { return Ok(None) };
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "everyone who reaches this address reads the metrics, without TLS and without a password");
    }
    let listener = monitoring.listen(address).map_err(|error| Failure {
        message: format!("Metrics can't be served: {error}."),
        hint: Some("Choose another address with --metrics.".to_owned()),
        code: 5,
    })?;
    Ok(Some(listener))
}

fn serving(
    data: &Path,
    server: &ServerView,
    connections: &[ConnectionView],
    metrics: Option<SocketAddr>,
    print: &Print,
) -> Result<(), Failure> {
    let listen = &server.listen;
    let base = server.public_url.clone().unwrap_or_else(|| server.own_url.clone());
    let mut lines = vec![
        format!("Foundational serves SCIM on {listen} (data in {}).", data.display()),
        format!("Endpoints begin with {base}/scim/v2/"),
    ];
    if connections.is_empty() {
        lines.push("Next, in another terminal:".to_owned());
        lines.push("  foundational connection create \"My provider\" --provider custom".to_owned());
        lines.push("  foundational token create \"My provider\"".to_owned());
    }
    lines.extend(connections.iter().map(|one| format!("  {}: {}", one.name, one.endpoint)));
    lines.extend(metrics.map(|address| format!("Health, readiness and metrics are on http://{address}.")));
    lines.push("Press Ctrl-C to stop.".to_owned());
    print.either_compact(&Serving { listen, base: &base, data, metrics }, &lines)
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
