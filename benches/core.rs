//! The parts whose cost grows with the accounts: scoring, and the figures of a comparison.
//! `cargo bench` prints them; benches/README.md says what was measured where.

use std::sync::Arc;

use bytes::Bytes;
use cloutbench::compare::measurement::measure;
use cloutbench::compare::metric::Metric;
use cloutbench::compare::{Banding, Comparison, Sides};
use cloutbench::dataset::Dataset;
use cloutbench::dataset::index::{Index, Selection};
use cloutbench::dataset::manifest::Manifest;
use cloutbench::dataset::synthetic::{RecipeSpec, Recorded};
use cloutbench::dataset::table::{Source, Table};
use cloutbench::dataset::write::{GROUP_ROWS, Packing, TableWriter};
use cloutbench::document::Document;
use cloutbench::model::{Model, ModelFile, resolve};
use cloutbench::score::{Engine, LocalEngine, Population};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ACCOUNTS: u64 = 100_000;

/// The starter's recipe with more accounts and one snapshot, as a table in memory.
fn dataset() -> Dataset {
    let text = include_str!("../datasets/starter/recipe.toml")
        .replace("accounts = 2000", &format!("accounts = {ACCOUNTS}"))
        .replace("[\"2011-08\", \"2011-09\", \"2011-10\"]", "[\"2011-08\"]");
    let document = Document::parse("recipe.toml", &text).expect("the recipe is TOML");
    let recipe = document.decode::<RecipeSpec>().and_then(|spec| spec.check(&document)).expect("the recipe is right");
    let mut writer = TableWriter::new(Vec::new(), &recipe.columns(), Packing::Kept).expect("a table");
    for first in (0..ACCOUNTS).step_by(GROUP_ROWS) {
        writer.write(recipe.table_rows(0, first, GROUP_ROWS)).expect("rows");
    }
    let bytes = Bytes::from(writer.finish().expect("a whole table"));
    let recorded =
        Recorded { table: "accounts.parquet".into(), table_sha256: "0".repeat(64), pairs: None, answers: None };
    let manifest = toml::to_string(&recipe.manifest(recorded)).expect("a manifest");
    let manifest = Manifest::parse("dataset.toml", &manifest, None).expect("a right manifest");
    let table = Table::open("accounts.parquet", Source::Memory(bytes)).expect("a readable table");
    Dataset::new("dataset.toml", manifest, vec![table], None, Vec::new()).expect("a dataset")
}

fn models() -> Vec<Arc<Model>> {
    let files = [include_str!("../models/clout/1.0.0.toml"), include_str!("../models/clout/1.1.0.toml")];
    let [first, second] = files.map(|text| ModelFile::parse("model", text, None).expect("a version"));
    let parent = resolve(std::slice::from_ref(&first), &[]).expect("a model");
    let child = resolve(&[second, first], &[]).expect("a model");
    vec![Arc::new(parent), Arc::new(child)]
}

fn benches(criterion: &mut Criterion) {
    let dataset = dataset();
    let index = Index::build(&dataset, &Selection::default()).expect("an index");
    let population = Population { dataset: &dataset, index: &index };
    let models = models();
    let fitted = LocalEngine::default().fit(&models, &population).expect("fits");
    let scores = LocalEngine::default().score(&fitted, &population).expect("scores");

    let mut group = criterion.benchmark_group("two models of 16 factors over 100,000 accounts");
    group.sample_size(10).throughput(Throughput::Elements(ACCOUNTS));
    group.bench_function("index", |bencher| bencher.iter(|| Index::build(&dataset, &Selection::default())));
    group.bench_function("fit", |bencher| bencher.iter(|| LocalEngine::default().fit(&models, &population)));
    group.bench_function("score", |bencher| bencher.iter(|| LocalEngine::default().score(&fitted, &population)));
    group.bench_function("every metric", |bencher| {
        bencher.iter(|| {
            let sides = Sides {
                baseline: (&scores[0].values).into(),
                candidate: (&scores[1].values).into(),
                banding: Banding { edges: vec![1.0, 10.0, 25.0, 50.0, 75.0] },
                ..Sides::default()
            };
            Comparison::new(sides).map(|comparison| measure(&comparison, &Metric::standard(), None))
        });
    });
    group.finish();
}

criterion_group!(core, benches);
criterion_main!(core);
