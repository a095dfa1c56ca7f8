//! A dry run: a file drafted, checked and matched as an import would, and nothing written but the entry that
//! says so.

use std::collections::BTreeMap;
use std::io::Read;

use shouxin_intake::Mapping;
use shouxin_ledger::Kind;
use shouxin_model::text::Language;
use shouxin_model::{Caller, ExportId, ImportId};
use shouxin_store::Tx;
use tokio::sync::mpsc;

use super::feed::{Feed, Page};
use super::rows::{self, End, FileRow};
use super::{ImportError, ImportRow, ImportStatus, SEPARATOR, explained, told_pieces};
use crate::exports::decoys::Door;
use crate::{Vault, VaultError};

/// What an import of this file would do.
#[derive(Debug)]
pub struct Trial {
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows by outcome: created, merged, unchanged, refused. Pages are looked at one by one, each against what
    /// is stored: somebody who stands on two pages and is not known yet counts as created twice.
    pub counts: BTreeMap<String, u64>,
    /// Pieces of personal information that would be sealed apart from the free texts they stand in, by kind.
    pub pieces: BTreeMap<String, u64>,
    /// The first rows that something was found in, at most 500: `refused`, or `kept` with a remark.
    pub found: Vec<ImportRow>,
    /// How many more there are.
    pub more_found: u64,
    /// Whether the file could be read to its end.
    pub whole: bool,
    /// The ledger entry.
    pub entry: u64,
}

/// Rows with findings that a dry run lists.
const MOST_FOUND: usize = 500;

impl ImportRow {
    /// What was found, in plain words: code, field if one is to blame, and text.
    pub fn findings(&self, language: Language) -> Vec<(&'static str, Option<String>, String)> {
        let codes = self.codes.split(SEPARATOR).filter(|code| !code.is_empty());
        let mut fields = self.fields.split(SEPARATOR);
        codes
            .filter_map(|code| {
                let field = fields.next().filter(|field| !field.is_empty());
                let (word, text) = explained(code)?;
                Some((
                    word,
                    field.map(str::to_owned),
                    text.get(language).to_owned(),
                ))
            })
            .collect()
    }
}

impl Vault {
    /// Looks at a file as [`Vault::feed_import`] would, for an import that is open, and writes no record. The
    /// dry run is an entry in the ledger, because it tells who is known; a decoy raises its alarm.
    ///
    /// # Errors
    /// [`ImportError`], as the import itself would give.
    pub async fn try_import(
        &self,
        caller: &Caller,
        id: ImportId,
        file: impl Read + Send + 'static,
        name: Option<String>,
    ) -> Result<Trial, ImportError> {
        self.refresh().await?;
        let register = self.active().register.clone();
        let (mut status, mapping, _) = self.open_import(caller, id).await?;
        // As if nothing had been done yet.
        (status.rows, status.counts, status.pieces) = Default::default();
        let mapping =
            Mapping::parse("mapping.toml", &mapping, &register).map_err(ImportError::Mapping)?;
        let key = self.token_digest("import", id.as_bytes());
        let (send, mut receive) = mpsc::channel(2);
        let drafting = register.clone();
        let decoys = self.decoys().await?;
        let reading = tokio::task::spawn_blocking(move || {
            let name = name.as_deref();
            rows::read(
                file,
                name,
                &mapping,
                &drafting,
                &key,
                decoys.as_ref(),
                &send,
            )
        });
        let feed = Feed {
            vault: self,
            caller,
            register: &register,
        };
        let mut tried = Tried::default();
        while let Some(rows) = receive.recv().await {
            let page = Page {
                rows,
                chain: [0; 32],
            };
            // What it would write is dropped.
            let (_, _, next) = feed.write(&status, &page).await?;
            tried.take(&page.rows);
            status = next;
        }
        let end = reading.await.map_err(|_| VaultError::Corrupt("file"))??;
        let entry = self
            .record_trial(caller, id, &status, &tried.decoys)
            .await?;
        Ok(Trial {
            rows: status.rows,
            counts: status.counts,
            pieces: status.pieces,
            found: tried.found,
            more_found: tried.more,
            whole: end == End::Whole,
            entry,
        })
    }

    async fn record_trial(
        &self,
        caller: &Caller,
        id: ImportId,
        status: &ImportStatus,
        decoys: &BTreeMap<ExportId, u32>,
    ) -> Result<u64, VaultError> {
        let mut tx = Tx::new();
        let by = Door::Import(id);
        self.alarm_of_decoys(&mut tx, &self.active(), caller, self.now(), &by, decoys)?;
        let id = id.to_string();
        let counts: Vec<_> = status
            .counts
            .iter()
            .map(|(word, n)| (word, n.to_string()))
            .collect();
        let mut extra = vec![("import", id.as_str()), ("did", "tried")];
        extra.extend(counts.iter().map(|(word, n)| (word.as_str(), n.as_str())));
        let pieces = told_pieces(&status.pieces);
        extra.extend(pieces.iter().map(|told| ("sealed-apart", told.as_str())));
        Ok(self.record(caller, Kind::Import, &extra, tx).await?)
    }
}

/// What a dry run has met so far.
#[derive(Default)]
struct Tried {
    found: Vec<ImportRow>,
    more: u64,
    decoys: BTreeMap<ExportId, u32>,
}

impl Tried {
    fn take(&mut self, rows: &[FileRow]) {
        for row in rows {
            for export in &row.decoy_of {
                *self.decoys.entry(*export).or_default() += 1;
            }
            if row.codes.is_empty() {
                continue;
            }
            if self.found.len() == MOST_FOUND {
                self.more += 1;
                continue;
            }
            let refused = row.records.is_empty();
            self.found.push(ImportRow {
                row: row.number,
                outcome: if refused { "refused" } else { "kept" }.to_owned(),
                codes: row.codes.clone(),
                fields: row.fields.clone(),
                subject: None,
            });
        }
    }
}
