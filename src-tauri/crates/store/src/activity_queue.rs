//! The queue between those who answer requests and the one writer of the request log. It is bounded by bytes. When it is
//! full, a request waits a moment; after that it takes a place in a reserve, without its bodies. Look-ups ask before whether there
//! is room, and are counted with others like them when there is none.

use std::sync::Arc;

use std::time::Duration;

use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::{Instant, sleep_until, timeout};

use crate::{Activity, Error};

/// How much room there is, in places of a kilobyte.
const PLACES: u32 = 16 * 1024;
/// How much room is left when look-ups are no longer recorded one by one.
const COMFORT: u32 = PLACES / 8;
/// How many exchanges without bodies the reserve holds.
const RESERVE: u32 = 16 * 1024;
/// How long a request waits for a place at most, before it takes one of the reserve.
const PATIENCE: Duration = Duration::from_millis(50);
/// Rows are written together by this rhythm when they arrive faster than one by one is good for.
const RHYTHM: Duration = Duration::from_millis(100);
/// How many batches are written at once within one beat of the rhythm; those that follow are put together.
const AT_ONCE: u32 = 8;

/// What takes its turn in the queue.
pub(crate) enum Queued<W> {
    Record(Box<Activity>, Place),
    Work(W),
}

/// The room that an exchange takes in the queue until it is written.
pub(crate) enum Place {
    Room(u32),
    Reserve,
}

struct Shared {
    room: Semaphore,
    reserve: Semaphore,
    /// The writer is not to wait for more.
    urgent: Notify,
}

/// The end where exchanges and work are handed in.
pub(crate) struct Queue<W> {
    shared: Arc<Shared>,
    messages: mpsc::UnboundedSender<Queued<W>>,
}

/// The end where they are taken out.
pub(crate) struct QueueReader<W> {
    shared: Arc<Shared>,
    messages: mpsc::UnboundedReceiver<Queued<W>>,
    beat: Instant,
    batches: u32,
}

/// An empty queue.
pub(crate) fn queue<W>() -> (Queue<W>, QueueReader<W>) {
    let shared = Arc::new(Shared {
        room: Semaphore::new(PLACES as usize),
        reserve: Semaphore::new(RESERVE as usize),
        urgent: Notify::new(),
    });
    // Bounded by the places.
    let (sender, receiver) = mpsc::unbounded_channel();
    let reader = QueueReader { shared: shared.clone(), messages: receiver, beat: Instant::now(), batches: 0 };
    (Queue { shared, messages: sender }, reader)
}

/// How many places an exchange takes: one for each kilobyte of its texts.
fn places_of(activity: &Activity) -> u32 {
    let texts = [&activity.request_body, &activity.response_body].into_iter().flatten().map(String::len);
    let bytes = activity.path.len() + activity.sentence.len() + texts.sum::<usize>();
    u32::try_from(bytes / 1024).unwrap_or(PLACES).saturating_add(1).min(PLACES)
}

impl<W> Queue<W> {
    /// Hands work in, behind everything that was handed in before.
    pub(crate) fn work(&self, work: W) -> Result<(), Error> {
        self.messages.send(Queued::Work(work)).map_err(|_closed| Error::Closed)?;
        self.shared.urgent.notify_one();
        Ok(())
    }

    /// Hands an exchange in. Waits 50 ms at most while the reserve has places; there it has no bodies.
    pub(crate) async fn record(&self, mut activity: Activity) {
        let room = &self.shared.room;
        let places = places_of(&activity);
        let taken = match room.try_acquire_many(places) {
            Ok(permit) => Some(permit),
            Err(_full) => timeout(PATIENCE, room.acquire_many(places)).await.ok().and_then(Result::ok),
        };
        if let Some(permit) = taken {
            permit.forget();
            return self.send(activity, Place::Room(places));
        }
        (activity.request_body, activity.response_body) = (None, None);
        // A closed store has nothing left to show it to.
        if let Ok(permit) = self.shared.reserve.acquire().await {
            permit.forget();
            self.send(activity, Place::Reserve);
        }
    }

    /// Whether there is room for what need not be recorded by itself. Waits 50 ms at most for it.
    pub(crate) async fn has_room(&self) -> bool {
        let room = &self.shared.room;
        room.available_permits() >= COMFORT as usize
            || timeout(PATIENCE, room.acquire_many(COMFORT)).await.is_ok_and(|permit| permit.is_ok())
    }

    fn send(&self, activity: Activity, place: Place) {
        // A closed store has nothing left to show it to.
        drop(self.messages.send(Queued::Record(Box::new(activity), place)));
        if self.shared.room.available_permits() < PLACES as usize / 2 {
            self.shared.urgent.notify_one();
        }
    }
}

