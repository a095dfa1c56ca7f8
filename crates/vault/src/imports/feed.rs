//! Feeding a file to an import.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use data_encoding::BASE64;
use shouxin_intake::{Code, Mapping, RowResult};
use shouxin_ledger::Kind;
use shouxin_model::{Caller, ExportId, FieldRef, ImportId, Register};
use shouxin_store::{CommitError, Tx, params};
use tokio::sync::mpsc;

use super::rows::{self, End, FileRow};
use super::{ImportError, ImportStatus, import_status, mapping_context, told_pieces};
use crate::batch::{Batch, PersonRow, Unfit};
use crate::exports::decoys::Door;
use crate::vault::ATTEMPTS;
use crate::zones::{self, Turns, Writes};
use crate::{Vault, VaultError};

impl Vault {
    /// Feeds a file to an import, from its first row on: rows whose outcome is durable are passed
    /// over, so that an import that was killed goes on where it stopped. `progress` hears of each
    /// batch that became durable.
    ///
    /// # Errors
    /// [`ImportError`]; outcomes that are durable stay.
    pub async fn feed_import(
        &self,
        caller: &Caller,
        id: ImportId,
        file: impl Read + Send + 'static,
        name: Option<String>,
        mut progress: impl FnMut(&ImportStatus) + Send,
    ) -> Result<ImportStatus, ImportError> {
        // The rows are drafted under one register; it is the one in force as of now.
        self.refresh().await?;
        let register = self.active().register.clone();
        let (mut status, mapping, digest) = self.open_import(caller, id).await?;
        let mapping =
            Mapping::parse("mapping.toml", &mapping, &register).map_err(ImportError::Mapping)?;
        let key = self.token_digest("import", id.as_bytes());
        let (send, mut receive) = mpsc::channel(2);
        let drafting = register.clone();
        // Somebody may feed back what was exported.
        let decoys = self.decoys().await?;
        // Decoding and drafting need no store: they run beside the commits.
        let reading = tokio::task::spawn_blocking(move || {
            rows::read(
                file,
                name.as_deref(),
                &mapping,
                &drafting,
                &key,
                decoys.as_ref(),
                &send,
            )
        });
        let mut seen = 0u64;
        let mut chain = [0u8; 32];
        let feed = Feed {
            vault: self,
            caller,
            register: &register,
        };
        let mut ahead: Option<Built> = None;
        while let Some(mut page) = receive.recv().await {
            for row in &page {
                chain = self.token_digest("import-chain", &[chain, row.digest].concat());
                seen += 1;
                if seen == status.rows && chain.as_slice() != digest.as_slice() {
                    return Err(ImportError::OtherFile(status.rows));
                }
            }
            let passed = status.rows.saturating_sub(seen - page.len() as u64);
            page.drain(
                ..usize::try_from(passed)
                    .unwrap_or(usize::MAX)
                    .min(page.len()),
            );
            if page.is_empty() {
                continue;
            }
            let page = Page { rows: page, chain };
            ahead = Some(match ahead {
                Some(before) => {
                    let built = feed.step(&mut status, before, page).await?;
                    progress(&status);
                    built
                }
                None => feed.build(&status, page).await?,
            });
        }
        // Also where the file broke off behind it.
        if let Some(last) = ahead {
            feed.commit(&mut status, last).await?;
            progress(&status);
        }
        // A reader that panicked has said so itself.
        let end = reading.await.map_err(|_| VaultError::Corrupt("file"))??;
        if seen < status.rows {
            return Err(ImportError::OtherFile(status.rows));
        }
        self.end_import(caller, &mut status, end).await?;
        Ok(status)
    }

    pub(super) async fn open_import(
        &self,
        caller: &Caller,
        id: ImportId,
    ) -> Result<(ImportStatus, String, Vec<u8>), ImportError> {
        let rows = self
            .store()
            .query(
                "SELECT id, state, rows_done, counts, created_at, updated_at, pieces, mapping, digest, actor FROM import WHERE id = $1",
                params![id],
            )
            .await
            .map_err(VaultError::from)?;
        let row = rows.first().ok_or(ImportError::NotFound(id))?;
        let status = import_status(row)?;
        let sealed = BASE64.decode(row.text(7).map_err(VaultError::from)?.as_bytes());
        let sealed = sealed.map_err(|_| VaultError::Corrupt("import"))?;
        let mapping = self.open_secret(&mapping_context(id), &sealed)?;
        let mapping =
            String::from_utf8(mapping.to_vec()).map_err(|_| VaultError::Corrupt("import"))?;
        let (digest, actor) = (
            row.bytes(8).map_err(VaultError::from)?.to_vec(),
            row.text(9).map_err(VaultError::from)?,
        );
        // Somebody else's import looks like none.
        if actor != caller.actor() {
            return Err(ImportError::NotFound(id));
        }
        if status.state != "open" {
            return Err(ImportError::Done(id));
        }
        Ok((status, mapping, digest))
    }

