//! Divisions that stand among the parts: towns, a division written twice, the Xinjiang corps.

use crate::cn::address::suffixes::TOWNS;
use crate::cn::address::{divisions, numbers};

use super::{Read, Reader};

impl Reader<'_> {
    /// A town, or a division written twice.
    pub(super) fn division_step(&self, at: usize, read: Read) -> Option<Read> {
        // Four more are more than any address has; without the bound, a list of divisions would be read
        // to its end from each of its members.
        if read.doors > 0 || read.towns >= 4 {
            return None;
        }
        if let Some(chain) = divisions::chain(self.text, at)
            && chain.full > 0
            && chain.top >= 3
        {
            return Some(Read {
                end: chain.end,
                towns: read.towns + chain.count,
                bare: false,
                ..read
            });
        }
        for end in at + 2..at + 8 {
            if !self.is_name_char(end - 1) {
                return None;
            }
            if let Some(long) = self.any_place(end, TOWNS) {
                let common = self.text.get(end + long);
                let fits = !matches!(common, '长' | '政' | '村' | '亲')
                    || self.text.get(end + long + 1) == '委';
                return fits.then_some(Read {
                    end: end + long,
                    towns: read.towns + 1,
                    bare: false,
                    ..read
                });
            }
        }
        None
    }

    /// Whether a province or a city in full stands at `at`: another address.
    pub(super) fn begins_anew(&self, at: usize) -> bool {
        let Some(kept) = self.anew.get(at) else {
            return false;
        };
        kept.get().unwrap_or_else(|| {
            let anew = divisions::chain(self.text, at)
                .is_some_and(|chain| chain.top <= 2 && chain.full > 0);
            kept.set(Some(anew));
            anew
        })
    }

    /// 生产建设兵团, 第八师, 143团, 15连: the divisions of the Xinjiang corps, before any door.
    pub(in crate::cn::address) fn corps_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        // Without the bound, a row of divisions would be read to its end from each of its members.
        if read.doors > 0 && !read.corps || read.towns >= 6 {
            return None;
        }
        let next = |end: usize, named: u32| Read {
            end,
            towns: read.towns + 1,
            named: read.named + named,
            corps: true,
            bare: false,
            ..read
        };
        if let Some(length) = text.any(at, &["生产建设兵团", "建设兵团", "兵团"]) {
            return Some(next(at + length, 0));
        }
        let number = numbers::end(text, at + usize::from(text.get(at) == '第'))?;
        let unit = |words: &[&str]| text.any(number, words).map(|length| number + length);
        if let Some(end) = unit(&["师市", "师"]) {
            return Some(next(end, 0));
        }
        let after = text.ends(at, "师") || text.ends(at, "师市") || text.ends(at, "兵团");
        let company = unit(&["团场", "团"])
            .filter(|&end| (read.corps && after) || self.corps_company(end).is_some());
        if let Some(end) = company {
            return Some(next(end, 1));
        }
        (read.corps || text.ends(at, "团"))
            .then(|| self.corps_company(at))
            .flatten()
            .map(|end| Read {
                doors: read.doors + 1,
                strong: true,
                ..next(end, 0)
            })
    }

    /// Past 15连, 三连.
    fn corps_company(&self, at: usize) -> Option<usize> {
        let number = numbers::end(self.text, at)?;
        let end = number + self.text.any(number, &["连队", "连"])?;
        (!matches!(self.text.get(end), '续' | '接' | '线' | '锁' | '衣' | '忙')).then_some(end)
    }
}
