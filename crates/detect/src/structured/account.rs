//! Accounts that only an announcement tells: WeChat ids and QQ numbers.

mod disguised;

use super::candidate;
use super::numeral::digit_at;
use crate::cue::Cue;
use crate::page::Page;
use crate::{Candidate, Kind};

/// Looks after every word that announces an account, and before words such as 是我微信.
pub(super) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    for (place, said) in page.said().iter().enumerate() {
        // The next word announces something else, but not one that touches it: 微信联系.
        let mut next = page.said().iter().skip(place + 1).take(2);
        let limit = next
            .find(|next| next.start > said.end)
            .map_or(page.text.len(), |next| next.end);
        match said.cue {
            Cue::Wechat | Cue::Qq if pair(page, place, out) => continue,
            // 陆薇 E76612292: the last character of a name.
            Cue::Wechat
                if page.slice(said.start, said.end) == "薇" && is_after_name(page, said.start) =>
            {
                continue;
            }
            // 加wxid_87sm9xotymdt11
            Cue::Wechat if is_given(page, said.end) => {
                out.extend(given(page, said.end - "wx".len(), said.end + "id".len()));
                continue;
            }
            Cue::Wechat => {
                let found = wechat(page, said.end, limit)
                    .or_else(|| answered(page, said.end))
                    .or_else(|| wechat_in_clause(page, said.end, limit));
                out.extend(found.and_then(|wrong| corrected(page, &wrong)));
                out.extend(found);
            }
            Cue::Qq => {
                qq_listed(page, said.end, limit, out);
                out.extend(qq_answered(page, said.end));
            }
            Cue::WechatId => {
                // `"wxId": "…"`: a key spells the word that those ids begin with.
                let is_key = page.byte(said.end) != Some(b'_');
                let id = given(page, said.start, said.end);
                out.extend(id.or_else(|| is_key.then(|| wechat(page, said.end, limit)).flatten()));
                continue;
            }
            _ => continue,
        }
        if said.cue == Cue::Wechat {
            out.extend(asked_after(page, said.start));
        }
        if let Some(found) = preceding(page, said.start, said.cue) {
            out.push(found);
        }
    }
}

/// Two labels and their two values: 微信/QQ：lily_88 / 12345678. False if the word at this place and the next are
/// none.
fn pair(page: &Page<'_>, place: usize, out: &mut Vec<Candidate>) -> bool {
    let Some([first, second]) = page.said().get(place..place + 2) else {
        return false;
    };
    let gap = page.slice(first.end, second.start);
    let (wechat_first, is_pair) = match (first.cue, second.cue) {
        (Cue::Wechat, Cue::Qq) => (true, true),
        (Cue::Qq, Cue::Wechat) => (false, true),
        _ => (false, false),
    };
    if !is_pair || !matches!(gap, "/" | "、" | "&" | "和" | " / " | "|") {
        return false;
    }
    let rest = page.rest(second.end);
    let start = page.text.len() - rest.trim_start_matches([' ', ':', '：', '\t']).len();
    let id = |at: usize| {
        let end = at + id_length(page, at);
        let begins = page.after(at).is_some_and(|c| c.is_ascii_alphabetic());
        let fits = (5..=20).contains(&(end - at)) && begins;
        fits.then(|| candidate(at, end, Kind::Wechat, 940, "wechat.announced"))
    };
    let value = |is_id: bool, at: usize| if is_id { id(at) } else { qq_number(page, at) };
    let Some(one) = value(wechat_first, start) else {
        return false;
    };
    let rest = page.rest(one.end);
    let next = rest.trim_start_matches([' ', '/', '、', ',', '，', '|', '&']);
    let other = value(!wechat_first, page.text.len() - next.len());
    let Some(other) = other.filter(|_| next.len() < rest.len()) else {
        return false;
    };
    out.extend([one, other]);
    true
}

/// Whether a Chinese character stands before `at` with which no words for an account go.
fn is_after_name(page: &Page<'_>, at: usize) -> bool {
    let before = page.before(at);
    before.is_some_and(|c| {
        matches!(c, '\u{4e00}'..='\u{9fff}') && !"加我你他她的有留号搜是到发用个".contains(c)
    })
}

