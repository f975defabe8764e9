//! The queue between those who answer requests and the one writer of the request log. It is bounded by bytes. When it is
//! full, a request waits for 50 ms; after that its row takes a permit of a reserve, without its bodies. Look-ups ask first whether
//! there is room, and are counted with others like them when there is none.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::{Instant, sleep_until, timeout};

use crate::{Error, Undescribed};

/// How many permits there are; each stands for a kilobyte.
const CAPACITY: u32 = 16 * 1024;
/// How many of them are for rows that must be written: with fewer available, look-ups are counted together.
const ROW_SHARE: u32 = CAPACITY / 8;
/// How many exchanges without bodies the reserve holds.
const RESERVE: u32 = 16 * 1024;
/// How long a request waits for permits at most, before it takes one of the reserve.
const MAX_WAIT: Duration = Duration::from_millis(50);
/// When rows arrive fast, those of an interval are written together.
const INTERVAL: Duration = Duration::from_millis(100);
/// How many batches of one interval are written without waiting; the rows that follow are written together.
const IMMEDIATE: u32 = 8;

/// An entry of the queue.
pub(crate) enum Queued<W> {
    Record(Box<dyn Undescribed>, QueuePermit),
    Work(W),
}

/// What an exchange takes of the queue's capacity until it is written.
pub(crate) enum QueuePermit {
    Room(u32),
    Reserve,
}

struct Shared {
    room: Semaphore,
    reserve: Semaphore,
    /// Notified when the writer is not to wait for more rows.
    flush: Notify,
}

/// The sending end.
pub(crate) struct Queue<W> {
    shared: Arc<Shared>,
    messages: mpsc::UnboundedSender<Queued<W>>,
}

/// The receiving end.
pub(crate) struct QueueReader<W> {
    shared: Arc<Shared>,
    messages: mpsc::UnboundedReceiver<Queued<W>>,
    interval_began: Instant,
    batches: u32,
}

/// An empty queue.
pub(crate) fn queue<W>() -> (Queue<W>, QueueReader<W>) {
    let shared = Arc::new(Shared {
        room: Semaphore::new(CAPACITY as usize),
        reserve: Semaphore::new(RESERVE as usize),
        flush: Notify::new(),
    });
    // The permits limit its length.
    let (sender, receiver) = mpsc::unbounded_channel();
    let reader = QueueReader {
        shared: shared.clone(),
        messages: receiver,
        interval_began: Instant::now(),
        batches: 0,
    };
    (Queue { shared, messages: sender }, reader)
}

/// How many permits an exchange takes: one for each kilobyte of its texts.
fn permits_of(exchange: &impl Undescribed) -> u32 {
    u32::try_from(exchange.bytes() / 1024).unwrap_or(CAPACITY).saturating_add(1).min(CAPACITY)
}

impl<W> Queue<W> {
    /// Queues work behind everything that was queued before.
    pub(crate) fn work(&self, work: W) -> Result<(), Error> {
        self.messages.send(Queued::Work(work)).map_err(|_closed| Error::Closed)?;
        self.shared.flush.notify_one();
        Ok(())
    }

    /// Queues an exchange. When the queue is full this waits for 50 ms, and then until the reserve has a permit: with that
    /// one it has no bodies.
    pub(crate) async fn record(&self, exchange: impl Undescribed) {
        let room = &self.shared.room;
        let permits = permits_of(&exchange);
        let taken = match room.try_acquire_many(permits) {
            Ok(permit) => Some(permit),
            Err(_full) => timeout(MAX_WAIT, room.acquire_many(permits)).await.ok().and_then(Result::ok),
        };
        if let Some(permit) = taken {
            permit.forget();
            return self.send(exchange, QueuePermit::Room(permits));
        }
        // Described here, with its bodies: they show what it was, and which secrets have to be hidden in its other texts.
        let mut row = Box::new(exchange).describe();
        row.drop_bodies();
        // A closed store has nothing left to show it to.
        if let Ok(permit) = self.shared.reserve.acquire().await {
            permit.forget();
            self.send(row, QueuePermit::Reserve);
        }
    }

    /// Whether there is room for what need not be recorded by itself. Waits 50 ms at most for it.
    pub(crate) async fn has_room(&self) -> bool {
        let room = &self.shared.room;
        room.available_permits() >= ROW_SHARE as usize
            || timeout(MAX_WAIT, room.acquire_many(ROW_SHARE)).await.is_ok_and(|permit| permit.is_ok())
    }

