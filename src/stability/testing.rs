//! What the tests of this room share: tables in memory, and models that can be computed by hand.

use std::fmt::Write;
use std::sync::Arc;

use bytes::Bytes;

use super::attack::{Attack, Identities};
use crate::dataset::Dataset;
use crate::dataset::index::{Index, Selection};
use crate::dataset::manifest::Manifest;
use crate::dataset::table::{Source, Table};
use crate::dataset::write::{CellKind, Cells, Packing, Rows, TableWriter};
use crate::model::{Model, ModelFile, resolve};
use crate::score::Population;
use crate::score::rescore::Rescorer;

/// A dataset in memory and a model.
pub(super) struct World {
    pub(super) dataset: Dataset,
    pub(super) index: Index,
    pub(super) model: Arc<Model>,
}

impl World {
    /// Columns by name, with their line of the manifest besides the role; NaN is missing.
    pub(super) fn new(columns: &[(&str, &str, Vec<f64>)], model: &str) -> World {
        let rows = columns[0].2.len();
        let mut manifest = "format = 1\ndataset = \"d\"\npopulation = \"p\"\nsource = \"s\"\nlicence = \"l\"\n[column.account]\nrole = \"key\"\ntype = \"integer\"\n".to_string();
        let digest = "0".repeat(64);
        let file = format!("[[table]]\nfile = \"t.parquet\"\nencoding = \"parquet\"\nsha256 = \"{digest}\"\n");
        manifest.push_str(&file);
        let mut kinds = vec![("account".to_string(), CellKind::Integer)];
        let mut cells = vec![Cells::Integer((0..rows as i64).collect())];
        for (name, line, values) in columns {
            writeln!(manifest, "[column.\"{name}\"]\nrole = \"signal\"\n{line}").unwrap();
            kinds.push((name.to_string(), CellKind::Number));
            cells.push(Cells::Number(values.clone()));
        }
        let mut writer = TableWriter::new(Vec::new(), &kinds, Packing::Temporary).unwrap();
        writer.write(Rows { columns: kinds.iter().map(|(name, _)| name.clone()).zip(cells).collect() }).unwrap();
        let bytes = Bytes::from(writer.finish().unwrap());
        let table = Table::open("t.parquet", Source::Memory(bytes)).unwrap();
        let manifest = Manifest::parse("dataset.toml", &manifest, None).unwrap();
        let dataset = Dataset::new("dataset.toml", manifest, vec![table], None, Vec::new()).unwrap();
        let index = Index::build(&dataset, &Selection::default()).unwrap();
        let file = ModelFile::parse("m.toml", model, None).unwrap_or_else(|problems| panic!("{problems}"));
        let model = Arc::new(resolve(&[file], &[]).unwrap_or_else(|problems| panic!("{problems}")));
        World { dataset, index, model }
    }

    pub(super) fn population(&self) -> Population<'_> {
        Population { dataset: &self.dataset, index: &self.index }
    }

    pub(super) fn rescorer(&self) -> Rescorer<'_> {
        Rescorer::new(&self.model, self.population(), self.population(), 1 << 30).unwrap()
    }
}

/// A model from 0 to 100 with bands from 0, 30 and 60; a strength of 100 is a score of 100.
pub(super) fn model(combine: &str, rest: &str) -> String {
    format!(
        "format = 1\nmodel = \"m@1.0.0\"\nrationale = \"A test.\"\n[combine]\naggregate = \"{combine}\"\n[scale]\nmin = 0\nmax = 100\nfrom = {{ fixed = {{ low = 0, high = 100 }} }}\n[[band]]\nname = \"low\"\nfrom = 0\n[[band]]\nname = \"middle\"\nfrom = 30\n[[band]]\nname = \"high\"\nfrom = 60\n{rest}"
    )
}

/// A factor of a network.
pub(super) fn factor(network: &str, name: &str, value: &str) -> String {
    format!("[factor.{name}]\nnetwork = \"{network}\"\nvalue = \"{value}\"\nmissing = \"leave-out\"\nweight = 1\n")
}

/// An attack of one dollar a unit, unless the rest says otherwise.
pub(super) fn attack(name: &str, head: &str, deltas: &str, identities: &Identities) -> Attack {
    let text = format!(
        "format = 1\nattack = \"{name}\"\ntitle = \"t\"\nsource = \"ours\"\nunit = \"one\"\ncurrency = \"dollars\"\n{head}\n[delta]\n{deltas}\n"
    );
    Attack::parse("a.toml", &text, None, identities).unwrap_or_else(|problems| panic!("{problems}"))
}

pub(super) fn identities(signals: &str) -> Identities {
    let text = format!("format = 1\nidentities = \"of a test\"\n{signals}");
    Identities::parse("identities.toml", &text).unwrap_or_else(|problems| panic!("{problems}"))
}
