//! Payment cards, waybills and devices.

use shouxin_model::check_digit::luhn_check;

use super::super::run::Gap;
use super::super::{candidate, checked};
use super::{Parting, Window, is_date};
use crate::cue::Cue;
use crate::page::Announced;
use crate::{Candidate, Kind};

impl<'p, 'r> Window<'p, 'r> {
    /// A hardware address that happens to hold no letter, announced as one.
    pub(super) fn hardware(&self) -> Option<Candidate> {
        (self.first == self.last && self.announced(Cue::Mac) == Announced::Directly)
            .then(|| candidate(self.start, self.end, Kind::Mac, 900, "mac.announced"))
    }

    /// A payment card, or an account announced as one.
    pub(super) fn bank_card(&self) -> Option<Candidate> {
        let length = self.digits.len();
        let (payload, last) = self.digits.as_bytes().split_at_checked(length - 1)?;
        let issued = is_issuer(self.digits);
        let announced = self.announced(Cue::Bank);
        if !issued && announced != Announced::Directly {
            return None;
        }
        let holds = luhn_check(payload) == *last.first()?;
        let shaped = self.first == self.last || self.is_card_shaped();
        if holds
            && issued
            && (shaped || announced != Announced::No)
            && !self.is_other()
            && (self.parting() != Parting::Loose
                || announced != Announced::No && self.is_broken_line())
        {
            let sure = if announced == Announced::No { 860 } else { 960 };
            let middle = if self.is_middle() { 200 } else { 0 };
            return Some(checked(
                candidate(
                    self.start,
                    self.end,
                    Kind::BankCard,
                    sure - middle,
                    "bank_card.luhn",
                ),
                true,
            ));
        }
        if holds
            && issued
            && (16..=19).contains(&length)
            && announced != Announced::No
            && self.has_chinese()
        {
            return Some(checked(
                candidate(self.start, self.end, Kind::BankCard, 900, "bank_card.luhn"),
                true,
            ));
        }
        // Printed as cards are, with the digits of a scheme first: a wrong digit makes it no other number.
        let fours = self.is_shaped(&[4, 4, 4, 4]) || self.is_shaped(&[4, 4, 4, 4, 3]);
        let printed = fours && self.gaps().all(|gap| gap == Gap::Blank);
        if printed
            && issued
            && announced == Announced::No
            && !self.page.is_near_other(self.start)
            && !self.is_middle()
        {
            let found = candidate(
                self.start,
                self.end,
                Kind::BankCard,
                640,
                "bank_card.printed",
            );
            return Some(checked(found, holds));
        }
        let least = if self.is_numbered_card() { 12 } else { 10 };
        let fits = (15..=21).contains(&length) && (shaped || self.parting() == Parting::Typed)
            || (least..=14).contains(&length) && self.first == self.last;
        let said = announced == Announced::Directly
            || announced == Announced::Near
                && issued
                && shaped
                && !self.page.is_near_other(self.start);
        if !fits || !said || self.is_middle() || !issued && self.is_of_other_card() {
            return None;
        }
        let sure = if issued { 880 } else { 790 };
        Some(checked(
            candidate(
                self.start,
                self.end,
                Kind::BankCard,
                sure,
                "bank_card.announced",
            ),
            holds,
        ))
    }

    /// Whether 卡号 announces it, which cards of any kind have.
    fn is_numbered_card(&self) -> bool {
        let said = self.page.announcing(Cue::Bank, self.start);
        said.is_some_and(|said| self.page.slice(said.start, said.end).ends_with("卡号"))
    }

    /// Whether it is the number of a card that no bank gave: 门禁卡补办，卡号 0012847361234.
    fn is_of_other_card(&self) -> bool {
        self.is_numbered_card() && {
            let near = self.page.neighbourhood(self.start, self.end);
            OTHER_CARDS.iter().any(|card| near.contains(card))
        }
    }

    /// Whether its groups are those that cards are printed in.
    pub(super) fn is_card_shaped(&self) -> bool {
        let count = self.last + 1 - self.first;
        let fours = self.lengths().take(count - 1).all(|len| len == 4);
        let last = self.lengths().last().unwrap_or(0);
        let shapes: [&[usize]; 8] = [
            &[6, 13],
            &[4, 6, 5],
            &[4, 6, 6],
            &[6, 4, 4, 5],
            &[6, 6, 4],
            &[6, 6, 6, 1],
            &[6, 10],
            &[8, 8],
        ];
        count > 1 && fours && (1..=4).contains(&last)
            || shapes.iter().any(|shape| self.is_shaped(shape))
    }

