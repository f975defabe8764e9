//! Who attacks in J1: connections that drip, guessers of tokens, senders of large bodies.

use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use store::TokenText;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{sleep, sleep_until, timeout};

use crate::http::{Connection, Request, Target};
use crate::measure::Sample;

/// The connections that guess, and how many guesses each sends in a second.
pub(crate) const GUESSING: usize = 8;
const GUESSES: u32 = 25;

/// The senders of large bodies.
pub(crate) const BODIES: usize = 2;

/// The length of such a body in bytes.
const LARGE: usize = 10 * 1024 * 1024;

/// How long a slow connection waits before its next byte.
const DRIP: Duration = Duration::from_secs(1);

/// What the attackers saw.
pub(crate) struct Seen {
    pub guesses: Sample,
    pub bodies: Sample,
    /// How many large bodies were answered, and not only cut off.
    pub refused_bodies: usize,
    /// How long a slow connection was open at most.
    pub longest: Duration,
}

/// Attacks until then: `slow` connections that drip, wrong tokens at the address of `target`, large bodies with the token of
/// `other`.
pub(crate) async fn run(target: &Rc<Target>, other: &Rc<Target>, slow: u32, end: Instant) -> Result<Seen> {
    let tasks = LocalSet::new();
    let (mut dripping, mut guessing, mut sending) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
    let begun = Instant::now();
    for at in 0..slow {
        dripping.spawn_local_on(drip(Rc::clone(target), Duration::from_secs(1) * at / slow, end), &tasks);
    }
    for _ in 0..GUESSING {
        let token = TokenText::generate().ok().context("there is no randomness")?;
        guessing.spawn_local_on(guess(target.with_token(token.reveal())?, end), &tasks);
    }
    for _ in 0..BODIES {
        sending.spawn_local_on(large_bodies(Rc::clone(other), end), &tasks);
    }
    let all = tasks.run_until(async {
        let (mut tried, mut sent) = (Vec::new(), Vec::new());
        let (mut refused_bodies, mut longest) = (0, Duration::ZERO);
        while let Some(part) = guessing.join_next().await {
            tried.push(part??);
        }
        while let Some(part) = sending.join_next().await {
            let (sample, answered) = part??;
            refused_bodies += answered;
            sent.push(sample);
        }
        while let Some(part) = dripping.join_next().await {
            longest = longest.max(part??);
        }
        let (guesses, bodies) = (Sample::joined(tried), Sample::joined(sent));
        anyhow::Ok(Seen { guesses, bodies, refused_bodies, longest })
    });
    let mut seen = all.await?;
    seen.guesses.elapsed = begun.elapsed();
    seen.bodies.elapsed = begun.elapsed();
    Ok(seen)
}

/// Sends the head of a request byte by byte, again on a new connection whenever the server ends one. Gives how long one was
/// open at most.
async fn drip(target: Rc<Target>, after: Duration, end: Instant) -> Result<Duration> {
    let head = target.head("GET", "/Users")?;
    let mut longest = Duration::ZERO;
    sleep(after).await;
    while Instant::now() < end {
        let Ok(stream) = TcpStream::connect(target.authority()).await else {
            sleep(DRIP).await;
            continue;
        };
        let began = Instant::now();
        let (mut from, mut to) = stream.into_split();
        let mut bytes = head.bytes().chain(std::iter::repeat(b'a'));
        let mut answer = [0; 64];
        while Instant::now() < end {
            let Some(byte) = bytes.next() else { break };
            if to.write_all(&[byte]).await.is_err() {
                break;
            }
            // Nothing is answered: what can be read is the end.
            if timeout(DRIP, from.read(&mut answer)).await.is_ok() {
                break;
            }
        }
        longest = longest.max(began.elapsed());
    }
    Ok(longest)
}

/// Sends requests with a token that was never made.
async fn guess(target: Rc<Target>, end: Instant) -> Result<Sample> {
    let mut connection = Connection::open(&target).await?;
    let (mut sample, mut due) = (Sample::default(), Instant::now());
    while due < end {
        sleep_until(due.into()).await;
        let request = Request::get("/Users?count=0".to_owned());
        let answer = connection.send(&request).await;
        sample.times.push(due.elapsed());
        sample.count(
            &request,
            answer.and_then(|answer| {
                ensure!(
                    [401, 429].contains(&answer.status),
                    "a wrong token is answered with {}",
                    answer.status
                );
                Ok(())
            }),
        );
        due += Duration::from_secs(1) / GUESSES;
    }
    Ok(sample)
}

/// Sends bodies of 10 MB in turn to the people, where so much is not read, and to the groups, where it is. Also gives how
/// many were answered.
async fn large_bodies(target: Rc<Target>, end: Instant) -> Result<(Sample, usize)> {
    let (mut sample, mut answered) = (Sample::default(), 0);
    for path in ["/Users", "/Groups"].into_iter().cycle() {
        if Instant::now() >= end {
            break;
        }
        let request = Request::with_body(axum::http::Method::POST, path.to_owned(), "10 MB");
        let began = Instant::now();
        let status = large_body(&target, path).await;
        sample.times.push(began.elapsed());
        let verdict = status.and_then(|status| {
            answered += usize::from(status.is_some());
            let is_refused = status.is_none_or(|status| [400, 413, 503].contains(&status));
            ensure!(is_refused, "10 MB are answered with {status:?}");
            Ok(())
        });
        sample.count(&request, verdict);
        sleep(Duration::from_millis(250)).await;
    }
    Ok((sample, answered))
}

/// The status of the answer to one such body; `None` when the server ended the connection before the answer was read.
async fn large_body(target: &Target, path: &str) -> Result<Option<u16>> {
    let head = target.head("POST", path)?;
    let (mut from, mut to) = TcpStream::connect(target.authority()).await?.into_split();
    let (start, close) = (r#"{"displayName":""#, r#""}"#);
    let letters = LARGE - start.len() - close.len();
    let head = format!("{head}content-type: application/scim+json\r\ncontent-length: {LARGE}\r\n\r\n{start}");
    // The server may answer and close before it has read everything; then writing fails.
    let writing = tokio::spawn(async move {
        let piece = vec![b'x'; 64 * 1024];
        to.write_all(head.as_bytes()).await?;
        let mut left = letters;
        while left > 0 {
            let now = left.min(piece.len());
            to.write_all(&piece[..now]).await?;
            left -= now;
        }
        to.write_all(close.as_bytes()).await?;
        Ok::<_, std::io::Error>(to)
    });
    let mut answer = [0; 64];
    let length = from.read(&mut answer).await.unwrap_or_default();
    writing.abort();
    let text = String::from_utf8_lossy(&answer[..length]).into_owned();
    Ok(text.split(' ').nth(1).and_then(|status| status.parse().ok()))
}
