//! The root in shares: any m of n rebuild it, fewer tell nothing about it.
//!
//! ```text
//! shouxin-share 1
//! set <id> share <number> of <n>, any <m> rebuild root <name of the root>
//! <the share in Base32, in groups of four>
//! checksum <over all before>
//! ```
//!
//! Shamir's scheme over GF(256), as `blahaj` does it. The set's id is drawn with each split, so that
//! shares of two splits are told apart even where both were made of one root.

use blahaj::Sharks;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::checked::{FileFault, parse_checked, with_checksum};
use crate::derive::opaque;
use crate::root::{Root, RootName};

/// One share of a root. As secret as m-1 others make it: keep each with another person.
pub struct Share {
    set: [u8; 8],
    root: RootName,
    /// From 1 to `of`.
    number: u8,
    of: u8,
    needed: u8,
    bytes: Zeroizing<[u8; 32]>,
}

opaque!(Share);

impl Share {
    /// Splits `root` into `of` shares, any `needed` of which rebuild it.
    ///
    /// # Errors
    /// `Numbers` unless 2 <= `needed` <= `of` <= 255.
    pub fn split(
        root: &Root,
        needed: u8,
        of: u8,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Self>, ShareError> {
        if needed < 2 || needed > of {
            return Err(ShareError::Numbers);
        }
        let mut set = [0; 8];
        rng.fill_bytes(&mut set);
        let secret = root.to_bytes();
        let dealt = Sharks(needed).dealer_rng(&*secret, rng).take(of.into());
        dealt
            .map(|point| {
                let bytes = Zeroizing::new(Vec::from(&point));
                let (&number, rest) = bytes.split_first().ok_or(ShareError::Damaged)?;
                Ok(Self {
                    set,
                    root: root.name(),
                    number,
                    of,
                    needed,
                    bytes: Zeroizing::new(rest.try_into().map_err(|_| ShareError::Damaged)?),
                })
            })
            .collect()
    }

    /// The root that these shares rebuild; its name is compared with the one they bear.
    ///
    /// # Errors
    /// `TooFew`, `OtherSet` naming the share that does not belong, `Twice`, `Wrong` if what comes out
    /// is another root: a share was forged.
    pub fn rebuild(shares: &[Self]) -> Result<Root, ShareError> {
        let first = shares
            .first()
            .ok_or(ShareError::TooFew { have: 0, need: 2 })?;
        for (at, share) in shares.iter().enumerate() {
            if (share.set, share.needed, share.of) != (first.set, first.needed, first.of) {
                return Err(ShareError::OtherSet {
                    number: share.number,
                    set: share.set_name(),
                    wanted: first.set_name(),
                });
            }
            if shares[..at]
                .iter()
                .any(|other| other.number == share.number)
            {
                return Err(ShareError::Twice(share.number));
            }
        }
        let (have, need) = (shares.len(), usize::from(first.needed));
        if have < need {
            return Err(ShareError::TooFew { have, need });
        }
        let points = shares
            .iter()
            .map(|share| {
                let mut bytes = Zeroizing::new(Vec::with_capacity(33));
                bytes.push(share.number);
                bytes.extend_from_slice(&*share.bytes);
                blahaj::Share::try_from(&bytes[..]).map_err(|_| ShareError::Damaged)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let sharks = Sharks(first.needed);
        let secret = sharks.recover(&points).map_err(|_| ShareError::Damaged);
        let secret = Zeroizing::new(secret?);
        let root = Root::from_bytes(secret[..].try_into().map_err(|_| ShareError::Damaged)?);
        if root.name() == first.root {
            Ok(root)
        } else {
            Err(ShareError::Wrong)
        }
    }

    /// Reads a share. Spaces and other marks at line ends do not matter.
    ///
    /// # Errors
    /// `NotAShare`, `Version` or `Damaged`; none repeats anything of the share.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let mut tidy = Zeroizing::new(String::with_capacity(text.len() + 1));
        for line in text.trim().lines() {
            tidy.push_str(line.trim());
            tidy.push('\n');
        }
        let lines = parse_checked(&tidy, MAGIC).map_err(|fault| match fault {
            FileFault::OtherFile => ShareError::NotAShare,
            FileFault::Version(version) => ShareError::Version(version),
            FileFault::Damaged => ShareError::Damaged,
        })?;
        parse_body(&lines).ok_or(ShareError::Damaged)
    }

    /// The share as four lines, to be printed or kept as a file with mode 0600. Wiped on drop.
    pub fn to_text(&self) -> Zeroizing<String> {
        let code = Zeroizing::new(BASE32_NOPAD.encode(&*self.bytes));
        let mut body = Zeroizing::new(String::with_capacity(256));
        body.push_str(&format!(
            "set {} share {} of {}, any {} rebuild root {}\n",
            self.set_name(),
            self.number,
            self.of,
            self.needed,
            self.root
        ));
        for (at, letter) in code.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                body.push(' ');
            }
            body.push(letter);
        }
        body.push('\n');
        with_checksum(MAGIC, &body)
    }

    /// Its number, from 1.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// The name of the root that its set rebuilds.
    pub fn root(&self) -> RootName {
        self.root
    }

