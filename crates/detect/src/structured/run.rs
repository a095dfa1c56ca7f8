//! Runs of digits: groups of numerals of any writing, with what stands between them.

use super::numeral::{digit_at, may_part};

/// What stands before a group of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: the first group of a run.
    First,
    /// Nothing either, but the writing changes: 138零零.
    Joined,
    Blank,
    Hyphen,
    Dot,
    /// A bracket that closes, as after an area code.
    Bracket,
    /// A line break.
    Line,
    /// A comma, a slash, or two marks together.
    Mark,
    /// A word that is spoken between digits: 杠, 空格, 然后.
    Spoken,
}

/// Digits that stand together, all of one writing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// The byte where it begins in the text.
    pub(super) start: usize,
    /// The byte after it in the text.
    pub(super) end: usize,
    /// The first of its digits in [`Run::digits`].
    pub(super) first: usize,
    /// How many digits it has.
    pub(super) len: usize,
    pub(super) gap: Gap,
    /// Whether it is in ASCII; else in Chinese numerals.
    pub(super) is_plain: bool,
    /// Whether a letter was read as the digit it looks like.
    pub(super) is_guessed: bool,
}

/// Groups of digits that may be one number.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// The digits in ASCII.
    pub(super) digits: String,
    pub(super) groups: Vec<Group>,
    /// The byte after the last group.
    pub(super) end: usize,
}

/// A run is cut after so many digits: no number is as long, and work stays in proportion.
const MOST_DIGITS: usize = 4096;

impl Run {
    /// Forgets what was read.
    pub(crate) fn clear(&mut self) {
        self.digits.clear();
        self.groups.clear();
    }

    /// Reads the run of digits that begins at `at` in place of what was read before.
    pub(super) fn read(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let run = self;
        run.clear();
        run.end = at;
        let (mut next, mut gap) = (at, Gap::First);
        while let Some(end) = run.group(text, next, gap) {
            run.end = end;
            if run.digits.len() > MOST_DIGITS {
                break;
            }
            if digit_at(bytes, end).is_some() {
                (next, gap) = (end, Gap::Joined);
                continue;
            }
            match read_gap(text, end) {
                Some((after, kind)) => (next, gap) = (after, kind),
                None => break,
            }
        }
    }

    /// Adds the digits of ASCII at `at`; how many they are.
    fn plain(&mut self, text: &str, at: usize) -> usize {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        self.digits
            .push_str(text.get(at..at + count).unwrap_or_default());
        count
    }

    /// Whether one group of fewer digits than any number has stands alone at `at`: nearly all numbers in
    /// running text do.
    pub(super) fn is_short(text: &str, at: usize) -> bool {
        let bytes = text.as_bytes();
        let plain = bytes.get(at..).unwrap_or_default().iter().take(6);
        let count = plain.take_while(|b| b.is_ascii_digit()).count();
        let mut end = at + count;
        for _ in count..6 {
            match digit_at(bytes, end) {
                Some((_, len)) => end += len,
                None => {
                    let goes_on = touches_letter(bytes, end)
                        || read_gap(text, end).is_some()
                        || bytes
                            .get(end..)
                            .is_some_and(|rest| rest.starts_with("百".as_bytes()));
                    return !goes_on;
                }
            }
        }
        false
    }

    /// Adds the group at `at`, if there is one, and gives the byte after it.
    fn group(&mut self, text: &str, at: usize, gap: Gap) -> Option<usize> {
        let bytes = text.as_bytes();
        let first = self.digits.len();
        let (mut next, mut is_guessed) = (at, false);
        let is_plain = bytes.get(at).is_some_and(u8::is_ascii);
        if is_plain && counted(bytes, at).is_none() {
            next += self.plain(text, at);
        }
        // Where no letter stands there is nothing to guess.
        let guessing = (touches_letter(bytes, at) || touches_letter(bytes, next))
            && (is_lookalike_word(bytes, at)
                || gap != Gap::First && (has_lookalikes(bytes, at) || noughts(bytes, at) > 0));
        // Plain digits end where they end, which is nearly always.
        if !is_plain || next == at || guessing {
            (next, is_guessed) = self.mixed(bytes, at, next, guessing);
        }
        let len = self.digits.len() - first;
        if len == 0 {
            return None;
        }
        self.groups.push(Group {
            start: at,
            end: next,
            first,
            len,
            gap,
            is_plain,
            is_guessed,
        });
        Some(next)
    }

