//! Carrying changes to one system: several at a time, those of one subject one after the other, each until it was
//! taken.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand_core::Rng;
use shouxin_model::{Caller, Moment, SubjectId};
use shouxin_outbound::{Failure, Taken};
use shouxin_vault::{Assignment, Change, LeakAction, Progress, VaultError};
use shouxin_wire::changes::ChangeEvent;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::sender::{Parcel, Sender};
use super::told;
use crate::App;

/// Carries until the lease is lost, the system is changed, or its stream has to be told again.
///
/// # Errors
/// The store failed.
pub(super) async fn carry(app: &App, held: Assignment) -> Result<(), VaultError> {
    let sender = match Sender::of(app, &held).await {
        Ok(sender) => sender,
        Err(failure) => return stand(app, &held, failure).await,
    };
    let mut courier = Courier::new(app, held, sender);
    let mut told = app.vault().changes_told();
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    if courier.check_stream().await? == Next::End {
        return Ok(());
    }
    loop {
        if courier.fill().await? == Next::End {
            return Ok(());
        }
        tokio::select! {
            Some(sent) = courier.sending.join_next(), if !courier.sending.is_empty() => {
                let mut sent = Some(sent);
                while let Some(one) = sent {
                    // A task that fell over sent nothing: the lease ends, and all of it is carried again.
                    let Ok(one) = one else { return Ok(()) };
                    if courier.sent(one).await? == Next::End {
                        return Ok(());
                    }
                    sent = courier.sending.try_join_next();
                }
            }
            _ = told.changed() => courier.look = true,
            _ = ticks.tick() => {
                courier.look = true;
                if !app.vault().holds_downstream(&courier.held).await? {
                    return Ok(());
                }
                if courier.stream_checked.elapsed() > CHECK && courier.check_stream().await? == Next::End {
                    return Ok(());
                }
            }
        }
        if courier.keep().await? == Next::End {
            return Ok(());
        }
    }
}

/// Nothing can be sent as the settings are: it is noted, and tried again later.
async fn stand(app: &App, held: &Assignment, failure: Failure) -> Result<(), VaultError> {
    let place = &held.downstream.place;
    let since = place.failing_since.unwrap_or_else(|| app.vault().now());
    let progress = Progress {
        delivered: place.delivered,
        processed: false,
        stream: held.stream.clone(),
        failing: Some((since, failure.to_string())),
    };
    if app.vault().keep_downstream(held, &progress).await? {
        sleep(STAND).await;
        app.vault().release_downstream(held).await?;
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Go,
    End,
}

/// Since when, and why, each change that does not go through does not: by entry.
type Failing = Arc<Mutex<BTreeMap<u64, (Moment, Failure)>>>;

/// Those who wait for one another: a subject, or everybody.
type Lane = Option<SubjectId>;

struct Courier<'a> {
    app: &'a App,
    held: Assignment,
    sender: Sender,
    /// The next entry to look at.
    from: u64,
    /// Whether there may be something from there on.
    look: bool,
    /// What was read and is not behind us, and whether it was taken.
    window: BTreeMap<u64, bool>,
    /// The first of each is under way.
    lanes: HashMap<Lane, VecDeque<Change>>,
    /// Lanes with something to send, and no room for it yet.
    ready: VecDeque<Lane>,
    sending: JoinSet<Sent>,
    failing: Failing,
    noted: Progress,
    /// Whether anything was taken since.
    took: bool,
    stream: (String, u64),
    noted_at: Instant,
    stream_checked: Instant,
}

/// What became of one change.
struct Sent {
    lane: Lane,
    entry: u64,
    /// `Err`: no stream takes it.
    taken: Result<Option<Taken>, ()>,
}

impl<'a> Courier<'a> {
    fn new(app: &'a App, held: Assignment, sender: Sender) -> Self {
        let place = &held.downstream.place;
        let failure = place.failing_since.zip(place.failure.clone());
        let noted = Progress {
            delivered: place.delivered,
            processed: sender.is_processed(),
            stream: held.stream.clone(),
            failing: failure,
        };
        Self {
            app,
            sender,
            from: place.delivered,
            look: true,
            window: BTreeMap::new(),
            lanes: HashMap::new(),
            ready: VecDeque::new(),
            sending: JoinSet::new(),
            failing: Failing::default(),
            stream: held.stream.clone(),
            noted,
            took: false,
            noted_at: Instant::now(),
            stream_checked: Instant::now(),
            held,
        }
    }

