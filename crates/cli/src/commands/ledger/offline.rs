//! The ledger of a data directory that no server has open.

use std::io::Write as _;
use std::path::Path;

use shouxin_ledger::{Entry, EntryProof, GrowthProof, Lang, Report, SignedCheckpoint};
use shouxin_model::Moment;
use shouxin_model::text::Language;
use shouxin_vault::{LedgerError, Vault};
use shouxin_wire::ledger::{LedgerFinding, Verification};

use super::{LedgerVerb, Prove, Show, shown};
use crate::fault::Fault;
use crate::place::Place;
use crate::progress;
use crate::screen::{Screen, Table};

pub(super) async fn run(verb: LedgerVerb, place: &Place, screen: &Screen) -> Result<(), Fault> {
    let vault = place.open_vault(screen, None).await?;
    let result = with(&vault, verb, place, screen).await;
    vault.close().await;
    result
}

async fn with(
    vault: &Vault,
    verb: LedgerVerb,
    place: &Place,
    screen: &Screen,
) -> Result<(), Fault> {
    match verb {
        LedgerVerb::Head => match vault.signed_head().await? {
            Some(head) => screen.print(&head.note.to_string()),
            None => Err(Fault::no(
                "账本还没有检查点",
                "the ledger has no signed head yet",
            )),
        },
        LedgerVerb::Keys => screen.print(&keys(vault).join("\n")),
        LedgerVerb::Show(show) => entries(vault, &show, screen).await,
        LedgerVerb::Prove(prove) => {
            let text = proof(vault, &prove).await?;
            shown::file_or_screen(&text, prove.out.as_deref(), screen)
        }
        LedgerVerb::Verify => examine(vault, place, screen).await,
        LedgerVerb::Export { out, keys_out } => {
            write(vault, place, &out).await?;
            shown::exported(&out, keys_out.as_deref(), &keys(vault), screen)
        }
        LedgerVerb::AcceptOlder => {
            let entry = vault.accept_older(&place.witness()).await?;
            let again = vault.keep_tombstones(place.tombstones()).await?;
            if again > 0 {
                screen.aside(
                    format!("其后已被删除的 {again} 人随旧数据回来,已再次删除。"),
                    format!("{again} people who had been erased since came back with it and were erased again."),
                );
            }
            screen.say(
                format!("已接受较早的数据目录,记入账本第 {entry} 条。"),
                format!("The older data directory is accepted, on record as ledger entry {entry}."),
            )
        }
    }
}

fn keys(vault: &Vault) -> Vec<String> {
    vault
        .ledger_keys()
        .iter()
        .map(ToString::to_string)
        .collect()
}

async fn entries(vault: &Vault, show: &Show, screen: &Screen) -> Result<(), Fault> {
    if show.subject.is_some() {
        return Err(Fault::unable(
            "按主体查找须经服务器,以便留下记录",
            "looking for a person's entries goes through the server, which records it",
        ));
    }
    if let Some(index) = show.index {
        // As it is hashed: what an auditor sees is what there is.
        let (_, bytes) = vault.entry(index).await.map_err(unreadable)?;
        let entry: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| {
            Fault::because(
                "账本条目无法识别",
                "the ledger entry cannot be read",
                &error,
            )
        })?;
        return screen.print(&shown::json(&entry)?);
    }
    let mut table = Table::new(shown::headings(screen));
    let mut end = vault.store().ledger_head().await?.size;
    let mut left = show.limit;
    while end > 0 && left > 0 {
        let first = end.saturating_sub(PAGE);
        let page = vault
            .store()
            .ledger_entries(first, usize::try_from(end - first).unwrap_or(0))
            .await?;
        for (index, bytes) in page.into_iter().rev() {
            let entry = Entry::decode(&bytes).map_err(|error| {
                Fault::because("账本条目无法识别", "a ledger entry cannot be read", &error)
            })?;
            let matches = show
                .kind
                .as_ref()
                .is_none_or(|kind| entry.kind.word() == kind)
                && show
                    .actor
                    .as_ref()
                    .is_none_or(|actor| entry.actor == *actor);
            if matches && left > 0 {
                left -= 1;
                row(&mut table, index, &entry, screen);
            }
        }
        end = first;
    }
    screen.print(&table.render())
}

