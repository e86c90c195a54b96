//! Whether the target holds what the fixtures say: each kind that the areas need is checked before anything is judged.

use std::collections::BTreeSet;

use tally_fixtures::Fixtures;
use tally_oracle::strategy::{Batch, Maker};
use tally_spec::model::{Area, UnknownThing};

use super::claims::{Carrier, Claim, claims};
use super::refute::Doubted;
use super::told::{Said, Told, told};
use crate::run::Run;
use crate::run::log::Log;
use crate::run::session::{Sent, Session};
use crate::run::settle::Purpose;

/// The requests that the check of fixtures may take.
const MOST_REQUESTS: u32 = 26;
/// Of these, the requests that are kept for what is doubted in the end.
const FOR_DOUBTS: u32 = 3;
/// The requests for the names of one kind, before any of them is doubted.
const MOST_PER_KIND: usize = 2;
/// The names that are sent one at a time.
const MOST_ALONE: usize = 2;
/// The doubted names of a kind that are looked at again.
const MOST_DOUBTED: usize = 5;

/// The most names that are looked at again one at a time: one made up, one doubted in each of two forms, and one that
/// is there, and one more.
const MOST_ONE_BY_ONE: usize = 5;

const TOO_MANY: &str = "that would take too many requests";
const UNTOLD: &str = "an answer does not tell";

/// A batch of the preflight with its answer, to be judged like any other.
pub(in crate::run) struct Asked<'a> {
    pub(in crate::run) area: &'a Area,
    pub(in crate::run) batch: Batch,
    pub(in crate::run) sent: Sent,
}

/// What the preflight has found out about the fixtures.
#[derive(Default)]
pub(in crate::run) struct Checked<'a> {
    pub(in crate::run) logs: Vec<Log>,
    pub(in crate::run) asked: Vec<Asked<'a>>,
    /// The entries that are not as claimed, for people.
    pub(in crate::run) wrong: Vec<String>,
    /// What could not be found out, for people.
    pub(in crate::run) notes: Vec<String>,
}

