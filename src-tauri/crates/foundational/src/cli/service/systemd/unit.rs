//! The text of the unit: what it starts, and what the program may not do.

use std::path::Path;

use super::certificate::{self, credentials};
use super::unit_location::{SOCKET, Scope};
use super::unit_options::UnitOptions;
use super::unit_value::quoted;

/// How a start and an end go. A start may upgrade the database after a backup of it. An end gives requests 10 s, twice,
/// finishes a backup under way and closes the store. After a wrong command line (2), and with data that is lost, damaged
/// or newer (6), another start would change nothing.
const LIFECYCLE: &str = "\
Type=notify
NotifyAccess=main
TimeoutStartSec=15min
TimeoutStopSec=5min
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2 6
LimitNOFILE=8192
UMask=0077
";

/// What needs no namespace.
const SYSTEM_CALLS: &str = "\
NoNewPrivileges=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
";

/// What needs one.
const NAMESPACES: &str = "\
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
PrivateIPC=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
";

/// The unit. Source of the directives: systemd.exec(5), systemd.service(5).
///
/// # Errors
/// What cannot be in a unit, as a sentence.
pub(super) fn unit(options: &UnitOptions) -> Result<String, String> {
    let head = format!(
        "[Unit]\nDescription=Foundational: SCIM 2.0 server\nAfter=network.target\n{}\n[Service]\n",
        sockets(options)
    );
    let user = match (options.scope, options.owner) {
        (Scope::User, _) => String::new(),
        (Scope::System, Some((user, group))) => format!("User={user}\nGroup={group}\n"),
        (Scope::System, None) => {
            "DynamicUser=yes\nStateDirectory=foundational\nStateDirectoryMode=0700\n".to_owned()
        }
    };
    let namespaces = if options.namespaces {
        format!("{NAMESPACES}{}{}", folders(options)?, rights(options))
    } else {
        String::new()
    };
    let start = format!("{}{}", credentials(options)?, command(options)?);
    let target = options.scope.target();
    Ok(format!("{head}{LIFECYCLE}{start}{user}{SYSTEM_CALLS}{namespaces}\n[Install]\nWantedBy={target}\n"))
}

/// systemd gives a service the sockets of the unit of the same name; without them this one does not start.
fn sockets(options: &UnitOptions) -> String {
    if options.sockets.is_empty() { String::new() } else { format!("Requires={SOCKET}\nAfter={SOCKET}\n") }
}

/// A command that begins with `:` takes variables as they are written.
fn command(options: &UnitOptions) -> Result<String, String> {
    let mut words = vec![quoted(&format!(":{}", options.program))?, "serve".to_owned()];
    words.extend(["--data".to_owned(), quoted(&options.data)?]);
    if let Some(listen) = options.listen {
        words.extend(["--listen".to_owned(), quoted(&listen.to_string())?]);
    }
    if let Some(url) = &options.public_url {
        words.extend(["--public-url".to_owned(), quoted(url)?]);
    }
    words.extend(certificate::words(options));
    if options.insist {
        words.push("--insist-on-this-folder".to_owned());
    }
    Ok(format!("ExecStart={}\n", words.join(" ")))
}

/// Homes are empty, but for what the service needs of them. A folder of systemd's own needs no more.
fn folders(options: &UnitOptions) -> Result<String, String> {
    if options.scope == Scope::System && options.owner.is_none() {
        return Ok("ProtectHome=yes\n".to_owned());
    }
    let data = quoted(&options.data)?;
    let program = if Path::new(&options.program).starts_with(&options.data) {
        String::new()
    } else {
        format!("BindReadOnlyPaths={}\n", quoted(&options.program)?)
    };
    Ok(format!("ProtectHome=tmpfs\nBindPaths={data}\nReadWritePaths={data}\n{program}"))
}

/// No right of root, but that to a port where one is asked for. A user namespace would make that right void.
fn rights(options: &UnitOptions) -> &'static str {
    if options.needs_port_right() {
        "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"
    } else {
        "CapabilityBoundingSet=\nAmbientCapabilities=\nPrivateUsers=yes\n"
    }
}
