//! The migrations are read while the crate is compiled, so a changed folder of theirs compiles it again.

#[expect(clippy::print_stdout, reason = "a build script speaks to cargo by its output")]
fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
