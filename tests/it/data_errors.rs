//! Proves that bad data are refused before anything is written: each case gives the exit code that
//! the command line promises, says what is wrong and where, and leaves the folder as it was.
#![expect(clippy::disallowed_methods, reason = "bad data are made here")]

mod mutations;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A workbench in a folder of its own.
pub struct Bench {
    folder: TempDir,
}

/// What a command came to.
#[derive(Debug)]
pub struct Told {
    pub code: i32,
    pub out: String,
    pub err: String,
}

const MODELS: [(&str, &str); 2] = [("1.0.0", "followers"), ("1.1.0", "followers + posts")];

impl Bench {
    /// A workbench with two models that read `followers` and `posts`, and no dataset.
    pub fn new() -> Bench {
        let bench = Bench { folder: TempDir::new().unwrap() };
        for (version, value) in MODELS {
            bench.write(
                &format!("models/m/{version}.toml"),
                format!(
                    "format = 1\nmodel = \"m@{version}\"\nrationale = \"A test.\"\n\n[scale]\nfrom = {{ fixed = {{ low = 0, high = 100 }} }}\n\n[network.n]\n\n[factor.f]\nnetwork = \"n\"\nvalue = \"{value}\"\n"
                )
                .as_bytes(),
            );
        }
        bench
    }

