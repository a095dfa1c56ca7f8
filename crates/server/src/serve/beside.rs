//! What goes on beside requests: signing the ledger's head, background jobs, tidying, the clock.

use std::future::Future;
use std::time::Duration;

use shouxin_model::Caller;
use shouxin_store::{CommitError, Tx, params};
use shouxin_vault::said::Kind;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::App;
use crate::accounts::ENROLMENT_SECONDS;
use crate::backups;
use crate::couriers;
use crate::http::idempotency;

/// The tasks, until they are stopped.
pub(super) struct Beside(JoinSet<()>);

impl Beside {
    /// Stops them. Each commit is whole or not there, so any moment will do.
    pub(super) async fn stop(mut self) {
        self.0.shutdown().await;
    }
}

/// Starts the tasks.
pub(super) fn start(app: &App) -> Beside {
    let mut tasks = JoinSet::new();
    tasks.spawn(every(SIGN, app.clone(), sign));
    tasks.spawn(every(TIDY, app.clone(), tidy));
    tasks.spawn(every(SETTLE, app.clone(), settle));
    tasks.spawn(every(KEYS, app.clone(), keys));
    tasks.spawn(work(app.clone()));
    tasks.spawn(every(DUE, app.clone(), backups::work::due));
    tasks.spawn(every(PUBLISH, app.clone(), publish));
    tasks.spawn(every(COUNT, app.clone(), count));
    tasks.spawn(every(END, app.clone(), end_consents));
    tasks.spawn(every(FORGET, app.clone(), forget_visitors));
    tasks.spawn(clock(app.clone()));
    tasks.spawn(every(FOLLOW, app.clone(), follow));
    tasks.spawn(couriers::run(app.clone()));
    tasks.spawn(every(LATE, app.clone(), couriers::alarm));
    tasks.spawn(every(FOLLOW, app.clone(), look));
    tasks.spawn(every(FOLLOW, app.clone(), sum));
    Beside(tasks)
}

async fn every<F: Future<Output = ()> + Send>(
    period: Duration,
    app: App,
    act: impl Fn(App) -> F + Send,
) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        act(app.clone()).await;
    }
}

/// Signs the head if entries have come since the last time.
async fn sign(app: App) {
    if let Err(error) = app.vault().sign_checkpoint(app.witness()).await {
        tracing::error!(%error, "the ledger's head was not signed");
    }
}

/// Brings zones apart what was committed and has not reached them.
async fn settle(app: App) {
    if let Err(error) = app.vault().settle_zones().await {
        tracing::error!(%error, "a zone apart could not be brought up to date");
    }
}

/// Opens the keys anew before they grow too old, and carries out what was ordered about them.
async fn keys(app: App) {
    if let Err(error) = app.vault().renew_keys().await {
        tracing::error!(%error, "the keys were not opened anew; without them no data are given");
    }
    if let Err(error) = app.vault().settle_keys().await {
        tracing::error!(%error, "an epoch's key is still to be destroyed; it is tried again");
    }
}

/// Brings notices into force whose time has come.
async fn publish(app: App) {
    if let Err(error) = app.vault().bring_notices_into_force().await {
        tracing::error!(%error, "a notice did not come into force; it is tried again");
    }
}

/// Counts what is kept too long, for those who answer for it.
async fn count(app: App) {
    if let Err(error) = app.vault().count_expired().await {
        tracing::error!(%error, "records whose keeping period is over were not counted");
    }
}

/// Tells of consents whose time is over. Reads do not wait for it.
async fn end_consents(app: App) {
    loop {
        match app.vault().end_expired_consents().await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "consents whose time is over were not all told; it is tried again");
                return;
            }
        }
    }
}

/// Erases visitors of other sites' pages who have not come back.
async fn forget_visitors(app: App) {
    let days = app.settings().widget.visitor_days;
    loop {
        match app.vault().erase_old_visitors(days).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "visitors whose keeping period is over were not all erased; it is tried again");
                return;
            }
        }
    }
}

/// Counts what the ledger says was read, so that whoever asks does not wait for it. A page at a time: questions
/// come in between.
async fn follow(app: App) {
    loop {
        match app.vault().follow_ledger(FOLLOWED).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the ledger could not be counted; it is tried again");
                return;
            }
        }
    }
}

/// Counts what the ledger says of consents, so that whoever asks does not wait for it.
async fn sum(app: App) {
    loop {
        match app.vault().follow_consents(FOLLOWED).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "consents could not be counted; it is tried again");
                return;
            }
        }
    }
}

