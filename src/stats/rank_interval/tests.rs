use super::apart::Differences;
use super::{Marginal, Placed, Replicated, Simultaneous, contenders, marginal, simultaneous, told_apart};
use crate::stats::rank::average_ranks_descending;
use crate::stats::resample::Stream;
use crate::stats::summary::quantile;
use crate::stats::testing::{near, on_threads};
use crate::stats::undefined::Undefined;

const LEVEL: f64 = 0.95;

/// Scores of so many replicates; `error` gives the errors of one.
fn replicates(scores: &[f64], count: u64, seed: u64, error: impl Fn(&mut Stream) -> Vec<f64>) -> Vec<f32> {
    let one = |number| {
        let errors = error(&mut Stream::new(seed, "replicated scores", number));
        scores.iter().zip(errors).map(|(score, error)| (score + error) as f32).collect::<Vec<f32>>()
    };
    (0..count).flat_map(one).collect()
}

fn normals(stream: &mut Stream, rows: usize, sd: f64) -> Vec<f64> {
    (0..rows).map(|_| stream.normal() * sd).collect()
}

/// Nominal scores with ties, and replicates in which some rows never move,
/// some share a cause, and some are rounded, so that replicates tie.
fn mixed(rows: usize, count: u64, seed: u64) -> (Vec<f64>, Vec<f32>) {
    let mut stream = Stream::new(seed, "mixed", 0);
    let nominal: Vec<f64> = (0..rows).map(|_| f64::from(stream.below(rows as u32 + 4))).collect();
    let kinds: Vec<u32> = (0..rows).map(|_| stream.below(4)).collect();
    let scores = replicates(&nominal, count, seed, |stream| {
        let cause = stream.normal();
        let error = |kind: &u32| match kind {
            0 => 0.0,
            1 => stream.normal(),
            2 => 2.0 * cause + 0.3 * stream.normal(),
            _ => (2.0 * stream.normal()).round() / 2.0 + 0.5,
        };
        kinds.iter().map(error).collect()
    });
    (nominal, scores)
}

/// What [`simultaneous`] gives, in plain words.
fn plainly(nominal: &[f64], scores: &[f32], k: usize, level: f64) -> Simultaneous {
    let rows = nominal.len();
    let drawn: Vec<Vec<f64>> = scores.chunks(rows).map(|one| one.iter().map(|x| f64::from(*x)).collect()).collect();
    let in_top = |scores: &[f64], row: usize| scores.iter().filter(|other| **other > scores[row]).count() < k;
    let mut top: Vec<usize> = (0..rows).filter(|row| in_top(nominal, *row)).collect();
    top.sort_by(|left, right| nominal[*right].total_cmp(&nominal[*left]));
    let often = |row: &usize| drawn.iter().filter(|scores| in_top(scores, *row)).count() * 100 >= drawn.len();
    let contenders: Vec<usize> = (0..rows).filter(|row| top.contains(row) || often(row)).collect();
    let differences = |i: usize, j: usize| drawn.iter().map(move |scores| scores[i] - scores[j]);
    let moments = |i: usize, j: usize| {
        let mean = differences(i, j).sum::<f64>() / drawn.len() as f64;
        let squares: f64 = differences(i, j).map(|by| (by - mean) * (by - mean)).sum();
        (mean, (squares / (drawn.len() - 1) as f64).sqrt())
    };
    let mut largest = vec![0.0f64; drawn.len()];
    for &i in &contenders {
        for j in 0..rows {
            let (mean, spread) = moments(i, j);
            if spread > 1e-9 {
                let sizes = differences(i, j).map(|by| (by - mean).abs() / spread);
                largest.iter_mut().zip(sizes).for_each(|(most, size)| *most = most.max(size));
            }
        }
    }
    largest.sort_by(f64::total_cmp);
    let reach = largest[(level * (drawn.len() + 1) as f64).ceil() as usize - 1];
    let below = |i: usize, j: usize| {
        let (mean, spread) = moments(i, j);
        let by = nominal[i] - nominal[j];
        let spread = if spread > 1e-9 { spread } else { 0.0 };
        by - (mean - by).abs() > reach * spread
    };
    let ranks = average_ranks_descending(nominal);
    let (mut group, mut first) = (0, f64::INFINITY);
    let mut placed = Vec::new();
    for &i in &top {
        let equal = |score: f64| top.iter().filter(move |row| nominal[**row] == score);
        if equal(first).any(|&l| equal(nominal[i]).any(|&r| below(l, r))) || group == 0 {
            (group, first) = (group + 1, nominal[i]);
        }
        placed.push(Placed {
            row: i as u32,
            rank: ranks[i],
            best: 1 + (0..rows).filter(|j| below(*j, i)).count() as u32,
            worst: (rows - (0..rows).filter(|j| below(i, *j)).count()) as u32,
            group,
        });
    }
    Simultaneous { top: placed, reach, contenders: contenders.len() }
}

