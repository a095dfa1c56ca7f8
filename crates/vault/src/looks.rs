//! Which entries of the ledger are about whom, without going through all of them.
//!
//! The index lives in memory and follows the ledger's tail: it is made out of the entries alone, so there is no
//! second truth to keep in step, to back up, to protect against alteration or to erase from. A reader who asks
//! catches it up first, so that what was committed before the question is in the answer.

use std::collections::{HashMap, VecDeque};

use data_encoding::BASE64URL_NOPAD;

use crate::{Vault, VaultError};

/// Entries by the person whom they are about, newest first: one chain a person through one list of all.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// The first entry that was not looked at.
    next: u64,
    /// The place of `links[0]` among all links ever made.
    first: u64,
    links: VecDeque<Link>,
    /// The newest link of each pseudonym.
    heads: HashMap<[u8; 16], u64>,
    /// The oldest entry from which on the index is whole; `None` while nothing was dropped.
    from: Option<u64>,
}

#[derive(Debug)]
struct Link {
    entry: u64,
    /// The place of the same person's link before this one.
    before: Option<u64>,
}

/// What the index knows of one person.
#[derive(Debug)]
pub(crate) struct About {
    /// Indices of entries, newest first.
    pub(crate) entries: Vec<u64>,
    /// The entry from which on all are named; `None` if all that ever were are.
    pub(crate) from: Option<u64>,
    /// Whether there are more of them than were asked for.
    pub(crate) cut: bool,
}

/// So many links are held, about 40 bytes each with what leads to them; of a longer ledger the oldest go.
const MOST: usize = 4_000_000;

impl Looks {
    /// Takes the entry at `index`, which must be the next one.
    fn add(&mut self, index: u64, body: &[u8], most: usize) {
        self.next = index + 1;
        let Some(pseudonym) = pseudonym(body) else {
            return;
        };
        let place = self.first + self.links.len() as u64;
        let before = self.heads.insert(pseudonym, place);
        self.links.push_back(Link {
            entry: index,
            before,
        });
        if self.links.len() > most {
            self.drop_oldest(most / 4);
        }
    }

    /// A quarter at a time, so that forgetting whoever has no link left is rare.
    fn drop_oldest(&mut self, count: usize) {
        self.links.drain(..count);
        self.first += count as u64;
        let first = self.first;
        self.heads.retain(|_, place| *place >= first);
        self.from = self.links.front().map(|link| link.entry);
    }

    /// Up to `limit` entries about a pseudonym, from the entry `last` on backwards.
    fn about(&self, pseudonym: [u8; 16], last: u64, limit: usize) -> About {
        let (mut entries, mut cut) = (Vec::new(), false);
        let mut place = self.heads.get(&pseudonym).copied();
        while let Some(link) = place
            .and_then(|place| place.checked_sub(self.first))
            .and_then(|at| self.links.get(usize::try_from(at).ok()?))
        {
            place = link.before;
            if link.entry > last {
                continue;
            }
            if entries.len() == limit {
                cut = true;
                break;
            }
            entries.push(link.entry);
        }
        let from = if cut {
            entries.last().copied()
        } else {
            self.from
        };
        About { entries, from, cut }
    }
}

/// The pseudonym that an entry's bytes name. Within a text of JSON a quotation mark is escaped, so these words
/// stand for the key alone.
fn pseudonym(body: &[u8]) -> Option<[u8; 16]> {
    const KEY: &[u8] = b",\"s\":\"";
    let at = body.windows(KEY.len()).position(|part| part == KEY)? + KEY.len();
    let text = body.get(at..at + 22)?;
    let mut pseudonym = [0; 16];
    let written = BASE64URL_NOPAD.decode_mut(text, &mut pseudonym).ok()?;
    (written == pseudonym.len()).then_some(pseudonym)
}

impl Vault {
    /// Follows the ledger for the index of who was looked at, at most `most` entries on. Gives how many are
    /// left.
    ///
    /// # Errors
    /// The store could not be read.
    pub async fn follow_looks(&self, most: u64) -> Result<u64, VaultError> {
        let mut looks = self.looks().lock().await;
        self.look_on(&mut looks, most).await
    }

