//! A process that is measured: its processor time, its memory, its end.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

/// A started process. Dropping it kills it.
pub(crate) struct Process {
    child: Child,
    id: Pid,
}

impl Process {
    /// Starts it without input; what it writes to standard error goes to `log`.
    pub(crate) fn start(mut command: Command, log: &std::path::Path) -> Result<Self> {
        let file = fs::File::create(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let id = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).context("it ended at once")?;
        Ok(Self { child, id })
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Sends SIGTERM, and waits until it has ended.
    pub(crate) async fn stop(mut self) -> Result<()> {
        kill_process(self.id, Signal::TERM)?;
        self.child.wait().await?;
        Ok(())
    }

    /// Its processor time so far (utime and stime of all its threads), in steps of a clock tick (10 ms).
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id))?;
        // The name may contain blanks and brackets; it ends with the last bracket.
        let fields: Vec<&str> =
            stat.rsplit_once(')').context("no /proc stat")?.1.split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
        let ticks = number(11).zip(number(12)).map(|(user, system)| user + system);
        let ticks = ticks.context("no times in /proc stat")?;
        Ok(Duration::from_millis(ticks * 1000 / clock_ticks_per_second()))
    }

    /// Its processor time once it is idle, so that work after the answers (the request log) is included. Waits three
    /// seconds at most, for a server that is never idle.
    pub(crate) async fn cpu_when_idle(&self) -> Result<Duration> {
        let end = Instant::now() + Duration::from_secs(3);
        let mut before = self.cpu()?;
        let mut idle = 0;
        while idle < 5 && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let now = self.cpu()?;
            idle = if now == before { idle + 1 } else { 0 };
            before = now;
        }
        Ok(before)
    }

    /// Begins a new measurement of [`Process::peak_memory`].
    pub(crate) fn reset_peak(&self) -> Result<()> {
        Ok(fs::write(format!("/proc/{}/clear_refs", self.id), "5")?)
    }

    /// The most memory that was resident at once since [`Process::reset_peak`], in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    /// Its resident memory in bytes.
    pub(crate) fn resident_memory(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// How many files it has open, sockets included.
    pub(crate) fn open_files(&self) -> Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.id))?.count())
    }

    fn status(&self, name: &str) -> Result<u64> {
        kilobytes(&fs::read_to_string(format!("/proc/{}/status", self.id))?, name)
    }

    /// Its anonymous memory in bytes.
    pub(crate) fn anonymous_memory(&self) -> Result<u64> {
        let sums = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.id))?;
        kilobytes(&sums, "Anonymous:")
    }
}

/// The bytes of a line such as `VmRSS:     1234 kB`.
fn kilobytes(text: &str, name: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number =
        line.and_then(|line| line.trim().strip_suffix("kB")).with_context(|| format!("no {name} line"))?;
    Ok(number.trim().parse::<u64>()? * 1024)
}

/// The processor time of this process so far.
pub(crate) fn own_cpu() -> Duration {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let part = |value: i64| u64::try_from(value).unwrap_or_default();
    Duration::from_secs(part(used.tv_sec)) + Duration::from_nanos(part(used.tv_nsec))
}
