//! Random models and accounts with fixed seeds, as the oracle has them and as the engine reads
//! them: a model as the text of its file, accounts as a table in memory.

use std::fmt::Write;
use std::sync::Arc;

use bytes::Bytes;
use cloutbench::dataset::Dataset;
use cloutbench::dataset::manifest::Manifest;
use cloutbench::dataset::table::{Source, Table};
use cloutbench::dataset::write::{CellKind, Cells, Packing, Rows, TableWriter};
use cloutbench::model::{ModelFile, resolve};
use rand_chacha::ChaCha8Rng;
use rand_core::Rng;

use super::oracle::{Aggregate, Expr, Factor, Missing, Model, Network, Normalise, Row, ScaleFrom, Transform};

/// How many columns an account has: counts, counts with many zeros, a share, steps from 0 to 3, a
/// number of either sign, and one that is mostly missing.
pub const COLUMNS: usize = 6;

pub struct Chance(pub ChaCha8Rng);

impl Chance {
    pub fn below(&mut self, end: usize) -> usize {
        (self.0.next_u64() % end as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A number from 0 to 1 in steps of a thousandth, so that ties come about.
    pub fn share(&mut self) -> f64 {
        self.below(1001) as f64 / 1000.0
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    pub fn row(&mut self) -> Row {
        let mut row: Row = vec![
            Some(self.below(5000) as f64),
            Some(if self.one_in(2) { 0.0 } else { self.below(40) as f64 }),
            Some(self.share()),
            Some(self.below(4) as f64),
            Some(self.below(2000) as f64 / 8.0 - 100.0),
            Some(self.below(100) as f64 / 4.0),
        ];
        for (at, cell) in row.iter_mut().enumerate() {
            if self.one_in(if at == 5 { 2 } else { 5 }) {
                *cell = None;
            }
        }
        row
    }

    pub fn rows(&mut self, count: usize) -> Vec<Row> {
        (0..count).map(|_| self.row()).collect()
    }

    fn expression(&mut self, depth: usize) -> Expr {
        let column = Expr::Column(self.below(COLUMNS));
        if depth == 0 || self.one_in(2) {
            return column;
        }
        let left = Box::new(self.expression(depth - 1));
        let number = Expr::Number(self.below(9) as f64 / 2.0);
        let right = Box::new(if self.one_in(2) { number } else { self.expression(depth - 1) });
        match self.below(8) {
            0 => Expr::Add(left, right),
            1 => Expr::Subtract(left, right),
            2 => Expr::Multiply(left, right),
            3 => Expr::Divide(left, right),
            4 => Expr::Max(left, right),
            5 => Expr::Min(left, right),
            6 => Expr::Coalesce(left, right),
            _ => Expr::Abs(left),
        }
    }

    fn transform(&mut self) -> Transform {
        let edge = self.below(50) as f64;
        match self.below(9) {
            0 => Transform::Log1p,
            1 => Transform::Sqrt,
            2 => Transform::Reverse,
            3 => Transform::Power(self.pick(&[0.3, 0.5, 1.0, 1.5])),
            4 => Transform::Clip(Some(edge), self.pick(&[None, Some(edge + 20.0)])),
            5 => Transform::Winsorize(self.pick(&[0.0, 0.1]), self.pick(&[0.8, 0.99, 1.0])),
            6 => Transform::Logit(self.pick(&[0.001, 0.2])),
            7 => Transform::Saturating(1.0 + edge),
            _ => Transform::Lookup(vec![(0.0, 0.1), (1.0, 0.4), (2.0, 0.4), (3.0, 2.0)]),
        }
    }

    pub fn aggregate(&mut self) -> Aggregate {
        self.pick(&[
            Aggregate::WeightedSum,
            Aggregate::WeightedMean,
            Aggregate::PowerMean(3.0),
            Aggregate::PowerMean(-1.0),
            Aggregate::GeometricMean,
            Aggregate::RootSumSquares,
            Aggregate::Max,
        ])
    }

    /// A weight of 0 now and then, but not as the first.
    fn weight(&mut self, first: bool) -> f64 {
        if !first && self.one_in(6) { 0.0 } else { self.pick(&[0.25, 0.7, 1.0, 1.3, 3.0]) }
    }

    fn factor(&mut self, first: bool, signed: bool) -> Factor {
        let mut factor = Factor {
            value: self.expression(2),
            missing: self.pick(&[Missing::Zero, Missing::Constant(1.5), Missing::ReferenceMedian, Missing::LeaveOut]),
            transforms: Vec::new(),
            normalise: self.pick(&[Normalise::None, Normalise::MinMax, Normalise::Max, Normalise::PercentileRank]),
            weight: self.weight(first),
        };
        let mut columns = Vec::new();
        factor.value.columns(&mut columns);
        if columns.is_empty() {
            factor.value = Expr::Column(0);
        }
        for _ in 0..self.below(3) {
            factor.transforms.push(self.transform());
        }
        if signed && self.one_in(2) {
            factor.normalise = self.pick(&[Normalise::ZScore, Normalise::RobustZ]);
        }
        factor
    }

    pub fn model(&mut self) -> Model {
        let combine = self.aggregate();
        let positive = |aggregate: Aggregate| {
            matches!(aggregate, Aggregate::PowerMean(_) | Aggregate::GeometricMean | Aggregate::RootSumSquares)
        };
        let count = 1 + self.below(3);
        let networks = (0..count).map(|at| {
            let aggregate = self.aggregate();
            let signed = !positive(aggregate) && !positive(combine);
            let connected = self.one_in(3).then(|| self.expression(1)).filter(|expression| {
                let mut columns = Vec::new();
                expression.columns(&mut columns);
                !columns.is_empty()
            });
            let factors = (0..1 + self.below(3)).map(|position| self.factor(position == 0, signed)).collect();
            Network { weight: self.weight(at == 0), aggregate, connected, factors }
        });
        let networks = networks.collect();
        let fixed = ScaleFrom::Fixed(self.pick(&[-1.0, 0.0]), self.pick(&[0.5, 20.0]));
        let from = self.pick(&[ScaleFrom::Unit, ScaleFrom::MinMax, ScaleFrom::PercentileRank, fixed]);
        Model { networks, combine, min: self.pick(&[0.0, 1.0]), max: 100.0, from }
    }
}

fn expression(value: &Expr) -> String {
    let pair = |a: &Expr, sign: &str, b: &Expr| format!("({} {sign} {})", expression(a), expression(b));
    let call = |name: &str, a: &Expr, b: &Expr| format!("{name}({}, {})", expression(a), expression(b));
    match value {
        Expr::Column(at) => format!("net.c{at}"),
        Expr::Number(number) => number.to_string(),
        Expr::Add(a, b) => pair(a, "+", b),
        Expr::Subtract(a, b) => pair(a, "-", b),
        Expr::Multiply(a, b) => pair(a, "*", b),
        Expr::Divide(a, b) => pair(a, "/", b),
        Expr::Max(a, b) => call("max", a, b),
        Expr::Min(a, b) => call("min", a, b),
        Expr::Coalesce(a, b) => call("coalesce", a, b),
        Expr::Abs(a) => format!("abs({})", expression(a)),
    }
}

fn transform(transform: &Transform) -> String {
    match transform {
        Transform::Log1p => "\"log1p\"".into(),
        Transform::Sqrt => "\"sqrt\"".into(),
        Transform::Reverse => "\"reverse\"".into(),
        Transform::Power(exponent) => format!("{{ power = {{ exponent = {exponent} }} }}"),
        Transform::Clip(min, max) => {
            let part = |name: &str, end: &Option<f64>| end.map(|end| format!("{name} = {end}"));
            let parts: Vec<String> = [part("min", min), part("max", max)].into_iter().flatten().collect();
            format!("{{ clip = {{ {} }} }}", parts.join(", "))
        }
        Transform::Winsorize(lower, upper) => format!("{{ winsorize = {{ lower = {lower}, upper = {upper} }} }}"),
        Transform::Logit(margin) => format!("{{ logit = {{ margin = {margin} }} }}"),
        Transform::Saturating(half) => format!("{{ saturating = {{ half = {half} }} }}"),
        Transform::Lookup(levels) => {
            let (levels, values): (Vec<f64>, Vec<f64>) = levels.iter().copied().unzip();
            format!("{{ lookup = {{ levels = {levels:?}, values = {values:?} }} }}")
        }
    }
}

fn aggregate(aggregate: Aggregate) -> String {
    match aggregate {
        Aggregate::WeightedSum => "\"weighted-sum\"".into(),
        Aggregate::WeightedMean => "\"weighted-mean\"".into(),
        Aggregate::PowerMean(exponent) => format!("{{ power-mean = {{ exponent = {exponent} }} }}"),
        Aggregate::GeometricMean => "\"geometric-mean\"".into(),
        Aggregate::RootSumSquares => "\"root-sum-squares\"".into(),
        Aggregate::Max => "\"max\"".into(),
    }
}

/// The model as its file.
pub fn text(model: &Model) -> String {
    let from = match model.from {
        ScaleFrom::Unit => "\"unit\"".into(),
        ScaleFrom::MinMax => "\"min-max\"".into(),
        ScaleFrom::PercentileRank => "\"percentile-rank\"".into(),
        ScaleFrom::Fixed(low, high) => format!("{{ fixed = {{ low = {low}, high = {high} }} }}"),
    };
    let mut text = format!(
        "format = 1\nmodel = \"m@1.0.0\"\nrationale = \"A test.\"\nreference = \"scored-data\"\n[combine]\naggregate = {}\n[scale]\nmin = {}\nmax = {}\nfrom = {from}\n",
        aggregate(model.combine),
        model.min,
        model.max
    );
    for (n, network) in model.networks.iter().enumerate() {
        let own = aggregate(network.aggregate);
        writeln!(text, "[network.n{n}]\nweight = {}\naggregate = {own}", network.weight).unwrap();
        if let Some(connected) = &network.connected {
            writeln!(text, "connected = \"{}\"", expression(connected)).unwrap();
        }
        for (f, factor) in network.factors.iter().enumerate() {
            let missing = match factor.missing {
                Missing::Zero => "\"zero\"".to_string(),
                Missing::Constant(value) => format!("{{ constant = {value} }}"),
                Missing::ReferenceMedian => "\"reference-median\"".to_string(),
                Missing::LeaveOut => "\"leave-out\"".to_string(),
            };
            let normalise = match factor.normalise {
                Normalise::None => "none",
                Normalise::MinMax => "min-max",
                Normalise::Max => "max",
                Normalise::ZScore => "z-score",
                Normalise::RobustZ => "robust-z",
                Normalise::PercentileRank => "percentile-rank",
            };
            let transforms: Vec<String> = factor.transforms.iter().map(transform).collect();
            writeln!(
                text,
                "[factor.n{n}-f{f}]\nnetwork = \"n{n}\"\nvalue = \"{}\"\nmissing = {missing}\ntransforms = [{}]\nnormalise = \"{normalise}\"\nweight = {}",
                expression(&factor.value),
                transforms.join(", "),
                factor.weight
            )
            .unwrap();
        }
    }
    text
}

/// The model as the engine has it.
pub fn engine_model(model: &Model) -> Arc<cloutbench::model::Model> {
    let text = text(model);
    let file = ModelFile::parse("m.toml", &text, None).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    Arc::new(resolve(&[file], &[]).unwrap_or_else(|problems| panic!("{problems}\n{text}")))
}

/// The same, or None for what no file may hold.
pub fn accepted(model: &Model) -> Option<Arc<cloutbench::model::Model>> {
    let file = ModelFile::parse("m.toml", &text(model), None).ok()?;
    Some(Arc::new(resolve(&[file], &[]).ok()?))
}

/// Accounts in a table: key, snapshot, cells.
pub type Account = (i64, &'static str, Row);

/// The accounts of rows, numbered, in one snapshot.
pub fn numbered(rows: &[Row]) -> Vec<Account> {
    (0..).zip(rows).map(|(key, row)| (key, "2012-01", row.clone())).collect()
}

fn table(accounts: &[Account]) -> Table {
    let mut kinds = vec![("account".to_string(), CellKind::Integer), ("month".to_string(), CellKind::Text)];
    kinds.extend((0..COLUMNS).map(|at| (format!("net.c{at}"), CellKind::Number)));
    let mut columns = vec![
        Cells::Integer(accounts.iter().map(|account| account.0).collect()),
        Cells::Text(accounts.iter().map(|account| Some(account.1.to_string())).collect()),
    ];
    columns
        .extend((0..COLUMNS).map(|at| Cells::Number(accounts.iter().map(|a| a.2[at].unwrap_or(f64::NAN)).collect())));
    let mut writer = TableWriter::new(Vec::new(), &kinds, Packing::Temporary).unwrap();
    writer.write(Rows { columns: kinds.iter().map(|(name, _)| name.clone()).zip(columns).collect() }).unwrap();
    Table::open("t.parquet", Source::Memory(Bytes::from(writer.finish().unwrap()))).unwrap()
}

/// A dataset in memory, one table for each part.
pub fn dataset(parts: &[&[Account]]) -> Dataset {
    let mut manifest = "format = 1\ndataset = \"d\"\npopulation = \"p\"\nsource = \"s\"\nlicence = \"l\"\n[column.account]\nrole = \"key\"\ntype = \"integer\"\n[column.month]\nrole = \"snapshot\"\n".to_string();
    for at in 0..COLUMNS {
        writeln!(manifest, "[column.\"net.c{at}\"]\nrole = \"signal\"").unwrap();
    }
    let digest = "0".repeat(64);
    for at in 0..parts.len() {
        writeln!(manifest, "[[table]]\nfile = \"t{at}.parquet\"\nencoding = \"parquet\"\nsha256 = \"{digest}\"")
            .unwrap();
    }
    let manifest = Manifest::parse("dataset.toml", &manifest, None).unwrap();
    Dataset::new("dataset.toml", manifest, parts.iter().map(|part| table(part)).collect(), None, Vec::new()).unwrap()
}
