//! `shouxin drill`.

use std::path::PathBuf;

use clap::Args;
use shouxin_model::Caller;
use shouxin_vault::{Repository, Vault};

use super::backup::{bytes, repository, watched};
use crate::fault::Fault;
use crate::link::Link;
use crate::offline::Offline;
use crate::place::Place;
use crate::progress;
use crate::screen::Screen;

/// Try the newest backup: restore it aside, verify it, open records, measure
///
/// Puts the newest backup back into a temporary folder exactly as a restore would, opens records picked at
/// random, says how long a restore takes, and removes the folder. The result stands in the ledger and in
/// what `shouxin doctor` shows. Without --data, the server is asked to do it.
///
/// Example:
///   shouxin drill
///   shouxin drill /srv/backup --data /var/lib/shouxin --scratch /var/tmp
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Drill {
    /// The folder of the repository; needed with --data or --postgres
    repository: Option<PathBuf>,
    /// Where to restore to, in a folder that is removed again; needs room for all data
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// How many records are opened
    #[arg(long, default_value_t = 100, value_name = "COUNT")]
    records: u32,
    #[command(flatten)]
    offline: Offline,
    #[command(flatten)]
    link: Link,
}

impl Drill {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        if !self.offline.is_named() {
            let client = self.link.client(screen)?;
            client.begin_drill().await?;
            watched(&client, screen, "演练恢复", "Trying the backup").await?;
            let drill = client.backups().await?.last_drill;
            return screen.answer(&drill, || {
                drill.as_ref().map_or_else(String::new, |drill| {
                    told(
                        &[
                            drill.backup,
                            drill.rows,
                            drill.millis,
                            drill.rows_per_second,
                        ],
                        drill.bytes_per_second,
                        [drill.records, drill.values],
                        screen,
                    )
                })
            });
        }
        let repository = repository(self.repository)?;
        let scratch = self.scratch.unwrap_or_else(std::env::temp_dir);
        let place = self.offline.place()?;
        let vault = place.open_vault(screen, None).await?;
        let result = hold(&vault, &place, &repository, &scratch, self.records, screen).await;
        vault.close().await;
        result
    }
}

async fn hold(
    vault: &Vault,
    place: &Place,
    repository: &Repository,
    scratch: &std::path::Path,
    records: u32,
    screen: &Screen,
) -> Result<(), Fault> {
    vault.face(&place.witness()).await?;
    let bar = progress::bar(screen, "演练恢复", "Trying the backup", 0);
    let heard = bar.clone();
    let drill = vault
        .drill(
            &Caller::operator(),
            repository,
            scratch,
            records,
            move |done, total| {
                heard.set_length(total);
                heard.set_position(done);
            },
        )
        .await?;
    bar.finish_and_clear();
    vault.sign_checkpoint(Some(&place.witness())).await?;
    screen.answer(&drill, || {
        let backup = &drill.backup;
        told(
            &[
                backup.number,
                backup.rows,
                drill.millis,
                drill.rows_per_second,
            ],
            drill.bytes_per_second,
            [drill.records, drill.values],
            screen,
        )
    })
}

/// What a drill found, in words.
fn told(
    [backup, rows, millis, rate]: &[u64; 4],
    bytes_rate: u64,
    [records, values]: [u64; 2],
    screen: &Screen,
) -> String {
    let (seconds, speed) = (*millis as f64 / 1000.0, bytes(bytes_rate));
    screen
        .pick(
            &format!(
                "演练成功:第 {backup} 号备份恢复 {rows} 行(每秒 {rate} 行、{speed}),含核验共 {seconds:.1} 秒;\
                 抽查 {records} 条记录,打开 {values} 个值"
            ),
            &format!(
                "the drill went well: backup {backup}, {rows} rows back ({rate} rows, {speed} a second), {seconds:.1} s \
                 with all verification; {records} records picked at random, {values} values opened"
            ),
        )
        .to_owned()
}
