//! Looking after a deployment: what is not as it should be, and what to do about it.

use shouxin_ledger::Entry;
use shouxin_model::{Moment, Text};
use shouxin_store::{EngineKind, Store};

use crate::{Vault, VaultError, Witness, WitnessError};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable word for it: `store`, `ledger`, `witness`, `backup`, …
    pub check: &'static str,
    /// How it stands.
    pub level: Level,
    /// What was found.
    pub text: Text,
    /// What to do about it, where something is to be done.
    pub todo: Option<Text>,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Well,
    /// It will become a fault if nobody looks after it.
    Heed,
    /// A fault.
    Fault,
}

impl Level {
    /// A stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Heed => "heed",
            Self::Fault => "fault",
        }
    }
}

impl Finding {
    /// Something that is as it should be.
    pub fn well(check: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            check,
            level: Level::Well,
            text: Text::made(zh, en),
            todo: None,
        }
    }

    /// Something to look after.
    pub fn heed(check: &'static str, found: Text, todo: Text) -> Self {
        Self {
            check,
            level: Level::Heed,
            text: found,
            todo: Some(todo),
        }
    }

    /// A fault.
    pub fn fault(check: &'static str, found: Text, todo: Text) -> Self {
        Self {
            level: Level::Fault,
            ..Self::heed(check, found, todo)
        }
    }
}

impl Vault {
    /// Looks at the store and those of zones apart, the ledger, the witness, the keys, background work, backups and the clock.
    /// With `full`, the whole store is read and every entry of the ledger examined; otherwise its end. `progress` hears how many
    /// entries were read.
    ///
    /// # Errors
    /// The store could not be read at all.
    pub async fn look_after(
        &self,
        witness: Option<&Witness>,
        full: bool,
        progress: impl FnMut(u64, u64),
    ) -> Result<Vec<Finding>, VaultError> {
        let mut findings = vec![whole(self.store(), None, full).await?];
        for (zone, store) in self.zones() {
            findings.push(whole(store, Some(zone), full).await?);
        }
        findings.extend(self.zones_are_in_step().await?);
        findings.push(self.ledger_is_sound(full, progress).await?);
        if let Some(witness) = witness {
            findings.push(self.witness_agrees(witness).await?);
        }
        for zone in self.key_places() {
            findings.push(self.keys_are_young(zone));
        }
        findings.push(self.work_is_done().await?);
        findings.push(self.backup_is_fresh().await?);
        findings.push(self.drill_is_fresh().await?);
        findings.push(self.clock_is_right().await?);
        Ok(findings)
    }

    /// Whether each zone apart stands as the main database says: a change may be on its way for a moment.
    async fn zones_are_in_step(&self) -> Result<Vec<Finding>, VaultError> {
        let mut findings = Vec::new();
        for (zone, settled) in self.settle_each().await {
            let well = || {
                Finding::well(
                    "zone",
                    format!("密钥域 {zone} 与主库一致"),
                    format!("zone {zone} stands as the main database says"),
                )
            };
            findings.push(match settled {
                Ok(()) => well(),
                Err(VaultError::Corrupt(_) | VaultError::Busy) => Finding::fault(
                    "zone",
                    Text::made(
                        format!("密钥域 {zone} 与主库不在同一时刻"),
                        format!("zone {zone} is of another moment than the main database"),
                    ),
                    Text::fixed(
                        "停止服务,用 shouxin restore 从同一份备份恢复两者",
                        "stop the server and restore both from one backup with shouxin restore",
                    ),
                ),
                Err(error) => return Err(error),
            });
        }
        Ok(findings)
    }

    async fn ledger_is_sound(
        &self,
        full: bool,
        progress: impl FnMut(u64, u64),
    ) -> Result<Finding, VaultError> {
        let todo = Text::fixed(
            "账本被改动:保留现有数据,导出账本并用 shouxin-verify 核验,找出从何处起不同",
            "the ledger was changed: keep the data, export the ledger, examine it with shouxin-verify, and find \
             out from where on it differs",
        );
        let head = match self.sound_head().await {
            Ok(head) => head,
            Err(VaultError::Ledger(_) | VaultError::Corrupt(_)) => {
                let found = Text::fixed(
                    "账本的末端与其根或已签署的检查点不符",
                    "the ledger's end does not lead to its root or to what was signed",
                );
                return Ok(Finding::fault("ledger", found, todo));
            }
            Err(error) => return Err(error),
        };
        if !full {
            return Ok(Finding::well(
                "ledger",
                format!("末端完好,共 {} 条(--full 核验全部)", head.size),
                format!(
                    "its end is sound, {} entries (--full examines all)",
                    head.size
                ),
            ));
        }
        let report = self.verify_ledger(&[], progress).await?;
        if report.findings.is_empty() {
            return Ok(Finding::well(
                "ledger",
                format!("全部 {} 条核验无误", report.entries),
                format!("all {} entries are right", report.entries),
            ));
        }
        let (count, first) = (report.findings.len(), &report.findings[0]);
        let found = Text::made(
            format!(
                "{count} 处不符,首处:{}",
                first.text(shouxin_ledger::Lang::Zh)
            ),
            format!(
                "{count} findings, the first: {}",
                first.text(shouxin_ledger::Lang::En)
            ),
        );
        Ok(Finding::fault("ledger", found, todo))
    }

