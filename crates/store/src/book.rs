//! The ledger's bookkeeping: which rows a batch of entries adds, and how its state is read back.
//! Pure; both engines run the same statements.

use shouxin_ledger::{
    Frontier, Hash, TILE_WIDTH, hashes_from_bytes, hashes_to_bytes, pack, row_length, unpack,
};

use crate::tx::Step;
use crate::{Query, Row, StoreError, params};

/// The right edge of the ledger, from which it can be appended to without reading anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Book {
    frontier: Frontier,
    /// For each level of tiles the hashes of its last, unfinished tile: fewer than 256.
    edge: Vec<Vec<Hash>>,
}

impl Book {
    /// How many entries there are.
    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Appends a batch: the book afterwards, and the statements that make it so. Each must touch
    /// the number of rows it names; if one does not, someone else has appended.
    pub(crate) fn append(&self, entries: &[Vec<u8>]) -> (Self, Vec<Step>) {
        let (mut next, first) = (self.clone(), self.size());
        let mut tiles = Vec::new();
        for entry in entries {
            next.push(Hash::of_leaf(entry), &mut tiles);
        }
        let packed = pack(entries).expect("the length of an entry is checked before it is queued");
        let mut steps = vec![Step {
            sql: "INSERT INTO ledger_batch (first, count, bodies) VALUES ($1, $2, $3)",
            params: params![int(first), int(entries.len() as u64), packed],
            rows: Some(1),
            entry: None,
        }];
        steps.extend(tiles.into_iter().map(|(level, index, hashes)| Step {
            sql: "INSERT INTO ledger_tile (level, idx, hashes) VALUES ($1, $2, $3)",
            params: params![int(level as u64), int(index), hashes_to_bytes(&hashes)],
            rows: Some(1),
            entry: None,
        }));
        steps.push(Step {
            sql: "INSERT INTO ledger_head (id, size, root) VALUES (1, $1, $2)
                  ON CONFLICT (id) DO UPDATE SET size = excluded.size, root = excluded.root
                  WHERE ledger_head.size = $3",
            params: params![
                int(next.size()),
                next.frontier.root().as_bytes(),
                int(first)
            ],
            rows: Some(1),
            entry: None,
        });
        (next, steps)
    }

    /// Appends what another node has already stored.
    pub(crate) fn follow(&mut self, batches: &[Row]) -> Result<(), StoreError> {
        let mut ignored = Vec::new();
        for row in batches {
            let forked = StoreError::LedgerForked { size: self.size() };
            if row.int(0)? != int(self.size()) {
                return Err(forked);
            }
            for entry in unpack(row.bytes(2)?) {
                let entry = entry.map_err(|_| forked.clone())?;
                self.push(Hash::of_leaf(entry), &mut ignored);
            }
        }
        Ok(())
    }

    /// Holds the book to the head that the store has.
    pub(crate) fn agrees(&self, (size, root): (u64, Hash)) -> Result<(), StoreError> {
        if self.size() == size && self.frontier.root() == root {
            Ok(())
        } else {
            Err(StoreError::LedgerForked { size })
        }
    }

    /// Reads the book of a ledger with this head out of the answers to [`edge_queries`].
    ///
    /// # Errors
    /// `LedgerForked` if they do not add up to the head.
    pub(crate) fn open(head: (u64, Hash), answers: &[Vec<Row>]) -> Result<Self, StoreError> {
        let forked = StoreError::LedgerForked { size: head.0 };
        let Some((batches, tiles)) = answers.split_first() else {
            return Err(forked);
        };
        let tail = tail_start(head.0);
        let mut edge = vec![Vec::new()];
        for (i, entry) in entries_of(batches)? {
            if (tail..head.0).contains(&i) {
                edge[0].push(Hash::of_leaf(&entry));
            }
        }
        for rows in tiles {
            let root = |row: &Row| Ok(root_of(&tile_of(row)?));
            edge.push(rows.iter().map(root).collect::<Result<_, StoreError>>()?);
        }
        let whole = |(level, hashes): (usize, &Vec<Hash>)| {
            hashes.len() as u64 == row_length(level as u8, head.0) % TILE_WIDTH
        };
        if !edge.iter().enumerate().all(whole) {
            return Err(forked);
        }
        let peaks = edge.iter().rev().flat_map(|hashes| peaks(hashes)).collect();
        let frontier = Frontier::from_peaks(head.0, peaks).ok_or(forked)?;
        let book = Self { frontier, edge };
        book.agrees(head).map(|()| book)
    }

