//! A small log in memory, with the secrets that sign it.
#![allow(dead_code, reason = "each test program uses a part")]

use std::ops::Range;

use ed25519_dalek::Signer as _;
use rand_chacha::ChaCha8Rng;
use rand_core::Rng;
use shouxin_ledger::{
    Batch, Checkpoint, Entry, ExportWriter, Frontier, Hash, Kind, SignedCheckpoint, Signer,
    TileAddress, TileSource, VerifierKey, pack,
};

pub(crate) const ORIGIN: &str = "ledger.example/main";

pub(crate) fn ed25519(name: &str, seed: u8) -> Box<dyn Signer> {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    let key = VerifierKey::ed25519(name, secret.verifying_key().as_bytes()).unwrap();
    Box::new((key, move |text: &[u8]| {
        Ok(secret.sign(text).to_bytes().to_vec())
    }))
}

pub(crate) fn sm2(name: &str, seed: u8) -> Box<dyn Signer> {
    let secret = sm2::dsa::SigningKey::from_slice("1234567812345678", &[seed; 32]).unwrap();
    let point = secret.verifying_key().to_sec1_bytes()[..]
        .try_into()
        .unwrap();
    let key = VerifierKey::sm2(name, &point).unwrap();
    Box::new((key, move |text: &[u8]| {
        let signature: sm2::dsa::Signature = secret.sign(text);
        Ok(signature.to_bytes().to_vec())
    }))
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    pub(crate) bodies: Vec<Vec<u8>>,
    /// Signed checkpoints by size; the last covers every entry.
    pub(crate) checkpoints: Vec<(u64, String)>,
    pub(crate) keys: Vec<VerifierKey>,
}

impl Log {
    /// Entries and checkpoints by the dice. About one checkpoint for every `pace` entries.
    pub(crate) fn made(
        size: u64,
        pace: u64,
        signers: &[Box<dyn Signer>],
        dice: &mut ChaCha8Rng,
    ) -> Self {
        let bodies = (0..size).map(|n| body(n, dice)).collect();
        let mut sizes: Vec<u64> = (1..size).filter(|_| below(dice, pace) == 0).collect();
        sizes.push(size);
        Self::signed(bodies, &sizes, signers)
    }

    pub(crate) fn signed(bodies: Vec<Vec<u8>>, sizes: &[u64], signers: &[Box<dyn Signer>]) -> Self {
        let mut log = Self {
            bodies,
            ..Self::default()
        };
        log.keys = signers.iter().map(|signer| signer.key().clone()).collect();
        let signers: Vec<&dyn Signer> = signers.iter().map(|signer| &**signer).collect();
        for size in sizes {
            let at = START + 1_000_000 * *size as i64;
            let text = Checkpoint::new(ORIGIN, *size, log.root(*size), at)
                .sign(&signers)
                .unwrap();
            log.checkpoints.push((*size, text));
        }
        log
    }

    pub(crate) fn size(&self) -> u64 {
        self.bodies.len() as u64
    }

    pub(crate) fn root(&self, size: u64) -> Hash {
        let leaves: Vec<_> = self.bodies[..size as usize]
            .iter()
            .map(|b| Hash::of_leaf(b))
            .collect();
        Frontier::new().extended(&leaves).root()
    }

    pub(crate) fn kept(&self, place: usize) -> SignedCheckpoint {
        SignedCheckpoint::parse(&self.checkpoints[place].1).unwrap()
    }

    /// The sizes of the checkpoints around entry `number`: that before and that which covers it.
    pub(crate) fn around(&self, number: u64) -> Range<u64> {
        let covering = self
            .checkpoints
            .iter()
            .position(|(size, _)| *size > number)
            .unwrap();
        let before = covering
            .checked_sub(1)
            .map_or(0, |place| self.checkpoints[place].0);
        before..self.checkpoints[covering].0
    }

    pub(crate) fn export(&self) -> Vec<u8> {
        let mut writer = ExportWriter::begin(Vec::new(), ORIGIN, &self.keys).unwrap();
        let (last, others) = self.checkpoints.split_last().unwrap();
        let mut checkpoints = others.iter().peekable();
        for (number, body) in (0..).zip(&self.bodies) {
            while let Some((_, text)) = checkpoints.next_if(|(size, _)| *size == number) {
                writer.checkpoint(text).unwrap();
            }
            writer.entry(Hash::of_leaf(body), body).unwrap();
        }
        checkpoints.for_each(|(_, text)| writer.checkpoint(text).unwrap());
        writer.finish(&last.1).unwrap()
    }

    /// The entries in batches of a few, as commits leave them.
    pub(crate) fn batches(&self, dice: &mut ChaCha8Rng) -> Vec<Batch> {
        let mut batches = Vec::new();
        let mut first = 0;
        while first < self.size() {
            let count = (1 + below(dice, 9)).min(self.size() - first);
            batches.push(batch(
                first,
                &self.bodies[first as usize..(first + count) as usize],
            ));
            first += count;
        }
        batches
    }
}

pub(crate) fn batch(first: u64, bodies: &[Vec<u8>]) -> Batch {
    Batch {
        first,
        count: bodies.len() as u64,
        bodies: pack(bodies).unwrap(),
    }
}

/// The full tiles of a log, and its entries behind them.
#[derive(Clone, Debug)]
pub(crate) struct Tiles {
    pub(crate) tiles: Vec<Vec<Hash>>,
    pub(crate) leaves: Vec<Hash>,
}

impl Tiles {
    pub(crate) fn of(log: &Log) -> Self {
        let leaves: Vec<_> = log.bodies.iter().map(|body| Hash::of_leaf(body)).collect();
        Self {
            tiles: leaves.chunks_exact(256).map(<[_]>::to_vec).collect(),
            leaves,
        }
    }
}

impl TileSource for Tiles {
    fn tile(&self, address: TileAddress) -> Option<Vec<Hash>> {
        if address.level > 0 {
            None
        } else {
            self.tiles.get(address.index as usize).cloned()
        }
    }

    fn leaves(&self, range: Range<u64>) -> Option<Vec<Hash>> {
        self.leaves
            .get(range.start as usize..range.end as usize)
            .map(<[_]>::to_vec)
    }
}

/// An entry like those of a working day.
pub(crate) fn body(number: u64, dice: &mut ChaCha8Rng) -> Vec<u8> {
    let at = START + 1_000_000 * number as i64 + below(dice, 1_000_000) as i64;
    let kind = Kind::ALL[below(dice, Kind::ALL.len() as u64) as usize];
    let mut entry = Entry::new(at, kind, format!("stf_{:026x}", dice.next_u64()));
    let mut subject = [0; 16];
    dice.fill_bytes(&mut subject);
    entry.subject = Some(subject);
    entry.purpose = Some("after-sales-service".into());
    for field in ["name", "mobile", "address"] {
        entry.add_field("masked", "own-open-order", format!("customer.{field}"));
    }
    (entry.register, entry.policy) = (3, 2);
    entry.extra = vec![("n".into(), number.to_string())];
    entry.encode().unwrap()
}

pub(crate) fn below(dice: &mut ChaCha8Rng, limit: u64) -> u64 {
    dice.next_u64() % limit
}

const START: i64 = 1_795_216_925_000_000;
