//! Splitting a person's name into surname and given name.

/// A name in its parts. All are slices of the name that was split, without separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split<'a> {
    /// The surname; compound surnames whole. Of a name with a middle dot, the part before the dot.
    pub surname: &'a str,
    /// The given name or names; empty if the text holds none.
    pub given: &'a str,
    /// A form of address in place of a given name: `女士` of 李女士, `老` of 老王. Else empty.
    pub honorific: &'a str,
}

/// Splits a Chinese, minority or foreign name. Works on any text: what it cannot read becomes a
/// surname of one character and a given name of the rest.
///
/// - 张三, 张小明: the first character is the surname.
/// - 欧阳明, 爱新觉罗溥仪: compound surnames stay whole, as long as a given name remains.
/// - 范徐丽泰: of four characters, two leading common surnames are one double surname.
/// - 阿卜杜拉·买买提: the part before the first middle dot.
/// - John Smith, Smith, John, SMITH John, Ludwig van Beethoven: the family name.
/// - 李女士, 王师傅, 老王: a surname and a form of address, no given name.
pub fn split(name: &str) -> Split<'_> {
    let name = name.trim();
    if name.chars().any(is_han) {
        split_chinese(name)
    } else {
        split_foreign(name)
    }
}

/// Whether this is a dot that parts a name, as in 阿卜杜拉·买买提.
pub const fn is_middle_dot(c: char) -> bool {
    matches!(
        c,
        '\u{b7}'
            | '\u{2022}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22c5}'
            | '\u{30fb}'
            | '\u{ff0e}'
            | '\u{ff65}'
    )
}

/// Whether this is a Chinese character.
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '\u{3007}')
}

/// The compound surname that `text` starts with, if any.
pub fn compound_surname(text: &str) -> Option<&'static str> {
    COMPOUND
        .iter()
        .copied()
        .filter(|surname| text.starts_with(surname))
        .max_by_key(|s| s.len())
}

fn split_chinese(name: &str) -> Split<'_> {
    // An ASCII full stop parts a name only between Chinese characters: 买买提.艾力.
    if let Some((at, dot)) = name
        .char_indices()
        .find(|&(_, c)| is_middle_dot(c) || c == '.')
    {
        let (surname, given) = (name[..at].trim(), name[at + dot.len_utf8()..].trim());
        if !surname.is_empty() && !given.is_empty() {
            return Split {
                surname,
                given,
                honorific: "",
            };
        }
    }
    if let Some((surname, given)) = name.split_once(char::is_whitespace)
        && (nth(surname, 1) == surname.len() || compound_surname(surname) == Some(surname))
    {
        return Split {
            surname,
            given: given.trim_start(),
            honorific: "",
        };
    }
    if let Some(parts) = split_address_form(name) {
        return parts;
    }
    let at = surname_bytes(name);
    Split {
        surname: &name[..at],
        given: &name[at..],
        honorific: "",
    }
}

/// Bytes of the surname of a Chinese name written without separators.
fn surname_bytes(name: &str) -> usize {
    let length = name.chars().count();
    // Two characters are one surname and one given name, even 东方 or 欧阳.
    if length >= 3 {
        let compound = COMPOUND
            .iter()
            .filter(|s| name.starts_with(**s) && name.len() > s.len())
            .map(|s| s.len())
            .max();
        if let Some(bytes) = compound {
            return bytes;
        }
    }
    if length == 4 && name.chars().take(2).all(|c| COMMON.contains(c)) {
        return nth(name, 2);
    }
    nth(name, 1)
}

/// 李女士, 欧阳老师, 王总; 老王, 小李.
fn split_address_form(name: &str) -> Option<Split<'_>> {
    let stem = HONORIFICS.iter().find_map(|title| {
        name.strip_suffix(title).filter(|stem| {
            nth(stem, 1) == stem.len() && !stem.is_empty() || compound_surname(stem) == Some(stem)
        })
    });
    if let Some(surname) = stem {
        return Some(Split {
            surname,
            given: "",
            honorific: &name[surname.len()..],
        });
    }
    let surname = name.strip_prefix(['老', '小']).filter(|rest| {
        compound_surname(rest) == Some(rest)
            || nth(rest, 1) == rest.len() && rest.chars().all(|c| COMMON.contains(c))
    })?;
    Some(Split {
        surname,
        given: "",
        honorific: &name[..name.len() - surname.len()],
    })
}

