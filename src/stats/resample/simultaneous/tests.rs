use crate::stats::estimate::Interval;
use crate::stats::resample::{Average, Plan, Refused, Replicates, Resampled, Statistic, Stream, Units, Used};

const ROWS: usize = 60;

fn plan(replicates: usize, seed: u64) -> Plan {
    Plan { replicates, level: 0.9, seed, units: Units::accounts(ROWS).unwrap() }
}

fn columns(count: usize, seed: u64) -> Vec<Average> {
    let column = |number: usize| {
        let mut stream = Stream::new(seed, "column", number as u64);
        let values: Vec<f64> = (0..ROWS).map(|_| stream.normal() * (1 + number) as f64).collect();
        Average::of_values(&values).unwrap()
    };
    (0..count).map(column).collect()
}

fn borrowed(columns: &[Average]) -> Vec<&dyn Statistic> {
    columns.iter().map(|column| column as &dyn Statistic).collect()
}

fn bounds(result: &Result<Resampled, Refused>) -> Interval {
    result.as_ref().unwrap().estimate.bounds().unwrap()
}

#[test]
fn the_largest_deviation_of_the_chosen_share_fits_within() {
    let columns = columns(6, 1);
    let plan = plan(999, 2);
    let replicates = Replicates::draw(&plan, &borrowed(&columns)).unwrap();
    let joint = replicates.max_t();
    let ends: Vec<Interval> = joint.iter().map(bounds).collect();
    let points: Vec<f64> = replicates.points().iter().map(|point| *point.as_ref().unwrap()).collect();
    // The order statistic is the 900th of 999: so many replicates lie within
    // the intervals around their figures in all columns at once.
    let within = (0..999).filter(|&number| {
        (0..6).all(|at| {
            let moved = (replicates.figures(at)[number].unwrap() - points[at]).abs();
            moved <= (ends[at].upper - points[at]) * (1.0 + 1e-12)
        })
    });
    assert_eq!(within.count(), 900);
    for (at, end) in ends.iter().enumerate() {
        assert!(((end.upper - points[at]) - (points[at] - end.lower)).abs() < 1e-9);
    }
    assert!(matches!(joint[0].as_ref().unwrap().used, Used::MaxT { together: 6, reach } if reach > 1.9 && reach < 3.0));
}

#[test]
fn one_figure_has_no_part_in_another_without_interval() {
    let mut columns = columns(2, 3);
    let plan = plan(999, 4);
    let two = Replicates::draw(&plan, &borrowed(&columns)).unwrap().max_t();
    columns.insert(1, Average::of_values(&[5.0; ROWS]).unwrap());
    columns.push(Average::of_marks(&[true; ROWS]).unwrap());
    let four = Replicates::draw(&plan, &borrowed(&columns)).unwrap().max_t();
    assert_eq!((&four[0], &four[2]), (&two[0], &two[1]));
    assert_eq!(four[1], Err(Refused::NoSpread));
    assert_eq!(four[3], Err(Refused::AtBound { bound: 1.0 }));
    let none = [Average::of_values(&[5.0; ROWS]).unwrap()];
    assert_eq!(Replicates::draw(&plan, &borrowed(&none)).unwrap().max_t(), [Err(Refused::NoSpread)]);
}

#[test]
fn ends_are_cut_at_the_bounds() {
    let marks: Vec<bool> = (0..ROWS).map(|row| row < 2).collect();
    let share = [Average::of_marks(&marks).unwrap()];
    let plan = plan(400, 5);
    let replicates = Replicates::draw(&plan, &borrowed(&share)).unwrap();
    assert_eq!(bounds(&replicates.max_t()[0]).lower, 0.0);
}

#[test]
fn percentiles_together_need_more_replicates() {
    let columns = columns(3, 6);
    let (few, enough) = (plan(599, 7), plan(600, 7));
    let refused = Replicates::draw(&few, &borrowed(&columns)).unwrap().simultaneous_percentile();
    assert!(refused.iter().all(|one| *one == Err(Refused::TooFewReplicates { needed: 600, got: 599 })));
    let replicates = Replicates::draw(&enough, &borrowed(&columns)).unwrap();
    let joint = replicates.simultaneous_percentile();
    for (at, one) in joint.iter().enumerate() {
        let alone = replicates.interval(at, crate::stats::resample::Method::Percentile);
        let (wide, narrow) = (bounds(one), bounds(&alone));
        assert!(wide.lower < narrow.lower && wide.upper > narrow.upper);
        assert_eq!(one.as_ref().unwrap().used, Used::SimultaneousPercentile { together: 3 });
    }
}

#[test]
fn all_figures_are_covered_at_once() {
    const RUNS: u64 = 200;
    let (mut joint, mut apart) = (0, 0);
    for run in 0..RUNS {
        let columns = columns(6, 100 + run);
        let plan = plan(400, run);
        let replicates = Replicates::draw(&plan, &borrowed(&columns)).unwrap();
        let holds_zero = |ends: Interval| ends.lower <= 0.0 && ends.upper >= 0.0;
        joint += u32::from(replicates.max_t().iter().all(|one| holds_zero(bounds(one))));
        let method = crate::stats::resample::Method::Percentile;
        apart += u32::from((0..6).all(|at| holds_zero(bounds(&replicates.interval(at, method)))));
    }
    // Six intervals of 90 % hold together about .9^6 = 53 % of the time.
    assert!((168..=192).contains(&joint), "{joint}");
    assert!((80..=125).contains(&apart), "{apart}");
}
