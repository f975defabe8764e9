//! What of the bodies of the requests to come is recorded.

use std::sync::atomic::{AtomicU8, Ordering};

use store::RecordedBodies;

/// Read by every request, without a lock.
#[derive(Default)]
pub(crate) struct BodiesSetting(AtomicU8);

impl BodiesSetting {
    /// All of it until it is set.
    pub(crate) fn get(&self) -> RecordedBodies {
        match self.0.load(Ordering::Relaxed) {
            0 => RecordedBodies::Full,
            1 => RecordedBodies::Masked,
            _ => RecordedBodies::None,
        }
    }

    pub(crate) fn set(&self, bodies: RecordedBodies) {
        let number = match bodies {
            RecordedBodies::Full => 0,
            RecordedBodies::Masked => 1,
            RecordedBodies::None => 2,
        };
        self.0.store(number, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_read_and_all_is_recorded_before() {
        let setting = BodiesSetting::default();
        assert_eq!(setting.get(), RecordedBodies::Full);
        for bodies in [RecordedBodies::None, RecordedBodies::Masked, RecordedBodies::Full] {
            setting.set(bodies);
            assert_eq!(setting.get(), bodies);
        }
    }
}