    /// A workbench with a dataset `panel` of one CSV file.
    pub fn with_csv(text: impl AsRef<[u8]>) -> Bench {
        let bench = Bench::new();
        bench.dataset("accounts.csv", "csv", text.as_ref(), COLUMNS);
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Writes the dataset `panel`: a file, and a manifest with its digest.
    pub fn dataset(&self, file: &str, encoding: &str, bytes: &[u8], columns: &str) {
        self.write(&format!("datasets/panel/{file}"), bytes);
        let manifest = format!(
            "format = 1\ndataset = \"panel\"\npopulation = \"these rows\"\nsource = \"a test\"\nlicence = \"CC0-1.0\"\n\n[[table]]\nfile = \"{file}\"\nencoding = \"{encoding}\"\nsha256 = \"{}\"\n\n{columns}",
            sha256(bytes)
        );
        self.write("datasets/panel/dataset.toml", manifest.as_bytes());
    }

    /// Changes a text in a file.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} holds no {from}");
        fs::write(self.path(name), text.replacen(from, to, 1)).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> Told {
        let output = Command::new(env!("CARGO_BIN_EXE_clout"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("RUST_BACKTRACE")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let told =
            Told { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        assert!(told.code != 101 && !told.err.contains("panicked"), "{arguments:?}: {told:?}");
        told
    }

    /// Every file with its bytes, and every folder.
    pub fn holds(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut waiting = vec![self.folder.path().to_path_buf()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path.clone());
                    found.insert(path, None);
                } else {
                    found.insert(path.clone(), Some(fs::read(&path).unwrap()));
                }
            }
        }
        found
    }

    /// Runs a command that must be refused with a code and these parts of a message, and must
    /// leave everything as it was.
    #[track_caller]
    pub fn refuses(&self, code: i32, arguments: &[&str], parts: &[&str]) -> Told {
        let before = self.holds();
        let told = self.run(arguments);
        assert_eq!(told.code, code, "{arguments:?}: {told:?}");
        assert_eq!(told.out, "", "{arguments:?}: nothing may be printed as a result");
        assert!(told.err.starts_with("error: "), "{arguments:?}: {}", told.err);
        for part in parts {
            assert!(told.err.contains(part), "{arguments:?} does not say {part:?}:\n{}", told.err);
        }
        assert!(self.holds() == before, "{arguments:?} has changed the folder");
        told
    }

    #[track_caller]
    pub fn accepts(&self, arguments: &[&str]) -> Told {
        let told = self.run(arguments);
        assert_eq!(told.code, 0, "{arguments:?}: {told:?}");
        told
    }
}

const COLUMNS: &str = "[column.account]\nrole = \"key\"\ntype = \"text\"\n\n[column.followers]\nrole = \"signal\"\n\n[column.posts]\nrole = \"signal\"\n";
const GOOD: &str = "account,followers,posts\na,1,10\nb,2,20\nc,,30\n";
const VERIFY: [&str; 3] = ["dataset", "verify", "panel"];
const COMPARE: [&str; 5] = ["compare", "m@1.0.0", "m@1.1.0", "--on", "panel"];

/// Both ways into a dataset say the same.
#[track_caller]
fn refused_everywhere(bench: &Bench, parts: &[&str]) {
    let verify = bench.refuses(2, &VERIFY, parts);
    let compare = bench.refuses(2, &COMPARE, parts);
    assert_eq!(verify.err, compare.err);
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

const NUMBERED: &str = "[column.account]\nrole = \"key\"\ntype = \"integer\"\n\n[column.followers]\nrole = \"signal\"\n\n[column.posts]\nrole = \"signal\"\n";

/// A table with these followers; the cells are never null.
fn table(followers: Vec<f64>) -> Vec<u8> {
    let rows = i64::try_from(followers.len()).unwrap();
    let posts: Vec<f64> = followers.iter().map(|_| 1.0).collect();
    parquet(vec![
        ("account", Arc::new(Int64Array::from_iter_values(0..rows))),
        ("followers", Arc::new(Float64Array::from(followers))),
        ("posts", Arc::new(Float64Array::from(posts))),
    ])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn good_data_pass() {
    let bench = Bench::with_csv(GOOD);
    assert_eq!(bench.accepts(&VERIFY).out, "ok: panel: 1 file, 3 rows\n");
    bench.accepts(&COMPARE);
    let compressed = Bench::new();
    compressed.dataset("a.csv.gz", "csv-gzip", &gzip(GOOD.as_bytes()), COLUMNS);
    assert_eq!(compressed.accepts(&COMPARE).out, bench.accepts(&COMPARE).out);
    let packed = Bench::new();
    packed.dataset("a.parquet", "parquet", &table(vec![1.0, 2.0]), NUMBERED);
    packed.accepts(&COMPARE);
}

#[test]
fn a_changed_file_shows_both_digests() {
    let bench = Bench::with_csv(GOOD);
    let declared = sha256(GOOD.as_bytes());
    bench.edit("datasets/panel/accounts.csv", "20", "21");
    let found = sha256(&fs::read(bench.path("datasets/panel/accounts.csv")).unwrap());
    refused_everywhere(&bench, &[&declared, &found, "--> datasets/panel/accounts.csv", "= hint: restore the file"]);
}

#[test]
fn an_absent_file_is_named() {
    let bench = Bench::with_csv(GOOD);
    fs::remove_file(bench.path("datasets/panel/accounts.csv")).unwrap();
    refused_everywhere(&bench, &["there is no such file", "accounts.csv"]);
}

#[test]
fn parquet_cut_short_or_of_another_kind() {
    let whole = table(vec![1.0, 2.0, 3.0]);
    for bytes in [&whole[..whole.len() - 9], &whole[..whole.len() / 2], &whole[..3], b"", GOOD.as_bytes()] {
        let bench = Bench::new();
        bench.dataset("a.parquet", "parquet", bytes, NUMBERED);
        refused_everywhere(&bench, &["not a readable Parquet file", "--> datasets/panel/a.parquet", "= hint: "]);
        bench.write("scores.parquet", bytes);
        let metrics = ["metrics", "scores.parquet", "--baseline", "followers", "--candidate", "posts"];
        bench.refuses(2, &metrics, &["not a readable Parquet file", "--> scores.parquet"]);
    }
}

#[test]
fn empty_and_headed_tables() {
    refused_everywhere(
        &Bench::with_csv(""),
        &["the file is empty", "accounts.csv", "hint: its first line must name the columns"],
    );
    refused_everywhere(&Bench::with_csv("\n"), &["the file is empty"]);
    let headed = Bench::with_csv("account,followers,posts\n");
    refused_everywhere(&headed, &["the table has no rows", "accounts.csv"]);
}

#[test]
fn ragged_lines_have_their_number() {
    let bench = Bench::with_csv("account,followers,posts\na,1,10\nb,2\nc,3,30,300\n");
    refused_everywhere(
        &bench,
        &[
            "the line has 2 cells, the header has 3",
            "accounts.csv:3:1",
            "the line has 4 cells",
            "accounts.csv:4:1",
            "double quotes",
        ],
    );
}

#[test]
fn bytes_that_are_no_text() {
    let bench = Bench::with_csv(b"account,followers,posts\na,1,10\nb\xff,2,20\n");
    refused_everywhere(&bench, &["not UTF-8", "accounts.csv:3:1", "iconv"]);
    let header = Bench::with_csv(b"account,followers,posts\xe9\na,1,10\n");
    refused_everywhere(&header, &["not UTF-8", "accounts.csv:1:1", "iconv"]);
    let bench = Bench::with_csv(GOOD);
    bench.write("models/m/1.1.0.toml", b"format = 1\ntitle = \"caf\xe9\"\n");
    let told = bench.refuses(2, &["check"], &["not UTF-8", "models/m/1.1.0.toml:2:13", "iconv"]);
    assert_eq!(told.err, bench.refuses(2, &COMPARE, &[]).err);
}

#[test]
fn infinite_cells_are_refused_or_missing_as_declared() {
    let lines = "account,followers,posts\na,1,10\nb,inf,20\nc,NaN,30\nd,4,40\n";
    let bench = Bench::with_csv(lines);
    refused_everywhere(
        &bench,
        &[
            "column `followers`: `inf` is not a finite number",
            "accounts.csv:3:2",
            "`NaN`",
            "accounts.csv:4:2",
            "non-finite = \"missing\"",
        ],
    );
    bench.edit("datasets/panel/dataset.toml", "licence", "non-finite = \"missing\"\nlicence");
    bench.accepts(&VERIFY);
    let scores = bench.accepts(&["score", "m@1.0.0", "--on", "panel", "--format", "csv"]).out;
    assert!(scores.contains("m@1.0.0,b,,,,0\n") && scores.contains("m@1.0.0,c,,,,0\n"), "{scores}");

    let packed = Bench::new();
    packed.dataset("a.parquet", "parquet", &table(vec![1.0, f64::NAN, 3.0]), NUMBERED);
    let parts =
        ["row 2, column `followers`: the cell is NaN", "--> datasets/panel/a.parquet", "non-finite = \"missing\""];
    refused_everywhere(&packed, &parts);
    packed.edit("datasets/panel/dataset.toml", "licence", "non-finite = \"missing\"\nlicence");
    packed.accepts(&COMPARE);
    // A number too large for 64 bits is infinite too.
    refused_everywhere(&Bench::with_csv("account,followers,posts\na,1e999,1\n"), &["`1e999`", "accounts.csv:2:2"]);
}

#[test]
fn text_among_numbers() {
    let bench = Bench::with_csv("account,followers,posts\na,1,10\nb,\"1,200\",20\nc,many,1 000\n");
    refused_everywhere(
        &bench,
        &[
            "column `followers`: `1,200` is not a number",
            "accounts.csv:3:2",
            "`many`",
            "accounts.csv:4:2",
            "`1 000`",
            "accounts.csv:4:3",
        ],
    );
    let words = Bench::with_csv(GOOD);
    words.edit("datasets/panel/dataset.toml", "type = \"text\"", "type = \"integer\"");
    refused_everywhere(&words, &["column `account`: `a` is not a 64-bit integer", "accounts.csv:2:1"]);
    let packed = Bench::new();
    let bytes = parquet(vec![
        ("account", Arc::new(Int64Array::from(vec![1]))),
        ("followers", Arc::new(arrow_array::StringArray::from(vec!["1"]))),
        ("posts", Arc::new(Float64Array::from(vec![1.0]))),
    ]);
    packed.dataset("a.parquet", "parquet", &bytes, NUMBERED);
    refused_everywhere(&packed, &["column `followers` has the role `signal` and must hold numbers; it holds Utf8"]);
}

#[test]
fn an_account_twice_names_both_rows() {
    let bench = Bench::with_csv("account,followers,posts\nb,1,10\na,2,20\nb,3,30\n");
    refused_everywhere(&bench, &["the account `b` stands twice: rows 1 and 3", "accounts.csv", "unique on account"]);
    let months = "account,followers,posts,month\nb,1,10,x\nb,2,20,y\nb,3,30,y\n";
    let bench = Bench::new();
    let columns = format!("{COLUMNS}\n[column.month]\nrole = \"snapshot\"\n");
    bench.dataset("accounts.csv", "csv", months.as_bytes(), &columns);
    refused_everywhere(&bench, &["the account `b` stands twice in snapshot `y`: rows 2 and 3"]);
    let empty = Bench::with_csv("account,followers,posts\na,1,10\n,2,20\n");
    refused_everywhere(&empty, &["column `account`: the cell is empty", "accounts.csv:3:1"]);
}

#[test]
fn columns_that_are_not_there() {
    let bench = Bench::with_csv(GOOD);
    bench.edit("datasets/panel/dataset.toml", "[column.followers]", "[column.folowers]");
    refused_everywhere(&bench, &["the file has no column `folowers`", "accounts.csv:1:1", "did you mean `followers`?"]);
    let packed = Bench::new();
    let columns = NUMBERED.replace("[column.posts]", "[column.post]");
    packed.dataset("a.parquet", "parquet", &table(vec![1.0]), &columns);
    refused_everywhere(&packed, &["no column `post`, which the manifest declares", "did you mean `posts`?"]);
    let twice = Bench::with_csv("account,followers,followers\na,1,2\n");
    refused_everywhere(&twice, &["two columns are called `followers`", "accounts.csv:1:3"]);
}

#[test]
fn models_that_read_what_they_may_not() {
    let bench = Bench::with_csv(GOOD);
    bench.edit("models/m/1.1.0.toml", "followers + posts", "folowers + posts");
    let parts = ["the model m@1.1.0 reads `folowers`, which the dataset does not have", "did you mean `followers`?"];
    bench.refuses(2, &COMPARE, &parts);
    let outcome = Bench::with_csv(GOOD);
    outcome.edit(
        "datasets/panel/dataset.toml",
        "[column.posts]\nrole = \"signal\"",
        "[column.posts]\nrole = \"outcome\"",
    );
    let parts = ["the model m@1.1.0 reads `posts`, which has the role `outcome`", "models may read signals only"];
    outcome.refuses(2, &COMPARE, &parts);
    outcome.accepts(&VERIFY);
}

#[test]
fn gzip_cut_short() {
    let lines: String = (0..500).map(|row| format!("k{row},{row},{}\n", row * row)).collect();
    let whole = gzip(format!("{GOOD}{lines}").as_bytes());
    let other = Bench::new();
    other.dataset("a.csv.gz", "csv-gzip", GOOD.as_bytes(), COLUMNS);
    refused_everywhere(&other, &["the file cannot be read", "a.csv.gz", "= hint: a compressed file may be cut short"]);
    let bench = Bench::new();
    bench.dataset("a.csv.gz", "csv-gzip", &whole[..whole.len() - 12], COLUMNS);
    refused_everywhere(&bench, &["the file cannot be read", "a.csv.gz", "= hint: a compressed file may be cut short"]);
}

#[test]
fn absent_datasets_models_and_experiments() {
    let bench = Bench::with_csv(GOOD);
    bench.refuses(2, &["dataset", "verify", "pannel"], &["there is no such dataset", "did you mean `panel`?"]);
    bench.refuses(2, &["dataset", "verify", "other"], &["there is no such dataset", "known here: panel"]);
    bench.refuses(
        2,
        &["compare", "m@1.0.0", "m@1.0.1", "--on", "panel"],
        &["there is no such model", "did you mean `m@"],
    );
    bench.refuses(2, &["run", "first"], &["there is no such experiment"]);
    bench.refuses(2, &["run", "experiments/first.toml"], &["there is no such file", "experiments/first.toml"]);
    bench.refuses(2, &["--workbench", "nowhere", "check"], &["there is no such file or folder", "nowhere"]);
    bench.refuses(2, &["--dataset", "panel=nowhere", "dataset", "verify", "panel"], &["panel"]);
    fs::create_dir_all(bench.path("datasets/empty")).unwrap();
    bench.refuses(2, &["dataset", "verify", "empty"], &["the folder holds no dataset.toml", "clout dataset import"]);
}

fn metrics<'a>(extra: &[&'a str]) -> Vec<&'a str> {
    [&["metrics", "s.csv", "--baseline", "old", "--candidate", "new"], extra].concat()
}

