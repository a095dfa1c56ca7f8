//! Characters that are numerals or begin plates, looked up by code.

use shouxin_model::numbering::PLATE_PROVINCES;

/// What a Chinese character can begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A numeral, written or as spoken over the telephone, with its digit.
    Digit(u8),
    /// The province of a number plate.
    Province,
    /// 使 of the plates of embassies.
    Office,
    /// 男 or 女, after which a date of birth may stand.
    Sex,
    /// 生, before which one may stand.
    Born,
}

/// The role of the character of three bytes at `at`; none if the bytes are none.
pub(crate) fn role_at(bytes: &[u8], at: usize) -> Option<Role> {
    role(code_at(bytes, at)?)
}

/// Whether `text` begins with an ideograph that is spoken between digits, or that such a word begins with.
pub(crate) fn may_part(text: &[u8]) -> bool {
    let role = code_at(text, 0).and_then(|code| ROLES.get(code.checked_sub(FIRST)?));
    role == Some(&PARTING)
}

/// The code of the character of three bytes at `at`.
fn code_at(bytes: &[u8], at: usize) -> Option<usize> {
    let &[a, b, c] = bytes.get(at..at + 3)? else {
        return None;
    };
    Some(code_of(&[a, b, c], 0))
}

const fn code_of(bytes: &[u8], at: usize) -> usize {
    ((bytes[at] as usize & 0x0F) << 12)
        | ((bytes[at + 1] as usize & 0x3F) << 6)
        | (bytes[at + 2] as usize & 0x3F)
}

/// The role of the character of this code.
pub(crate) fn role(code: usize) -> Option<Role> {
    match *ROLES.get(code.checked_sub(FIRST)?)? {
        0 | PARTING => None,
        1 => Some(Role::Province),
        2 => Some(Role::Office),
        3 => Some(Role::Sex),
        4 => Some(Role::Born),
        digit => Some(Role::Digit(digit - 0x30 + b'0')),
    }
}

/// The digit that the character at `at` stands for, and how many bytes it takes.
pub(crate) fn digit_at(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match bytes.get(at)? {
        digit @ b'0'..=b'9' => Some((*digit, 1)),
        0xE3..=0xE9 => match role_at(bytes, at)? {
            Role::Digit(digit) => Some((digit, 3)),
            _ => None,
        },
        _ => None,
    }
}

const FIRST: usize = 0x3000;
const SIZE: usize = 0x9FFF - 0x3000;

/// What no [`Role`] is.
const PARTING: u8 = 5;

/// Ideographs between digits; the words that begin with some of them are in `run`.
const BETWEEN: &str = "杠嗯呃减点啊对哦横空然后接中最再末短斜尾剩那这";

/// Provinces as plates have them, in traditional characters.
const TRADITIONAL: &str = "滬遼魯蘇贛晉陝閩貴粵寧瓊雲";

/// 0 for nothing, 1 a province, 2 an office, 3 a sex, 4 a birth, 5 what stands between digits, 0x30-0x39 a digit.
static ROLES: [u8; SIZE] = {
    let mut table = [0; SIZE];
    let provinces = PLATE_PROVINCES.as_bytes();
    let mut i = 0;
    while i + 2 < provinces.len() {
        table[code_of(provinces, i) - FIRST] = 1;
        i += 3;
    }
    let traditional = TRADITIONAL.as_bytes();
    let mut i = 0;
    while i + 2 < traditional.len() {
        table[code_of(traditional, i) - FIRST] = 1;
        i += 3;
    }
    let between = BETWEEN.as_bytes();
    let mut i = 0;
    while i + 2 < between.len() {
        table[code_of(between, i) - FIRST] = PARTING;
        i += 3;
    }
    table['使' as usize - FIRST] = 2;
    table['男' as usize - FIRST] = 3;
    table['女' as usize - FIRST] = 3;
    table['生' as usize - FIRST] = 4;
    let mut i = 0;
    while i < DIGITS.len() {
        let (character, digit) = DIGITS[i];
        table[character as usize - FIRST] = b'0' + digit;
        i += 1;
    }
    table
};

/// Numerals as written, in capitals, and as spoken digit by digit (幺 and 腰 for 1, 洞 for 0, 拐 for 7,
/// 勾 for 9, 两 for 2).
const DIGITS: [(char, u8); 32] = [
    ('〇', 0),
    ('零', 0),
    ('洞', 0),
    ('一', 1),
    ('幺', 1),
    ('壹', 1),
    ('二', 2),
    ('两', 2),
    ('贰', 2),
    ('兩', 2),
    ('貳', 2),
    ('三', 3),
    ('叁', 3),
    ('參', 3),
    ('四', 4),
    ('肆', 4),
    ('五', 5),
    ('伍', 5),
    ('六', 6),
    ('陆', 6),
    ('陸', 6),
    ('七', 7),
    ('柒', 7),
    ('拐', 7),
    ('八', 8),
    ('捌', 8),
    ('九', 9),
    ('玖', 9),
    ('勾', 9),
    ('弌', 1),
    ('弍', 2),
    ('弎', 3),
];
