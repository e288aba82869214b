//! Proves that no input, however mangled, makes the tool panic: shipped files with random bytes
//! changed, cut out, doubled or put in are refused or read, with a fixed seed so that a failure
//! comes back.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use cloutbench::dataset::manifest::Manifest;
use cloutbench::dataset::synthetic::RecipeSpec;
use cloutbench::document::Document;
use cloutbench::experiment::Experiment;
use cloutbench::model::{ModelFile, resolve};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::{Bench, COLUMNS, GOOD, NUMBERED, VERIFY, gzip, table};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn below(random: &mut ChaCha8Rng, end: usize) -> usize {
    (random.next_u64() % end.max(1) as u64) as usize
}

/// One to four small accidents.
fn mangled(bytes: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    const PIECES: [&[u8]; 18] = [
        b"\"",
        b"[",
        b"]]",
        b"{",
        b"= =",
        b"\n",
        b"nan",
        b"-1e999",
        b"99999999999999999999",
        b"\xff",
        b"'''",
        b",,",
        b"\0",
        "\u{202e}".as_bytes(),
        b"a.b.c = 1\n",
        b"1979-05-27",
        b"\"\\ud800\"",
        b"=",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..=below(random, 4) {
        let at = below(random, bytes.len());
        let end = (at + 1 + below(random, 30)).min(bytes.len());
        match below(random, 6) {
            0 if !bytes.is_empty() => bytes[at] = (random.next_u64() & 0xff) as u8,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            3 => bytes.truncate(at),
            _ => drop(bytes.splice(at..at, PIECES[below(random, PIECES.len())].iter().copied())),
        }
    }
    bytes
}

/// Reads a text as a kind of file; every message is built as well, for its excerpt and caret.
fn read(kind: &str, text: &str) -> bool {
    let result = match kind {
        "model" => ModelFile::parse("f.toml", text, None).and_then(|file| resolve(&[file], &[])).map(drop),
        "experiment" => Experiment::parse("f.toml", text, None).map(drop),
        "dataset" => Manifest::parse("f.toml", text, None).map(drop),
        _ => Document::parse("f.toml", text)
            .and_then(|document| document.decode::<RecipeSpec>().and_then(|spec| spec.check(&document)))
            .map(drop),
    };
    result.map_err(|problems| assert!(!problems.to_string().is_empty())).is_ok()
}

const FILES: [(&str, &str); 6] = [
    ("model", "models/clout/1.0.0.toml"),
    ("model", "models/followers/1.0.0.toml"),
    ("experiment", "experiments/halved-audience.toml"),
    ("dataset", "datasets/starter/dataset.toml"),
    ("recipe", "datasets/starter/recipe.toml"),
    ("recipe", "tests/walk/recipe/good/everything-optional.toml"),
];

#[test]
fn mangled_toml_never_panics() {
    let mut random = ChaCha8Rng::seed_from_u64(20_111_026);
    let (mut good, mut bad) = (0, 0);
    for (kind, name) in FILES {
        let bytes = fs::read(shipped(name)).unwrap();
        for _ in 0..200 {
            let text = String::from_utf8_lossy(&mangled(&bytes, &mut random)).into_owned();
            match catch_unwind(|| read(kind, &text)) {
                Ok(true) => good += 1,
                Ok(false) => bad += 1,
                Err(_) => panic!("{kind} panics on:\n{text}"),
            }
        }
    }
    // Changes inside comments and texts are harmless; the rest is seen.
    assert!(bad > 600 && good > 20, "{good} read, {bad} refused");
}

#[test]
fn the_binary_refuses_or_reads_mangled_toml() {
    let mut random = ChaCha8Rng::seed_from_u64(26_102_011);
    let bytes = fs::read(shipped("models/followers/1.0.0.toml")).unwrap();
    let bench = Bench::new();
    fs::remove_dir_all(bench.path("models")).unwrap();
    for _ in 0..40 {
        bench.write("models/followers/1.0.0.toml", &mangled(&bytes, &mut random));
        let told = bench.run(&["check"]);
        assert!(matches!(told.code, 0 | 2), "{told:?}");
    }
}

/// Each file stands with the digest of its mangled bytes, so that it is read and not just held
/// against its digest.
fn verify_mangled(file: &str, encoding: &str, bytes: &[u8], columns: &str, times: usize) -> (usize, usize) {
    let mut random = ChaCha8Rng::seed_from_u64(20_121_231);
    let bench = Bench::new();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..times {
        let mangled = mangled(bytes, &mut random);
        bench.dataset(file, encoding, &mangled, columns);
        let told = bench.run(&VERIFY);
        match told.code {
            0 => good += 1,
            2 => bad += 1,
            _ => panic!("{told:?} on {mangled:?}"),
        }
    }
    (good, bad)
}

#[test]
fn mangled_csv_is_refused_or_read() {
    let lines: String = (0..30).map(|row| format!("k{row},{row}.5,\"{row}\"\n")).collect();
    let text = format!("{}{lines}", GOOD);
    let (good, bad) = verify_mangled("a.csv", "csv", text.as_bytes(), COLUMNS, 60);
    assert!(good > 3 && bad > 20, "{good} read, {bad} refused");
    let (good, bad) = verify_mangled("a.csv.gz", "csv-gzip", &gzip(text.as_bytes()), COLUMNS, 30);
    assert!(bad > 15, "{good} read, {bad} refused");
}

#[test]
fn mangled_parquet_is_refused_or_read() {
    let bytes = table((0..200).map(f64::from).collect());
    let (good, bad) = verify_mangled("a.parquet", "parquet", &bytes, NUMBERED, 120);
    assert!(bad > 40, "{good} read, {bad} refused");
    let shipped = fs::read(shipped("datasets/starter/accounts.parquet")).unwrap();
    let columns = fs::read_to_string(self::shipped("datasets/starter/dataset.toml")).unwrap();
    let start = columns.find("[column.account]").unwrap();
    let end = columns.find("[pairs]").unwrap();
    let (good, bad) = verify_mangled("a.parquet", "parquet", &shipped, &columns[start..end], 60);
    assert!(bad > 20, "{good} read, {bad} refused");
}

/// A byte flipped anywhere in the last kilobyte, where Parquet keeps its description.
#[test]
fn every_part_of_the_parquet_footer_may_be_wrong() {
    let bytes = table(vec![1.0, 2.0, 3.0]);
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let bench = Bench::new();
    let start = bytes.len().saturating_sub(900);
    for at in (start..bytes.len()).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << below(&mut random, 8);
        bench.write("s.parquet", &flipped);
        let told = bench.run(&["metrics", "s.parquet", "--baseline", "followers", "--candidate", "posts"]);
        assert!(matches!(told.code, 0 | 2), "byte {at}: {told:?}");
    }
}