    /// Reads what there is room for, and sends it.
    async fn fill(&mut self) -> Result<Next, VaultError> {
        while self.look && self.window.len() < WINDOW {
            let room = u32::try_from(WINDOW - self.window.len()).unwrap_or(1);
            let interest = &self.held.downstream.interest;
            let page = self.app.vault().changes(interest, self.from, room).await?;
            (self.from, self.look) = (page.next, !page.end);
            // What happened after a system was paused or changed is told as the change says, or not at all.
            if !page.changes.is_empty() && !self.app.vault().holds_downstream(&self.held).await? {
                return Ok(Next::End);
            }
            for change in page.changes {
                self.window.insert(change.entry, false);
                let lane = (!self.sender.is_one_lane()).then_some(change.subject);
                let waiting = self.lanes.entry(lane).or_default();
                waiting.push_back(change);
                if waiting.len() == 1 {
                    self.ready.push_back(lane);
                }
            }
            if !page.end && self.window.is_empty() {
                // A long stretch of nothing: others have their turn.
                break;
            }
        }
        while self.sending.len() < AT_A_TIME
            && let Some(lane) = self.ready.pop_front()
        {
            self.send(lane);
        }
        Ok(Next::Go)
    }

    /// Sends the first of a lane, again and again until it is taken.
    fn send(&mut self, lane: Lane) {
        let Some(change) = self.lanes.get(&lane).and_then(VecDeque::front) else {
            return;
        };
        let entry = change.entry;
        let (app, sender) = (self.app.clone(), self.sender.clone());
        let (failing, name) = (Arc::clone(&self.failing), self.held.downstream.name.clone());
        let event = told(&app, change.clone());
        let purposes = self.held.downstream.interest.purposes.clone();
        self.sending.spawn(async move {
            let parcel = match may_leave(&app, &name, &purposes, &event).await {
                Ok(()) => Parcel::of(&event),
                Err(failure) => Err(failure),
            };
            let mut tries = 0;
            loop {
                let sent = match &parcel {
                    Ok(parcel) => sender.send(parcel).await,
                    Err(failure) => Err(*failure),
                };
                app.meter().told(&name, sent.is_ok());
                let failure = match sent {
                    Ok(taken) => {
                        locked(&failing).remove(&entry);
                        return Sent {
                            lane,
                            entry,
                            taken: Ok(taken),
                        };
                    }
                    Err(failure) => failure,
                };
                let now = app.vault().now();
                locked(&failing).entry(entry).or_insert((now, failure)).1 = failure;
                tries += 1;
                sleep(pause(tries, &sender, app.vault().dice().next_u32())).await;
                if failure == Failure::NoStream {
                    return Sent {
                        lane,
                        entry,
                        taken: Err(()),
                    };
                }
            }
        });
    }

    /// One change went through, or its stream is gone.
    async fn sent(&mut self, sent: Sent) -> Result<Next, VaultError> {
        let Ok(taken) = sent.taken else {
            if self.check_stream().await? == Next::End {
                return Ok(Next::End);
            }
            self.ready.push_back(sent.lane);
            return Ok(Next::Go);
        };
        if let Some(taken) = taken {
            // A new message with an old number: the stream was made anew in between.
            if !taken.before && taken.number <= self.stream.1 {
                return self.rewind().await;
            }
            self.stream.1 = self.stream.1.max(taken.number);
        }
        if let Some(done) = self.window.get_mut(&sent.entry) {
            *done = true;
            self.took = true;
        }
        if let Some(waiting) = self.lanes.get_mut(&sent.lane) {
            waiting.pop_front();
            if waiting.is_empty() {
                self.lanes.remove(&sent.lane);
            } else {
                self.ready.push_back(sent.lane);
            }
        }
        Ok(Next::Go)
    }

    /// Looks whether the stream still has what it took. A stream that was lost is told again from where the
    /// receiver is.
    async fn check_stream(&mut self) -> Result<Next, VaultError> {
        self.stream_checked = Instant::now();
        // One that cannot be asked now is asked later; what is sent meanwhile is not taken either.
        let Some(Ok(found)) = self.sender.stream().await else {
            return Ok(Next::Go);
        };
        let (made, newest) = &self.stream;
        if made.is_empty() {
            self.stream.0 = found.made;
            return Ok(Next::Go);
        }
        if *made != found.made || found.newest < *newest {
            return self.rewind().await;
        }
        Ok(Next::Go)
    }

