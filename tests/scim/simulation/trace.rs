//! What led to a failure.

/// What is printed where a seed fails.
pub struct Trace {
    pub seed: u64,
    pub lines: Vec<String>,
}

impl Drop for Trace {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { seed, lines } = self;
            println!("The seed {seed} fails. It alone: FOUNDATIONAL_SEED={seed} FOUNDATIONAL_RUNS=1");
            println!("cargo nextest run -p tests --test scim -E 'test(simulation::)'\n{}", lines.join("\n"));
        }
    }
}