#[test]
fn agrees_with_all_pairs_one_by_one() {
    let mut groups = std::collections::BTreeSet::new();
    for seed in 0..150 {
        let rows = 2 + seed as usize % 13;
        let (nominal, scores) = mixed(rows, 60, seed);
        let replicated = Replicated::new(&nominal, &scores).unwrap();
        let k = 1 + seed as usize % 5;
        let Ok(ours) = simultaneous(replicated, k, 0.6) else {
            assert!(scores.chunks(rows).all(|one| one == &scores[..rows]), "seed {seed}");
            continue;
        };
        let theirs = plainly(&nominal, &scores, k, 0.6);
        assert_eq!((&ours.top, ours.contenders), (&theirs.top, theirs.contenders), "seed {seed}");
        assert!(near(ours.reach, theirs.reach, 1e-5), "{} {}", ours.reach, theirs.reach);
        groups.insert(ours.top.last().unwrap().group);
    }
    assert!(groups.len() >= 4, "tops of one group and of many: {groups:?}");
}

#[test]
fn agrees_where_rows_fill_several_blocks() {
    let (nominal, scores) = mixed(1100, 40, 1);
    let ours = simultaneous(Replicated::new(&nominal, &scores).unwrap(), 40, 0.5).unwrap();
    let theirs = plainly(&nominal, &scores, 40, 0.5);
    assert_eq!((&ours.top, ours.contenders), (&theirs.top, theirs.contenders));
    assert!(near(ours.reach, theirs.reach, 1e-5));
    assert!(ours.contenders > 40 && ours.top.len() > 16);
}

#[test]
fn marginal_ranks_are_those_of_each_replicate() {
    for seed in 0..20 {
        let rows = 2 + 3 * seed as usize;
        let (nominal, scores) = mixed(rows, 50, seed);
        let ranks: Vec<Vec<f64>> = scores
            .chunks(rows)
            .map(|one| average_ranks_descending(&one.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>()))
            .collect();
        let ours = marginal(Replicated::new(&nominal, &scores).unwrap(), 0.6).unwrap();
        assert_eq!(ours.len(), rows);
        for (row, ours) in ours.iter().enumerate() {
            let mut own: Vec<f64> = ranks.iter().map(|ranks| ranks[row]).collect();
            own.sort_by(f64::total_cmp);
            let ends = ours.rank.bounds().unwrap();
            let at = |p: f64| quantile(&own, p).unwrap();
            assert_eq!([ends.lower, ours.median, ends.upper], [at(0.2), at(0.5), at(0.8)]);
            assert!(near(ours.mean, own.iter().sum::<f64>() / 50.0, 1e-12));
            assert_eq!(ours.rank.point(), average_ranks_descending(&nominal)[row]);
        }
        let sum: f64 = ours.iter().map(|ours| ours.mean).sum();
        assert!(near(sum, (rows * (rows + 1)) as f64 / 2.0, 1e-9), "ranks of a replicate sum to the same");
    }
}

/// True scores, and how errors come about.
#[derive(Clone, Copy, Debug)]
enum World {
    /// A deviation of the error between neighbours.
    Apart,
    /// Neighbours a twentieth of a deviation apart.
    Crowded,
    /// As apart as half a deviation; a shared cause of twice the error, which
    /// moves some rows up and some down, and errors that grow with the row.
    Shared,
}

const ROWS: usize = 20;

impl World {
    fn truth(self) -> Vec<f64> {
        let step = match self {
            World::Apart => 1.0,
            World::Crowded => 0.05,
            World::Shared => 0.5,
        };
        (0..ROWS).map(|row| -step * row as f64).collect()
    }

    fn errors(self, stream: &mut Stream) -> Vec<f64> {
        match self {
            World::Apart | World::Crowded => normals(stream, ROWS, 1.0),
            World::Shared => {
                let cause = 2.0 * stream.normal();
                let load = |row: usize| [1.0, 1.0, -1.0][row % 3];
                (0..ROWS).map(|row| cause * load(row) + (0.2 + 0.05 * row as f64) * stream.normal()).collect()
            }
        }
    }

