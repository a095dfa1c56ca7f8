//! One seed: who acts when, what becomes of what waits, when the process dies.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_model::{Moment, RecordId, SubjectId, Suite};
use shouxin_store::{Fate, Simulation, Store, Waiting};
use shouxin_vault::world::Frozen;
use shouxin_vault::{Compiled, Tombstones, Vault, keydir};

use crate::acts::{Acting, Deed, End, caller};

/// A founded deployment that every seed begins with a copy of.
pub(crate) struct Template {
    keys: tempfile::TempDir,
    simulation: Simulation,
    compiled: Compiled,
    runtime: tokio::runtime::Runtime,
}

/// The quotas that readers run into.
const QUOTA: &str = "quota = { subjects_per_day = 30, clear_per_day = 300, searches_per_day = 60 }";
pub(crate) const SUBJECTS_A_DAY: usize = 3;

/// The after-sales register with a small quota.
pub(crate) fn register() -> String {
    let profile = shouxin_register::profile("after-sales").unwrap();
    assert!(profile.register_toml.contains(QUOTA));
    let small = QUOTA.replace("= 30", &format!("= {SUBJECTS_A_DAY}"));
    profile.register_toml.replace(QUOTA, &small)
}

impl Template {
    pub(crate) fn make() -> Self {
        let keys = tempfile::tempdir().unwrap();
        let world = Arc::new(Frozen::new(start(), 1));
        let folder = keys.path().join("keys");
        let keyring = keydir::create(&folder, Suite::International, None, &*world).unwrap();
        let simulation = Simulation::new().unwrap();
        // Files are read on a thread of their own; everything else runs on this one.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let store = Store::open_simulated(&simulation).unwrap();
        let policies = shouxin_register::profile("after-sales").unwrap().policies;
        let text = register();
        let founding = Vault::found(store, keyring, world, &text, policies);
        drive(&simulation, founding).unwrap();
        Self {
            keys,
            simulation,
            compiled: Compiled::default(),
            runtime,
        }
    }
}

fn start() -> Moment {
    Moment::parse_rfc3339("2026-11-21T02:00:00Z").unwrap()
}

/// Runs the future to its end on a disk that does not fail.
pub(crate) fn drive<T>(simulation: &Simulation, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
        match simulation.waiting().first() {
            Some(Waiting::Query) => simulation.answer(0, Fate::Done),
            Some(Waiting::Commit) => simulation.commit(&[0], Fate::Done, true),
            // A thread that reads a file.
            None => std::thread::yield_now(),
        }
    }
}

/// What a seed did, line by line, and what was seen of it.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) log: String,
    pub(crate) tally: Tally,
}

/// How often what happened.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) acknowledged: u64,
    pub(crate) unknown: u64,
    pub(crate) failed: u64,
    pub(crate) crashes: u64,
    pub(crate) entries: u64,
    pub(crate) given: u64,
    pub(crate) refused: u64,
    pub(crate) applied: u64,
    pub(crate) lent: u64,
    pub(crate) erased: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, run: &Run) {
        let other = &run.tally;
        self.acknowledged += other.acknowledged;
        self.unknown += other.unknown;
        self.failed += other.failed;
        self.crashes += other.crashes;
        self.entries += other.entries;
        self.given += other.given;
        self.refused += other.refused;
        self.applied += other.applied;
        self.lent += other.lent;
        self.erased += other.erased;
    }

    /// Whether every kind of thing happened often.
    pub(crate) fn is_thorough(&self) -> bool {
        let all = [
            self.acknowledged,
            self.unknown,
            self.failed,
            self.crashes,
            self.given,
            self.refused,
            self.applied,
            self.erased,
        ];
        // Asked for, approved and used within one seed is rare.
        all.iter().all(|count| *count > 100) && self.lent > 0
    }
}

/// An act that was begun.
pub(crate) struct Act {
    pub(crate) deed: Deed,
    pub(crate) actor: String,
    /// `None` while it is under way, or if the process died first.
    pub(crate) end: Option<End>,
}

