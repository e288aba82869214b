//! A hundred signals: reading and scoring against what the parquet crate alone can decode, and a
//! thousand variants of one model. `cargo bench --bench wide` prints them; benches/README.md says
//! what was measured where.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float32Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use cloutbench::dataset::index::{Index, Selection};
use cloutbench::dataset::manifest::Manifest;
use cloutbench::dataset::table::{Source, Table};
use cloutbench::dataset::{Batch, Dataset};
use cloutbench::model::{Model, ModelFile, resolve};
use cloutbench::score::rescore::{Rescorer, Scratch};
use cloutbench::score::{Engine, LocalEngine, Population, Unfitted};
use cloutbench::stability::sampling::{self, SamplingStudy};
use cloutbench::stability::spec::Vary;
use cloutbench::stability::subject::Subject;
use cloutbench::stability::weights::{self, Around, WeightStudy};
use cloutbench::stats::elementary::{exp, log1p, log1p_all, normal_quantile};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

const GROUP: usize = 131_072;

/// A heavy-tailed signal, two thirds of it zeros, every second one a count.
fn signal(random: &mut ChaCha8Rng, at: usize, rows: usize) -> Vec<f32> {
    let share = |random: &mut ChaCha8Rng| (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let value = |_| {
        if share(random) < 0.66 {
            return 0.0;
        }
        let value = exp(3.0 + 1.5 * normal_quantile(share(random).max(1e-12)));
        (if at.is_multiple_of(2) { value.floor() } else { value }) as f32
    };
    (0..rows).map(value).collect()
}

fn name(at: usize) -> String {
    format!("net{}.s{at:03}", at % 10)
}

/// The bytes of a table of float32 signals in zstd Parquet.
fn table(rows: usize, signals: usize) -> Bytes {
    let mut fields = vec![Field::new("account", DataType::Int64, false)];
    fields.extend((0..signals).map(|at| Field::new(name(at), DataType::Float32, false)));
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(Some(GROUP))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties)).expect("a writer");
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for start in (0..rows).step_by(GROUP) {
        let count = GROUP.min(rows - start);
        let keys = Int64Array::from_iter_values(start as i64..(start + count) as i64);
        let mut columns: Vec<ArrayRef> = vec![Arc::new(keys)];
        for at in 0..signals {
            columns.push(Arc::new(Float32Array::from(signal(&mut random, at, count))));
        }
        writer.write(&RecordBatch::try_new(schema.clone(), columns).expect("a batch")).expect("rows");
    }
    Bytes::from(writer.into_inner().expect("a whole table"))
}

fn dataset(bytes: &Bytes, signals: usize) -> Dataset {
    let mut manifest = String::from(
        "format = 1\ndataset = \"wide\"\npopulation = \"drawn\"\nsource = \"drawn\"\nlicence = \"CC0-1.0\"\n\
         [[table]]\nfile = \"accounts.parquet\"\nencoding = \"parquet\"\n",
    );
    writeln!(manifest, "sha256 = \"{}\"", "0".repeat(64)).expect("a text grows");
    manifest.push_str("[column.account]\nrole = \"key\"\ntype = \"integer\"\n");
    for at in 0..signals {
        writeln!(manifest, "[column.\"{}\"]\nrole = \"signal\"", name(at)).expect("a text grows");
    }
    let manifest = Manifest::parse("dataset.toml", &manifest, None).expect("a right manifest");
    let table = Table::open("accounts.parquet", Source::Memory(bytes.clone())).expect("a readable table");
    Dataset::new("dataset.toml", manifest, vec![table], None, Vec::new()).expect("a dataset")
}

/// A model over the first signals in ten networks, with weights of its own.
fn model(version: &str, signals: usize, seed: u64) -> Arc<Model> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut text = format!(
        "format = 1\nmodel = \"wide@{version}\"\nrationale = \"to be timed\"\nreference = \"scored-data\"\n\
         [scale]\nfrom = \"min-max\"\n"
    );
    for network in 0..10 {
        writeln!(text, "[network.net{network}]\naggregate = \"weighted-sum\"").expect("a text grows");
    }
    for at in 0..signals {
        let weight = 1.0 + (random.next_u64() % 1000) as f64 / 1000.0;
        writeln!(
            text,
            "[factor.s{at:03}]\nnetwork = \"net{}\"\nvalue = \"{}\"\ntransforms = [\"log1p\"]\nweight = {weight}",
            at % 10,
            name(at)
        )
        .expect("a text grows");
    }
    let file = ModelFile::parse("model.toml", &text, None).expect("a version");
    Arc::new(resolve(&[file], &[]).expect("a model"))
}

/// Decodes every signal with the parquet crate and nothing else, row groups on all threads.
fn decode(bytes: &Bytes) -> usize {
    let metadata = ArrowReaderMetadata::load(bytes, Default::default()).expect("a table");
    let groups = 0..metadata.metadata().num_row_groups();
    let read = |group: usize| {
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), metadata.clone())
            .with_row_groups(vec![group])
            .with_batch_size(8192)
            .build()
            .expect("a reader");
        reader.map(|batch| batch.expect("a batch").num_rows()).sum::<usize>()
    };
    groups.into_par_iter().map(read).sum()
}