#[test]
fn two_columns_of_scores() {
    let bench = Bench::new();
    bench.write("s.csv", b"id,old,new\na,1,2\nb,2,\nc,3,4\n");
    bench.accepts(&metrics(&["--id", "id"]));
    let wrong = ["metrics", "s.csv", "--baseline", "odl", "--candidate", "new"];
    bench.refuses(2, &wrong, &["the file has no column `odl`", "did you mean `old`?", "--> s.csv"]);
    bench.refuses(2, &metrics(&["--metric", "kendal"]), &["unknown metric `kendal`"]);
    bench.refuses(2, &metrics(&["--bands", "1,1"]), &["must rise"]);
    bench.write("s.csv", b"id,old,new\na,1,2\nb,2,3\na,3,4\n");
    bench.refuses(2, &metrics(&["--id", "id"]), &["the account `a` stands in row 1 and in row 3", "s.csv:4"]);
    bench.write("s.csv", b"id,old,new\na,1,\nb,,3\n");
    bench.refuses(3, &metrics(&[]), &["no row has both `old` and `new`", "--> s.csv"]);
    bench.write("s.csv", b"id,old,new\na,1,x\n");
    bench.refuses(2, &metrics(&[]), &["column `new`: `x` is not a number", "s.csv:2"]);
    bench.write("s.csv", b"id,old,new\na,1,inf\n");
    bench.refuses(2, &metrics(&[]), &["column `new`: `inf` is not a finite number", "s.csv:2"]);
    bench.write("s.csv", b"id,old,new\n");
    bench.refuses(2, &metrics(&[]), &["the table has no rows"]);
    bench.refuses(
        2,
        &["metrics", "t.csv", "--baseline", "old", "--candidate", "new"],
        &["there is no such file", "t.csv"],
    );
    bench.refuses(
        2,
        &["metrics", "models", "--baseline", "old", "--candidate", "new"],
        &["a folder, where a file is expected"],
    );
    bench.write("s.parquet", &table(vec![1.0, f64::INFINITY]));
    let packed = ["metrics", "s.parquet", "--baseline", "followers", "--candidate", "posts"];
    bench.refuses(2, &packed, &["column `followers`: `inf` is not a finite number", "row 2"]);
}

