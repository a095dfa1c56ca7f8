//! What an examination says of something that is not as it was written.

use shouxin_model::Text;

use super::Damage;

/// What is wrong, and where: tables, collections and fields, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// The row of this table is not the one that was written.
    Row(String),
    /// A record of this collection belongs to nobody who has a key for it.
    Keyless(String),
    /// A record of this collection cannot be understood.
    Unreadable(String),
    /// Plain values or times of a record of this collection.
    Plain(String),
    /// Which sealed values a record of this collection has.
    Marks(String),
    /// The sealed value of this field does not open in its place.
    Forged(shouxin_model::FieldRef),
    /// The sealed value of this field is genuine and not the last one, or its mark or index is not its own.
    Older(shouxin_model::FieldRef),
    /// This table is not what the records say.
    Derived(&'static str),
    /// So many rows there that are about nobody.
    Nobody(String, u64),
    /// The ledger tells of `gone` people who are not there, of whom `forgotten` were erased; `first` is the
    /// earliest entry about one of them.
    Absent {
        /// How many are not there.
        gone: u64,
        /// How many of them were erased.
        forgotten: u64,
        /// The index of an entry.
        first: u64,
    },
    /// So many people of whom no entry tells.
    Untold(u64),
    /// A row that gives rights is genuine and stands otherwise than the ledger tells: put back to what it was
    /// once, or taken away.
    NotAsTold {
        /// The table and the row.
        place: String,
        /// How it stands by the ledger.
        told: &'static str,
    },
    /// Less is used of today's quota than the ledger tells.
    SetBack {
        /// Whose.
        actor: String,
        /// For which purpose.
        purpose: String,
        /// How many people the quota says were seen.
        stored: u64,
        /// How many the ledger tells of.
        seen: u64,
    },
}

impl Wrong {
    /// In words.
    pub fn text(&self) -> Text {
        let text = |place: &dyn std::fmt::Display, zh: &str, en: &str| {
            Text::made(format!("{place}:{zh}"), format!("{place}: {en}"))
        };
        match self {
            Self::Row(table) => text(
                table,
                "该行与写入时不同",
                "the row is not the one that was written",
            ),
            Self::Keyless(name) => text(name, "记录没有密钥", "a record without a key"),
            Self::Unreadable(name) => {
                text(name, "记录无法识读", "a record that cannot be understood")
            }
            Self::Plain(name) => text(
                name,
                "记录的明文值或时间被改动",
                "plain values or times of a record were altered",
            ),
            Self::Marks(name) => text(
                name,
                "记录的密文与标记不对应",
                "sealed values and marks of a record do not belong together",
            ),
            Self::Forged(field) => text(
                field,
                "密文未通过验证",
                "a sealed value failed authentication",
            ),
            Self::Older(field) => text(
                field,
                "密文是旧值,或其标记被改动",
                "a sealed value is an older one, or its mark was altered",
            ),
            Self::Derived(table) => {
                text(table, "与记录不符", "it does not follow from the records")
            }
            Self::Nobody(place, count) => Text::made(
                format!("{place}:{count} 行不属于任何人"),
                format!("{place}: {count} rows of nobody"),
            ),
            Self::Absent {
                gone,
                forgotten,
                first,
            } => Text::made(
                format!(
                    "subject:账本提到的 {gone} 人不在库中,其中仅 {forgotten} 人被依法删除;最早见于第 {first} 条"
                ),
                format!(
                    "subject: {gone} people of the ledger are not there and {forgotten} were erased; entry {first} \
                     is the first to tell of one"
                ),
            ),
            Self::NotAsTold { place, told } => Text::made(
                format!("{place}:账本记载其状态为 {told},库中不是"),
                format!("{place}: the ledger tells that it is {told}, and it is not"),
            ),
            Self::SetBack {
                actor,
                purpose,
                stored,
                seen,
            } => Text::made(
                format!("quota {actor} {purpose}:今日已查阅 {seen} 人,额度只计 {stored} 人"),
                format!(
                    "quota {actor} {purpose}: {seen} people were seen today and {stored} are counted"
                ),
            ),
            Self::Untold(count) => Text::made(
                format!("subject:账本从未提到其中 {count} 人"),
                format!("subject: {count} people of whom no entry tells"),
            ),
        }
    }
}

impl Damage {
    /// In words, beginning with whom it concerns if it is one person.
    pub fn text(&self) -> Text {
        let what = self.what.text();
        match self.subject {
            Some(subject) => Text::made(
                format!("{subject}:{}", what.zh),
                format!("{subject}: {}", what.en),
            ),
            None => what,
        }
    }
}
