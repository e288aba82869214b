mod sample;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::report::{Figure, html, markdown};
use sample::{HOSTILE, found};

const TWO: [&str; 2] = ["clout@1.0.0", "clout@1.1.0"];

fn section<'a>(report: &'a Report, id: &str) -> &'a Section {
    report.sections.iter().find(|section| section.id == id).unwrap_or_else(|| panic!("no section {id}"))
}

/// Every sentence of a section.
fn told(section: &Section) -> String {
    let block = |block: &Block| match block {
        Block::Text(text) => text.clone(),
        Block::List(items) => items.join("\n"),
        _ => String::new(),
    };
    section.blocks.iter().map(block).collect::<Vec<String>>().join("\n")
}

fn tables(section: &Section) -> Vec<&Table> {
    let blocks = section.blocks.iter();
    blocks.filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None }).collect()
}

fn figures(section: &Section) -> Vec<&Figure> {
    let blocks = section.blocks.iter();
    blocks.filter_map(|block| if let Block::Figure(figure) = block { Some(figure.as_ref()) } else { None }).collect()
}

fn rows(table: &Table) -> Vec<Vec<&str>> {
    table.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect()
}

#[test]
fn the_summary_tells_of_cheating_and_of_laws() {
    let report = stressed(&found(&TWO[..1]));
    let summary = told(section(&report, "summary"));
    for sentence in [
        "of 999 pairs of neighbours 25.0 % can be told apart, and 3 of the top 3 may stand first.",
        "5 of 7,000 pairs changed their order although neither account did",
        "Cheating pays most by bought: for 10 dollars (our assumption) the median account gains 2.00 points, and one \
         in twenty more than 5.00.",
        "Cheats (kind = bought) stand 2.31 points above others of like latent: they have 41.20, where those have 38.89 \
         (118 of them, beside 20 groups of others).",
        "A law that a score should keep is broken: more of twitter.followers lowers a score (that of <b>|x by <0.01 \
         points); and one more network lowers a score in 5 of 100 trials.",
        "Not made: time: the dataset has one snapshot.",
    ] {
        assert!(summary.contains(sentence), "{sentence}\n{summary}");
    }
    let mut calm = found(&TWO[..1]);
    let version = &mut calm.versions[0];
    let gaming = version.gaming.as_mut().unwrap();
    gaming.attacks.remove(0);
    gaming.cohort.as_mut().unwrap().matched = None;
    let laws = version.laws.as_mut().unwrap();
    laws.monotonicity.broken.clear();
    laws.networks.networks[0].profiles[0].lowered = 0;
    let report = stressed(&calm);
    let summary = told(section(&report, "summary"));
    for sentence in [
        "No attack gains the median account anything for up to 100 dollars (our assumption).",
        "Known to cheat, with a score: 120 accounts of kind = bought (2 more have none). They have 41.50 points on \
         average, the 880 others 33.00; the median one stands above 70.0 % of all.",
        "In 130 tests no account breaks a law that a score should keep.",
    ] {
        assert!(summary.contains(sentence), "{sentence}\n{summary}");
    }
    let laws = section(&report, "version-1-laws");
    assert!(told(laws).contains("30 tests of 3 signals found no account that breaks this."), "{}", told(laws));
    assert!(told(laws).contains("age, sex: it is neither") && tables(laws).is_empty(), "{}", told(laws));
}

#[test]
fn cheating_stands_in_tables() {
    let report = stressed(&found(&TWO[..1]));
    let gaming = section(&report, "version-1-gaming");
    let tables = tables(gaming);
    assert_eq!(tables.len(), 3);
    assert!(tables[0].caption.contains("dollars, our assumption, up to 100"), "{}", tables[0].caption);
    let none = "undefined: the model reads none of the signals that it moves";
    assert_eq!(
        rows(tables[0]),
        [
            ["bought", "1,000 followers", "10", "900", "100", "10", "+2.00", "+5.00", "0.2000"],
            ["ring", "1,000 followers", "10", "900", "100", none, "", "", ""],
        ]
    );
    assert_eq!(
        rows(tables[1]),
        [
            ["silver", "50", "30 (60.0 %)", "12.50", "bought 30"],
            ["gold", "50", "0 (0 %)", "undefined: nobody gets there", "bought 0"],
        ]
    );
    assert!(tables[2].caption.contains("the 20 of 23 that bring most") && tables[2].rows.len() == 20);
    let text = told(gaming);
    let of_attack = "bought: Followers that are bought. Moves twitter.followers. Left as they are: flickr.contacts: \
                     the dataset lacks it. No account can be given more than 90 units. No attacked account has a score \
                     left at a cost of 50.";
    for sentence in [of_attack, "wiki/links: nobody", "Known to cheat, with a score: 120 accounts"] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
}

