//! What a column holds: first the column as a whole, then each of its cells.

use std::collections::{BTreeMap, HashMap};

use shouxin_detect::{Check, Detector, Hit, Kind};
use shouxin_intake::kind_of_header;
use shouxin_model::FieldKind;

/// What the name of a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It announces values of this kind; how well, 0 to 100.
    Announces(Kind, u8),
    /// It holds running text.
    Text,
    /// It holds codes, amounts, counts, times: numbers there are nobody's until the values say otherwise.
    Plain,
    /// It says nothing.
    Silent,
}

/// What a column is taken to hold, judged by its name and a sample of its values.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What the name says.
    pub meaning: Meaning,
    /// The kind that its cells are looked at as.
    pub expected: Option<Kind>,
    /// Numbers that look the same.
    pub shape: Shape,
    /// Values that were not empty.
    pub filled: u64,
    /// Different ones among them.
    pub distinct: u64,
    /// Shannon's entropy over the values, in bits: 0 if they are all the same.
    pub entropy: f64,
    /// Whether bare values of the expected kind count: most cells proved to be such.
    trusts: bool,
    /// Kinds whose numbers do not count here: they are there by chance.
    chance: Vec<Kind>,
}

/// How the numbers of a column go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Few or no numbers.
    Other,
    /// Numbers that count up.
    Serial,
    /// Numbers spread over their range.
    Spread,
}

/// What the name of a column says about its values.
pub fn meaning(name: &str) -> Meaning {
    let Some((field, score)) = kind_of_header(name) else {
        return Meaning::Silent;
    };
    match field {
        FieldKind::FreeText | FieldKind::File => Meaning::Text,
        FieldKind::Name if names_things(name) => Meaning::Text,
        _ => kind_of_field(field).map_or(Meaning::Plain, |kind| Meaning::Announces(kind, score)),
    }
}

/// Names of things are no names of people: 商品名称, `product_name`.
fn names_things(name: &str) -> bool {
    let name = name.to_lowercase();
    THINGS.iter().any(|thing| name.contains(thing))
}

const THINGS: &[&str] = &[
    "商品",
    "产品",
    "公司",
    "企业",
    "单位",
    "品牌",
    "门店",
    "店铺",
    "商家",
    "部门",
    "项目",
    "文件",
    "仓库",
    "银行",
    "车型",
    "型号",
    "学校",
    "城市",
    "角色",
    "product",
    "company",
    "brand",
    "store",
    "shop",
    "file",
    "host",
    "table",
    "column",
    "project",
    "dept",
    "department",
    "role",
    "bank",
    "city",
    "province",
    "country",
    "school",
    "model",
    "class",
    "event",
    "item",
    "goods",
    "service",
    "domain",
    "sku",
];

fn kind_of_field(field: FieldKind) -> Option<Kind> {
    Kind::ALL
        .iter()
        .copied()
        .find(|&kind| kind.field() == field)
}