#[test]
fn nothing_in_common_is_not_comparable() {
    let bench = Bench::with_csv("account,followers,posts\na,1,\nb,2,\n");
    let parts =
        ["m@1.0.0 and m@1.1.0 are not comparable", "0 accounts have both scores, 2 only the first", "minimum-overlap"];
    bench.refuses(3, &COMPARE, &parts);
    let half = Bench::with_csv("account,followers,posts\na,1,1\nb,2,\nc,3,\n");
    half.refuses(3, &COMPARE, &["1 accounts have both scores, 2 only the first", "the least overlap is 0.5"]);
    half.accepts(&[&COMPARE[..], &["--minimum-overlap", "0.3"]].concat());
}

const EXPERIMENT: &str =
    "format = 1\nexperiment = \"e\"\nbaseline = \"m@1.0.0\"\ncandidates = [\"m@1.1.0\"]\ndataset = \"panel\"\n";

#[test]
fn results_that_have_no_place_to_go() {
    let bench = Bench::with_csv(GOOD);
    bench.write("experiments/e.toml", EXPERIMENT.as_bytes());
    bench.write("runs", b"a file\n");
    bench.refuses(4, &["run", "e"], &["cannot write", "runs"]);
    fs::remove_file(bench.path("runs")).unwrap();
    let told = bench.accepts(&["run", "e"]);
    let before = bench.holds();
    assert_eq!(bench.accepts(&["run", "e"]).out, told.out);
    assert!(bench.holds() == before, "a second run changes nothing");
    // Somebody edits the stored run: the next one says so and leaves it alone.
    let run = fs::read_dir(bench.path("runs/e")).unwrap().next().unwrap().unwrap().path();
    let name = |file: &str| format!("runs/e/{}/{file}", Path::new(run.file_name().unwrap()).display());
    bench.edit(&name("report.md"), "1", "2");
    let before = bench.holds();
    let told = bench.run(&["run", "e"]);
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.err.contains("stands there already with other bytes: report.md differ"), "{}", told.err);
    assert!(bench.holds() == before);
    for (text, told) in [
        ("{\"format\": 1}", "an outcome of format 1; this version of clout reads 2"),
        ("{\"format\": 2}", "not an outcome of this version of clout"),
    ] {
        bench.write(&name("outcome.json"), text.as_bytes());
        bench.refuses(2, &["report", "e"], &[told, "outcome.json:1:", "run the experiment again"]);
    }
}

