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
    let script = "import sqlite3, sys; [print(*row) for row in sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check')]";
    let mut python = Command::new("python3");
    let output = python.args(["-c", script]).arg(data.join("foundational.db")).output();
    let output = output.expect("Python is needed: sudo apt-get install python3");
    let found =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(found.trim(), "ok", "{at}");
}
