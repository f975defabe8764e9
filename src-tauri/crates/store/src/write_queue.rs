//! The writes that wait for the writer.

use std::any::Any;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::batch_sizes::BATCH;
use crate::write_job::{Joint, Write};

/// How long a batch waits for the next writes of the clients that shared the one before. Zero: it begins with what has arrived.
const BATCH_DELAY: Duration = Duration::from_micros(200);

/// What is sent to the writer.
pub(crate) enum Message {
    Write(Write),
    /// Nothing is written after it; answered once all is closed.
    Close(oneshot::Sender<()>),
}

/// The writes that wait.
pub(crate) struct Queue {
    receiver: mpsc::Receiver<Message>,
    /// Those that were taken out of the channel.
    pub waiting: VecDeque<Write>,
    /// Nothing is taken out any more: what waits is the last.
    pub closing: Option<oneshot::Sender<()>>,
}

impl Queue {
    pub(crate) fn new(receiver: mpsc::Receiver<Message>) -> Self {
        Self { receiver, waiting: VecDeque::new(), closing: None }
    }

    /// Waits for the next write. `false`: no more writes arrive.
    pub(crate) async fn has_next(&mut self) -> bool {
        if self.waiting.is_empty() && self.closing.is_none() {
            match self.receiver.recv().await {
                Some(message) => self.add(message),
                None => return false,
            }
        }
        !self.waiting.is_empty()
    }

    /// How many writes wait.
    pub(crate) fn count(&self) -> usize {
        self.waiting.len() + self.receiver.len()
    }

    /// Waits until so many writes have arrived, for [`BATCH_DELAY`] at most and the time that the system takes to wake a thread.
    /// Clients that write in parallel are answered together, and the first of their next writes would begin a small batch: four
    /// in a batch cost almost three times as much each as 64 do. The thread runs the writer alone, and the timers of its runtime
    /// count in milliseconds.
    pub(crate) fn gather(&self, expected: usize) {
        let began = Instant::now();
        while self.count() < expected.min(BATCH) && began.elapsed() < BATCH_DELAY {
            std::thread::sleep(BATCH_DELAY / 4);
        }
    }

    /// Takes out what has arrived, until `most` writes wait.
    pub(crate) fn fill(&mut self, most: usize) {
        while self.waiting.len() < most && self.closing.is_none() {
            match self.receiver.try_recv() {
                Ok(message) => self.add(message),
                Err(_empty) => return,
            }
        }
    }

    fn add(&mut self, message: Message) {
        match message {
            Message::Write(write) => self.waiting.push_back(write),
            Message::Close(done) => self.closing = Some(done),
        }
    }

    /// The next ones, if they are of this one's kind.
    pub(crate) fn others(&mut self, first: &(dyn Joint + 'static)) -> Vec<Box<dyn Joint>> {
        let kind = |joint: &(dyn Joint + 'static)| (joint as &dyn Any).type_id();
        let mut others = Vec::new();
        while let Some(next) = self.waiting.pop_front() {
            match next {
                Write::Joint(next) if kind(&*next) == kind(first) => others.push(next),
                other => {
                    self.waiting.push_front(other);
                    break;
                }
            }
        }
        others
    }
}
