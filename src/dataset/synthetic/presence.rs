//! Who is there at a snapshot, and on which topics.
//!
//! An account that is late waits for a number of snapshots that depends on one draw of its own; an
//! account that is there goes for good when its draw of a snapshot says so. Neither asks how many
//! snapshots or accounts there are.

use super::draw::{Chunk, Portion};
use super::recipe::{Among, Presence, Recipe, Topic};
use crate::stats::elementary::exp;

impl Recipe {
    /// Whether the account at a position is there at a snapshot.
    pub(super) fn is_there(&self, snapshot: usize, position: u64) -> bool {
        self.presence.is_none() || Chunk::of(self, snapshot, position, 1).there() == [true]
    }
}

impl Chunk<'_> {
    /// Whether each account is there.
    pub(super) fn there(&self) -> Vec<bool> {
        let Some(presence) = &self.recipe.presence else { return vec![true; self.count] };
        let arrivals = self.lasting_uniforms("presence/arrive");
        let here = |snapshot: usize| {
            let bound = still_to_come(presence, snapshot);
            arrivals.iter().map(move |draw| *draw >= bound)
        };
        let mut stays = vec![true; self.count];
        for snapshot in 1..=self.snapshot {
            let leaving = self.fresh_uniforms(snapshot, "presence/leave");
            for ((stays, draw), was_there) in stays.iter_mut().zip(leaving).zip(here(snapshot - 1)) {
                *stays &= !was_there || draw >= presence.leave;
            }
        }
        here(self.snapshot).zip(stays).map(|(arrived, stays)| arrived && stays).collect()
    }

    /// Whether each account is in one of these groups.
    pub(super) fn is_among(&self, among: &Among) -> Vec<bool> {
        let plan = &self.recipe.segments[among.segment];
        self.groups(plan).into_iter().map(|group| among.groups[group]).collect()
    }

    /// The portion of each account in each topic, none where it has no row for the topic. The
    /// ranges of an account's topics follow each other from 0 to 1 in the order of the topics.
    pub(super) fn portions(&self) -> Vec<Vec<Portion>> {
        let topics = &self.recipe.topics;
        let weights: Vec<Vec<Option<f64>>> = topics.iter().map(|topic| self.weights(topic)).collect();
        let mut portions = vec![vec![None; self.count]; topics.len()];
        for account in 0..self.count {
            let own = |topic: &usize| weights[*topic][account].is_some();
            let Some(last) = (0..topics.len()).rev().find(own) else { continue };
            let total = weights.iter().filter_map(|of_topic| of_topic[account]).fold(0.0, |sum, weight| sum + weight);
            let mut from = 0.0;
            let mut sum = 0.0;
            for topic in 0..topics.len() {
                let Some(weight) = weights[topic][account] else { continue };
                sum += weight;
                let to = if topic == last { 1.0 } else { sum / total };
                portions[topic][account] = Some((from, to));
                from = to;
            }
        }
        portions
    }

    fn weights(&self, topic: &Topic) -> Vec<Option<f64>> {
        let name = &topic.name;
        let present = self.lasting_uniforms(&format!("topic/{name}/present"));
        let weights = self.lasting(&format!("topic/{name}/portion"));
        let weight = |(draw, weight): (f64, f64)| (draw < topic.share).then(|| exp(topic.spread * weight));
        present.into_iter().zip(weights).map(weight).collect()
    }
}

/// Share of all accounts that has not come by a snapshot.
fn still_to_come(presence: &Presence, snapshot: usize) -> f64 {
    (0..snapshot).fold(presence.late, |waiting, _| waiting * (1.0 - presence.arrive))
}
