//! From a leaked copy back to the export it came from.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use shouxin_intake::Rows;
use shouxin_ledger::Kind;
use shouxin_model::{Caller, ExportId, Moment, Personal};
use shouxin_store::Tx;

use super::decoys::Decoys;
use super::{ExportError, Visible};
use crate::imports::open_table;
use crate::{ImportError, Vault, VaultError};

/// What a file turned out to be.
#[derive(Debug)]
pub struct Traced {
    /// The exports that it comes from, the surest first. None: it is no export of ours, as far as can be told.
    pub found: Vec<Found>,
    /// Rows that were looked at.
    pub rows: u64,
    /// The entry that records the question.
    pub entry: u64,
}

/// An export that a file comes from.
#[derive(Debug)]
pub struct Found {
    /// The export.
    pub export: ExportId,
    /// Who exported.
    pub actor: String,
    /// When it was asked for.
    pub at: Moment,
    /// For what purpose.
    pub purpose: String,
    /// Why, in the exporter's words.
    pub reason: Personal<String>,
    /// The entry under which it began.
    pub began: Option<u64>,
    /// Decoys of it that the file holds.
    pub decoys_found: u32,
    /// Decoys that it had.
    pub decoys: u32,
    /// How sure the decoys make it: a likeness this good comes about by chance once in two to the power of
    /// this. 0 where there are none.
    pub bits: u32,
    /// How its visible mark stands.
    pub visible: Visible,
}

/// Fewer bits than this are chance: one in a million.
const ENOUGH_BITS: f64 = 20.0;

