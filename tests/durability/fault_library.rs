//! The other side of `faults.c`: it is compiled here, and tests say which calls fail.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tests::project;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `EIO`, and nothing is done.
    IoError = 1,
    /// `ENOSPC`, and nothing is done.
    NoSpace,
    /// Half of the bytes are written, and that is the answer.
    ShortWrite,
    /// A sync answers `EIO`.
    FailedSync,
    /// Half of the bytes are written, and the answer is `EIO`.
    TornWrite,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] =
        [Self::IoError, Self::NoSpace, Self::ShortWrite, Self::FailedSync, Self::TornWrite];
}

/// Whose calls fail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// The database of the workspace and all other files, but not the ones below.
    Workspace = 1,
    /// The database of the request log.
    Activity,
}

/// The indexes of the numbers that are shared with `faults.c`.
#[derive(Clone, Copy)]
enum Place {
    Fault,
    Target,
    First,
    Count,
    Seen,
    Hits,
    Recorded,
}

/// All numbers, in bytes.
const SHARED: usize = 28;

/// The calls that a fault can be of, since it was armed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calls {
    pub seen: u32,
    /// How many of them failed.
    pub hits: u32,
}

/// `faults.c` as a library, preloaded (`LD_PRELOAD`) into one process at a time.
pub(crate) struct FaultLibrary {
    folder: TempDir,
    pub faults: Faults,
}

impl FaultLibrary {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (source, library) =
            (project().join("tests/durability/faults.c"), folder.path().join("faults.so"));
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(library).arg(source).args(["-ldl", "-lpthread"]);
        let output = compiler.output().expect("a C compiler is needed: sudo apt-get install build-essential");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "faults.c cannot be compiled: {errors}");
        let control = folder.path().join("control");
        std::fs::write(&control, [0_u8; SHARED]).unwrap();
        Self { folder, faults: Faults::shared(&control) }
    }

    /// The program starts with the library preloaded, for the files in this folder, whose path has no link.
    pub(crate) fn preload(&self, program: &mut Command, data: &Path) {
        program.env("LD_PRELOAD", self.folder.path().join("faults.so"));
        program.env("FAULTS_CONTROL", self.folder.path().join("control")).env("FAULTS_FOLDER", data);
    }

    /// The same, and what is written to the databases is recorded in a file.
    pub(crate) fn preload_recording(&self, program: &mut Command, data: &Path) -> PathBuf {
        self.preload(program, data);
        let record = self.folder.path().join("record");
        program.env("FAULTS_RECORD", &record);
        record
    }
}

/// Which calls fail.
pub(crate) struct Faults(File);

impl Faults {
    fn shared(control: &Path) -> Self {
        Self(File::options().read(true).write(true).open(control).unwrap())
    }

    /// Those of this process, into which the library is preloaded.
    pub(crate) fn of_this_process() -> Self {
        Self::shared(Path::new(&std::env::var_os("FAULTS_CONTROL").unwrap()))
    }

    /// From now on `count` calls fail, the first of them after `first - 1` others.
    pub(crate) fn arm(&self, target: Target, fault: Fault, first: u32, count: u32) {
        self.disarm();
        self.set(Place::Target, target as u32);
        self.set(Place::First, first);
        self.set(Place::Count, count);
        self.set(Place::Seen, 0);
        self.set(Place::Hits, 0);
        self.set(Place::Fault, fault as u32);
    }

    /// From now on no call fails.
    pub(crate) fn disarm(&self) -> Calls {
        self.set(Place::Fault, 0);
        Calls { seen: self.get(Place::Seen), hits: self.get(Place::Hits) }
    }

    /// How many writes, truncations and syncs are recorded.
    pub(crate) fn recorded(&self) -> usize {
        self.get(Place::Recorded) as usize
    }

    fn set(&self, place: Place, value: u32) {
        self.0.write_all_at(&value.to_ne_bytes(), 4 * place as u64).unwrap();
    }

    fn get(&self, place: Place) -> u32 {
        let mut bytes = [0; 4];
        self.0.read_exact_at(&mut bytes, 4 * place as u64).unwrap();
        u32::from_ne_bytes(bytes)
    }
}
