//! Passwords: which are too weak to take, and how the others are kept.

mod hash;
mod runs;
mod words;

use std::collections::HashSet;

use shouxin_model::Text;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use hash::{Cost, HashError, Hasher};

/// Checks a password that someone wants to use. `personal` holds what is known of them: login, name.
///
/// # Errors
/// Why it is too weak.
pub fn check(password: &str, personal: &[&str]) -> Result<(), Weak> {
    let typed = password.chars().count();
    let password = normalise(password);
    let length = password.chars().count();
    // One ligature can stand for eighteen characters, and is still typed as one.
    if length.min(typed) < SHORTEST {
        return Err(Weak::Short);
    }
    if length > LONGEST {
        return Err(Weak::Long);
    }
    let lower = Zeroizing::new(password.to_lowercase());
    let distinct = lower.chars().collect::<HashSet<_>>().len();
    if distinct < FEWEST_DIFFERENT || runs::is_mostly_runs(&lower) {
        return Err(Weak::Run);
    }
    if personal.iter().any(|part| holds(&lower, part)) {
        return Err(Weak::Personal);
    }
    if words::is_listed(&lower) {
        Err(Weak::Listed)
    } else {
        Ok(())
    }
}

/// The one spelling of a password (NFKC), so that it is the same from every keyboard.
pub fn normalise(password: &str) -> Zeroizing<String> {
    // Room for the whole, so that no copy is left behind when the text grows.
    let mut text = Zeroizing::new(String::with_capacity(password.len() * 4));
    text.extend(password.nfkc());
    text
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Fewer than twelve characters.
    #[error("the password has fewer than {SHORTEST} characters")]
    Short,
    /// More characters than anyone types.
    #[error("the password has more than {LONGEST} characters")]
    Long,
    /// It is known from breaches, or is such a word with decoration, twice, or joined to another.
    #[error("the password is known from breaches, or made of such words")]
    Listed,
    /// It holds the login or the name.
    #[error("the password holds the login or the name")]
    Personal,
    /// One character over and over, or a run of the keyboard or the alphabet.
    #[error("the password is a run of keys or repeats itself")]
    Run,
}

impl Weak {
    /// What to do, for people.
    pub const fn text(self) -> Text {
        match self {
            Self::Short => Text::fixed(
                "密码至少需要 12 个字符",
                "a password has at least 12 characters",
            ),
            Self::Long => Text::fixed(
                "密码最多 200 个字符",
                "a password has at most 200 characters",
            ),
            Self::Listed => Text::fixed(
                "密码曾出现在泄露名单中,或由此类单词拼成;请使用几个不相干的词",
                "it is known from breaches or made of such words; use several unrelated words",
            ),
            Self::Personal => Text::fixed(
                "密码不能包含账号或姓名",
                "a password does not hold the login or the name",
            ),
            Self::Run => Text::fixed(
                "密码不能是键盘顺序、连续或重复的字符",
                "a password is no run of keys and does not repeat itself",
            ),
        }
    }
}

/// Whether the password holds a part of what is known of its owner that is long enough to matter.
fn holds(password: &str, personal: &str) -> bool {
    let personal = normalise(personal).to_lowercase();
    let parts = personal.split(|c: char| !c.is_alphanumeric());
    parts
        .filter(|part| {
            // Two Chinese characters are a whole name; two letters are in every word.
            part.chars().count() >= if part.is_ascii() { 4 } else { 2 }
        })
        .any(|part| password.contains(part))
}

/// In characters, after normalisation.
const SHORTEST: usize = 12;
const LONGEST: usize = 200;
const FEWEST_DIFFERENT: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn check_all(expected: Result<(), Weak>, passwords: &[&str]) {
        for password in passwords {
            assert_eq!(
                check(password, &["li.xiaoyan", "李晓燕"]),
                expected,
                "{password}"
            );
        }
    }

    #[test]
    fn long_and_unlisted_passwords_are_taken() {
        check_all(
            Ok(()),
            &[
                "correct horse battery staple",
                "Vb7-tolk-marun-42",
                "春眠不觉晓处处闻啼鸟夜来",
                "k9#mZq!w2Lp$x7",
                "gusle peron dvorak 1912",
            ],
        );
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        check_all(
            Err(Weak::Short),
            &["", "k9#mZq!w2Lp", "春眠不觉晓", "\u{FDFA}", "ﬁﬁﬁﬁﬁﬁab"],
        );
        check_all(Err(Weak::Long), &[&"kq7 Zm".repeat(40)]);
    }

    #[test]
    fn listed_words_are_refused_in_any_decoration() {
        check_all(
            Err(Weak::Listed),
            &[
                "Password123456",
                "P@ssw0rd2026!",
                "passwordpassword",
                "PasswordPassword1!",
                "drag0n-m0nkey!",
                "!!!sunshine2024",
                "123456password",
                "iloveyou-princess",
                "Ｐａｓｓｗｏｒｄ１２３４５",
                "football football 7",
                "woaini1314woaini",
            ],
        );
    }

    #[test]
    fn runs_and_repeats_are_refused() {
        check_all(
            Err(Weak::Run),
            &[
                "aaaaaaaaaaaa",
                "abababababab",
                "qwertyuiop[]12",
                "1qaz2wsx3edc",
                "abcdefghijklm",
                "9876543210987",
                "abcde12345abcde12345",
                "Xk7qXk7qXk7q",
            ],
        );
    }

    #[test]
    fn the_own_login_and_name_are_refused() {
        check_all(
            Err(Weak::Personal),
            &[
                "xiaoyan-Vb7-tolk",
                "tolk marun 李晓燕 7",
                "7-XIAOYAN-tolk-marun",
            ],
        );
    }
}