/// What a kind's names have come to.
enum Outcome {
    AsClaimed,
    /// These are not, each with what the target said.
    Wrong {
        /// Those that were looked at again.
        named: Vec<(Claim, Said)>,
        /// Those that were not.
        more: Vec<(Claim, Said)>,
    },
    /// The answers do not tell.
    Undecided(&'static str),
}

impl<'a> Run<'a> {
    /// Checks what the fixtures say, unless the run is to go without.
    pub(in crate::run) fn preflight(&self, areas: &[&'a Area]) -> Checked<'a> {
        // A counterexample has its own names.
        let skipped = self.config.skip_preflight || self.config.only_counterexamples;
        if skipped { Checked::default() } else { self.check_fixtures(areas) }
    }

    /// An error if the fixtures say what the target denies.
    pub(in crate::run) fn fixtures_hold(&self, checked: &Checked<'a>) -> Result<(), String> {
        if checked.wrong.is_empty() {
            return Ok(());
        }
        let (wrong, file) = (checked.wrong.join("; "), &self.subject.fixtures.file);
        Err(self.client.redact(&format!(
            "{wrong}: check the fixtures ({file}). They must list what the target's organisation has, and as unknown \
             what it has not; --skip-preflight tests without this check."
        )))
    }

    /// Checks what the fixtures say, kind by kind.
    fn check_fixtures(&self, areas: &[&'a Area]) -> Checked<'a> {
        let callable = areas.iter().filter(|area| self.leave_out(area).is_none());
        let mut carriers: Vec<Carrier<'a>> = callable.flat_map(|area| Carrier::of(self, area)).collect();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        let mut checked = Checked::default();
        let mut sound = self.subject.fixtures.clone();
        let (mut found, mut unnamed, mut left) = (Vec::new(), Vec::new(), MOST_REQUESTS);
        while let Some(carrier) = next(&carriers, &done).cloned() {
            let kind = carrier.reference.kind;
            carriers.retain(|other| other.reference.kind != kind);
            done.insert(kind);
            // What is doubted is looked at once more at the end.
            let kept = if found.is_empty() { 0 } else { FOR_DOUBTS.min(left) };
            left -= kept;
            let outcome = self.check_kind(&carrier, &sound, &mut left, &mut checked);
            left += kept;
            let title = self.title(kind);
            match outcome {
                Outcome::AsClaimed => {}
                Outcome::Wrong { named, more } => {
                    drop_from(&mut sound, kind, &named);
                    drop_from(&mut sound, kind, &more);
                    unnamed.push((kind, more.len()));
                    found.extend(named.into_iter().map(|(claim, said)| Doubted {
                        carrier: carrier.clone(),
                        claim,
                        said,
                    }));
                }
                Outcome::Undecided(why) => {
                    checked.notes.push(format!("the fixtures were not checked for every {title}: {why}"));
                }
            }
            if self.watch.outage().is_some() {
                break;
            }
        }
        let found = self.without_refuted(found, &sound, (&mut checked, left));
        checked.wrong = found.iter().map(|doubted| sentence(&doubted.claim, &doubted.said)).collect();
        for (kind, more) in unnamed.into_iter().filter(|(_, more)| *more > 0) {
            if found.iter().any(|doubted| doubted.carrier.reference.kind == kind) {
                checked.wrong.push(format!("so it went with {more} more of its kind ({})", self.title(kind)));
            }
        }
        checked
    }

    pub(super) fn title(&self, kind: &'a str) -> &'a str {
        self.subject.contract.file.kinds.get(kind).map_or(kind, |kind| kind.title.as_str())
    }

    fn check_kind(
        &self,
        carrier: &Carrier<'a>,
        sound: &Fixtures,
        left: &mut u32,
        checked: &mut Checked<'a>,
    ) -> Outcome {
        let maker = Maker::new(self.subject.contract, carrier.area, sound, &self.mark());
        if !maker.lacks().is_empty() {
            return Outcome::Undecided("its records name something else that is not there");
        }
        let session = self.session(carrier.area);
        let mut asking = Asking { run: self, carrier, maker: &maker, session, left, checked };
        let outcome = asking.check();
        let Asking { session, checked, .. } = asking;
        checked.logs.push(session.log);
        outcome
    }

    pub(super) fn mark(&self) -> String {
        format!("tally-{}", self.config.seed)
    }
}

/// The next kind to check: one whose records name nothing besides that is not checked yet, if there is one.
fn next<'c, 'a>(carriers: &'c [Carrier<'a>], done: &BTreeSet<&str>) -> Option<&'c Carrier<'a>> {
    carriers.iter().min_by_key(|carrier| {
        let open = carrier.needs.iter().filter(|kind| !done.contains(*kind)).count();
        let is_open = carrier.reference.unknown != Some(UnknownThing::Fails);
        (open, !carrier.tells_apart, is_open, usize::MAX - carrier.area.limit.maximum)
    })
}

fn drop_from(fixtures: &mut Fixtures, kind: &str, wrong: &[(Claim, Said)]) {
    let is_wrong = |name: &str, exists: bool| {
        wrong.iter().any(|(claim, _)| claim.exists == exists && claim.name == name)
    };
    if let Some(things) = fixtures.things.get_mut(kind) {
        things.retain(|thing| !is_wrong(&thing.name, true));
    }
    if let Some(unknown) = fixtures.unknown.get_mut(kind) {
        unknown.retain(|name| !is_wrong(name, false));
    }
}

/// What is wrong with an entry, for people.
fn sentence(Claim { name, entry, .. }: &Claim, said: &Said) -> String {
    match said {
        Said::Rejected(text) if text.is_empty() => format!("`{entry}` {name} was rejected"),
        Said::Rejected(text) => format!("`{entry}` {name} was rejected with {text:?}"),
        Said::Accepted => format!("`{entry}` {name} was accepted, so it does name something"),
    }
}

/// The requests about one kind.
struct Asking<'s, 'a> {
    run: &'s Run<'a>,
    carrier: &'s Carrier<'a>,
    maker: &'s Maker<'s>,
    session: Session<'a>,
    left: &'s mut u32,
    checked: &'s mut Checked<'a>,
}

impl Asking<'_, '_> {
    fn check(&mut self) -> Outcome {
        let (run, carrier, maker) = (self.run, self.carrier, self.maker);
        let all = claims(maker, maker.fixtures(), carrier.reference.kind);
        let most = carrier.most(maker);
        let groups = self.groups(&all, most);
        self.note_partial(&all, &groups);
        let mut accepted: Option<Claim> = None;
        let mut doubted: Vec<(Claim, Said)> = Vec::new();
        for group in groups {
            let group = carrier.as_claimed(run, maker, group);
            if group.is_empty() {
                continue;
            }
            let said = match self.find(&group) {
                Ok(said) => said,
                Err(why) => return Outcome::Undecided(why),
            };
            for (claim, said) in said {
                match (claim.exists, &said) {
                    (true, Said::Accepted) => accepted = accepted.or(Some(claim)),
                    (false, Said::Rejected(_)) => {}
                    (true, Said::Rejected(_)) | (false, Said::Accepted) => doubted.push((claim, said)),
                }
            }
        }
        if doubted.is_empty() {
            return Outcome::AsClaimed;
        }
        let more = doubted.split_off(doubted.len().min(MOST_DOUBTED));
        self.look_again(doubted, more, accepted.as_ref())
    }

    /// Notes if the list is longer than what the requests look at.
    fn note_partial(&mut self, all: &[Claim], groups: &[Vec<Claim>]) {
        let count = |exists: bool, claims: &mut dyn Iterator<Item = &Claim>| {
            claims.filter(|claim| claim.exists == exists).count()
        };
        let title = self.run.title(self.carrier.reference.kind);
        let fails = self.carrier.reference.unknown == Some(UnknownThing::Fails);
        for (exists, listed) in [(true, "listed"), (false, "listed as unknown")] {
            let listed_in_all = count(exists, &mut all.iter());
            let looked_at = count(exists, &mut groups.iter().flatten());
            if looked_at < listed_in_all && (exists || fails) && !self.run.config.is_own_mock {
                self.checked.notes.push(format!(
                    "the fixtures were checked in part: {looked_at} of {listed_in_all} {listed} for {title}, in the \
                     order of the file"
                ));
            }
        }
    }

    /// The claims, request by request.
    fn groups(&self, all: &[Claim], most: usize) -> Vec<Vec<Claim>> {
        let (known, unknown): (Vec<Claim>, Vec<Claim>) = all.iter().cloned().partition(|claim| claim.exists);
        let fails = self.carrier.reference.unknown == Some(UnknownThing::Fails);
        let unknown = if fails { unknown } else { Vec::new() };
        if self.carrier.tells_apart {
            // Few are unknown, so they come in the first request.
            let unknown: Vec<Claim> = unknown.into_iter().take(most / 2).collect();
            let together: Vec<Claim> = unknown.into_iter().chain(known).collect();
            return together.chunks(most).take(MOST_PER_KIND).map(<[Claim]>::to_vec).collect();
        }
        let few = if most == 1 { MOST_ALONE } else { 1 };
        let known = known.chunks(most).take(few).map(<[Claim]>::to_vec);
        known.chain(unknown.into_iter().take(MOST_ALONE).map(|claim| vec![claim])).collect()
    }

    /// What the target says of each of the names. If an answer does not say of which it speaks, halves are sent until
    /// one that is rejected is found.
    fn find(&mut self, group: &[Claim]) -> Result<Vec<(Claim, Said)>, &'static str> {
        let mut group = group.to_vec();
        match self.tell(&group, true)? {
            Told::Each(said) => return Ok(group.into_iter().zip(said).collect()),
            Told::Some | Told::Nothing => {}
        }
        while group.len() > 1 {
            let right = group.split_off(group.len() / 2);
            match self.tell(&group, false)? {
                Told::Each(said) if said.iter().all(|said| *said == Said::Accepted) => {
                    group = right;
                }
                Told::Each(said) => return Ok(group.into_iter().zip(said).collect()),
                Told::Some | Told::Nothing => {}
            }
        }
        // By elimination it is this one, unless rejections come and go.
        match self.tell(&group, false)? {
            Told::Each(said) => Ok(group.into_iter().zip(said).collect()),
            Told::Some | Told::Nothing => Err(UNTOLD),
        }
    }

    fn tell(&mut self, group: &[Claim], judged: bool) -> Result<Told, &'static str> {
        let names: Vec<&str> = group.iter().map(|claim| claim.spelt.as_str()).collect();
        match self.ask(&names, judged)? {
            Told::Nothing => Err(UNTOLD),
            told => Ok(told),
        }
    }

    /// Sends a batch with these names. If it is `judged`, its answer is judged later.
    fn ask(&mut self, names: &[&str], judged: bool) -> Result<Told, &'static str> {
        self.send(self.carrier.batch(self.run, self.maker, names), names.len(), judged)
    }

    fn send(&mut self, batch: Batch, names: usize, judged: bool) -> Result<Told, &'static str> {
        self.session.check_budget();
        if *self.left == 0 || self.session.log.ended.is_some() {
            return Err(TOO_MANY);
        }
        let before = self.session.log.area.requests;
        let sent = self.session.send(&batch, Purpose::Case);
        let cost = self.session.log.area.requests - before;
        *self.left = self.left.saturating_sub(u32::try_from(cost).unwrap_or(u32::MAX));
        let told = told(&self.session, &sent, names);
        if judged {
            self.checked.asked.push(Asked { area: self.carrier.area, batch, sent });
        }
        Ok(told)
    }

