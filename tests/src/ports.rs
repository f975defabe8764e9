//! Ports that nothing listens on, for a program that is given a fixed one.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// An address of this computer that nothing listens on.
pub fn free_address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], free_ports(1)[0]))
}

/// So many ports that nothing listens on, one after another. They are below those that the system gives to connections, of
/// which one could take a port before the program does.
///
/// # Panics
/// When there are none.
pub fn free_ports(count: u16) -> Vec<u16> {
    const BLOCKS: u32 = 600;
    const SIZE: u16 = 32;
    /// How many blocks a process takes before it takes those of the next process.
    const APART: u32 = 7;
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    assert!(count <= SIZE, "{count} are too many");
    // Tests that run at the same time begin elsewhere: each process has its number.
    let first = std::process::id().wrapping_mul(APART);
    (0..BLOCKS)
        .find_map(|_| {
            let block = first.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed)) % BLOCKS;
            let first = 12_000 + u16::try_from(block).expect("it is small") * SIZE;
            let ports: Vec<u16> = (first..first + count).collect();
            ports.iter().all(|port| is_free(*port)).then_some(ports)
        })
        .expect("ports are free")
}

pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}
