//! Data folders as a process leaves them that ends at some moment.

use std::path::Path;
use std::process::Command;

/// Copies a data folder. What belongs to a running process is not copied, and a file of that length without space on the disk takes
/// the place of the reserve of 64 MB.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&source, &target);
            continue;
        }
        match entry.file_name().to_str().unwrap() {
            "bridge.json" | "lock" | "foundational.db-shm" | "activity.db-shm" => {}
            "reserve" => std::fs::File::create(target).unwrap().set_len(64 << 20).unwrap(),
            _ => {
                std::fs::copy(source, target).unwrap();
            }
        }
    }
}

/// Asserts that SQLite's own check finds nothing in the database of the workspace, which no process has open. It reads every
/// index beside its table, which the program's check does not.
pub(crate) fn assert_whole(data: &Path, at: &str) {
    assert_eq!(checked(data, &["foundational.db"]), ["ok"], "{at}");
}

/// The same of the database of the request log too.
pub(crate) fn assert_whole_with_log(data: &Path, at: &str) {
    assert_eq!(checked(data, &["foundational.db", "activity.db"]), ["ok", "ok"], "{at}");
}

/// What the check says of these databases, line by line.
fn checked(data: &Path, databases: &[&str]) -> Vec<String> {
    let script = "import sqlite3, sys; [print(*row) for file in sys.argv[1:] for row in sqlite3.connect(file).execute('PRAGMA integrity_check')]";
    let mut python = Command::new("python3");
    python.args(["-c", script]).args(databases.iter().map(|name| data.join(name)));
    let output = python.output().expect("Python is needed: sudo apt-get install python3");
    let found =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    found.lines().map(str::to_owned).collect()
}
