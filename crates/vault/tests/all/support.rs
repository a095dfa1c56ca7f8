//! A vault over either engine, in a world that stands still.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rand_core::Rng;
use shouxin_ledger::{Frontier, Hash};
use shouxin_model::{
    Caller, CallerKind, Conditions, FieldRef, Moment, Personal, RecordId, SessionId, SignIn,
    StaffId, SubjectId, Suite,
};
use shouxin_store::{PostgresOptions, SqliteOptions, Store};
use shouxin_testkit::postgres::{Database, Server};
use shouxin_vault::approvals::Decision;
use shouxin_vault::keydir::{KeyFolder, Unlock};
use shouxin_vault::world::Frozen;
use shouxin_vault::{
    Applied, ApplyError, Grant, GrantRequest, Keys, OpenVaultError, ReadOutcome, ReadRequest,
    RecordWrite, Tombstones, Vault, World, Written, ZoneHome, keydir,
};

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Makes a test of each of these facts on each engine: `async fn fact(engine: Engine)`.
macro_rules! on_both_engines {
    ($($fact:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $fact() {
                super::$fact(crate::support::Engine::Sqlite).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $fact() {
                super::$fact(crate::support::Engine::Postgres).await;
            })*
        }
    };
}
pub(crate) use on_both_engines;

pub(crate) struct Harness {
    pub(crate) vault: Vault,
    pub(crate) world: Arc<Frozen>,
    pub(crate) folder: tempfile::TempDir,
    /// The database, if it is not in the folder.
    database: Option<Database>,
    /// The zones apart, each with its database, if that is not in the folder.
    pub(crate) zones: Vec<(String, Option<Database>)>,
}

pub(crate) fn start() -> Moment {
    Moment::parse_rfc3339("2026-11-21T02:00:00Z").unwrap()
}

impl Harness {
    /// The after-sales profile.
    pub(crate) async fn new(engine: Engine) -> Self {
        let profile = shouxin_register::profile("after-sales").unwrap();
        Self::with(engine, profile.register_toml, profile.policies).await
    }

    pub(crate) async fn with(engine: Engine, register: &str, policies: &str) -> Self {
        Self::seeded(engine, register, policies, 7).await
    }

    /// With keys of its own.
    pub(crate) async fn seeded(engine: Engine, register: &str, policies: &str, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match engine {
            Engine::Sqlite => None,
            // Starting the server blocks, so it is kept off the runtime's threads.
            Engine::Postgres => {
                let server = tokio::task::spawn_blocking(Server::shared).await.unwrap();
                Some(server.database().await)
            }
        };
        let world = Arc::new(Frozen::new(start(), seed));
        let keys = folder.path().join("keys");
        keydir::create(&keys, Suite::International, None, &*world).unwrap();
        let store = open(folder.path(), database.as_ref()).await;
        let mut zones = Vec::new();
        let parsed = shouxin_register::parse("register.toml", register);
        for zone in parsed.iter().flat_map(|register| &register.zones) {
            if zone.apart {
                let keys = folder.path().join("keys/zones").join(&zone.name);
                keydir::create(&keys, Suite::International, None, &*world).unwrap();
                let database = match engine {
                    Engine::Sqlite => None,
                    Engine::Postgres => Some(Server::shared().database().await),
                };
                zones.push((zone.name.clone(), database));
            }
        }
        let homes = homes(folder.path(), &zones).await;
        let keys = held(folder.path());
        let vault = Vault::found_with(store, keys, world.clone(), register, policies, homes)
            .await
            .unwrap();
        vault
            .keep_tombstones(tombstones(folder.path()))
            .await
            .unwrap();
        Self {
            vault,
            world,
            folder,
            database,
            zones,
        }
    }

    /// Closes the vault and opens it again.
    pub(crate) async fn reopen(self) -> Self {
        self.vault.close().await;
        let vault = self.node().await;
        Self { vault, ..self }
    }

    /// Another vault over the same data: a second node, where the engine lets several in.
    pub(crate) async fn node(&self) -> Vault {
        self.open().await.unwrap()
    }

    /// The vault over what lies there.
    pub(crate) async fn open(&self) -> Result<Vault, OpenVaultError> {
        let homes = homes(self.folder.path(), &self.zones).await;
        self.open_with(homes).await
    }

    /// As [`Harness::open`], with these zones.
    pub(crate) async fn open_with(&self, homes: Vec<ZoneHome>) -> Result<Vault, OpenVaultError> {
        let store = open(self.folder.path(), self.database.as_ref()).await;
        let keys = held(self.folder.path());
        let vault = Vault::open_with(store, keys, self.world.clone(), homes).await?;
        let tombstones = tombstones(self.folder.path());
        vault.keep_tombstones(tombstones).await.unwrap();
        Ok(vault)
    }

