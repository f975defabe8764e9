//! The tray's icon, drawn: a disc that is whole, hollow or notched. The colours are visible on a light panel and
//! on a dark one; the shapes need no colours.

use super::offer::Mark;

/// A square picture: red, green, blue and opacity of each point, row by row.
pub(crate) struct Picture {
    pub(crate) size: u16,
    pub(crate) points: Vec<[u8; 4]>,
}

/// How many samples a point has in each direction, so that edges are smooth.
const SAMPLES: u16 = 4;

pub(crate) fn picture(mark: Mark, size: u16) -> Picture {
    let [red, green, blue] = match mark {
        Mark::Serving => [0x3d, 0x8f, 0xd6],
        Mark::Paused => [0x8c, 0x96, 0xa1],
        Mark::Problem => [0xe0, 0x8a, 0x1e],
    };
    let points = (0..size)
        .flat_map(|y| (0..size).map(move |x| (x, y)))
        .map(|(x, y)| [red, green, blue, coverage(mark, size, x, y)])
        .collect();
    Picture { size, points }
}

/// How much of a point the shape covers.
fn coverage(mark: Mark, size: u16, x: u16, y: u16) -> u8 {
    let place = |point: u16, sample: u16| {
        let fine = f32::from(point * SAMPLES + sample) + 0.5;
        fine / f32::from(size * SAMPLES) * 2.0 - 1.0
    };
    let inside = (0..SAMPLES)
        .flat_map(|down| (0..SAMPLES).map(move |right| (right, down)))
        .filter(|(right, down)| is_inside(mark, place(x, *right), place(y, *down)))
        .count();
    let all = usize::from(SAMPLES * SAMPLES);
    u8::try_from(inside * 255 / all).unwrap_or(u8::MAX)
}

/// Whether the shape is at a place; the picture reaches from -1 to 1 in both directions.
fn is_inside(mark: Mark, x: f32, y: f32) -> bool {
    let distance = x.hypot(y);
    let disc = distance <= 0.86;
    match mark {
        Mark::Serving => disc,
        Mark::Paused => disc && distance >= 0.54,
        // A wedge from the centre to the upper right is missing.
        Mark::Problem => disc && !(x > 0.0 && y < 0.0 && (x + y).abs() < 0.62 * (x - y)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opacity(mark: Mark, x: u16, y: u16) -> u8 {
        let picture = picture(mark, 22);
        picture.points[usize::from(y) * 22 + usize::from(x)][3]
    }

    #[test]
    fn the_three_states_differ_in_shape() {
        let upper_right = (15, 6);
        let facts = |mark| (opacity(mark, 11, 11), opacity(mark, upper_right.0, upper_right.1));
        assert_eq!(facts(Mark::Serving), (255, 255), "a disc is whole");
        assert_eq!(facts(Mark::Paused).0, 0, "a ring is empty in the middle");
        assert_eq!(facts(Mark::Problem).1, 0, "a notch is cut out at the upper right");
        assert_eq!(opacity(Mark::Problem, 6, 15), 255, "and the rest of the disc is there");
        for mark in [Mark::Serving, Mark::Paused, Mark::Problem] {
            assert_eq!(opacity(mark, 0, 0), 0, "the corners show the panel");
        }
    }
}
