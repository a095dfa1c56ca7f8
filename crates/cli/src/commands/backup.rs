//! `shouxin backup`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use shouxin_client::Client;
use shouxin_model::Caller;
use shouxin_vault::{BackupSummary, Keep, Keys, Repository};
use shouxin_wire::backups::BackupWork;

use crate::fault::Fault;
use crate::link::Link;
use crate::offline::Offline;
use crate::progress;
use crate::screen::{Screen, Table};

/// Take a backup, while the deployment runs
///
/// Without --data, the server is asked: it writes to the repository of its settings
/// (server.backups.repository), also by itself once a day. With --data or --postgres the command works on
/// data that no server has open; a PostgreSQL database may be in use meanwhile.
///
/// A backup is one state of everything but the keys: sealed, signed, and, after the first, only what has
/// changed. Zones that lie apart are in it, each sealed under its own keys. The key folder is backed up apart; who has both can read everything.
///
/// Example:
///   shouxin backup
///   shouxin backup /srv/backup --data /var/lib/shouxin
///   shouxin backup /srv/backup --data /var/lib/shouxin --check
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Backup {
    /// The folder of the repository; needed with --data or --postgres
    repository: Option<PathBuf>,
    /// List the backups there are instead of taking one
    #[arg(long)]
    list: bool,
    /// Read every backup there is and say what is damaged, instead of taking one
    #[arg(long, conflicts_with = "list")]
    check: bool,
    /// How many of the newest backups stay; older ones go. Without these, all stay
    #[arg(long, value_name = "COUNT")]
    keep_last: Option<u32>,
    /// Of how many days the newest stays
    #[arg(long, value_name = "COUNT")]
    keep_daily: Option<u32>,
    /// Of how many weeks the newest stays
    #[arg(long, value_name = "COUNT")]
    keep_weekly: Option<u32>,
    #[command(flatten)]
    offline: Offline,
    #[command(flatten)]
    link: Link,
}

impl Backup {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        if !self.offline.is_named() {
            return self.ask(screen).await;
        }
        let repository = repository(self.repository.clone())?;
        let keep = self.keep();
        let place = self.offline.place()?;
        if self.list {
            let keys = place.open_keys(screen)?;
            return listed(&repository.list(&keys)?, screen);
        }
        if self.check {
            let keys = place.open_keys(screen)?;
            let zones = place.keys_of_zones(repository.all_zones(&keys)?, screen)?;
            return check(&repository, &keys, &zones, screen);
        }
        let vault = place.open_vault(screen, None).await?;
        let result = take(&vault, &place, &repository, keep, screen).await;
        vault.close().await;
        result
    }

    /// Which stay, if any are to go.
    fn keep(&self) -> Option<Keep> {
        let named = [self.keep_last, self.keep_daily, self.keep_weekly];
        named.iter().any(Option::is_some).then(|| Keep {
            last: self.keep_last.unwrap_or(1),
            daily: self.keep_daily.unwrap_or(0),
            weekly: self.keep_weekly.unwrap_or(0),
        })
    }

    async fn ask(&self, screen: &Screen) -> Result<(), Fault> {
        if self.repository.is_some() || self.check || self.keep().is_some() {
            return Err(Fault::unable(
                "服务器的备份位置与保留数由其设置决定;要自行指定,请加 --data 或 --postgres",
                "a server's repository and what stays in it are its settings; to name them here, add --data or --postgres",
            ));
        }
        let client = self.link.client(screen)?;
        if self.list {
            let list = client.backups().await?;
            return screen.answer(&list, || {
                let rows = list.backups.iter().map(|b| {
                    (
                        b.number,
                        b.at.to_string(),
                        b.engine.clone(),
                        b.rows,
                        b.bytes,
                    )
                });
                table(rows, screen)
            });
        }
        client.begin_backup().await?;
        let done = watched(&client, screen, "备份", "Backing up").await?;
        screen.answer(&done, || {
            let (rows, written) = (done.done, bytes(done.written_bytes.unwrap_or(0)));
            screen
                .pick(
                    &format!("已备份 {rows} 行,写入 {written}"),
                    &format!("{rows} rows are backed up, {written} were written"),
                )
                .to_owned()
        })
    }
}

/// The repository of this name.
pub(super) fn repository(path: Option<PathBuf>) -> Result<Repository, Fault> {
    path.map(Repository::at)
        .ok_or_else(|| Fault::unable("请给出备份仓库的目录", "name the folder of the repository"))
}

