//! What keeps a notice from being published.

mod items;
mod purposes;
mod reading;
mod switches;

use shouxin_model::{Register, Text};
use shouxin_register::Finding;
use shouxin_register::reading::{Fault, Path};

use crate::notice::Notice;
use crate::readability::ParagraphScore;

/// Everything that keeps this notice from being published under this register, in the order of its text.
///
/// Articles are those of the Personal Information Protection Law of China (PIPL).
pub fn lint(notice: &Notice, register: &Register) -> Vec<Finding> {
    let mut faults = Faults::default();
    items::check(notice, register, &mut faults);
    purposes::check(notice, register, &mut faults);
    switches::check(notice, register, &mut faults);
    reading::check(notice, &mut faults);
    notice.locate(faults.0)
}

impl Notice {
    /// How easy each text of it is to read, in the order in which it is shown.
    pub fn scores(&self) -> Vec<ParagraphScore> {
        reading::scores(self)
    }
}

/// The broken rules so far.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn push(&mut self, path: Path, code: &'static str, message: Text, remedy: Text) {
        self.0.push(Fault::new(path, code, message, remedy));
    }

    /// A text that the law asks for, by the article that does.
    fn need(
        &mut self,
        text: Option<&Text>,
        path: Path,
        code: &'static str,
        what: (&str, &str, &str),
    ) {
        if text.is_some() {
            return;
        }
        let (zh, en, article) = what;
        let key = match path.steps().last() {
            Some(shouxin_register::reading::Step::Key(key)) => *key,
            _ => "",
        };
        self.push(
            path,
            code,
            Text::made(
                format!("没有告知{zh}(《个人信息保护法》第{article}条)"),
                format!("it does not tell {en} (PIPL art. {article})"),
            ),
            Text::made(
                format!("写上 `{key} = {{ zh = \"…\", en = \"…\" }}`"),
                format!("write `{key} = {{ zh = \"…\", en = \"…\" }}`"),
            ),
        );
    }
}

#[cfg(test)]
mod tests;