    /// Entries about a pseudonym up to `last`, all that were committed before this call among them.
    pub(crate) async fn entries_about(
        &self,
        pseudonym: [u8; 16],
        last: u64,
        limit: usize,
    ) -> Result<About, VaultError> {
        let mut looks = self.looks().lock().await;
        self.look_on(&mut looks, u64::MAX).await?;
        Ok(looks.about(pseudonym, last, limit))
    }

    async fn look_on(&self, looks: &mut Looks, most: u64) -> Result<u64, VaultError> {
        let size = self.store().ledger_head().await?.size;
        if looks.next > size {
            // The ledger was put back: what was known of the longer one does not hold.
            *looks = Looks::default();
        }
        let end = size.min(looks.next.saturating_add(most));
        while looks.next < end {
            let count = usize::try_from((end - looks.next).min(PAGE)).unwrap_or(1);
            let page = self.store().ledger_entries(looks.next, count).await?;
            if page.is_empty() {
                return Err(VaultError::Corrupt("ledger"));
            }
            for (index, body) in page {
                looks.add(index, &body, MOST);
            }
            // Whoever waits for this thread comes first.
            tokio::task::yield_now().await;
        }
        Ok(size - looks.next)
    }
}

/// Entries read from the store at a time.
const PAGE: u64 = 1_000;

#[cfg(test)]
mod tests {
    use shouxin_ledger::{Entry, Kind};

    use super::*;

    fn bytes(person: Option<u8>, actor: &str, extra: &str) -> Vec<u8> {
        let mut entry = Entry::new(1, Kind::Read, actor);
        entry.subject = person.map(|n| [n; 16]);
        entry.extra.push(("note".to_owned(), extra.to_owned()));
        entry.encode().unwrap()
    }

    #[test]
    fn the_person_is_read_out_of_the_entry_and_out_of_nothing_that_looks_like_it() {
        assert_eq!(pseudonym(&bytes(Some(9), "stf_a", "plain")), Some([9; 16]));
        let fake = format!(",\"s\":\"{}\"", BASE64URL_NOPAD.encode(&[7; 16]));
        assert_eq!(pseudonym(&bytes(None, "stf_a", &fake)), None);
        assert_eq!(pseudonym(&bytes(None, &fake, "plain")), None);
        assert_eq!(pseudonym(&bytes(Some(9), &fake, &fake)), Some([9; 16]));
    }

    #[test]
    fn each_person_has_their_own_entries_newest_first() {
        let mut looks = Looks::default();
        for (index, person) in [1, 2, 1, 1, 2].into_iter().enumerate() {
            looks.add(index as u64, &bytes(Some(person), "stf_a", "-"), 100);
        }
        let about = |last, limit| looks.about([1; 16], last, limit);
        assert_eq!(about(9, 9).entries, [3, 2, 0]);
        assert_eq!(about(2, 9).entries, [2, 0]);
        let cut = about(9, 2);
        assert_eq!(
            (cut.entries, cut.from, cut.cut),
            (vec![3, 2], Some(2), true)
        );
        assert!(looks.about([3; 16], 9, 9).entries.is_empty());
    }

    #[test]
    fn the_oldest_go_and_the_answer_says_from_where_it_is_whole() {
        let mut looks = Looks::default();
        for index in 0..9 {
            looks.add(index, &bytes(Some(index as u8 % 2), "stf_a", "-"), 8);
        }
        // Two of nine were dropped.
        let about = looks.about([0; 16], 99, 99);
        assert_eq!((about.entries, about.from), (vec![8, 6, 4, 2], Some(2)));
        assert!(!about.cut);
        for index in 9..20 {
            looks.add(index, &bytes(Some(5), "stf_a", "-"), 8);
        }
        assert!(looks.about([0; 16], 99, 99).entries.is_empty());
        assert_eq!(looks.heads.len(), 1);
    }
}
