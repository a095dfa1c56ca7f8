//! Proofs, and checking them without the log.

use serde::{Deserialize, Serialize};

use crate::Hash;

/// Proof that a tree holds an entry at a position (an audit path).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// The entry's position, counted from 0.
    pub index: u64,
    /// The hashes beside the way from the leaf to the root, leaf first; at most 64.
    pub path: Vec<Hash>,
}

impl InclusionProof {
    /// Checks that this proof leads from `leaf`, the hash of the entry, to `root`, the root of a tree
    /// of `size` entries.
    ///
    /// # Errors
    /// [`ProofError::Position`] if the index is not below `size`; [`ProofError::Length`] if the path
    /// is too short or too long; [`ProofError::Root`] if it leads elsewhere.
    ///
    /// Source: RFC 9162, section 2.1.3.2; for RFC 6962, section 2.1.1.
    pub fn verify(&self, leaf: &Hash, size: u64, root: &Hash) -> Result<(), ProofError> {
        if self.index >= size {
            return Err(ProofError::Position);
        }
        let mut climb = Climb {
            node: self.index,
            last: size - 1,
        };
        let mut hash = *leaf;
        for beside in &self.path {
            hash = match climb.step()? {
                Side::Left => Hash::of_node(beside, &hash),
                Side::Right => Hash::of_node(&hash, beside),
            };
        }
        climb.end()?;
        if hash == *root {
            Ok(())
        } else {
            Err(ProofError::Root)
        }
    }
}

/// Proof that a tree begins with an earlier tree: nothing was changed, only appended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConsistencyProof {
    /// The hashes that make up both roots; at most 65.
    pub path: Vec<Hash>,
}

impl ConsistencyProof {
    /// Checks that the tree of `newer_size` entries with root `newer` begins with the tree of
    /// `older_size` entries with root `older`. Every tree begins with the empty one, which says
    /// nothing and is refused.
    ///
    /// # Errors
    /// [`ProofError::Position`] unless `older_size` is from 1 to `newer_size`;
    /// [`ProofError::Length`] if the path is too short or too long; [`ProofError::Root`] if it leads
    /// to other roots.
    ///
    /// Source: RFC 9162, section 2.1.4.2; for RFC 6962, section 2.1.2.
    pub fn verify(
        &self,
        older_size: u64,
        older: &Hash,
        newer_size: u64,
        newer: &Hash,
    ) -> Result<(), ProofError> {
        if older_size == 0 || older_size > newer_size {
            return Err(ProofError::Position);
        }
        if older_size == newer_size {
            let end = if self.path.is_empty() {
                Ok(())
            } else {
                Err(ProofError::Length)
            };
            return end.and(if older == newer {
                Ok(())
            } else {
                Err(ProofError::Root)
            });
        }
        // An older tree that is one complete subtree is its own starting point.
        let (start, rest) = if older_size.is_power_of_two() {
            (older, self.path.as_slice())
        } else {
            self.path.split_first().ok_or(ProofError::Length)?
        };
        let complete = (older_size - 1).trailing_ones();
        let mut climb = Climb {
            node: (older_size - 1) >> complete,
            last: (newer_size - 1) >> complete,
        };
        let (mut from_older, mut from_newer) = (*start, *start);
        for beside in rest {
            match climb.step()? {
                Side::Left => {
                    from_older = Hash::of_node(beside, &from_older);
                    from_newer = Hash::of_node(beside, &from_newer);
                }
                Side::Right => from_newer = Hash::of_node(&from_newer, beside),
            }
        }
        climb.end()?;
        if from_older == *older && from_newer == *newer {
            Ok(())
        } else {
            Err(ProofError::Root)
        }
    }
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The index or size lies outside the tree.
    #[error("the proof speaks of a position outside the tree")]
    Position,
    /// The path has too few or too many hashes for the position.
    #[error("the proof has too few or too many hashes")]
    Length,
    /// The path leads to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Where the hash beside the way stands.
enum Side {
    Left,
    Right,
}

/// The way up from a node, level by level, in a tree whose last node at that level is `last`.
struct Climb {
    node: u64,
    last: u64,
}

impl Climb {
    fn step(&mut self) -> Result<Side, ProofError> {
        if self.last == 0 {
            return Err(ProofError::Length);
        }
        let side = if self.node & 1 == 1 {
            Side::Left
        } else if self.node == self.last {
            // The last node without a partner rises until it finds one.
            let levels = self.node.trailing_zeros();
            self.node >>= levels;
            self.last >>= levels;
            Side::Left
        } else {
            Side::Right
        };
        self.node >>= 1;
        self.last >>= 1;
        Ok(side)
    }

    fn end(&self) -> Result<(), ProofError> {
        if self.last == 0 {
            Ok(())
        } else {
            Err(ProofError::Length)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_proof_makes_the_verifier_fall(
            index: u64, older: u64, size: u64, hashes: Vec<[u8; 32]>, root: [u8; 32],
        ) {
            let path: Vec<_> = hashes.into_iter().map(Hash::from_bytes).collect();
            let root = Hash::from_bytes(root);
            let inclusion = InclusionProof { index, path: path.clone() };
            // A one-leaf tree is its own root; nothing else that is made up can be right.
            prop_assert!(inclusion.verify(&Hash::EMPTY_TREE, size, &root).is_err());
            let consistency = ConsistencyProof { path };
            prop_assert!(consistency.verify(older, &Hash::EMPTY_TREE, size, &root).is_err());
        }
    }
}
