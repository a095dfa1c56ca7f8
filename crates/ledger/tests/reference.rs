//! A second opinion: every root, tile, proof, key and signature compared with the crates `tlog_tiles`
//! and `signed_note`, which share no code with ours.

use std::ops::Range;

use shouxin_ledger::{
    Checkpoint, Fetched, Frontier, Hash, Needs, SignedCheckpoint, Signer, TILE_WIDTH, TileAddress,
    TileSource, TreeError, VerifierKey, complete_tiles, full_tiles, prove_consistency,
    prove_inclusion,
};
use tlog_tiles::{Error, HashReader};

#[test]
fn roots_and_proofs_agree_at_every_small_size() {
    let log = Log::of(40);
    for size in 1..=40 {
        let root = log.root(size);
        assert_eq!(
            root,
            Frontier::new()
                .extended(&log.leaves[..size as usize])
                .root()
        );
        assert_eq!(theirs(root), tlog_tiles::tree_hash(size, &log).unwrap());
        for index in 0..size {
            check_inclusion(&log, index, size, root);
        }
        for older in 1..=size {
            check_consistency(&log, older, size, root);
        }
    }
}

#[test]
fn proofs_agree_across_three_levels_of_tiles() {
    let log = Log::of(70_000);
    for size in [256, 511, 65_535, 65_536, 65_537, 70_000] {
        let root = log.root(size);
        assert_eq!(theirs(root), tlog_tiles::tree_hash(size, &log).unwrap());
        for index in [0, 255, 40_000, 65_535, size - 1] {
            if index < size {
                check_inclusion(&log, index, size, root);
                check_consistency(&log, index + 1, size, root);
            }
        }
    }
}

#[test]
fn tiles_completed_step_by_step_are_those_of_the_whole_tree() {
    let log = Log::of(66_000);
    let mut tiles = Vec::new();
    for (old, new) in [
        (0, 1),
        (1, 700),
        (700, 65_535),
        (65_535, 65_536),
        (65_536, 66_000),
    ] {
        tiles.extend(complete_tiles(old, new, &log).unwrap());
    }
    assert_eq!(tiles.len(), 257 + 1);
    for tile in tiles {
        assert_eq!(
            tile.hashes,
            log.tile(tile.address).unwrap(),
            "{}",
            tile.address.path()
        );
        assert_eq!(tile.to_bytes().len(), 8192);
    }
}

#[test]
fn what_is_lacking_is_named() {
    let address = TileAddress { level: 0, index: 0 };
    let nothing = Fetched::default();
    assert_eq!(
        prove_inclusion(3, 300, &nothing),
        Err(TreeError::Leaves {
            first: 256,
            last: 287
        })
    );
    assert_eq!(
        prove_inclusion(299, 300, &nothing),
        Err(TreeError::Tile(address))
    );
    let mut short = Fetched::default();
    short.tiles.insert(address, vec![Hash::EMPTY_TREE; 255]);
    assert_eq!(
        prove_inclusion(299, 300, &short),
        Err(TreeError::Tile(address))
    );
    for (index, size) in [(0, 0), (5, 5), (u64::MAX, 5)] {
        assert_eq!(
            prove_inclusion(index, size, &nothing),
            Err(TreeError::Position)
        );
    }
    for (older, newer) in [(0, 5), (6, 5)] {
        assert_eq!(
            prove_consistency(older, newer, &nothing),
            Err(TreeError::Position)
        );
    }
}

#[test]
fn keys_and_signatures_agree() {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    let key = VerifierKey::ed25519("log.example/a", secret.verifying_key().as_bytes()).unwrap();
    let reference = signed_note::StandardVerifier::new(&key.to_string()).unwrap();
    assert_eq!(
        signed_note::Verifier::key_id(&reference),
        u32::from_be_bytes(key.id())
    );
    let signer = (key.clone(), move |text: &[u8]| {
        Ok(ed25519_dalek::Signer::sign(&secret, text)
            .to_bytes()
            .to_vec())
    });
    let text = Checkpoint::new("log.example/a", 7, Hash::of_leaf(b"x"), 12)
        .sign(&[&signer as &dyn Signer])
        .unwrap();

    let note = signed_note::Note::from_bytes(text.as_bytes()).unwrap();
    let list = signed_note::VerifierList::new(vec![Box::new(reference)]);
    assert_eq!(note.verify(&list).unwrap().0.len(), 1);
    let head = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!(
        (head.origin(), head.size(), head.extension()),
        ("log.example/a", 7, "at 12\n")
    );
    assert_eq!(*head.hash(), theirs(Hash::of_leaf(b"x")));

    let ours = SignedCheckpoint::parse(&String::from_utf8(note.to_bytes()).unwrap()).unwrap();
    assert_eq!(ours.verify(std::slice::from_ref(&key)).unwrap(), [&key]);
}

