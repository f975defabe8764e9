//! A log file that is rotated when it is full, with a limited number of older files.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use foundational::private_file;

const LARGEST: u64 = 5 * 1024 * 1024;
const FILES: usize = 10;

pub(super) struct Rolling {
    folder: PathBuf,
    largest: u64,
    open: Mutex<Option<(File, u64)>>,
}

impl Rolling {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, largest: LARGEST, open: Mutex::new(None) }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn write(&self, line: &[u8]) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        let (mut file, size) = match open.take() {
            Some((file, size)) if size.saturating_add(length) <= self.largest => (file, size),
            Some(_full) => {
                self.turn()?;
                self.start()?
            }
            None => self.start()?,
        };
        file.write_all(line)?;
        *open = Some((file, size.saturating_add(length)));
        Ok(())
    }

    fn start(&self) -> io::Result<(File, u64)> {
        private_file::create_folder(&self.folder)?;
        let file = private_file::append(&self.path(0))?;
        let size = file.metadata()?.len();
        Ok((file, size))
    }

    /// Renames every file to the next number; the oldest is deleted.
    fn turn(&self) -> io::Result<()> {
        for age in (0..FILES - 1).rev() {
            let path = self.path(age);
            if path.exists() {
                fs::rename(path, self.path(age + 1))?;
            }
        }
        Ok(())
    }

    fn path(&self, age: usize) -> PathBuf {
        let name = if age == 0 { "foundational.log".to_owned() } else { format!("foundational.{age}.log") };
        self.folder.join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_at_most_ten_files_and_none_grows_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let log = Rolling { largest: 100, ..Rolling::new(folder.path().join("logs")) };
        for number in 0..100 {
            log.write(format!("{{\"line\":{number:03},\"text\":\"something happened\"}}\n").as_bytes())
                .unwrap();
        }
        let files: Vec<_> = fs::read_dir(log.folder()).unwrap().map(|entry| entry.unwrap()).collect();
        assert_eq!(files.len(), FILES, "the oldest lines are deleted");
        for file in &files {
            assert!(file.metadata().unwrap().len() <= 100, "{:?} is no larger than allowed", file.path());
        }
        let newest = fs::read_to_string(log.path(0)).unwrap();
        assert!(newest.contains("\"line\":099"), "the last line is in the newest file: {newest}");
        let before = fs::read_to_string(log.path(1)).unwrap();
        assert!(before.contains("\"line\":097"), "and those before it in the one before: {before}");
    }

    #[test]
    fn the_next_launch_goes_on_in_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        for line in ["first\n", "second\n"] {
            Rolling::new(folder.path().to_owned()).write(line.as_bytes()).unwrap();
        }
        let text = fs::read_to_string(folder.path().join("foundational.log")).unwrap();
        assert_eq!(text, "first\nsecond\n", "nothing of the earlier launch is lost");
    }
}