    /// Adds the digits from `next` on of the group at `at` that are Chinese numerals, counted or, if `guessing`,
    /// letters. Gives the byte after them, and whether a letter was read as a digit.
    fn mixed(&mut self, bytes: &[u8], at: usize, next: usize, guessing: bool) -> (usize, bool) {
        let is_plain = bytes.get(at).is_some_and(u8::is_ascii);
        let (mut next, mut is_guessed) = (next, false);
        if let Some((digits, len)) = hundreds(bytes, at) {
            self.digits.extend(digits.map(char::from));
            return (at + len, false);
        }
        loop {
            // 四个八 is read 8888; the count is no digit itself.
            if (!is_plain || next == at)
                && let Some((digit, times, len)) = counted(bytes, next)
            {
                self.digits
                    .extend(std::iter::repeat_n(char::from(digit), times));
                next += len;
                continue;
            }
            let (digit, len) = match digit_at(bytes, next) {
                Some((digit, len)) => (digit, len),
                None if guessing => match bytes.get(next).copied().and_then(lookalike) {
                    Some(digit) => {
                        is_guessed = true;
                        (digit, 1)
                    }
                    None => return (next, is_guessed),
                },
                None => return (next, is_guessed),
            };
            if is_plain != (len == 1) {
                return (next, is_guessed);
            }
            self.digits.push(char::from(digit));
            next += len;
        }
    }
}

/// A digit that is told with how many there are (四个八, 3个0): the digit, how many, and the bytes of it all.
fn counted(bytes: &[u8], at: usize) -> Option<(u8, usize, usize)> {
    let (count, len) = digit_at(bytes, at)?;
    let rest = bytes.get(at + len..)?;
    // 个 is E4 B8 AA.
    if !matches!(rest, [0xE4, 0xB8, 0xAA, ..]) || !matches!(count, b'2'..=b'8') {
        return None;
    }
    let (digit, own) = digit_at(rest, "个".len())?;
    Some((digit, usize::from(count - b'0'), len + "个".len() + own))
}

/// 一百五十八, 一百三十: the three digits that begin a telephone number told so, and the bytes they take.
fn hundreds(bytes: &[u8], at: usize) -> Option<([u8; 3], usize)> {
    let (hundred, first) = digit_at(bytes, at)?;
    let rest = bytes.get(at + first..)?.strip_prefix("百".as_bytes())?;
    let (ten, second) = digit_at(rest, 0)?;
    let rest = rest.get(second..)?.strip_prefix("十".as_bytes())?;
    let (one, third) = digit_at(rest, 0).unwrap_or((b'0', 0));
    let length = first + "百".len() + second + "十".len() + third;
    (hundred == b'1').then_some(([hundred, ten, one], length))
}

/// Whether a letter follows, which may be read as a digit.
fn touches_letter(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_alphabetic)
}

/// Whether the run of letters and digits at `at` is digits but for a few letters that look like some.
fn is_lookalike_word(bytes: &[u8], at: usize) -> bool {
    let (digits, letters) = lookalikes(bytes, at).unwrap_or_default();
    letters > 0 && digits > letters
}

/// The same amid digits, where one digit among few letters is enough: 138 OO13 8OOO.
fn has_lookalikes(bytes: &[u8], at: usize) -> bool {
    let (digits, letters) = lookalikes(bytes, at).unwrap_or_default();
    letters > 0 && (digits > letters || digits > 0 && digits + letters <= 5)
}

/// How many digits and letters that look like digits the word at `at` has; none if it has other letters.
fn lookalikes(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let word = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(24)
        .take_while(|b| b.is_ascii_alphanumeric());
    let (mut digits, mut letters) = (0, 0);
    for &byte in word {
        if byte.is_ascii_digit() {
            digits += 1;
        } else if matches!(byte, b'X' | b'x') && digits + letters == 17 {
            // It closes an identity number.
            break;
        } else if lookalike(byte).is_some() {
            letters += 1;
        } else {
            return None;
        }
    }
    Some((digits, letters))
}

/// How many letters O stand at `at` by themselves, three or four of them: `6217 oooo 1234`.
fn noughts(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let count = rest
        .iter()
        .take(5)
        .take_while(|b| matches!(b, b'o' | b'O'))
        .count();
    let ends = !rest.get(count).is_some_and(u8::is_ascii_alphanumeric);
    if ends && matches!(count, 3 | 4) {
        count
    } else {
        0
    }
}

