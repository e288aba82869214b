use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

fn data(signals: usize, accounts: u64, name: &str) -> SignalDrift {
    let signal = |i: usize| DriftedSignal {
        name: if name == "v" { format!("v{i}") } else { name.to_string() },
        psi: (i % 9 != 8).then_some(0.42 / (i + 1) as f64),
        critical: (i % 7 != 6).then_some(0.1),
        missing_before: 0.02,
        missing_after: if i % 4 == 1 { 0.14 } else { 0.02 },
        vanished: i % 9 == 8,
        appeared: i % 11 == 10,
    };
    SignalDrift {
        from: "2012-05".to_string(),
        to: "2012-06".to_string(),
        signals: (0..signals).map(signal).collect(),
        accounts: [accounts, accounts.saturating_add(20)],
    }
}

fn told(data: &SignalDrift) -> String {
    signal_drift(data, &LABELS).title
}

#[test]
fn titles_count_what_drifts() {
    let mut data = data(9, 100, "v");
    assert_eq!(
        told(&data),
        "From 2012-05 to 2012-06, 4 of 9 signals drift more than chance explains, most of all v0 (PSI 0.42); 1 vanished."
    );
    data.signals.truncate(1);
    assert_eq!(told(&data), "From 2012-05 to 2012-06, 1 of 1 signal drifts more than chance explains: v0 (PSI 0.42).");
    data.signals[0].critical = None;
    assert_eq!(told(&data), "From 2012-05 to 2012-06, v0 (PSI 0.42) moves most of 1 signal.");
    data.signals[0].critical = Some(0.5);
    data.signals[0].psi = Some(0.001);
    assert_eq!(
        told(&data),
        "From 2012-05 to 2012-06, no signal of 1 drifts more than chance explains; the most is v0 (PSI <0.01)."
    );
    data.signals[0].psi = Some(f64::NAN);
    (data.signals[0].vanished, data.signals[0].appeared) = (false, true);
    assert_eq!(told(&data), "From 2012-05 to 2012-06, none of 1 signal has an index of drift; 1 appeared.");
    data.signals.clear();
    assert_eq!(told(&data), "There is no signal to compare between 2012-05 and 2012-06.");
}

#[test]
fn the_description_carries_three_numbers() {
    let chart = signal_drift(&data(9, 100, "v"), &LABELS);
    assert!(
        chart.description.ends_with(
            "Beyond chance: 4 of 9. Highest PSI: 0.420 against a critical value of 0.100. Share missing moves most \
             for v1: 2.0 % → 14.0 %."
        ),
        "{}",
        chart.description
    );
}

#[test]
fn at_most_twenty_are_drawn() {
    let chart = signal_drift(&data(40, 100, "v"), &LABELS);
    assert!(chart.svg.contains(">\nv19\n<") && !chart.svg.contains(">\nv20\n<"));
    assert!(chart.svg.contains("20 less drifted signals left out"));
    for word in ["vanished", "appeared"] {
        assert!(chart.svg.contains(word));
    }
}

#[test]
fn pictures_keep_the_laws() {
    let cases = [(0, "a"), (1, FORTY), (10, HOSTILE), (5_000, ""), (1_000_000, "a"), (u64::MAX, FORTY), (5_000, "v")];
    for signals in [0, 1, 2, 9, 20, 40, 400] {
        for (accounts, name) in cases {
            let mut data = data(signals, accounts, name);
            if name != "a" {
                (data.from, data.to) = (name.to_string(), name.to_string());
            }
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            check(&format!("{signals} signals, {accounts}, {name:?}"), || signal_drift(&data, &labels));
        }
    }
}

#[test]
fn broken_signals_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, -1.0, 1e300, 1e-300, 0.0] {
        let mut data = data(5, 5, "a");
        for (i, signal) in data.signals.iter_mut().enumerate() {
            (signal.psi, signal.critical) = if i % 2 == 0 { (Some(broken), None) } else { (Some(0.1), Some(broken)) };
            (signal.missing_before, signal.missing_after) = (broken, 1.0);
            (signal.vanished, signal.appeared) = (i == 3, i >= 3);
        }
        check(&format!("{broken}"), || signal_drift(&data, &LABELS));
    }
}
