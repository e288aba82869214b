use super::*;
use crate::experiment::Outcome;
use crate::experiment::trend::trend;

fn stored() -> Outcome {
    serde_json::from_str(include_str!("../../../tests/golden/trimmed-audience.outcome.json")).unwrap()
}

fn of(candidate: &str, run_id: &str, change: impl Fn(&mut Outcome)) -> Outcome {
    let mut outcome = stored();
    outcome.run_id = run_id.to_string();
    outcome.models[1].id = candidate.to_string();
    outcome.models[1].digest = format!("digest of {candidate}");
    outcome.comparisons[0].candidate = candidate.to_string();
    change(&mut outcome);
    outcome
}

fn tau() -> Metric {
    "kendall-tau-b".parse().unwrap()
}

/// The columns in which each line has a value.
fn columns(data: &Snapshots) -> Vec<Vec<usize>> {
    let own = |line: &TrendLine| {
        line.values.iter().enumerate().filter_map(|(at, value)| value.as_ref().map(|_| at)).collect()
    };
    data.lines.iter().map(own).collect()
}

fn rules(data: &Snapshots) -> Vec<(usize, &str)> {
    data.rules.iter().map(|rule| (rule.at, rule.text.as_str())).collect()
}

/// What cannot be compared never stands in one line: the figures of other data begin at a rule.
#[test]
fn other_data_break_the_line() {
    let other = |run: &mut Outcome| run.datasets[0].digest = "anotherdataset".to_string();
    let runs = [
        of("clout@1.1.0", "a", |_| {}),
        of("clout@1.2.0", "b", |_| {}),
        of("clout@1.2.0", "c", other),
        of("clout@1.3.0", "d", other),
    ];
    let found = trend(&tau(), &runs);
    let data = drawn(&tau(), &found, &Releases::new());
    assert_eq!(data.snapshots, ["clout@1.1.0", "clout@1.2.0", "clout@1.3.0"]);
    let mut lines = columns(&data);
    lines.sort();
    assert_eq!(lines, [vec![0, 1], vec![1, 2]]);
    assert_eq!(rules(&data), [(1, "data 2011-10 anothe begins")]);
    // One place, so that the digest is what tells the lines apart.
    let mut names: Vec<&str> = data.lines.iter().map(|line| &line.name[3..]).collect();
    names.sort_unstable();
    assert!(names.contains(&"data anothe") && names[0] != names[1], "{names:?}");
    assert!(names.iter().all(|name| name.starts_with("data ") && name.len() == 11), "{names:?}");
    let tables = trend_tables(&tau(), &found, &Releases::new());
    assert_eq!(tables.len(), 2);
    assert!(tables.iter().any(|table| table.caption.ends_with(", data anothe")), "{:?}", tables[0].caption);
}

#[test]
fn another_baseline_breaks_the_line_and_is_no_release_of_data() {
    let other = |run: &mut Outcome| run.models[0].digest = "anotherbaseline".to_string();
    let runs = [of("clout@1.1.0", "a", |_| {}), of("clout@1.2.0", "b", other)];
    let found = trend(&tau(), &runs);
    let data = drawn(&tau(), &found, &Releases::new());
    let mut lines = columns(&data);
    lines.sort();
    assert_eq!((lines, rules(&data)), (vec![vec![0], vec![1]], vec![]));
    assert!(data.lines.iter().any(|line| line.name.ends_with(": baseline anothe")), "{:?}", data.lines);
}

#[test]
fn later_snapshots_are_releases_of_data() {
    let later = |run: &mut Outcome| run.comparisons[0].place.snapshot = Some("2011-12".to_string());
    let runs = [of("clout@1.1.0", "a", |_| {}), of("clout@1.2.0", "b", later)];
    let data = drawn(&tau(), &trend(&tau(), &runs), &Releases::new());
    assert_eq!(rules(&data), [(1, "data 2011-12 begins")]);
    assert_eq!(data.lines[1].name, "2: 2011-12");
    // Several that begin at one version share a rule, and what the figures begin with has none.
    let latest = |run: &mut Outcome| run.comparisons[0].place.snapshot = Some("2012-01".to_string());
    let three = [runs[0].clone(), runs[1].clone(), of("clout@1.2.0", "c", latest)];
    let data = drawn(&tau(), &trend(&tau(), &three), &Releases::new());
    assert_eq!(rules(&data), [(1, "data 2011-12, 2012-01 begin")]);
    // On other topics the data are the same.
    let topic = |run: &mut Outcome| run.comparisons[0].place.topic = Some("rust".to_string());
    let data = drawn(&tau(), &trend(&tau(), &[runs[0].clone(), of("clout@1.2.0", "b", topic)]), &Releases::new());
    assert_eq!((data.lines.len(), rules(&data)), (2, vec![]));
}

#[test]
fn releases_of_versions_are_marked_as_they_were_run() {
    let record = |standing, released: &str| Record { standing, released: released.parse().ok(), live_from: None };
    let key = |id: &str| (id.to_string(), format!("digest of {id}"));
    let releases = Releases::from([
        (key("clout@1.1.0"), record(Standing::WasLive, "2011-10-26")),
        (key("clout@1.2.0"), record(Standing::Live(0.5), "2011-11-26")),
        (key("clout@1.3.0"), record(Standing::Released, "2011-12-26")),
        (("clout@1.4.0".to_string(), "another state".to_string()), record(Standing::Live(1.0), "2012-01-26")),
    ]);
    let runs = ["1.1.0", "1.2.0", "1.3.0", "1.4.0"].map(|version| of(&format!("clout@{version}"), version, |_| {}));
    let found = trend(&tau(), &runs);
    let told: Vec<(usize, String, bool)> =
        drawn(&tau(), &found, &releases).marks.into_iter().map(|mark| (mark.at, mark.text, mark.strong)).collect();
    assert_eq!(
        told,
        [
            (0, "2011-10-26, was live".to_string(), false),
            (1, "2011-11-26, live 50 %".to_string(), true),
            (2, "2011-12-26".to_string(), false),
        ]
    );
    let table = trend_table(&found, &releases);
    let row: Vec<&str> = table.rows[1].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(row[11..13], ["2011-11-26", "live 50 %"]);
    assert_eq!((row[13].len(), row[14].len()), (12, 12));
    let people = trend_tables(&tau(), &found, &releases);
    assert_eq!(people[0].columns.last().map(|column| column.title.as_str()), Some("Released"));
    assert!(trend_tables(&tau(), &found, &Releases::new())[0].columns.iter().all(|column| column.title != "Released"));
}