/// The digit that a scanned or typed letter looks like.
const fn lookalike(byte: u8) -> Option<u8> {
    match byte {
        b'O' | b'o' => Some(b'0'),
        b'l' | b'I' | b'i' => Some(b'1'),
        b'Z' | b'z' => Some(b'2'),
        b'S' | b's' => Some(b'5'),
        b'B' => Some(b'8'),
        _ => None,
    }
}

/// What stands at `at`, if digits may go on after it: where they would, and its kind.
fn read_gap(text: &str, at: usize) -> Option<(usize, Gap)> {
    let bytes = text.as_bytes();
    // The common case first: a character that parts nothing.
    if bytes.get(at)?.is_ascii_alphanumeric() {
        return None;
    }
    let (mut next, mut gap) = (at, None);
    for _ in 0..3 {
        let Some((len, kind)) = mark(text, next) else {
            break;
        };
        gap = Some(join(gap, kind));
        next += len;
        if digit_at(bytes, next).is_some()
            || touches_letter(bytes, next)
                && (has_lookalikes(bytes, next) || noughts(bytes, next) > 0)
        {
            return gap.map(|gap| (next, gap));
        }
    }
    None
}

fn join(before: Option<Gap>, kind: Gap) -> Gap {
    match (before, kind) {
        (None, kind) => kind,
        (Some(Gap::Blank), kind) => kind,
        (Some(before), Gap::Blank) => before,
        (Some(before), kind) if before == kind => kind,
        (Some(Gap::Line), _) | (_, Gap::Line) => Gap::Line,
        (Some(Gap::Spoken), _) | (_, Gap::Spoken) => Gap::Spoken,
        (Some(Gap::Bracket), Gap::Hyphen) => Gap::Bracket,
        _ => Gap::Mark,
    }
}

fn mark(text: &str, at: usize) -> Option<(usize, Gap)> {
    let bytes = text.as_bytes();
    Some(match bytes.get(at)? {
        b' ' => (1, Gap::Blank),
        b'-' | b'_' | b'~' => (1, Gap::Hyphen),
        b'.' => (1, Gap::Dot),
        b')' | b'(' => (1, Gap::Bracket),
        b'\n' | b'\r' => (1, Gap::Line),
        b',' | b'/' | b'\t' | b'*' | b'+' => (1, Gap::Mark),
        b'[' | b']' => (1, Gap::Spoken),
        b'|' | b'\\' | b'^' | b'=' => (1, Gap::Mark),
        byte if byte.is_ascii() => return None,
        _ => return wide_mark(text.get(at..)?),
    })
}

fn wide_mark(rest: &str) -> Option<(usize, Gap)> {
    let is_ideograph = matches!(rest.as_bytes(), [0xE4..=0xE9, ..]);
    if is_ideograph && !may_part(rest.as_bytes()) {
        return None;
    }
    let c = rest.chars().next()?;
    let gap = match c {
        '\u{3000}' => Gap::Blank,
        '·' | '•' | '．' => Gap::Dot,
        '。' | '，' | '、' => Gap::Mark,
        '—' | '～' => Gap::Hyphen,
        '（' | '）' => Gap::Bracket,
        '【' | '】' | '「' | '」' | '『' | '』' | '〔' | '〕' => Gap::Spoken,
        '…' | '杠' | '嗯' | '呃' | '减' | '点' | '啊' | '对' | '哦' => Gap::Spoken,
        '横' | '空' | '然' | '后' | '接' | '中' | '最' | '再' | '末' | '短' | '斜' | '尾'
        | '剩' | '那' | '这' => {
            return spoken_mark(rest);
        }
        // Pictures between digits part what is one number: 137🌟5555🌟0012.
        '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' | '●' | '○' | '■' | '◆' | '※' => {
            Gap::Spoken
        }
        _ => return None,
    };
    Some((c.len_utf8(), gap))
}

/// Words of two characters that are spoken between digits.
fn spoken_mark(rest: &str) -> Option<(usize, Gap)> {
    [
        "横杠",
        "横线",
        "空格",
        "那个",
        "这个",
        "然后是",
        "然后",
        "后面是",
        "后面",
        "后半截",
        "后半段",
        "接着是",
        "接着",
        "尾巴是",
        "尾巴",
        "剩下的是",
        "剩下是",
        "中间四位",
        "中间是",
        "中间",
        "后四位是",
        "后四位",
        "后三位",
        "最后四位",
        "最后是",
        "最后",
        "末四位",
        "再",
        "短横",
        "斜杠",
    ]
    .iter()
    .find(|word| rest.starts_with(**word))
    .map(|word| (word.len(), Gap::Spoken))
}
