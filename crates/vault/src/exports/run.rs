//! Carrying an export out.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use shouxin_intake::leaving::SheetWriter;
use shouxin_ledger::Kind;
use shouxin_model::{Caller, ExportId, Text};
use shouxin_policy::SECOND_FACTOR_SECONDS;
use shouxin_store::{CommitError, Tx, params};

use super::decoys::{self, Decoy, Tagger};
use super::plan::When;
use super::rows::{FileRow, Pages};
use super::scope::InScope;
use super::{
    CORRUPT, ExportError, ExportPlan, ExportRequest, ExportStatus, Headings, Leaving, Limit,
};
use crate::active::Active;
use crate::{Act, ApprovalError, Approved, Vault, VaultError};

/// An export whose approval is spent: [`Export::stream`] gives its file, once.
#[must_use]
pub struct Export {
    vault: Vault,
    caller: Caller,
    active: Arc<Active>,
    request: ExportRequest,
    plan: ExportPlan,
    status: ExportStatus,
    entry: u64,
    at_most: u64,
    decoys: Vec<Decoy>,
}

impl Vault {
    /// The proof that somebody else approved this export of the caller.
    ///
    /// # Errors
    /// `NotFound` for somebody else's; `Ran` if it ran already; `Approval` if the approval does not stand.
    pub async fn export_approved(
        &self,
        caller: &Caller,
        id: ExportId,
    ) -> Result<Approved, ExportError> {
        let (status, _) = self.own_export(caller, id).await?;
        if status.state != "asked" {
            return Err(ExportError::Ran(id));
        }
        let approved = self.approved(caller, status.approval, Act::Export, &status.body);
        Ok(approved.await?)
    }

    /// Begins an export: looks whether what would leave now is what was approved, spends the approval, and
    /// keeps the tags of the decoys, all before anything opens.
    ///
    /// # Errors
    /// [`ExportError`]; `Changed` or `TooMany` if it is no longer what was approved: the approval is then
    /// unspent, and of use only if things go back to what they were.
    pub async fn start_export(
        &self,
        caller: &Caller,
        id: ExportId,
        approved: Approved,
    ) -> Result<Export, ExportError> {
        let (mut status, request) = self.own_export(caller, id).await?;
        if status.state != "asked" {
            return Err(ExportError::Ran(id));
        }
        if approved.id() != status.approval {
            return Err(ApprovalError::Digest.into());
        }
        self.refresh().await?;
        let active = self.active();
        let plan = self
            .plan_export(&active, caller, id, &request, When::Run)
            .await?;
        let agreed = Agreed::of(&status.body, &plan)?;
        let now = self.now();
        let decoys = decoys::make(
            self,
            &active,
            id,
            &plan.purpose,
            &plan.fields,
            agreed.decoys,
            plan.rows,
        )
        .await?;
        let mut entry = self.begin(now, Kind::Export, caller, &active);
        entry.purpose = Some(plan.purpose.clone());
        for planned in &plan.fields {
            entry.add_field(planned.form, &planned.rule, planned.field.to_string());
        }
        entry.extra = vec![
            ("export".to_owned(), id.to_string()),
            ("did".to_owned(), "began".to_owned()),
            ("rows".to_owned(), plan.rows.to_string()),
            ("why".to_owned(), self.digest_words(&request.reason)),
        ];
        approved.tell(&mut entry);
        let mut tx = Tx::new();
        tx.guard(
            1,
            "SELECT 1 FROM setting WHERE name = 'declared' AND value = $1",
            params![active.mark()],
        );
        approved.spend(&mut tx);
        tx.run_exactly(
            1,
            "UPDATE export SET state = 'running', updated_at = $1 WHERE id = $2 AND state = 'asked'",
            params![now, id],
        );
        let tagger = Tagger::of(self);
        for decoy in &decoys {
            decoy.keep(&mut tx, id, &plan.fields, &tagger);
        }
        tx.append(self.bytes(&entry)?);
        let committed = match self.store().commit(tx).await {
            Ok(committed) => committed,
            Err(CommitError::Conflict { .. }) => {
                // Taken by another download, or the approval ended in this very moment.
                return Err(match self.export_status(id).await?.state.as_str() {
                    "asked" => VaultError::Busy.into(),
                    _ => ExportError::Ran(id),
                });
            }
            Err(error) => return Err(VaultError::from(error).into()),
        };
        "running".clone_into(&mut status.state);
        let mut caller = caller.clone();
        let fresh = caller.sign_in.second_factor_at;
        caller.sign_in.second_factor_at =
            fresh.filter(|at| *at <= now && at.plus_seconds(SECOND_FACTOR_SECONDS) >= now);
        Ok(Export {
            vault: self.clone(),
            caller,
            active,
            request,
            plan,
            status,
            entry: committed.entries[0],
            at_most: agreed.at_most,
            decoys,
        })
    }
}

