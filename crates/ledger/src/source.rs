//! Where the hashes of a stored tree come from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::{Hash, TILE_WIDTH, TileAddress};

/// Where hashes come from: full tiles, and leaf hashes of entries.
///
/// The calls are synchronous. A store that answers asynchronously asks [`Needs::of`] first, fetches
/// what it names, and hands over [`Fetched`].
pub trait TileSource {
    /// The 256 hashes of a full tile, or `None` if there is no such tile.
    fn tile(&self, address: TileAddress) -> Option<Vec<Hash>>;

    /// The leaf hashes of the entries in `range`, or `None` if one is lacking. At most 256 are asked
    /// for, and never entries that an earlier full tile holds.
    fn leaves(&self, range: Range<u64>) -> Option<Vec<Hash>>;
}

/// What a computation asks a [`TileSource`] for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Full tiles.
    pub tiles: BTreeSet<TileAddress>,
    /// Entries whose leaf hashes are wanted; an empty range if none are.
    pub leaves: Range<u64>,
}

impl Needs {
    /// Runs `computation` on made-up hashes and notes what it asks for.
    ///
    /// ```
    /// use shouxin_ledger::{Needs, prove_inclusion};
    /// let needs = Needs::of(|source| prove_inclusion(3, 600, source));
    /// assert_eq!(needs.tiles.len(), 2);
    /// assert_eq!(needs.leaves, 512..600);
    /// ```
    pub fn of<T>(computation: impl FnOnce(&Recorder) -> T) -> Self {
        let recorder = Recorder(RefCell::default());
        computation(&recorder);
        recorder.0.into_inner()
    }
}

/// The source that [`Needs::of`] hands to a computation: answers every question with made-up hashes.
#[derive(Debug)]
pub struct Recorder(RefCell<Needs>);

impl TileSource for Recorder {
    fn tile(&self, address: TileAddress) -> Option<Vec<Hash>> {
        self.0.borrow_mut().tiles.insert(address);
        Some(vec![Hash::EMPTY_TREE; TILE_WIDTH as usize])
    }

    fn leaves(&self, range: Range<u64>) -> Option<Vec<Hash>> {
        let count = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
        let mut needs = self.0.borrow_mut();
        needs.leaves = if needs.leaves.is_empty() {
            range
        } else {
            needs.leaves.start.min(range.start)..needs.leaves.end.max(range.end)
        };
        Some(vec![Hash::EMPTY_TREE; count])
    }
}

/// Tiles and leaf hashes that were fetched beforehand, as [`Needs`] named them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Full tiles with their 256 hashes.
    pub tiles: BTreeMap<TileAddress, Vec<Hash>>,
    /// The index of the first entry of `leaves`.
    pub first_leaf: u64,
    /// Leaf hashes of consecutive entries.
    pub leaves: Vec<Hash>,
}

impl TileSource for Fetched {
    fn tile(&self, address: TileAddress) -> Option<Vec<Hash>> {
        self.tiles.get(&address).cloned()
    }

    fn leaves(&self, range: Range<u64>) -> Option<Vec<Hash>> {
        let start = usize::try_from(range.start.checked_sub(self.first_leaf)?).ok()?;
        let end = usize::try_from(range.end.checked_sub(self.first_leaf)?).ok()?;
        self.leaves.get(start..end).map(<[Hash]>::to_vec)
    }
}
