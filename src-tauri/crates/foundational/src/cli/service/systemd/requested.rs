//! What an installation requests: what is given, else what the unit that is there has.

use std::net::SocketAddr;
use std::path::Path;

use super::certificate::certificate;
use super::folder::ServiceFolder;
use super::program::program;
use super::unit_location::{Scope, UnitLocation};
use super::unit_options::UnitOptions;
use crate::cli::output::Failure;
use crate::cli::service::arguments::InstallArgs;
use crate::server::listen::checked_listen;
use crate::server::public_url::checked_public_url;

/// What to do before a service is installed for an address of the network.
const NEEDS_CERTIFICATE: &str = "Add --tls-cert and --tls-key. With a certificate that is chosen in Settings > Server, set the address \
    there too: --from-settings listen leaves it to Settings.";

/// What a unit is made of. `former`: what the unit that is there was made of.
///
/// # Errors
/// What a service cannot use.
pub(super) fn unit_options(
    location: &UnitLocation,
    folder: &ServiceFolder,
    insist: bool,
    args: &InstallArgs,
    former: Option<&UnitOptions>,
) -> Result<UnitOptions, Failure> {
    let refuse = |message: String, hint: &str| Failure { message, hint: Some(hint.to_owned()), code: 1 };
    let text = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| {
            refuse(
                format!("{} is not valid UTF-8, which a systemd unit needs.", path.display()),
                "Choose another folder.",
            )
        })
    };
    let fixed = |address: SocketAddr| {
        (address.port() != 0).then_some(address).ok_or_else(|| {
            refuse("A service needs a fixed port; 0 is another one at each start.".to_owned(), "Use 8470.")
        })
    };
    let certificate = certificate(args, former)?;
    let listen = args.listen.or(former.and_then(|former| former.listen));
    if let Some(listen) = listen {
        checked_listen(&listen.to_string(), certificate.is_some())
            .map_err(|error| error.hinting(NEEDS_CERTIFICATE))?;
        fixed(listen)?;
    }
    let named = former.filter(|_| args.socket.is_empty()).map_or(&args.socket, |former| &former.sockets);
    // systemd opens each once.
    let mut sockets = named.iter().copied().map(fixed).collect::<Result<Vec<_>, _>>()?;
    sockets.sort_unstable();
    sockets.dedup();
    let public_url = args.public_url.as_deref().or(former.and_then(|former| former.public_url.as_deref()));
    let options = UnitOptions {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scope: location.scope,
        program: text(&program(location.scope)?)?,
        data: text(&folder.path)?,
        owner: folder.owner,
        listen,
        public_url: public_url.map(checked_public_url).transpose()?,
        certificate,
        sockets,
        low_ports: args.low_ports || former.is_some_and(|former| former.low_ports),
        insist,
        namespaces: true,
    };
    if options.scope == Scope::User && options.has_low_port() {
        return Err(refuse(
            "A user service cannot use a port below 1024.".to_owned(),
            "Use --system as root, or a port above 1023.",
        ));
    }
    Ok(options)
}
