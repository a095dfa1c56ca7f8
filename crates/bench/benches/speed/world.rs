//! A deployment of its own: folder, store, keys, vault, keys of services, and a server on a free port.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use shouxin_model::ConsentWord;
use shouxin_model::{ApiKeyId, Caller, CallerKind, ConsentForm, StaffId, SubjectId, Suite};
use shouxin_server::{App, Settings};
use shouxin_store::{SqliteOptions, Store, Tx, Value, params};
use shouxin_vault::keydir::{self, KeyFolder, Unlock};
use shouxin_vault::world::Machine;
use shouxin_vault::{HeldRow, Keys, Marked, Tombstones, Vault};
use tokio::task::AbortHandle;

use crate::people;

pub(crate) const REGISTER: &str = include_str!("register.toml");
pub(crate) const POLICIES: &str = include_str!("policies.cedar");

/// The eight fields that a read opens.
pub(crate) const FIELDS: [&str; 8] = [
    "customer.name",
    "customer.mobile",
    "customer.vin",
    "customer.email",
    "customer.address",
    "customer.plate",
    "customer.wechat",
    "customer.remark",
];

/// Where a deployment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    /// A folder in memory (`/dev/shm`).
    Memory,
    /// A folder on the disk that holds the target folder.
    Disk,
}

impl Medium {
    pub(crate) fn folder(self) -> tempfile::TempDir {
        let parent = match self {
            Self::Memory => PathBuf::from("/dev/shm"),
            Self::Disk => Path::new(env!("CARGO_TARGET_TMPDIR")).to_path_buf(),
        };
        tempfile::Builder::new()
            .prefix("shouxin-bench-")
            .tempdir_in(parent)
            .expect("a folder")
    }
}

/// A deployment with customers in it.
pub(crate) struct World {
    pub(crate) vault: Vault,
    /// The customers' ids, in the order of their numbers, as far as they were asked for.
    pub(crate) subjects: Arc<Vec<SubjectId>>,
    /// Keys of services: one alone would be held to its rate.
    pub(crate) keys: Arc<Vec<String>>,
    /// What serves it: these hold the vault as well.
    servers: Mutex<Vec<AbortHandle>>,
    /// Removed when dropped.
    pub(crate) folder: tempfile::TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        let servers = self
            .servers
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        servers.iter().for_each(AbortHandle::abort);
    }
}

impl World {
    /// A deployment with so many customers.
    pub(crate) async fn with(medium: Medium, customers: u64) -> Self {
        Self::declared(medium, REGISTER, customers).await
    }

    /// As [`World::with`], under this register.
    pub(crate) async fn declared(medium: Medium, register: &str, customers: u64) -> Self {
        let folder = medium.folder();
        let store = embedded(folder.path()).await;
        Self::founded(folder, store, register, customers).await
    }

    /// As [`World::with`], in this store; the folder takes the keys.
    pub(crate) async fn founded(
        folder: tempfile::TempDir,
        store: Store,
        register: &str,
        customers: u64,
    ) -> Self {
        let path = folder.path().join("keys");
        keydir::create(&path, Suite::International, None, &Machine).expect("a folder of keys");
        let vault = Vault::found(
            store,
            held(folder.path()),
            Arc::new(Machine),
            register,
            POLICIES,
        )
        .await
        .expect("a vault");
        bury_beside(&vault, folder.path()).await;
        let keys = Arc::new(keys(&vault).await);
        let mut world = Self {
            vault,
            subjects: Arc::default(),
            keys,
            servers: Mutex::default(),
            folder,
        };
        if customers > 0 {
            world.import(0, customers).await;
            world.choose_subjects().await;
        }
        world
    }

    /// With customers who agreed to what the reads of the privacy tax are for.
    pub(crate) async fn agreed(medium: Medium, customers: u64) -> Self {
        let world = Self::with(medium, customers).await;
        world.consent(AGREED).await;
        world
    }

    /// Closes an embedded deployment, so that another program may open it.
    pub(crate) async fn close(&self) {
        self.vault.close().await;
    }

