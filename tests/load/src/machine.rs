//! What the run was measured on.

use std::fs;

/// Processor, memory and system, each with its name.
pub(crate) fn describe() -> Vec<(String, String)> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = field(&read("/proc/cpuinfo"), "model name").unwrap_or_default();
    let memory = field(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let system = read("/proc/sys/kernel/osrelease").trim().to_owned();
    let named = |name: &str, value: String| (name.to_owned(), value);
    vec![
        named("processor", format!("{cores} cores, {model}")),
        named("memory", memory),
        named("system", format!("{} {system}", std::env::consts::OS)),
    ]
}
