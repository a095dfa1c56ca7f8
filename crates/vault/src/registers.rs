//! The register and policies: planning a change, applying it, its history.

mod change;
mod preview;

use std::collections::BTreeSet;
use std::sync::Arc;

use shouxin_ledger::Kind;
use shouxin_model::{ApprovalId, Caller, JobId, Moment, Register};
use shouxin_policy::{CaseOutcome, Policies, PolicyFinding, run_cases};
use shouxin_register::{Finding, Plan, history, parse, plan, plan::Effect};
use shouxin_store::{CommitError, Query, Row, Store, Tx, params};

use crate::active::{Active, Told};
use crate::approvals::ApprovalError;
use crate::checkpoints::origin;
use crate::jobs::{self, Rework, Work};
use crate::keys::Keys;
use crate::observations::Flow;
use crate::zones::{self, Turns, Zones};
use crate::{Actors, Vault, VaultError, World, ZoneError, ZoneHome};

pub(crate) use preview::blocks;
pub use preview::{MOST_ENTRIES, PREVIEW_DAYS, PolicyEffect, PolicyPlan, Shift};

/// What an applied change did.
#[derive(Debug)]
pub struct Applied {
    /// The register's version from now on.
    pub register_version: u32,
    /// The policies' version from now on.
    pub policy_version: u32,
    /// What changed.
    pub plan: Plan,
    /// The ledger entry.
    pub entry: u64,
    /// How many background jobs were opened.
    pub jobs: usize,
}

/// How far a planned register reaches.
#[derive(Debug)]
pub struct Reach {
    /// How many stored records there are in each collection whose stored data the plan touches.
    pub records: Vec<(String, u64)>,
    /// Why the policies in force would not stand under it.
    pub policies: Vec<PolicyFinding>,
    /// Reads that were permitted and that it would no longer declare.
    pub cut_off: Vec<Flow>,
}

/// One version of the register or the policies.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number, counted from 1.
    pub version: u32,
    /// When it was applied.
    pub applied_at: Moment,
    /// Who applied it.
    pub applied_by: String,
    /// Its text.
    pub source: String,
}