#[test]
fn counterexamples_are_shown() {
    let report = stressed(&found(&TWO[..1]));
    let tables = tables(section(&report, "version-1-laws"));
    let falls = "2 of 10 (20.0 %)";
    assert_eq!(
        rows(tables[0]),
        [[
            "twitter.followers",
            "twice as much",
            "lower no score",
            falls,
            HOSTILE,
            "1,200 to 2,400",
            "50.00 to 50.00",
            ">−0.01"
        ]]
    );
    let falls = "5 of 100 (5.0 %)";
    assert_eq!(rows(tables[1]), [["wiki", "the weakest, d", "0.25", falls, "c", "20.00 to 18.50", "−1.50"]]);
    let others = told(section(&report, "version-1-others"));
    let pair = "For example, <b>|x stood above e (50.00 and 49.50) and stands below now (49.00 and 49.25).";
    assert!(others.ends_with(pair), "{others}");
}

#[test]
fn a_version_alone_has_its_pictures_and_several_share_two() {
    let kinds = |section: &Section| figures(section).iter().map(|figure| figure.chart.name).collect::<Vec<_>>();
    let report = stressed(&found(&TWO[..1]));
    for (id, kind) in
        [("events", "rank-intervals"), ("choices", "sensitivity"), ("noise", "noise"), ("gaming", "attack-cost")]
    {
        assert_eq!(kinds(section(&report, &format!("version-1-{id}"))), [kind]);
    }
    assert_eq!(
        report.telling,
        ["rank-intervals", "attack-cost", "noise"].map(|kind| format!("clout-1-0-0.2011-10.{kind}"))
    );
    assert!(report.sections.iter().all(|section| section.label.is_some() && section.id != "steadier"));

    let report = stressed(&found(&TWO));
    assert_eq!(kinds(section(&report, "steadier")), ["noise"]);
    let cheaper = section(&report, "cheaper");
    assert_eq!(kinds(cheaper), ["attack-cost"]);
    assert_eq!(
        rows(tables(cheaper)[0]),
        [
            ["silver", "12.50 (30 of 50)", "12.50 (30 of 50)"],
            ["gold", "nobody gets there (0 of 50)", "nobody gets there (0 of 50)"]
        ]
    );
    assert!(kinds(section(&report, "version-2-noise")).is_empty());
    let stems: BTreeSet<&str> = report.figures().map(|figure| figure.stem.as_str()).collect();
    assert_eq!((stems.len(), report.figures().count()), (6, 6));
    let noise = report.figures().find(|figure| figure.stem == "versions.2011-10.noise").unwrap();
    assert!(noise.chart.title.contains("falls below 0.9 between 0 and 10 %"), "{}", noise.chart.title);
    let ids: BTreeSet<&str> = report.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(ids.len(), report.sections.len());
    let labels: Vec<&str> = report.sections.iter().filter_map(|section| section.label.as_deref()).collect();
    assert_eq!(
        labels,
        [
            "Summary",
            "Which version is the steadier",
            "Which version is the cheaper to cheat",
            "clout@1.0.0 on starter, 2011-10",
            "clout@1.1.0 on starter, 2011-10",
            "Provenance"
        ]
    );
}

#[test]
fn places_are_told_apart() {
    let mut everywhere = found(&TWO);
    let mut elsewhere = found(&TWO);
    elsewhere.versions.iter_mut().for_each(|version| version.place.topic = Some("rust".to_string()));
    elsewhere.steadier[0].place.topic = Some("rust".to_string());
    everywhere.versions.extend(elsewhere.versions);
    everywhere.steadier.extend(elsewhere.steadier);
    let report = stressed(&everywhere);
    let steadier = section(&report, "steadier");
    assert_eq!(told(steadier).trim(), "On starter, 2011-10:\n\n\nOn starter, topic rust, 2011-10:");
    assert!(tables(steadier).iter().all(|table| table.rows.len() == 1));
    let sentence = "Under noise of 10.0 %, on starter, topic rust, 2011-10, clout@1.1.0 keeps its order better";
    assert!(told(section(&report, "summary")).contains(sentence));
    let stems: BTreeSet<&str> = report.figures().map(|figure| figure.stem.as_str()).collect();
    assert_eq!((stems.len(), report.figures().count()), (12, 12));
    assert!(stems.contains("versions.rust.2011-10.attack-cost"), "{stems:?}");
}

#[test]
fn what_data_say_is_escaped_wherever_it_is_shown() {
    let report = stressed(&found(&TWO));
    let page = html::render(&report);
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;|x"));
    let text = markdown::render(&report, markdown::Charts::Beside);
    assert!(!text.contains("<b>") && !text.contains("&gt;|x") && text.contains("&lt;b&gt;\\|x"), "{text}");
}