    pub(super) fn imei(&self) -> Option<Candidate> {
        if self.digits.len() != 15 {
            return None;
        }
        let (payload, last) = self.digits.as_bytes().split_at_checked(14)?;
        let holds = luhn_check(payload) == *last.first()?;
        let announced = self.announced(Cue::Imei);
        let allocated = ["35", "86", "99", "01"]
            .iter()
            .any(|body| self.digits.starts_with(body));
        let shaped = self.first == self.last
            || self.is_shaped(&[2, 6, 6, 1])
            || self.is_shaped(&[6, 2, 6, 1])
            || self.is_shaped(&[8, 6, 1])
            || self.parting() == Parting::Typed && announced == Announced::Directly;
        if !shaped {
            return None;
        }
        let sure = match announced {
            Announced::Directly if holds => 970,
            Announced::Near if holds => 930,
            Announced::Directly => 850,
            Announced::No if holds && allocated && !self.is_other() => 780,
            Announced::Near | Announced::No => return None,
        };
        Some(checked(
            candidate(self.start, self.end, Kind::Imei, sure, "imei.luhn"),
            holds,
        ))
    }

    /// Whether what follows is said of parcels on their way: 已签收, 显示在转运中心.
    pub(super) fn is_followed_by_journey(&self) -> bool {
        let rest = self.page.rest(self.end);
        let rest = rest.trim_start_matches([' ', '，', ',']);
        [
            "已签收",
            "显示",
            "到哪",
            "已揽收",
            "派送中",
            "已派送",
            "记得查",
        ]
        .iter()
        .any(|word| rest.starts_with(word))
    }

    /// Whether brackets after it name who carries it: 9862204175318（EMS）.
    fn is_followed_by_carrier(&self) -> bool {
        let rest = self.page.rest(self.end);
        let within = rest.strip_prefix(['（', '(']);
        within.is_some_and(|rest| CARRIERS.iter().any(|name| rest.starts_with(name)))
    }

    /// Where a carrier's letters stand before 13 digits in pieces: SF 0625 3693 78792.
    fn carrier_apart(&self) -> Option<usize> {
        let is_spaced = self.page.head(self.start).ends_with("S F ");
        let start = self.start.checked_sub(3 + usize::from(is_spaced))?;
        let typed = self.digits.len() == 13 && self.parting() != Parting::Loose;
        let letters = typed.then(|| self.page.text.as_bytes().get(start..self.start))??;
        let carrier = matches!(letters, b"SF " | b"S F " | b"YT " | b"JT " | b"JD ");
        let before = start.checked_sub(1).and_then(|at| self.page.byte(at));
        (carrier && !before.is_some_and(|b| b.is_ascii_alphanumeric()) && !self.is_middle())
            .then_some(start)
    }

    /// A waybill number of digits alone: carriers publish no check digit, so words and ranges decide.
    pub(super) fn waybill(&self) -> Option<Candidate> {
        let length = self.digits.len();
        if let Some(start) = self.carrier_apart() {
            return Some(candidate(
                start,
                self.end,
                Kind::Waybill,
                880,
                "waybill.pieces",
            ));
        }
        // 中通 73-78, 申通 77, in 14 or 15 digits: no other identifier has that shape.
        let known = matches!(length, 14 | 15)
            && self.digits.starts_with('7')
            && matches!(self.digits.as_bytes().get(1)?, b'3'..=b'9');
        let dated = is_date(self.digits.get(..8)?);
        if !known && (dated || !matches!(length, 10 | 12..=15 | 18..=22)) {
            return None;
        }
        let announced = match self.announced(Cue::Waybill) {
            Announced::No if self.is_followed_by_journey() => Announced::Near,
            Announced::No if self.is_followed_by_carrier() => Announced::Directly,
            announced => announced,
        };
        if !known && announced == Announced::No {
            return self
                .is_bare_waybill()
                .then(|| candidate(self.start, self.end, Kind::Waybill, 610, "waybill.among"));
        }
        let typed = self.first == self.last
            || announced == Announced::Directly
                && self.parting() == Parting::Typed
                && !self.is_middle();
        // 一 after a number begins a word: 628015124791 一直不动.
        let is_mixed = self.has_chinese() && self.groups().any(|group| group.is_plain);
        if !typed
            || is_mixed && self.first != self.last
            || self.is_guessed()
            || self.has_chinese() && announced != Announced::Directly
        {
            return None;
        }
        let sure = match announced {
            Announced::Directly if known => 900,
            Announced::Directly if (12..=15).contains(&length) && !dated => 840,
            Announced::Directly if matches!(length, 10 | 18..=22) && !dated => 700,
            Announced::Near if known => 820,
            Announced::Near
                if (12..=15).contains(&length)
                    && !dated
                    && !self.page.is_near_other(self.start) =>
            {
                690
            }
            Announced::No if known => 650,
            _ => return None,
        };
        Some(candidate(
            self.start,
            self.end,
            Kind::Waybill,
            sure,
            "waybill.digits",
        ))
    }
}

