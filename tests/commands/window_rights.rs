//! What the page in the window may do besides the command table, and what it may load: a compromised page has no more.

use std::fs;

use serde_json::{Value, json};
use tests::project;

fn read(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(project().join(path)).unwrap()).unwrap()
}

/// The names in a list of Rust texts that begins with this line.
fn texts_after(source: &str, start: &str) -> Vec<String> {
    let list = source.split_once(start).unwrap().1.split_once(']').unwrap().0;
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_window_has_its_own_commands_events_and_the_clipboard_and_nothing_else() {
    let folder = project().join("src-tauri/capabilities");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["main.json"], "one capability");
    let capability = read("src-tauri/capabilities/main.json");
    assert_eq!(capability["windows"], json!(["main"]), "of the one window");
    for open in ["remote", "webviews", "platforms"] {
        assert!(capability.get(open).is_none(), "{open} would open it to others");
    }
    let build = fs::read_to_string(project().join("src-tauri/build.rs")).unwrap();
    let own = texts_after(&build, "const COMMANDS: &[&str] = &[");
    assert!(own.len() > 15, "{own:?}");
    let mut expected: Vec<String> =
        own.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    expected.extend(
        [
            "core:event:allow-listen",
            "core:event:allow-unlisten",
            "clipboard-manager:allow-read-text",
            "clipboard-manager:allow-write-text",
        ]
        .map(str::to_owned),
    );
    let granted: Vec<&str> =
        capability["permissions"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(granted, expected, "each is one that is named here");
}

#[test]
fn the_page_loads_nothing_foreign_and_runs_no_text() {
    let app = read("src-tauri/tauri.conf.json")["app"].clone();
    assert_eq!(app["withGlobalTauri"], false);
    let security = &app["security"];
    let policy = json!({
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "ipc: http://ipc.localhost",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    });
    assert_eq!(security["csp"], policy, "no inline script, no eval, no frame, no other host");
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["capabilities"], json!(["main"]));
    for weakening in ["dangerousDisableAssetCspModification", "assetProtocol", "devCsp"] {
        assert!(security.get(weakening).is_none(), "{weakening}");
    }
    let page = fs::read_to_string(project().join("ui/index.html")).unwrap();
    for inline in ["<script>", "onload=", "javascript:", "http://", "https://"] {
        assert!(!page.contains(inline), "{inline} in the page: {page}");
    }
}

#[test]
fn the_shell_has_no_plugin_that_runs_programs_reads_files_or_calls_servers_for_the_page() {
    let manifest = fs::read_to_string(project().join("src-tauri/Cargo.toml")).unwrap();
    for plugin in
        ["tauri-plugin-shell", "tauri-plugin-http", "tauri-plugin-opener", "tauri-plugin-process", "devtools"]
    {
        assert!(!manifest.contains(plugin), "{plugin}");
    }
}
