//! Places for labels beside their marks: a greedy search in a fixed order of positions, nearest
//! first, that keeps labels off each other and off what must stay visible.

use super::canvas::Point;

/// A rectangle of pixels, the lower right edge outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x0: i32,
    pub(super) y0: i32,
    pub(super) x1: i32,
    pub(super) y1: i32,
}

impl Area {
    pub(super) fn overlaps(&self, other: &Area) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    /// The area with a rim of `by` pixels.
    pub(super) fn widened(&self, by: i32) -> Area {
        Area { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }

    fn within(&self, outer: &Area) -> bool {
        self.x0 >= outer.x0 && self.y0 >= outer.y0 && self.x1 <= outer.x1 && self.y1 <= outer.y1
    }

    /// The point of the area that is nearest to another one.
    pub(super) fn nearest(&self, (x, y): Point) -> Point {
        (x.clamp(self.x0, self.x1.max(self.x0)), y.clamp(self.y0, self.y1.max(self.y0)))
    }

    fn around((x, y): Point, reach: i32) -> Area {
        Area { x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach }
    }
}

const HEIGHT: i32 = 16;
const NEAR: i32 = 9;
const REACH: i32 = 6;
const COLLISION: i64 = 100_000;

/// One area per mark, in the order of the marks. `covered` tells what a label would hide there.
pub(super) fn place(marks: &[(Point, i32)], bounds: Area, taken: &[Area], covered: impl Fn(&Area) -> i64) -> Vec<Area> {
    let dots: Vec<Area> = marks.iter().map(|mark| Area::around(mark.0, REACH)).collect();
    let mut placed: Vec<Area> = Vec::new();
    for (mark, width) in marks {
        let hits = |area: &Area, others: &[Area]| others.iter().filter(|other| area.overlaps(other)).count() as i64;
        let cost = |(area, detour): &(Area, i64)| {
            let collisions = hits(area, &dots) + hits(area, &placed) + hits(area, taken);
            let outside = if area.within(&bounds) { 0 } else { 10 };
            (collisions + outside) * COLLISION + covered(area) + detour
        };
        if let Some((area, _)) = positions(*mark, *width).into_iter().min_by_key(cost) {
            placed.push(area);
        }
    }
    placed
}

/// Positions right, left, above and below the mark, with what each costs for its distance.
fn positions((x, y): Point, width: i32) -> Vec<(Area, i64)> {
    let mut positions = Vec::new();
    let mut push = |x0: i32, centre: i32, detour: i64| {
        let y0 = centre - HEIGHT / 2;
        positions.push((Area { x0, y0, x1: x0 + width, y1: y0 + HEIGHT }, detour));
    };
    for i in 0..=16_i32 {
        for dy in [-9 * i, 9 * i] {
            let reach = NEAR + i32::min(dy.abs() / 3, 24);
            let detour = i64::from(dy.abs());
            push(x + reach, y + dy, detour);
            push(x - reach - width, y + dy, detour + 2);
            if dy.abs() >= 18 {
                push(x - width / 2, y + dy, detour + 4);
            }
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Area = Area { x0: 0, y0: 0, x1: 400, y1: 400 };

    #[test]
    fn labels_of_one_spot_stand_apart_and_inside() {
        for spot in [(200, 200), (0, 0), (400, 400), (0, 400)] {
            let placed = place(&[(spot, 120); 5], BOUNDS, &[], |_| 0);
            for (i, a) in placed.iter().enumerate() {
                assert!(a.within(&BOUNDS), "{spot:?} {a:?}");
                assert!(placed[i + 1..].iter().all(|b| !a.overlaps(b)), "{spot:?}");
                assert!(!a.overlaps(&Area::around(spot, REACH)));
            }
        }
    }

    #[test]
    fn taken_ground_and_cover_are_avoided() {
        let taken = Area { x0: 200, y0: 0, x1: 400, y1: 400 };
        let placed = place(&[((195, 200), 80)], BOUNDS, &[taken], |_| 0);
        assert!(!placed[0].overlaps(&taken));
        let dense = |area: &Area| if area.x0 > 100 { 500 } else { 0 };
        let placed = place(&[((100, 200), 80)], BOUNDS, &[], dense);
        assert!(placed[0].x0 <= 100);
        assert!(place(&[], BOUNDS, &[], |_| 0).is_empty());
    }
}