impl Export {
    /// The kind of file that comes.
    pub fn format(&self) -> Leaving {
        self.request.format
    }

    /// The export.
    pub fn id(&self) -> ExportId {
        self.status.id
    }

    /// Gives the file piece by piece. Pages of people are recorded one after the other, each before anything
    /// of it opens, and never more than one is in memory. `give` answers `false` if nobody listens any more.
    ///
    /// # Errors
    /// [`ExportError`]. Then, and if nobody listens, the export is broken and its approval spent.
    pub async fn stream<F, Fut>(mut self, give: F) -> Result<ExportStatus, ExportError>
    where
        F: FnMut(Vec<u8>) -> Fut,
        Fut: Future<Output = bool>,
    {
        let result = self.pages(give).await;
        let state = match &result {
            Ok(Some(_)) => "done",
            Err(ExportError::Leak { .. }) => "stopped",
            Ok(None) | Err(_) => "broken",
        };
        let digest = match &result {
            Ok(digest) => *digest,
            Err(_) => None,
        };
        // An export that broke off is recorded as such even where the reason was the ledger: this may
        // fail for the same reason, and the first one is what the caller hears.
        let ended = self.end(state, digest).await;
        result?;
        ended?;
        Ok(self.status)
    }

    /// The digest of the file; `None` if nobody listened to its end.
    async fn pages<F, Fut>(&mut self, mut give: F) -> Result<Option<[u8; 32]>, ExportError>
    where
        F: FnMut(Vec<u8>) -> Fut,
        Fut: Future<Output = bool>,
    {
        let purpose = self
            .active
            .register
            .purpose(&self.plan.purpose)
            .ok_or(CORRUPT)?;
        let id = self.status.id;
        let now = self.vault.now();
        self.vault.note_entry(id, self.entry).await?;
        self.status.entry = Some(self.entry);
        let mark = self.vault.mark(id, &self.caller, now, purpose, self.entry);
        let out = Out::default();
        let mut digest = Sha256::new();
        let unwritable = |_: io::Error| {
            ExportError::Changed(Text::fixed(
                "有的值超出此格式单元格的容量,请改用 CSV 或 NDJSON",
                "a value is longer than a cell of this format holds: use CSV or NDJSON",
            ))
        };
        let mut sheet = SheetWriter::start(out.clone(), self.request.format, self.columns(), &mark)
            .map_err(unwritable)?;
        let in_scope = InScope {
            vault: &self.vault,
            collection: &self.request.collection,
            scope: &self.request.scope,
            zone: self
                .vault
                .zone_apart(&self.active.register, &self.request.collection)?,
        };
        let pages = Pages {
            vault: &self.vault,
            active: &self.active,
            caller: &self.caller,
            purpose,
            request: &self.request,
            fields: &self.plan.fields,
            at_most: self.at_most,
        };
        let mut decoys = std::mem::take(&mut self.decoys).into_iter().peekable();
        let mut last: Option<FileRow> = None;
        let mut written = 0u64;
        let mut after = None;
        loop {
            let people = in_scope.people(after, PAGE).await?;
            let Some(end) = people.last() else { break };
            after = Some(*end);
            for row in pages.take(&mut self.status, &people, &in_scope).await? {
                // Into the file that the permit is for.
                let cells: Vec<&str> = row.iter().map(|cell| cell.expose().as_str()).collect();
                while let Some(decoy) = decoys.next_if(|decoy| decoy.before <= written) {
                    let made = decoy.row(&cells);
                    let made: Vec<&str> = made.iter().map(String::as_str).collect();
                    sheet.row(&made).map_err(unwritable)?;
                }
                sheet.row(&cells).map_err(unwritable)?;
                written += 1;
                last = Some(row);
            }
            sheet.flush().map_err(unwritable)?;
            if !send(&out, &mut digest, &mut give).await {
                return Ok(None);
            }
        }
        if let Some(row) = &last {
            // Rows were fewer than in scope: those who may not leave are gone, the decoys are not.
            let cells: Vec<&str> = row.iter().map(|cell| cell.expose().as_str()).collect();
            for decoy in decoys {
                let made = decoy.row(&cells);
                let made: Vec<&str> = made.iter().map(String::as_str).collect();
                sheet.row(&made).map_err(unwritable)?;
            }
        }
        sheet.finish(&mark).map_err(unwritable)?;
        self.status.rows = written;
        if !send(&out, &mut digest, &mut give).await {
            return Ok(None);
        }
        Ok(Some(digest.finalize().into()))
    }

