//! Word lists, each a file of small letters, one word a line, sorted (`README.md` names the sources).

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

/// No word of a list is longer, in bytes.
const LONGEST: usize = 32;

/// A sorted list of words.
pub(super) struct List {
    text: &'static str,
    words: OnceLock<FxHashSet<&'static str>>,
}

impl List {
    const fn of(text: &'static str) -> Self {
        Self {
            text,
            words: OnceLock::new(),
        }
    }

    /// Whether the word is listed, whatever its case.
    pub(super) fn has(&self, word: &str) -> bool {
        // Hashed with fixed keys: a set answers the same on every machine, and asks no dice.
        let words = self
            .words
            .get_or_init(|| self.text.split_whitespace().collect());
        if !word.is_ascii() {
            let small = word.to_lowercase();
            return words.contains(small.as_str())
                || words.contains(without_accents(&small).as_str());
        }
        let mut room = [0; LONGEST];
        let Some(small) = room.get_mut(..word.len()) else {
            return false;
        };
        small.copy_from_slice(word.as_bytes());
        small.make_ascii_lowercase();
        std::str::from_utf8(small).is_ok_and(|small| words.contains(small))
    }
}

/// The letters of Western Europe and Poland without what stands above or below them: tomás, müller.
fn without_accents(small: &str) -> String {
    let plain = |c: char| match c {
        'à'..='å' | 'ă' | 'ą' | 'ā' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ę' | 'ě' | 'ē' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ő' | 'ō' => 'o',
        'ù'..='ü' | 'ű' | 'ū' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ś' | 'š' | 'ş' => 's',
        'ź' | 'ż' | 'ž' => 'z',
        'ł' => 'l',
        'ğ' => 'g',
        'ř' => 'r',
        'ţ' | 'ť' => 't',
        'ď' | 'đ' => 'd',
        other => other,
    };
    small.chars().map(plain).collect()
}

/// Given names.
pub(super) static GIVEN: List = List::of(include_str!("given.txt"));
/// Family names.
pub(super) static SURNAMES: List = List::of(include_str!("surnames.txt"));
/// Words of streets: Street, Ave, Cove.
pub(super) static STREETS: List = List::of(include_str!("streets.txt"));
/// Words that are no part of a name although they stand in capitals: at the start of a sentence, in titles
/// of forms, names of firms and places.
pub(super) static WORDS: List = List::of(include_str!("words.txt"));
/// Firms, brands and places that are named as people are, their two words joined by a hyphen.
pub(super) static NAMESAKES: List = List::of(include_str!("namesakes.txt"));

/// Small words within names: Ludwig van Beethoven, Siti binti Ahmad.
pub(super) static PARTICLES: List = List::of(
    "van von der den de la le du del della di da das do dos los el al ter ten bin ibn binti binte bint bte ní nic ó",
);

/// Words that addresses begin with where they do not begin with a number.
pub(super) static OPENERS: List = List::of(
    "apt apartment suite ste unit flat room rm building bldg blk plot block floor fl studio house lot level tower \
     phase entrance villa dorm penthouse door shop h d s no p po gpo post private psc cmr uss usns usnv uscgc lane sector \
     survey gali street road jalan jln lorong calle rue via rua avenida strada persiaran lebuh soi gang",
);

/// States, districts, territories and posts of the United States; provinces of Canada; states of Australia.
#[rustfmt::skip]
const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI FM MH PW AA AE AP ON QC BC AB MB SK NS NB NL PE YT NT NU NSW VIC QLD TAS ACT SA";

/// Whether this is the code of a state of the United States, Canada or Australia.
pub(crate) fn is_state(word: &str) -> bool {
    STATES.split(' ').any(|code| code == word)
}

/// Surnames in pinyin that more than a few ten thousand people bear.
pub(super) static PINYIN: List = List::of(
    "zhao qian sun li zhou wu zheng wang feng chen chu wei jiang shen han yang zhu qin you xu he lv lyu shi zhang \
     kong cao yan hua jin tao qi xie zou yu bai shui dou yun su pan ge fan peng lang lu chang ma miao fang ren yuan \
     liu bao tang fei lian cen xue lei ni teng yin luo bi hao an le fu pi bian kang bu gu meng ping huang mu xiao \
     yao shao zhan mao di mi bei ming zang ji cheng dai song pang xiong shu qu xiang dong liang du ruan lan min xi \
     jia tian hu ling huo wan zhi ke guan lai zhuo lin gao xia cai guo mei sheng diao zhong qiu hou ouyang situ \
     zhuge shangguan huangfu sima nangong dongfang ding deng long duan ye yi qiao tan wen weng zhai chai gong geng \
     ning niu pu rong cui liao hou kuang jiao pang shan sui tong tu xing xuan zeng zha zuo chiang tsai hsu lee wong chan cheung ng leung lam",
);

/// Surnames of Chinese families as Hong Kong, Singapore, Malaysia and Taiwan write them.
pub(super) static OVERSEAS: List = List::of(
    "lo lim tan goh teo ong koh chua toh yeo ang chia low foo seah quek heng khoo loh soh tay chew chong yap kwok lau \
     kwan mak tsang tse yip yuen fung ho hui poon siu szeto tam yeung yau choi chow chung chiu fok kwong law lui luk \
     mok ngai shek suen tsui tsoi yim wong chan cheung ng leung lam lee neo sng phua tham chin yong kong loke ooi \
     chee khaw lum mah pek poh sim wee yeoh hsieh chiang tsai hsu chou kuo huang liao",
);

#[cfg(test)]
mod tests {
    use super::{GIVEN, NAMESAKES, STREETS, SURNAMES, WORDS};

    #[test]
    fn lists_are_sorted() {
        for list in [&GIVEN, &SURNAMES, &STREETS, &WORDS, &NAMESAKES] {
            assert!(list.text.lines().is_sorted());
            assert!(list.text.lines().all(|word| word.len() <= super::LONGEST));
        }
    }
}