fn split_foreign(name: &str) -> Split<'_> {
    if let Some((surname, given)) = name.split_once([',', ',']) {
        return Split {
            surname: surname.trim(),
            given: given.trim(),
            honorific: "",
        };
    }
    if let Some((surname, given)) = name.split_once(is_middle_dot) {
        return Split {
            surname: surname.trim(),
            given: given.trim(),
            honorific: "",
        };
    }
    let (honorific, name) = match name.split_once(char::is_whitespace) {
        Some((first, rest)) if is_title(first) => (first, rest.trim_start()),
        _ => ("", name),
    };
    // SMITH John: the passport way of marking a surname that stands first.
    if let Some((first, rest)) = name.split_once(char::is_whitespace)
        && is_shouted(first)
        && !rest.split_whitespace().any(is_shouted)
    {
        return Split {
            surname: first,
            given: rest.trim_start(),
            honorific,
        };
    }
    let mut at = name.rfind(char::is_whitespace).map_or(0, |space| {
        space + name[space..].chars().next().map_or(0, char::len_utf8)
    });
    while let Some(particle) = name[..at]
        .split_whitespace()
        .next_back()
        .filter(|w| is_particle(w))
    {
        let start = name[..at].trim_end().len() - particle.len();
        // A name that starts with its particle has no given name to keep apart.
        if start == 0 {
            break;
        }
        at = start;
    }
    Split {
        surname: &name[at..],
        given: name[..at].trim_end(),
        honorific,
    }
}

fn is_shouted(word: &str) -> bool {
    word.chars().count() >= 2
        && word
            .chars()
            .all(|c| c.is_uppercase() || c == '-' || c == '\'')
}

fn is_title(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    ["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "mx"]
        .iter()
        .any(|t| word.eq_ignore_ascii_case(t))
}

fn is_particle(word: &str) -> bool {
    [
        "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le",
        "bin", "ibn", "al", "el", "ter", "ten", "zu",
    ]
    .iter()
    .any(|p| word.eq_ignore_ascii_case(p))
}

/// The byte offset after the first `count` characters, or the length of a shorter text.
fn nth(text: &str, count: usize) -> usize {
    text.char_indices()
        .nth(count)
        .map_or(text.len(), |(at, _)| at)
}

/// Surnames of more than one character (百家姓 and later registers). Left out are those whose
/// characters today mostly start a single surname with a common given name: 王子, 贺兰, 佟佳, 高堂.
#[rustfmt::skip]
const COMPOUND: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文",
    "长孙", "司徒", "司空", "司寇", "轩辕", "端木", "独孤", "南宫", "西门", "东郭", "东门", "南门",
    "南郭", "北堂", "北宫", "百里", "呼延", "澹台", "濮阳", "淳于", "单于", "太叔", "太史", "申屠",
    "仲孙", "叔孙", "颛孙", "钟离", "鲜于", "闾丘", "左丘", "梁丘", "贯丘", "毌丘", "亓官", "子车",
    "巫马", "公冶", "公西", "公良", "公羊", "公输", "公仪", "公乘", "公叔", "漆雕", "乐正", "壤驷",
    "拓跋", "拓拔", "夹谷", "宰父", "谷梁", "穀梁", "段干", "东里", "微生", "羊舌", "赫连", "万俟",
    "闻人", "宗政", "第五", "伯赏", "阳佟", "即墨", "相里", "安陵", "完颜", "耶律", "纳兰", "叶赫",
    "那拉", "富察", "董鄂", "达奚", "斛律", "哥舒", "尔朱", "乞伏", "沮渠", "秃发", "屈突", "南荣",
    "东野", "西陵", "士孙", "歐陽", "諸葛", "司馬", "東方", "爱新觉罗", "钮祜禄", "瓜尔佳",
    "赫舍里", "叶赫那拉", "喜塔腊", "马佳氏", "侯莫陈", "吐谷浑", "步六孤", "博尔济吉特",
];