impl Window<'_, '_> {
    /// Whether its digits are those of Yunda (43 or 46, 15 digits) or of the post (98, 99, 10 to 12, 13 digits), and
    /// it stands for itself where parcels are spoken of: a row of numbers to be held back, the line below an address.
    fn is_bare_waybill(&self) -> bool {
        let head = self.digits.get(..2).unwrap_or_default();
        let carrier = match self.digits.len() {
            15 => matches!(head, "31" | "43" | "46"),
            13 => matches!(head, "98" | "99" | "10" | "11" | "12"),
            _ => false,
        };
        let parts = |c: char| c.is_ascii_alphanumeric() || "-_./=#%￥¥$".contains(c);
        let solid = self.first == self.last && !self.has_chinese();
        carrier
            && solid
            && !self.page.before(self.start).is_some_and(parts)
            && !self.page.after(self.end).is_some_and(parts)
            && (!self.page.is_near_other(self.start) || self.is_after_number_of_slip())
            && {
                let near = self.page.neighbourhood(self.start, self.end);
                PARCELS.iter().any(|word| near.contains(word))
            }
    }

    /// Whether 单号 alone stands before it, which is said of parcels as of orders.
    fn is_after_number_of_slip(&self) -> bool {
        let said = self.page.announcing(Cue::Other, self.start);
        said.is_some_and(|said| matches!(self.page.slice(said.start, said.end), "单号" | "单 号"))
    }
}

/// Who carries parcels, as people call them.
const CARRIERS: [&str; 15] = [
    "FedEx", "Fedex", "DHL", "UPS", "EMS", "邮政", "顺丰", "中通", "圆通", "申通", "韵达", "极兔",
    "京东", "德邦", "百世",
];

/// Cards that have a number and no bank.
const OTHER_CARDS: [&str; 12] = [
    "SIM卡",
    "ETC",
    "门禁",
    "饭卡",
    "会员卡",
    "公交卡",
    "油卡",
    "水卡",
    "电卡",
    "礼品卡",
    "购物卡",
    "就诊卡",
];

/// What is spoken of where parcels are.
const PARCELS: [&str; 15] = [
    "收方",
    "收货",
    "寄",
    "快递",
    "派件",
    "拦截",
    "运单",
    "签收",
    "揽收",
    "收件",
    "包裹",
    "面单",
    "收 件 人",
    "的件",
    "物流",
];

/// Whether the first digits are those of a card scheme: UnionPay, Visa, Mastercard, American Express,
/// JCB, Diners, and the older domestic ranges.
///
/// Source: ISO/IEC 7812 major industry identifiers; JR/T 0008-2000 for domestic cards.
fn is_issuer(digits: &str) -> bool {
    let head = |len: usize| {
        let head = digits.as_bytes().iter().take(len);
        head.fold(0, |head, b| head * 10 + u32::from(b.wrapping_sub(b'0')))
    };
    let (two, four) = (head(2), head(4));
    match digits.len() {
        15 => matches!(two, 34 | 37),
        16..=19 => {
            matches!(two, 40..=49 | 51..=55 | 60 | 62 | 65 | 68 | 69 | 81)
                || (2221..=2720).contains(&four)
                || (3528..=3589).contains(&four)
                || matches!(four, 9400 | 9558 | 9843 | 9111 | 5018 | 5020)
        }
        _ => false,
    }
}