/// The world of one seed.
pub(crate) struct Scene<'t> {
    template: &'t Template,
    /// Beside the data, as the key folder is: what is there outlives the process.
    beside: tempfile::TempDir,
    pub(crate) simulation: Simulation,
    world: Arc<Frozen>,
    pub(crate) vault: Vault,
    dice: ChaCha20Rng,
    pub(crate) acts: Vec<Act>,
    under_way: Vec<(usize, Acting)>,
    /// Customers whose making was acknowledged: subject, order, its number.
    people: Vec<(SubjectId, RecordId, String)>,
    imports: u64,
    /// Callers of checks, each used once.
    pub(crate) checkers: u64,
    pub(crate) run: Run,
    tells: bool,
}

impl Run {
    /// Runs the whole of a seed.
    pub(crate) fn whole(template: &Template, seed: u64, tells: bool) -> Self {
        let _entered = template.runtime.enter();
        let mut scene = Scene::begin(template, seed, tells);
        for _ in 0..STEPS {
            scene.step();
        }
        while !scene.under_way.is_empty() {
            scene.pump();
            scene.serve(true);
        }
        // What a new process finds is what was answered.
        scene.crash();
        scene.check_examination();
        scene.check_ledger();
        scene.run
    }
}

/// How many times something is let happen.
const STEPS: u32 = 55;
/// How many act at once.
const AT_ONCE: usize = 4;

impl<'t> Scene<'t> {
    fn begin(template: &'t Template, seed: u64, tells: bool) -> Self {
        let simulation = template.simulation.copy().unwrap();
        let world = Arc::new(Frozen::new(start(), seed.wrapping_mul(1 << 20)));
        let beside = tempfile::tempdir().unwrap();
        let vault = open(template, &beside, &simulation, &world);
        Self {
            template,
            beside,
            simulation,
            world,
            vault,
            dice: ChaCha20Rng::seed_from_u64(seed),
            acts: Vec::new(),
            under_way: Vec::new(),
            people: Vec::new(),
            imports: 0,
            checkers: 1 << 40,
            run: Run::default(),
            tells,
        }
    }

    /// One of these numbers below `sides`.
    pub(crate) fn throw(&mut self, sides: u32) -> u32 {
        self.dice.next_u32() % sides
    }

    pub(crate) fn tell(&mut self, line: std::fmt::Arguments<'_>) {
        if self.tells {
            eprintln!("{line}");
        }
        writeln!(self.run.log, "{line}").expect("a text grows");
    }

    fn step(&mut self) {
        let alone = |acts: &[Act], at: usize| acts[at].deed.is_alone();
        let busy = self.under_way.iter().any(|(at, _)| alone(&self.acts, *at));
        if !busy && self.under_way.len() < AT_ONCE && self.throw(3) > 0 {
            self.begin_act();
        }
        self.pump();
        match self.throw(100) {
            0..=2 => self.die(),
            3..=4 => self.move_clock(),
            _ => self.serve(false),
        }
        self.pump();
    }

    /// Somebody begins to do something.
    fn begin_act(&mut self) {
        let deed = self.deed();
        if deed.is_alone() && !self.under_way.is_empty() {
            return;
        }
        let number = self.acts.len() as u64;
        let caller = match &deed {
            // One officer, who comes to the end of a day's quota; a file is fed again by its owner.
            Deed::Read {
                purpose: "rights-answer",
                ..
            } => caller(1 << 32, "zhao.min", "protection-officer", &self.vault),
            Deed::Import { .. } => caller(
                (1 << 33) + self.imports,
                "sun.yi",
                "data-steward",
                &self.vault,
            ),
            // One clerk, whose grants count from one read to the next.
            Deed::Ask { .. } | Deed::Lent { .. } => {
                caller(1 << 34, "zhao.lei", "warranty-clerk", &self.vault)
            }
            Deed::Decide { .. } => caller(1 << 35, "zhou.min", "protection-officer", &self.vault),
            Deed::Revoke => caller(1 << 36, "sun.li", "security-admin", &self.vault),
            Deed::Erase { .. } => caller(1 << 37, "wang.min", "protection-officer", &self.vault),
            _ => caller(number, "li.na", "service-adviser", &self.vault),
        };
        self.tell(format_args!("act {number} {deed:?}"));
        self.acts.push(Act {
            deed: deed.clone(),
            actor: caller.actor(),
            end: None,
        });
        let acting = deed.act(self.vault.clone(), caller);
        self.under_way.push((self.acts.len() - 1, acting));
    }