/// A number that is all that answers a request: 加个QQ传图吧\n客服：58073938.
fn qq_answered(page: &Page<'_>, from: usize) -> Option<Candidate> {
    let start = answer_at(page, from)?;
    let found = longer(qq_number(page, start), disguised::qq(page, start))?;
    let number = page.slice(found.start, found.end);
    let alone = page.after(found.end).is_none_or(|c| "\n，,。 ".contains(c));
    let fits =
        alone && number.len() >= 6 && !is_telephone(number) && !super::number::is_date(number);
    fits.then_some(Candidate {
        confidence: 640,
        rule: "qq.answered",
        ..found
    })
}

/// A letter for QQ and the number: 15118006011，q2633008756.
pub(super) fn glued(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let number = page.slice(start, end).strip_prefix(['q', 'Q'])?;
    let shaped = (6..=10).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
        && !number.starts_with('0');
    let before = page.before(start);
    let free = before.is_none_or(|c| "，,、；;/ \n\t（(：的是我加".contains(c))
        && page
            .after(end)
            .is_none_or(|c| "，,。、；; \n/)）加".contains(c));
    let fits = shaped && free && page.is_chinese && !page.is_near_other(start);
    fits.then(|| candidate(start + 1, end, Kind::Qq, 640, "qq.glued"))
}

/// Ids that WeChat itself gives need no word.
fn given(page: &Page<'_>, start: usize, end: usize) -> Option<Candidate> {
    let end = end + id_length(page, end);
    (end >= start + 11 && page.byte(start + 4) == Some(b'_'))
        .then(|| candidate(start, end, Kind::Wechat, 960, "wechat.given"))
}

/// Whether the word that ends at `at` took the start of an id that WeChat gave: 加wx of 加wxid_….
fn is_given(page: &Page<'_>, at: usize) -> bool {
    page.rest(at).starts_with("id_") && page.head(at).ends_with("wx")
}

/// Where the value begins after the word: past marks and the small words that join them.
pub(super) fn value_at(page: &Page<'_>, from: usize) -> usize {
    let rest = past_label(page.rest(from));
    let mut at = 0;
    for (offset, c) in rest.char_indices().take(16) {
        let joins = matches!(
            c,
            ' ' | '\u{3000}'
                | ':'
                | '：'
                | '='
                | '＝'
                | '-'
                | '—'
                | '#'
                | '('
                | '（'
                | '"'
                | '“'
                | '「'
                | '【'
                | '】'
                | ')'
                | '）'
                | '*'
                | '['
                | ']'
                | '\t'
                | ','
                | '，'
                | '~'
                | '、'
                | '\n'
                | '❤'
                | '♥'
                | '♡'
                | '💗'
                | '💕'
                | '💚'
                | '👉'
                | '➡'
                | '→'
                | '➜'
                | '➔'
                | '⇒'
                | '☞'
                | '👇'
                | '⬇'
                | '🔍'
                | '>'
                | '|'
                | '\''
                | '.'
                | '…'
                | '/'
                | '_'
                | ';'
                | '；'
        ) || !c.is_ascii()
            && "是还为号码应没变栏填写后面了错请的我就叫聊搜加这个吧您他她你一下呗哈啊呢嗯有改成换给发到索添查同步名"
                .contains(c);
        // 一 joins in 一下, and begins 一二三四五.
        let is_numeral = c == '一' && digit_at(rest.as_bytes(), offset + c.len_utf8()).is_some();
        if !joins || is_numeral {
            at = offset;
            break;
        }
        at = offset + c.len_utf8();
    }
    let value = rest.get(at..).unwrap_or_default();
    page.text.len() - past_joiners(value).len()
}

/// Past what closes a label in a form or a cell of HTML: QQ(必填), 【QQ】, <td>QQ</td><td>.
fn past_label(rest: &str) -> &str {
    const ENDS: [&str; 8] = [
        "</td><td>",
        "</th><td>",
        "】",
        "]",
        "(必填)",
        "(选填)",
        "（必填）",
        "（选填）",
    ];
    ENDS.iter()
        .find_map(|end| rest.strip_prefix(end))
        .unwrap_or(rest)
}

