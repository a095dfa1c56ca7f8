//! Addresses in Chinese text.
//!
//! An address is one stretch from its first division (or, without one, its road, estate or village) to
//! the door. It is read from left to right as a chain of parts: divisions by the built-in list
//! (`divisions`), then roads, estates, numbers, buildings, rooms by their suffixes (`parts`). What may
//! stand before and after is decided here.

pub(super) mod divisions;
mod left;
mod numbers;
mod parts;
mod suffixes;
#[cfg(test)]
mod tests;

use crate::{Candidate, Check, Kind, Normalised};

use super::chars::{Chars, is_han};
use super::lexicon;
use super::simplified::simplified;
use divisions::Chain;
pub(crate) use parts::label_before;
use parts::{Read, Reader};

/// Adds the addresses in `text` to `out`.
///
/// `seen` holds what has a shape (numbers, plates, e-mail addresses), sorted by start; they may overlap
/// each other. Candidates given here need no order and may overlap. Runs before the names of people,
/// which see what is given here. Linear in the text's length; panics on no text.
pub fn find(text: &Normalised<'_>, seen: &[Candidate], out: &mut Vec<Candidate>) {
    find_in(&Chars::of(&simplified(text.as_str())), seen, out);
}

/// The same in a text that is an array of characters already.
pub(crate) fn find_in(chars: &Chars<'_>, seen: &[Candidate], out: &mut Vec<Candidate>) {
    let reader = Reader::new(chars, seen);
    let mut at = 0;
    while at < chars.len() {
        match address_at(&reader, at) {
            Some(found) => {
                out.push(Candidate {
                    start: chars.byte(found.start),
                    end: chars.byte(found.end),
                    kind: Kind::Address,
                    confidence: found.confidence,
                    rule: found.rule,
                    check: Check::None,
                });
                at = found.end.max(at + 1);
            }
            None => at += 1,
        }
    }
}

/// An address, in characters.
struct Found {
    start: usize,
    end: usize,
    confidence: u16,
    rule: &'static str,
}

/// The address whose first part begins, or is anchored, at `at`.
fn address_at(reader: &Reader<'_>, at: usize) -> Option<Found> {
    let c = reader.text.get(at);
    if is_han(c) && !reader.is_barred(at) {
        if let Some(chain) = divisions::chain(reader.text, at)
            && let Some(found) = from_division(reader, at, chain)
        {
            return Some(found);
        }
        if let Some(found) = from_relation(reader, at) {
            return Some(found);
        }
        if c == '交' {
            return from_crossing(reader, at);
        }
        let before = reader.text.before(at);
        let stretch = match c {
            '段' => "东西南北中一二三四".contains(before),
            '口' => "路街巷".contains(before),
            _ => false,
        };
        if stretch {
            return from_stretch(reader, at + 1);
        }
        if c == '门' && "东西南北正大后侧".contains(before) {
            return from_gate(reader, at + 1);
        }
    }
    from_number(reader, at)
}

/// An address that begins with a division.
fn from_division(reader: &Reader<'_>, start: usize, chain: Chain) -> Option<Found> {
    let text = reader.text;
    let chain = past_misplaced(text, chain);
    let plain = chain.count == 1 && chain.full == 0;
    if plain
        && (!is_han(text.get(chain.end)) || chain.level == 4 || !reader.has_parts_ahead(chain.end))
    {
        return None;
    }
    // 长江北路: the list's 长江 must not cut a road's name in two, so a lone short form counts only if a
    // division or a numbered part follows.
    let read = reader.tail(chain.end, Read::after_division());
    let announced = reader.is_announced(start);
    let depth = chain.count + read.towns;
    let (confidence, rule) = match () {
        () if read.doors > 0 && read.named > 0 => (960, "cn.address.door"),
        () if read.doors > 0 && read.strong && (chain.full > 0 || chain.count > 1) => {
            (930, "cn.address.door")
        }
        () if read.doors > 0 && chain.level == 4 && chain.full > 0 => (900, "cn.address.door"),
        () if read.named > 0 && announced => (880, "cn.address.road"),
        () if read.named > 0 && depth >= 2 && read.place && !plain => (700, "cn.address.road"),
        // 惠城区望京西园北门京东快递柜
        () if read.pois > 0
            && chain.full + read.towns >= 1
            && (read.named + read.relations > 0 || depth >= 2)
            && ends_here(text, read.end) =>
        {
            (710, "cn.address.beside")
        }
        () if depth >= 2
            && chain.full + read.towns >= 2
            && announced
            && ends_here(text, read.end) =>
        {
            (720, "cn.address.divisions")
        }
        () => return None,
    };
    if plain && left::is_inside_word(text, start, chain.end) {
        return None;
    }
    Some(Found {
        start,
        end: read.end,
        confidence,
        rule,
    })
}