impl Profile {
    /// The profile of a column of this name, by a sample of its values (empty ones are passed over).
    pub fn of<'v>(
        detector: &Detector,
        name: &str,
        values: impl IntoIterator<Item = &'v str>,
    ) -> Self {
        let values: Vec<&str> = values
            .into_iter()
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect();
        let meaning = meaning(name);
        let mut profile = Self {
            meaning,
            expected: match meaning {
                Meaning::Announces(kind, _) => Some(kind),
                _ => None,
            },
            shape: shape(&values),
            filled: values.len() as u64,
            distinct: 0,
            entropy: 0.0,
            trusts: false,
            chance: Vec::new(),
        };
        (profile.distinct, profile.entropy) = spread(&values);
        profile.learn(detector, &values);
        profile
    }

    fn learn(&mut self, detector: &Detector, values: &[&str]) {
        if values.is_empty() {
            return;
        }
        let mut cells: BTreeMap<Kind, Votes> = BTreeMap::new();
        let (mut numbers, mut expected) = (0_usize, 0_usize);
        for value in values {
            let hits = self.judge(detector, value);
            let is_number = is_number(value);
            numbers += usize::from(is_number);
            expected += usize::from(hits.iter().any(|hit| Some(hit.kind) == self.expected));
            for hit in whole(&hits, value) {
                let votes = cells.entry(hit.kind).or_default();
                votes.whole += 1;
                votes.numbers += usize::from(is_number);
                votes.passed += usize::from(hit.check == Check::Passed);
            }
        }
        let count = values.len();
        match self.meaning {
            Meaning::Announces(Kind::Person | Kind::Address, score) => {
                let least = if score >= 90 { 3 } else { 5 };
                self.trusts = expected * 10 >= count * least;
            }
            Meaning::Announces(..) => {}
            Meaning::Text | Meaning::Plain | Meaning::Silent => {
                self.chance = self.by_chance(&cells, numbers, values);
                self.expected = cells
                    .iter()
                    .filter(|(kind, votes)| {
                        votes.whole * 10 >= count * 6 && !self.chance.contains(kind)
                    })
                    .max_by_key(|(_, votes)| votes.whole)
                    .map(|(kind, _)| *kind);
                self.trusts =
                    count >= FEW && matches!(self.expected, Some(Kind::Person | Kind::Address));
            }
        }
    }

    /// The kinds of which numbers in this column happen to have the shape: one number in ten holds a check
    /// digit of Luhn's, and numbers that count up run through those of telephones.
    fn by_chance(
        &self,
        cells: &BTreeMap<Kind, Votes>,
        numbers: usize,
        values: &[&str],
    ) -> Vec<Kind> {
        let is_plain = self.meaning == Meaning::Plain;
        let is_mixed = prefix_entropy(values) >= MIXED_BITS;
        cells
            .iter()
            .filter(|(_, votes)| votes.numbers > 0)
            .filter(|(_, votes)| {
                let share = votes.numbers * 10;
                let holds = votes.passed * 10 >= numbers * 9;
                if is_plain {
                    // A code that is a person's number after all: nearly all of many are such.
                    !(share >= numbers * 9
                        && numbers >= FEW
                        && self.shape != Shape::Serial
                        && (holds || is_mixed))
                } else {
                    numbers >= FEW && (share < numbers * 5 || self.shape == Shape::Serial && !holds)
                }
            })
            .map(|(kind, _)| *kind)
            .collect()
    }

    /// Whether its cells may say something: a column of numbers or names does not.
    pub(crate) fn may_speak(&self) -> bool {
        self.expected.is_none() && matches!(self.meaning, Meaning::Text | Meaning::Silent)
    }

    /// What stands in one cell of the column, with offsets within `value`.
    pub fn judge(&self, detector: &Detector, value: &str) -> Vec<Hit> {
        if value.trim().is_empty() {
            return Vec::new();
        }
        let mut hits = match self.expected {
            Some(kind) => std::iter::once(kind)
                .chain(others(kind).iter().copied())
                .map(|kind| announced(detector, kind, value))
                .find(|hits| !hits.is_empty())
                .unwrap_or_default(),
            None => detector.detect(value),
        };
        if !self.chance.is_empty() && is_number(value) {
            hits.retain(|hit| !self.chance.contains(&hit.kind));
        }
        if hits.is_empty() && self.trusts {
            hits.extend(self.expected.and_then(|kind| bare(kind, value)));
        }
        hits
    }
}

#[derive(Default)]
struct Votes {
    /// Cells that are such a value and nothing else.
    whole: usize,
    /// Of them those that are numbers.
    numbers: usize,
    /// Of them those whose check digit holds.
    passed: usize,
}

/// Fewer values than this prove nothing.
const FEW: usize = 8;

/// The least entropy of the first three digits where numbers come from many operators.
const MIXED_BITS: f64 = 2.0;

/// What a column for one kind holds as well.
const fn others(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::IdCard => &[Kind::Passport, Kind::TravelPermit],
        Kind::Phone => &[Kind::Landline],
        Kind::Landline => &[Kind::Phone],
        _ => &[],
    }
}

/// What stands in `value` if it is announced as this kind.
pub(crate) fn announced(detector: &Detector, kind: Kind, value: &str) -> Vec<Hit> {
    let label = label(kind, value);
    let chars = label.chars().count();
    detector
        .detect(&format!("{label}{value}"))
        .into_iter()
        .filter(|hit| hit.bytes.start >= label.len())
        .map(|hit| Hit {
            bytes: hit.bytes.start - label.len()..hit.bytes.end - label.len(),
            chars: hit.chars.start - chars..hit.chars.end - chars,
            // The label that announced it stands in no cell.
            context: None,
            ..hit
        })
        .collect()
}