    pub(crate) fn staff(&self, login: &str, role: &str) -> Caller {
        let mut bytes = [0; 16];
        self.world.dice().fill_bytes(&mut bytes);
        Caller {
            kind: CallerKind::Staff {
                id: StaffId::from_bytes(bytes),
                login: login.to_owned(),
                session: SessionId::from_bytes(bytes),
            },
            roles: vec![role.to_owned()],
            site: None,
            region: None,
            sign_in: SignIn::default(),
            address: None,
        }
    }

    pub(crate) async fn write(&self, records: &[(&str, &[(&str, &str)])]) -> Written {
        let records = records
            .iter()
            .map(|(collection, values)| record(collection, values))
            .collect();
        self.vault
            .write(&Caller::operator(), None, records)
            .await
            .unwrap()
    }

    /// A customer with this number and an open order assigned to `adviser`; the order stands last.
    pub(crate) async fn customer_of(&self, mobile: &str, adviser: &str) -> Written {
        let number = format!("WO-{mobile}");
        self.write(&[
            ("customer", &[("name", "张三"), ("mobile", mobile)]),
            (
                "work_order",
                &[
                    ("number", &number),
                    ("status", "booked"),
                    ("assignee", adviser),
                    ("region", "east"),
                ],
            ),
        ])
        .await
    }

    /// A customer with a car and an open order assigned to `adviser`.
    pub(crate) async fn customer(&self, adviser: &str) -> Written {
        self.write(&[
            (
                "customer",
                &[
                    ("name", "欧阳明"),
                    ("mobile", "13800138000"),
                    ("resident_id", "11010519491231002X"),
                    ("address", "上海市浦东新区张江镇科苑路1号2单元301室"),
                ],
            ),
            (
                "vehicle",
                &[("vin", "LZZTE5T03TA000001"), ("plate", "沪A12345")],
            ),
            (
                "work_order",
                &[
                    ("number", "WO-1"),
                    ("status", "in-progress"),
                    ("assignee", adviser),
                    ("site", "s1"),
                    ("region", "east"),
                    ("service_type", "repair"),
                ],
            ),
        ])
        .await
    }

    /// As [`Harness::staff`], with a second factor shown this moment.
    pub(crate) fn strong_staff(&self, login: &str, role: &str) -> Caller {
        let mut caller = self.staff(login, role);
        caller.sign_in.second_factor_at = Some(self.vault.now());
        caller
    }

    pub(crate) async fn read(
        &self,
        caller: &Caller,
        subject: SubjectId,
        purpose: &str,
        fields: &[&str],
        clear: &[&str],
    ) -> ReadOutcome {
        let request = request(&[subject], purpose, fields, clear);
        self.vault.read(caller, &request).await.unwrap().remove(0)
    }
}

/// The zones apart of a harness.
pub(crate) async fn homes(folder: &Path, zones: &[(String, Option<Database>)]) -> Vec<ZoneHome> {
    let mut homes = Vec::new();
    for (name, database) in zones {
        let (data, keys) = (
            folder.join("zones").join(name),
            folder.join("keys/zones").join(name),
        );
        homes.push(ZoneHome {
            name: name.clone(),
            store: match database {
                Some(database) => open(folder, Some(database)).await,
                None => open_folder(&data).await,
            },
            keys: Keys::open(KeyFolder::new(keys, Unlock::default())).unwrap(),
        });
    }
    homes
}

/// The keys in `keys` of this folder, to be opened again from there.
pub(crate) fn held(folder: &Path) -> Keys {
    Keys::open(KeyFolder::new(folder.join("keys"), Unlock::default())).unwrap()
}

fn tombstones(folder: &Path) -> Tombstones {
    Tombstones::at(folder.join("keys/tombstones"))
}

async fn open(folder: &Path, database: Option<&Database>) -> Store {
    match database {
        Some(database) => Store::open_postgres(
            database.url(),
            PostgresOptions {
                connections: 4,
                ..Default::default()
            },
        )
        .await
        .unwrap(),
        None => open_folder(&folder.join("data")).await,
    }
}

pub(crate) async fn open_folder(data: &Path) -> Store {
    Store::open_sqlite(data, SqliteOptions::default())
        .await
        .unwrap()
}

/// The after-sales register with `from` replaced by `to`.
pub(crate) fn after_sales(from: &str, to: &str) -> String {
    let text = shouxin_register::profile("after-sales")
        .unwrap()
        .register_toml;
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// This register with the need for all that a purpose collects reviewed, if it was not, so that it may come under
/// another name.
pub(crate) fn weighed(text: &str, purpose: &str) -> String {
    let register = shouxin_register::parse("register.toml", text).unwrap();
    let declared = register.purpose(purpose).unwrap();
    if declared.need.is_some() {
        return text.to_owned();
    }
    let fields = &declared.fields;
    let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\"")).collect();
    let answer = "{ zh = \"已评审\", en = \"weighed\" }";
    let need = format!(
        "need = {{ fields = [{}], task = {answer}, least = {answer}, otherwise = {answer}, by = \"officer\", on = \"2026-11-22\" }}",
        fields.join(", ")
    );
    let name = format!("name = \"{purpose}\"\n");
    text.replacen(&name, &format!("{name}{need}\n"), 1)
}