/// The commonest surnames of one character: enough to tell 范徐丽泰 and 老王 from other words.
const COMMON: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董\
    潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙\
    黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岑郁岳翁";

#[rustfmt::skip]
const HONORIFICS: &[&str] = &[
    "女士", "先生", "小姐", "太太", "师傅", "老师", "经理", "医生", "同志", "老板", "阿姨", "叔叔",
    "大爷", "大妈", "大姐", "大哥", "主任", "教授", "律师", "夫人", "总", "工", "姐", "哥", "叔",
    "姨", "嫂", "某", "某某",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_split_after_the_surname() {
        for (name, surname, given) in [
            ("张三", "张", "三"),
            ("张小明", "张", "小明"),
            ("欧阳明", "欧阳", "明"),
            ("欧阳娜娜", "欧阳", "娜娜"),
            ("欧阳", "欧", "阳"),
            ("司马光", "司马", "光"),
            ("爱新觉罗溥仪", "爱新觉罗", "溥仪"),
            ("叶赫那拉明珠", "叶赫那拉", "明珠"),
            ("王子豪", "王", "子豪"),
            ("仉晓", "仉", "晓"),
            ("𠮷明", "𠮷", "明"),
            ("范徐丽泰", "范徐", "丽泰"),
            ("古丽米热", "古", "丽米热"),
            ("张 小明", "张", "小明"),
            ("欧阳 明", "欧阳", "明"),
            (" 李四 ", "李", "四"),
            ("阿卜杜拉·买买提", "阿卜杜拉", "买买提"),
            ("买买提.艾力", "买买提", "艾力"),
            ("约翰·罗纳德·史密斯", "约翰", "罗纳德·史密斯"),
            ("张", "张", ""),
            ("", "", ""),
        ] {
            assert_eq!(
                split(name),
                Split {
                    surname,
                    given,
                    honorific: ""
                },
                "{name}"
            );
        }
    }

    #[test]
    fn a_form_of_address_is_no_given_name() {
        for (name, surname, honorific) in [
            ("李女士", "李", "女士"),
            ("王师傅", "王", "师傅"),
            ("欧阳老师", "欧阳", "老师"),
            ("赵总", "赵", "总"),
            ("老王", "王", "老"),
            ("小欧阳", "欧阳", "小"),
        ] {
            assert_eq!(
                split(name),
                Split {
                    surname,
                    given: "",
                    honorific
                },
                "{name}"
            );
        }
        // Not every last character that could be a title is one.
        assert_eq!(split("陈小姐姐").given, "小姐姐");
        assert_eq!(split("小明").surname, "小");
    }

    #[test]
    fn foreign_names_yield_the_family_name() {
        for (name, surname, given) in [
            ("John Smith", "Smith", "John"),
            ("Smith, John", "Smith", "John"),
            ("SMITH John", "SMITH", "John"),
            ("John Ronald Smith", "Smith", "John Ronald"),
            ("Ludwig van Beethoven", "van Beethoven", "Ludwig"),
            ("Van Dyke", "Dyke", "Van"),
            ("Plato", "Plato", ""),
        ] {
            assert_eq!(
                split(name),
                Split {
                    surname,
                    given,
                    honorific: ""
                },
                "{name}"
            );
        }
        assert_eq!(
            split("Dr. Ann Lee"),
            Split {
                surname: "Lee",
                given: "Ann",
                honorific: "Dr."
            }
        );
    }

    #[test]
    fn compound_surnames_are_distinct_and_many() {
        let mut all = COMPOUND.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), COMPOUND.len());
        assert!(all.len() >= 60);
    }
}