    fn columns(&self) -> Vec<String> {
        let heading = |name: &shouxin_model::FieldRef| {
            let title = self.active.register.field(name).map(|field| &field.title);
            match (self.request.headings, title) {
                (Headings::Names, _) | (_, None) => name.to_string(),
                (Headings::Zh, Some(title)) => format!("{} ({name})", title.zh),
                (Headings::En, Some(title)) => format!("{} ({name})", title.en),
            }
        };
        self.request.fields.iter().map(heading).collect()
    }

    async fn end(
        &mut self,
        state: &'static str,
        digest: Option<[u8; 32]>,
    ) -> Result<(), ExportError> {
        let now = self.vault.now();
        let status = &mut self.status;
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE export SET state = $1, rows_done = $2, digest = $3, updated_at = $4 WHERE id = $5 AND state = 'running'",
            params![
                state,
                i64::try_from(status.rows).unwrap_or(i64::MAX),
                digest.map(|digest| digest.to_vec()),
                now,
                status.id
            ],
        );
        let hex = digest.map(|digest| data_encoding::HEXLOWER.encode(&digest));
        let texts = [
            ("export", Some(status.id.to_string())),
            ("did", Some(state.to_owned())),
            ("rows", Some(status.rows.to_string())),
            ("people", Some(status.people.to_string())),
            ("left-out", Some(status.left_out.to_string())),
            ("decoys", Some(self.plan.decoys.to_string())),
            ("sha256", hex),
        ];
        let extra: Vec<(&str, &str)> = texts
            .iter()
            .filter_map(|(word, text)| Some((*word, text.as_deref()?)))
            .collect();
        self.vault
            .record(&self.caller, Kind::Export, &extra, tx)
            .await
            .map_err(VaultError::from)?;
        state.clone_into(&mut status.state);
        status.digest = digest;
        status.updated_at = now;
        Ok(())
    }
}

impl Vault {
    /// Keeps under which entry an export began. The entry itself names the export.
    async fn note_entry(&self, id: ExportId, entry: u64) -> Result<(), VaultError> {
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE export SET entry = $1 WHERE id = $2",
            params![i64::try_from(entry).unwrap_or(i64::MAX), id],
        );
        self.store().commit(tx).await?;
        Ok(())
    }
}

/// What was approved, of what may have changed since.
struct Agreed {
    at_most: u64,
    decoys: u64,
}

impl Agreed {
    /// # Errors
    /// `Changed` or `TooMany` if `plan` is not what `body` says.
    fn of(body: &str, plan: &ExportPlan) -> Result<Self, ExportError> {
        let approved: serde_json::Value = serde_json::from_str(body).map_err(|_| CORRUPT)?;
        let now = serde_json::to_value(plan).map_err(|_| CORRUPT)?;
        for (key, zh, en) in [
            (
                "register",
                "登记册已有新版本",
                "the register has another version",
            ),
            (
                "policy",
                "策略已有新版本",
                "the policies have another version",
            ),
            (
                "fields",
                "字段的导出形式已不同,或须先验证第二因素",
                "the fields would leave otherwise, or a second factor must be shown first",
            ),
        ] {
            if approved[key] != now[key] {
                return Err(ExportError::Changed(Text::fixed(zh, en)));
            }
        }
        let number = |key: &str| approved[key].as_u64().ok_or(CORRUPT);
        let (at_most, decoys) = (number("at_most")?, number("decoys")?);
        if plan.rows > at_most {
            return Err(ExportError::TooMany {
                what: "rows",
                found: plan.rows,
                most: at_most,
                limit: Limit::Approval,
            });
        }
        Ok(Self { at_most, decoys })
    }
}

/// People of one page: their records are in memory at once.
const PAGE: usize = 200;

/// Where the writer writes and the stream takes from.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl io::Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Hands on what was written. `false` if nobody listens any more.
async fn send<F, Fut>(out: &Out, digest: &mut Sha256, give: &mut F) -> bool
where
    F: FnMut(Vec<u8>) -> Fut,
    Fut: Future<Output = bool>,
{
    let piece = std::mem::take(&mut *out.0.lock().unwrap_or_else(PoisonError::into_inner));
    if piece.is_empty() {
        return true;
    }
    digest.update(&piece);
    give(piece).await
}