    /// Adds a leaf; a tile that fills goes to `tiles` and its root one level up.
    fn push(&mut self, leaf: Hash, tiles: &mut Vec<(usize, u64, Vec<Hash>)>) {
        self.frontier.append(leaf);
        let mut hash = leaf;
        for level in 0.. {
            if self.edge.len() == level {
                self.edge.push(Vec::new());
            }
            self.edge[level].push(hash);
            if (self.edge[level].len() as u64) < TILE_WIDTH {
                return;
            }
            let full = std::mem::take(&mut self.edge[level]);
            hash = root_of(&full);
            let index = row_length(level as u8 + 1, self.size()) - 1;
            tiles.push((level, index, full));
        }
    }
}

/// Asks for the head.
pub(crate) fn head_query() -> Query {
    Query {
        sql: "SELECT size, root FROM ledger_head WHERE id = 1",
        params: vec![],
    }
}

/// The head out of the answer to [`head_query`]: size and root.
pub(crate) fn head_of(rows: &[Row]) -> Result<(u64, Hash), StoreError> {
    let Some(row) = rows.first() else {
        return Ok((0, Hash::EMPTY_TREE));
    };
    let size = uint(row.int(0)?);
    Ok((size, row.id(1, hash)?))
}

/// Asks for the right edge of a ledger of `size` entries: the entries that no full tile holds, then
/// for each higher level the full tiles below its unfinished one, whose roots it is made of.
pub(crate) fn edge_queries(size: u64) -> Vec<Query> {
    let mut queries = vec![batches_query(tail_start(size), size, 256)];
    queries.extend((1..8u8).take_while(|level| row_length(*level, size) > 0).map(|level| Query {
        sql: "SELECT hashes FROM ledger_tile WHERE level = $1 AND idx >= $2 AND idx < $3 ORDER BY idx",
        params: params![
            i64::from(level - 1),
            int(tail_start(row_length(level, size))),
            int(row_length(level, size)),
        ],
    }));
    queries
}

/// Asks for at most `limit` batches with entries from `from` on and below `to`.
pub(crate) fn batches_query(from: u64, to: u64, limit: u32) -> Query {
    Query {
        sql: "SELECT first, count, bodies FROM ledger_batch
              WHERE first >= (SELECT COALESCE(MAX(first), 0) FROM ledger_batch WHERE first <= $1)
                AND first < $2
              ORDER BY first LIMIT $3",
        params: params![int(from), int(to), i64::from(limit)],
    }
}

/// The entries in these batches with their indices.
pub(crate) fn entries_of(batches: &[Row]) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    let mut entries = Vec::new();
    for row in batches {
        let (first, count) = (uint(row.int(0)?), uint(row.int(1)?));
        let before = entries.len();
        for (i, entry) in (first..).zip(unpack(row.bytes(2)?)) {
            let entry = entry.map_err(|_| StoreError::LedgerForked { size: first })?;
            entries.push((i, entry.to_vec()));
        }
        if (entries.len() - before) as u64 != count {
            return Err(StoreError::LedgerForked { size: first });
        }
    }
    Ok(entries)
}

/// The 256 hashes of a stored tile, in column 0.
pub(crate) fn tile_of(row: &Row) -> Result<Vec<Hash>, StoreError> {
    hashes_from_bytes(row.bytes(0)?)
        .filter(|hashes| hashes.len() as u64 == TILE_WIDTH)
        .ok_or(StoreError::Column {
            column: 0,
            wanted: "a tile of 256 hashes",
        })
}

/// Hash bytes out of a column.
pub(crate) fn hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok().map(Hash::from_bytes)
}

