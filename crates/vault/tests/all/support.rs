//! A vault over SQLite in a temporary folder, in a world that stands still.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rand_core::Rng;
use shouxin_model::{
    Caller, CallerKind, FieldRef, Moment, Personal, RecordId, SessionId, SignIn, StaffId, SubjectId, Suite,
};
use shouxin_store::{SqliteOptions, Store};
use shouxin_vault::world::Frozen;
use shouxin_vault::{ReadOutcome, ReadRequest, RecordWrite, Vault, World, Written, keydir};

pub struct Harness {
    pub vault: Vault,
    pub world: Arc<Frozen>,
    pub folder: tempfile::TempDir,
}

pub fn start() -> Moment {
    Moment::parse_rfc3339("2026-11-21T02:00:00Z").unwrap()
}

impl Harness {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Arc::new(Frozen::new(start(), 7));
        let profile = shouxin_register::profile("after-sales").unwrap();
        let keyring = keydir::create(&folder.path().join("keys"), Suite::International, None, &*world).unwrap();
        let store = open(folder.path()).await;
        let vault = Vault::found(store, keyring, world.clone(), profile.register_toml, profile.policies)
            .await
            .unwrap();
        Self { vault, world, folder }
    }

    /// Closes the vault and opens it again from its files.
    pub async fn reopen(self) -> Self {
        let Self { vault, world, folder } = self;
        vault.store().close().await;
        drop(vault);
        let keyring = keydir::open(&folder.path().join("keys"), None).unwrap();
        let vault = Vault::open(open(folder.path()).await, keyring, world.clone()).await.unwrap();
        Self { vault, world, folder }
    }

    pub fn staff(&self, login: &str, role: &str) -> Caller {
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

    pub async fn write(&self, records: &[(&str, &[(&str, &str)])]) -> Written {
        let records = records.iter().map(|(collection, values)| record(collection, values)).collect();
        self.vault.write(&Caller::operator(), None, records).await.unwrap()
    }

    /// A customer with a car and an open order assigned to `adviser`.
    pub async fn customer(&self, adviser: &str) -> Written {
        self.write(&[
            ("customer", &[("name", "欧阳明"), ("mobile", "13800138000"), ("resident_id", "11010519491231002X"),
                ("address", "上海市浦东新区张江镇科苑路1号2单元301室")]),
            ("vehicle", &[("vin", "LZZTE5T03TA000001"), ("plate", "沪A12345")]),
            ("work_order", &[("number", "WO-1"), ("status", "in-progress"), ("assignee", adviser), ("site", "s1"),
                ("region", "east"), ("service_type", "repair")]),
        ])
        .await
    }

    pub async fn read(&self, caller: &Caller, subject: SubjectId, purpose: &str, fields: &[&str], clear: &[&str])
        -> ReadOutcome {
        let request = request(&[subject], purpose, fields, clear);
        self.vault.read(caller, &request).await.unwrap().remove(0)
    }
}

pub async fn open(folder: &Path) -> Store {
    Store::open_sqlite(&folder.join("data"), SqliteOptions::default()).await.unwrap()
}

pub fn record(collection: &str, values: &[(&str, &str)]) -> RecordWrite {
    RecordWrite {
        collection: collection.to_owned(),
        values: values.iter().map(|(f, v)| ((*f).to_owned(), Personal::new((*v).to_owned()))).collect(),
        key: None,
    }
}

pub fn request(subjects: &[SubjectId], purpose: &str, fields: &[&str], clear: &[&str]) -> ReadRequest {
    let refs = |names: &[&str]| names.iter().map(|n| n.parse().unwrap()).collect::<Vec<FieldRef>>();
    ReadRequest {
        subjects: subjects.to_vec(),
        fields: refs(fields),
        purpose: purpose.to_owned(),
        case: None,
        clear: refs(clear).into_iter().collect::<BTreeSet<_>>(),
        reason: None,
    }
}

/// One line a field: `field form rule values`.
pub fn shown(outcome: &ReadOutcome) -> Vec<String> {
    outcome
        .fields
        .iter()
        .map(|field| {
            let values: Vec<&str> = field.values.iter().map(|v| v.value.expose().as_str()).collect();
            format!("{} {} {} {}", field.field, field.form.word(), field.because.rule, values.join("|"))
        })
        .collect()
}

pub fn case_of(written: &Written) -> RecordId {
    written.records.last().unwrap().0
}