    /// Opens it again.
    pub(crate) async fn reopen(&mut self) {
        let store = embedded(self.folder.path()).await;
        let vault = Vault::open(store, held(self.folder.path()), Arc::new(Machine)).await;
        self.vault = vault.expect("the deployment as it was closed");
        bury_beside(&self.vault, self.folder.path()).await;
    }

    /// Imports as [`World::import`], in several imports at a time: fills a store sooner, on more cores.
    pub(crate) async fn fill(&self, first: u64, end: u64) {
        let part = (end - first).div_ceil(FEEDS);
        let mut feeds = tokio::task::JoinSet::new();
        for feed in 0..FEEDS {
            let from = first + feed * part;
            let (vault, to) = (self.vault.clone(), end.min(from + part));
            feeds.spawn(async move { import(&vault, from, to).await });
        }
        while let Some(done) = feeds.join_next().await {
            done.expect("an import");
        }
    }

    /// Imports the customers from `first` to before `end`; gives the time it took.
    pub(crate) async fn import(&self, first: u64, end: u64) -> Duration {
        import(&self.vault, first, end).await
    }

    /// Puts at most [`CHOSEN`] ids, spread over all customers, into [`World::subjects`].
    pub(crate) async fn choose_subjects(&mut self) {
        let store = self.vault.store();
        let count = "SELECT COUNT(*) FROM subject";
        let rows = store.query(count, params![]).await.expect("subjects");
        let every = usize::try_from(rows[0].int(0).expect("a count")).expect("few enough");
        let every = every.div_ceil(CHOSEN).max(1);
        let page = "SELECT id FROM subject WHERE id > $1 ORDER BY id LIMIT 100000";
        let (mut subjects, mut passed) = (Vec::new(), 0);
        let mut last = SubjectId::from_bytes([0; 16]);
        loop {
            let rows = store.query(page, params![last]).await.expect("subjects");
            for row in &rows {
                last = row.id(0, SubjectId::from_slice).expect("an id");
                if passed % every == 0 {
                    subjects.push(last);
                }
                passed += 1;
            }
            if rows.is_empty() {
                break;
            }
        }
        self.subjects = Arc::new(subjects);
    }

    /// Lets everybody agree to a purpose.
    pub(crate) async fn everybody_agrees(&self, purpose: &'static str) {
        let page = "SELECT id FROM subject WHERE id > $1 ORDER BY id LIMIT 100000";
        let mut last = SubjectId::from_bytes([0; 16]);
        loop {
            let rows = self.vault.store().query(page, params![last]).await;
            let rows = rows.expect("subjects");
            let ids = rows.iter().map(|row| row.id(0, SubjectId::from_slice));
            let some: Vec<SubjectId> = ids.collect::<Result<_, _>>().expect("ids");
            let Some(end) = some.last() else { break };
            last = *end;
            self.agree(purpose, Arc::new(some)).await;
        }
    }

    /// Lets all of [`World::subjects`] agree to a purpose.
    pub(crate) async fn consent(&self, purpose: &'static str) {
        self.agree(purpose, Arc::clone(&self.subjects)).await;
    }

