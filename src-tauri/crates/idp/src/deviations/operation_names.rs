//! `Add`, `Replace`, `Remove` with a capital, `operations` in small letters, `Op` for `op`.
//!
//! Entra's default job writes the operations with a capital (Entra docs, compatibility page); the RFC lists them in
//! small letters and calls nothing about them case-insensitive. Some libraries serialise the keys of the message in
//! their language's own case.

use serde_json::{Map, Value};

use super::context::{Context, Operations, renamed};
use crate::deviation::Deviation;

/// The keys of the message in another case.
pub(crate) const KEYS: Deviation = Deviation {
    code: "patch.keys",
    title: "Operations, op, path or value in another case",
    senders: "Home-made clients",
    source: "Common serialiser defaults",
    rule: "RFC 7644 section 3.5.2",
    answer: "Read as if written in the RFC's case",
};

/// The name of the operation in another case.
pub(crate) const CASE: Deviation = Deviation {
    code: "patch.op_case",
    title: "Operation names in another case",
    senders: "Azure without the aadOptscim062020 flag, JumpCloud",
    source: "Entra docs, SCIM compatibility",
    rule: "RFC 7644 section 3.5.2",
    answer: "Read in any case",
};

/// The names the RFC gives to the parts of an operation.
const PARTS: [&str; 3] = ["op", "path", "value"];

/// Renames `operations` to `Operations` where the correct one is missing.
pub(crate) fn message(context: &mut Context<'_>, body: &mut Map<String, Value>) {
    rename_to(context, body, "Operations");
}

/// Corrects the keys of each operation and the operation's name.
pub(crate) fn operations(context: &mut Context<'_>, operations: &mut Operations) {
    for operation in operations {
        for part in PARTS {
            rename_to(context, operation, part);
        }
        let Some(Value::String(name)) = operation.get_mut("op") else { continue };
        let lower = name.to_ascii_lowercase();
        if *name != lower && matches!(lower.as_str(), "add" | "replace" | "remove") {
            context.normalised(&CASE, &format!("wrote \"{name}\"; read as \"{lower}\"."));
            *name = lower;
        }
    }
}

fn rename_to(context: &mut Context<'_>, map: &mut Map<String, Value>, right: &str) {
    if map.contains_key(right) {
        return;
    }
    let Some(wrong) = map.keys().find(|key| key.eq_ignore_ascii_case(right)).cloned() else { return };
    context.normalised(&KEYS, &format!("wrote \"{wrong}\" instead of \"{right}\"."));
    *map = renamed(std::mem::take(map), &wrong, right);
}