    async fn witness_agrees(&self, witness: &Witness) -> Result<Finding, VaultError> {
        let path = witness.path().display();
        match self.face(witness).await {
            Ok(()) if witness.path().exists() => Ok(Finding::well(
                "witness",
                format!("账本包含见证检查点 {path} 的全部内容"),
                format!("the ledger holds all that {path} has seen signed"),
            )),
            Ok(()) => Ok(Finding::heed(
                "witness",
                Text::made(
                    format!("没有见证检查点 {path}"),
                    format!("there is no witness at {path}"),
                ),
                Text::fixed(
                    "启动服务后会重新生成;请确认它不在数据目录中,也不随数据一起恢复",
                    "the server makes it anew; see that it lies outside the data and is not restored with them",
                ),
            )),
            Err(WitnessError::Vault(error)) => Err(error),
            Err(error) => Ok(Finding::fault(
                "witness",
                Text::made(format!("账本与见证检查点不符:{error}"), error.to_string()),
                Text::fixed(
                    "若确为恢复的旧数据:shouxin ledger accept-older;否则数据被调换,请勿启动",
                    "if these are restored data: shouxin ledger accept-older; otherwise they were exchanged: do not start",
                ),
            )),
        }
    }

    fn keys_are_young(&self, zone: Option<&str>) -> Finding {
        let (zh, en) = of_zone(zone);
        let held = self.held_by(zone).and_then(|held| held.keyring(self.now()));
        let Ok(keyring) = held else {
            return Finding::fault(
                "keys",
                Text::made(
                    format!("{zh}密钥打不开"),
                    format!("{en}the keys cannot be opened"),
                ),
                Text::fixed(
                    "检查密钥目录、口令或令牌;详情见服务器日志",
                    "look at the key folder, the passphrase or the token; the server's log says more",
                ),
            );
        };
        let newest = keyring.epochs().last();
        let Some(epoch) = newest else {
            return Finding::well(
                "keys",
                format!("{zh}没有任何一轮密钥"),
                format!("{en}there is no epoch of keys"),
            );
        };
        let days = days(epoch.created, self.now());
        let (id, old) = (epoch.id, keyring.epochs().count() - 1);
        if days <= KEY_DAYS {
            return Finding::well(
                "keys",
                format!("{zh}当前为第 {id} 轮密钥,已用 {days} 天;尚存旧密钥 {old} 轮"),
                format!(
                    "{en}epoch {id} of keys is {days} days old; {old} older ones are still kept"
                ),
            );
        }
        Finding::heed(
            "keys",
            Text::made(
                format!("{zh}当前第 {id} 轮密钥已用 {days} 天"),
                format!("{en}epoch {id} of keys is {days} days old"),
            ),
            Text::fixed(
                "轮换密钥,并在重新封装完成后销毁旧一轮的密钥:旧备份中的已删除者才彻底不可恢复",
                "rotate the keys, and destroy the old epoch once all is wrapped anew: only then is nobody who was \
                 erased left in old backups",
            ),
        )
    }

    async fn work_is_done(&self) -> Result<Finding, VaultError> {
        let jobs = self.jobs().await?;
        let open = jobs.iter().filter(|job| job.state != "done").count();
        if open == 0 {
            return Ok(Finding::well(
                "jobs",
                "没有未完成的后台任务",
                "no background work is left",
            ));
        }
        Ok(Finding::heed(
            "jobs",
            Text::made(
                format!("{open} 个后台任务未完成"),
                format!("{open} background jobs are not done"),
            ),
            Text::fixed(
                "运行中的服务会完成它们;若数量长时间不变,请看日志",
                "a running server does them; if the number stays, look into its log",
            ),
        ))
    }

    async fn backup_is_fresh(&self) -> Result<Finding, VaultError> {
        let todo = || {
            Text::fixed(
                "设置 server.backups.repository,或运行 shouxin backup",
                "set server.backups.repository, or run shouxin backup",
            )
        };
        let Some((at, taken)) = self.last_backup().await? else {
            let found = Text::fixed("从未备份", "no backup was ever taken");
            return Ok(Finding::heed("backup", found, todo()));
        };
        let (number, days) = (taken.backup.number, days(at, self.now()));
        let found = Text::made(
            format!("最近一次备份:第 {number} 号,{at},{days} 天前"),
            format!("the last backup is number {number} of {at}, {days} days ago"),
        );
        Ok(if days <= BACKUP_DAYS {
            Finding::well("backup", found.zh, found.en)
        } else {
            Finding::heed("backup", found, todo())
        })
    }

