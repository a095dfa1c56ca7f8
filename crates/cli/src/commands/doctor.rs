//! `shouxin doctor`.

mod machine;

use clap::Args;
use shouxin_model::Text;
use shouxin_vault::Vault;
use shouxin_vault::doctor::{Finding, Level};
use shouxin_wire::health::{self, Examination};

use crate::fault::Fault;
use crate::link::Link;
use crate::offline::Offline;
use crate::place::Place;
use crate::progress;
use crate::screen::{Screen, Table};

/// Look after a deployment: what is not as it should be, and what to do about it
///
/// Without --data, the running server is asked. With --data or --postgres the command looks itself: at the
/// permissions of files, free space, keys, the store, the ledger, the witness, background work, the last
/// backup, the last drill, the clock. Exit code 1 if anything is a fault.
///
/// Example:
///   shouxin doctor
///   shouxin doctor --data /var/lib/shouxin --full
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Doctor {
    /// Read the whole store, examine every entry of the ledger, and open and check all that is stored about
    /// people: whatever was altered past this program is named. With --data or --postgres
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    offline: Offline,
    #[command(flatten)]
    link: Link,
}

impl Doctor {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let examination = if self.offline.is_named() {
            let place = self.offline.place()?;
            let findings = look(&place, self.full, screen).await?;
            Examination {
                well: findings.iter().all(|finding| finding.level < Level::Fault),
                findings: findings.into_iter().map(|f| shown(f, screen)).collect(),
            }
        } else if self.full {
            return Err(Fault::unable(
                "--full 须在本机进行:请加 --data 或 --postgres",
                "--full is done on the machine itself: add --data or --postgres",
            ));
        } else {
            self.link.client(screen)?.examine().await?
        };
        screen.answer(&examination, || table(&examination, screen))?;
        if examination.well {
            return Ok(());
        }
        Err(Fault::no("有需要处理的故障", "there are faults to see to"))
    }
}

async fn look(place: &Place, full: bool, screen: &Screen) -> Result<Vec<Finding>, Fault> {
    let vault = match place.open_vault(screen, None).await {
        Ok(vault) => vault,
        Err(fault) => {
            let named: Vec<String> = place.zones.keys().cloned().collect();
            let mut findings = machine::look(place, &named);
            findings.push(cannot(&fault));
            return Ok(findings);
        }
    };
    let zones: Vec<String> = vault.zones().map(|(name, _)| name.to_owned()).collect();
    let mut findings = machine::look(place, &zones);
    let size = vault.store().ledger_head().await?.size;
    let bar = progress::bar(screen, "核验账本", "Examining the ledger", size);
    let looked = vault
        .look_after(Some(&place.witness()), full, |read, _| {
            bar.set_position(read)
        })
        .await;
    bar.finish_and_clear();
    let through = if full && looked.is_ok() {
        look_through(&vault, screen).await
    } else {
        Ok(Vec::new())
    };
    vault.close().await;
    findings.extend(looked?);
    findings.extend(through?);
    Ok(findings)
}

/// Everything about people, and what gives rights, held against its marks.
async fn look_through(vault: &Vault, screen: &Screen) -> Result<Vec<Finding>, Fault> {
    let bar = progress::bar(screen, "逐一核对数据", "Looking through the data", 0);
    let looked = vault
        .look_through(|done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })
        .await;
    bar.finish_and_clear();
    Ok(looked?)
}

/// Something that does not open at all.
fn cannot(fault: &Fault) -> Finding {
    use shouxin_model::text::Language;
    let found = Text::made(fault.text(Language::Chinese), fault.text(Language::English));
    let todo = Text::fixed(
        "若服务正在运行,请改用不带 --data 的 shouxin doctor 询问它;否则按上面的说明处理",
        "if a server is running, ask it with shouxin doctor without --data; otherwise do as it says",
    );
    Finding::fault("open", found, todo)
}

fn shown(finding: Finding, screen: &Screen) -> health::Finding {
    health::Finding {
        check: finding.check.to_owned(),
        level: finding.level.word().to_owned(),
        text: finding.text.get(screen.language).to_owned(),
        todo: finding
            .todo
            .map(|todo| todo.get(screen.language).to_owned()),
    }
}

fn table(examination: &Examination, screen: &Screen) -> String {
    let mut table = Table::new([
        screen.pick("项目", "check"),
        screen.pick("状况", "level"),
        screen.pick("发现", "found"),
        screen.pick("应做", "to do"),
    ]);
    for finding in &examination.findings {
        let level = match finding.level.as_str() {
            "well" => screen.pick("正常", "well"),
            "heed" => screen.pick("留意", "heed"),
            "fault" => screen.pick("故障", "fault"),
            other => other,
        };
        let todo = finding.todo.as_deref().unwrap_or_default();
        table.row([&finding.check, level, &finding.text, todo]);
    }
    table.render()
}
