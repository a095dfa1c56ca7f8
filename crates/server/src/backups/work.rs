//! The one thing that a server does with backups at a time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shouxin_model::{Caller, Moment};
use shouxin_vault::{BackupError, Repository};
use shouxin_wire::Code;
use shouxin_wire::backups::BackupWork;

use crate::App;

/// What is being done, or was done last.
#[derive(Debug, Default)]
pub(crate) struct Backups(Arc<Mutex<Option<BackupWork>>>);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Take a backup, then remove what nothing keeps.
    Backup,
    /// Try the newest one.
    Drill,
}

impl Backups {
    /// What is being done, or was done last.
    pub(crate) fn now(&self) -> Option<BackupWork> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<BackupWork>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins in the background.
///
/// # Errors
/// `NoRepository` if none is set; `BackupUnderWay` if something goes on already.
pub(crate) fn begin(app: &App, caller: &Caller, what: What) -> Result<BackupWork, Code> {
    let settings = &app.settings().backups;
    let path = settings.repository.clone().ok_or(Code::NoRepository)?;
    let work = BackupWork {
        what: what.word().to_owned(),
        state: "running".to_owned(),
        done: 0,
        total: 0,
        began: app.vault().now(),
        written_bytes: None,
        why: None,
    };
    {
        let mut now = app.backups().lock();
        if now.as_ref().is_some_and(|now| now.state == "running") {
            return Err(Code::BackupUnderWay);
        }
        *now = Some(work.clone());
    }
    let (app, caller) = (app.clone(), caller.clone());
    tokio::spawn(async move {
        let done = act(&app, &caller, what, path).await;
        if let Some(now) = app.backups().lock().as_mut() {
            match done {
                Ok(written) => {
                    now.state = "done".to_owned();
                    now.written_bytes = written;
                }
                Err(error) => {
                    tracing::error!(%error, what = what.word(), "work on backups failed");
                    now.state = "failed".to_owned();
                    now.why = Some(error.to_string());
                }
            }
        }
    });
    Ok(work)
}

/// Does what is due.
pub(crate) async fn due(app: App) {
    let settings = &app.settings().backups;
    if settings.repository.is_none() {
        return;
    }
    let (last, drill) = match (
        app.vault().last_backup().await,
        app.vault().last_drill().await,
    ) {
        (Ok(last), Ok(drill)) => (last.map(|(at, _)| at), drill.map(|(at, _)| at)),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "it could not be told whether a backup is due");
            return;
        }
    };
    let now = app.vault().now();
    let is_due = |last: Option<Moment>, seconds: i64| {
        seconds > 0 && last.is_none_or(|last| last.plus_seconds(seconds) <= now)
    };
    let what = if is_due(last, i64::from(settings.every_hours) * 3600) {
        What::Backup
    } else if last.is_some() && is_due(drill, i64::from(settings.drill_every_days) * 86_400) {
        What::Drill
    } else {
        return;
    };
    // If something goes on already, it is looked again in a while.
    let _ = begin(&app, &Caller::operator(), what);
}

/// Gives the bytes that a backup has written.
async fn act(
    app: &App,
    caller: &Caller,
    what: What,
    path: PathBuf,
) -> Result<Option<u64>, BackupError> {
    let repository = Repository::at(path);
    let settings = &app.settings().backups;
    let heard = Arc::clone(&app.backups().0);
    let progress = move |done, total| {
        if let Some(now) = heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
        {
            (now.done, now.total) = (done, total);
        }
    };
    match what {
        What::Backup => {
            let taken = app.vault().back_up(caller, &repository, progress).await?;
            app.vault().prune(&repository, settings.keep).await?;
            Ok(Some(taken.written_bytes))
        }
        What::Drill => {
            let scratch = settings.scratch.clone().unwrap_or_else(std::env::temp_dir);
            let vault = app.vault();
            vault
                .drill(caller, &repository, &scratch, DRILLED_RECORDS, progress)
                .await?;
            Ok(None)
        }
    }
}

impl What {
    const fn word(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Drill => "drill",
        }
    }
}

/// Records that a drill opens.
const DRILLED_RECORDS: u32 = 100;