    async fn agree(&self, purpose: &'static str, subjects: Arc<Vec<SubjectId>>) {
        let mut tasks = tokio::task::JoinSet::new();
        for part in 0..64 {
            let (vault, subjects) = (self.vault.clone(), Arc::clone(&subjects));
            tasks.spawn(async move {
                for subject in subjects.iter().skip(part).step_by(64) {
                    vault
                        .put_consent(
                            &Caller::operator(),
                            *subject,
                            purpose,
                            ConsentWord::Given,
                            ConsentForm::General,
                            None,
                        )
                        .await
                        .expect("a consent");
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("a consent");
        }
    }

    /// Serves the deployment's router with `extra` beside it until the runtime ends.
    pub(crate) fn serve(&self, extra: Router) -> SocketAddr {
        let mut settings = Settings::default();
        let many = 100_000_000.try_into().expect("more than 0");
        settings.rates.address_per_minute = many;
        settings.rates.person_per_minute = many;
        let app = App::new(self.vault.clone(), None, settings);
        let router = shouxin_server::router(app).merge(extra);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await
        });
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        servers.push(serving.abort_handle());
        address
    }

    /// A service with the role `reader`, as one that calls with a key of [`World::keys`].
    pub(crate) fn reader(&self) -> Caller {
        Caller {
            kind: CallerKind::Service {
                id: ApiKeyId::make(self.vault.now(), &mut self.vault.dice()),
                purposes: vec!["service".to_owned()],
                fields: vec!["customer.*".to_owned()],
            },
            roles: vec!["reader".to_owned()],
            ..Caller::operator()
        }
    }
}

/// The purpose that needs consent.
pub(crate) const AGREED: &str = "follow-up";

/// The most ids that loads choose among.
const CHOSEN: usize = 200_000;

/// Imports at a time when a store is filled.
const FEEDS: u64 = 2;

async fn import(vault: &Vault, first: u64, end: u64) -> Duration {
    let caller = Caller::operator();
    let id = vault
        .begin_import(&caller, people::MAPPING)
        .await
        .expect("a mapping");
    let started = Instant::now();
    let told = AtomicU64::new(0);
    let status = vault
        .feed_import(
            &caller,
            id,
            people::Csv::new(first, end),
            Some("customers.csv".to_owned()),
            |status| {
                let step = status.rows / 100_000;
                if told.swap(step, Ordering::Relaxed) != step {
                    let rate = status.rows as f64 / started.elapsed().as_secs_f64();
                    eprintln!("    {} customers imported, {rate:.0}/s", status.rows);
                }
            },
        )
        .await
        .expect("an import");
    if status.counts.get("created").copied() != Some(end - first) {
        let sql =
            "SELECT code, field FROM import_row WHERE import = $1 AND outcome <> 'created' LIMIT 1";
        let rows = vault
            .store()
            .query(sql, params![id])
            .await
            .expect("outcomes");
        let first = rows.first().map(|row| (row.opt_text(0), row.opt_text(1)));
        panic!("not every row was created: {status:?} {first:?}");
    }
    started.elapsed()
}

async fn embedded(folder: &Path) -> Store {
    Store::open_sqlite(&folder.join("data"), SqliteOptions::default())
        .await
        .expect("a store")
}

/// The keys as a server holds them: counted for minutes, then opened again.
fn held(folder: &Path) -> Keys {
    let folder = KeyFolder::new(folder.join("keys"), Unlock::default());
    Keys::open(folder).expect("keys")
}

async fn bury_beside(vault: &Vault, folder: &Path) {
    let tombstones = Tombstones::at(folder.join("keys/tombstones"));
    let kept = vault.keep_tombstones(tombstones).await;
    kept.expect("a file of tombstones");
}

const KEYS: usize = 16;

/// Keys of services, put where the API puts them.
async fn keys(vault: &Vault) -> Vec<String> {
    let now = vault.now();
    let scopes = r#"{"roles":["reader"],"purposes":["service","follow-up"],"fields":["customer.*"],"rate_per_minute":600000,"addresses":["127.0.0.0/8"]}"#;
    let mut texts = Vec::new();
    let mut tx = Tx::new();
    for n in 0..KEYS {
        let text = format!("sx_bench{n:03}_{}", "k".repeat(43));
        let row = params![
            ApiKeyId::make(now, &mut vault.dice()),
            format!("bench{n:03}"),
            vault.token_digest("api-key", text.as_bytes()),
            "bench",
            scopes,
            now.plus_seconds(86_400),
            "active",
            StaffId::make(now, &mut vault.dice()),
            now,
            Value::Null
        ];
        tx.run(
            "INSERT INTO api_key (id, prefix, secret_hash, name, scopes, expires_at, state, created_by, created_at, \
             replaces, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            HeldRow::new(vault, Marked::ApiKey, row).params(),
        );
        texts.push(text);
    }
    vault.store().commit(tx).await.expect("keys");
    texts
}