/// A province in full and, right after it, a city or county in full that does not lie in it: people mistype
/// and made-up data mixes, and what follows is one address all the same.
fn past_misplaced(text: &Chars<'_>, chain: Chain) -> Chain {
    if chain.count != 1 || chain.full != 1 || chain.level != 1 {
        return chain;
    }
    match divisions::chain(text, chain.end) {
        Some(next) if next.full > 0 && next.top <= 3 => Chain {
            end: next.end,
            count: chain.count + next.count,
            full: chain.full + next.full,
            top: chain.top,
            level: next.level,
        },
        _ => chain,
    }
}

/// Whether nothing that could carry the address on stands at `at`.
fn ends_here(text: &Chars<'_>, at: usize) -> bool {
    !is_han(text.get(at)) || parts::is_stop(text, at)
}

/// An address without a division: a road, an estate or a village and the number at `at`.
fn from_number(reader: &Reader<'_>, at: usize) -> Option<Found> {
    let text = reader.text;
    if reader.is_barred(at) || !numbers::may_begin(text, at) {
        return None;
    }
    let Some(step) = reader.numbered(at) else {
        return from_corps(reader, at).or_else(|| from_rooms(reader, at));
    };
    let name = left::name_before(text, at);
    let from = name.map_or(at, |n| n.start);
    if let Some(beside) = left::beside(text, at).or_else(|| left::beside(text, from)) {
        let read = reader.tail(at, Read::after_name(name.is_some()));
        let told = step.building || read.doors >= 2 || beside.is_firm;
        if told && !reader.is_barred(beside.start) {
            return Some(Found {
                start: beside.start,
                end: read.end,
                confidence: 760,
                rule: "cn.address.beside",
            });
        }
    }
    let announced = reader.is_announced(from) || (name.is_none() && reader.is_delivered(from));
    let read = reader.tail(at, Read::after_name(name.is_some()));
    let Some(name) = name else {
        // 3栋2单元501 without a place: only where a place is asked for, or if it leads to a door.
        let room = read.doors >= 2 && step.building && text.before(read.end).is_ascii_digit();
        let unit = read.doors >= 2 && step.building && text.ends(read.end, "单元");
        let firm = read.doors >= 3 || (read.doors >= 2 && announced) || room || unit;
        let begins = !is_han(text.before(at)) || announced || room && text.get(at).is_ascii_digit();
        return (firm && begins && step.strong).then_some(Found {
            start: at,
            end: read.end,
            confidence: 640,
            rule: "cn.address.rooms",
        });
    };
    let (confidence, rule) = match name.sort {
        left::Sort::Road if step.house => (900, "cn.address.road-number"),
        left::Sort::Road | left::Sort::Estate if read.doors >= 2 => (880, "cn.address.estate"),
        left::Sort::Estate if step.strong => (820, "cn.address.estate"),
        left::Sort::Village if step.strong => (800, "cn.address.village"),
        left::Sort::Plain if read.doors >= 2 && step.building => (700, "cn.address.estate"),
        left::Sort::Plain if (announced || reader.is_left_at(name.start)) && step.building => {
            (680, "cn.address.estate")
        }
        _ => return None,
    };
    (!reader.is_barred(name.start)).then_some(Found {
        start: name.start,
        end: read.end,
        confidence,
        rule,
    })
}

/// 第八师143团15连, 89团3连 without a division before.
fn from_corps(reader: &Reader<'_>, at: usize) -> Option<Found> {
    reader.corps_step(at, Read::default())?;
    let read = reader.tail(at, Read::default());
    (read.doors > 0 && read.towns >= 2).then_some(Found {
        start: at,
        end: read.end,
        confidence: 760,
        rule: "cn.address.corps",
    })
}