    /// How many kibibytes of exchanges are not written yet, and how many exchanges of the reserve.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        let taken =
            |permits: &Semaphore, all: u32| (all as usize).saturating_sub(permits.available_permits());
        (taken(&self.shared.room, CAPACITY), taken(&self.shared.reserve, RESERVE))
    }

    fn send(&self, exchange: impl Undescribed, permit: QueuePermit) {
        // A closed store has nothing left to show it to.
        drop(self.messages.send(Queued::Record(Box::new(exchange), permit)));
        if self.shared.room.available_permits() < CAPACITY as usize / 2 {
            self.shared.flush.notify_one();
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

    /// Takes what is queued, up to `most` in all.
    pub(crate) fn take_waiting(&mut self, batch: &mut Vec<Queued<W>>, most: usize) {
        while batch.len() < most
            && let Ok(message) = self.messages.try_recv()
        {
            batch.push(message);
        }
    }

    /// While rows arrive slowly each is written at once; when they arrive fast, those of an interval are written together.
    async fn wait_for_more(&mut self, batch: &[Queued<W>]) {
        if batch.iter().any(|message| matches!(message, Queued::Work(_))) {
            return;
        }
        let ends = self.interval_began + INTERVAL;
        if Instant::now() >= ends {
            (self.interval_began, self.batches) = (Instant::now(), 0);
        } else if self.batches >= IMMEDIATE {
            tokio::select! {
                () = sleep_until(ends) => {}
                () = self.shared.flush.notified() => {}
            }
            (self.interval_began, self.batches) = (Instant::now(), IMMEDIATE - 1);
        }
        self.batches += 1;
    }

    /// Returns the permits of exchanges that are written.
    pub(crate) fn release(&self, permits: &[QueuePermit]) {
        let (mut room, mut reserve) = (0, 0);
        for permit in permits {
            match permit {
                QueuePermit::Room(permits) => room += *permits as usize,
                QueuePermit::Reserve => reserve += 1,
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
    use crate::Activity;

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
        assert_eq!(began.elapsed(), MAX_WAIT, "known after 50 ms");
        let began = Instant::now();
        for _ in 0..2 {
            queue.record(large()).await;
        }
        assert_eq!(began.elapsed(), MAX_WAIT * 2, "each request waits that long");
        let mut batch = Vec::new();
        reader.take_waiting(&mut batch, 100);
        let taken = batch.into_iter().filter_map(|message| match message {
            Queued::Record(row, permit) => Some((row.describe().request_body.is_some(), permit)),
            Queued::Work(()) => None,
        });
        let (with_bodies, permits): (Vec<bool>, Vec<QueuePermit>) = taken.unzip();
        assert_eq!(
            with_bodies,
            [vec![true; 15], vec![false; 2]].concat(),
            "none is lost; the last have no bodies"
        );
        reader.release(&permits);
        assert!(queue.has_room().await, "what is written makes room");
    }

    /// An exchange of which the sentence hides what its body gives away.
    struct Hides;

    impl Undescribed for Hides {
        fn bytes(&self) -> usize {
            1 << 20
        }

        fn describe(self: Box<Self>) -> Activity {
            Activity { sentence: "Created …".to_owned(), ..large() }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_finds_a_full_queue_is_described_with_its_bodies_and_queued_without_them() {
        let (queue, mut reader) = queue::<()>();
        for _ in 0..16 {
            queue.record(Hides).await;
        }
        let mut batch = Vec::new();
        reader.take_waiting(&mut batch, 100);
        let Some(Queued::Record(row, QueuePermit::Reserve)) = batch.pop() else {
            panic!("a row of the reserve")
        };
        assert!(row.bytes() < 1024, "no body waits in the queue");
        let row = row.describe();
        assert_eq!((&*row.sentence, row.request_body), ("Created …", None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiting_request_takes_the_permits_that_are_returned() {
        let (queue, mut reader) = queue::<()>();
        for _ in 0..15 {
            queue.record(large()).await;
        }
        let mut batch = Vec::new();
        let free = async {
            reader.take_waiting(&mut batch, 1);
            reader.release(&[QueuePermit::Room(1_025)]);
        };
        let began = Instant::now();
        tokio::join!(queue.record(large()), free);
        assert!(began.elapsed() < MAX_WAIT, "it waits only until then");
        reader.take_waiting(&mut batch, 100);
        let Some(Queued::Record(row, QueuePermit::Room(_))) = batch.pop() else {
            panic!("a row with permits")
        };
        assert!(row.describe().request_body.is_some(), "it has its bodies");
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
            waits[8..].iter().all(|wait| !wait.is_zero() && *wait <= INTERVAL),
            "then at the end of an interval: {waits:?}"
        );
        queue.record(Activity::example("a")).await;
        queue.work(()).unwrap();
        let began = Instant::now();
        assert!(reader.next(&mut Vec::new(), 100).await);
        assert!(began.elapsed().is_zero(), "work does not wait for more rows");
    }
}
