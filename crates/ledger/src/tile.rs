//! Tiles: 256 hashes of one level, the unit in which the tree is stored and served.

use std::fmt;
use std::str::FromStr;

use crate::Hash;

/// How many hashes a full tile holds (tile height 8).
pub const TILE_WIDTH: u64 = 256;

/// Names a full tile: the `index`-th run of 256 hashes at `level`. Level 0 holds leaf hashes; each
/// hash of level *n* + 1 is the root over one full tile of level *n*.
///
/// Source: C2SP tlog-tiles, "Merkle Tree".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileAddress {
    /// The level, 0 for leaf hashes.
    pub level: u8,
    /// Counted from 0 at the left.
    pub index: u64,
}

impl TileAddress {
    /// Whether a tree of `size` entries fills this tile.
    pub fn is_full(self, size: u64) -> bool {
        row_length(self.level.saturating_add(1), size) > self.index
    }

    /// Where a log serves it, for example `tile/0/x001/234`.
    pub const fn path(self) -> TilePath {
        TilePath {
            row: Row::Hashes(self.level),
            index: self.index,
            width: 256,
        }
    }
}

/// A full tile with its 256 hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Which tile this is.
    pub address: TileAddress,
    /// Its hashes, left to right.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// The hashes one after another: 8,192 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        hashes_to_bytes(&self.hashes)
    }
}

/// The bytes of a full or partial tile: its hashes one after another, 32 bytes each.
pub fn hashes_to_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The hashes of a tile's bytes; `None` unless there are 32 bytes for each.
pub fn hashes_from_bytes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty()
        .then(|| hashes.iter().copied().map(Hash::from_bytes).collect())
}

/// The tiles that become full when a tree grows from `old` to `new` entries, lower levels first.
pub fn full_tiles(old: u64, new: u64) -> Vec<TileAddress> {
    (0..7u8)
        .flat_map(|level| {
            let run = row_length(level + 1, old)..row_length(level + 1, new);
            run.map(move |index| TileAddress { level, index })
        })
        .collect()
}

/// How many hashes the row of `level` has in a tree of `size` entries. The last `row_length % 256`
/// of them are the partial tile.
pub fn row_length(level: u8, size: u64) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// What a tile path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// Hashes of this level, 0 to 63.
    Hashes(u8),
    /// Entries, as [`pack`](crate::pack) writes them.
    Entries,
}

/// The path of a full or partial tile, shown and read as C2SP tlog-tiles has it:
/// `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TilePath {
    /// Hashes or entries.
    pub row: Row,
    /// Which tile of the row, counted from 0.
    pub index: u64,
    /// How many hashes or entries it holds: 1 to 256; 256 is a full tile.
    pub width: u16,
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Row::Hashes(level) => write!(f, "tile/{level}")?,
            Row::Entries => f.write_str("tile/entries")?,
        }
        let groups: Vec<u64> = std::iter::successors(Some(self.index), |rest| {
            (*rest >= 1000).then_some(rest / 1000)
        })
        .map(|rest| rest % 1000)
        .collect();
        for (place, group) in groups.iter().enumerate().rev() {
            write!(f, "/{}{group:03}", if place > 0 { "x" } else { "" })?;
        }
        if self.width < 256 {
            write!(f, ".p/{}", self.width)
        } else {
            Ok(())
        }
    }
}

/// The text is no tile path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tile path such as tile/0/x001/234, tile/entries/007.p/9")]
pub struct TilePathError;

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let path = parse(text).ok_or(TilePathError)?;
        // One spelling for each path: no leading zeros, no full tile written as a partial one.
        if path.to_string() == text {
            Ok(path)
        } else {
            Err(TilePathError)
        }
    }
}

fn parse(text: &str) -> Option<TilePath> {
    let (row, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let row = match row {
        "entries" => Row::Entries,
        level => Row::Hashes(level.parse().ok().filter(|level| *level < 64)?),
    };
    let (groups, width) = match rest.split_once(".p/") {
        Some((groups, width)) => (groups, width.parse().ok().filter(|w| (1..256).contains(w))?),
        None => (rest, 256),
    };
    let index = groups.split('/').try_fold(0u64, |index, group| {
        let group: u64 = group
            .trim_start_matches('x')
            .parse()
            .ok()
            .filter(|g| *g < 1000)?;
        index.checked_mul(1000)?.checked_add(group)
    })?;
    Some(TilePath { row, index, width })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_written_as_the_specification_writes_it() {
        let full = TileAddress {
            level: 0,
            index: 1_234_067,
        }
        .path();
        assert_eq!(full.to_string(), "tile/0/x001/x234/067");
        let partial = TilePath {
            row: Row::Entries,
            index: 273,
            width: 112,
        };
        assert_eq!(partial.to_string(), "tile/entries/273.p/112");
        for wrong in [
            "tile/0/1",
            "tile/0/x000/001",
            "tile/0/001.p/256",
            "tile/0/001.p/0",
            "tile/00/001",
            "tile/64/001",
            "tile/0/001/",
            "tile/0/x1000/001",
            "tile/0/001.p/+1",
            "0/001",
            "",
        ] {
            assert_eq!(wrong.parse::<TilePath>(), Err(TilePathError), "{wrong}");
        }
    }

    #[test]
    fn a_tree_of_70000_has_the_tiles_the_specification_names() {
        let tiles = full_tiles(0, 70_000);
        assert_eq!(tiles.iter().filter(|tile| tile.level == 0).count(), 273);
        assert_eq!(tiles.iter().filter(|tile| tile.level == 1).count(), 1);
        assert_eq!(
            [0, 1, 2].map(|level| row_length(level, 70_000) % 256),
            [112, 17, 1]
        );
        assert!(full_tiles(0, 255).is_empty());
        assert_eq!(full_tiles(255, 256), [TileAddress { level: 0, index: 0 }]);
        assert!(
            !TileAddress {
                level: 255,
                index: 0
            }
            .is_full(u64::MAX)
        );
    }

    proptest! {
        #[test]
        fn a_path_survives_its_own_text(level in 0u8..64, index: u64, width in 1u16..=256) {
            for row in [Row::Hashes(level), Row::Entries] {
                let path = TilePath { row, index, width };
                prop_assert_eq!(path.to_string().parse(), Ok(path));
            }
        }

        #[test]
        fn no_text_makes_the_parser_fall(text in "tile/[0-9entrisx/.p]{0,30}|.{0,20}") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }

        #[test]
        fn growing_in_two_steps_fills_the_same_tiles(a in 0u64..200_000, b in 0u64..200_000, c in 0u64..200_000) {
            let mut sizes = [a, b, c];
            sizes.sort_unstable();
            let mut steps = full_tiles(sizes[0], sizes[1]);
            steps.extend(full_tiles(sizes[1], sizes[2]));
            steps.sort_unstable();
            prop_assert_eq!(steps, full_tiles(sizes[0], sizes[2]));
        }
    }
}
