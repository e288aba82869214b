//! Golden cases: held by a check for every version and by experiments for candidates, on scores that
//! a reader can compute; mistakes of the file, and what becomes of a run.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{PLAIN, Ran, clout, files, project};

/// Scores are 1 + 99 * x / 100 under 1.0.0, and the same of y under 2.0.0. Nobody knows the x of `e`;
/// `b` and `c` are tied before.
const ROWS: &str = "id,x,y,kind\na,90,90,person\nb,80,70,person\nc,80,50,brand\nd,10,10,brand\ne,,5,bot\n";

const HEAD: &str = "format = 1\ngolden = \"plain\"\n";

/// A workbench with two versions of a family, the second of which extends the first, a dataset and an
/// experiment.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new(cases: &str) -> Bench {
        let bench = Bench(tempfile::tempdir().unwrap());
        bench.write("models/plain/1.0.0.toml", PLAIN);
        let second =
            "format = 1\nmodel = \"plain@2.0.0\"\nextends = \"1.0.0\"\nrationale = \"y\"\n[factor.x]\nvalue = \"y\"\n";
        bench.write("models/plain/2.0.0.toml", second);
        bench.data(ROWS);
        bench.write(
            "experiments/e.toml",
            "format = 1\nexperiment = \"e\"\nbaseline = \"plain@1.0.0\"\ncandidates = [\"plain@2.0.0\"]\ndataset = \"d\"\n",
        );
        bench.golden(cases);
        bench
    }

    fn data(&self, rows: &str) {
        use sha2::Digest;
        let digest: String = sha2::Sha256::digest(rows).iter().map(|byte| format!("{byte:02x}")).collect();
        self.write("datasets/d/rows.csv", rows);
        let manifest = format!(
            "format = 1\ndataset = \"d\"\npopulation = \"p\"\nsource = \"s\"\nlicence = \"l\"\n[[table]]\nfile = \"rows.csv\"\nencoding = \"csv\"\nsha256 = \"{digest}\"\n[column.id]\nrole = \"key\"\ntype = \"text\"\n[column.x]\nrole = \"signal\"\n[column.y]\nrole = \"signal\"\n[column.kind]\nrole = \"segment\"\n"
        );
        self.write("datasets/d/dataset.toml", &manifest);
    }

    fn golden(&self, cases: &str) {
        self.write("models/plain/golden.toml", &format!("{HEAD}{cases}"));
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn clout(&self, arguments: &[&str]) -> Ran {
        clout(self.path(), arguments)
    }

    /// What came of the golden cases of the experiment, with the run id.
    fn outcome(&self, code: i32) -> Value {
        let ran = self.clout(&["run", "e", "--format", "json"]);
        assert_eq!(ran.code, code, "{ran:?}");
        serde_json::from_str::<Value>(&ran.out).unwrap()[0].clone()
    }
}

/// A case; `more` stands before `must`.
fn case(name: &str, more: &str, must: &str) -> String {
    format!("[[case]]\nname = \"{name}\"\ndataset = \"d\"\n{more}\nmust = {{ {must} }}\nbecause = \"they are known\"\n")
}

/// One case of each kind, each of which every version keeps.
fn kept() -> String {
    [
        case("ann first", "", "order = [\"a\", \"b\", \"d\"]"),
        case("shown", "", "within = { account = \"a\", low = 90, high = 90 }"),
        // Tied for the second place under 1.0.0.
        case("near the top", "", "top = { account = \"b\", k = 2 }"),
        case("persons rest", "", "still = { segment = \"kind = person\", at-most = 9.9 }"),
    ]
    .concat()
}