    async fn drill_is_fresh(&self) -> Result<Finding, VaultError> {
        let todo = || {
            Text::fixed(
                "运行 shouxin drill:没有演练过的备份不能算备份",
                "run shouxin drill: a backup that was never tried is none",
            )
        };
        let Some((at, drill)) = self.last_drill().await? else {
            let found = Text::fixed("从未演练恢复", "no drill was ever held");
            return Ok(Finding::heed("drill", found, todo()));
        };
        let (days, seconds) = (days(at, self.now()), drill.millis.div_ceil(1000));
        let (rows, values) = (drill.backup.rows, drill.values);
        let found = Text::made(
            format!(
                "最近一次演练:{at},{days} 天前,{rows} 行用时 {seconds} 秒,抽查打开 {values} 个值,成功"
            ),
            format!(
                "the last drill of {at}, {days} days ago, went well: {rows} rows in {seconds} s, {values} values opened"
            ),
        );
        Ok(if days <= DRILL_DAYS {
            Finding::well("drill", found.zh, found.en)
        } else {
            Finding::heed("drill", found, todo())
        })
    }

    async fn clock_is_right(&self) -> Result<Finding, VaultError> {
        let now = self.now();
        let size = self.store().ledger_head().await?.size;
        let last = match size.checked_sub(1) {
            Some(last) => self.store().ledger_entry(last).await?,
            None => None,
        };
        let last = last.and_then(|bytes| Entry::decode(&bytes).ok());
        let last = last.map(|entry| Moment::from_micros(entry.at));
        let ahead = last.filter(|last| *last > now.plus_seconds(CLOCK_SECONDS));
        if ahead.is_none() && now > EARLIEST {
            return Ok(Finding::well("clock", format!("{now}"), format!("{now}")));
        }
        let found = match ahead {
            Some(last) => Text::made(
                format!("时钟为 {now},早于账本最后一条({last})"),
                format!("the clock says {now}, before the ledger's last entry of {last}"),
            ),
            None => Text::made(format!("时钟为 {now}"), format!("the clock says {now}")),
        };
        let todo = Text::fixed(
            "校正时钟(NTP):期限、额度、第二因素都依赖它",
            "set the clock right (NTP): periods, quotas and second factors depend on it",
        );
        Ok(Finding::fault("clock", found, todo))
    }
}

/// Whether a store, of a zone apart or the main one, answers and is whole.
async fn whole(store: &Store, zone: Option<&str>, full: bool) -> Result<Finding, VaultError> {
    // SQLite reads its whole file for this.
    let wrong = if full || store.engine() == EngineKind::Postgres {
        store.examine().await?
    } else {
        Vec::new()
    };
    let engine = match store.engine() {
        EngineKind::Sqlite => "SQLite",
        EngineKind::Postgres => "PostgreSQL",
    };
    let (of_zh, of_en) = of_zone(zone);
    let schema = shouxin_store::schema_version();
    if wrong.is_empty() {
        return Ok(Finding::well(
            "store",
            format!(
                "{of_zh}{engine} 可用,结构版本 {schema}{}",
                if full { ",通读完好" } else { "" }
            ),
            format!(
                "{of_en}{engine} answers, schema version {schema}{}",
                if full { ", read through and whole" } else { "" }
            ),
        ));
    }
    let lines = wrong.join("; ");
    let todo = match store.engine() {
        EngineKind::Sqlite => Text::fixed(
            "停止服务,保留现有目录,用 shouxin restore 恢复最近的备份",
            "stop the server, keep the directory, and restore the newest backup with shouxin restore",
        ),
        EngineKind::Postgres => Text::fixed(
            "打开这些设置:关闭时断电会丢失已确认的写入",
            "switch these settings on: without them a power cut loses what was acknowledged",
        ),
    };
    let found = Text::made(
        format!("{of_zh}{engine}:{lines}"),
        format!("{of_en}{engine}: {lines}"),
    );
    Ok(Finding::fault("store", found, todo))
}

/// What stands before a finding about a zone apart.
fn of_zone(zone: Option<&str>) -> (String, String) {
    zone.map_or_else(Default::default, |zone| {
        (format!("密钥域 {zone}:"), format!("zone {zone}: "))
    })
}

/// Whole days between two moments.
fn days(from: Moment, to: Moment) -> i64 {
    (to.seconds() - from.seconds()).max(0) / 86_400
}

/// How old the current epoch of keys may be, in days.
pub const KEY_DAYS: i64 = 365;
const BACKUP_DAYS: i64 = 2;
const DRILL_DAYS: i64 = 90;
/// How far the ledger's last entry may be ahead of the clock: nodes differ a little.
const CLOCK_SECONDS: i64 = 60;
/// This program is not older than that: 2026-01-01.
const EARLIEST: Moment = Moment::from_seconds(1_767_225_600);
