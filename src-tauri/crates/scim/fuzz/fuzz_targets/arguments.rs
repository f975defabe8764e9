#![no_main]
//! Any text in the arguments of a command that this program reads by itself is taken or refused, and what is taken reads back as
//! the same: names of hosts, addresses and ranges, definitions of schemas, passwords. The first letter chooses which.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scim::{Registry, Schema};
use serde_json::Value;

// The files themselves: the crates `server` and `foundational` would bring SQLite with them.
#[path = "../../../server/src/allowed_addresses.rs"]
mod allowed_addresses;
#[path = "../../../foundational/src/access/common_password.rs"]
mod common_password;
#[path = "../../../server/src/host_names.rs"]
mod host_names;
#[path = "../../../server/src/trusted_proxies.rs"]
mod trusted_proxies;

use allowed_addresses::{is_address_range, may_call, range};
use host_names::{host_of, is_name_for, is_this_computer, parse_host_name};
use trusted_proxies::{TrustedProxies, is_proxy_range};

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);
/// An address that nothing here names.
const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

/// `server.publicUrl`, `server.addHost`.
fn host(text: &str) {
    let Some(name) = parse_host_name(text) else { return };
    assert_eq!(parse_host_name(&name).as_ref(), Some(&name), "{text:?}");
    assert_eq!(host_of(&format!("https://{name}")).as_ref(), Some(&name), "{text:?}");
    assert!(is_name_for(&name, &name), "{text:?}");
    let _ = is_this_computer(&name);
}

/// `connection.setRules`, `server.setProxies`.
fn addresses(text: &str) {
    let list = [text.to_owned()];
    let proxies = TrustedProxies::default();
    proxies.set(&list);
    let Some(net) = range(text) else {
        assert!(!is_address_range(text) && !is_proxy_range(text), "{text:?}");
        assert!(!may_call(&list, Some(OTHER)) && !proxies.contains(OTHER), "{text:?}");
        return;
    };
    assert_eq!(range(&net.to_string()), Some(net), "{text:?}");
    let ip = net.addr();
    assert!(may_call(&list, Some(ip)), "{text:?}");
    assert!(!is_proxy_range(text) || proxies.contains(ip), "{text:?}");
}

/// `schema.add`: what is stored is read at the next start.
fn schema(text: &str) {
    let Ok(Value::Object(definition)) = serde_json::from_str(text) else { return };
    let Ok(schema) = Schema::from_json(&definition) else { return };
    assert_eq!(Schema::from_json(&schema.to_json()).as_ref(), Ok(&schema));
    let _ = REGISTRY.clone().with_extension(schema);
}

/// `session.changePassword`, `account.createFirst`.
fn password(text: &str) {
    let (name, email) = text.split_once(' ').unwrap_or((text, ""));
    let _ = common_password::is_common(text);
    let _ = common_password::is_own(text, name, email);
}

fuzz_target!(|text: &str| {
    let Some((kind, text)) = text.split_at_checked(1) else { return };
    match kind {
        "h" => host(text),
        "a" => addresses(text),
        "s" => schema(text),
        "p" => password(text),
        _ => {}
    }
});
