//! Makes a dictionary of bodies for the request log: `cargo run -p store --example body_dictionary -- FILE < SAMPLES`, where
//! each line of SAMPLES is the body of a request and that of its answer, one behind the other.

use std::io::{self, BufRead as _};

/// How large it is, in bytes: twice as much saves three percent.
const SIZE: usize = 16 * 1024;

fn main() -> io::Result<()> {
    let file = std::env::args_os().nth(1).ok_or_else(|| io::Error::other("name the file that is written"))?;
    let samples: Vec<String> = io::stdin().lock().lines().collect::<io::Result<_>>()?;
    std::fs::write(file, zstd::dict::from_samples(&samples, SIZE)?)
}
