//! A frames of the screen: every change of its pixels, with its time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use x11rb::NONE;
use x11rb::connection::Connection as _;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

use crate::app::TestApp;
use crate::wait::until;

/// Pictures are compared in blocks of 16 pixels in a row.
const BLOCK: usize = 64;
/// A clock on the screen that changes is no other picture: so many blocks may differ.
const SAME: usize = 100;
/// Nor is a caret that blinks or a scroll bar that fades: what changes may be so many blocks wide.
const NARROW: usize = 2;
/// How long nothing may change before the screen counts as at rest.
const STILL: Duration = Duration::from_millis(400);

/// A rectangle of the screen, in pixels from its upper left corner.
#[derive(Clone, Copy)]
pub struct Area {
    pub x: i16,
    pub y: i16,
    pub width: u16,
    pub height: u16,
}

/// The whole screen of a test.
pub const SCREEN: Area = Area { x: 0, y: 0, width: 1280, height: 900 };

/// One picture, four bytes a pixel, and when it was seen.
struct Shot {
    at: Instant,
    picture: Vec<u8>,
    /// How many blocks differ from the picture before it.
    changed: usize,
}

/// The screen is filmed until this ends.
pub struct Frames {
    shots: Arc<Mutex<Vec<Shot>>>,
    ended: Arc<AtomicBool>,
    /// Bytes of one row of pixels.
    row: usize,
    camera: Option<JoinHandle<()>>,
}

impl TestApp {
    /// Films a part of the screen.
    pub fn frames(&self, area: Area) -> Frames {
        Frames::begin(self.display(), area).unwrap_or_else(|error| panic!("no frames of the screen: {error}"))
    }
}

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

impl Frames {
    fn begin(display: &str, area: Area) -> Fallible<Self> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let root = connection.setup().roots.get(screen).ok_or("there is no screen")?.root;
        connection.damage_query_version(1, 1)?.reply()?;
        let damage = connection.generate_id()?;
        connection.damage_create(damage, root, ReportLevel::NON_EMPTY)?.check()?;
        let first = Shot { at: Instant::now(), picture: capture(&connection, root, area)?, changed: 0 };
        let row = usize::from(area.width) * 4;
        let shots = Arc::new(Mutex::new(vec![first]));
        let ended = Arc::new(AtomicBool::new(false));
        let camera = thread::spawn({
            let (shots, ended) = (Arc::clone(&shots), Arc::clone(&ended));
            move || {
                while !ended.load(Ordering::Acquire) {
                    if !was_drawn(&connection) {
                        thread::sleep(Duration::from_millis(1));
                        continue;
                    }
                    connection.damage_subtract(damage, NONE, NONE).expect("the display is there");
                    let picture = capture(&connection, root, area).expect("the screen can be seen");
                    let at = Instant::now();
                    let mut shots = shots.lock().unwrap();
                    let last = &shots.last().expect("there is a first picture").picture;
                    if *last != picture {
                        let changed = differ(last, &picture, row);
                        shots.push(Shot { at, picture, changed });
                    }
                }
            }
        });
        Ok(Self { shots, ended, row, camera: Some(camera) })
    }

    /// Waits until the screen shows anything else than at the beginning.
    pub async fn changes(&self) {
        until("the screen changes", async || {
            let shots = self.shots.lock().unwrap();
            let (first, last) = (&shots.first()?.picture, &shots.last()?.picture);
            (differ(first, last, self.row) > SAME).then_some(())
        })
        .await;
    }

    /// Waits until the screen is at rest.
    pub async fn rests(&self) {
        let began = Instant::now();
        until("the screen is at rest", async || {
            let last = self.last_change().max(began);
            (last.elapsed() >= STILL).then_some(())
        })
        .await;
    }

    fn last_change(&self) -> Instant {
        let shots = self.shots.lock().unwrap();
        shots.iter().rev().find(|shot| shot.changed > SAME).map_or(shots[0].at, |shot| shot.at)
    }

    /// Ends the frames; how many different pictures it shows after the first.
    pub fn count(mut self) -> usize {
        self.end().len() - 1
    }

    /// Ends the frames; how long after `began` the screen first showed what it shows at the end. Nothing when the end
    /// is what it showed all the time.
    pub fn drawn_after(mut self, began: Instant) -> Option<Duration> {
        let row = self.row;
        let shots = self.end();
        let last = shots.last().expect("there is a first picture");
        let other = shots.iter().rposition(|shot| differ(&shot.picture, &last.picture, row) > SAME)?;
        Some(shots[other + 1].at.saturating_duration_since(began))
    }

    fn end(&mut self) -> Vec<Shot> {
        self.ended.store(true, Ordering::Release);
        if let Some(camera) = self.camera.take() {
            camera.join().expect("the frames is whole");
        }
        std::mem::take(&mut *self.shots.lock().unwrap())
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
    }
}

fn capture(connection: &RustConnection, root: Window, area: Area) -> Fallible<Vec<u8>> {
    let Area { x, y, width, height } = area;
    let image = connection.get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, u32::MAX)?.reply()?;
    Ok(image.data)
}

/// Whether anything was drawn since the last call.
fn was_drawn(connection: &RustConnection) -> bool {
    let mut drawn = false;
    while connection.poll_for_event().expect("the display is there").is_some() {
        drawn = true;
    }
    drawn
}

/// How many blocks differ; none where what differs is narrow.
fn differ(one: &[u8], other: &[u8], row: usize) -> usize {
    let (mut count, mut left, mut right) = (0, row, 0);
    for (one, other) in one.chunks(row).zip(other.chunks(row)) {
        if one == other {
            continue;
        }
        for (at, (one, other)) in one.chunks(BLOCK).zip(other.chunks(BLOCK)).enumerate() {
            if one != other {
                count += 1;
                left = left.min(at);
                right = right.max(at);
            }
        }
    }
    if right < left + NARROW { 0 } else { count }
}