#[test]
fn an_experiment_over_bad_data_writes_nothing() {
    let bench = Bench::with_csv("account,followers,posts\na,1,x\n");
    bench.write("experiments/e.toml", EXPERIMENT.as_bytes());
    bench.refuses(2, &["run", "e"], &["`x` is not a number", "accounts.csv:2:3"]);
    let apart = Bench::with_csv("account,followers,posts\na,1,\nb,2,\n");
    apart.write("experiments/e.toml", EXPERIMENT.as_bytes());
    apart.refuses(3, &["run", "e"], &["are not comparable"]);
}

#[test]
fn imports_that_cannot_be() {
    let bench = Bench::new();
    bench.write("a.csv", b"id,x\n1,2\n1,3\n");
    let import = ["dataset", "import", "a.csv", "--name", "new"];
    bench.refuses(2, &import, &["the account `1` stands twice: rows 1 and 2", "a.csv"]);
    bench.write("a.csv", b"who,x\n1,2\n");
    bench.refuses(2, &import, &["no column looks like the account", "--key COLUMN"]);
    bench.write("a.csv", b"id,x\n1,2,3\n");
    bench.refuses(2, &import, &["the line has 3 cells, the header has 2", "a.csv:2:1"]);
    bench.write("a.csv", b"");
    bench.refuses(2, &import, &["the file is empty", "a.csv"]);
    bench.write("a.csv", b"id,x\n");
    bench.refuses(2, &import, &["the table has no rows"]);
    bench.write("a.csv", b"id,x\n,2\n");
    bench.refuses(2, &import, &["the key `id` is empty"]);
    bench.refuses(2, &["dataset", "import", "b.csv", "--name", "new"], &["there is no such file", "b.csv"]);
    bench.refuses(2, &["dataset", "import", "a.csv", "--name", "../x"], &["`../x` cannot name a dataset"]);
    bench.write("a.csv", b"id,x\n1,2\n2,inf\n");
    bench.refuses(2, &import, &["column `x`: 1 of its cells are not finite, such as `inf`", "--non-finite-is-missing"]);
    bench.write("a.parquet", &table(vec![1.0, f64::NAN]));
    let packed = ["dataset", "import", "a.parquet", "--name", "packed"];
    bench.refuses(2, &packed, &["column `followers`: 1 of its cells are not finite, such as `NaN`"]);
    bench.accepts(&[&packed[..], &["--non-finite-is-missing"]].concat());
    bench.write("a.csv", b"id,x\n1,2\n");
    bench.accepts(&import);
    bench.refuses(2, &import, &["there is a dataset of this name already"]);
    bench.accepts(&["dataset", "verify", "new"]);
}