    /// Scores with errors, and 400 replicates with errors of the same kind.
    fn drawn(self, seed: u64) -> (Vec<f64>, Vec<f32>) {
        let errors = self.errors(&mut Stream::new(seed, "errors of a world", 0));
        let nominal: Vec<f64> = self.truth().iter().zip(errors).map(|(truth, error)| truth + error).collect();
        let scores = replicates(&nominal, 400, seed, |stream| self.errors(stream));
        (nominal, scores)
    }
}

/// Of 200 worlds.
#[derive(Debug, Default)]
struct Covered {
    /// All true ranks of the top lie in their intervals.
    ranks: u32,
    /// Nothing is said to be surely below that is truly above.
    claims: u32,
    /// The same with a reach that is found for the top alone.
    claims_top_alone: u32,
    /// The mean width of the intervals, in ranks.
    width: f64,
}

/// Whether a row of the top is said to be surely below another that it is
/// truly above, or the other way round, at such a reach. Rows stand in their
/// true order.
fn claims_falsely(nominal: &[f64], scores: &[f32], top: &[u32], reach: f64) -> bool {
    let falsely = |i: usize, j: usize| {
        let differences = || scores.chunks(ROWS).map(|one| f64::from(one[i]) - f64::from(one[j]));
        let mean = differences().sum::<f64>() / 400.0;
        let spread = (differences().map(|by| (by - mean) * (by - mean)).sum::<f64>() / 399.0).sqrt();
        let by = nominal[i] - nominal[j];
        by.abs() - (mean - by).abs() > reach * spread && (by > 0.0) != (i < j)
    };
    top.iter().any(|i| (0..ROWS).any(|j| j != *i as usize && falsely(*i as usize, j)))
}

fn covered(world: World, k: usize) -> Covered {
    let mut covered = Covered::default();
    for seed in 0..200 {
        let (nominal, scores) = world.drawn(seed);
        let replicated = Replicated::new(&nominal, &scores).unwrap();
        let found = simultaneous(replicated, k, LEVEL).unwrap();
        let holds = |placed: &Placed| (placed.best..=placed.worst).contains(&(placed.row + 1));
        covered.ranks += u32::from(found.top.iter().all(holds));
        covered.width += found.top.iter().map(|placed| f64::from(placed.worst - placed.best)).sum::<f64>();
        let top = replicated.top(k);
        let alone = f64::from(Differences::of(replicated).unwrap().reach(&top, LEVEL).unwrap());
        assert!(alone <= found.reach);
        covered.claims += u32::from(!claims_falsely(&nominal, &scores, &top, found.reach));
        covered.claims_top_alone += u32::from(!claims_falsely(&nominal, &scores, &top, alone));
    }
    covered.width /= 200.0 * k as f64;
    covered
}

/// Prints the table of METHODOLOGY.md with `--nocapture`.
#[test]
fn the_ranks_of_a_chosen_top_hold_together() {
    for k in [1, 5] {
        for world in [World::Apart, World::Crowded, World::Shared] {
            let covered = covered(world, k);
            println!("top {k}, {world:?}: {covered:.1?}");
            assert!(covered.ranks >= 186 && covered.claims >= 186, "{world:?}: {covered:?}");
            assert!(covered.claims_top_alone <= covered.claims);
            if k == 1 && matches!(world, World::Crowded) {
                // The first was chosen for its luck, which a reach for it alone does not know.
                assert!(covered.claims_top_alone < 186, "{covered:?}");
            }
        }
    }
}

/// Prints the table of METHODOLOGY.md with `--nocapture`.
#[test]
fn marginal_intervals_hold_apart_and_not_in_a_crowd() {
    let share = |world: World| {
        let (mut any, mut first) = (0, 0);
        for seed in 0..200 {
            let (nominal, scores) = world.drawn(seed);
            let found = marginal(Replicated::new(&nominal, &scores).unwrap(), LEVEL).unwrap();
            let holds = |(row, found): (usize, &Marginal)| {
                let ends = found.rank.bounds().unwrap();
                ends.lower <= (row + 1) as f64 && (row + 1) as f64 <= ends.upper
            };
            any += found.iter().enumerate().filter(|found| holds(*found)).count();
            let best = (0..ROWS).max_by(|left, right| nominal[*left].total_cmp(&nominal[*right])).unwrap();
            first += usize::from(holds((best, &found[best])));
        }
        println!("{world:?}: {:.1} % of rows, {:.1} % of the first", any as f64 / 40.0, first as f64 / 2.0);
        (any as f64 / 4000.0, first as f64 / 200.0)
    };
    let apart = share(World::Apart);
    assert!(apart.0 > 0.93 && apart.1 > 0.9, "{apart:?}");
    let crowded = share(World::Crowded);
    assert!(crowded.0 < 0.9, "{crowded:?}");
    share(World::Shared);
}