fn reading(criterion: &mut Criterion) {
    const ROWS: usize = 4 * GROUP;
    let bytes = table(ROWS, 100);
    let dataset = dataset(&bytes, 100);
    let index = Index::build(&dataset, &Selection::default()).expect("an index");
    let population = Population { dataset: &dataset, index: &index };
    let models = [model("1.0.0", 100, 1), model("2.0.0", 100, 2)];
    let unfitted = models.map(|model| Unfitted { model, reference: population, frozen: None });
    let engine = LocalEngine::default();

    let mut group = criterion.benchmark_group("100 signals of 524,288 accounts, zstd Parquet in memory");
    group.sample_size(10).throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("decoded by the parquet crate alone", |bencher| bencher.iter(|| decode(&bytes)));
    let names: Vec<String> = (0..100).map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    group.bench_function("read by the dataset, batch by batch", |bencher| {
        bencher.iter(|| {
            let count = |rows: &mut usize, batch: &Batch<'_>| {
                *rows += batch.rows;
                Ok(())
            };
            dataset.scan_with(&names, |_| true, || 0, count).map(|rows| rows.iter().sum::<usize>())
        });
    });
    group.bench_function("the same, every cell a number of 64 bits", |bencher| {
        bencher.iter(|| dataset.scan(&names, |chunk| chunk.rows).map(|rows| rows.iter().sum::<usize>()));
    });
    group.bench_function("two models fitted and scored", |bencher| {
        bencher.iter(|| engine.fit_and_score(&unfitted, &population, false));
    });
    group.bench_function("the same, with what each factor really weighs", |bencher| {
        bencher.iter(|| engine.fit_and_score(&unfitted, &population, true));
    });
    group.finish();
}

fn variants(criterion: &mut Criterion) {
    const ACCOUNTS: usize = 10_000;
    const SIGNALS: usize = 110;
    let dataset = dataset(&table(ACCOUNTS, SIGNALS), SIGNALS);
    let index = Index::build(&dataset, &Selection::default()).expect("an index");
    let population = Population { dataset: &dataset, index: &index };
    let base = model("1.0.0", SIGNALS, 1);
    let rescorer = Rescorer::new(&base, population, population, 1 << 30).expect("it fits");
    let variants: Vec<Arc<Model>> = (0..1000)
        .map(|at| {
            let mut variant = (*base).clone();
            variant.networks[at % 10].factors[at / 10 % 11].weight *= 0.5 + at as f64 / 1000.0;
            Arc::new(variant)
        })
        .collect();

    let mut group = criterion.benchmark_group("1,000 changes of one weight, 10,000 accounts of 110 factors");
    group.sample_size(10).throughput(Throughput::Elements(1000));
    group.bench_function("scale kept", |bencher| {
        bencher.iter(|| {
            let score = |(scratch, scores): &mut (Scratch, Vec<f64>), variant: &Arc<Model>| {
                let fitted = rescorer.fit_on_scale(variant)?;
                rescorer.score(&fitted, scratch, scores).map(|()| scores[0])
            };
            variants.par_iter().map_init(Default::default, score).collect::<Vec<_>>()
        });
    });
    group.bench_function("scale fitted anew", |bencher| {
        bencher.iter(|| {
            let score = |(scratch, scores): &mut (Scratch, Vec<f64>), variant: &Arc<Model>| {
                let fitted = rescorer.fit(variant, scratch)?;
                rescorer.score(&fitted, scratch, scores).map(|()| scores[0])
            };
            variants.par_iter().map_init(Default::default, score).collect::<Vec<_>>()
        });
    });
    group.bench_function("10 of them by the engine", |bencher| {
        let engine = LocalEngine::default();
        bencher.iter(|| {
            variants[..10]
                .iter()
                .map(|model| {
                    let unfitted = [Unfitted { model: model.clone(), reference: population, frozen: None }];
                    engine.fit_and_score(&unfitted, &population, false).map(|fresh| fresh.scores[0].values[0])
                })
                .collect::<Vec<_>>()
        });
    });
    group.finish();
}

/// The studies that score a version a thousand times, whole: drawn, scored, ranked and summed up.
fn studies(criterion: &mut Criterion) {
    const ACCOUNTS: usize = 10_000;
    const SIGNALS: usize = 110;
    let dataset = dataset(&table(ACCOUNTS, SIGNALS), SIGNALS);
    let index = Index::build(&dataset, &Selection::default()).expect("an index");
    let population = Population { dataset: &dataset, index: &index };
    let base = model("1.0.0", SIGNALS, 1);
    let subject = Subject::new(&base, population, population, 50, 1 << 30).expect("a subject");
    let mut group = criterion.benchmark_group("studies of 10,000 accounts of 110 factors");
    group.sample_size(10);
    group.bench_function("1,000 draws of all weights", |bencher| {
        let asked = WeightStudy { draws: 1000, around: Around::Within(0.25), vary: Vary::All };
        bencher.iter(|| weights::study(&subject, &population, &asked, 1, 1 << 30, &|_| {}));
    });
    group.bench_function("400 draws of all events", |bencher| {
        let asked = SamplingStudy { replicates: 400, level: 0.95, burst: 1.0 };
        bencher.iter(|| sampling::study(&subject, &population, &asked, 1, 1 << 30, &|_| {}));
    });
    group.finish();
}

fn logarithms(criterion: &mut Criterion) {
    let counts: Vec<f64> = (0..4096).map(|at| f64::from(at * 37 % 9973)).collect();
    let shares: Vec<f64> = counts.iter().map(|count| count / 9973.0).collect();
    let mut group = criterion.benchmark_group("ln(1 + x) of 4,096 numbers");
    group.throughput(Throughput::Elements(4096));
    for (what, values) in [("counts", &counts), ("shares", &shares)] {
        group.bench_function(format!("{what}, one by one"), |bencher| {
            bencher.iter(|| values.iter().map(|value| log1p(*value)).collect::<Vec<f64>>());
        });
        group.bench_function(format!("{what}, as a column"), |bencher| {
            bencher.iter(|| {
                let mut column = values.clone();
                log1p_all(&mut column);
                column
            });
        });
    }
    group.finish();
}

criterion_group!(wide, logarithms, variants, studies, reading);
criterion_main!(wide);
