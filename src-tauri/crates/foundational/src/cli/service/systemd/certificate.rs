//! The certificate of a service. systemd reads both files, with its own rights, and gives the service copies that no other user
//! reads, in a folder of its credentials. Source: systemd.exec(5), `LoadCredential=`; systemd.unit(5), `%d`.

use store::Clock;

use super::unit_options::UnitOptions;
use super::unit_value::path;
use crate::cli::backup::full;
use crate::cli::output::Failure;
use crate::cli::service::arguments::InstallArgs;
use crate::server::certificate_files::CertificateFiles;

const CHAIN: &str = "tls-chain.pem";
const KEY: &str = "tls-key.pem";

/// The files that are named, else those of the unit that is there.
///
/// # Errors
/// Why the files cannot be used.
pub(super) fn certificate(
    args: &InstallArgs,
    former: Option<&UnitOptions>,
) -> Result<Option<CertificateFiles>, Failure> {
    let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) else {
        return Ok(former.and_then(|former| former.certificate.clone()));
    };
    let files = CertificateFiles { certificate: full(certificate)?, key: full(key)? };
    match files.read(Clock::system().now()) {
        Ok(_) => Ok(Some(files)),
        Err(unusable) => {
            Err(Failure { message: unusable.why, hint: Some("Nothing was installed.".to_owned()), code: 1 })
        }
    }
}

/// What the unit has systemd read.
pub(super) fn credentials(options: &UnitOptions) -> Result<String, String> {
    let Some(files) = &options.certificate else { return Ok(String::new()) };
    let (chain, key) = (path(&files.certificate)?, path(&files.key)?);
    Ok(format!("LoadCredential={CHAIN}:{chain}\nLoadCredential={KEY}:{key}\n"))
}

/// How the command of the unit names what systemd read.
pub(super) fn words(options: &UnitOptions) -> Vec<String> {
    match &options.certificate {
        Some(_) => vec![format!("--tls-cert \"%d/{CHAIN}\" --tls-key \"%d/{KEY}\"")],
        None => Vec::new(),
    }
}