/// Why a register or policies were not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The register has findings.
    #[error("the register has {} findings", .0.len())]
    Register(Vec<Finding>),
    /// The policies do not validate against the register.
    #[error("the policies have {} findings", .0.len())]
    Policies(Vec<PolicyFinding>),
    /// Test cases of the policies do not hold: those that fail.
    #[error("{} test cases of the policies do not hold", .0.len())]
    Cases(Vec<CaseOutcome>),
    /// A change would need to touch stored data in a way that is refused while there are any.
    #[error("refused while there are stored values: {}", .0.en)]
    StoredData(shouxin_model::Text),
    /// The change loosens what is held: propose it, and let somebody else approve it.
    #[error("the change loosens register or policies: somebody else must approve it first")]
    NeedsApproval,
    /// The change loosens nothing, so nobody has to approve it.
    #[error("the change loosens nothing: apply it")]
    Tighter,
    /// The approval named does not cover the change.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// Neither register nor policies differ from those in force.
    #[error("nothing differs from what is in force")]
    Nothing,
    /// A zone that the register declares apart cannot be used.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// The store or the ledger failed, or another node applied something at the same moment.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Makes a vault over an empty store: applies the first register and policies.
    ///
    /// # Errors
    /// [`ApplyError`]; `Nothing` if the store holds a register already.
    pub async fn found(
        store: Store,
        keys: impl Into<Keys>,
        world: Arc<dyn World>,
        register: &str,
        policies: &str,
    ) -> Result<Self, ApplyError> {
        Self::found_with(store, keys, world, register, policies, Vec::new()).await
    }

    /// As [`Vault::found`], with the zones that lie apart.
    ///
    /// # Errors
    /// As [`Vault::found`]; `Zone` if one that the register declares apart is missing or is another's.
    pub async fn found_with(
        store: Store,
        keys: impl Into<Keys>,
        world: Arc<dyn World>,
        register: &str,
        policies: &str,
        zones: Vec<ZoneHome>,
    ) -> Result<Self, ApplyError> {
        let keys = keys.into();
        let checked = Checked::tested(register, policies)?;
        let now = world.now();
        let active = checked.active(1, 1, Arc::default());
        let mut tx = Tx::new();
        tx.guard(
            0,
            "SELECT 1 FROM setting WHERE name IN ('declared', 'restoring')",
            params![],
        );
        tx.run_exactly(
            1,
            "INSERT INTO setting (name, value) VALUES ('declared', $1) ON CONFLICT DO NOTHING",
            params![active.mark()],
        );
        tx.run_exactly(
            1,
            "INSERT INTO setting (name, value) VALUES ('keyring', $1) ON CONFLICT DO NOTHING",
            params![origin(keys.keyring())],
        );
        // No transaction wraps a subject's key in another epoch (a guard of each write), so that one which
        // nothing hangs on stays so and can be destroyed.
        tx.run_exactly(
            1,
            "INSERT INTO setting (name, value) VALUES ('epoch', $1) ON CONFLICT DO NOTHING",
            params![keys.keyring().current_epoch().to_string()],
        );
        insert_register(
            &mut tx,
            1,
            now,
            &Caller::operator(),
            register,
            &active.register,
        )?;
        insert_policies(&mut tx, 1, now, &Caller::operator(), policies);
        let zones = Zones::open(keys.keyring(), zones, &active.register, now).await?;
        let vault = Self::with(store, keys, world, active, zones);
        let mut entry = vault.begin(now, Kind::System, &Caller::operator(), &vault.active());
        entry.extra.push(("did".to_owned(), "founded".to_owned()));
        entry.extra.push((
            "profile".to_owned(),
            vault.active().register.profile.clone(),
        ));
        tx.append(vault.bytes(&entry)?);
        match vault.store().commit(tx).await {
            Ok(_) => {
                vault.bind_zones().await?;
                Ok(vault)
            }
            Err(CommitError::Conflict { .. }) => Err(ApplyError::Nothing),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// What applying this register would change, without applying it.
    ///
    /// # Errors
    /// `Register` with every finding.
    pub fn plan_register(&self, file: &str, text: &str) -> Result<Plan, ApplyError> {
        let new = parse(file, text).map_err(ApplyError::Register)?;
        Ok(plan(Some(&self.active().register), &new))
    }

    /// The same, with how far it reaches: stored records, policies in force, reads of the last `days` days.
    ///
    /// # Errors
    /// As [`Vault::plan_register`]; the store could not be read.
    pub async fn plan_reach(
        &self,
        file: &str,
        text: &str,
        days: u32,
        actors: &Actors,
    ) -> Result<(Plan, Reach), ApplyError> {
        let new = parse(file, text).map_err(ApplyError::Register)?;
        let old = self.active();
        let plan = plan(Some(&old.register), &new);
        let policies = self.current_sources().await?.1;
        let mut records = Vec::new();
        let stored: BTreeSet<&str> = plan.effects().filter_map(Effect::collection).collect();
        for collection in stored {
            let store = match self.zone_apart(&old.register, collection)? {
                Some(zone) => &zone.store,
                None => self.store(),
            };
            let sql = "SELECT COUNT(*) FROM record WHERE collection = $1";
            let rows = store.query(sql, params![collection]).await;
            let rows = rows.map_err(VaultError::from)?;
            let count = rows.first().map_or(Ok(0), |row| row.int(0));
            let count = count.map_err(VaultError::from)?;
            records.push((collection.to_owned(), u64::try_from(count).unwrap_or(0)));
        }
        let reach = Reach {
            records,
            policies: Policies::compile(&new, &policies).err().unwrap_or_default(),
            cut_off: self.reads_cut_off(days, actors, &new).await?,
        };
        Ok((plan, reach))
    }

    /// Applies a register, policies or both. Stored data follow in the background.
    ///
    /// # Errors
    /// [`ApplyError`]; nothing changes then. `NeedsApproval` if the change loosens anything.
    pub async fn apply(
        &self,
        caller: &Caller,
        register: Option<&str>,
        policies: Option<&str>,
    ) -> Result<Applied, ApplyError> {
        self.carry_out(caller, register, policies, None).await
    }

    /// Applies what somebody else approved: the very texts of [`Vault::propose_change`], over the
    /// versions that were in force then.
    ///
    /// # Errors
    /// [`ApplyError`]; nothing changes then, and the approval stays.
    pub async fn apply_approved(
        &self,
        caller: &Caller,
        register: Option<&str>,
        policies: Option<&str>,
        approval: ApprovalId,
    ) -> Result<Applied, ApplyError> {
        self.carry_out(caller, register, policies, Some(approval))
            .await
    }

    async fn carry_out(
        &self,
        caller: &Caller,
        register: Option<&str>,
        policies: Option<&str>,
        approval: Option<ApprovalId>,
    ) -> Result<Applied, ApplyError> {
        self.refresh().await?;
        let old = self.active();
        let change = self.change(&old, register, policies).await?;
        let approved = self.leave(caller, &old, &change, approval).await?;
        let change::Change {
            register_text,
            policy_text,
            new_register,
            new_policies,
            checked,
            plan,
            ..
        } = change;
        let mut declared_apart = checked.register.zones.iter().filter(|zone| zone.apart);
        if let Some(zone) = declared_apart.find(|zone| self.zone(&zone.name).is_err()) {
            return Err(ZoneError::Missing(zone.name.clone()).into());
        }
        let empty = needs_no_data(&plan);
        let turns = self.turns_of_emptied(&old.register, &empty).await?;
        self.refuse_if_stored(&old.register, &empty).await?;
        self.refuse_if_retired(&old.register, &checked.register)
            .await?;
        let register_version = old.register_version + u32::from(new_register);
        let policy_version = old.policy_version + u32::from(new_policies);
        let active = checked.active(register_version, policy_version, old.told.clone());
        let now = self.now();

        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE setting SET value = $1 WHERE name = 'declared' AND value = $2",
            params![active.mark(), old.mark()],
        );
        for (collection, _) in &empty {
            // Still none of them when this commits: writers hold to the old register until then.
            tx.guard(
                0,
                "SELECT 1 FROM record WHERE collection = $1 LIMIT 1",
                params![*collection],
            );
        }
        let reworks = Rework::of(&plan, register_version);
        let mut entry = self.begin(
            now,
            if new_register {
                Kind::Register
            } else {
                Kind::Policy
            },
            caller,
            &active,
        );
        if new_register {
            insert_register(
                &mut tx,
                register_version,
                now,
                caller,
                &register_text,
                &active.register,
            )?;
            entry
                .extra
                .push(("register".to_owned(), self.digest_words(&register_text)));
            entry
                .extra
                .push(("changes".to_owned(), plan.changes.len().to_string()));
            entry
                .extra
                .push(("loosens".to_owned(), plan.loosens().to_string()));
        }
        if new_policies {
            insert_policies(&mut tx, policy_version, now, caller, &policy_text);
            entry
                .extra
                .push(("policies".to_owned(), self.digest_words(&policy_text)));
        }
        if let Some(approved) = approved {
            approved.tell(&mut entry);
            approved.spend(&mut tx);
        }
        turns.guard(&mut tx);
        for rework in &reworks {
            let id = JobId::make(now, &mut self.dice());
            jobs::insert(&mut tx, id, &Work::Rework(rework.clone()), now)?;
        }
        tx.append(self.bytes(&entry)?);
        let committed = match self.store().commit(tx).await {
            Ok(committed) => committed,
            Err(CommitError::Conflict { .. }) => return Err(VaultError::Busy.into()),
            Err(error) => return Err(VaultError::from(error).into()),
        };
        self.put(active);
        Ok(Applied {
            register_version,
            policy_version,
            plan,
            entry: committed.entries[0],
            jobs: reworks.len(),
        })
    }

    /// Every version of the register, newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn register_history(&self) -> Result<Vec<Version>, VaultError> {
        self.versions("SELECT version, applied_at, applied_by, source FROM register_version ORDER BY version DESC")
            .await
    }

    /// What changed from one version of the register to another: item by item, and as a unified diff of the
    /// texts. `None` if there is no such version.
    ///
    /// # Errors
    /// The store could not be read, or holds what is no register.
    pub async fn register_difference(
        &self,
        from: u32,
        to: u32,
    ) -> Result<Option<(Plan, String)>, VaultError> {
        let rows = self
            .store()
            .query(
                "SELECT version, source, json FROM register_version WHERE version IN ($1, $2)",
                params![from, to],
            )
            .await?;
        let version = |number: u32| {
            let mut rows = rows.iter();
            rows.find(|row| row.int(0).is_ok_and(|found| found == i64::from(number)))
        };
        let (Some(older), Some(newer)) = (version(from), version(to)) else {
            return Ok(None);
        };
        let register = |row: &Row| {
            serde_json::from_str::<Register>(row.text(2)?)
                .map_err(|_| VaultError::Corrupt("register"))
        };
        let plan = plan(Some(&register(older)?), &register(newer)?);
        let name = |number: u32| format!("version {number}");
        let text = history::diff(&name(from), older.text(1)?, &name(to), newer.text(1)?);
        Ok(Some((plan, text)))
    }

    /// Every version of the policies, newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn policy_history(&self) -> Result<Vec<Version>, VaultError> {
        self.versions("SELECT version, applied_at, applied_by, source FROM policy_version ORDER BY version DESC")
            .await
    }

    /// The texts in force: register, policies.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn current_sources(&self) -> Result<(String, String), VaultError> {
        let newest = |versions: Vec<Version>| versions.into_iter().next().map(|v| v.source);
        let register =
            newest(self.register_history().await?).ok_or(VaultError::Corrupt("register"))?;
        let policies =
            newest(self.policy_history().await?).ok_or(VaultError::Corrupt("policies"))?;
        Ok((register, policies))
    }

    async fn versions(&self, sql: &'static str) -> Result<Vec<Version>, VaultError> {
        let rows = self.store().query(sql, params![]).await?;
        rows.iter()
            .map(|row| {
                Ok(Version {
                    version: u32::try_from(row.int(0)?)
                        .map_err(|_| VaultError::Corrupt("version"))?,
                    applied_at: row.moment(1)?,
                    applied_by: row.text(2)?.to_owned(),
                    source: row.text(3)?.to_owned(),
                })
            })
            .collect()
    }

    /// Refuses a field under a name that was retired: its old values are still sealed in records and
    /// would come back to light under rules that were not made for them.
    async fn refuse_if_retired(&self, old: &Register, new: &Register) -> Result<(), ApplyError> {
        let returning: Vec<_> = new
            .fields()
            .map(|(name, _)| name)
            .filter(|name| old.field(name).is_none())
            .collect();
        if returning.is_empty() {
            return Ok(());
        }
        let rows = self
            .store()
            .query(
                "SELECT json FROM register_version ORDER BY version",
                params![],
            )
            .await
            .map_err(VaultError::from)?;
        for row in rows {
            let json = row.text(0).map_err(VaultError::from)?;
            let earlier: Register =
                serde_json::from_str(json).map_err(|_| VaultError::Corrupt("register"))?;
            if let Some(field) = returning.iter().find(|name| earlier.field(name).is_some()) {
                return Err(ApplyError::StoredData(shouxin_model::Text::made(
                    format!("字段 {field} 曾被停用,其旧值仍封存;请换一个名称"),
                    format!(
                        "field {field} was retired and its old values are still sealed; choose another name"
                    ),
                )));
            }
        }
        Ok(())
    }

    /// Turns in the zones apart whose collections must hold nothing.
    async fn turns_of_emptied(
        &self,
        old: &Register,
        empty: &[(&str, &Effect)],
    ) -> Result<Turns<'_>, VaultError> {
        let collections = empty.iter().map(|(collection, _)| *collection);
        self.turns(&zones::among(old, collections)).await
    }

    /// Refuses effects that cannot be carried out while there are stored values.
    async fn refuse_if_stored(
        &self,
        old: &Register,
        empty: &[(&str, &Effect)],
    ) -> Result<(), ApplyError> {
        for (collection, effect) in empty {
            let query = Query {
                sql: "SELECT 1 FROM record WHERE collection = $1 LIMIT 1",
                params: params![*collection],
            };
            let store = match self.zone_apart(old, collection)? {
                Some(zone) => &zone.store,
                None => self.store(),
            };
            let rows = store
                .query(query.sql, query.params)
                .await
                .map_err(VaultError::from)?;
            if !rows.is_empty() {
                return Err(ApplyError::StoredData(effect.text()));
            }
        }
        Ok(())
    }
}