/// Waits for what a server does with backups.
pub(super) async fn watched(
    client: &Client,
    screen: &Screen,
    zh: &str,
    en: &str,
) -> Result<BackupWork, Fault> {
    let bar = progress::bar(screen, zh, en, 0);
    loop {
        let work = client.backups().await?.work;
        let Some(work) = work else {
            return Err(Fault::unable(
                "服务器已重新启动,请重试",
                "the server was started anew meanwhile: try again",
            ));
        };
        bar.set_length(work.total);
        bar.set_position(work.done);
        match work.state.as_str() {
            "running" => tokio::time::sleep(Duration::from_millis(500)).await,
            "done" => {
                bar.finish_and_clear();
                return Ok(work);
            }
            _ => {
                bar.finish_and_clear();
                let why = work.why.unwrap_or_default();
                return Err(Fault::no(
                    format!("失败:{why}"),
                    format!("it failed: {why}"),
                ));
            }
        }
    }
}

async fn take(
    vault: &shouxin_vault::Vault,
    place: &crate::place::Place,
    repository: &Repository,
    keep: Option<Keep>,
    screen: &Screen,
) -> Result<(), Fault> {
    vault.face(&place.witness()).await?;
    let bar = progress::bar(screen, "备份", "Backing up", 0);
    let heard = bar.clone();
    let taken = vault
        .back_up(&Caller::operator(), repository, move |done, total| {
            heard.set_length(total);
            heard.set_position(done);
        })
        .await?;
    bar.finish_and_clear();
    vault.sign_checkpoint(Some(&place.witness())).await?;
    let pruned = match keep {
        Some(keep) => vault.prune(repository, keep).await?,
        None => shouxin_vault::Pruned::default(),
    };
    screen.answer(&taken, || {
        let (number, rows) = (taken.backup.number, taken.backup.rows);
        let (whole, written) = (bytes(taken.backup.bytes), bytes(taken.written_bytes));
        let (gone, freed) = (pruned.backups.len(), bytes(pruned.bytes));
        let (mut zh, mut en) = (
            format!("第 {number} 号备份:{rows} 行,{whole},本次写入 {written}"),
            format!("backup {number}: {rows} rows, {whole}, {written} written"),
        );
        if gone > 0 {
            zh.push_str(&format!("\n清理旧备份 {gone} 份,释放 {freed}"));
            en.push_str(&format!(
                "\n{gone} older backups were removed, {freed} freed"
            ));
        }
        screen.pick(&zh, &en).to_owned()
    })
}

fn listed(backups: &[BackupSummary], screen: &Screen) -> Result<(), Fault> {
    screen.answer(&backups, || {
        let rows = backups.iter().map(|b| {
            (
                b.number,
                b.at.to_string(),
                b.engine.clone(),
                b.rows,
                b.bytes,
            )
        });
        table(rows, screen)
    })
}

fn table(
    backups: impl Iterator<Item = (u64, String, String, u64, u64)>,
    screen: &Screen,
) -> String {
    let mut table = Table::new([
        screen.pick("编号", "number"),
        screen.pick("时间", "when"),
        screen.pick("来源", "from"),
        screen.pick("行数", "rows"),
        screen.pick("大小", "size"),
    ]);
    for (number, at, engine, rows, size) in backups {
        table.row([
            &number.to_string(),
            &at,
            &engine,
            &rows.to_string(),
            &bytes(size),
        ]);
    }
    table.render()
}

fn check(
    repository: &Repository,
    keys: &Keys,
    zones: &BTreeMap<String, Keys>,
    screen: &Screen,
) -> Result<(), Fault> {
    let bar = progress::bar(screen, "核验备份", "Checking backups", 0);
    let findings = repository.check(keys, zones, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    screen.answer(&lines, || match lines.len() {
        0 => screen
            .pick("全部备份完好。", "Every backup is whole.")
            .to_owned(),
        _ => lines.join("\n"),
    })?;
    if lines.is_empty() {
        return Ok(());
    }
    let count = lines.len();
    Err(Fault::no(
        format!("{count} 个文件已损坏:依赖它们的备份不能恢复"),
        format!("damaged files: {count}; backups that need them cannot be restored"),
    ))
}

/// Bytes as people read them.
pub(super) fn bytes(count: u64) -> String {
    indicatif::HumanBytes(count).to_string()
}
