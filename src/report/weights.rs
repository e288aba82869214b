//! What every factor weighs in the versions of a family: as a chart, in exact rows, and in a summary
//! for people.

use std::collections::BTreeMap;

use super::{Align, Table};
use crate::chart::{self, Chart, EffectiveWeights, WeightPart};
use crate::model::diff::effective_shares;
use crate::model::{Factor, Model, Network};
use crate::number::{counted, percent};

/// A family with more factors than this over all its versions is drawn by network: the eight largest
/// of very many say too little.
const FACTORS: usize = 40;

/// A factor of a version, with its share of the weight in name and in effect.
struct Weighed<'a> {
    network: &'a Network,
    factor: &'a Factor,
    nominal: Option<f64>,
    effective: Option<f64>,
}

fn weighed(model: &Model) -> Vec<Weighed<'_>> {
    let shares = model.shares().into_iter().flatten().zip(effective_shares(model).into_iter().flatten());
    let factors = model.networks.iter().flat_map(|network| network.factors.iter().map(move |factor| (network, factor)));
    let all = factors.zip(shares);
    all.map(|((network, factor), (nominal, effective))| Weighed { network, factor, nominal, effective }).collect()
}

/// Effective shares by part and version; a part that a version does not have has none there.
fn shares<P: Ord>(models: &[&Model], part: impl Fn(&Weighed<'_>) -> P) -> BTreeMap<P, Vec<Option<f64>>> {
    let mut found: BTreeMap<P, Vec<Option<f64>>> = BTreeMap::new();
    for (at, model) in models.iter().enumerate() {
        for weighed in weighed(model) {
            let own = found.entry(part(&weighed)).or_insert_with(|| vec![None; models.len()]);
            own[at] = weighed.effective.map(|share| own[at].unwrap_or(0.0) + share).or(own[at]);
        }
    }
    found
}

/// By the names of factors alone, which are unique in a model: one that moves to another network
/// stays the same.
fn by_factor(weighed: &Weighed<'_>) -> String {
    weighed.factor.name.clone()
}

/// The chart of effective weights over the versions of a family, in their order.
pub fn weights_chart(family: &str, models: &[&Model]) -> Chart {
    let factors = shares(models, by_factor);
    let (part, found) = match factors.len() > FACTORS {
        true => ("network", shares(models, |weighed| weighed.network.name.clone())),
        false => ("factor", factors),
    };
    let data = EffectiveWeights {
        family: family.to_string(),
        versions: models.iter().map(|model| model.id.version().to_string()).collect(),
        part: part.to_string(),
        parts: found.into_iter().map(|(name, shares)| WeightPart { name, shares }).collect(),
    };
    chart::effective_weights(&data)
}

/// Every factor of every version, a row each, in full precision.
pub fn weights_table(models: &[&Model]) -> Table {
    let columns = [
        ("Model", Align::Left),
        ("Network", Align::Left),
        ("Factor", Align::Left),
        ("Weight", Align::Right),
        ("Nominal", Align::Right),
        ("Effective", Align::Right),
    ];
    let mut table = Table::new("", &columns);
    let share = |share: Option<f64>| share.map_or(String::new(), |share| share.to_string());
    for model in models {
        for Weighed { network, factor, nominal, effective } in weighed(model) {
            let names = [model.id.to_string(), network.name.clone(), factor.name.clone(), factor.weight.to_string()];
            table.row(names.into_iter().chain([share(nominal), share(effective)]));
        }
    }
    table
}

/// What each factor weighs in the first and in the last version, and where it weighs most; the largest
/// first.
pub fn weights_summary(family: &str, models: &[&Model]) -> Table {
    let columns = [
        ("Network", Align::Left),
        ("Factor", Align::Left),
        ("First", Align::Right),
        ("Last", Align::Right),
        ("Most", Align::Right),
        ("In", Align::Left),
    ];
    let found = shares(models, |weighed| [weighed.network.name.clone(), weighed.factor.name.clone()]);
    let (of, versions) = (counted(found.len() as u64, "factor"), counted(models.len() as u64, "version"));
    let ends = match models {
        [] => String::new(),
        [first, .., last] => format!(", from {} to {}", first.id.version(), last.id.version()),
        [only] => format!(", {}", only.id.version()),
    };
    let caption = format!(
        "What a factor weighs: its share of the strength where all factors have one value. {of} in {versions} of {family}{ends}"
    );
    let mut table = Table::new(caption, &columns);
    // Shares are sums: on a grid, so that equal ones stand by name.
    let grid = |share: f64| (share * 1e9).round() as u64;
    // The version in which a factor weighs most, the first of equals.
    let most = |shares: &[Option<f64>]| -> Option<(usize, f64)> {
        let known = shares.iter().enumerate().filter_map(|(at, share)| Some((at, (*share)?)));
        known.reduce(|most, own| if grid(own.1) > grid(most.1) { own } else { most })
    };
    let mut rows: Vec<([String; 2], Vec<Option<f64>>)> = found.into_iter().collect();
    rows.sort_by_cached_key(|(name, shares)| {
        (std::cmp::Reverse(most(shares).map(|(_, share)| grid(share))), name.clone())
    });
    for (name, shares) in rows {
        let most = most(&shares);
        let told = |share: Option<f64>| share.map_or("–".to_string(), percent);
        let within =
            most.and_then(|(at, _)| models.get(at)).map_or(String::new(), |model| model.id.version().to_string());
        let [first, last] = [shares.first(), shares.last()].map(|share| told(share.copied().flatten()));
        let [network, factor] = name;
        table.row([network, factor, first, last, told(most.map(|(_, share)| share)), within]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ModelFile, resolve};

    fn model(id: &str, factors: &[(&str, &str, f64)]) -> Model {
        let mut text = format!(
            "format = 1\nmodel = '{id}'\nrationale = 'r'\n[scale]\nfrom = {{ fixed = {{ low = 0, high = 100 }} }}\n"
        );
        let mut networks: Vec<&str> = factors.iter().map(|(network, ..)| *network).collect();
        networks.dedup();
        networks.iter().for_each(|network| text.push_str(&format!("[network.{network}]\n")));
        for (network, factor, weight) in factors {
            text.push_str(&format!(
                "[factor.{factor}]\nnetwork = '{network}'\nvalue = '{factor}'\nweight = {weight:?}\n"
            ));
        }
        resolve(&[ModelFile::parse(id, &text, None).unwrap()], &[]).unwrap()
    }

    #[test]
    fn shares_over_versions() {
        let models = [
            model("f@1.0.0", &[("m", "a", 3.0), ("m", "b", 1.0)]),
            model("f@1.1.0", &[("m", "a", 1.0), ("m", "b", 1.0), ("n", "c", 1.0)]),
        ];
        let models: Vec<&Model> = models.iter().collect();
        let found = shares(&models, by_factor);
        assert_eq!(found["a"], [Some(0.75), Some(0.25)]);
        assert_eq!(found["c"], [None, Some(0.5)]);
        let networks = shares(&models, |weighed| weighed.network.name.clone());
        assert_eq!(networks["m"], [Some(1.0), Some(0.5)]);

        let rows = |table: &Table| -> Vec<Vec<String>> {
            table.rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect()
        };
        let exact = weights_table(&models);
        assert_eq!(rows(&exact)[0], ["f@1.0.0", "m", "a", "3", "0.75", "0.75"]);
        assert_eq!(exact.rows.len(), 5);
        let told = rows(&weights_summary("f", &models));
        assert_eq!(told[0], ["m", "a", "75.0 %", "25.0 %", "75.0 %", "1.0.0"]);
        assert_eq!(told[1], ["n", "c", "–", "50.0 %", "50.0 %", "1.1.0"]);
        assert!(weights_chart("f", &models).title.contains("of 3 factors"));
    }

    #[test]
    fn many_factors_are_drawn_by_network() {
        let names: Vec<String> = (0..50).map(|at| format!("x{at}")).collect();
        let many: Vec<(&str, &str, f64)> =
            names.iter().enumerate().map(|(at, name)| (if at < 25 { "m" } else { "n" }, name.as_str(), 1.0)).collect();
        let chart = weights_chart("f", &[&model("f@1.0.0", &many)]);
        assert!(chart.title.ends_with("of 2 networks."), "{}", chart.title);
        assert!(weights_chart("f", &[]).title.starts_with("There is no version"));
    }
}