/// Where the answer begins to a request that the rest of this line makes: 微信号多少，发您链接。\n客户：lily_2020.
pub(super) fn answer_at(page: &Page<'_>, from: usize) -> Option<usize> {
    let rest = page.rest(from);
    let mut request = rest.char_indices().take(LONGEST_REQUEST / 3);
    let (length, mark) = request.find(|(_, c)| "\n。？?:：".contains(*c) || c.is_ascii_digit())?;
    let after = from + length + mark.len_utf8();
    match mark {
        '\n' if length > 0 => page.answer_at(after),
        // QQ报一下。客户：六三一…
        '。' => page.answer_at(after),
        // 坐席：微信呢？客户：lily_2020; 您的微信？——lily_2020
        '？' | '?' if page.is_chinese => {
            let answer = page.answer_at(after).unwrap_or(after);
            let said = page.rest(answer);
            let marks = [' ', '—', '-', '，', ',', '\n'];
            let said = said.trim_start_matches(marks);
            let small = ["有，", "有,", "嗯，", "是", "好的，", "有的，"];
            let small = small.iter().find_map(|word| said.strip_prefix(word));
            Some(page.text.len() - small.unwrap_or(said).len())
        }
        _ => None,
    }
}

/// In bytes.
const LONGEST_REQUEST: usize = 72;

/// Past the English words that may stand between `WeChat` and the id: `is`, `ID:`, `? sure, it's`.
fn past_joiners(value: &str) -> &str {
    let mut rest = value;
    for _ in 0..6 {
        let marked = rest.trim_start_matches([' ', ':', '：', ',', '?', '"', '(', '=']);
        let joiner = joiner_of(marked);
        match joiner.and_then(|length| marked.get(length..)) {
            Some(after) => rest = after.trim_start_matches([' ', ':', '：', '"']),
            None => break,
        }
    }
    // WeChat group admin: lele_369
    let words = rest.bytes().take(LONGEST_GROUP + 1);
    let length = words
        .take_while(|b| b.is_ascii_alphabetic() || *b == b' ')
        .count();
    let after = rest.get(length..).and_then(|rest| rest.strip_prefix(':'));
    match after.map(str::trim_start) {
        Some(id) if length <= LONGEST_GROUP && is_marked(id) => id,
        _ => rest,
    }
}

/// What a group is called, in bytes.
const LONGEST_GROUP: usize = 24;

/// The length of the joiner at the start: a word of the list with a blank or a mark after it.
fn joiner_of(value: &str) -> Option<usize> {
    if value.starts_with('号') {
        return Some('号'.len_utf8());
    }
    let mut head = value.as_bytes().iter().take(LONGEST_JOINER + 1);
    // EF is the first byte of ：, and no word of the list holds it.
    let length = head.position(|b| matches!(b, b' ' | b':' | b',' | 0xEF))?;
    let (word, after) = value.split_at_checked(length)?;
    let is_word = JOINERS
        .iter()
        .any(|joiner| joiner.eq_ignore_ascii_case(word));
    (is_word && after.starts_with([' ', ':', '：', ','])).then_some(length)
}

/// What may stand between `WeChat` and the id, with a blank, a colon or a comma after it; none longer than
/// eight bytes.
const JOINERS: [&str; 28] = [
    "file", "to", "number", "id", "is", "me", "at", "on", "handle", "account", "name", "my",
    "it's", "it’s", "its", "sure", "yes", "yeah", "ok", "the", "user", "username", "as", "contact",
    "add", "backup", "no", "no.",
];
const LONGEST_JOINER: usize = 8;

