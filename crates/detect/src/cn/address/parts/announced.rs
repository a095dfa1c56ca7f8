//! What stands before an address and tells that one follows: 收货地址：, 放在, 房号.

use std::sync::OnceLock;

use crate::cn::chars::{CharSet, Endings, longest_ending};

use super::Reader;

impl Reader<'_> {
    /// Whether what stands before asks for an address (收货地址：, 家住, 寄到).
    pub(in crate::cn::address) fn is_announced(&self, at: usize) -> bool {
        let before = self.text.before(at);
        if !announcing().contains(before) {
            return false;
        }
        let before = self.skip_back(at, MARKS);
        static WORDS: OnceLock<Endings> = OnceLock::new();
        let words = WORDS.get_or_init(|| Endings::of(ANNOUNCE));
        words.end(self.text, before) || words.end(self.text, at)
    }

    /// Whether what stands before is a verb of leaving or bringing things (放在, 送到).
    pub(in crate::cn::address) fn is_delivered(&self, at: usize) -> bool {
        static WORDS: OnceLock<Endings> = OnceLock::new();
        let words = WORDS.get_or_init(|| Endings::of(DELIVER));
        announcing().contains(self.text.before(at)) && words.end(self.text, at)
    }

    /// Whether the number of a room is asked for: 房号5-1-2602.
    pub(in crate::cn::address) fn is_room_asked(&self, at: usize) -> bool {
        let before = self.skip_back(at, MARKS);
        [
            "房号",
            "门牌",
            "门牌号",
            "楼号",
            "室号",
            "家住",
            "我住",
            "户号",
        ]
        .iter()
        .any(|word| self.text.ends(before, word))
    }

    /// Whether a verb of leaving or sending stands before: 放某某苑3栋.
    pub(in crate::cn::address) fn is_left_at(&self, at: usize) -> bool {
        matches!(self.text.before(at), '放' | '送' | '寄' | '搁' | '丢')
            || ["放在", "放到", "送到", "寄到", "住在", "搬到"]
                .iter()
                .any(|word| self.text.ends(at, word))
    }

    fn skip_back(&self, at: usize, marks: &str) -> usize {
        let mut at = at;
        for _ in 0..4 {
            if at == 0 || !marks.contains(self.text.before(at)) {
                break;
            }
            at -= 1;
        }
        at
    }
}

/// How long the word that announces an address is with which `head` ends, in bytes.
pub(crate) fn label_before(head: &str) -> Option<usize> {
    longest_ending(head, 6, |word| ANNOUNCE.contains(&word))
}

/// The characters right before an address that was announced.
fn announcing() -> &'static CharSet {
    static SET: OnceLock<CharSet> = OnceLock::new();
    SET.get_or_init(|| {
        let words = ANNOUNCE.iter().chain(DELIVER);
        CharSet::of(
            words
                .filter_map(|word| word.chars().last())
                .chain(MARKS.chars()),
        )
    })
}

/// What may stand between the word that announces an address and the address.
const MARKS: &str = "：:是为在到至于 \t\u{3000}\"“'【[(（|,，=>-";

/// Words before an address.
const ANNOUNCE: &[&str] = &[
    "房号",
    "门牌",
    "楼号",
    "地址",
    "住址",
    "地点",
    "家住",
    "住在",
    "我住",
    "现住",
    "居住",
    "住",
    "位于",
    "坐落",
    "所在地",
    "寄到",
    "寄往",
    "寄至",
    "寄去",
    "送到",
    "送至",
    "送往",
    "发到",
    "发往",
    "发至",
    "邮寄到",
    "邮到",
    "收货",
    "收件",
    "派送",
    "配送",
    "户籍",
    "户籍地",
    "户口",
    "籍贯",
    "现居",
    "通讯",
    "通信",
    "住所",
    "住所地",
    "住处",
    "位置",
    "上门",
    "安装",
    "到达",
    "派至",
    "派到",
    "搬到",
    "改到",
    "改成",
    "改为",
    "换到",
    "换成",
    "目的地",
    "集合点",
    "集合",
    "集合地点",
    "网点",
    "出发地",
    "前往",
    "起点",
    "终点",
    "现居",
    "始发地",
    "取件",
    "寄件",
    "address",
    "addr",
    "Address",
    "ADDRESS",
];

/// Verbs of leaving and bringing.
const DELIVER: &[&str] = &[
    "送",
    "送到",
    "放到",
    "放在",
    "放",
    "寄到",
    "存到",
    "存在",
    "丢在",
    "扔在",
    "我在",
    "就在",
    "人在",
    "地址",
    "地址：",
    "地址是",
    "位置",
    "位置：",
    "位置在",
    "位置是",
    "开到",
    "到",
    "在",
    "找",
];