/// What announces a kind to the detector, in the language of the value.
fn label(kind: Kind, value: &str) -> &'static str {
    let is_english = value.is_ascii() && value.bytes().any(|b| b.is_ascii_alphabetic());
    match kind {
        Kind::Person if is_english => "Name: ",
        Kind::Address if is_english => "Address: ",
        Kind::Person => "姓名：",
        Kind::Phone => "手机号：",
        Kind::Landline => "电话：",
        Kind::IdCard => "身份证号：",
        Kind::Passport => "护照号：",
        Kind::TravelPermit => "通行证号：",
        Kind::BankCard => "银行卡号：",
        Kind::Uscc => "统一社会信用代码：",
        Kind::Vin => "车架号：",
        Kind::Plate => "车牌号：",
        Kind::Address => "地址：",
        Kind::Email => "邮箱：",
        Kind::Ip => "IP地址：",
        Kind::Mac => "MAC地址：",
        Kind::Imei => "IMEI：",
        Kind::Wechat => "微信号：",
        Kind::Qq => "QQ号：",
        Kind::Waybill => "运单号：",
        Kind::Gps => "坐标：",
        Kind::Dob => "出生日期：",
    }
}

/// The hits that are the whole of a value.
fn whole<'h>(hits: &'h [Hit], value: &str) -> impl Iterator<Item = &'h Hit> {
    let length = value.trim().len();
    hits.iter()
        .filter(move |hit| hit.bytes.len() * 10 >= length * 8)
}

/// A bare value in a column that proved to hold such ones.
fn bare(kind: Kind, value: &str) -> Option<Hit> {
    let trimmed = value.trim();
    let (looks, rule) = match kind {
        Kind::Person => (looks_like_name(trimmed), "table.person"),
        Kind::Address => (looks_like_address(trimmed), "table.address"),
        _ => return None,
    };
    let start = value.len() - value.trim_start().len();
    let chars = value.get(..start)?.chars().count();
    looks.then(|| Hit {
        bytes: start..start + trimmed.len(),
        chars: chars..chars + trimmed.chars().count(),
        kind,
        confidence: 700,
        rule,
        check: Check::None,
        context: None,
        class: kind.class(),
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Two to four characters, more with the dot of a minority's or foreign name; or two to four words.
fn looks_like_name(value: &str) -> bool {
    let chars = value.chars().count();
    if value.chars().all(|c| is_han(c) || matches!(c, '·' | '•')) {
        return (2..=4).contains(&chars) || value.contains(['·', '•']) && chars <= 20;
    }
    let words: Vec<&str> = value.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|word| {
            word.starts_with(char::is_uppercase)
                && word
                    .chars()
                    .all(|c| c.is_alphabetic() && !is_han(c) || matches!(c, '.' | '-' | '\''))
        })
}

fn looks_like_address(value: &str) -> bool {
    (5..=200).contains(&value.chars().count()) && value.chars().any(char::is_alphabetic)
}

/// Digits, with what parts groups of them.
pub(crate) fn is_number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5
        && value
            .trim()
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'.' | b',' | b'+' | b'X'))
}

/// How the numbers of a column go: up by small steps, or anywhere.
fn shape(values: &[&str]) -> Shape {
    let mut numbers: Vec<u128> = values
        .iter()
        .filter(|value| is_number(value))
        .filter_map(|value| value.parse().ok())
        .collect();
    if numbers.len() < FEW || numbers.len() * 2 < values.len() {
        return Shape::Other;
    }
    numbers.sort_unstable();
    let steps: Vec<u128> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let small = steps
        .iter()
        .filter(|step| (1..=SMALL_STEP).contains(*step))
        .count();
    if small * 10 >= steps.len() * 8 {
        Shape::Serial
    } else {
        Shape::Spread
    }
}

/// What counts up hardly leaves more than so many out.
const SMALL_STEP: u128 = 100;

/// How many different values, and the entropy over them in bits.
fn spread(values: &[&str]) -> (u64, f64) {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<u64> = counts.into_values().collect();
    counts.sort_unstable();
    (counts.len() as u64, entropy(&counts))
}

/// The entropy over the first three digits of the numbers.
fn prefix_entropy(values: &[&str]) -> f64 {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for value in values.iter().filter(|value| is_number(value)) {
        if let Some(prefix) = value.get(..3) {
            *counts.entry(prefix).or_default() += 1;
        }
    }
    entropy(&counts.into_values().collect::<Vec<_>>())
}

/// Shannon's entropy of these counts, in bits.
fn entropy(counts: &[u64]) -> f64 {
    let all = counts.iter().sum::<u64>() as f64;
    counts
        .iter()
        .map(|&count| {
            let share = count as f64 / all;
            -share * share.log2()
        })
        .sum::<f64>()
        // Minus nothing.
        .max(0.0)
}

#[cfg(test)]
mod tests {
    use super::{Meaning, Profile, Shape, meaning};
    use shouxin_detect::{Detector, Kind};

