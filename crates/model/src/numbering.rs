//! Numbering plans and codes of divisions: facts that several crates check numbers against.

/// Whether these digits begin with a block of mobile numbers that is given to people in mainland China.
/// Only the first five characters are looked at; a shorter text is none.
///
/// Source: MIIT numbering plan, cross-checked with libphonenumber 9.0.43.
pub fn is_mobile(number: &str) -> bool {
    let Some(Ok(first5)) = number.get(..5).map(str::parse::<u32>) else {
        return false;
    };
    MOBILE_BLOCKS
        .iter()
        .any(|&(first, last)| (first..=last).contains(&first5))
}

/// The length of the area code with its leading zero: 3 for 010 and 02x, 4 for those in the table.
pub fn area_code_length(number: &str) -> Option<usize> {
    let code: u16 = number.get(1..4)?.parse().ok()?;
    match code / 10 {
        10 | 20..=25 | 27..=29 => Some(3),
        _ => AREAS
            .iter()
            .any(|&(first, last)| (first..=last).contains(&code))
            .then_some(4),
    }
}

/// Area codes of three digits after the zero, first and last of each run.
///
/// Source: libphonenumber 9.0.43 metadata for China (Apache-2.0).
#[rustfmt::skip]
const AREAS: &[(u16, u16)] = &[
    (310, 319), (335, 335), (349, 359), (370, 377), (379, 379), (391, 396), (398, 398), (411, 412),
    (415, 419), (421, 421), (427, 427), (429, 429), (431, 439), (451, 459), (464, 464), (467, 479),
    (482, 483), (510, 519), (523, 523), (527, 527), (530, 539), (543, 543), (546, 546), (550, 559),
    (561, 564), (566, 566), (570, 580), (591, 599), (631, 633), (635, 635), (660, 660), (662, 663),
    (668, 668), (691, 692), (701, 701), (710, 719), (722, 722), (724, 724), (728, 728), (730, 731),
    (734, 739), (743, 746), (750, 760), (762, 763), (766, 766), (768, 779), (790, 799), (812, 813),
    (816, 818), (825, 827), (830, 839), (851, 851), (854, 859), (870, 879), (883, 883), (886, 888),
    (891, 898), (901, 903), (906, 906), (908, 909), (911, 917), (919, 919), (930, 939), (941, 941),
    (943, 943), (951, 955), (970, 979), (990, 999),
];

/// First and last five leading digits of the blocks given to people: all of 13x, 15x, 18x and 19x but
/// 154 and 194, the virtual operators' 162, 165, 167, 170 and 171, and the satellite 1349 and 1740.
/// Numbers of things (140, 141, 144, 146, 148: 13 digits) are not for people.
const MOBILE_BLOCKS: &[(u32, u32)] = &[
    (13000, 13999),
    (14500, 14599),
    (14700, 14799),
    (14900, 14999),
    (15000, 15399),
    (15500, 15999),
    (16100, 16109),
    (16200, 16299),
    (16500, 16799),
    (17000, 17399),
    (17400, 17405),
    (17500, 17899),
    (18000, 18999),
    (19000, 19399),
    (19500, 19999),
];

/// Whether these six digits could be a division of China: the province must exist, the county need
/// not, since divisions are merged and renamed while identifiers live on.
pub fn is_division(code: &str) -> bool {
    let bytes = code.as_bytes();
    let &[tens, ones, ..] = bytes else {
        return false;
    };
    bytes.len() == 6
        && bytes.iter().all(u8::is_ascii_digit)
        && IS_PROVINCE[usize::from(tens - b'0') * 10 + usize::from(ones - b'0')]
}

/// The codes of provinces by number, since every long number of a text is asked.
const IS_PROVINCE: [bool; 100] = {
    let mut table = [false; 100];
    let mut place = 0;
    while place < PROVINCES.len() {
        let code = PROVINCES[place].as_bytes();
        table[(code[0] - b'0') as usize * 10 + (code[1] - b'0') as usize] = true;
        place += 1;
    }
    table
};

/// GB/T 2260 province codes; 81-83 on residence permits of Hong Kong, Macao and Taiwan residents.
#[rustfmt::skip]
const PROVINCES: &[&str] = &[
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
    "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
];

/// The characters of provinces on number plates.
///
/// Source: GA 36-2018.
pub const PLATE_PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