    async fn rewind(&mut self) -> Result<Next, VaultError> {
        let name = &self.held.downstream.name;
        tracing::warn!(
            downstream = name,
            "the stream lost what it had taken; what was not acknowledged is told again"
        );
        self.sending.shutdown().await;
        self.app.vault().rewind_downstream(&self.held).await?;
        Ok(Next::End)
    }

    /// Notes how far it is, if that is news or the lease needs it.
    async fn keep(&mut self) -> Result<Next, VaultError> {
        while let Some(entry) = self.window.first_entry() {
            if !*entry.get() {
                break;
            }
            entry.remove();
        }
        let first = self.window.first_key_value().map(|(entry, _)| *entry);
        let failing = locked(&self.failing)
            .first_key_value()
            .map(|(_, (since, failure))| (*since, failure.to_string()));
        let before = self.noted.failing.clone();
        let failing = match (failing, before) {
            (Some((since, why)), Some((before, _))) => Some((since.min(before), why)),
            // Nothing was tried to the end yet.
            (None, before) if !self.took && !self.window.is_empty() => before,
            (failing, _) => failing,
        };
        let progress = Progress {
            delivered: first.unwrap_or(self.from),
            processed: self.sender.is_processed(),
            stream: self.stream.clone(),
            failing,
        };
        // Stretches without anything of interest are passed over again at no cost: they can wait.
        let moved = self.took && progress.delivered != self.noted.delivered;
        let news = moved || progress.failing != self.noted.failing;
        if !news && self.noted_at.elapsed() < RENEW {
            return Ok(Next::Go);
        }
        self.noted_at = Instant::now();
        let kept = self
            .app
            .vault()
            .keep_downstream(&self.held, &progress)
            .await?;
        (self.noted, self.took) = (progress, false);
        Ok(if kept { Next::Go } else { Next::End })
    }
}

/// Whether an event says nothing that this system may not be told: no text of it names what its purposes do not
/// need.
///
/// # Errors
/// `Leak`: it does, or that could not be recorded.
async fn may_leave(
    app: &App,
    name: &str,
    purposes: &[String],
    event: &ChangeEvent,
) -> Result<(), Failure> {
    let data = serde_json::to_value(&event.data).map_err(|_| Failure::Leak)?;
    let texts = data.as_object().into_iter().flatten();
    // Ids of records are made here, of letters and digits by chance.
    let texts = texts.filter(|(key, _)| key.as_str() != "case");
    let texts = texts.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    let vault = app.vault();
    let leaks = vault.leaks_in(purposes, texts);
    if leaks.is_empty() {
        return Ok(());
    }
    let operator = Caller::operator();
    let recorded = vault.record_leak(&operator, name, None, &leaks).await;
    match (recorded, vault.leak_action()) {
        (Ok(_), LeakAction::Flag) => Ok(()),
        _ => Err(Failure::Leak),
    }
}

fn locked(failing: &Failing) -> std::sync::MutexGuard<'_, BTreeMap<u64, (Moment, Failure)>> {
    failing.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long to wait after so many failed tries: doubled each time up to a bound, and between half of that and all of
/// it, so that many do not come back at once.
fn pause(tries: u32, sender: &Sender, dice: u32) -> Duration {
    let longest = if sender.is_one_lane() { 2_000 } else { 30_000 };
    let millis = (100u64 << tries.min(12)).min(longest);
    Duration::from_millis(millis / 2 + u64::from(dice) % (millis / 2))
}

/// How many changes are read ahead of the first that was not taken.
const WINDOW: usize = 512;
/// How many of them are under way at a time.
const AT_A_TIME: usize = 32;
/// How often is looked for what other nodes changed.
const LOOK: Duration = Duration::from_millis(250);
/// How often a stream is looked at that nothing is sent to.
const CHECK: Duration = Duration::from_secs(2);
/// A third of the lease.
const RENEW: Duration = Duration::from_secs(5);
const STAND: Duration = Duration::from_secs(5);
