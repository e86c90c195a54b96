//! Times of contestants that take turns, and what they come to.

use std::time::Duration;

use cpu_time::ThreadTime;

use crate::bodies::Body;
use crate::contestants::{BASELINE, Contestant};

/// How long one round of one contestant lasts at least.
const ROUND: Duration = Duration::from_millis(4);

/// A body's times: by contestant, a sample a round.
pub struct Samples<'b> {
    /// The body.
    pub body: &'b Body,
    /// Contestants in their order, each with its CPU seconds for one run, round by round.
    pub times: Vec<(&'static str, Vec<f64>)>,
}

impl<'b> Samples<'b> {
    /// Lets contestants take turns over a body. The last is named, and times itself by `seconds_of`.
    pub fn take(
        body: &'b Body,
        contestants: &[Contestant],
        rounds: usize,
        (name, mut seconds_of): (&'static str, impl FnMut(&Body) -> Option<f64>),
    ) -> Self {
        let mut times: Vec<(&'static str, Vec<f64>)> =
            contestants.iter().map(|contestant| (contestant.name, Vec::new())).collect();
        let mut theirs = Vec::new();
        for _ in 0..rounds {
            for (contestant, (_, times)) in contestants.iter().zip(&mut times) {
                times.push(seconds(contestant, &body.bytes));
            }
            theirs.extend(seconds_of(body));
        }
        if theirs.len() == rounds {
            times.push((name, theirs));
        }
        Self { body, times }
    }

    /// CPU seconds for one run of a contestant: the median.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<f64> {
        self.of(name).map(|times| median(times.to_vec()))
    }

    /// A contestant's time as a share of the baseline's.
    #[must_use]
    pub fn ratio(&self, name: &str) -> Option<f64> {
        self.share(name, BASELINE)
    }

    /// A contestant's time as a share of another's: the median of the rounds' shares, since the two of one
    /// round met the same machine.
    #[must_use]
    pub fn share(&self, name: &str, other: &str) -> Option<f64> {
        let rounds = self.of(name)?.iter().zip(self.of(other)?);
        Some(median(rounds.map(|(one, other)| one / other).collect()))
    }

    fn of(&self, name: &str) -> Option<&[f64]> {
        self.times.iter().find(|(known, _)| *known == name).map(|(_, times)| times.as_slice())
    }
}

/// CPU seconds of this thread for one run.
#[must_use]
pub fn seconds(contestant: &Contestant, body: &[u8]) -> f64 {
    let start = ThreadTime::now();
    let mut runs = 0_u32;
    loop {
        std::hint::black_box((contestant.run)(std::hint::black_box(body)));
        runs += 1;
        let spent = start.elapsed();
        if spent >= ROUND {
            return spent.as_secs_f64() / f64::from(runs);
        }
    }
}

/// The middle one.
#[must_use]
pub fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}
