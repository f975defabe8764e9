//! Which core does what: the server has one, the generator another one, so that neither takes time from the other.

use anyhow::Result;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use tokio::process::Command;

/// The cores of this run.
#[derive(Clone, Copy)]
pub(crate) struct Cores {
    all: CpuSet,
    /// The core of the server, and that of the generator; without them everything shares all cores.
    apart: Option<(usize, usize)>,
}

impl Cores {
    /// Shares the cores out that this process may use.
    pub(crate) fn of_this_process() -> Result<Self> {
        let all = sched_getaffinity(None)?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core));
        let has_taskset = std::process::Command::new("taskset").arg("--version").output().is_ok();
        let apart = match (usable.next(), usable.next()) {
            (Some(server), Some(generator)) if has_taskset => Some((server, generator)),
            _ => None,
        };
        Ok(Self { all, apart })
    }

    /// Their description in the report.
    pub(crate) fn describe(&self) -> String {
        match self.apart {
            Some((server, generator)) => format!("server on core {server}, generator on core {generator}"),
            None => "server and generator share the cores".to_owned(),
        }
    }

    /// Binds this thread, and those that it starts, to the generator's core.
    pub(crate) fn generate(&self) -> Result<()> {
        if let Some((_, generator)) = self.apart {
            let mut one = CpuSet::new();
            one.set(generator);
            sched_setaffinity(None, &one)?;
        }
        Ok(())
    }

    /// Lets this thread, and those that it starts, use every core.
    pub(crate) fn use_all(&self) -> Result<()> {
        Ok(sched_setaffinity(None, &self.all)?)
    }

    /// A command that runs on the server's core.
    pub(crate) fn serve(&self, program: &std::path::Path) -> Command {
        match self.apart {
            Some((server, _)) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(server.to_string()).arg(program);
                command
            }
            None => Command::new(program),
        }
    }
}