/// A count or index as a column holds it. A ledger never reaches 2^63 entries.
pub(crate) fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A count or index out of a column; a negative one, which is never written, counts as none.
pub(crate) fn uint(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// Where the unfinished tile of a row of this length starts.
fn tail_start(size: u64) -> u64 {
    size - size % TILE_WIDTH
}

/// The roots of the largest complete subtrees of an unfinished tile, left to right.
fn peaks(hashes: &[Hash]) -> Vec<Hash> {
    let mut frontier = Frontier::new();
    frontier.extend(hashes.iter().copied());
    frontier.peaks().to_vec()
}

/// The root over a full tile.
fn root_of(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    frontier.extend(hashes.iter().copied());
    frontier.root()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    /// The rows of `ledger_batch` and, by level, of `ledger_tile` that appending leaves behind.
    struct Kept {
        book: Book,
        batches: Vec<Row>,
        tiles: Vec<Row>,
    }

    /// Appends `entries` entries, up to 70 at a time.
    fn kept(entries: u64) -> Kept {
        let book = Book::open((0, Hash::EMPTY_TREE), &[vec![]]).unwrap();
        let mut kept = Kept {
            book,
            batches: vec![],
            tiles: vec![],
        };
        while kept.book.size() < entries {
            let numbers = kept.book.size()..entries.min(kept.book.size() + 70);
            let batch: Vec<_> = numbers.map(|n| n.to_be_bytes().to_vec()).collect();
            let (next, steps) = kept.book.append(&batch);
            for step in steps {
                let mut params = step.params;
                if step.sql.contains("ledger_batch") {
                    kept.batches.push(Row(params));
                } else if step.sql.contains("ledger_tile") {
                    assert_eq!(params[0], Value::Int(0));
                    kept.tiles.push(Row(params.split_off(2)));
                }
            }
            kept.book = next;
        }
        kept
    }

    impl Kept {
        fn head(&self) -> (u64, Hash) {
            (self.book.size(), self.book.frontier.root())
        }

        fn reopened(&self) -> Result<Book, StoreError> {
            let answers = [self.batches.clone(), self.tiles.clone()];
            let answers = &answers[..edge_queries(self.book.size()).len()];
            Book::open(self.head(), answers)
        }
    }

    #[test]
    fn a_book_read_back_is_the_book_that_was_kept() {
        for entries in [0, 1, 69, 70, 71, 255, 256, 257, 600] {
            let kept = kept(entries);
            assert!(
                kept.reopened() == Ok(kept.book.clone()),
                "{entries} entries"
            );
        }
    }

    #[test]
    fn a_book_that_does_not_add_up_to_its_head_is_forked() {
        let forked = Err(StoreError::LedgerForked { size: 600 });
        type Damage = fn(&mut Kept);
        let damages: [(&str, Damage); 5] = [
            ("an entry changed", |kept| {
                kept.batches[8].0[2] = Value::Bytes(pack([[7u8; 8]; 40]).unwrap());
            }),
            ("a batch lacking", |kept| drop(kept.batches.pop())),
            ("a tile lacking", |kept| drop(kept.tiles.pop())),
            ("tiles exchanged", |kept| kept.tiles.swap(0, 1)),
            ("another root", |kept| {
                kept.book.frontier.append(Hash::EMPTY_TREE)
            }),
        ];
        for (what, damage) in damages {
            let mut kept = kept(600);
            damage(&mut kept);
            let head = kept.head();
            let opened = kept.reopened();
            assert!(
                matches!(opened, Err(StoreError::LedgerForked { .. })),
                "{what}"
            );
            assert!(head.0 != 600 || opened == forked, "{what}");
        }
    }

    #[test]
    fn a_follower_comes_to_the_same_book_and_sees_a_gap() {
        let kept = kept(300);
        let mut follower = Book::open((0, Hash::EMPTY_TREE), &[vec![]]).unwrap();
        follower.follow(&kept.batches[..2]).unwrap();
        assert_eq!(
            follower.agrees(kept.head()),
            Err(StoreError::LedgerForked { size: 300 })
        );
        let gap = follower.clone().follow(&kept.batches[3..]);
        assert_eq!(gap, Err(StoreError::LedgerForked { size: 140 }));
        follower.follow(&kept.batches[2..]).unwrap();
        assert!(follower == kept.book);
        assert_eq!(follower.agrees(kept.head()), Ok(()));
    }
}