#[test]
fn a_copy_without_accounts_claims_nothing_of_them() {
    let mut copy = found(&TWO[..1]);
    copy.versions[0].forget_accounts();
    let report = stressed(&copy);
    assert!(!html::render(&report).contains("&gt;|x"));
    let summary = told(section(&report, "summary"));
    assert!(summary.contains("25.0 % can be told apart.") && !summary.contains("may stand first"), "{summary}");
    let events = section(&report, "version-1-events");
    assert!(tables(events).is_empty() && figures(events).is_empty());
    // No head without rows, and no column of empty cells.
    let weights = section(&report, "version-1-weights");
    assert!(matches!(weights.blocks.as_slice(), [Block::Text(told)] if told.starts_with("Places under other weights")));
    let left_out = tables(section(&report, "version-1-left-out"))[0];
    assert!(left_out.columns.iter().all(|column| column.title != "Moves furthest"), "{:?}", left_out.columns);
    assert!(left_out.rows.iter().all(|row| row.len() == left_out.columns.len()));
    let lowered = rows(tables(section(&report, "version-1-laws"))[1]);
    assert_eq!(lowered[0][1..3], ["the weakest", "0.25"]);
}

/// Every number of a document but those that say how it was made.
fn numbers(value: &Value, into: &mut Vec<f64>) {
    match value {
        Value::Object(map) => {
            let is_estimate = map.contains_key("point");
            for (key, value) in map {
                let of_all = ["format", "seed", "top"].contains(&key.as_str());
                if !(of_all || is_estimate && key == "level") {
                    numbers(value, into);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| numbers(item, into)),
        Value::Number(number) => into.extend(number.as_f64()),
        _ => {}
    }
}

/// The same document with a number of its own everywhere.
fn made_distinct(value: &mut Value, next: &mut u32) {
    match value {
        Value::Object(map) => {
            let others = map.iter_mut().filter(|(key, _)| *key != "digits");
            others.for_each(|(_, value)| made_distinct(value, next));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| made_distinct(item, next)),
        Value::Number(number) => {
            *next += 1;
            *value = if number.is_f64() { json!(f64::from(*next) / 10_000.0) } else { json!(1_000 + *next) };
        }
        _ => {}
    }
}

fn records(found: &Stressed) -> Vec<::csv::StringRecord> {
    let text = exact_studies(found);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let header = "model,dataset,topic,snapshot,study,subject,figure,value,undefined";
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), header);
    reader.records().map(Result::unwrap).collect()
}

#[test]
fn every_number_of_every_study_has_its_row() {
    let mut document = serde_json::to_value(found(&TWO)).unwrap();
    made_distinct(&mut document, &mut 0);
    let found: Stressed = serde_json::from_value(document.clone()).unwrap();
    let mut told: Vec<f64> = Vec::new();
    for record in records(&found) {
        told.extend(record[7].parse::<f64>());
        told.extend(record[5].split(", ").filter_map(|part| part.split_once('=')?.1.parse::<f64>().ok()));
    }
    let mut wanted = Vec::new();
    numbers(&document, &mut wanted);
    let lacking: Vec<&f64> = wanted.iter().filter(|number| !told.contains(number)).collect();
    assert!(wanted.len() > 500 && lacking.is_empty(), "{} of {}: {lacking:?}", lacking.len(), wanted.len());
}

#[test]
fn a_row_has_a_number_or_the_reason_why_there_is_none() {
    let records = records(&found(&TWO));
    assert_eq!(records.len(), exact::table(&found(&TWO)).rows.len());
    let row = |study: &str, subject: &str, figure: &str| {
        let is = |record: &&::csv::StringRecord| {
            record.iter().skip(4).take(3).eq([study, subject, figure]) && &record[0] == TWO[0]
        };
        let record = records.iter().find(is).unwrap_or_else(|| panic!("{study} {subject} {figure}"));
        (record[7].to_string(), record[8].to_string())
    };
    for record in &records {
        assert!(record[7].is_empty() != record[8].is_empty(), "{record:?}");
        assert_eq!((&record[1], &record[2], &record[3]), ("starter", "", "2011-10"));
    }
    let value = |number: f64| (number.to_string(), String::new());
    assert_eq!(row("sampling", HOSTILE, "together[of=high]"), value(3.0));
    assert_eq!(row("leave-out", "twitter, c", "place-after"), value(900.5));
    assert_eq!(row("noise", "noise=0.1", "tau-b"), value(0.875));
    assert_eq!(row("gaming", "bought, cost=20", "gain"), value(2.5));
    let undefined = |reason: &str| (String::new(), reason.to_string());
    assert_eq!(row("sampling", "", "told-apart-at-top"), undefined("all are equal"));
    assert_eq!(row("leave-out", "twitter/followers", "tau-b"), undefined("all scores are equal"));
    assert_eq!(row("time", "2011-09 to 2011-10", "psi"), undefined("a bin is empty"));
    assert_eq!(row("gaming", "gold", "band-cost"), undefined("nobody gets there"));
    assert_eq!(row("gaming", "ring", "gain-per-cost"), undefined("the model reads none of the signals that it moves"));
    assert_eq!(row("laws", "age", "tested"), undefined("it is neither"));
    assert_eq!(row("time", "", ""), undefined("the dataset has one snapshot"));
    let gain = records.iter().find(|record| &record[4] == "steadier").unwrap();
    assert_eq!((&gain[0], &gain[5], &gain[7]), (TWO[1], "clout@1.0.0, noise=0.1", "0.0021"));
}
