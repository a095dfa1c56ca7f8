//! A deployment of its own: folder, store, keys, vault, keys of services, and a server on a free port.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use shouxin_model::{ApiKeyId, Caller, ConsentForm, StaffId, SubjectId, Suite};
use shouxin_server::{App, Settings};
use shouxin_store::{SqliteOptions, Store, Tx, Value, params};
use shouxin_vault::world::Machine;
use shouxin_vault::{ConsentWord, HeldRow, Marked, Tombstones, Vault, keydir};

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
    /// Removed when dropped.
    pub(crate) folder: tempfile::TempDir,
    /// The customers' ids, in the order of their numbers, as far as they were asked for.
    pub(crate) subjects: Arc<Vec<SubjectId>>,
    /// Keys of services: one alone would be held to its rate.
    pub(crate) keys: Arc<Vec<String>>,
}

impl World {
    /// A deployment with so many customers.
    pub(crate) async fn with(medium: Medium, customers: u64) -> Self {
        let folder = medium.folder();
        let store = Store::open_sqlite(&folder.path().join("data"), SqliteOptions::default())
            .await
            .expect("a store");
        let keyring = keydir::create(
            &folder.path().join("keys"),
            Suite::International,
            None,
            &Machine,
        )
        .expect("keys");
        let vault = Vault::found(store, keyring, Arc::new(Machine), REGISTER, POLICIES)
            .await
            .expect("a vault");
        let tombstones = Tombstones::at(folder.path().join("keys/tombstones"));
        vault
            .keep_tombstones(tombstones)
            .await
            .expect("a file of tombstones");
        let keys = Arc::new(keys(&vault).await);
        let mut world = Self {
            vault,
            folder,
            subjects: Arc::default(),
            keys,
        };
        if customers > 0 {
            world.import(0, customers).await;
            world.subjects = Arc::new(world.some_subjects(200_000).await);
        }
        world
    }

    /// Imports the customers from `first` to before `end`; gives the time it took.
    pub(crate) async fn import(&self, first: u64, end: u64) -> Duration {
        let caller = Caller::operator();
        let id = self
            .vault
            .begin_import(&caller, people::MAPPING)
            .await
            .expect("a mapping");
        let started = Instant::now();
        let told = AtomicU64::new(0);
        let status = self
            .vault
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
            let sql = "SELECT code, field FROM import_row WHERE import = $1 AND outcome <> 'created' LIMIT 1";
            let rows = self
                .vault
                .store()
                .query(sql, params![id])
                .await
                .expect("outcomes");
            let first = rows.first().map(|row| (row.opt_text(0), row.opt_text(1)));
            panic!("not every row was created: {status:?} {first:?}");
        }
        started.elapsed()
    }

    /// The ids of at most so many customers, spread over all of them.
    async fn some_subjects(&self, most: usize) -> Vec<SubjectId> {
        let rows = self
            .vault
            .store()
            .query("SELECT id FROM subject", params![])
            .await
            .expect("subjects");
        let every = rows.len().div_ceil(most).max(1);
        rows.iter()
            .step_by(every)
            .map(|row| row.id(0, SubjectId::from_slice).expect("an id"))
            .collect()
    }

    /// Lets all of [`World::subjects`] agree to a purpose.
    pub(crate) async fn consent(&self, purpose: &'static str) {
        let mut tasks = tokio::task::JoinSet::new();
        for part in 0..64 {
            let (vault, subjects) = (self.vault.clone(), Arc::clone(&self.subjects));
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
        tokio::spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await
        });
        address
    }
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
