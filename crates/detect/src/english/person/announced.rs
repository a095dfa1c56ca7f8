//! What stands before a name and announces it: Dear, my name is, customer, from, 姓名.

use crate::english::words::Word;
use crate::{Candidate, Kind};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Announced {
    No,
    /// By a word that names follow among others: from, with.
    Weakly,
    /// By a role or a relation: customer, driver, wife.
    Fairly,
    /// By a word that only a name follows: Name:, Dear, my name is, Mr.
    Strongly,
}

/// How the words before announce a name.
pub(super) fn announced(text: &str, words: &[Word<'_>], at: usize) -> Announced {
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
    // Pickup agent: Mohd Irfan
    let listed = weak && gap.starts_with([':', '：']);
    let fair = is(&ROLES)
        || listed
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
        "车主",
        "先生",
        "女士",
        "用户",
        "我",
        "员工",
        "同事",
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
    // 承租人, 投保人, 报案人
    if head.ends_with('人') || known.iter().any(|word| head.ends_with(word)) {
        Announced::Strongly
    } else {
        Announced::No
    }
}

/// Whether the name fills a field whose neighbour is a number or an e-mail address: `Kwame Mensah,+233 …`.
pub(super) fn is_row(text: &str, seen: &[Candidate], start: usize, end: usize) -> bool {
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

/// Whether a sentence, a line or the text begins at `at`.
pub(super) fn starts_sentence(text: &str, at: usize) -> bool {
    let head = text
        .get(..at)
        .unwrap_or_default()
        .trim_end_matches([' ', '"', '\'', '(', '*', '-']);
    head.is_empty() || head.ends_with(['.', '!', '?', '\n', ':', '。', '；', '，', '！', '？'])
}

/// Whether the word is a label of names, a form of address, a role or a relation.
pub(crate) fn is_label(word: &str) -> bool {
    let labels = STRONG.iter().chain(&ROLES);
    labels
        .into_iter()
        .any(|label| word.eq_ignore_ascii_case(label))
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
    "names",
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

/// Roles and relations that a name stands behind.
pub(super) const ROLES: [&str; 84] = [
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
    "payee",
    "beneficiary",
    "pt",
    "mum",
    "mom",
    "dad",
    "grandmother",
    "grandfather",
    "aunt",
    "uncle",
    "cousin",
    "installer",
    "analyst",
    "supervisor",
    "shipper",
    "shpr",
    "cnee",
    "homeowner",
    "policyholder",
];

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
