//! Clients, a network that loses, repeats and delays, a clock that jumps and a process that is killed, all of them driven by one
//! seed against the real store. After each request that is done and after each start, what is shown is what a naive model says.
//!
//! Requests are done one after the other, so that a seed is the same run each time; only what a kill leaves of the request under
//! way is decided by the machine. What happens at the same time is in `freshness.rs` and `durability/killed.rs`.

mod answering;
mod client;
mod client_request;
mod ending;
mod model;
mod run;
mod trace;
mod visitor;
mod world;

use self::run::Run;
use self::world::World;
use crate::seeds::seeds;

/// Seeds in `npm test`; `FOUNDATIONAL_RUNS` sets another number, and `FOUNDATIONAL_SEED` the first one.
const RUNS: u64 = 1_000;
/// How many seeds share a data folder; each has a connection and names of its own.
const SHARED: usize = 25;

// One test for each quarter of the seeds, so that they run beside each other.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_faults_of_network_clock_and_process_answers_match_the_model_1_of_4() {
    simulate(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_faults_of_network_clock_and_process_answers_match_the_model_2_of_4() {
    simulate(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_faults_of_network_clock_and_process_answers_match_the_model_3_of_4() {
    simulate(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_faults_of_network_clock_and_process_answers_match_the_model_4_of_4() {
    simulate(3).await;
}

/// The seeds of one quarter.
async fn simulate(quarter: u64) {
    let seeds: Vec<u64> = seeds(RUNS, quarter, 4).collect();
    for some in seeds.chunks(SHARED) {
        let mut world = World::open().await;
        for seed in some {
            Box::pin(Run::to_the_end(&mut world, *seed)).await;
        }
        world.close().await;
    }
}