    /// Looks at doubted names again, in another order and beside a name that is made up: an endpoint that does not
    /// tell them from it, and them from what exists, has other troubles than the fixtures.
    fn look_again(
        &mut self,
        doubted: Vec<(Claim, Said)>,
        more: Vec<(Claim, Said)>,
        accepted: Option<&Claim>,
    ) -> Outcome {
        const ODD: &str =
            "the target answers the same name in different ways, or names that nobody has like others";
        let kind = self.carrier.reference.kind;
        let like = doubted[0].0.spelt.clone();
        let Some(made_up) = self.maker.made_up(kind, self.run.config.seed, &like) else {
            return Outcome::Undecided("no other name could be made up");
        };
        let asks_for_others = self.carrier.tells_apart;
        let others: Vec<String> = doubted
            .iter()
            .filter(|(claim, _)| claim.exists && asks_for_others)
            .filter_map(|(claim, _)| self.maker.other_form(kind, &claim.spelt))
            .collect();
        let mut names: Vec<&str> = vec![&made_up];
        names.extend(doubted.iter().rev().map(|(claim, _)| claim.spelt.as_str()));
        let first_other = names.len();
        names.extend(others.iter().map(String::as_str));
        let first_good = names.len();
        names.extend(accepted.iter().map(|claim| claim.spelt.as_str()));
        let said = match self.each(&names) {
            Ok(said) => said,
            Err(why) => return Outcome::Undecided(why),
        };
        let text = |said: &Said, name: &str| match said {
            Said::Rejected(text) => Some(text.replace(name, "…")),
            Said::Accepted => None,
        };
        let Some(of_made_up) = text(&said[0], &made_up) else { return Outcome::Undecided(ODD) };
        let is_alike = |place: usize| text(&said[place], names[place]).is_none_or(|text| text == of_made_up);
        let again = doubted.iter().rev().zip(&said[1..]);
        let same = again.clone().all(|((claim, _), said)| (*said == Said::Accepted) != claim.exists);
        let alike = (1..first_other).all(is_alike);
        let others_rejected = said[first_other..first_good].iter().all(|said| *said != Said::Accepted);
        let good_accepted = said[first_good..].iter().all(|said| *said == Said::Accepted);
        if !(same && alike && others_rejected && good_accepted) {
            return Outcome::Undecided(ODD);
        }
        Outcome::Wrong { named: doubted, more }
    }

    /// What the target says of each name, in one request if its answer can tell.
    fn each(&mut self, names: &[&str]) -> Result<Vec<Said>, &'static str> {
        if self.carrier.tells_apart
            && let Told::Each(said) = self.ask(names, false)?
        {
            return Ok(said);
        }
        if names.len() > MOST_ONE_BY_ONE {
            return Err(TOO_MANY);
        }
        let mut all = Vec::new();
        for name in names {
            match self.ask(&[name], false)? {
                Told::Each(said) => all.extend(said),
                Told::Some | Told::Nothing => return Err(UNTOLD),
            }
        }
        Ok(all)
    }
}
