//! Parts that tell a place by another: 对面, 菜鸟驿站, 向南500米, 东门, （近某路口）.

use std::sync::OnceLock;

use crate::cn::address::numbers;
use crate::cn::address::suffixes::{
    ESTATES, LOCKERS, POIS, RELATIONS, ROAD_TAILS, ROADS, SIDES, TOWNS, YARDS, is_stop_char,
};
use crate::cn::chars::{CharSet, is_han};

use super::{Read, Reader, is_stop};

impl Reader<'_> {
    /// （近某路口）, if the address goes on after it or it holds a part.
    pub(super) fn bracket_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if !matches!(text.get(at), '(' | '（' | '[' | '【') || read.doors + read.named == 0 {
            return None;
        }
        let close = (at + 1..at + 16).find(|&i| matches!(text.get(i), ')' | '）' | ']' | '】'))?;
        let inner = at + 1..close;
        let held = ESTATES
            .iter()
            .chain(ROADS)
            .any(|word| text.ends(close, word))
            || self.numbered(at + 1).is_some_and(|n| n.end == close)
            // What stands opposite tells nothing nearer than the door, unless the address goes on.
            || RELATIONS.iter().any(|word| text.ends(close, word))
                && self.numbered(close + 1).is_some();
        let clean = inner
            .clone()
            .all(|i| is_han(text.get(i)) || text.get(i).is_ascii_alphanumeric())
            && !inner.clone().any(|i| is_stop(text, i));
        (held && clean).then_some(Read {
            end: close + 1,
            bare: true,
            ..read
        })
    }

    /// 和建设街交叉口 after a road; 向南500米路西 after anything.
    pub(super) fn crossing_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if read.named == 0 {
            return None;
        }
        let next = Read {
            relations: read.relations + 1,
            bare: false,
            ..read
        };
        if matches!(text.get(at), '和' | '与') {
            let (end, _) = self.named(at + 1, Read::default())?;
            let tail = text.any(end, ROAD_TAILS)?;
            return Some(Read {
                end: end + tail,
                named: read.named + 1,
                ..next
            });
        }
        let metres = self.way(at)?;
        let side = text
            .any(metres, &["路东", "路西", "路南", "路北", "即到"])
            .unwrap_or(0);
        Some(Read {
            end: metres + side,
            doors: read.doors + 1,
            ..next
        })
    }

    /// Past 向南500米, 以北约2公里处, 南50米: how far from a place named before.
    pub(in crate::cn::address) fn way(&self, at: usize) -> Option<usize> {
        let text = self.text;
        let begin = at + usize::from("向往以偏朝再".contains(text.get(at)));
        if !"东西南北前里".contains(text.get(begin)) || begin == at && is_han(text.get(at + 2))
        {
            return None;
        }
        let along = begin
            + 1
            + text
                .any(begin + 1, &["走约", "行约", "大约", "走", "行", "约", "侧"])
                .unwrap_or(0);
        let number = numbers::end(text, along)?;
        Some(number + text.any(number, &["公里处", "米处", "米左右", "公里", "多米", "米"])?)
    }

    /// 东区, 南门, 北楼, A区 after a name.
    pub(super) fn side_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if read.named + read.doors == 0
            || !matches!(
                text.get(at),
                '东' | '西' | '南' | '北' | '中' | '主' | '正' | '后' | '内'
            )
        {
            return None;
        }
        // 4号楼东2单元
        if let Some(unit) = self
            .numbered(at + 1)
            .filter(|unit| read.doors > 0 && text.ends(unit.end, "单元"))
        {
            return Some(Read {
                end: unit.end,
                doors: read.doors + 1,
                bare: true,
                ..read
            });
        }
        let end = at + 1 + text.any(at + 1, SIDES)?;
        let goes_on = self.numbered(end).is_some()
            || self.begins_bare(end)
            || text.any(end, LOCKERS).is_some();
        let side = text.before(end) == '户' || (text.before(end) == '门' && !is_han(text.get(end)));
        let gate = text.before(end) == '门';
        (goes_on || side).then_some(Read {
            end,
            bare: true,
            relations: read.relations + u32::from(gate),
            ..read
        })
    }

    /// 村西头第二家, 村口 after a village.
    pub(super) fn village_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        if !matches!(text.before(at), '村' | '庄' | '屯' | '寨' | '组' | '队') || read.named == 0
        {
            return None;
        }
        let length = text.any(
            at,
            &["东头", "西头", "南头", "北头", "村头", "村口", "村尾", "口"],
        )?;
        let mut end = at + length;
        if text.get(end) == '第'
            && let Some(number) = numbers::end(text, end + 1)
            && matches!(text.get(number), '家' | '户')
        {
            end = number + 1;
        }
        Some(Read {
            end,
            doors: read.doors + 1,
            bare: false,
            ..read
        })
    }

    /// 菜鸟驿站, 门卫室, 某某超市 at the end.
    pub(super) fn locker_step(&self, at: usize, read: Read) -> Option<Read> {
        if read.doors + read.named == 0 && !read.colloquial {
            return None;
        }
        let text = self.text;
        // 楼下面的丰巢
        let at = at + usize::from(text.get(at) == '的' && read.relations > 0);
        for end in at..at + 7 {
            if let Some(long) = self.any_place(end, LOCKERS) {
                return Some(Read {
                    end: end + long,
                    pois: read.pois + 1,
                    bare: true,
                    ..read
                });
            }
            // 创智天地北门京东快递柜: a gate leads to the place.
            if let Some(gate) = self.gate(end)
                && let Some(long) = self.any_place(gate, LOCKERS)
            {
                return Some(Read {
                    end: gate + long,
                    pois: read.pois + 1,
                    relations: read.relations + 1,
                    bare: true,
                    ..read
                });
            }
            if !self.is_name_char(end)
                || is_stop(text, end)
                || (end > at && self.any_place(end, RELATIONS).is_some())
            {
                break;
            }
        }
        read.colloquial.then(|| self.place_step(at, read)).flatten()
    }

    /// The character after a gate that is told by its side: 东门, 正门.
    fn gate(&self, at: usize) -> Option<usize> {
        let side = "东西南北正大后侧".contains(self.text.get(at));
        (side && self.text.get(at + 1) == '门').then_some(at + 2)
    }

    /// Where in a yard or a house: 12号院内, C栋厂房, 99号临街门面. It ends the address.
    pub(super) fn yard_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        let last = text.before(at);
        let yard = match text.get(at) {
            '内' | '里' if last == '院' => 1,
            '岗' if last == '门' => 1,
            '旁' | '内' if read.pois > 0 => 0,
            _ => text.any(at, YARDS)?,
        };
        let end = at + yard;
        let ends = !is_han(text.get(end)) || is_stop(text, end) || is_stop_char(text, end);
        (read.doors > 0 && yard > 0 && ends).then_some(Read {
            end,
            bare: false,
            ..read
        })
    }

    /// As `Chars::any`, for the lists of places, which are asked at every character.
    pub(super) fn any_place(&self, at: usize, words: &[&str]) -> Option<usize> {
        place_begins()
            .contains(self.text.get(at))
            .then(|| self.text.any(at, words))
            .flatten()
    }

    /// Another place that this one is told by: 实验小学, 地铁2号线世纪大道站B口.
    fn place_step(&self, at: usize, read: Read) -> Option<Read> {
        let text = self.text;
        let begin = at
            + text
                .any(at, &["那个", "那家", "那边的", "的", "那"])
                .unwrap_or(0);
        if begin > at && read.named + read.pois + read.relations == 0 {
            return None;
        }
        // 北门岗亭: after 北门 the place needs no name of its own.
        let bare = usize::from(read.relations == 0);
        let is_inner = |c: char| is_han(c) || c.is_ascii_alphanumeric();
        // 3号楼501，快递放丰巢: what stands behind a comma is no name of a place.
        if !is_inner(text.get(begin)) {
            return None;
        }
        for end in begin + bare..begin + 12 {
            let inner = is_inner(text.get(end));
            if let Some(long) = self.any_place(end, POIS) {
                let exit = self.past_exit(end + long);
                return Some(Read {
                    end: exit,
                    pois: read.pois + 1,
                    relations: read.relations + u32::from(exit > end + long),
                    bare: true,
                    ..read
                });
            }
            if !inner || is_stop_char(text, end) || is_stop(text, end) {
                return None;
            }
        }
        None
    }

    /// Past B口, 3号口, C出口 after a station.
    fn past_exit(&self, at: usize) -> usize {
        let text = self.text;
        let Some(number) = numbers::end(text, at) else {
            return at;
        };
        text.any(number, &["号出口", "号口", "出口", "口"])
            .map_or(at, |long| number + long)
    }

    /// 旁边, 对面, 楼下: part of the address if more follows, or if nothing nearer to the door was said.
    pub(super) fn relation_step(&self, at: usize, read: Read) -> Option<Read> {
        if read.named + read.pois + read.doors == 0 && !read.colloquial {
            return None;
        }
        let text = self.text;
        let end = at + self.any_place(at, RELATIONS)?;
        let next = Read {
            end,
            relations: read.relations + 1,
            bare: false,
            ..read
        };
        let more = self.numbered(end).is_some()
            || self
                .locker_step(
                    end,
                    Read {
                        colloquial: false,
                        ..next
                    },
                )
                .is_some()
            || read.colloquial && self.place_step(end, next).is_some();
        let last = read.doors == 0
            && !text.ends(end, "门口")
            && (read.colloquial
                || text.before(end) == '旁' && !is_han(text.get(end))
                || text.before(end) == '角' && read.named > 0
                || text.ends(end, "对面")
                || text.ends(end, "旁边")
                || text.ends(end, "隔壁"));
        (more || last).then_some(next)
    }
}

/// The first characters of places, of towns' suffixes and of words such as 对面.
pub(super) fn place_begins() -> &'static CharSet {
    static SET: OnceLock<CharSet> = OnceLock::new();
    SET.get_or_init(|| {
        let lists = [TOWNS, LOCKERS, POIS, RELATIONS];
        CharSet::of(
            lists
                .into_iter()
                .flatten()
                .filter_map(|word| word.chars().next()),
        )
    })
}