impl Vault {
    /// Tells which exports a file comes from, by its decoys and by its visible mark; those of the caller
    /// are not named. The file is read once and nothing of it is kept. The question is recorded.
    ///
    /// # Errors
    /// `File` if it cannot be read as a table or as text.
    pub async fn trace(
        &self,
        caller: &Caller,
        file: impl Read + Send + 'static,
        name: Option<String>,
    ) -> Result<Traced, ExportError> {
        let decoys = self.decoys().await?.map(Arc::new);
        let looking = decoys.clone();
        let seen = tokio::task::spawn_blocking(move || {
            Seen::of(file, name.as_deref(), looking.as_deref())
        });
        // A reader that panicked has said so itself.
        let seen = seen.await.map_err(|_| VaultError::Corrupt("file"))??;
        let mut visible: BTreeMap<ExportId, Visible> = BTreeMap::new();
        for line in &seen.marks {
            if let Some((id, state)) = self.read_mark(line) {
                let known = visible.entry(id).or_insert(state);
                if state == Visible::Altered {
                    *known = state;
                }
            }
        }
        let mut sure: BTreeMap<ExportId, (u32, u32, u32)> = BTreeMap::new();
        if let Some(decoys) = &decoys {
            for (place, found) in seen.best.iter().fold(
                BTreeMap::<usize, Vec<u32>>::new(),
                |mut by_export, ((export, _), bits)| {
                    by_export.entry(*export).or_default().push(*bits);
                    by_export
                },
            ) {
                let (id, count) = decoys.exports[place];
                let bits = surety(&found, count, seen.rows, decoys.exports.len());
                if bits >= ENOUGH_BITS {
                    let likely = found.iter().filter(|bits| counts(**bits, seen.rows));
                    sure.insert(id, (likely.count() as u32, count, bits as u32));
                }
            }
        }
        let mut found = Vec::new();
        let named: BTreeSet<ExportId> = sure.keys().chain(visible.keys()).copied().collect();
        for id in named {
            let marked = visible.get(&id).copied().unwrap_or(Visible::Absent);
            let (decoys_found, of, bits) = sure.get(&id).copied().unwrap_or_default();
            // Whoever knows an id can write it into a file: an altered mark alone accuses nobody.
            if decoys_found == 0 && marked != Visible::Intact {
                continue;
            }
            let (status, request) = match self.any_export(id).await {
                Ok(known) => known,
                Err(ExportError::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            // Nobody is told of their own: with answers about parts of a file they could find the decoys by
            // trial and take them out.
            if status.actor == caller.actor() {
                continue;
            }
            let of = match (&decoys, of) {
                (Some(decoys), 0) => {
                    let known = decoys.exports.iter().find(|(known, _)| *known == id);
                    known.map_or(0, |(_, count)| *count)
                }
                _ => of,
            };
            found.push(Found {
                export: id,
                actor: status.actor,
                at: status.created_at,
                purpose: status.purpose,
                reason: Personal::new(request.reason),
                began: status.entry,
                decoys_found,
                decoys: of,
                bits,
                visible: marked,
            });
        }
        found.sort_by_key(|found| std::cmp::Reverse((found.bits, found.export)));
        let names: Vec<String> = found
            .iter()
            .take(9)
            .map(|found| found.export.to_string())
            .collect();
        let rows = seen.rows.to_string();
        let mut extra = vec![("did", "traced"), ("rows", rows.as_str())];
        extra.extend(names.iter().map(|name| ("export", name.as_str())));
        let recorded = self.record(caller, Kind::Export, &extra, Tx::new()).await;
        Ok(Traced {
            found,
            rows: seen.rows,
            entry: recorded.map_err(VaultError::from)?,
        })
    }
}

/// What was seen in a file.
pub(super) struct Seen {
    pub(super) rows: u64,
    pub(super) marks: Vec<String>,
    /// The best likeness to each decoy, by export and decoy.
    best: BTreeMap<(usize, u32), u32>,
}

impl Seen {
    pub(super) fn of(
        file: impl Read,
        name: Option<&str>,
        decoys: Option<&Decoys>,
    ) -> Result<Self, ExportError> {
        let rows = match open_table(file, name, None) {
            Ok(rows) => rows,
            Err(ImportError::File(error)) => return Err(ExportError::File(error)),
            Err(_) => return Err(ExportError::File(shouxin_intake::OpenError::Unreadable)),
        };
        let mut seen = Self {
            rows: 0,
            marks: Vec::new(),
            best: BTreeMap::new(),
        };
        seen.read(rows, decoys);
        Ok(seen)
    }

    fn read<R: Read>(&mut self, mut rows: Rows<R>, decoys: Option<&Decoys>) {
        // Where the headings were cut off, the first row was taken for them.
        let headings = rows.columns().to_vec();
        self.look(headings.iter().map(String::as_str), decoys);
        for row in rows.by_ref() {
            self.rows += 1;
            let Ok(row) = row else { continue };
            // Into keyed tags, which are compared and dropped.
            self.look(row.cells.iter().map(|cell| cell.expose()), decoys);
        }
        self.marks = rows.marks().to_vec();
    }

    fn look<'t>(&mut self, cells: impl Iterator<Item = &'t str>, decoys: Option<&Decoys>) {
        let Some(decoys) = decoys else { return };
        for likeness in decoys.look(cells) {
            let best = self
                .best
                .entry((likeness.export, likeness.decoy))
                .or_default();
            *best = likeness.bits.max(*best);
        }
    }
}

/// Whether a likeness of so many bits is more than what so many rows give by chance.
fn counts(bits: u32, rows: u64) -> bool {
    gain(bits, rows) > 0.0
}

/// The bits of a likeness that are left once all rows had their chance.
fn gain(bits: u32, rows: u64) -> f64 {
    f64::from(bits) - (rows.max(1) as f64).log2()
}

/// How sure these likenesses make an export that had `decoys`, one among `exports`: the chance is at most
/// that of each, times the ways to choose them, times the exports that could have been found instead.
fn surety(found: &[u32], decoys: u32, rows: u64, exports: usize) -> f64 {
    let choices = f64::from(decoys.max(1)).log2();
    let gains = found
        .iter()
        .map(|bits| gain(*bits, rows) - choices)
        .filter(|gain| *gain > 0.0);
    gains.sum::<f64>() - (exports.max(1) as f64).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_likenesses_in_a_large_file_are_chance() {
        assert!(surety(&[4, 4, 4, 4, 4], 5, 1_000, 20) < ENOUGH_BITS);
        assert!(surety(&[60], 5, 1_000_000, 1_000) >= ENOUGH_BITS);
        // Masked numbers need two of five rows.
        assert!(surety(&[25], 5, 1_000, 20) < ENOUGH_BITS);
        assert!(surety(&[25, 25, 25], 5, 1_000, 20) >= ENOUGH_BITS);
    }
}