/// Keeps the index of who was looked at close behind the ledger, so that whoever asks need not wait for it.
async fn look(app: App) {
    loop {
        match app.vault().follow_looks(FOLLOWED).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the ledger could not be followed; it is tried again");
                return;
            }
        }
    }
}

/// Tells the ledger when the clock jumped, so that whoever reads times there knows what they are worth.
async fn clock(app: App) {
    let mut before = (app.vault().now(), Instant::now());
    loop {
        sleep(LOOK).await;
        let now = (app.vault().now(), Instant::now());
        let passed = now.1.duration_since(before.1).as_secs();
        let by = now.0.seconds_since(before.0) - i64::try_from(passed).unwrap_or(i64::MAX);
        if by.abs() >= JUMP_SECONDS {
            tracing::warn!(seconds = by, "the clock jumped");
            let (seconds, operator) = (by.to_string(), Caller::operator());
            let extra = [("did", "clock-jumped"), ("seconds", seconds.as_str())];
            let told = app
                .vault()
                .record(&operator, Kind::System, &extra, Tx::new());
            if let Err(error) = told.await {
                tracing::error!(%error, "that the clock jumped was not recorded; it is tried again");
                continue;
            }
        }
        before = now;
    }
}

/// Works on background jobs, and takes over what other nodes have applied.
async fn work(app: App) {
    loop {
        let wait = match app.vault().work().await {
            Ok(true) => continue,
            Ok(false) => IDLE,
            Err(error) => {
                tracing::error!(%error, "a background job failed; it is tried again");
                AFTER_FAILURE
            }
        };
        if let Err(error) = app.vault().refresh().await {
            tracing::error!(%error, "the register in force could not be read");
        }
        sleep(wait).await;
    }
}

/// Deletes rows of our own that have served their time.
async fn tidy(app: App) {
    let tidied = async {
        let now = app.vault().now();
        idempotency::purge(&app, now).await?;
        let mut tx = Tx::new();
        tx.run(
            "DELETE FROM quota WHERE day < $1",
            params![now.china_day() - 1],
        );
        tx.run(
            "DELETE FROM session WHERE expires_at < $1",
            params![now.plus_seconds(-SESSIONS_SHOWN_SECONDS)],
        );
        tx.run("DELETE FROM activation WHERE expires_at < $1", params![now]);
        tx.run(
            "DELETE FROM enrolment WHERE started_at < $1",
            params![now.plus_seconds(-ENROLMENT_SECONDS)],
        );
        app.vault().store().commit(tx).await?;
        Ok::<_, CommitError>(())
    };
    if let Err(error) = tidied.await {
        tracing::error!(%error, "old rows were not deleted");
    }
    if let Err(error) = app.vault().tidy_counters().await {
        tracing::error!(%error, "pages of the counter that are over were not deleted");
    }
    if let Err(error) = app.vault().end_stale_exports().await {
        tracing::error!(%error, "exports that broke off were not ended");
    }
    // What erasures elsewhere have to tell, and what they left in the log of changes here.
    if let Err(error) = app.vault().sync_tombstones().await {
        tracing::error!(%error, "tombstones could not be kept outside the data");
    }
    if let Err(error) = app.vault().scrub().await {
        tracing::error!(%error, "the log of changes was not scrubbed");
    }
}

/// How often visitors are looked at who have not come back: a day more or less is nothing to thirteen months.
const FORGET: Duration = Duration::from_secs(3_600);

/// How often notices are looked at whose time has come.
const PUBLISH: Duration = Duration::from_secs(5);

const SIGN: Duration = Duration::from_secs(1);
const SETTLE: Duration = Duration::from_secs(1);
const KEYS: Duration = Duration::from_secs(5);
const TIDY: Duration = Duration::from_secs(60);
/// How often is looked whether a backup or a drill is due.
const DUE: Duration = Duration::from_secs(300);
/// It looks at every record.
const COUNT: Duration = Duration::from_secs(6 * 3600);

/// How often is looked whose consent has ended.
const END: Duration = Duration::from_secs(30);

/// How often the counts of the data map follow the ledger.
const FOLLOW: Duration = Duration::from_secs(30);
/// Entries that are counted at a time.
const FOLLOWED: u64 = 2_000;
/// How often is looked whether a system that is told of changes fell behind for long.
const LATE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_secs(1);
/// Less is a clock being set right.
const JUMP_SECONDS: i64 = 60;
const IDLE: Duration = Duration::from_secs(1);
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// For so long a session that has ended can still be looked at.
const SESSIONS_SHOWN_SECONDS: i64 = 7 * 86_400;
