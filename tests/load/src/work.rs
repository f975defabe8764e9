//! What is sent: one file for each kind of request.

pub(crate) mod create;
pub(crate) mod fixed;
pub(crate) mod lookup;
pub(crate) mod pages;
pub(crate) mod read;
pub(crate) mod update;

use crate::measure::Work;

/// One work for each connection.
pub(crate) fn each<W: Work + 'static>(
    connections: usize,
    mut make: impl FnMut(usize) -> W,
) -> Vec<Box<dyn Work>> {
    (0..connections).map(|at| Box::new(make(at)) as Box<dyn Work>).collect()
}

/// Shares numbers out to connections, so that no two have the same one.
pub(crate) fn shares(numbers: &[u32], connections: usize) -> Vec<std::vec::IntoIter<u32>> {
    let share = |at: usize| numbers.iter().copied().skip(at).step_by(connections).collect::<Vec<u32>>();
    (0..connections).map(|at| share(at).into_iter()).collect()
}
