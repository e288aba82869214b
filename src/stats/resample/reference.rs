//! Weighted figures, jackknives and intervals against NumPy and SciPy. The
//! script beside the table says how the table was made.

use serde_json::Value;

use super::{Average, NoBca, Prepared, Scratch, Spearman, Statistic, TauB, Units, bca, percentile};
use crate::stats::paired::Paired;
use crate::stats::testing::near;

const TOLERANCE: f64 = 1e-12;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn counts(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|number| u32::try_from(number.as_u64().unwrap()).unwrap()).collect()
}

#[track_caller]
fn agree(what: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!(near(*ours, *theirs, TOLERANCE), "{what}: {ours} is not {theirs}");
    }
}

#[test]
fn scipy_agrees_on_weights_jackknives_and_intervals() {
    let table: Value = serde_json::from_str(include_str!("../../../tests/reference/resample.json")).unwrap();
    let level = table["level"].as_f64().unwrap();
    let cases = table["cases"].as_object().unwrap();
    assert_eq!(cases.len(), 4, "the table is whole");
    for (name, case) in cases {
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        let (weights, clusters) = (counts(&case["weights"]), counts(&case["clusters"]));
        let pairs = Paired::new(&first, &second).unwrap();
        let prepared = Prepared::new(pairs);
        let shift = Average::of_differences(pairs).unwrap();
        let real: Vec<f64> = weights.iter().map(|&weight| f64::from(weight)).collect();
        let weighted = prepared.clone().weighted(&real).unwrap();
        let weighted_shift = shift.clone().weighted(&real).unwrap();
        let statistics: [(&str, &dyn Statistic, &dyn Statistic); 3] = [
            ("tau", &TauB(&prepared), &TauB(&weighted)),
            ("rho", &Spearman(&prepared), &Spearman(&weighted)),
            ("shift", &shift, &weighted_shift),
        ];
        for (which, statistic, weighted) in statistics {
            let expected = &case[which];
            let what = |part: &str| format!("{name}, {which}: {part}");
            let theirs = [expected["weighted"].as_f64().unwrap()];
            agree(&what("counted"), &[statistic.of(&weights, &mut Scratch::default()).unwrap()], &theirs);
            agree(&what("weighted"), &[weighted.point().unwrap()], &theirs);
            let jackknife = statistic.leave_one_out(&Units::accounts(first.len()).unwrap()).unwrap();
            agree(&what("jackknife"), &jackknife, &numbers(&expected["jackknife"]));
            let by_cluster = statistic.leave_one_out(&Units::clusters(&clusters).unwrap()).unwrap();
            agree(&what("cluster jackknife"), &by_cluster, &numbers(&expected["cluster-jackknife"]));
            let replicates = numbers(&expected["replicates"]);
            let ends = percentile(&replicates, level).unwrap();
            agree(&what("percentile"), &[ends.0, ends.1], &numbers(&expected["percentile"]));
            let corrected: Result<_, NoBca> = bca(statistic.point().unwrap(), &replicates, &jackknife, level).unwrap();
            let (ends, _, _) = corrected.unwrap();
            agree(&what("bca"), &[ends.0, ends.1], &numbers(&expected["bca"]));
        }
    }
}