#[test]
fn rows_far_apart_have_their_rank_and_a_group_each() {
    let nominal: Vec<f64> = (0..30).map(|row| 100.0 - 3.0 * f64::from(row)).collect();
    let scores = replicates(&nominal, 400, 1, |stream| normals(stream, 30, 0.1));
    let replicated = Replicated::new(&nominal, &scores).unwrap();
    for (row, found) in marginal(replicated, LEVEL).unwrap().iter().enumerate() {
        let rank = (row + 1) as f64;
        let ends = found.rank.bounds().unwrap();
        assert_eq!([ends.lower, ends.upper, found.median, found.mean], [rank; 4]);
    }
    let found = simultaneous(replicated, 5, LEVEL).unwrap();
    let places: Vec<[u32; 4]> = found.top.iter().map(|row| [row.row + 1, row.best, row.worst, row.group]).collect();
    assert_eq!(places, [1, 2, 3, 4, 5].map(|rank| [rank; 4]));
    assert_eq!(found.contenders, 5);
    let apart = told_apart(replicated, 30, LEVEL).unwrap();
    assert_eq!((apart.neighbours, apart.apart, apart.share), (29, 29, 1.0));
}

#[test]
fn noise_alone_tells_nobody_apart() {
    let mut stream = Stream::new(3, "noise alone", 0);
    let nominal = normals(&mut stream, 200, 0.5);
    let scores = replicates(&nominal, 400, 3, |stream| normals(stream, 200, 1.0));
    let replicated = Replicated::new(&nominal, &scores).unwrap();
    let found = simultaneous(replicated, 10, LEVEL).unwrap();
    assert!(found.top.iter().all(|row| (row.best, row.worst, row.group) == (1, 200, 1)), "{found:?}");
    assert!(found.reach > 4.0 && found.reach < 6.0, "{}", found.reach);
    assert_eq!(told_apart(replicated, 200, LEVEL).unwrap().apart, 0);
}

#[test]
fn a_shared_cause_does_not_blur_what_it_moves_together() {
    let nominal: Vec<f64> = (0..10).map(f64::from).collect();
    let together = |stream: &mut Stream| {
        let cause = 30.0 * stream.normal();
        normals(stream, 10, 0.1).into_iter().map(|error| cause + error).collect()
    };
    let scores = replicates(&nominal, 400, 4, together);
    let found = simultaneous(Replicated::new(&nominal, &scores).unwrap(), 3, LEVEL).unwrap();
    assert!(found.top.iter().all(|row| row.best == row.worst), "{found:?}");
}

#[test]
fn equals_share_groups_and_have_no_neighbour() {
    let nominal = [9.0, 5.0, 5.0, 9.0, 5.0, 1.0, 0.0];
    // The last of the fives never moves, the first do a little: all fives stand apart from the nines.
    let small = [0.1, 3.0, 0.1, 0.1, 0.0, 0.1, 0.1];
    let scores = replicates(&nominal, 400, 5, |stream| small.map(|sd| sd * stream.normal()).to_vec());
    let replicated = Replicated::new(&nominal, &scores).unwrap();
    let found = simultaneous(replicated, 3, LEVEL).unwrap();
    let groups: Vec<(u32, f64, u32)> = found.top.iter().map(|row| (row.row, row.rank, row.group)).collect();
    assert_eq!(groups, [(0, 1.5, 1), (3, 1.5, 1), (1, 4.0, 2), (2, 4.0, 2), (4, 4.0, 2)]);
    assert_eq!((found.top[0].best, found.top[1].best), (1, 1));
    // Row 1 by itself cannot be told from the nines, but its equals can.
    assert_eq!(found.top[2].best, 1);
    let apart = told_apart(replicated, 7, LEVEL).unwrap();
    assert_eq!((apart.neighbours, apart.apart), (1, 1));
    let reason = told_apart(replicated, 5, LEVEL).unwrap_err().to_string();
    assert_eq!(reason, "no two neighbours of the order are without equals");
}