    fn found(name: &str, values: &[String]) -> Vec<Vec<Kind>> {
        let detector = Detector::new();
        let profile = Profile::of(&detector, name, values.iter().map(String::as_str));
        values
            .iter()
            .map(|value| {
                profile
                    .judge(&detector, value)
                    .iter()
                    .map(|hit| hit.kind)
                    .collect()
            })
            .collect()
    }

    fn share(name: &str, values: &[String], kind: Kind) -> usize {
        found(name, values)
            .iter()
            .filter(|kinds| kinds.contains(&kind))
            .count()
    }

    fn strings<const N: usize>(values: [&str; N]) -> Vec<String> {
        values.map(str::to_owned).to_vec()
    }

    /// Numbers as operators give them out, with any last digits.
    fn mobiles() -> Vec<String> {
        let prefixes = ["138", "159", "186", "177", "135", "199", "150", "181"];
        (0..40_u64)
            .map(|n| {
                let prefix = prefixes[n as usize % prefixes.len()];
                format!("{prefix}{:08}", (n * 48_271_911 + 13_579) % 100_000_000)
            })
            .collect()
    }

    #[test]
    fn a_name_says_what_its_column_holds_in_both_languages() {
        for (name, expected) in [
            ("手机号", Meaning::Announces(Kind::Phone, 90)),
            ("customer_phone", Meaning::Announces(Kind::Phone, 60)),
            ("商品名称", Meaning::Silent),
            ("product_name", Meaning::Text),
            ("订单号", Meaning::Plain),
            ("remark", Meaning::Text),
            ("c7", Meaning::Silent),
        ] {
            assert_eq!(meaning(name), expected, "{name}");
        }
    }

    #[test]
    fn numbers_in_a_column_of_telephones_need_no_words() {
        let values = mobiles();
        for name in ["手机号", "联系电话", "phone", "c7"] {
            assert_eq!(share(name, &values, Kind::Phone), values.len(), "{name}");
        }
    }

    #[test]
    fn bare_names_are_found_in_a_column_of_names() {
        let values = strings([
            "张伟",
            "王芳",
            "欧阳修远",
            "李娜",
            "刘洋",
            "陈静",
            "赵磊",
            "和平",
            "阿依古丽·买买提",
        ]);
        assert_eq!(share("姓名", &values, Kind::Person), values.len());
        let english = strings(["John Smith", "Mary Brown", "Peter O'Neill", "Ann Lee"]);
        assert_eq!(share("customer_name", &english, Kind::Person), 4);
    }

    #[test]
    fn orders_are_no_telephones_and_goods_no_people() {
        let serial: Vec<String> = (0..50)
            .map(|n| (13_800_000_100_u64 + n * 3).to_string())
            .collect();
        for name in ["订单号", "order_no", "c1"] {
            assert_eq!(share(name, &serial, Kind::Phone), 0, "{name}");
        }
        let goods = strings(["苹果手机", "连衣裙", "白酒", "安全座椅"]);
        assert_eq!(share("商品名称", &goods, Kind::Person), 0);
    }

    #[test]
    fn a_tenth_of_numbers_that_pass_is_chance() {
        // Sixteen digits that begin like a card; one in ten holds.
        let numbers: Vec<String> = (0..60)
            .map(|n: u64| (6_222_020_000_000_000 + n * 7_919_373_717).to_string())
            .collect();
        assert_eq!(share("流水", &numbers, Kind::BankCard), 0);
        assert_eq!(share("编号", &numbers, Kind::BankCard), 0);
    }

    #[test]
    fn telephones_under_the_name_of_a_code_are_found_if_nearly_all_are() {
        let values = mobiles();
        assert_eq!(share("会员编号", &values, Kind::Phone), values.len());
    }

    #[test]
    fn text_among_numbers_is_still_looked_at() {
        let mut values: Vec<String> = (0..30).map(|n| (20_240_000_u64 + n).to_string()).collect();
        values.push("补单 电话13800138000".to_owned());
        assert_eq!(share("单号", &values, Kind::Phone), 1);
    }

    #[test]
    fn entropy_tells_one_value_from_many() {
        let detector = Detector::new();
        let same = Profile::of(&detector, "x", ["a", "a", "a", "a"]);
        assert_eq!((same.distinct, same.entropy), (1, 0.0));
        let four = Profile::of(&detector, "x", ["a", "b", "c", "d"]);
        assert_eq!((four.distinct, four.entropy), (4, 2.0));
        assert_eq!(four.shape, Shape::Other);
    }
}