impl<W> QueueReader<W> {
    /// Waits for a batch of at most `most`; false: nothing follows any more.
    pub(crate) async fn next(&mut self, batch: &mut Vec<Queued<W>>, most: usize) -> bool {
        if self.messages.recv_many(batch, most).await == 0 {
            return false;
        }
        self.wait_for_more(batch).await;
        self.take_waiting(batch, most);
        true
    }

    /// Takes what waits, up to `most` in all.
    pub(crate) fn take_waiting(&mut self, batch: &mut Vec<Queued<W>>, most: usize) {
        while batch.len() < most
            && let Ok(message) = self.messages.try_recv()
        {
            batch.push(message);
        }
    }

    /// While rows arrive slowly each is written at once; when they arrive fast, those of a beat are written together.
    async fn wait_for_more(&mut self, batch: &[Queued<W>]) {
        if batch.iter().any(|message| matches!(message, Queued::Work(_))) {
            return;
        }
        let ends = self.beat + RHYTHM;
        if Instant::now() >= ends {
            (self.beat, self.batches) = (Instant::now(), 0);
        } else if self.batches >= AT_ONCE {
            tokio::select! {
                () = sleep_until(ends) => {}
                () = self.shared.urgent.notified() => {}
            }
            (self.beat, self.batches) = (Instant::now(), AT_ONCE - 1);
        }
        self.batches += 1;
    }

    /// Gives the places back that an exchange took.
    pub(crate) fn give_back(&self, places: &[Place]) {
        let (mut room, mut reserve) = (0, 0);
        for place in places {
            match place {
                Place::Room(places) => room += *places as usize,
                Place::Reserve => reserve += 1,
            }
        }
        self.shared.room.add_permits(room);
        self.shared.reserve.add_permits(reserve);
    }
}

impl<W> Drop for QueueReader<W> {
    fn drop(&mut self) {
        self.shared.room.close();
        self.shared.reserve.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn large() -> Activity {
        Activity { request_body: Some("x".repeat(1 << 20)), ..Activity::example("a") }
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_slows_a_request_by_fifty_milliseconds_and_every_row_has_a_place() {
        let (queue, mut reader) = queue::<()>();
        for _ in 0..14 {
            assert!(queue.has_room().await, "there is room");
            queue.record(large()).await;
        }
        queue.record(large()).await;
        let began = Instant::now();
        assert!(!queue.has_room().await, "what need not be a row is not recorded one by one any more");
        assert_eq!(began.elapsed(), PATIENCE, "known after a moment");
        let began = Instant::now();
        for _ in 0..2 {
            queue.record(large()).await;
        }
        assert_eq!(began.elapsed(), PATIENCE * 2, "each request waits that long");
        let mut batch = Vec::new();
        reader.take_waiting(&mut batch, 100);
        let taken = batch.into_iter().filter_map(|message| match message {
            Queued::Record(row, place) => Some((row.request_body.is_some(), place)),
            Queued::Work(()) => None,
        });
        let (with_bodies, places): (Vec<bool>, Vec<Place>) = taken.unzip();
        assert_eq!(
            with_bodies,
            [vec![true; 15], vec![false; 2]].concat(),
            "none is lost; the last have no bodies"
        );
        reader.give_back(&places);
        assert!(queue.has_room().await, "what is written makes room");
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiting_request_has_the_room_that_is_given_back() {
        let (queue, mut reader) = queue::<()>();
        for _ in 0..15 {
            queue.record(large()).await;
        }
        let mut batch = Vec::new();
        let free = async {
            reader.take_waiting(&mut batch, 1);
            reader.give_back(&[Place::Room(1_025)]);
        };
        let began = Instant::now();
        tokio::join!(queue.record(large()), free);
        assert!(began.elapsed() < PATIENCE, "it does not wait for longer than it must");
        reader.take_waiting(&mut batch, 100);
        assert!(
            matches!(batch.last(), Some(Queued::Record(row, Place::Room(_))) if row.request_body.is_some())
        );
    }

    #[tokio::test(start_paused = true)]
    async fn rows_that_arrive_fast_are_taken_together_and_slow_ones_at_once() {
        let (queue, mut reader) = queue::<()>();
        let mut waits = Vec::new();
        for _ in 0..12 {
            queue.record(Activity::example("a")).await;
            let began = Instant::now();
            assert!(reader.next(&mut Vec::new(), 100).await);
            waits.push(began.elapsed());
        }
        assert!(waits[..8].iter().all(Duration::is_zero), "the first ones at once: {waits:?}");
        assert!(
            waits[8..].iter().all(|wait| !wait.is_zero() && *wait <= RHYTHM),
            "then by a rhythm: {waits:?}"
        );
        queue.record(Activity::example("a")).await;
        queue.work(()).unwrap();
        let began = Instant::now();
        assert!(reader.next(&mut Vec::new(), 100).await);
        assert!(began.elapsed().is_zero(), "work does not wait for more rows");
    }
}