    fn deed(&mut self) -> Deed {
        let number = self.acts.len();
        let kind = self.throw(118);
        if self.people.is_empty() || kind < 22 {
            // A dozen numbers, so that two make the same customer at once.
            return Deed::New {
                name: format!("张{}", ["三", "四", "五"][self.throw(3) as usize]),
                mobile: format!("138001380{:02}", self.throw(12)),
                number: format!("WO-{number}"),
            };
        }
        let at = self.throw(self.people.len() as u32) as usize;
        let (subject, case, number) = self.people[at].clone();
        match kind {
            22..=35 => Deed::Rename {
                subject,
                name: format!("李{}", ["明", "华", "军"][self.throw(3) as usize]),
            },
            36..=49 => Deed::Case {
                subject,
                case,
                number,
                status: ["in-progress", "waiting-parts", "closed"][self.throw(3) as usize]
                    .to_owned(),
            },
            50..=58 => Deed::Consent {
                subject,
                given: self.throw(3) > 0,
            },
            59..=65 => Deed::Restrict {
                subject,
                on: self.throw(2) == 0,
            },
            66..=88 => Deed::Read {
                subject,
                purpose: ["rights-answer", "repair-contact", "marketing-contact"]
                    [self.throw(3) as usize],
            },
            89..=91 => {
                let rows = (0..4).map(|row| {
                    (
                        "王五".to_owned(),
                        format!("1390013{:02}{row:02}", self.imports),
                    )
                });
                Deed::Import {
                    rows: rows.collect(),
                }
            }
            92 => match self.throw(2) {
                0 => Deed::Apply,
                _ => Deed::Sign,
            },
            93..=96 => Deed::Work,
            100..=104 => Deed::Ask { subject },
            105..=109 => Deed::Decide {
                approve: self.throw(4) > 0,
            },
            110..=113 => Deed::Lent { subject },
            114..=115 => Deed::Revoke,
            116..=117 => Deed::Erase { subject },
            _ => Deed::Sign,
        }
    }

    /// Lets everybody go on as far as they can without the store.
    fn pump(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        loop {
            let before = (self.under_way.len(), self.simulation.waiting().len());
            let mut ended = Vec::new();
            for (place, (at, acting)) in self.under_way.iter_mut().enumerate() {
                if let Poll::Ready(end) = acting.as_mut().poll(&mut context) {
                    ended.push((place, *at, end));
                }
            }
            for (place, at, end) in ended.into_iter().rev() {
                drop(self.under_way.remove(place));
                self.end(at, end);
            }
            let after = (self.under_way.len(), self.simulation.waiting().len());
            // Nobody waits for the store: a thread is reading a file.
            let reading = after.1 == 0 && after.0 > 0;
            if before == after && !reading {
                return;
            }
            if reading {
                std::thread::yield_now();
            }
        }
    }

    fn end(&mut self, at: usize, end: End) {
        self.tell(format_args!("end {at} {end:?}"));
        match &end {
            End::Made(written) => {
                if let Deed::New { number, .. } = &self.acts[at].deed {
                    let order = written.records[1].0;
                    self.people.push((written.subject, order, number.clone()));
                }
                self.run.tally.acknowledged += 1;
            }
            End::Answered(_, refused, value) => {
                self.run.tally.refused += u64::from(*refused);
                self.run.tally.given += u64::from(value.is_some());
            }
            End::Done(_) | End::Quiet => self.run.tally.acknowledged += 1,
            End::Unknown => self.run.tally.unknown += 1,
            End::Nothing(_) => self.run.tally.failed += 1,
        }
        if matches!(self.acts[at].deed, Deed::Import { .. }) && matches!(end, End::Quiet) {
            self.imports += 1;
        }
        if matches!(self.acts[at].deed, Deed::Erase { .. }) && matches!(end, End::Done(_)) {
            self.run.tally.erased += 1;
        }
        if matches!(self.acts[at].deed, Deed::Apply) && matches!(end, End::Done(_)) {
            self.run.tally.applied += 1;
        }
        self.acts[at].end = Some(end);
    }