#[test]
fn cases_that_hold_are_counted_and_held_by_every_version() {
    let bench = Bench::new(&kept());
    let ran = bench.clout(&["check"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(ran.out, "ok: 2 models, 1 dataset, 1 experiment, 4 golden cases\n");
    let alone = bench.clout(&["check", "models/plain/golden.toml"]);
    assert_eq!((alone.code, alone.out.as_str()), (0, "ok: 4 golden cases\n"), "{alone:?}");
    let outcome = bench.outcome(0);
    let golden = outcome["golden"].as_array().unwrap();
    assert_eq!((golden.len(), &outcome["passed"]), (4, &true.into()));
    assert!(golden.iter().all(|verdict| verdict["candidate"] == "plain@2.0.0" && verdict["met"] == true));
    let top = &golden[2]["got"]["top"];
    assert!(top["place"] == 2.0 && (top["standing"]["score"].as_f64().unwrap() - 70.3).abs() < 1e-9, "{top}");
    assert_eq!((&golden[3]["baseline"], &golden[0]["baseline"]), (&"plain@1.0.0".into(), &Value::Null));
}

#[test]
fn a_case_that_fails_names_account_expectation_and_what_came() {
    let because = "; they are known.";
    for (must, versions, got) in [
        // A tie fails and says so; without the tie it holds.
        ("order = [\"a\", \"b\", \"c\"]", &["plain@1.0.0"][..], "a 90.10, b 80.20, c 80.20: b and c are tied"),
        ("order = [\"d\", \"a\"]", &["plain@1.0.0", "plain@2.0.0"], "d 10.90, a 90.10: a stands above d"),
        ("order = [\"d\", \"e\"]", &["plain@1.0.0"], "d 10.90, e no score: e has no score"),
        ("within = { account = \"b\", low = 75, high = 85 }", &["plain@2.0.0"], "got 70 ("),
        ("within = { account = \"e\", low = 1, high = 100 }", &["plain@1.0.0"], "got no score ("),
        ("top = { account = \"c\", k = 2 }", &["plain@2.0.0"], "got place 3 with 50.50 ("),
        ("top = { account = \"e\", k = 5 }", &["plain@1.0.0"], "got no score ("),
        (
            "still = { segment = \"kind=person\", at-most = 9.8 }",
            &["plain@2.0.0"],
            "nobody of kind = person moves by more than 9.8 from plain@1.0.0, got 1 of 2 accounts move further: b by −9.90 (",
        ),
        (
            "still = { segment = \"kind=bot\", at-most = 99 }",
            &["plain@2.0.0"],
            "got 1 of 1 account lack a score: e had no score (",
        ),
        (
            "still = { cohort = \"lists/few.txt\", at-most = 1 }",
            &["plain@2.0.0"],
            "nobody of cohort lists/few.txt moves by more than 1 from plain@1.0.0, got 2 of 3 accounts move further: c by −29.70, b by −9.90 (",
        ),
    ] {
        let bench = Bench::new(&case("it", "", must));
        bench.write("lists/few.txt", "# whom we know\nb\n\nc\nb\na\n");
        let ran = bench.clout(&["check"]);
        assert_eq!(ran.code, 1, "{must}\n{ran:?}");
        let failed: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("FAILED: golden case `it`: ")).collect();
        assert_eq!(failed.len(), versions.len(), "{must}\n{}", ran.out);
        for (line, version) in failed.iter().zip(versions) {
            let place = format!("({version} · d){because}");
            assert!(line.ends_with(&place), "{line} does not end with {place}");
        }
        assert!(ran.out.contains(got), "{got}\n{}", ran.out);
        assert!(ran.out.ends_with("else ok: 2 models, 1 dataset, 1 experiment, 1 golden case\n"), "{}", ran.out);
        // The candidate is held in the experiment, the baseline is not.
        let fails = versions.contains(&"plain@2.0.0");
        let outcome = bench.outcome(i32::from(fails));
        assert_eq!(outcome["golden"][0]["met"], !fails, "{must}");
        assert_eq!(outcome["passed"], !fails);
    }
}

#[test]
fn only_versions_from_the_first_on_are_held() {
    let failing = "order = [\"d\", \"a\"]";
    let bench = Bench::new(&case("later", "since = \"2.0.0\"", failing));
    let ran = bench.clout(&["check"]);
    assert!(ran.code == 1 && ran.out.starts_with("FAILED") && !ran.out.contains("plain@1.0.0"), "{ran:?}");
    // Drafts are held as their version is.
    let compare = |edit: &[&str]| bench.clout(&[&["compare", "plain@2.0.0", "--on", "d"], edit].concat());
    let draft = compare(&["--set", "weight[factor=x] *= 2"]);
    assert!(draft.code == 1 && draft.out.contains("No. The one golden case failed."), "{draft:?}");
    let older = bench.clout(&["compare", "plain@1.0.0", "--on", "d", "--set", "weight[factor=x] *= 2"]);
    assert!(older.code == 0 && older.out.contains("Nothing was expected"), "{older:?}");
    // What is only scored or studied is held to nothing.
    assert_eq!(bench.clout(&["score", "plain@2.0.0", "--on", "d"]).code, 0);
    bench.golden(&case("later", "since = \"3.0.0\"", failing));
    let ran = bench.clout(&["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "ok: 2 models, 1 dataset, 1 experiment, 1 golden case\n"));
}

/// Cases that hold no candidate leave a run as it is, to the byte.
#[test]
fn a_run_depends_on_its_cases_and_on_nothing_else_of_the_file() {
    let bench = Bench::new(&case("later", "since = \"3.0.0\"", "order = [\"d\", \"a\"]"));
    let none = bench.outcome(0);
    fs::remove_file(bench.path().join("models/plain/golden.toml")).unwrap();
    assert_eq!(bench.outcome(0), none);
    assert_eq!(none.get("golden"), None);
    bench.golden(&kept());
    let held = bench.outcome(0);
    assert_ne!(held["run-id"], none["run-id"]);
    bench.golden(&format!("# a comment\n\n{}", kept().replace(" = ", "  =  ")));
    assert_eq!(bench.outcome(0), held);
    bench.golden(&kept().replace("k = 2", "k = 3"));
    let other = bench.outcome(0);
    assert_ne!(other["run-id"], held["run-id"]);
    // Made again, the run names what changed.
    bench.golden(&kept());
    let stored = format!("runs/e/{}", held["run-id"].as_str().unwrap());
    assert_eq!(bench.clout(&["run", "--again", &stored]).code, 0);
    bench.golden(&kept().replace("k = 2", "k = 4"));
    let again = bench.clout(&["run", "--again", &stored]);
    assert!(again.code == 3 && (again.out.clone() + &again.err).contains("golden cases of plain"), "{again:?}");
}

#[test]
fn an_account_that_moves_in_a_list_makes_another_run() {
    let bench = Bench::new(&case("few", "", "still = { cohort = \"few.txt\", at-most = 50 }"));
    bench.write("few.txt", "a\nb\n");
    let first = bench.outcome(0);
    bench.write("few.txt", "# the same\na\n\nb\n");
    assert_eq!(bench.outcome(0), first);
    bench.write("few.txt", "a\nc\n");
    assert_ne!(bench.outcome(0)["run-id"], first["run-id"]);
}

#[test]
fn verdicts_stand_beside_those_of_expectations() {
    let bench = Bench::new(&[case("turned", "", "order = [\"d\", \"a\"]"), kept()].concat());
    let ran = bench.clout(&["run", "e"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("No. 1 of 5 golden cases failed."), "{}", ran.out);
    assert!(ran.out.contains("FAILED: golden case `turned`: d above a, got d 10.90, a 90.10: a stands above d"));
    let stored = files(&bench.path().join("runs"));
    let read = |name: &str| {
        let (_, bytes) = stored.iter().find(|(path, _)| path.ends_with(name)).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    for name in ["report.md", "report.html"] {
        assert!(read(name).contains("turned") && read(name).contains("a stands above d"), "{name}");
    }
    let junit = read("junit.xml");
    assert!(junit.contains("tests=\"5\" failures=\"1\""), "{junit}");
    assert!(junit.contains("classname=\"e.plain@2.0.0.d\"") && junit.contains("type=\"golden\""), "{junit}");
    let listed = bench.clout(&["list", "runs"]);
    assert!(listed.out.contains("1 of 5 FAILED"), "{}", listed.out);
    let csv = bench.clout(&["run", "e", "--format", "csv"]);
    assert_eq!(csv.out.lines().count(), 6, "{}", csv.out);
    let held = bench.clout(&["compare", "plain@1.0.0", "plain@2.0.0", "--on", "d"]);
    assert_eq!(held.code, 1, "{}", held.err);
    bench.golden(&kept());
    let held = bench.clout(&["compare", "plain@1.0.0", "plain@2.0.0", "--on", "d"]);
    let told = "All 4 golden cases hold. Nothing else was expected: this report describes and does not judge.";
    assert!(held.code == 0 && held.out.contains(told), "{held:?}");
}

#[test]
fn accounts_go_from_redacted_copies() {
    let bench = Bench::new(&case("xenia above yves", "", "order = [\"xenia\", \"yves\"]"));
    bench.data(&format!("{ROWS}yves,95,95,person\nxenia,94,94,person\n"));
    bench.golden(&[
        "[[case]]\nname = \"xenia above yves\"\ndataset = \"d\"\nmust = { order = [\"xenia\", \"yves\"] }\nbecause = \"as xenia says\"\n".to_string(),
        case("few", "", "still = { cohort = \"few.txt\", at-most = 0 }"),
    ]
    .concat());
    bench.write("few.txt", "yves\nb\n");
    assert_eq!(bench.clout(&["run", "e"]).code, 1);
    let plain = bench.clout(&["report", "e", "--format", "json"]).out;
    assert!(plain.contains("xenia") && plain.contains("as xenia says"), "{plain}");
    for redaction in ["pseudonyms", "counts"] {
        let ran = bench.clout(&["report", "e", "--redact", redaction, "--out", redaction]);
        assert_eq!(ran.code, 0, "{ran:?}");
        for (name, bytes) in files(&bench.path().join(redaction)) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("xenia") && !text.contains("yves"), "{redaction}: {name}");
        }
        let json = bench.clout(&["report", "e", "--redact", redaction, "--format", "json"]).out;
        let outcome: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(outcome["golden"][1]["got"]["still"]["beyond"], 1, "{redaction}");
        assert_eq!(outcome["golden"][0]["got"] == "withheld", redaction == "counts", "{}", outcome["golden"][0]);
    }
}

#[test]
fn what_is_not_there_is_a_mistake_of_the_file() {
    for (cases, told) in [
        (
            case("n", "", "order = [\"a\", \"zoe\"]"),
            &["error: there is no account `zoe` in d", "--> models/plain/golden.toml:7:24"][..],
        ),
        (
            case("n", "", "within = { account = \"B\", low = 1, high = 2 }"),
            &["there is no account `B` in d", "did you mean `b`?"],
        ),
        (
            case("n", "snapshot = \"2012\"", "order = [\"a\", \"b\"]"),
            &["the dataset has no snapshots, so no `2012` (dataset d)", "golden.toml:6:12"],
        ),
        (
            case("n", "topic = \"rust\"", "order = [\"a\", \"b\"]"),
            &["the dataset has no topic `rust`", "golden.toml:6:9"],
        ),
        (
            case("n", "", "still = { segment = \"kin=bot\", at-most = 1 }"),
            &["the dataset d has no segment `kin`", "did you mean `kind`?"],
        ),
        (
            case("n", "", "still = { segment = \"kind=bt\", at-most = 1 }"),
            &["no account has kind = bt in d", "did you mean `bot`?"],
        ),
        (
            case("n", "", "still = { cohort = \"none.txt\", at-most = 1 }"),
            &["there is no file `none.txt` in the workbench", "golden.toml:7:29"],
        ),
        (
            case("n", "", "still = { cohort = \"few.txt\", at-most = 1 }"),
            &["there is no account `zoe` in d, of which the golden case `n` speaks", "few.txt:3:1"],
        ),
        (
            case("n", "sinse = \"2.0.0\"", "order = [\"a\", \"b\"]"),
            &["unknown key `sinse`", "golden.toml:6:1", "did you mean `since`?"],
        ),
    ] {
        let bench = Bench::new(&cases);
        bench.write("few.txt", "a\n\nzoe\n");
        for command in
            [&["check"][..], &["check", "models/plain/golden.toml"], &["run", "e"], &["check", "experiments/e.toml"]]
        {
            let ran = bench.clout(command);
            assert_eq!(ran.code, 2, "{command:?} {cases}\n{ran:?}");
            for part in told {
                assert!(ran.err.contains(part), "{command:?}: {part}\n{}", ran.err);
            }
        }
        assert!(!bench.path().join("runs").exists() || files(&bench.path().join("runs")).is_empty());
    }
    let bench = Bench::new(&kept());
    bench.write("models/plain/golden.toml", &format!("{HEAD}{}", kept()).replace("\"plain\"", "\"plane\""));
    let ran = bench.clout(&["check"]);
    assert!(ran.code == 2 && ran.err.contains("the file says `plane`, its folder says `plain`"), "{ran:?}");
}

#[test]
fn a_version_that_cannot_be_scored_where_a_case_looks_is_told() {
    let bench = Bench::new(&case("n", "", "order = [\"a\", \"b\"]"));
    let third = PLAIN.replace("plain@1.0.0", "plain@3.0.0").replace("value = \"x\"", "value = \"z\"");
    bench.write("models/plain/3.0.0.toml", &third);
    let ran = bench.clout(&["check"]);
    let told = "plain@3.0.0 cannot be scored on d: the model plain@3.0.0 reads `z`, which the dataset does not have";
    assert!(ran.code == 2 && ran.err.contains(told) && ran.err.contains("golden.toml:5:11"), "{ran:?}");
}

#[test]
fn a_dataset_that_is_not_at_hand_is_noted_by_a_check_and_needed_by_a_run() {
    let away = case("away", "", "order = [\"a\", \"b\"]").replace("dataset = \"d\"", "dataset = \"far\"");
    let bench = Bench::new(&[away, kept()].concat());
    let ran = bench.clout(&["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "ok: 2 models, 1 dataset, 1 experiment, 5 golden cases\n"), "{ran:?}");
    let note =
        "note: golden cases of plain: dataset `far` is not at hand; bind it with --dataset far=PATH to check them";
    assert!(ran.err.contains(note), "{}", ran.err);
    assert!(ran.err.contains("note: experiment e: dataset `far` is not at hand"), "{}", ran.err);
    let ran = bench.clout(&["run", "e"]);
    assert!(ran.code == 2 && ran.err.contains("there is no dataset `far`"), "{ran:?}");
    assert!(ran.err.contains("golden.toml:5:11") && ran.err.contains("--dataset far=PATH"), "{}", ran.err);
}

#[test]
fn a_slip_in_the_name_of_a_dataset_is_a_mistake() {
    let slip = case("slip", "", "order = [\"a\", \"b\"]").replace("dataset = \"d\"", "dataset = \"dd\"");
    let bench = Bench::new(&[slip, kept()].concat());
    let ran = bench.clout(&["check"]);
    assert!(ran.code == 2 && ran.err.contains("there is no dataset `dd`"), "{ran:?}");
    assert!(ran.err.contains("golden.toml:5:11") && ran.err.contains("did you mean `d`?"), "{}", ran.err);
}

/// Wrong input is graver than a case that fails; both are told.
#[test]
fn the_gravest_decides_and_all_is_told() {
    let bench = Bench::new(&case("turned", "", "order = [\"d\", \"a\"]"));
    bench.write("experiments/broken.toml", "format = 1\nexperiment = \"broken\"\n");
    let ran = bench.clout(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("FAILED: golden case `turned`") && !ran.out.contains("ok:"), "{}", ran.out);
    assert!(ran.err.contains("broken.toml"), "{}", ran.err);
}

/// A dataset that the experiment does not compare on is scored for the cases alone, by the same rule.
#[test]
fn cases_look_elsewhere_than_the_experiment() {
    let bench = Bench::new("");
    for name in ["rows.csv", "dataset.toml"] {
        let text = fs::read_to_string(bench.path().join("datasets/d").join(name)).unwrap();
        bench.write(&format!("datasets/other/{name}"), &text.replace("dataset = \"d\"", "dataset = \"other\""));
    }
    bench.golden(&kept());
    let here = bench.outcome(0);
    bench.golden(&kept().replace("dataset = \"d\"", "dataset = \"other\""));
    let there = bench.outcome(0);
    for (one, other) in here["golden"].as_array().unwrap().iter().zip(there["golden"].as_array().unwrap()) {
        assert_eq!((&one["got"], &one["met"]), (&other["got"], &other["met"]));
        assert_eq!(other["place"]["dataset"], "other");
    }
    assert_eq!(there["datasets"].as_array().unwrap().len(), 1);
    let lock = files(&bench.path().join("runs/e").join(there["run-id"].as_str().unwrap()));
    let lock = String::from_utf8(lock["run.lock.toml"].clone()).unwrap();
    assert!(lock.contains("[golden]") && lock.contains("[inputs-sha256.other]"), "{lock}");
}

/// The cases that ship hold for every shipped version that is held to them.
#[test]
fn the_shipped_cases_hold() {
    let ran = clout(&project("."), &["check", "models/clout/golden.toml"]);
    assert_eq!((ran.code, ran.err.as_str(), ran.out.as_str()), (0, "", "ok: 5 golden cases\n"), "{ran:?}");
}