/// The root over the stored entries by counting anew, which must be the head's; gives their number.
pub(crate) async fn recounted(vault: &Vault) -> u64 {
    let mut frontier = Frontier::new();
    for (index, entry) in vault.store().ledger_entries(0, 1 << 20).await.unwrap() {
        assert_eq!(index, frontier.size());
        frontier.append(Hash::of_leaf(&entry));
    }
    let head = vault.store().ledger_head().await.unwrap();
    assert_eq!((head.size, head.root), (frontier.size(), frontier.root()));
    head.size
}

/// Applies a register, policies or both; where they loosen, as the operator proposes and somebody else
/// approves.
pub(crate) async fn apply(
    vault: &Vault,
    register: Option<&str>,
    policies: Option<&str>,
) -> Result<Applied, ApplyError> {
    let operator = Caller::operator();
    match vault.apply(&operator, register, policies).await {
        Err(ApplyError::NeedsApproval) => {}
        result => return result,
    }
    let proposed = vault
        .propose_change(&operator, register, policies, "test")
        .await?;
    let decider = person(vault, 250, "zhou.min", "protection-officer");
    vault
        .decide_approval(
            &decider,
            proposed.id,
            proposed.digest,
            Decision::Approve,
            None,
        )
        .await?;
    vault
        .apply_approved(&operator, register, policies, proposed.id)
        .await
}

/// A member of staff who showed a second factor this moment. The same number is the same person.
pub(crate) fn person(vault: &Vault, number: u8, login: &str, role: &str) -> Caller {
    Caller {
        kind: CallerKind::Staff {
            id: StaffId::from_bytes([number; 16]),
            login: login.to_owned(),
            session: SessionId::from_bytes([number; 16]),
        },
        roles: vec![role.to_owned()],
        site: None,
        region: None,
        sign_in: SignIn {
            second_factor_at: Some(vault.now()),
            ..SignIn::default()
        },
        address: None,
    }
}

/// The integer that a SELECT gives.
pub(crate) async fn number(vault: &Vault, sql: &'static str) -> i64 {
    vault.store().query(sql, Vec::new()).await.unwrap()[0]
        .int(0)
        .unwrap()
}

pub(crate) fn record(collection: &str, values: &[(&str, &str)]) -> RecordWrite {
    RecordWrite {
        collection: collection.to_owned(),
        values: values
            .iter()
            .map(|(f, v)| ((*f).to_owned(), Personal::new((*v).to_owned())))
            .collect(),
        key: None,
    }
}

pub(crate) fn request(
    subjects: &[SubjectId],
    purpose: &str,
    fields: &[&str],
    clear: &[&str],
) -> ReadRequest {
    let refs = |names: &[&str]| {
        names
            .iter()
            .map(|n| n.parse().unwrap())
            .collect::<Vec<FieldRef>>()
    };
    ReadRequest {
        subjects: subjects.to_vec(),
        fields: refs(fields),
        purpose: purpose.to_owned(),
        case: None,
        records: BTreeSet::new(),
        clear: refs(clear).into_iter().collect::<BTreeSet<_>>(),
        clear_pieces: BTreeSet::new(),
        reason: None,
    }
}

/// One line a field: `field form rule values`.
pub(crate) fn shown(outcome: &ReadOutcome) -> Vec<String> {
    outcome
        .fields
        .iter()
        .map(|field| {
            let values: Vec<&str> = field
                .values
                .iter()
                .map(|v| v.value.expose().as_str())
                .collect();
            format!(
                "{} {} {} {}",
                field.field,
                field.form.word(),
                field.because.rule,
                values.join("|")
            )
        })
        .collect()
}

pub(crate) fn case_of(written: &Written) -> RecordId {
    written.records.last().unwrap().0
}

/// A grant of these fields to the caller for this purpose, for an hour, approved by somebody else.
pub(crate) async fn granted(h: &Harness, caller: &Caller, purpose: &str, fields: &str) -> Grant {
    let request = GrantRequest {
        purpose: purpose.to_owned(),
        role: None,
        fields: vec![fields.to_owned()],
        subject: None,
        seconds: 3600,
        conditions: Conditions::default(),
        reason: "test".to_owned(),
    };
    let asked = h.vault.request_grant(caller, &request).await.unwrap();
    let other = person(&h.vault, 2, "wu.jie", "protection-officer");
    h.vault
        .decide_approval(&other, asked.id, asked.digest, Decision::Approve, None)
        .await
        .unwrap();
    let held = h.vault.grants(caller, true, 10).await.unwrap();
    let mut own = held.into_iter().filter(|grant| grant.fields == [fields]);
    own.next().unwrap()
}
