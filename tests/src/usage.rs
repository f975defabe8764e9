//! What the app costs this computer: the processor time and the memory of all its processes.

use std::fs;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;

use crate::app::TestApp;

/// What `/proc` says of one process.
struct Process {
    id: u32,
    parent: u32,
    worked: Duration,
}

impl TestApp {
    /// The processor time of the app and its web processes since they started.
    pub fn worked(&self) -> Duration {
        self.processes().iter().map(|process| process.worked).sum()
    }

    /// The memory of the app and its web processes in bytes; what several processes share counts once (PSS).
    pub fn memory(&self) -> u64 {
        self.memory_by_process().iter().map(|(_, bytes)| bytes).sum()
    }

    /// The memory of each process in bytes (PSS), by the name of its program.
    pub fn memory_by_process(&self) -> Vec<(String, u64)> {
        let of = |process: &Process| {
            let folder = format!("/proc/{}", process.id);
            let name = fs::read_to_string(format!("{folder}/comm")).ok()?;
            let sums = fs::read_to_string(format!("{folder}/smaps_rollup")).ok()?;
            let kilobytes = sums.lines().find_map(|line| line.strip_prefix("Pss:"))?.trim();
            let kilobytes: u64 = kilobytes.strip_suffix(" kB")?.trim().parse().ok()?;
            Some((name.trim().to_owned(), kilobytes * 1024))
        };
        self.processes().iter().filter_map(of).collect()
    }

    /// The app's process and all its descendants.
    fn processes(&self) -> Vec<Process> {
        let app = self.process().expect("the app runs").as_raw_nonzero().get().unsigned_abs();
        let all: Vec<Process> = fs::read_dir("/proc")
            .expect("there is /proc")
            .flatten()
            .filter_map(|entry| process(entry.file_name().to_str()?.parse().ok()?))
            .collect();
        let mut family = vec![app];
        let mut known = 0;
        while known < family.len() {
            let parent = family[known];
            family.extend(all.iter().filter(|process| process.parent == parent).map(|process| process.id));
            known += 1;
        }
        all.into_iter().filter(|process| family.contains(&process.id)).collect()
    }
}

fn process(id: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name may hold blanks and brackets; it ends with the last bracket.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let ticks = number(11)? + number(12)?;
    let worked = Duration::from_millis(ticks * 1000 / clock_ticks_per_second());
    Some(Process { id, parent: fields.get(1)?.parse().ok()?, worked })
}