/// The collections that must hold nothing for this plan, each with the effect that says so.
fn needs_no_data(plan: &Plan) -> Vec<(&str, &Effect)> {
    let effects = plan.effects().filter(|effect| effect.needs_no_data());
    effects
        .filter_map(|effect| Some((effect.collection()?, effect)))
        .collect()
}

/// A register and policies that passed every check together.
struct Checked {
    register: Register,
    policies: Policies,
    /// The test cases of the policies, with what became of them.
    cases: Vec<CaseOutcome>,
}

impl Checked {
    fn new(register: &str, policies: &str) -> Result<Self, ApplyError> {
        let register = parse("register.toml", register).map_err(ApplyError::Register)?;
        // The register may not use deid, so the names of masks meet here.
        let unknown = |field: &&shouxin_model::Field| {
            field
                .mask
                .as_deref()
                .is_some_and(|mask| shouxin_deid::rule_by_name(mask).is_none())
        };
        if let Some((name, _)) = register.fields().find(|(_, field)| unknown(field)) {
            return Err(ApplyError::StoredData(shouxin_model::Text::made(
                format!("字段 {name} 使用了不认识的脱敏规则"),
                format!("field {name} names a mask that this program does not know"),
            )));
        }
        let compiled = Policies::compile(&register, policies).map_err(ApplyError::Policies)?;
        let cases = run_cases(&compiled, &register, policies).map_err(ApplyError::Policies)?;
        Ok(Self {
            register,
            policies: compiled,
            cases,
        })
    }