/// Whether the word that `value` begins with holds what words do not: a digit, `_` or `-`.
fn is_marked(value: &str) -> bool {
    let word = value
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    value.starts_with(|c: char| c.is_ascii_alphabetic())
        && word
            .take(30)
            .any(|b| b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}

/// How many bytes of an id begin at `at`.
fn id_length(page: &Page<'_>, at: usize) -> usize {
    let bytes = page.text.as_bytes().get(at..).unwrap_or_default();
    let length = bytes
        .iter()
        .take(30)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .count();
    // A hyphen before a blank ends a sentence's part.
    bytes
        .get(..length)
        .unwrap_or_default()
        .iter()
        .rev()
        .take_while(|b| **b == b'-')
        .count()
        .min(length)
        .abs_diff(length)
}

/// A WeChat id: a letter, then letters, digits, `-` and `_`, 6 to 20 in all; older ones have 5.
///
/// Source: WeChat's own rule for ids as its settings show it.
fn wechat(page: &Page<'_>, from: usize, limit: usize) -> Option<Candidate> {
    let start = value_at(page, from);
    const RULE: &str = "wechat.announced";
    let disguised =
        disguised::with_numerals(page, start).or_else(|| disguised::interrupted(page, start));
    if let Some(end) = disguised.filter(|_| start <= limit) {
        return Some(candidate(start, end, Kind::Wechat, 860, RULE));
    }
    let length = id_length(page, start);
    let id = page.slice(start, start + length);
    let shaped = (5..=20).contains(&length) && id.starts_with(|c: char| c.is_ascii_alphabetic());
    // 微信号：_lily88, but not 微信_lily88.
    let parted = start > from + 1 || page.head(from).ends_with([':', '：']);
    let led = parted && page.head(start).ends_with('_') && !page.head(start).ends_with("__");
    if !shaped || page.byte(start + length) == Some(b'@') || start + length > limit && limit < start
    {
        return None;
    }
    // A bare English word is a word, unless nothing but marks parts it from 微信.
    let marked = id.contains(|c: char| c.is_ascii_digit() || c == '_' || c == '-');
    let is_name = !marked
        && (crate::english::is_word(id)
            || ENGLISH.iter().any(|word| word.eq_ignore_ascii_case(id)));
    let sure = match (marked, is_name) {
        (_, true) => return None,
        (true, false) => 940,
        (false, false) if page.is_chinese => 860,
        (false, false) if page.slice(from, start).contains([':', '：', '=']) => 820,
        (false, false) => return None,
    };
    let start_with_mark = start - usize::from(led);
    Some(candidate(
        start_with_mark,
        start + length,
        Kind::Wechat,
        sure,
        RULE,
    ))
}

/// An id with digits or marks in it that answers a request.
fn answered(page: &Page<'_>, from: usize) -> Option<Candidate> {
    let start = answer_at(page, from)?;
    let end = start + id_length(page, start);
    let id = page.slice(start, end);
    let bare =
        |id: &str| id.bytes().all(|b| b.is_ascii_lowercase()) && !crate::english::is_word(id);
    let fits = (6..=20).contains(&(end - start)) && (is_marked(id) || bare(id));
    fits.then(|| candidate(start, end, Kind::Wechat, 850, "wechat.answered"))
}

/// Words that stand after `WeChat` in English text.
const ENGLISH: [&str; 20] = [
    "wechat", "weixin", "request", "login", "group", "message", "messages", "account", "official",
    "payment", "mini", "program", "number", "contact", "support", "service", "handle", "please",
    "instead", "video",
];

/// A QQ number: 5 to 11 digits, the first not 0; Chinese numerals and blanks within are read too.
fn qq(page: &Page<'_>, from: usize) -> Option<Candidate> {
    let start = value_at(page, from);
    longer(qq_number(page, start), disguised::qq(page, start))
}

/// The one of two that reaches farther.
fn longer(plain: Option<Candidate>, other: Option<Candidate>) -> Option<Candidate> {
    let end = plain.map_or(0, |found| found.end);
    other.filter(|found| found.end > end).or(plain)
}

fn qq_number(page: &Page<'_>, start: usize) -> Option<Candidate> {
    let end = digits_end(page, start)?;
    let after = page.after(end);
    let free = !after.is_some_and(|c| {
        c.is_ascii_alphanumeric() && !page.is_chat_at(end)
            || c == '@'
            || "元块年月日点个条分人群".contains(c)
    });
    free.then(|| candidate(start, end, Kind::Qq, 960, "qq.announced"))
}

/// The numbers after the word, several in a row: QQ：868964046、1643193641.
fn qq_listed(page: &Page<'_>, from: usize, limit: usize, out: &mut Vec<Candidate>) {
    let mut found = qq(page, from).or_else(|| qq_in_clause(page, from, limit));
    for _ in 0..4 {
        let Some(number) = found else {
            return;
        };
        out.push(number);
        out.extend(replaced(page, &number));
        let rest = page.rest(number.end);
        let next = rest.strip_prefix(['、', '/', '和', '或']);
        found = next
            .and_then(|next| qq_number(page, page.text.len() - next.len()))
            .filter(|next| !is_telephone(page.slice(next.start, next.end)));
    }
}

/// The next number of the clause, whatever words stand before it: QQ平时很少上，给你个备用的12345678. Names of
/// products (QQ音乐) and of groups announce none.
fn qq_in_clause(page: &Page<'_>, from: usize, limit: usize) -> Option<Candidate> {
    let rest = page.rest(from);
    let mut near = rest.char_indices().take(LONGEST_CLAUSE);
    let ends = |c: char| c.is_ascii_digit() || "。！；!;\n@#".contains(c);
    let (gap, _) = near.find(|(_, c)| ends(*c))?;
    let gap = rest.get(..gap)?;
    // QQ是多少？他说48213907: a question is answered within the line.
    let asks = |gap: &str| {
        let (question, answer) = gap.rsplit_once(['？', '?']).unwrap_or_default();
        question.contains(['多', '几', '啥', '什']) && answer.chars().count() <= 4
    };
    if gap.contains(['？', '?']) && !asks(gap) {
        return None;
    }
    let is_product = gap.starts_with(|c| "音空飞游浏币钱会输农炫宠堂餐车".contains(c));
    let start = from + gap.len();
    let found = qq_number(page, start)?;
    let number = page.slice(start, found.end);
    // What begins a word announces itself, and so does a day.
    let stands = !page
        .before(start)
        .is_some_and(|c| c.is_ascii_alphabetic() || "-_./¥￥$".contains(c));
    // QQ群里找我，我的号31882047; QQ群里31882047这个人
    let of_person = gap.contains("我的号")
        || gap.ends_with('里')
            && ["这个人", "这人", "这位"]
                .iter()
                .any(|word| page.rest(found.end).starts_with(word));
    let said = !is_product && (!gap.contains('群') || of_person) && start < limit;
    let fits = page.is_chinese
        && said
        && stands
        && !is_telephone(number)
        && !super::number::is_date(number);
    fits.then_some(Candidate {
        confidence: 640,
        rule: "qq.clause",
        ..found
    })
}

/// The next id of the clause that is marked as ids are, whatever words stand before it: 微信号发错啦，不是
/// chenmo_2018，应该是chenmo_2081. What is put right is an id, too.
fn wechat_in_clause(page: &Page<'_>, from: usize, limit: usize) -> Option<Candidate> {
    let rest = page.rest(from);
    let mut near = rest.char_indices().take(LONGEST_CLAUSE);
    let ends = |c: char| c.is_ascii_alphanumeric() || "。！？；!?;\n@#".contains(c);
    let (gap, _) = near.find(|(_, c)| ends(*c))?;
    let start = from + gap;
    let length = id_length(page, start);
    let id = page.slice(start, start + length);
    let letters = id.bytes().filter(u8::is_ascii_lowercase).count();
    let marked = is_marked(id) && !id.bytes().any(|b| b.is_ascii_uppercase());
    // 只用微信联系，号ZhuzhuJun147: its number is said; a 单号 would be that of something else.
    let said = page.head(start).strip_suffix([' ', '：', ':', '是']);
    let said = said.unwrap_or(page.head(start)).strip_suffix('号');
    let numbered = said.is_some_and(|head| head.ends_with(['，', ',', ' ', '系']))
        && id.starts_with(|c: char| c.is_ascii_alphabetic())
        && !crate::english::is_word(id);
    let fits = (6..=20).contains(&length)
        && letters >= 3
        && (marked || numbered)
        && page.is_chinese
        && start < limit
        && !matches!(page.byte(start + length), Some(b'@' | b'.'))
        && !page.before(start).is_some_and(|c| "-_./".contains(c));
    fits.then(|| candidate(start, start + length, Kind::Wechat, 640, "wechat.clause"))
}

/// The id that puts one right: 不是chenmo_2018，应该是chenmo_2081.
fn corrected(page: &Page<'_>, wrong: &Candidate) -> Option<Candidate> {
    const WORDS: [&str; 12] = [
        "现用",
        "现在用",
        "改用",
        "换用",
        "应该是",
        "应为",
        "正确的是",
        "改成",
        "改为",
        "更正为",
        "换成",
        "是",
    ];
    let marks = ['，', ',', ' ', '。'];
    let rest = page.rest(wrong.end).trim_start_matches(marks);
    let gone = GONE.iter().find_map(|word| rest.strip_prefix(word));
    let rest = gone.map_or(rest, |rest| rest.trim_start_matches(marks));
    let right = WORDS.iter().find_map(|word| rest.strip_prefix(word))?;
    let start = page.text.len() - right.trim_start_matches([' ', ':', '：']).len();
    let end = start + id_length(page, start);
    let fits = (6..=20).contains(&(end - start)) && is_marked(page.slice(start, end));
    fits.then(|| candidate(start, end, Kind::Wechat, 830, "wechat.corrected"))
}

/// What is said of an account that is left behind.
const GONE: [&str; 6] = ["注销了", "停用了", "停用", "不用了", "作废", "没用了"];

/// The number that takes the place of one: QQ改了，401095停用，新号549040830.
fn replaced(page: &Page<'_>, old: &Candidate) -> Option<Candidate> {
    const WORDS: [&str; 7] = ["新号", "新的", "现用", "改用", "换成", "改成", "现在用"];
    let marks = ['，', ',', ' ', '。', '；'];
    let rest = page.rest(old.end).trim_start_matches(marks);
    let rest = GONE.iter().find_map(|word| rest.strip_prefix(word))?;
    let rest = rest.trim_start_matches(marks);
    let new = WORDS.iter().find_map(|word| rest.strip_prefix(word))?;
    let new = new.trim_start_matches(['是', ' ', ':', '：', '号']);
    qq_number(page, page.text.len() - new.len())
}

/// In characters.
const LONGEST_CLAUSE: usize = 14;

/// Whether what stands after a QQ number is rather a mobile number: QQ 12345678/13800138000.
fn is_telephone(number: &str) -> bool {
    number.len() == 11 && number.starts_with('1')
}

/// The end of 5 to 11 digits from `start` on, with single blanks or hyphens within.
fn digits_end(page: &Page<'_>, start: usize) -> Option<usize> {
    let bytes = page.text.as_bytes();
    let (mut at, mut count, mut end) = (start, 0, start);
    // 3.1.0.7.7.5: digit by digit.
    let is_dotted = bytes.get(start + 1) == Some(&b'.') && bytes.get(start + 3) == Some(&b'.');
    loop {
        match digit_at(bytes, at) {
            Some((b'0', _)) if count == 0 => return None,
            Some((_, len)) => {
                count += 1;
                at += len;
                end = at;
            }
            None if (matches!(bytes.get(at), Some(b' ' | b'-'))
                || is_dotted && bytes.get(at) == Some(&b'.'))
                && count > 0
                && digit_at(bytes, at + 1).is_some() =>
            {
                at += 1;
            }
            None => break,
        }
        if count > 11 {
            return None;
        }
    }
    (5..=11).contains(&count).then_some(end)
}

/// An id at the end of a line, after which the other one asks what it is: 你加我吧 lily_88\n客服：是微信吗.
fn asked_after(page: &Page<'_>, at: usize) -> Option<Candidate> {
    let asked = page.head(at).strip_suffix('是')?.trim_end_matches(' ');
    let asked = asked.strip_suffix(['：', ':'])?;
    let speaker = asked
        .chars()
        .rev()
        .take(7)
        .take_while(|c| c.is_alphabetic());
    let length: usize = speaker.map(char::len_utf8).sum();
    let line = asked.get(..asked.len() - length)?.strip_suffix('\n')?;
    let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let length = line
        .as_bytes()
        .iter()
        .rev()
        .take(21)
        .take_while(part)
        .count();
    let start = line.len() - length;
    ((6..=20).contains(&length) && is_marked(page.slice(start, line.len())))
        .then(|| candidate(start, line.len(), Kind::Wechat, 700, "wechat.asked"))
}

/// An account before the word that says what it is: 12345678是我QQ.
fn preceding(page: &Page<'_>, at: usize, cue: Cue) -> Option<Candidate> {
    let head = page.head(at);
    let trimmed =
        head.trim_end_matches(|c: char| c == ' ' || "，,；是我的他她这个就同也（(—".contains(c));
    // 加维修员lucky_407的微信
    let owns = cue == Cue::Wechat && head.get(trimmed.len()..) == Some("的");
    if trimmed.len() == head.len() {
        return None;
    }
    let gap = head.get(trimmed.len()..)?;
    // 12345678 on qq
    let on = trimmed.strip_suffix(" on").filter(|_| gap == " ");
    let (trimmed, gap) = on.map_or((trimmed, gap), |trimmed| (trimmed, "("));
    if !gap.contains('是') && !gap.contains(['(', '（']) && !owns || gap.len() > 18 {
        return None;
    }
    let length = trimmed
        .bytes()
        .rev()
        .take(21)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        .count();
    let start = trimmed.len() - length;
    let id = trimmed.get(start..)?;
    let fits = match cue {
        Cue::Qq => {
            (5..=10).contains(&length)
                && id.bytes().all(|b| b.is_ascii_digit())
                && !id.starts_with('0')
        }
        _ => {
            (6..=20).contains(&length)
                && id.starts_with(|c: char| c.is_ascii_alphabetic())
                && (id.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-'))
                    || page.is_chinese && !owns && !crate::english::is_word(id))
        }
    };
    let kind = if cue == Cue::Qq {
        Kind::Qq
    } else {
        Kind::Wechat
    };
    fits.then(|| candidate(start, trimmed.len(), kind, 850, "account.following"))
}
