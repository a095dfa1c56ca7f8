//! Names of people in English text: given name and surname, with titles, initials and particles.

use super::lists::{GIVEN, List, OVERSEAS, PINYIN, STREETS, SURNAMES, WORDS};
use super::words::{Shape, Word, words};
use crate::{Candidate, Check, Confidence, Kind, Normalised};

/// Adds the names in `text` to `out`. A name that lies within what was seen is left out.
pub(crate) fn find(text: &Normalised<'_>, seen: &[Candidate], out: &mut Vec<Candidate>) {
    let text = text.as_str();
    let words = words(text);
    let mut at = 0;
    while at < words.len() {
        match name_at(text, &words, at, seen) {
            Some((count, sure)) => {
                let (start, end) = (words[at].start, words[at + count - 1].end);
                if !is_taken(seen, start, end) {
                    out.push(Candidate {
                        start,
                        end,
                        kind: Kind::Person,
                        confidence: sure,
                        rule: "en.person.name",
                        check: Check::None,
                    });
                }
                at += count;
            }
            None => at += 1,
        }
    }
}

/// Whether something seen overlaps these bytes. `seen` is sorted by start.
fn is_taken(seen: &[Candidate], start: usize, end: usize) -> bool {
    let upto = seen.partition_point(|c| c.start < end);
    seen.get(..upto)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(16)
        .any(|c| c.end > start)
}

/// The longest name in words, an initial between counted.
const MOST_WORDS: usize = 5;