fn check_inclusion(log: &Log, index: u64, size: u64, root: Hash) {
    let fetched = log.fetch(&Needs::of(|source| prove_inclusion(index, size, source)));
    let proof = prove_inclusion(index, size, &fetched).unwrap();
    let leaf = log.leaves[index as usize];
    proof.verify(&leaf, size, &root).unwrap();
    let path: Vec<_> = proof.path.iter().copied().map(theirs).collect();
    assert_eq!(
        path,
        tlog_tiles::prove_record(size, index, log).unwrap(),
        "{index} of {size}"
    );
}

fn check_consistency(log: &Log, older: u64, newer: u64, root: Hash) {
    let fetched = log.fetch(&Needs::of(|source| prove_consistency(older, newer, source)));
    let proof = prove_consistency(older, newer, &fetched).unwrap();
    proof.verify(older, &log.root(older), newer, &root).unwrap();
    let path: Vec<_> = proof.path.iter().copied().map(theirs).collect();
    assert_eq!(
        path,
        tlog_tiles::prove_tree(newer, older, log).unwrap(),
        "{older} to {newer}"
    );
}

fn theirs(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

/// A log kept whole in memory: our tiles from rows, their hashes from their own numbering.
struct Log {
    leaves: Vec<Hash>,
    rows: Vec<Vec<Hash>>,
    stored: Vec<tlog_tiles::Hash>,
}

impl Log {
    fn of(size: u64) -> Self {
        let leaves: Vec<_> = (0..size).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect();
        let mut rows = vec![leaves.clone()];
        while rows[rows.len() - 1].len() >= 256 {
            let below = rows[rows.len() - 1].chunks_exact(256);
            rows.push(
                below
                    .map(|tile| Frontier::new().extended(tile).root())
                    .collect(),
            );
        }
        let mut log = Self {
            leaves,
            rows,
            stored: Vec::new(),
        };
        for n in 0..size {
            let leaf = theirs(log.leaves[n as usize]);
            let new = tlog_tiles::stored_hashes_for_record_hash(n, leaf, &log).unwrap();
            log.stored.extend(new);
        }
        log
    }

    fn root(&self, size: u64) -> Hash {
        Frontier::from_tiles(size, self).unwrap().root()
    }

    /// What a store does: fetch what a computation needs, and no more.
    fn fetch(&self, needs: &Needs) -> Fetched {
        assert!(needs.leaves.end - needs.leaves.start < TILE_WIDTH);
        Fetched {
            tiles: needs
                .tiles
                .iter()
                .map(|at| (*at, self.tile(*at).unwrap()))
                .collect(),
            first_leaf: needs.leaves.start,
            leaves: self.leaves(needs.leaves.clone()).unwrap(),
        }
    }
}

impl TileSource for Log {
    fn tile(&self, address: TileAddress) -> Option<Vec<Hash>> {
        let start = address.index as usize * 256;
        self.rows
            .get(usize::from(address.level))?
            .get(start..start + 256)
            .map(<[_]>::to_vec)
    }

    fn leaves(&self, range: Range<u64>) -> Option<Vec<Hash>> {
        self.leaves
            .get(range.start as usize..range.end as usize)
            .map(<[_]>::to_vec)
    }
}

impl HashReader for Log {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Error> {
        Ok(indexes
            .iter()
            .map(|index| self.stored[*index as usize])
            .collect())
    }
}

#[test]
fn full_tiles_are_those_the_reference_publishes() {
    for (old, new) in [(0, 255), (0, 256), (300, 70_000), (65_000, 66_000)] {
        let mut theirs: Vec<_> = tlog_tiles::Tile::new_tiles(8, old, new)
            .iter()
            .filter(|tile| tile.width() == 256)
            .map(|tile| (tile.level(), tile.level_index()))
            .collect();
        let mut ours: Vec<_> = full_tiles(old, new)
            .iter()
            .map(|at| (at.level, at.index))
            .collect();
        theirs.sort_unstable();
        ours.sort_unstable();
        assert_eq!(ours, theirs);
    }
}