fn row(table: &mut Table, index: u64, entry: &Entry, screen: &Screen) {
    let fields: Vec<String> = entry
        .fields
        .iter()
        .map(|(treatment, fields)| {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            format!("{} {}", treatment.form, fields.join(","))
        })
        .collect();
    let kind = screen.pick(entry.kind.chinese(), entry.kind.word());
    let (at, purpose) = (
        Moment::from_micros(entry.at).to_string(),
        entry.purpose.as_deref().unwrap_or_default(),
    );
    table.row([
        &index.to_string(),
        &at,
        kind,
        &entry.actor,
        purpose,
        &fields.join("; "),
    ]);
}

fn unreadable(error: LedgerError) -> Fault {
    Fault::because("账本无法读取", "the ledger cannot be read", &error)
}

async fn proof(vault: &Vault, prove: &Prove) -> Result<String, Fault> {
    if let Some(index) = prove.index {
        let (entry, _) = vault.entry(index).await.map_err(unreadable)?;
        let (_, path, note) = vault.prove(index).await.map_err(unreadable)?;
        return shown::json(&EntryProof::new(entry, path, note));
    }
    let store = vault.store();
    let signed = |size: u64| async move {
        let next = store.checkpoints(size, 1).await?.into_iter().next();
        next.filter(|checkpoint| checkpoint.size == size)
            .ok_or_else(|| {
                Fault::no(
                    format!("大小 {size} 处没有检查点"),
                    format!("no head was signed at size {size}"),
                )
            })
    };
    let older = signed(prove.from.unwrap_or(1)).await?;
    let newer = match prove.to {
        Some(size) => signed(size).await?,
        None => store
            .latest_checkpoint()
            .await?
            .ok_or_else(|| Fault::no("账本还没有检查点", "the ledger has no signed head yet"))?,
    };
    let path = store.consistency_proof(older.size, newer.size).await?;
    shown::json(&GrowthProof::new(older.note, newer.note, path))
}

async fn examine(vault: &Vault, place: &Place, screen: &Screen) -> Result<(), Fault> {
    settle(vault, place).await?;
    let kept = std::fs::read_to_string(&place.witness).ok();
    let kept = kept.and_then(|note| SignedCheckpoint::parse(&note).ok());
    let size = vault.store().ledger_head().await?.size;
    let bar = progress::bar(screen, "核验账本", "Verifying the ledger", size);
    let report = vault
        .verify_ledger(kept.as_slice(), |read, _| bar.set_position(read))
        .await?;
    bar.finish_and_clear();
    let found = verification(&report, screen.language);
    screen.answer(&found, || shown::verification(&found, screen))?;
    shown::outcome(found.right)
}

fn verification(report: &Report, language: Language) -> Verification {
    let lang = match language {
        Language::Chinese => Lang::Zh,
        Language::English => Lang::En,
    };
    let finding = |finding: &shouxin_ledger::Finding| LedgerFinding {
        problem: finding.problem.word().to_owned(),
        text: finding.text(lang),
        first: finding.entries.as_ref().map(|range| *range.start()),
        last: finding.entries.as_ref().map(|range| *range.end()),
    };
    Verification {
        right: report.is_right(),
        entries: report.entries,
        proven: report.signed.map_or(0, |(size, _)| size),
        root: report.signed.map(|(_, root)| root.to_string()),
        checkpoints: report.checkpoints,
        kinds: report
            .kinds
            .iter()
            .map(|(kind, count)| (kind.word().to_owned(), *count))
            .collect(),
        findings: report.findings.iter().map(finding).collect(),
        more_findings: report.more,
        // Nobody writes to a ledger that is only looked at.
        entry: report.entries,
    }
}

async fn write(vault: &Vault, place: &Place, out: &Path) -> Result<(), Fault> {
    settle(vault, place).await?;
    let failed = |error: std::io::Error| Fault::file(out, &error);
    let mut file = std::io::BufWriter::new(std::fs::File::create(out).map_err(failed)?);
    let mut broken = None;
    vault
        .export_ledger(|piece| {
            let written = file.write_all(&piece);
            let goes_on = written.is_ok();
            broken = written.err();
            std::future::ready(goes_on)
        })
        .await?;
    if let Some(error) = broken {
        return Err(failed(error));
    }
    file.into_inner()
        .map_err(|error| failed(error.into_error()))?
        .sync_all()
        .map_err(failed)
}

/// Faces the witness, and signs what was written last.
async fn settle(vault: &Vault, place: &Place) -> Result<(), Fault> {
    vault.face(&place.witness()).await?;
    vault.sign_checkpoint(Some(&place.witness())).await?;
    Ok(())
}

/// Entries looked at in one go.
const PAGE: u64 = 500;