#[test]
fn what_replicates_do_on_average_is_taken_off_a_difference() {
    let nominal = [10.0, 9.0, 0.0];
    for (drop, apart) in [(0.0, true), (0.5, true), (1.5, false), (-1.5, false)] {
        let scores = replicates(&nominal, 400, 6, |stream| {
            let mut errors = normals(stream, 3, 0.05);
            errors[0] -= drop;
            errors
        });
        let replicated = Replicated::new(&nominal, &scores).unwrap();
        let found = simultaneous(replicated, 2, LEVEL).unwrap();
        assert_eq!(found.top[1].group == 2, apart, "{drop}: {found:?}");
        assert_eq!(told_apart(replicated, 2, LEVEL).unwrap().apart == 1, apart);
    }
}

#[test]
fn who_is_told_apart_among_many_is_told_apart_alone() {
    let (mut together, mut alone) = (0, 0);
    for seed in 0..100 {
        let (nominal, scores) = mixed(8, 400, seed);
        let replicated = Replicated::new(&nominal, &scores).unwrap();
        let Ok(pair) = told_apart(replicated, 2, LEVEL) else { continue };
        let found = simultaneous(replicated, 2, LEVEL).unwrap();
        let apart = usize::from(found.top[1].group == 2);
        assert!(apart <= pair.apart, "seed {seed}");
        together += apart;
        alone += pair.apart;
    }
    assert!(together > 0 && alone > together, "{together} {alone}");
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let (nominal, scores) = mixed(700, 400, 9);
    let all = || {
        let replicated = Replicated::new(&nominal, &scores).unwrap();
        let (ranks, top) = (marginal(replicated, LEVEL).unwrap(), simultaneous(replicated, 40, LEVEL).unwrap());
        (ranks, top, told_apart(replicated, 700, LEVEL))
    };
    let one = on_threads(1, all);
    assert_eq!(one, on_threads(2, all));
    assert_eq!(one, on_threads(3, all));
}

#[test]
fn undefined() {
    let refused = |nominal: &[f64], scores: &[f32]| Replicated::new(nominal, scores).unwrap_err();
    assert_eq!(refused(&[1.0], &[1.0]), Undefined::TooFew { needed: 2, got: 1 });
    assert_eq!(refused(&[1.0, 2.0], &[]), Undefined::Empty);
    assert_eq!(refused(&[1.0, f64::NAN], &[1.0, 2.0]), Undefined::NotFinite);
    assert_eq!(refused(&[1.0, 2.0], &[1.0, f32::INFINITY]), Undefined::NotFinite);
    assert_eq!(refused(&[1.0, 1e300], &[1.0, 2.0]), Undefined::Overflow);
    assert!(matches!(refused(&[1.0, 2.0], &[1.0, 2.0, 3.0]), Undefined::OutOfRange { .. }));

    let nominal = [3.0, 2.0, 1.0];
    let still: Vec<f32> = [3.0, 2.0, 1.0].repeat(400);
    let replicated = Replicated::new(&nominal, &still).unwrap();
    let moved = "the replicates do not differ in how far rows are apart";
    assert_eq!(simultaneous(replicated, 1, LEVEL).unwrap_err().to_string(), moved);
    // All rows move alike, or each always in the same way.
    let shared: Vec<f32> = (0..400u16).flat_map(|number| [3.0, 2.0, 1.0].map(|x| x + f32::from(number))).collect();
    let fixed: Vec<f32> = [2.5, 2.0, 3.0].repeat(400);
    for scores in [shared, fixed] {
        let replicated = Replicated::new(&nominal, &scores).unwrap();
        assert_eq!(simultaneous(replicated, 1, LEVEL).unwrap_err().to_string(), moved);
    }
    assert_eq!(marginal(replicated, LEVEL).unwrap()[0].rank.point(), 1.0);
    assert_eq!(told_apart(replicated, 3, LEVEL).unwrap().apart, 2);
    for k in [simultaneous(replicated, 0, LEVEL).err(), told_apart(replicated, 0, LEVEL).err()] {
        assert_eq!(k, Some(Undefined::Empty));
    }
    let few = Replicated::new(&nominal, &still[..3 * 399]).unwrap();
    let too_few = Some(Undefined::TooFew { needed: 400, got: 399 });
    assert_eq!(marginal(few, LEVEL).err(), too_few);
    assert_eq!(simultaneous(few, 1, LEVEL).err(), too_few);
    assert_eq!(told_apart(few, 3, LEVEL).err(), too_few);
    assert!(matches!(marginal(replicated, 0.0), Err(Undefined::OutOfRange { .. })));
    assert_eq!(contenders(replicated, 5, &[0, 1, 2]), [0, 1, 2]);
}
