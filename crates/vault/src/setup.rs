//! How far a deployment is on the way from nothing to its first protected read: counts, and the entries that
//! prove each step. No name, no id of a person.

use std::collections::BTreeMap;

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{Register, Silo};
use shouxin_store::params;

use crate::ledger::decoded;
use crate::{Vault, VaultError};

/// How far a deployment is.
#[derive(Debug, Default)]
pub struct Setup {
    /// The register's version.
    pub register_version: u32,
    /// The policies' version.
    pub policy_version: u32,
    /// The accounts of the system, security and audit administrators.
    pub system: SiloState,
    /// As above.
    pub security: SiloState,
    /// As above.
    pub audit: SiloState,
    /// The accounts of protection officers.
    pub officers: SiloState,
    /// The accounts of everybody else who has a role.
    pub business: SiloState,
    /// Imports that were fed to their end.
    pub imports: u64,
    /// Rows that those took in.
    pub rows: u64,
    /// The newest entry of a read that showed something, and the purpose that it named.
    pub read: Option<(u64, Option<String>)>,
    /// The newest entry that says that the whole ledger was found right.
    pub verified: Option<u64>,
    /// The newest entry of a backup.
    pub backup: Option<u64>,
}

/// Accounts of one sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiloState {
    /// Accounts that are active.
    pub active: u64,
    /// Those of them that have a second factor.
    pub ready: u64,
}

/// Entries that are looked through, newest first, for what proves a step.
const MOST_ENTRIES: u64 = 20_000;

/// Entries read at a time.
const STEP: u64 = 500;

/// The role of protection officers, by the name that every profile ships.
const OFFICER: &str = "protection-officer";

impl Vault {
    /// How far this deployment is. Entries are looked for among the newest 20,000: what is told was found, and
    /// what is not told may lie further back.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn setup(&self) -> Result<Setup, VaultError> {
        self.refresh().await?;
        let active = self.active();
        let mut setup = Setup {
            register_version: active.register_version,
            policy_version: active.policy_version,
            ..Setup::default()
        };
        self.count_accounts(&active.register, &mut setup).await?;
        self.count_imports(&mut setup).await?;
        self.find_entries(&mut setup).await?;
        Ok(setup)
    }

    async fn count_accounts(
        &self,
        register: &Register,
        setup: &mut Setup,
    ) -> Result<(), VaultError> {
        let sql = "SELECT roles, CASE WHEN totp_sealed IS NULL THEN 0 ELSE 1 END FROM staff WHERE state = 'active'";
        for row in self.store().query(sql, params![]).await? {
            let roles: Vec<String> =
                serde_json::from_str(row.text(0)?).map_err(|_| VaultError::Corrupt("roles"))?;
            let Some(first) = roles.first() else { continue };
            let state = match register.role(first).and_then(|role| role.silo) {
                Some(Silo::System) => &mut setup.system,
                Some(Silo::Security) => &mut setup.security,
                Some(Silo::Audit) => &mut setup.audit,
                None if roles.iter().any(|role| role == OFFICER) => &mut setup.officers,
                None => &mut setup.business,
            };
            state.active += 1;
            state.ready += u64::from(row.int(1)? == 1);
        }
        Ok(())
    }

    async fn count_imports(&self, setup: &mut Setup) -> Result<(), VaultError> {
        let sql = "SELECT counts FROM import WHERE state = 'done'";
        for row in self.store().query(sql, params![]).await? {
            let counts: BTreeMap<String, u64> =
                serde_json::from_str(row.text(0)?).map_err(|_| VaultError::Corrupt("import"))?;
            let taken = counts.iter().filter(|(word, _)| *word != "refused");
            setup.imports += 1;
            setup.rows += taken.map(|(_, count)| count).sum::<u64>();
        }
        Ok(())
    }

    async fn find_entries(&self, setup: &mut Setup) -> Result<(), VaultError> {
        let size = self.store().ledger_head().await?.size;
        let floor = size.saturating_sub(MOST_ENTRIES);
        let mut end = size;
        while end > floor && !setup.is_proven() {
            let from = end.saturating_sub(STEP).max(floor);
            let count = usize::try_from(end - from).unwrap_or(usize::MAX);
            let page = self.store().ledger_entries(from, count).await?;
            for (index, bytes) in page.iter().rev() {
                let entry = decoded(bytes)?;
                setup.prove(*index, entry);
            }
            end = from;
        }
        Ok(())
    }
}

impl Setup {
    fn is_proven(&self) -> bool {
        self.read.is_some() && self.verified.is_some() && self.backup.is_some()
    }

    /// Takes what this entry proves, unless a newer one did.
    fn prove(&mut self, index: u64, entry: Entry) {
        let says = |word: &str, text: &str| {
            let mut pairs = entry.extra.iter();
            pairs.any(|(key, value)| key == word && value == text)
        };
        match entry.kind {
            Kind::Read | Kind::Reveal if entry.subject.is_some() && self.read.is_none() => {
                self.read = Some((index, entry.purpose));
            }
            Kind::Ledger if says("did", "verified") && says("right", "true") => {
                self.verified.get_or_insert(index);
            }
            Kind::Backup if says("did", "taken") => {
                self.backup.get_or_insert(index);
            }
            _ => {}
        }
    }
}