    /// The same, if every test case holds: what comes into force must.
    fn tested(register: &str, policies: &str) -> Result<Self, ApplyError> {
        let checked = Self::new(register, policies)?;
        let failed: Vec<_> = checked
            .cases
            .iter()
            .filter(|case| !case.holds())
            .cloned()
            .collect();
        if failed.is_empty() {
            Ok(checked)
        } else {
            Err(ApplyError::Cases(failed))
        }
    }

    fn active(self, register_version: u32, policy_version: u32, told: Arc<Told>) -> Active {
        Active {
            register: Arc::new(self.register),
            register_version,
            policies: Arc::new(self.policies),
            policy_version,
            told,
        }
    }
}

fn insert_register(
    tx: &mut Tx,
    version: u32,
    now: Moment,
    caller: &Caller,
    source: &str,
    register: &Register,
) -> Result<(), VaultError> {
    let json = serde_json::to_string(register).map_err(|_| VaultError::Corrupt("register"))?;
    tx.run_exactly(
        1,
        "INSERT INTO register_version (version, applied_at, applied_by, source, json, state) \
         VALUES ($1, $2, $3, $4, $5, 'applied')",
        params![version, now, caller.actor(), source, json],
    );
    Ok(())
}

fn insert_policies(tx: &mut Tx, version: u32, now: Moment, caller: &Caller, source: &str) {
    tx.run_exactly(
        1,
        "INSERT INTO policy_version (version, applied_at, applied_by, source) VALUES ($1, $2, $3, $4)",
        params![version, now, caller.actor(), source],
    );
}