    /// The name of its set: 16 characters, drawn with the split.
    pub fn set_name(&self) -> String {
        HEXLOWER.encode(&self.set)
    }
}

/// Why shares gave no root, or a root no shares.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The numbers make no split.
    #[error("2 or more of at most 255 shares rebuild a root, and no more than there are")]
    Numbers,
    /// Another file was named.
    #[error("not a shouxin share")]
    NotAShare,
    /// Written by a newer program.
    #[error("share version {0} needs a newer program")]
    Version(u32),
    /// The checksum or the shape is wrong: a slip of the pen.
    #[error("the share is damaged or mistyped")]
    Damaged,
    /// It belongs to another split.
    #[error("share {number} is of set {set}, the others are of set {wanted}")]
    OtherSet {
        /// The share.
        number: u8,
        /// Its set.
        set: String,
        /// The set of the first share.
        wanted: String,
    },
    /// One share given twice.
    #[error("share {0} was given twice")]
    Twice(u8),
    /// Not enough of them.
    #[error("{have} shares are not enough: {need} are needed")]
    TooFew {
        /// Shares there are.
        have: usize,
        /// Shares there must be.
        need: usize,
    },
    /// Something came out, but not the root: a share was made up.
    #[error("the shares give another root than the one they name: one of them is forged")]
    Wrong,
}

fn parse_body(lines: &[&str]) -> Option<Share> {
    let [head, code] = lines else { return None };
    let words: Vec<&str> = head.split(' ').collect();
    let [
        "set",
        set,
        "share",
        number,
        "of",
        of,
        "any",
        needed,
        "rebuild",
        "root",
        root,
    ] = words[..]
    else {
        return None;
    };
    let eight = |hex: &str| HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok();
    let mut letters = Zeroizing::new(String::with_capacity(64));
    letters.extend(code.chars().filter(|c| *c != ' '));
    let bytes = Zeroizing::new(BASE32_NOPAD.decode(letters.as_bytes()).ok()?);
    let share = Share {
        set: eight(set)?,
        root: RootName(eight(root)?),
        number: number.parse().ok()?,
        of: of.strip_suffix(',')?.parse().ok()?,
        needed: needed.parse().ok()?,
        bytes: Zeroizing::new(bytes[..].try_into().ok()?),
    };
    let sound = share.needed >= 2 && (1..=share.of).contains(&share.number);
    sound.then_some(share)
}

const MAGIC: &str = "shouxin-share";

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn split(seed: u8) -> (Root, Vec<Share>) {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let root = Root::make(&mut rng);
        let shares = Share::split(&root, 3, 5, &mut rng).unwrap();
        (root, shares)
    }

    fn of(shares: &[Share], numbers: &[u8]) -> Vec<Share> {
        let pick = |n: &u8| Share::parse(&shares[usize::from(*n) - 1].to_text()).unwrap();
        numbers.iter().map(pick).collect()
    }

    #[test]
    fn any_three_of_five_rebuild_the_root_and_two_do_not() {
        let (root, shares) = split(1);
        for numbers in [[1, 2, 3], [5, 1, 3], [4, 5, 2]] {
            let again = Share::rebuild(&of(&shares, &numbers)).unwrap();
            assert_eq!(*again.to_bytes(), *root.to_bytes());
        }
        assert!(Share::rebuild(&of(&shares, &[1, 2, 3, 4, 5])).is_ok());
        assert_eq!(
            Share::rebuild(&of(&shares, &[2, 4])).unwrap_err(),
            ShareError::TooFew { have: 2, need: 3 }
        );
        assert_eq!(
            Share::rebuild(&of(&shares, &[2, 4, 2])).unwrap_err(),
            ShareError::Twice(2)
        );
    }

    #[test]
    fn a_share_of_another_set_is_named() {
        let ((_, first), (_, second)) = (split(1), split(2));
        let mut mixed = of(&first, &[1, 2]);
        mixed.extend(of(&second, &[3]));
        let wanted = ShareError::OtherSet {
            number: 3,
            set: second[0].set_name(),
            wanted: first[0].set_name(),
        };
        assert_eq!(Share::rebuild(&mixed).unwrap_err(), wanted);
    }

    #[test]
    fn a_slip_is_noticed_and_a_forged_share_gives_no_root() {
        let (_, shares) = split(1);
        let text = shares[0].to_text();
        let typed = text.replace('\n', "  \r\n");
        assert!(Share::parse(&typed).is_ok());
        for place in 0..text.len() - 1 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] ^= 1;
            let slip = String::from_utf8(bytes).unwrap();
            assert!(Share::parse(&slip).is_err(), "{place}");
        }
        let mut forged = of(&shares, &[1, 2, 3]);
        forged[0].bytes[7] ^= 1;
        assert_eq!(Share::rebuild(&forged).unwrap_err(), ShareError::Wrong);
    }

    #[test]
    fn numbers_that_make_no_split_are_refused() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let root = Root::make(&mut rng);
        for (needed, of) in [(0, 3), (1, 3), (4, 3)] {
            let error = Share::split(&root, needed, of, &mut rng).unwrap_err();
            assert_eq!(error, ShareError::Numbers);
        }
    }
}
