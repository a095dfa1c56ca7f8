//! The stored tree: growing it, and proving from it.

use std::collections::BTreeMap;

use crate::{
    ConsistencyProof, Frontier, Hash, InclusionProof, TILE_WIDTH, Tile, TileAddress, TileSource,
    full_tiles, row_length,
};

/// Proves that the entry at `index` is in the tree of `size` entries.
///
/// # Errors
/// [`TreeError::Position`] if `index` is not below `size`; otherwise what `source` lacks.
///
/// Source: RFC 6962, section 2.1.1.
pub fn prove_inclusion(
    index: u64,
    size: u64,
    source: &impl TileSource,
) -> Result<InclusionProof, TreeError> {
    if index >= size {
        return Err(TreeError::Position);
    }
    let tree = Tree { size, source };
    let (mut low, mut high, mut path) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            path.push(tree.range(middle, high)?);
            high = middle;
        } else {
            path.push(tree.range(low, middle)?);
            low = middle;
        }
    }
    path.reverse();
    Ok(InclusionProof { index, path })
}

/// Proves that the tree of `newer` entries begins with the tree of `older` entries.
///
/// # Errors
/// [`TreeError::Position`] unless `older` is from 1 to `newer`; otherwise what `source` lacks.
///
/// Source: RFC 6962, section 2.1.2.
pub fn prove_consistency(
    older: u64,
    newer: u64,
    source: &impl TileSource,
) -> Result<ConsistencyProof, TreeError> {
    if older == 0 || older > newer {
        return Err(TreeError::Position);
    }
    let tree = Tree {
        size: newer,
        source,
    };
    let (mut low, mut high, mut path) = (0, newer, Vec::new());
    while older < high {
        let middle = low + split(high - low);
        if older <= middle {
            path.push(tree.range(middle, high)?);
            high = middle;
        } else {
            path.push(tree.range(low, middle)?);
            low = middle;
        }
    }
    if low > 0 {
        path.push(tree.range(low, high)?);
    }
    path.reverse();
    Ok(ConsistencyProof { path })
}

/// Makes the tiles that become full when the tree grows from `old` to `new` entries, lower levels
/// first. Tiles of higher levels are made from those of this very growth, so `source` need not hold
/// them yet; it is asked for the leaves of new level-0 tiles, 256 at a time, and for older tiles.
///
/// # Errors
/// What `source` lacks.
pub fn complete_tiles(
    old: u64,
    new: u64,
    source: &impl TileSource,
) -> Result<Vec<Tile>, TreeError> {
    let mut roots = BTreeMap::new();
    let mut tiles = Vec::new();
    for address in full_tiles(old, new) {
        let start = address.index * TILE_WIDTH;
        let hashes = match address.level.checked_sub(1) {
            None => leaves(source, start, start + TILE_WIDTH)?,
            Some(level) => (start..start + TILE_WIDTH)
                .map(|index| TileAddress { level, index })
                .map(|child| match roots.get(&child) {
                    Some(root) => Ok(*root),
                    None => tile(source, child).map(|hashes| fold(&hashes)),
                })
                .collect::<Result<_, _>>()?,
        };
        roots.insert(address, fold(&hashes));
        tiles.push(Tile { address, hashes });
    }
    Ok(tiles)
}

impl Frontier {
    /// The right edge of the stored tree of `size` entries, made from its full tiles and the leaf
    /// hashes after them.
    ///
    /// # Errors
    /// What `source` lacks.
    pub fn from_tiles(size: u64, source: &impl TileSource) -> Result<Self, TreeError> {
        let peaks = Tree { size, source }.subtrees(0, size)?;
        Ok(Self::from_peaks(size, peaks).expect("one subtree for each 1 bit of the size"))
    }
}

/// Why a stored tree gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The index or size lies outside the tree.
    #[error("the tree has no such position")]
    Position,
    /// A full tile is lacking or does not hold 256 hashes.
    #[error("{} is lacking or damaged", .0.path())]
    Tile(TileAddress),
    /// Entries are lacking.
    #[error("the leaf hashes of entries {first} to {last} are lacking")]
    Leaves {
        /// The first entry asked for.
        first: u64,
        /// The last entry asked for.
        last: u64,
    },
}

struct Tree<'a, S> {
    size: u64,
    source: &'a S,
}

impl<S: TileSource> Tree<'_, S> {
    /// The hash over entries `low..high`, where `low` starts a subtree.
    fn range(&self, low: u64, high: u64) -> Result<Hash, TreeError> {
        let peaks = self.subtrees(low, high)?;
        Ok(peaks
            .into_iter()
            .rev()
            .reduce(|right, left| Hash::of_node(&left, &right))
            .unwrap_or(Hash::EMPTY_TREE))
    }

    /// The roots of the complete subtrees that make up `low..high`, largest first.
    fn subtrees(&self, mut low: u64, high: u64) -> Result<Vec<Hash>, TreeError> {
        let mut roots = Vec::new();
        while low < high {
            let level = (high - low).ilog2();
            roots.push(self.subtree(level, low >> level)?);
            low += 1 << level;
        }
        Ok(roots)
    }

    /// The root of the `index`-th complete subtree of 2^`level` entries.
    fn subtree(&self, level: u32, index: u64) -> Result<Hash, TreeError> {
        let row = (level / 8) as u8;
        let width = 1u64 << (level % 8);
        let first = index * width;
        let holder = TileAddress {
            level: row,
            index: first / TILE_WIDTH,
        };
        let hashes = if holder.is_full(self.size) {
            let start = (first % TILE_WIDTH) as usize;
            tile(self.source, holder)?[start..start + width as usize].to_vec()
        } else if row == 0 {
            leaves(self.source, first, first + width)?
        } else {
            // The tile is partial, so it is not stored; but each of its hashes is the root of a full
            // tile one level below.
            debug_assert!(first + width <= row_length(row, self.size));
            (first..first + width)
                .map(|index| {
                    tile(
                        self.source,
                        TileAddress {
                            level: row - 1,
                            index,
                        },
                    )
                })
                .map(|hashes| hashes.map(|hashes| fold(&hashes)))
                .collect::<Result<_, _>>()?
        };
        Ok(fold(&hashes))
    }
}

fn tile(source: &impl TileSource, address: TileAddress) -> Result<Vec<Hash>, TreeError> {
    source
        .tile(address)
        .filter(|hashes| hashes.len() as u64 == TILE_WIDTH)
        .ok_or(TreeError::Tile(address))
}

fn leaves(source: &impl TileSource, start: u64, end: u64) -> Result<Vec<Hash>, TreeError> {
    source
        .leaves(start..end)
        .filter(|hashes| hashes.len() as u64 == end - start)
        .ok_or(TreeError::Leaves {
            first: start,
            last: end - 1,
        })
}

/// The root over hashes whose number is a power of two.
fn fold(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[left, right]| Hash::of_node(left, right))
            .collect();
    }
    row[0]
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
