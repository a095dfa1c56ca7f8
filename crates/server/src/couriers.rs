//! Telling other systems what changed: one courier a system, on one node at a time, until it is acknowledged.

mod carry;
mod event;
mod sender;

use std::collections::HashSet;
use std::time::Duration;

use shouxin_model::DownstreamState;
use shouxin_outbound::{Http, Nats};
use shouxin_vault::VaultError;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::App;

pub(crate) use event::told;
pub(crate) use sender::try_out;

/// The connections to other systems, made when first needed.
#[derive(Debug, Default)]
pub(crate) struct Outbound {
    http: OnceCell<Http>,
    nats: OnceCell<Nats>,
}

/// Sees to it that each system that is told has a courier, for as long as it is polled.
pub async fn run(app: App) {
    let mut couriers = JoinSet::new();
    let mut under_way: HashSet<String> = HashSet::new();
    loop {
        match waiting(&app, &under_way).await {
            Ok(names) => {
                for name in names {
                    under_way.insert(name.clone());
                    couriers.spawn(courier(app.clone(), name));
                }
            }
            Err(error) => tracing::error!(%error, "the systems to be told could not be read"),
        }
        tokio::select! {
            Some(ended) = couriers.join_next(), if !couriers.is_empty() => match ended {
                Ok(name) => {
                    under_way.remove(&name);
                }
                // A fault of ours: which one it was nobody knows, so all begin anew.
                Err(_) => {
                    couriers.abort_all();
                    under_way.clear();
                }
            },
            () = sleep(LOOK) => {}
        }
        // A courier that ends at once, for its lease is another's, does not make this loop spin.
        sleep(PAUSE).await;
    }
}

/// Raises an alarm about each system that fell behind for long.
pub(crate) async fn alarm(app: App) {
    let seconds = i64::from(app.settings().downstreams.alarm_minutes) * 60;
    match app.vault().alarm_about_downstreams(seconds).await {
        Ok(raised) => (0..raised).for_each(|_| app.meter().alarm("downstream-behind")),
        Err(error) => {
            tracing::error!(%error, "systems that fell behind could not be looked for");
        }
    }
}

/// The names of active systems that have no courier here.
async fn waiting(app: &App, under_way: &HashSet<String>) -> Result<Vec<String>, VaultError> {
    let all = app.vault().downstreams().await?;
    let active = all
        .into_iter()
        .filter(|one| one.state == DownstreamState::Active);
    Ok(active
        .map(|one| one.name)
        .filter(|name| !under_way.contains(name))
        .collect())
}

/// Tells one system for as long as this node holds the lease. Gives its name back.
async fn courier(app: App, name: String) -> String {
    let carried = async {
        match app.vault().claim_downstream(&name).await? {
            Some(held) => carry::carry(&app, held).await,
            None => Ok(()),
        }
    };
    if let Err(error) = carried.await {
        tracing::error!(%error, downstream = name, "a system could not be told; it is tried again");
        sleep(AFTER_FAILURE).await;
    }
    name
}

/// How often is looked for what other nodes changed.
const LOOK: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(20);
const AFTER_FAILURE: Duration = Duration::from_secs(2);