/// 建设路与光明街交叉口往北200米: two roads, anchored where they meet, at `at`.
fn from_crossing(reader: &Reader<'_>, at: usize) -> Option<Found> {
    let text = reader.text;
    let mut end = at + text.any(at, &["交叉路口", "交叉口", "交汇处", "交界处", "交口"])?;
    let second = left::name_before(text, at).filter(|name| name.sort == left::Sort::Road)?;
    let joint = second.start.checked_sub(1)?;
    let first = match text.get(joint) {
        '与' | '和' | '跟' | '、' | '/' => left::name_before(text, joint)?,
        _ => return None,
    };
    if let Some(corner) = text.any(end, &["东北角", "西北角", "东南角", "西南角"]) {
        end += corner;
    }
    if let Some(way) = reader.way(end) {
        end = way;
    }
    (first.sort == left::Sort::Road && !reader.is_barred(first.start)).then_some(Found {
        start: first.start,
        end,
        confidence: 660,
        rule: "cn.address.crossing",
    })
}

/// 胜利路中段某某大药房楼上, 环城街路口某某营业厅对面: a stretch of a road, which ends at `at`, and a place
/// there.
fn from_stretch(reader: &Reader<'_>, at: usize) -> Option<Found> {
    let name = left::name_before(reader.text, at).filter(|name| name.sort == left::Sort::Road)?;
    let read = reader.tail(at, Read::colloquial_after_name());
    (read.pois > 0 && read.relations > 0 && !reader.is_barred(name.start)).then_some(Found {
        start: name.start,
        end: read.end,
        confidence: 680,
        rule: "cn.address.beside",
    })
}

/// 碧桂园南门: an estate's gate, which ends at `at`, where an address is asked for or something is brought.
fn from_gate(reader: &Reader<'_>, at: usize) -> Option<Found> {
    let text = reader.text;
    let gate = at.checked_sub(2)?;
    if !"东西南北正大后侧".contains(text.get(gate)) {
        return None;
    }
    let name = left::name_before(text, gate).filter(|name| {
        name.sort == left::Sort::Estate || gate >= name.start + 3 && name.sort == left::Sort::Plain
    })?;
    let asked = reader.is_announced(name.start) || reader.is_delivered(name.start);
    // Public places have gates that nobody lives behind.
    let lived = name.sort == left::Sort::Estate
        && gate >= name.start + 4
        && ["园", "苑", "小区", "府", "庭", "郡", "湾", "公寓", "新村"]
            .iter()
            .any(|word| text.ends(gate, word));
    let asked = asked && !is_han(text.get(at));
    ((asked || lived) && !reader.is_barred(name.start)).then_some(Found {
        start: name.start,
        end: at,
        confidence: 640,
        rule: "cn.address.beside",
    })
}

/// 阳光花园12-3-401: an estate and a chain of numbers.
fn from_rooms(reader: &Reader<'_>, at: usize) -> Option<Found> {
    let text = reader.text;
    let end = reader.bare_room(at)?;
    let hyphens = text.slice(at..end).iter().filter(|c| **c == '-').count();
    if hyphens >= 2 && reader.is_room_asked(at) {
        return Some(Found {
            start: at,
            end,
            confidence: 700,
            rule: "cn.address.rooms",
        });
    }
    let chained = text.slice(at..end).contains(&'-');
    let name =
        left::name_before(text, at).filter(|name| chained && name.sort == left::Sort::Estate)?;
    let read = reader.tail(at, Read::after_name(true));
    (read.end > at && !reader.is_barred(name.start)).then_some(Found {
        start: name.start,
        end: read.end,
        confidence: 760,
        rule: "cn.address.estate",
    })
}

/// 东门那个菜鸟驿站旁边3号楼, 地铁2号线X站B口, 某小学对面: a place told by another place, after a word that
/// asks for or announces one.
fn from_relation(reader: &Reader<'_>, at: usize) -> Option<Found> {
    let text = reader.text;
    let verb = matches!(
        text.get(at),
        '在' | '到' | '于' | '至' | '是' | '去' | '的' | '访' | '达' | '址' | '了' | '过'
    ) || text.get(at) == '地' && text.ends(at, "住所")
        || text.any(at, &["位置", "地址", "地点"]).is_some();
    if verb || !reader.is_announced(at) && !reader.is_delivered(at) || !reader.has_parts_ahead(at) {
        return None;
    }
    if at > 0 && lexicon::word(text, at - 1..at + 1).is_some_and(|word| word.cost < 110) {
        return None;
    }
    let read = reader.tail(at, Read::colloquial());
    let long_enough = read.end >= at + 4;
    let told = read.pois > 0 || (read.named > 0 && read.place);
    ((read.relations > 0 || read.pois * read.named > 0) && told && long_enough).then_some(Found {
        start: at,
        end: read.end,
        confidence: if read.doors > 0 { 760 } else { 640 },
        rule: "cn.address.beside",
    })
}