    async fn end_import(
        &self,
        caller: &Caller,
        status: &mut ImportStatus,
        end: End,
    ) -> Result<(), ImportError> {
        let state = match end {
            End::Whole => "done",
            End::Broken => "refused",
        };
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE import SET state = $1, updated_at = $2 WHERE id = $3 AND rows_done = $4 AND state = 'open'",
            params![state, self.now(), status.id, i64::try_from(status.rows).unwrap_or(i64::MAX)],
        );
        let id = status.id.to_string();
        let counts: Vec<(String, String)> = status
            .counts
            .iter()
            .map(|(word, count)| (word.clone(), count.to_string()))
            .collect();
        let mut extra = vec![("import", id.as_str()), ("did", state)];
        extra.extend(
            counts
                .iter()
                .map(|(word, count)| (word.as_str(), count.as_str())),
        );
        let pieces = told_pieces(&status.pieces);
        extra.extend(pieces.iter().map(|told| ("sealed-apart", told.as_str())));
        match self.record(caller, Kind::Import, &extra, tx).await {
            Ok(_) => {
                state.clone_into(&mut status.state);
                Ok(())
            }
            Err(CommitError::Conflict { .. }) => Err(ImportError::Contended(status.id)),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }
}

/// A page of a file, and the digest of everything up to its end.
pub(super) struct Page {
    pub(super) rows: Vec<FileRow>,
    pub(super) chain: [u8; 32],
}

/// A page with the writes that it becomes, and how the import stands once they are durable.
struct Built<'v> {
    page: Page,
    turns: Turns<'v>,
    writes: Writes,
    next: ImportStatus,
}

/// The pages of one file on their way into the store.
pub(super) struct Feed<'a> {
    pub(super) vault: &'a Vault,
    pub(super) caller: &'a Caller,
    /// What the rows were drafted under.
    pub(super) register: &'a Arc<Register>,
}

