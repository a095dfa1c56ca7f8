//! Examining a ledger as a store keeps it: packed batches, tiles, checkpoints.

use crate::{
    Auditor, Finding, Frontier, Hash, Problem, Report, SignedCheckpoint, TILE_WIDTH, TileAddress,
    TileSource, Trust, VerifierKey, full_tiles, unpack,
};

/// The entries of one commit, as [`pack`](crate::pack) writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The index of the first entry.
    pub first: u64,
    /// How many entries there are.
    pub count: u64,
    /// The packed entries.
    pub bodies: Vec<u8>,
}

/// Examines what a store holds: the entries of `batches` against the leaf hashes of full tiles, the
/// tree against every checkpoint, higher tiles against lower ones. `batches` and `checkpoints` come in
/// the order of their index and size; `tiles` answers [`leaves`](TileSource::leaves) from the entries.
///
/// An altered entry is named exactly if a full tile holds its leaf hash. Among the entries after the
/// last full tile, where the store holds no hashes beside them, the run between two checkpoints is
/// named.
pub fn verify_stored<'a>(
    trust: Trust,
    named: Vec<VerifierKey>,
    batches: impl IntoIterator<Item = Batch>,
    checkpoints: impl IntoIterator<Item = &'a str>,
    tiles: &impl TileSource,
    kept: &[SignedCheckpoint],
) -> Report {
    let mut auditor = Auditor::begin(trust, None, named, kept);
    let sized = checkpoints.into_iter().map(|text| (size_of(text), text));
    let mut checkpoints = sized.peekable();
    let mut leaves = Leaves { tiles, held: None };
    for batch in batches {
        let mut number = batch.first;
        let mut bodies = unpack(&batch.bodies);
        for _ in 0..batch.count {
            while let Some((_, text)) = checkpoints.next_if(|(size, _)| *size <= number) {
                examine(&mut auditor, text, tiles);
            }
            match bodies.next() {
                Some(Ok(body)) => {
                    let leaf = leaves.at(number).unwrap_or_else(|| Hash::of_leaf(body));
                    auditor.entry(number, leaf, body, None);
                }
                Some(Err(_)) | None => {
                    auditor.damaged(None);
                    break;
                }
            }
            number = number.saturating_add(1);
        }
        if bodies.next().is_some() {
            auditor.damaged(None);
        }
    }
    for (_, text) in checkpoints {
        examine(&mut auditor, text, tiles);
    }
    let mut report = auditor.finish(true);
    for address in full_tiles(0, report.signed.map_or(0, |(size, _)| size)) {
        if !is_tile_right(address, tiles) {
            report.add(Finding::new(Problem::Tile(address)));
        }
    }
    report
}

fn examine(auditor: &mut Auditor, text: &str, tiles: &impl TileSource) {
    if auditor.checkpoint(text, None) && auditor.is_lost() {
        // The edge is checked against the signed root: wrong tiles only leave the examination lost.
        if let Some(edge) = Frontier::from_tiles(size_of(text), tiles)
            .ok()
            .filter(|edge| auditor.is_edge(edge))
        {
            auditor.edge(edge.peaks(), None);
        }
    }
}

/// The size that a checkpoint claims; one that cannot be read comes at once.
fn size_of(text: &str) -> u64 {
    SignedCheckpoint::parse(text).map_or(0, |signed| signed.checkpoint.size)
}

/// Whether a tile is whole and, above level 0, holds the roots of the tiles below it.
fn is_tile_right(address: TileAddress, tiles: &impl TileSource) -> bool {
    let is_full = |hashes: &Vec<Hash>| hashes.len() as u64 == TILE_WIDTH;
    let Some(hashes) = tiles.tile(address).filter(is_full) else {
        return false;
    };
    let Some(level) = address.level.checked_sub(1) else {
        return true;
    };
    (address.index * TILE_WIDTH..)
        .zip(&hashes)
        .all(|(index, hash)| {
            let below = tiles.tile(TileAddress { level, index });
            below.is_none_or(|below| Frontier::new().extended(&below).root() == *hash)
        })
}

/// The leaf hashes of level-0 tiles, one tile held at a time.
struct Leaves<'a, S> {
    tiles: &'a S,
    held: Option<(u64, Option<Vec<Hash>>)>,
}

impl<S: TileSource> Leaves<'_, S> {
    fn at(&mut self, number: u64) -> Option<Hash> {
        let index = number / TILE_WIDTH;
        if self.held.as_ref().is_none_or(|(held, _)| *held != index) {
            self.held = Some((index, self.tiles.tile(TileAddress { level: 0, index })));
        }
        let (_, tile) = self.held.as_ref()?;
        tile.as_ref()?.get((number % TILE_WIDTH) as usize).copied()
    }
}
