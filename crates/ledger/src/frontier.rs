//! The right edge of the tree: all that appending and the root need.

use crate::Hash;

/// The right edge of a Merkle tree: the roots of its complete subtrees, largest first, one for each
/// 1 bit of its size. At most 64 hashes, so that a log of any length is appended to from memory.
///
/// Source: RFC 6962, section 2.1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The empty tree.
    pub const fn new() -> Self {
        Self {
            size: 0,
            peaks: Vec::new(),
        }
    }

    /// The edge of a tree of `size` entries whose complete subtrees have these roots, largest first;
    /// `None` unless there is one for each 1 bit of `size`.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// Appends one leaf.
    pub fn append(&mut self, leaf: Hash) {
        let mut peak = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self
                .peaks
                .pop()
                .expect("one peak for each 1 bit of the size");
            peak = Hash::of_node(&left, &peak);
        }
        self.peaks.push(peak);
        self.size += 1;
    }

    /// This edge after the appending of `leaves`.
    #[must_use]
    pub fn extended<'a>(&self, leaves: impl IntoIterator<Item = &'a Hash>) -> Self {
        let mut grown = self.clone();
        leaves.into_iter().for_each(|leaf| grown.append(*leaf));
        grown
    }

    /// How many entries the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return Hash::EMPTY_TREE;
        };
        peaks.fold(*last, |right, left| Hash::of_node(left, &right))
    }

    /// The size in 8 bytes, big-endian, then the peaks, 32 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.peaks
            .iter()
            .for_each(|peak| bytes.extend(peak.as_bytes()));
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` for any other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (size, peaks) = bytes.split_first_chunk::<8>()?;
        let (peaks, rest) = peaks.as_chunks::<32>();
        let peaks = peaks.iter().copied().map(Hash::from_bytes).collect();
        if rest.is_empty() {
            Self::from_peaks(u64::from_be_bytes(*size), peaks)
        } else {
            None
        }
    }
}

impl Extend<Hash> for Frontier {
    fn extend<T: IntoIterator<Item = Hash>>(&mut self, leaves: T) {
        leaves.into_iter().for_each(|leaf| self.append(leaf));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_survives_its_own_bytes_at_every_size() {
        let mut edge = Frontier::new();
        assert_eq!(edge.root(), Hash::EMPTY_TREE);
        for n in 0..70u8 {
            assert_eq!(edge.peaks().len(), usize::try_from(n.count_ones()).unwrap());
            assert_eq!(Frontier::from_bytes(&edge.to_bytes()), Some(edge.clone()));
            edge.append(Hash::of_leaf(&[n]));
        }
        let mut bytes = edge.to_bytes();
        bytes.pop();
        assert_eq!(Frontier::from_bytes(&bytes), None);
        bytes[7] ^= 1;
        assert_eq!(Frontier::from_bytes(&bytes), None);
    }
}
