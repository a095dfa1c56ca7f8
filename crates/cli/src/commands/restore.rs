//! `shouxin restore`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use shouxin_vault::world::Machine;
use shouxin_vault::{Repository, Restoring, restore};

use super::backup::bytes;
use crate::fault::Fault;
use crate::offline::Offline;
use crate::progress;
use crate::screen::Screen;

/// Put a backup back, into an empty place
///
/// Verifies the manifest's signature, every chunk, the number of rows, and the whole ledger; accepts, on
/// record, that the ledger is older than what was signed since; erases again whoever was erased since the
/// backup. Only then can the place be opened. Nothing is ever written over data that are there. Cut off, it
/// leaves a place that refuses to open; the same command begins anew.
///
/// A backup of SQLite can be put back into PostgreSQL and the other way round. The key folder must be there:
/// it is not part of a backup. A zone that lies apart comes back with the rest, where the setting zones.<zone>
/// says, or into zones/<zone> of the data directory; its key folder must be there as well.
///
/// Example:
///   shouxin restore /srv/backup --data /var/lib/shouxin-new --keys /etc/shouxin/keys
///   shouxin restore /srv/backup --at 12 --postgres postgres://shouxin@db/shouxin --keys /etc/shouxin/keys
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Restore {
    /// The folder of the repository
    repository: PathBuf,
    /// Which backup; the newest if not named
    #[arg(long, value_name = "NUMBER")]
    at: Option<u64>,
    #[command(flatten)]
    offline: Offline,
}

impl Restore {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let place = self.offline.place()?;
        let keys = place.open_keys(screen)?;
        let repository = Repository::at(self.repository);
        let zones = place.zone_targets(repository.zones(&keys, self.at)?, screen)?;
        let target = place.data.target()?;
        let bar = progress::bar(screen, "恢复", "Restoring", 0);
        let heard = bar.clone();
        let order = Restoring {
            repository,
            at: self.at,
            target,
            keys,
            world: Arc::new(Machine),
            witness: Some(place.witness()),
            tombstones: Some(place.tombstones()),
            zones,
        };
        let (vault, restored) = restore(order, move |done, total| {
            heard.set_length(total);
            heard.set_position(done);
        })
        .await?;
        bar.finish_and_clear();
        vault.close().await;
        screen.answer(&restored, || {
            let backup = &restored.backup;
            let (number, at, rows, size) = (backup.number, backup.at, backup.rows, bytes(backup.bytes));
            let seconds = restored.millis.div_ceil(1000);
            let mut zh = format!("已恢复第 {number} 号备份({at}):{rows} 行,{size},{seconds} 秒,核验无误");
            let mut en = format!(
                "backup {number} of {at} is back: {rows} rows, {size}, {seconds} s, all of it verified"
            );
            if let Some(witnessed) = restored.witnessed {
                let size = backup.size;
                zh.push_str(&format!(
                    "\n账本恢复到 {size} 条,此前已签署到 {witnessed} 条:其后的内容已丢失,并已记录在案"
                ));
                en.push_str(&format!(
                    "\nthe ledger is back to {size} entries of {witnessed} that had been signed: what came after is lost, on record"
                ));
            }
            if restored.erased_again > 0 {
                let count = restored.erased_again;
                zh.push_str(&format!("\n备份之后被删除的 {count} 人已再次删除"));
                en.push_str(&format!("\n{count} people who had been erased since were erased again"));
            }
            zh.push_str("\n会话未恢复,人人须重新登录。请核对其后停用的账号、收回的角色和接口密钥。");
            en.push_str(
                "\nSessions are not in a backup: everyone signs in anew. Go through accounts closed, roles taken away \
                 and keys revoked since.",
            );
            screen.pick(&zh, &en).to_owned()
        })
    }
}