    /// The store answers something of what waits.
    fn serve(&mut self, gently: bool) {
        let waiting = self.simulation.waiting();
        if waiting.is_empty() {
            return;
        }
        let at = self.throw(waiting.len() as u32) as usize;
        let odds = if gently { 99 } else { self.throw(100) };
        if waiting[at] == Waiting::Query {
            let fate = if odds < 3 { Fate::Fails } else { Fate::Done };
            self.tell(format_args!("query {at} {fate:?}"));
            return self.simulation.answer(at, fate);
        }
        let batch = self.batch(&waiting, at);
        let fate = match odds {
            0..=5 => Fate::Fails,
            6..=11 => Fate::Unacknowledged,
            _ => Fate::Done,
        };
        self.tell(format_args!("commit {batch:?} {fate:?}"));
        self.simulation.commit(&batch, fate, true);
        if fate == Fate::Unacknowledged && self.throw(2) == 0 {
            // The embedded engine ends its process; a server that was lost comes back.
            self.pump();
            self.crash();
        }
    }

    /// The transaction at `at`, and some of the others, in any order.
    fn batch(&mut self, waiting: &[Waiting], at: usize) -> Vec<usize> {
        let mut batch = vec![at];
        for (other, kind) in waiting.iter().enumerate() {
            if other != at && *kind == Waiting::Commit && self.throw(2) == 0 {
                let place = self.throw(batch.len() as u32 + 1) as usize;
                batch.insert(place, other);
            }
        }
        batch
    }

    /// The process is killed, before or after what it was committing reached the disk.
    fn die(&mut self) {
        let waiting = self.simulation.waiting();
        let commit = waiting.iter().position(|kind| *kind == Waiting::Commit);
        if let (Some(at), 0) = (commit, self.throw(2)) {
            let batch = self.batch(&waiting, at);
            self.tell(format_args!("commit {batch:?} and die"));
            self.simulation.commit(&batch, Fate::Done, false);
        }
        self.crash();
    }

    fn crash(&mut self) {
        self.tell(format_args!("crash"));
        self.run.tally.crashes += 1;
        self.under_way.clear();
        self.vault = open(self.template, &self.beside, &self.simulation, &self.world);
        self.check();
    }

    fn move_clock(&mut self) {
        let seconds = [
            3_600,
            -3_600,
            86_400,
            -86_400,
            315_360_000,
            -315_360_000,
            40,
        ];
        let by = seconds[self.throw(7) as usize];
        self.tell(format_args!("the clock moves by {by} s"));
        self.world.pass(by);
    }

    /// Acts by the actor whom the ledger names.
    pub(crate) fn by_actor(&self) -> BTreeMap<&str, Vec<usize>> {
        let mut acts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, act) in self.acts.iter().enumerate() {
            acts.entry(&act.actor).or_default().push(at);
        }
        acts
    }
}

fn open(
    template: &Template,
    beside: &tempfile::TempDir,
    simulation: &Simulation,
    world: &Arc<Frozen>,
) -> Vault {
    let keyring = keydir::open(&template.keys.path().join("keys"), None).unwrap();
    let store = Store::open_simulated(simulation).unwrap();
    let opening = Vault::open_simulated(store, keyring.into(), world.clone(), &template.compiled);
    let vault = drive(simulation, opening).unwrap();
    let tombstones = Tombstones::at(beside.path().join("tombstones"));
    let again = drive(simulation, vault.keep_tombstones(tombstones)).unwrap();
    assert_eq!(again, 0, "nobody who was erased is alive");
    vault
}
