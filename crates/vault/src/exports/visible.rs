//! The mark that everyone sees: whose export a file is, with a keyed check.

use shouxin_intake::leaving::{MARK, Mark, is_mark};
use shouxin_model::{Caller, ExportId, Moment, Purpose};

use crate::Vault;

/// How the visible mark of a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible {
    /// There is none.
    Absent,
    /// It is as it was written.
    Intact,
    /// It names the export, and something of it was changed.
    Altered,
}

impl Visible {
    /// The word in answers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Intact => "intact",
            Self::Altered => "altered",
        }
    }
}

impl Vault {
    /// The mark of an export: who, when, why, under which entry.
    pub(super) fn mark(
        &self,
        id: ExportId,
        caller: &Caller,
        at: Moment,
        purpose: &Purpose,
        entry: u64,
    ) -> Mark {
        let who = match caller.login() {
            Some(login) => format!("{} ({login})", caller.actor()),
            None => caller.actor(),
        };
        let text = format!(
            "{id} · 导出人 by {who} · 时间 at {} · 用途 for {} {} · 账本条目 entry {entry} · 可追溯,不得外传 traced: keep it to yourself",
            at.rfc3339(),
            purpose.title.zh,
            purpose.name,
        );
        let check = self.mark_check(&text);
        Mark {
            text: format!("{text}{CHECK}{check}"),
        }
    }

    /// Which export a mark names, and whether it is as it was written.
    pub(super) fn read_mark(&self, line: &str) -> Option<(ExportId, Visible)> {
        if !is_mark(line) {
            return None;
        }
        let (_, text) = line.split_once(MARK)?;
        let id = text.split_whitespace().next()?.parse().ok()?;
        let intact = text
            .trim_end()
            .rsplit_once(CHECK)
            .is_some_and(|(text, check)| self.mark_check(text) == check);
        let visible = if intact {
            Visible::Intact
        } else {
            Visible::Altered
        };
        Some((id, visible))
    }

    fn mark_check(&self, text: &str) -> String {
        self.digest_words(&format!("export mark\n{text}"))
    }
}

const CHECK: &str = " · 校验 check ";
