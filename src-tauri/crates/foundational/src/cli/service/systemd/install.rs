//! `foundational service install`.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::folder::folder;
use super::requested::unit_options;
use super::running::{holder, listens_on};
use super::socket_unit::is_foreign;
use super::starting::{is_up, not_started, start};
use super::systemctl::{Systemctl, UnitState};
use super::unit_file::{self, InstalledUnit};
use super::unit_location::{SOCKET, Scope, UNIT, UnitLocation};
use super::unit_options::UnitOptions;
use crate::app::options::{Options, refuse_remote};
use crate::cli::output::{Failure, Print};
use crate::cli::service::arguments::InstallArgs;
use crate::shell::shell_word;

/// Exit codes of systemd for what it could not set up before the program (systemd.exec(5)): capabilities, a user
/// namespace, a mount namespace.
const NO_NAMESPACES: [u8; 3] = [217, 218, 226];

/// What programs read of an installation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Installed<'a> {
    unit: String,
    data: &'a str,
    listen: Option<String>,
    /// Whether the file system is protected from the service too.
    namespaces: bool,
}

/// Writes the unit, enables it and starts it; done is when the service serves. A value that is not given is as the unit that is
/// there has it, unless it is to be that of Settings.
///
/// # Errors
/// When something of it is not done: then the message says what is and what is not.
pub(super) async fn install(
    location: &UnitLocation,
    systemctl: &Systemctl,
    data: Option<&Path>,
    insist: bool,
    args: &InstallArgs,
    print: &Print,
) -> Result<(), Failure> {
    location.refuse_without_root()?;
    let mut former_sockets = false;
    let former = match unit_file::read(&location.unit())? {
        InstalledUnit::Own(mut options) => {
            former_sockets = !options.sockets.is_empty();
            options.forget(&args.from_settings);
            Some(options)
        }
        InstalledUnit::Foreign => return Err(foreign(location, UNIT, "replaced")),
        InstalledUnit::Nothing => None,
    };
    let former = former.as_deref();
    let insist = insist || former.is_some_and(|former| former.insist);
    let folder = folder(location.scope, data.or(former.map(|former| Path::new(&former.data))))?;
    let workspace = Options { data: folder.path.clone(), listen: None, public_url: None, insist };
    refuse_remote(&workspace, store::remote_file_system(&folder.path))?;
    let mut options = unit_options(location, &folder, insist, args, former)?;
    let has_sockets = !options.sockets.is_empty();
    if (former_sockets || has_sockets) && is_foreign(&location.socket()) {
        return Err(foreign(location, SOCKET, "replaced"));
    }
    let running = systemctl.answers();
    let before = if running { systemctl.state()? } else { UnitState::default() };
    if let Some(holder) = holder(&folder.path, before.pid) {
        return Err(Failure {
            message: format!("The data folder {} is in use by {holder}.", folder.path.display()),
            hint: Some("Quit it, then install the service.".to_owned()),
            code: 3,
        });
    }
    if former_sockets && !has_sockets {
        if running {
            systemctl.run(&["disable", "--now", SOCKET])?;
        }
        unit_file::delete_socket(location)?;
    }
    unit_file::write(location, &options)?;
    if !running {
        return Err(written_alone(location, has_sockets));
    }
    let is_new = !folder.path.join("foundational.db").exists();
    let mut state = start(location, systemctl, has_sockets)?;
    if !is_up(&state) && location.scope == Scope::User && !state.killed && NO_NAMESPACES.contains(&state.code)
    {
        options.namespaces = false;
        unit_file::write(location, &options)?;
        state = start(location, systemctl, has_sockets)?;
    }
    if !is_up(&state) {
        return Err(not_started(location, &state));
    }
    if fs::canonicalize(&state.file).ok() != fs::canonicalize(location.unit()).ok() {
        return Err(Failure {
            message: format!("systemd reads {} instead of {}.", state.file, location.unit().display()),
            hint: Some("Remove that unit first.".to_owned()),
            code: 1,
        });
    }
    let listen = listens_on(&folder.path).await;
    let mut lines = vec![format!("Installed, enabled and started: {}", location.unit().display())];
    lines.extend(
        listen.iter().map(|listen| format!("It serves SCIM on {listen} (data in {}).", options.data)),
    );
    if !options.namespaces {
        lines.push(
            "User services have no namespaces on this system: system calls are restricted, the file system is not."
                .to_owned(),
        );
    }
    if location.scope == Scope::User {
        lines.push(
            "It runs while this user is signed in. To run it always: loginctl enable-linger".to_owned(),
        );
    }
    lines.extend(remarks(location, &options, is_new));
    let unit = location.unit().display().to_string();
    print.either(&Installed { unit, data: &options.data, listen, namespaces: options.namespaces }, &lines)
}

/// No systemd runs that could be asked for more.
fn written_alone(location: &UnitLocation, has_sockets: bool) -> Failure {
    let units = if has_sockets { "foundational.socket foundational" } else { "foundational" };
    Failure {
        message: format!(
            "{} is written, but systemd is not running here: nothing is enabled or started.",
            location.unit().display()
        ),
        hint: Some(format!(
            "Where it runs: {} && {}",
            location.scope.command("systemctl", "daemon-reload"),
            location.scope.command("systemctl", &format!("enable --now {units}"))
        )),
        code: 1,
    }
}

/// What is to be done later, or instead.
fn remarks(location: &UnitLocation, options: &UnitOptions, is_new: bool) -> Vec<String> {
    let renewed = options.certificate.as_ref().map(|_| {
        let restart = location.scope.command("systemctl", "restart foundational");
        format!("systemd reads the certificate at each start. After a renewal: {restart}")
    });
    let opened = options.sockets.iter().map(|address| match options.listen {
        Some(listen) if listen == *address => format!("systemd opens {address} for it."),
        _ => format!(
            "systemd opens {address} for it, which it uses where Settings name this address, for SCIM or for the challenge HTTP-01."
        ),
    });
    // The folder of a user that systemd makes is entered by that user alone, and the file of a move can't be read there.
    let is_of_systemd = location.scope == Scope::System && options.owner.is_none();
    let clear = if is_of_systemd { "delete the folder and the one it links to" } else { "empty the folder" };
    let moved = is_new.then(|| {
        format!(
            "The workspace is new. To have that of another computer instead, write it there with `foundational move \
             --to-server`; here, remove the service, {clear}, and install the service again after: foundational move --from \
             FILE --data {}",
            shell_word(&options.data)
        )
    });
    opened.chain(renewed).chain(moved).collect()
}

/// A unit that Foundational did not write, or that was edited.
pub(super) fn foreign(location: &UnitLocation, unit: &str, done: &str) -> Failure {
    let name = unit.trim_end_matches(".service");
    let unit = location.folder().join(unit);
    let own = location.scope.command("systemctl", &format!("edit {name}"));
    let remove = location.scope.command("systemctl", &format!("disable --now {name}"));
    Failure {
        message: format!(
            "{} was edited or was written by another program: it is not {done}.",
            unit.display()
        ),
        hint: Some(format!(
            "Put changes in a file of their own (`{own}`), then remove the unit by hand: {remove} && rm {}",
            shell_word(&unit.display().to_string())
        )),
        code: 1,
    }
}