impl<'a> Feed<'a> {
    /// Commits a page and builds the next one meanwhile, as if the first were durable: each commit is
    /// held to the one before it, to the keys that it takes as new, and to the people as they were read.
    /// So a next page that the first one's rows matter to conflicts, and is built again.
    async fn step(
        &self,
        status: &mut ImportStatus,
        before: Built<'a>,
        page: Page,
    ) -> Result<Built<'a>, ImportError> {
        if !self.zones(&page).is_empty() {
            // Turns in zones are held from building to commit: one page at a time.
            self.commit(status, before).await?;
            return self.build(status, page).await;
        }
        let after = before.next.clone();
        let Built {
            page: first,
            turns,
            writes,
            next,
        } = before;
        let (committed, built) = tokio::join!(turns.commit(writes), self.write(&after, &page));
        match committed {
            Ok(_) => {
                *status = next;
                let (turns, writes, next) = built?;
                Ok(Built {
                    page,
                    turns,
                    writes,
                    next,
                })
            }
            Err(error) => {
                self.again(status, first, error).await?;
                self.build(status, page).await
            }
        }
    }

    /// Commits a page that was built, or builds it again until it can be.
    async fn commit(&self, status: &mut ImportStatus, built: Built<'a>) -> Result<(), ImportError> {
        match built.turns.commit(built.writes).await {
            Ok(_) => {
                *status = built.next;
                Ok(())
            }
            Err(error) => self.again(status, built.page, error).await,
        }
    }

    /// Builds and commits a page whose commit failed with `error`.
    async fn again(
        &self,
        status: &mut ImportStatus,
        mut page: Page,
        mut error: CommitError,
    ) -> Result<(), ImportError> {
        for _ in 0..ATTEMPTS {
            if !matches!(error, CommitError::Conflict { .. }) {
                return Err(VaultError::from(error).into());
            }
            // A customer changed meanwhile, or somebody else feeds this very import.
            if self.vault.import_status(status.id).await?.rows != status.rows {
                return Err(ImportError::Contended(status.id));
            }
            self.vault.refresh().await?;
            let built = self.build(status, page).await?;
            match built.turns.commit(built.writes).await {
                Ok(_) => {
                    *status = built.next;
                    return Ok(());
                }
                Err(again) => (page, error) = (built.page, again),
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn build(&self, status: &ImportStatus, page: Page) -> Result<Built<'a>, ImportError> {
        let (turns, writes, next) = self.write(status, &page).await?;
        Ok(Built {
            page,
            turns,
            writes,
            next,
        })
    }

    /// The zones apart that a page reaches into.
    fn zones(&self, page: &Page) -> BTreeSet<String> {
        let records = page.rows.iter().flat_map(|row| &row.records);
        zones::among(
            self.register,
            records.map(|record| record.collection.as_str()),
        )
    }

    /// The writes of a page with its outcomes, one ledger entry for each row that touched a person; and how
    /// the import stands after them.
    pub(super) async fn write(
        &self,
        status: &ImportStatus,
        page: &Page,
    ) -> Result<(Turns<'a>, Writes, ImportStatus), ImportError> {
        let vault = self.vault;
        let import = status.id.to_string();
        let active = vault.active();
        if active.register != *self.register {
            // What a draft checked and left out may be otherwise now: run it again, to go on from here.
            return Err(VaultError::Busy.into());
        }
        let now = vault.now();
        let batch = Batch {
            vault,
            active: &active,
            caller: self.caller,
            now,
            kind: Kind::Import,
            source: &import,
        };
        let rows: Vec<PersonRow<'_>> = page
            .rows
            .iter()
            .filter(|row| !row.records.is_empty())
            .map(|row| PersonRow {
                subject: None,
                records: &row.records,
                parting: &row.parting,
            })
            .collect();
        let turns = vault.turns(&batch.zones(&rows)).await?;
        let (mut writes, written) = match batch.build(&rows).await {
            Ok(built) => built,
            Err(Unfit::NoSubject) => return Err(VaultError::Corrupt("import").into()),
            Err(Unfit::Vault(error)) => return Err(error.into()),
        };
        let mut written = written.into_iter();
        let mut next = status.clone();
        for row in &page.rows {
            let done = if row.records.is_empty() {
                None
            } else {
                written.next()
            };
            // Somebody known by a zone apart alone is not named in the main database's outcome.
            let named = |_: &_| {
                let mut records = row.records.iter();
                records.any(|record| active.register.apart(&record.collection).is_none())
            };
            let refused = done.as_ref().and_then(|done| done.refused.as_ref());
            let (outcome, subject) = match &done {
                Some(_) if refused.is_some() => (RowResult::Refused.word(), None),
                Some(done) => (done.outcome().word(), Some(done.subject).filter(named)),
                None => (RowResult::Refused.word(), None),
            };
            *next.counts.entry(outcome.to_owned()).or_default() += 1;
            for (kind, count) in done.iter().flat_map(|done| &done.pieces) {
                *next.pieces.entry(kind.word().to_owned()).or_default() += count;
            }
            next.rows += 1;
            writes.main.run_exactly(
                1,
                "INSERT INTO import_row (import, row, outcome, code, field, subject) VALUES ($1, $2, $3, $4, $5, $6)",
                params![
                    status.id,
                    i64::try_from(row.number).unwrap_or(i64::MAX),
                    outcome,
                    refused.map_or(row.codes.as_str(), |_| Code::WrittenOnce.word()),
                    refused.map_or(row.fields.as_str(), FieldRef::as_str),
                    subject.map(|subject| subject.as_bytes().to_vec())
                ],
            );
        }
        let mut met: BTreeMap<ExportId, u32> = BTreeMap::new();
        for export in page.rows.iter().flat_map(|row| &row.decoy_of) {
            *met.entry(*export).or_default() += 1;
        }
        let by = Door::Import(status.id);
        vault.alarm_of_decoys(&mut writes.main, &active, self.caller, now, &by, &met)?;
        let json =
            |counts| serde_json::to_string(counts).map_err(|_| VaultError::Corrupt("import"));
        let (counts, pieces) = (json(&next.counts)?, json(&next.pieces)?);
        writes.main.run_exactly(
            1,
            "UPDATE import SET rows_done = $1, digest = $2, counts = $3, pieces = $4, updated_at = $5 \
             WHERE id = $6 AND rows_done = $7",
            params![
                i64::try_from(next.rows).unwrap_or(i64::MAX),
                page.chain,
                counts,
                pieces,
                now,
                status.id,
                i64::try_from(status.rows).unwrap_or(i64::MAX)
            ],
        );
        next.updated_at = now;
        Ok((turns, writes, next))
    }
}
