//! `foundational certificate`.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{Failure, Print, day};
use super::workspace::Workspace;
use crate::commands::command;
use crate::server::certificate_source::CertificateSource;
use crate::server::own_certificate_views::CertificateView;
use crate::server::root_certificate::NAME;
use crate::shapes::Nothing;

/// What to do with it.
#[derive(Args)]
pub(super) struct CertificateArgs {
    #[command(subcommand)]
    command: Option<CertificateCommand>,
}

#[derive(Subcommand)]
enum CertificateCommand {
    /// Save the root certificate of the private authority, for the trust store of clients
    ExportRoot {
        /// The file to make, which must not exist yet [default: foundational-root.crt in this folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// What programs read of an export.
#[derive(Serialize)]
struct Exported {
    file: String,
    fingerprint: Option<String>,
}

pub(super) async fn certificate(
    workspace: &Workspace,
    args: CertificateArgs,
    print: &Print,
) -> Result<(), Failure> {
    let view = workspace.call::<command::ServerCertificate>(Nothing {}).await?;
    match args.command {
        None => print.either(&view, &lines(&view)),
        Some(CertificateCommand::ExportRoot { out }) => export(workspace, out, view, print).await,
    }
}

async fn export(
    workspace: &Workspace,
    out: Option<PathBuf>,
    view: CertificateView,
    print: &Print,
) -> Result<(), Failure> {
    let out = out.unwrap_or_else(|| PathBuf::from(NAME));
    let not_written = |error: std::io::Error| Failure {
        message: format!("{} cannot be written: {error}.", out.display()),
        hint: None,
        code: 1,
    };
    // It is public, and other users are to read it.
    let mut made = File::create_new(&out).map_err(not_written)?;
    let exported = workspace.call::<command::ServerExportRoot>(Nothing {}).await;
    if exported.is_err() {
        drop(std::fs::remove_file(&out));
    }
    made.write_all(exported?.text.as_bytes()).map_err(not_written)?;
    let fingerprint = view.root.map(|root| root.fingerprint);
    let mut lines = vec![format!("Saved the root certificate in {}.", out.display())];
    lines.extend(fingerprint.iter().map(|fingerprint| format!("SHA-256 fingerprint: {fingerprint}")));
    lines.push("Add it to the trust store of the computer where the agent or client runs.".to_owned());
    print.either(&Exported { file: out.display().to_string(), fingerprint }, &lines)
}

fn lines(view: &CertificateView) -> Vec<String> {
    let mut lines = vec![match &view.source {
        None => "No certificate: TLS ends at a reverse proxy or tunnel.".to_owned(),
        Some(CertificateSource::Files(files)) => {
            format!("The certificate is in {}, its key in {}.", files.certificate, files.key)
        }
        Some(CertificateSource::PrivateAuthority) => {
            "The certificate is signed by the private authority, and renewed by itself.".to_owned()
        }
    }];
    if let Some(pair) = &view.pair {
        lines.push(format!("Valid for: {}", pair.names.join(", ")));
        lines.push(format!("Issuer:    {}", pair.issuer));
        lines.push(format!("Expires:   {}", day(Some(pair.ends))));
    }
    if let Some(root) = &view.root {
        lines.push(format!("Root certificate of {}, expires {}", root.name, day(Some(root.ends))));
        lines.push(format!("SHA-256 fingerprint: {}", root.fingerprint));
        lines.push(format!("The root and its key are in {}", root.file));
    }
    lines.extend(view.problem.clone());
    lines
}