/// The name that begins with the word at `at`: how many words it has, and how sure that is.
fn name_at(
    text: &str,
    words: &[Word<'_>],
    at: usize,
    seen: &[Candidate],
) -> Option<(usize, Confidence)> {
    let first = words.get(at)?;
    if !first.is_capital() {
        return small_name(text, words, at)
            .filter(|_| announced(text, words, at) == Announced::Strongly);
    }
    if let Some(sure) = surname_first(text, words, at) {
        // Gonçalves, Davi Luiz: given names go on.
        let more = run_length(text, words, at + 1).min(2);
        let second = words
            .get(at + 2)
            .filter(|word| more == 2 && !is_blocked(word));
        let goes_on =
            second.is_some_and(|word| word.shape == Shape::Initial || GIVEN.has(word.text));
        return Some((2 + usize::from(goes_on), sure));
    }
    let run = run_length(text, words, at);
    if run < 2 || is_in_longer(text, words, at) {
        return None;
    }
    // A name ends before the first word that is part of none.
    let name = words.get(at..at + run)?;
    // Jie and Lu are streets, and syllables of names: Lim Wei Jie, Jie Liang.
    let is_syllable = |place: usize| {
        place == 0
            && is_syllables(first.text)
            && name.get(1).is_some_and(|next| PINYIN.has(next.text))
            || place == 1 && PINYIN.has(first.text) && !is_blocked(first)
            || place == 2
                && (PINYIN.has(first.text) || OVERSEAS.has(first.text))
                && name
                    .get(1..3)
                    .is_some_and(|rest| rest.iter().all(|word| is_syllables(word.text)))
    };
    // Mathew Read: a word that is a surname too, where a given name stands before it and nothing after.
    let closes = |place: usize| {
        name.get(place).is_some_and(|word| {
            place == 1
                && GIVEN.has(first.text)
                && !is_ambiguous(first.text)
                && SURNAMES.has(word.text)
                && word.shape == first.shape
                && !text
                    .get(word.end..)
                    .unwrap_or_default()
                    .starts_with([' ', ':', '/', '-'])
        })
    };
    let blocked = |place: usize| {
        name.get(place).is_some_and(is_blocked) && !is_syllable(place) && !closes(place)
    };
    let run = (0..run).find(|place| blocked(*place)).unwrap_or(run);
    let announced = announced(text, words, at);
    // Payee Long Qin, Per Hannah Hall: a word before a whole name.
    let leads = !GIVEN.has(first.text) && !SURNAMES.has(first.text)
        || ROLES.iter().any(|role| first.is(role))
        || is_ambiguous(first.text) && starts_sentence(text, first.start);
    if run > 2 && leads && !is_family(first) && name.get(1..run).is_some_and(is_whole) {
        return None;
    }
    (2..=run).rev().find_map(|count| {
        let name = words.get(at..at + count)?;
        let announced = match name.last() {
            Some(last) if is_row(text, seen, first.start, last.end) => Announced::Strongly,
            _ => announced,
        };
        let sure = sureness(text, words, at, name, announced)?;
        Some((count, sure))
    })
}

/// DAVIES, GARETH: as registers write names, where one is announced.
fn surname_first(text: &str, words: &[Word<'_>], at: usize) -> Option<Confidence> {
    let (first, second) = (words.get(at)?, words.get(at + 1)?);
    let fits = text.get(first.end..second.start) == Some(", ")
        && second.is_capital()
        && GIVEN.has(second.text)
        && !WORDS.has(first.text)
        && !WORDS.has(second.text)
        && second.text.len() > 2;
    // Whoever is announced for certain may have any surname.
    let least = if SURNAMES.has(first.text) {
        Announced::Fairly
    } else {
        Announced::Strongly
    };
    (fits && announced(text, words, at) >= least).then_some(800)
}

/// How many words from `at` on could be one name: capitals and particles, each a blank from the next.
fn run_length(text: &str, words: &[Word<'_>], at: usize) -> usize {
    let mut count = 1;
    while count < MOST_WORDS {
        let (Some(last), Some(next)) = (words.get(at + count - 1), words.get(at + count)) else {
            break;
        };
        let gap = text.get(last.end..next.start).unwrap_or_default();
        let joined = gap == " " || gap == ". " && last.shape == Shape::Initial || gap == "  ";
        if !joined || !(next.is_capital() || is_particle(next)) {
            break;
        }
        count += 1;
    }
    // A particle ends no name.
    while count > 1
        && words
            .get(at + count - 1)
            .is_some_and(|word| !word.is_capital())
    {
        count -= 1;
    }
    count
}

fn is_particle(word: &Word<'_>) -> bool {
    [
        "van", "von", "der", "den", "de", "la", "del", "di", "da", "dos", "bin", "ibn", "al", "el",
        "ter", "le", "du", "binti", "bte", "bint", "das", "do", "Da", "De", "Di", "Del", "Della",
        "Van", "Von", "Das", "Dos", "La", "Le",
    ]
    .contains(&word.text)
}

/// Whether a word that cannot begin a name, but belongs to a longer term, stands directly before.
fn is_in_longer(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| words.get(before)) else {
        return false;
    };
    let here = words.get(at).map_or(0, |word| word.start);
    let gap = text.get(before.end..here).unwrap_or_default();
    gap == " "
        && before.is_capital()
        && [
            "University",
            "Port",
            "Lake",
            "Mount",
            "Fort",
            "Saint",
            "San",
            "Santa",
            "Los",
            "Las",
            "New",
        ]
        .contains(&before.text)
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Announced {
    No,
    /// By a word that names follow among others: from, with.
    Weakly,
    /// By a role or a relation: customer, driver, wife.
    Fairly,
    /// By a word that only a name follows: Name:, Dear, my name is, Mr.
    Strongly,
}

/// Words that only a name follows.
const STRONG: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "mx",
    "dear",
    "attn",
    "name",
    "sincerely",
    "regards",
    "fullname",
    "surname",
    "named",
    "username",
    "sir",
    "nurse",
    "judge",
    "captain",
    "hi",
    "hello",
    "hey",
];

/// Whether the word is a label of names, a form of address, a role or a relation.
pub(crate) fn is_label(word: &str) -> bool {
    let labels = STRONG.iter().chain(&ROLES);
    labels
        .into_iter()
        .any(|label| word.eq_ignore_ascii_case(label))
}

/// How the words before announce a name.
fn announced(text: &str, words: &[Word<'_>], at: usize) -> Announced {
    let here = words.get(at).map_or(0, |word| word.start);
    let Some(mut before) = at.checked_sub(1).and_then(|before| words.get(before)) else {
        return after_chinese(text, here);
    };
    let mut gap = text.get(before.end..here).unwrap_or_default();
    // Applicant (block letters): …
    if let Some((label, rest)) = gap
        .strip_prefix(')')
        .and_then(|rest| Some((labelled(text, words, at)?, rest)))
    {
        (before, gap) = (label, rest);
    }
    let chinese = after_chinese(text, here);
    if closes_letter(before)
        && gap.contains('\n')
        && gap.len() <= 6
        && gap
            .trim_matches([',', '.', '!', ' ', '\n', '\r'])
            .is_empty()
    {
        return Announced::Strongly;
    }
    if gap.len() > 4
        || gap.contains(['\n', ';'])
        || !gap.chars().all(|c| " :：.,=\"'(-#—\t*>/".contains(c))
    {
        return chinese;
    }
    // I, Maria Brandt, born on …
    if before.text == "I" && gap == ", " {
        return Announced::Strongly;
    }
    let two = at.checked_sub(2).and_then(|two| words.get(two));
    let is = |list: &[&str]| list.iter().any(|word| before.is(word));
    let strong = is(STRONG)
        || before.is("is") && (two.is_some_and(|two| two.is("this")) || says_name(words, at - 1))
        || (before.is("am") || before.is("m")) && two.is_some_and(|two| two.is("i"))
        || before.is("I'm")
        || before.is("im");
    let weak = is(WEAK);
    let fair = is(&ROLES)
        || (is(&["with", "to", "w"]) && two.is_some_and(|two| two.is("spoke") || two.is("talked")));
    if strong {
        Announced::Strongly
    } else if fair {
        Announced::Fairly.max(chinese)
    } else if weak {
        Announced::Weakly.max(chinese)
    } else {
        chinese
    }
}

/// The word before the bracket that closes before the word at `at`.
fn labelled<'w, 'a>(text: &str, words: &'w [Word<'a>], at: usize) -> Option<&'w Word<'a>> {
    let near = words.get(at.saturating_sub(5)..at)?;
    let opens = |pair: &&[Word<'_>]| matches!(pair, [label, inner] if text.get(label.end..inner.start) == Some(" ("));
    near.windows(2).rev().find(opens).and_then(<[_]>::first)
}

/// Whether `name` is one of the few words before the one at `at`: my name is, the name on the order is.
fn says_name(words: &[Word<'_>], at: usize) -> bool {
    words
        .get(at.saturating_sub(4)..at)
        .is_some_and(|before| before.iter().any(|word| word.is("name")))
}

/// Words that names follow among others.
const WEAK: &[&str] = &[
    "contact",
    "agent",
    "user",
    "member",
    "employee",
    "manager",
    "from",
    "by",
    "to",
    "for",
    "with",
    "and",
    "reporter",
    "buyer",
    "seller",
    "holder",
    "beneficiary",
    "student",
    "assignee",
    "rep",
    "told",
    "ask",
    "asked",
    "contacted",
    "called",
    "signed",
    "spoke",
    "met",
    "cc",
    "rider",
    "payee",
    "operator",
    "advisor",
    "adviser",
    "doctor",
    "clerk",
    "subject",
    "booker",
    "author",
    "approver",
    "requester",
];

/// Roles and relations that a name stands behind.
const ROLES: [&str; 65] = [
    "customer",
    "client",
    "owner",
    "driver",
    "courier",
    "patient",
    "tenant",
    "recipient",
    "sender",
    "receiver",
    "consignee",
    "caller",
    "guest",
    "passenger",
    "cardholder",
    "wife",
    "husband",
    "colleague",
    "son",
    "daughter",
    "mother",
    "father",
    "brother",
    "sister",
    "spouse",
    "witness",
    "technician",
    "engineer",
    "claimant",
    "cust",
    "insured",
    "applicant",
    "neighbour",
    "neighbor",
    "friend",
    "boss",
    "flatmate",
    "roommate",
    "partner",
    "tourist",
    "visitor",
    "resident",
    "landlord",
    "landlady",
    "plumber",
    "electrician",
    "locksmith",
    "officer",
    "teacher",
    "tutor",
    "interpreter",
    "victim",
    "suspect",
    "guarantor",
    "borrower",
    "lessee",
    "lessor",
    "renter",
    "deceased",
    "trainee",
    "intern",
    "caretaker",
    "concierge",
    "authorise",
    "authorize",
];

/// Whether a letter ends with this word, so that its writer's name stands on the next line.
fn closes_letter(word: &Word<'_>) -> bool {
    [
        "sincerely",
        "regards",
        "faithfully",
        "truly",
        "thanks",
        "cheers",
        "best",
        "wishes",
        "respectfully",
        "rgds",
        "yours",
    ]
    .iter()
    .any(|known| word.is(known))
}

/// Whether the name fills a field whose neighbour is a number or an e-mail address: `Kwame Mensah,+233 …`.
fn is_row(text: &str, seen: &[Candidate], start: usize, end: usize) -> bool {
    let field = |c: char| matches!(c, ',' | '\t' | '|' | '\n' | '"' | ';');
    let head = text.get(..start).unwrap_or_default();
    if !(head.is_empty() || head.ends_with(field)) {
        return false;
    }
    let next = seen.partition_point(|c| c.start < end);
    seen.get(next).is_some_and(|c| {
        let gap = text.get(end..c.start).unwrap_or_default();
        matches!(
            c.kind,
            Kind::Phone | Kind::Email | Kind::IdCard | Kind::Passport
        ) && !gap.is_empty()
            && gap.len() <= 3
            && gap.contains(field)
            && gap.chars().all(|c| field(c) || c == ' ')
    })
}

/// Whether Chinese words that a name follows stand directly before: 客户 John Smith.
fn after_chinese(text: &str, at: usize) -> Announced {
    let head = text
        .get(..at)
        .unwrap_or_default()
        .trim_end_matches([' ', ':', '：', '是', '叫', '，', '（', '(']);
    let known = [
        "姓名",
        "客户",
        "名字",
        "联系人",
        "收件人",
        "收货人",
        "寄件人",
        "车主",
        "先生",
        "女士",
        "用户",
        "我",
        "员工",
        "同事",
        "持证人",
        "护照名",
        "英文名",
        "司机",
        "老板",
        "会员",
        "乘客",
        "旅客",
        "住客",
        "租客",
    ];
    if known.iter().any(|word| head.ends_with(word)) {
        Announced::Strongly
    } else {
        Announced::No
    }
}

/// How sure it is that these words are one name; none if they are not.
fn sureness(
    text: &str,
    words: &[Word<'_>],
    at: usize,
    name: &[Word<'_>],
    announced: Announced,
) -> Option<Confidence> {
    let (first, last) = (name.first()?, name.last()?);
    if last.shape == Shape::Initial && announced != Announced::Strongly {
        return None;
    }
    if is_place(text, words, at + name.len() - 1) {
        return None;
    }
    let capitals = name
        .iter()
        .filter(|word| word.shape == Shape::Capitals && !is_suffix(word))
        .count();
    let mixed = capitals > 0
        && capitals
            < name
                .iter()
                .filter(|w| w.is_capital() && w.shape != Shape::Initial && !is_suffix(w))
                .count();
    let suffix = is_suffix(last);
    let surname = if suffix {
        name.get(name.len().checked_sub(2)?)?
    } else {
        last
    };
    if suffix && name.len() < 3 {
        return None;
    }
    let given = first.shape == Shape::Initial || GIVEN.has(first.text) || is_double(first, &GIVEN);
    let family = SURNAMES.has(surname.text)
        || PINYIN.has(surname.text) && !WORDS.has(surname.text)
        || ends_as_surname(surname)
        || is_double(surname, &SURNAMES)
        || surname.text.starts_with("Mc")
        || surname.text.starts_with("O'");
    let inner = name
        .get(1..name.len() - 1 - usize::from(suffix))
        .unwrap_or_default();
    let inner_fits = inner.iter().all(|word| {
        word.shape == Shape::Initial
            || is_particle(word)
            || GIVEN.has(word.text)
            || SURNAMES.has(word.text)
    });
    // Muhammad Hafiz bin Rahman: a name that tells whose child one is.
    let patronymic = inner
        .iter()
        .any(|word| ["bin", "binti", "bte", "bint", "ibn"].contains(&word.text));
    if patronymic && (given || announced != Announced::No) {
        return Some(860);
    }
    if is_pinyin_name(name) {
        return Some(if announced == Announced::No { 800 } else { 880 });
    }
    if is_overseas_name(name) && (announced != Announced::No || name.len() == 3) {
        return Some(if announced == Announced::No { 780 } else { 870 });
    }
    if !inner_fits && announced != Announced::Strongly {
        return None;
    }
    if announced == Announced::No && goes_on(text, words, at + name.len() - 1) {
        return None;
    }
    // Headings and licences are in capitals too.
    if capitals > 0 && !(given && family && first.text.len() > 2) && announced < Announced::Fairly {
        return None;
    }
    // Sarah Holt Checksum: the word after a whole name begins something else.
    if !family && !suffix && is_given_and_family(name.get(..name.len() - 1).unwrap_or_default()) {
        return None;
    }
    let is_word = is_ambiguous(first.text);
    let ambiguous = is_word && starts_sentence(text, first.start);
    // Times Square, Canton Fair, Summer Palace
    if announced < Announced::Fairly && (is_word || !given) && is_head(surname) {
        return None;
    }
    let sure = match (given, family, announced) {
        (true, true, Announced::No) if ambiguous && is_ambiguous(surname.text) => return None,
        (true, true, Announced::No) if mixed => return None,
        (true, true, Announced::No) => 860,
        (true, true, _) => 920,
        // Summer Collection
        (true, false, Announced::No)
            if ambiguous
                || is_season(first)
                || mixed
                || first.shape == Shape::Initial
                || is_noun(surname) =>
        {
            return None;
        }
        (true, false, Announced::No) => 740,
        (true, false, _) => 820,
        (false, true, Announced::Strongly) => 840,
        (false, true, Announced::Weakly | Announced::Fairly) => 760,
        (false, false, Announced::Fairly)
            if name.len() == 2
                && name
                    .iter()
                    .all(|word| word.text.len() > 2 && word.shape == Shape::Capital) =>
        {
            700
        }
        // Yevgenia Morozova
        (false, true, Announced::No)
            if name.len() == 2
                && ends_as_surname(surname)
                && first.shape == Shape::Capital
                && first.text.len() > 3
                && !is_head(first) =>
        {
            720
        }
        (false, true, Announced::No)
            if SURNAMES.has(first.text) && !starts_sentence(text, first.start) && !mixed =>
        {
            700
        }
        (false, false, Announced::Strongly) if name.len() <= 3 => 760,
        // Özkent İhsanoğlu: letters with marks are rare in English words, and common in names.
        _ if announced == Announced::No && name.len() <= 3 && has_foreign_letters(name) => 720,
        _ if announced != Announced::No && name.len() <= 3 && has_foreign_letters(name) => 800,
        _ => return None,
    };
    // A first name of one letter is an initial only before a surname that is sure.
    (first.shape != Shape::Initial || family).then_some(sure)
}

/// Whether these words are a listed given name and a listed surname, initials between.
fn is_given_and_family(name: &[Word<'_>]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return false;
    };
    name.len() > 1
        && GIVEN.has(first.text)
        && SURNAMES.has(last.text)
        && !GIVEN.has(last.text)
        && name
            .get(1..name.len() - 1)
            .is_some_and(|inner| inner.iter().all(|word| word.shape == Shape::Initial))
}

/// Whether a letter with a mark stands in two words or more of which none is an English word.
fn has_foreign_letters(name: &[Word<'_>]) -> bool {
    let plain = |word: &Word<'_>| {
        is_particle(word)
            || word.shape == Shape::Initial
            || word.shape == Shape::Capital && word.text.len() > 2 && !WORDS.has(word.text)
    };
    let is_marked = |word: &Word<'_>| {
        word.text
            .chars()
            .any(|c| !c.is_ascii() && c.is_alphabetic())
    };
    name.iter().any(is_marked) && name.iter().all(plain)
}

/// Whether the word is the head of the names of places, events and goods: Palace, Festival, Coffee.
fn is_head(word: &Word<'_>) -> bool {
    STREETS.has(word.text) && !PINYIN.has(word.text)
        || [
            "palace",
            "festival",
            "fair",
            "coffee",
            "tea",
            "tower",
            "temple",
            "market",
            "museum",
            "theatre",
            "theater",
            "stadium",
            "beach",
            "bay",
            "cafe",
            "bar",
            "club",
            "mall",
            "season",
            "sale",
            "collection",
            "edition",
            "series",
            "show",
            "cup",
            "league",
            "award",
            "prize",
            "team",
            "desk",
            "office",
            "day",
            "week",
            "month",
            "project",
            "plan",
            "program",
            "programme",
            "house",
            "hall",
            "wall",
            "inn",
            "lodge",
            "resort",
            "bank",
            "news",
            "times",
            "post",
            "review",
            "journal",
            "press",
            "games",
            "music",
            "pay",
            "card",
            "box",
        ]
        .iter()
        .any(|head| word.is(head))
}

/// Given names that are seasons and other words which titles begin with, wherever they stand.
fn is_season(word: &Word<'_>) -> bool {
    [
        "spring", "summer", "autumn", "winter", "star", "royal", "crystal", "golden", "prince",
        "king", "major",
    ]
    .iter()
    .any(|season| word.is(season))
}

/// Whether the word ends as surnames of the east and north of Europe and of the Caucasus do.
fn ends_as_surname(word: &Word<'_>) -> bool {
    word.text.len() >= 6
        && [
            "ova", "eva", "ovna", "skaya", "ovsky", "evsky", "insky", "owski", "ewski", "inski",
            "owska", "ewska", "inska", "wicz", "sson", "dottir", "escu", "poulos", "enko", "chuk",
            "shvili", "oglu", "ovic", "evic", "akis", "idis",
        ]
        .iter()
        .any(|end| word.text.ends_with(end))
}

/// Whether the word is a surname that names of three words begin with.
fn is_family(word: &Word<'_>) -> bool {
    PINYIN.has(word.text) || OVERSEAS.has(word.text)
}

/// Whether these words are a whole name by themselves.
fn is_whole(name: &[Word<'_>]) -> bool {
    is_pinyin_name(name)
        || is_overseas_name(name) && name.len() == 3
        || matches!(name, [first, .., last]
            if GIVEN.has(first.text) && SURNAMES.has(last.text) && !is_ambiguous(first.text))
}

/// Whether the word ends as nouns of things do and surnames hardly ever.
fn is_noun(word: &Word<'_>) -> bool {
    ["tion", "sion", "ment", "ness", "ship", "ology", "ware"]
        .iter()
        .any(|end| word.text.len() > end.len() + 1 && word.text.ends_with(end))
}

/// Words that end or hold no name.
fn is_blocked(word: &Word<'_>) -> bool {
    if word.shape == Shape::Initial {
        return word.text == "I";
    }
    if word.text.starts_with("I'") {
        return true;
    }
    let listed = WORDS.has(word.text) && !is_name_too(word.text);
    listed || word.shape == Shape::Capital && STREETS.has(word.text) && !SURNAMES.has(word.text)
}

/// Words of the list that people are called by, too.
fn is_name_too(word: &str) -> bool {
    [
        "will", "may", "april", "june", "august", "bill", "price", "long", "young", "green",
        "white", "king", "day", "lane", "chase", "brooks", "hill", "wood", "ford", "page", "gold",
        "silver", "love", "house", "english", "french", "german", "west", "north", "east", "park",
        "lake", "law", "post", "power", "star", "branch", "head", "field", "case", "early",
        "grant", "london", "paris", "dallas", "houston", "sydney", "austin", "chen", "close",
        "court", "holiday", "best", "good", "small", "major", "min", "an", "so", "he", "you", "me",
        "in", "do", "go", "man", "tai", "hong", "kong", "moody", "rich", "royal", "noble",
        "carter", "porter", "mason", "farmer", "singer", "miles", "israel", "georgia", "carolina",
        "virginia", "denver", "boston", "berlin", "strong", "wise", "wire", "story", "key",
        "banks", "rose", "self", "sharp", "blue", "gray", "grey", "black", "brown", "stone",
        "bush", "rivers", "waters", "fields", "woods", "marsh", "heath", "church", "temple",
        "bishop", "pope", "abbot", "dean", "cook", "baker", "butler", "taylor", "smith", "knight",
        "earl", "duke", "prince", "mercedes", "tesla",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(word))
}

/// Given names that are words, too: as the first word of a sentence they say nothing.
fn is_ambiguous(word: &str) -> bool {
    WORDS.has(word)
        || [
            "mark",
            "grant",
            "art",
            "rich",
            "drew",
            "sue",
            "pat",
            "frank",
            "grace",
            "hope",
            "joy",
            "faith",
            "rose",
            "bill",
            "will",
            "chase",
            "may",
            "jack",
            "rob",
            "josh",
            "chance",
            "guy",
            "max",
            "ray",
            "van",
            "dale",
            "glen",
            "clay",
            "cliff",
            "sandy",
            "dusty",
            "major",
            "royal",
            "prince",
            "king",
            "duke",
            "earl",
            "miles",
            "page",
            "crystal",
            "amber",
            "ruby",
            "pearl",
            "olive",
            "iris",
            "violet",
            "daisy",
            "lily",
            "spring",
            "summer",
            "autumn",
            "dawn",
            "eve",
            "star",
            "paris",
            "china",
            "india",
            "georgia",
            "virginia",
            "carolina",
            "jordan",
            "israel",
            "austin",
            "houston",
            "dallas",
            "lincoln",
            "jackson",
            "madison",
            "washington",
            "florence",
            "sydney",
            "victoria",
            "charlotte",
            "son",
            "tony",
            "see",
            "long",
            "so",
            "an",
            "man",
            "my",
            "ok",
            "le",
            "do",
            "hai",
            "tam",
        ]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether the words go on as the name of a place, a street or a firm: Madison Avenue, Jordan Bank Ltd.
fn is_place(text: &str, words: &[Word<'_>], last: usize) -> bool {
    let (Some(here), Some(next)) = (words.get(last), words.get(last + 1)) else {
        return false;
    };
    let gap = text.get(here.end..next.start).unwrap_or_default();
    if gap != " " || !next.is_capital() {
        return false;
    }
    (STREETS.has(next.text) && !GIVEN.has(next.text) && next.text.len() > 2)
        || [
            "inc",
            "llc",
            "ltd",
            "corp",
            "co",
            "company",
            "group",
            "bank",
            "hospital",
            "university",
            "college",
            "school",
            "hotel",
            "airport",
            "center",
            "centre",
            "county",
            "city",
            "foundation",
            "institute",
            "motors",
            "electronics",
            "logistics",
            "technologies",
            "technology",
            "systems",
            "solutions",
            "services",
            "insurance",
            "church",
            "museum",
            "award",
            "act",
            "theorem",
            "method",
            "cup",
            "clinic",
            "associates",
            "partners",
            "st",
            "ave",
            "rd",
            "blvd",
            "dr",
            "ln",
        ]
        .iter()
        .any(|term| next.is(term))
}

/// Whether the capitals go on with a word that is neither a name nor one that forms use: a title.
fn goes_on(text: &str, words: &[Word<'_>], last: usize) -> bool {
    let (Some(here), Some(next)) = (words.get(last), words.get(last + 1)) else {
        return false;
    };
    text.get(here.end..next.start) == Some(" ")
        && next.is_capital()
        && !WORDS.has(next.text)
        && !GIVEN.has(next.text)
}

fn is_suffix(word: &Word<'_>) -> bool {
    ["Jr", "Sr", "II", "III", "IV"].contains(&word.text)
}

/// Names with a hyphen whose parts are names: Anne-Marie, Smith-Jones.
fn is_double(word: &Word<'_>, list: &List) -> bool {
    word.text.contains('-')
        && word
            .text
            .split('-')
            .all(|part| list.has(part) || is_syllables(part))
}

/// Whether a sentence, a line or the text begins at `at`.
fn starts_sentence(text: &str, at: usize) -> bool {
    let head = text
        .get(..at)
        .unwrap_or_default()
        .trim_end_matches([' ', '"', '\'', '(', '*', '-']);
    head.is_empty() || head.ends_with(['.', '!', '?', '\n', ':', '。', '；', '，', '！', '？'])
}

/// john smith, after `my name is`: both must be listed.
fn small_name(text: &str, words: &[Word<'_>], at: usize) -> Option<(usize, Confidence)> {
    let (first, second) = (words.get(at)?, words.get(at + 1)?);
    let joined = text.get(first.end..second.start) == Some(" ");
    let listed = GIVEN.has(first.text)
        && SURNAMES.has(second.text)
        && !WORDS.has(first.text)
        && !WORDS.has(second.text);
    (joined && listed && first.text.len() > 2 && second.text.len() > 2).then_some((2, 780))
}

/// Zhang Wei, Li Xiaoming, Xiaoming Wang, ZHANG San, Ouyang Na, Wang Xiao Ming.
fn is_pinyin_name(name: &[Word<'_>]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return false;
    };
    if !(2..=3).contains(&name.len())
        || name
            .iter()
            .any(|word| word.text.len() < 2 || WORDS.has(word.text) && !is_name_too(word.text))
    {
        return false;
    }
    let rest_is = |rest: &[Word<'_>]| rest.iter().all(|word| is_syllables(word.text));
    is_pinyin_surname(first.text) && rest_is(name.get(1..).unwrap_or_default())
        || is_pinyin_surname(last.text)
            && rest_is(name.get(..name.len() - 1).unwrap_or_default())
            && !is_ambiguous(first.text)
}

/// Lim Wei Jie, Chan Tai Man, Siu-ming Wong, Goh Ah Kow: a surname as it is written overseas, and syllables.
fn is_overseas_name(name: &[Word<'_>]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return false;
    };
    let rest_is = |rest: &[Word<'_>]| rest.iter().all(|word| is_overseas_given(word.text));
    let plain = |word: &Word<'_>| !WORDS.has(word.text) || is_name_too(word.text);
    (2..=3).contains(&name.len())
        && name.iter().all(plain)
        && ((OVERSEAS.has(first.text) || name.len() == 3 && PINYIN.has(first.text))
            && rest_is(name.get(1..).unwrap_or_default())
            || OVERSEAS.has(last.text) && rest_is(name.get(..name.len() - 1).unwrap_or_default()))
}

/// One or two syllables, perhaps with a hyphen, of Mandarin, Cantonese, Hokkien.
fn is_overseas_given(word: &str) -> bool {
    const FINALS: [&str; 48] = [
        "a", "ee", "oo", "oi", "oy", "oon", "oong", "ung", "um", "im", "am", "om", "em", "ak",
        "ek", "ik", "ok", "uk", "at", "et", "it", "ot", "ut", "ap", "ip", "op", "up", "eung",
        "euk", "ai", "au", "ay", "iu", "ow", "an", "in", "un", "en", "on", "ang", "ing", "ong",
        "eng", "o", "uat", "iew", "uay", "ah",
    ];
    const INITIALS: [&str; 26] = [
        "tsz", "ts", "kw", "gw", "ng", "sz", "ch", "sh", "kh", "th", "ph", "b", "p", "m", "f", "d",
        "t", "n", "l", "g", "k", "h", "w", "s", "y", "j",
    ];
    let one = |part: &str| {
        let small = part.to_ascii_lowercase();
        let cantonese = || {
            INITIALS.iter().any(|initial| {
                small.strip_prefix(initial).is_some_and(|rest| {
                    FINALS.contains(&rest) || rest.is_empty() && *initial == "tsz"
                })
            })
        };
        (2..=6).contains(&small.len()) && (small == "ah" || is_syllables(&small) || cantonese())
    };
    word.split('-').count() <= 2 && word.split('-').all(one)
}

fn is_pinyin_surname(word: &str) -> bool {
    PINYIN.has(word)
}

/// Whether the word is one to three syllables of pinyin: xiao'ming, Jian-guo.
fn is_syllables(word: &str) -> bool {
    let small: String = word
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    small.len() >= 2 && small.len() <= 12 && syllables(&small, 3)
}

fn syllables(rest: &str, most: usize) -> bool {
    if rest.is_empty() {
        return true;
    }
    most > 0
        && (1..=rest.len().min(6)).rev().any(|len| {
            rest.is_char_boundary(len) && {
                let (head, tail) = rest.split_at(len);
                is_syllable(head) && syllables(tail, most - 1)
            }
        })
}

/// An initial and a final that go together closely enough: a few more are let through than exist.
fn is_syllable(text: &str) -> bool {
    const INITIALS: [&str; 24] = [
        "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x",
        "r", "z", "c", "s", "y", "w", "",
    ];
    const FINALS: [&str; 35] = [
        "a", "o", "e", "i", "u", "v", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong",
        "ia", "ie", "iao", "iu", "ian", "in", "iang", "ing", "iong", "ua", "uo", "uai", "ui",
        "uan", "un", "uang", "ue", "ve", "er", "io",
    ];
    INITIALS.iter().any(|initial| {
        text.strip_prefix(initial).is_some_and(|rest| {
            FINALS.contains(&rest) && (!initial.is_empty() || rest.starts_with(['a', 'e', 'o']))
        })
    })
}
