//! `foundational certificate`.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::backup::full;
use super::output::{Failure, Print, day};
use super::workspace::Workspace;
use crate::commands::command;
use crate::server::acme::{Acme, ExternalAccount, HTTP_LISTEN, LETS_ENCRYPT};
use crate::server::certificate_source::CertificateSource;
use crate::server::own_certificate_views::{CertificateChoice, CertificateView};
use crate::server::root_certificate::NAME;
use crate::shapes::Nothing;

/// What follows where the authority gave no certificate.
const TRIED_AGAIN: &str =
    "The authority is chosen. The certificate is requested again by itself, while Foundational serves.";

/// What to do with it.
#[derive(Args)]
pub(super) struct CertificateArgs {
    #[command(subcommand)]
    command: Option<CertificateCommand>,
}

#[derive(Subcommand)]
enum CertificateCommand {
    /// Request the certificate of the public address from an authority by ACME, and renew it by itself while this serves
    Acme(AcmeArgs),
    /// Use a certificate of the private authority in the data folder, which is made if it is missing
    Private,
    /// Save the root certificate of the private authority, for the trust store of clients
    ExportRoot {
        /// The file to make, which must not exist yet [default: foundational-root.crt in this folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// From which authority.
#[derive(Args)]
struct AcmeArgs {
    /// The https URL of the directory of the authority
    #[arg(long, value_name = "URL", default_value = LETS_ENCRYPT)]
    directory: String,
    /// An e-mail address for the authority
    #[arg(long, value_name = "E-MAIL")]
    contact: Option<String>,
    /// PEM file with a root certificate by which the directory is trusted, beside those of the system
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
    /// The challenge by which the authority checks that the public address leads here
    #[arg(long, value_enum, default_value = "tls-alpn-01")]
    challenge: ChallengeWord,
    /// Where http-01 is answered on this computer while a certificate is requested; port 80 of the public address must lead there
    /// [default: every address, port 80]
    #[arg(long, value_name = "ADDRESS", requires = "challenge")]
    challenge_listen: Option<SocketAddr>,
    /// The key ID of an external account, to which the account with the authority is bound
    #[arg(long, value_name = "ID", requires = "eab_key_file")]
    eab_key_id: Option<String>,
    /// The file with its HMAC key, in base64url
    #[arg(long, value_name = "FILE", requires = "eab_key_id")]
    eab_key_file: Option<PathBuf>,
    /// Accept the terms of service of the authority
    #[arg(long)]
    accept_terms: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ChallengeWord {
    /// At port 443 of the public address, which must lead to where SCIM is served
    #[value(name = "tls-alpn-01")]
    TlsAlpn01,
    /// At port 80 of the public address
    #[value(name = "http-01")]
    Http01,
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
        Some(CertificateCommand::Acme(args)) => {
            let view = choose(workspace, choice(args)?).await?;
            match view.problem {
                Some(message) => Err(Failure { message, hint: Some(TRIED_AGAIN.to_owned()), code: 1 }),
                None => print.either(&view, &lines(&view)),
            }
        }
        Some(CertificateCommand::Private) => {
            let source = Some(CertificateSource::PrivateAuthority);
            let view = choose(workspace, CertificateChoice { source, external_account: None }).await?;
            print.either(&view, &lines(&view))
        }
        Some(CertificateCommand::ExportRoot { out }) => export(workspace, out, view, print).await,
    }
}

async fn choose(workspace: &Workspace, chosen: CertificateChoice) -> Result<CertificateView, Failure> {
    Box::pin(workspace.call::<command::ServerSetCertificate>(chosen)).await
}

fn choice(args: AcmeArgs) -> Result<CertificateChoice, Failure> {
    let root = args.root.as_deref().map(full).transpose()?;
    let external_account = match (args.eab_key_id, &args.eab_key_file) {
        (Some(key_id), Some(path)) => {
            let key = std::fs::read_to_string(path).map_err(|error| Failure {
                message: format!("{} can't be used: {error}.", path.display()),
                hint: None,
                code: 1,
            })?;
            Some(ExternalAccount { key_id, key })
        }
        _ => None,
    };
    let http_listen = match (args.challenge, args.challenge_listen) {
        (ChallengeWord::TlsAlpn01, None) => None,
        (ChallengeWord::TlsAlpn01, Some(_)) => {
            let message = "--challenge-listen is for --challenge http-01 alone.".to_owned();
            return Err(Failure { message, hint: None, code: 2 });
        }
        (ChallengeWord::Http01, None) => Some(HTTP_LISTEN.to_owned()),
        (ChallengeWord::Http01, Some(listen)) => Some(listen.to_string()),
    };
    let (directory, contact, accepts_terms) = (args.directory, args.contact, args.accept_terms);
    let acme = Acme { directory, contact, root, http_listen, accepts_terms };
    Ok(CertificateChoice { source: Some(CertificateSource::Acme(acme)), external_account })
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
        hint: Some("Name another file with --out.".to_owned()),
        code: 1,
    };
    // It is public, and other users are to read it.
    let mut made = File::create_new(&out).map_err(not_written)?;
    #[cfg(unix)]
    made.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644)).map_err(not_written)?;
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
        None => "No certificate: TLS terminates at a reverse proxy or tunnel.".to_owned(),
        Some(CertificateSource::Files(files)) => {
            format!("The certificate is in {}, its key in {}.", files.certificate, files.key)
        }
        Some(CertificateSource::PrivateAuthority) => {
            "The certificate is signed by the private authority, and renewed by itself.".to_owned()
        }
        Some(CertificateSource::Acme(acme)) => {
            format!("The certificate is requested from {} by ACME, and renewed by itself.", acme.directory)
        }
    }];
    if let Some(CertificateSource::Acme(Acme { http_listen: Some(listen), .. })) = &view.source {
        lines
            .push(format!("HTTP-01 is answered at {listen} while it is requested; port 80 must lead there."));
    }
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
    lines.extend(view.keys.iter().map(|key| format!("{} ({})", key.text, key.file)));
    lines.extend(view.problem.clone());
    lines
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: CertificateArgs,
    }

    /// Where a command line has HTTP-01 answered; else the exit code.
    fn http_listen(words: &[&str]) -> Result<Option<String>, i32> {
        let line = ["certificate", "acme"].into_iter().chain(words.iter().copied());
        let line = Line::try_parse_from(line).map_err(|error| error.exit_code())?;
        let Some(CertificateCommand::Acme(args)) = line.args.command else { panic!("it is another command") };
        match choice(args).map_err(|failure| i32::from(failure.code))?.source {
            Some(CertificateSource::Acme(acme)) => Ok(acme.http_listen),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_challenge_is_tls_alpn_01_unless_http_01_is_chosen_and_its_address_is_never_ignored() {
        for (words, expected) in [
            (&["--challenge", "tls-alpn-01"][..], Ok(None)),
            (&[], Ok(None)),
            (&["--challenge", "http-01"], Ok(Some("[::]:80"))),
            (&["--challenge", "http-01", "--challenge-listen", "192.0.2.7:8080"], Ok(Some("192.0.2.7:8080"))),
            (&["--challenge", "tls-alpn-01", "--challenge-listen", "[::]:8080"], Err(2)),
            (&["--challenge-listen", "[::]:8080"], Err(2)),
            (&["--challenge", "dns-01"], Err(2)),
        ] {
            let expected = expected.map(|listen: Option<&str>| listen.map(str::to_owned));
            assert_eq!(http_listen(words), expected, "{words:?}");
        }
    }
}
