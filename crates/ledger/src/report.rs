//! What an examination of the ledger found, in words.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::{Hash, Kind, TileAddress, VerifierKey};

/// The result of examining a ledger.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The log's name, if the file says it.
    pub origin: Option<String>,
    /// How many entry lines were read.
    pub entries: u64,
    /// The size and root of the last checkpoint with a trusted signature.
    pub signed: Option<(u64, Hash)>,
    /// When it was made, in microseconds since 1970-01-01T00:00:00Z, as it says.
    pub signed_at: Option<i64>,
    /// How many checkpoints were signed as they must be.
    pub checkpoints: u64,
    /// How many of them each trusted key signed.
    pub signers: Vec<(VerifierKey, u64)>,
    /// When the first and the last entry happened, in the same unit.
    pub times: Option<(i64, i64)>,
    /// How many entries of each kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// How many entries are of a form that this version does not know. They are compared all the same.
    pub unknown: u64,
    /// Whether the keys were taken from the file itself, so that only its inner agreement is proven.
    pub keys_from_file: bool,
    /// What is wrong, in the order of the file; at most 1,000.
    pub findings: Vec<Finding>,
    /// How many more findings there are.
    pub more: u64,
}

impl Report {
    /// Whether nothing is wrong and a trusted signature covers every entry.
    pub fn is_right(&self) -> bool {
        self.findings.is_empty() && self.signed.is_some_and(|(size, _)| size == self.entries)
    }

    pub(crate) fn add(&mut self, finding: Finding) {
        if self
            .findings
            .last_mut()
            .is_some_and(|last| last.absorb(&finding))
        {
            return;
        }
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub problem: Problem,
    /// With which entries, counted from 0. Whether with all or only with some of them, `problem` says.
    pub entries: Option<RangeInclusive<u64>>,
    /// Where else the fault may lie if lines were renumbered.
    pub or_within: Option<RangeInclusive<u64>>,
    /// In which line of the file, counted from 1.
    pub line: Option<u64>,
}

/// What can be wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The entry is not what was recorded: its content does not match its leaf hash.
    Changed,
    /// The entry is right, but the leaf hash written beside it was altered.
    LeafHash,
    /// At least one of the entries was changed together with its leaf hash.
    Rewritten,
    /// The entries are missing.
    Deleted,
    /// So many of the entries are missing and the others were renumbered; which, this file alone
    /// cannot tell.
    DeletedAmong(u64),
    /// The entry was put in: no checkpoint covers it.
    Inserted,
    /// So many of the entries were put in; which, this file alone cannot tell.
    InsertedAmong(u64),
    /// The entry is there twice.
    Duplicated,
    /// The entry stands in the wrong place.
    Reordered,
    /// The entries are right, but carry wrong numbers, from this one on.
    Renumbered(u64),
    /// The line, or the stored row, cannot be read.
    Damaged,
    /// The entries that follow here were cut off.
    Cut,
    /// The log told another story elsewhere: two signed checkpoints cannot both be true.
    Forked,
    /// A checkpoint is not signed as it must be.
    Signature(SignatureProblem),
    /// A checkpoint is of another log, or stands in the wrong place.
    Checkpoint,
    /// The hashes beside a checkpoint were altered; the checkpoint is right.
    Edge,
    /// The first line cannot be read, or names a log to which no trusted key belongs.
    Header,
    /// A stored tile is lacking, or does not hold the hashes of what lies below it.
    Tile(TileAddress),
    /// The entries could not be compared with a signed checkpoint, because of what is wrong before or
    /// after them.
    Unchecked,
    /// Something follows the last line.
    Trailing,
}

/// What is wrong with the signatures of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureProblem {
    /// The text is no signed checkpoint.
    Unreadable,
    /// A signature in the name of a known key is not by it.
    Wrong,
    /// No trusted key of the log signed.
    Untrusted,
    /// A signature is by a key that the file does not name.
    Stranger,
}

/// A language in which findings are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

impl Finding {
    pub(crate) const fn new(problem: Problem) -> Self {
        Self {
            problem,
            entries: None,
            or_within: None,
            line: None,
        }
    }

    pub(crate) fn entry(self, entry: u64) -> Self {
        self.entries(entry..=entry)
    }

    pub(crate) fn entries(mut self, entries: RangeInclusive<u64>) -> Self {
        self.entries = Some(entries);
        self
    }

    pub(crate) const fn line(mut self, line: Option<u64>) -> Self {
        self.line = line;
        self
    }

    /// Takes in `next` if it only continues this finding: a run of wrong numbers, a longer gap.
    fn absorb(&mut self, next: &Self) -> bool {
        let (Some(mine), Some(theirs)) = (&self.entries, &next.entries) else {
            return false;
        };
        let follows = mine.end().checked_add(1) == Some(*theirs.start());
        let continues = match (&self.problem, &next.problem) {
            (Problem::Renumbered(mine_from), Problem::Renumbered(theirs_from)) => {
                mine_from.wrapping_sub(*mine.start()) == theirs_from.wrapping_sub(*theirs.start())
            }
            (Problem::Unchecked, Problem::Unchecked) => true,
            _ => false,
        };
        if follows && continues {
            self.entries = Some(*mine.start()..=*theirs.end());
        }
        follows && continues
    }

    /// The finding in words, for example `entry 17 (line 20): changed: …`.
    pub fn text(&self, lang: Lang) -> String {
        let what = self.problem.text(lang);
        let mut place = Vec::new();
        let span = |range: &RangeInclusive<u64>| match (range.start(), range.end()) {
            (first, last) if first == last => format!("{first}"),
            (first, last) => format!("{first}–{last}"),
        };
        match lang {
            Lang::En => {
                if let Some(entries) = &self.entries {
                    let noun = if entries.start() == entries.end() {
                        "entry"
                    } else {
                        "entries"
                    };
                    place.push(format!("{noun} {}", span(entries)));
                }
                if let Some(within) = &self.or_within {
                    place.push(format!(
                        "or, had the lines been renumbered, one of {}",
                        span(within)
                    ));
                }
                if let Some(line) = self.line {
                    place.push(format!("line {line}"));
                }
                if place.is_empty() {
                    what
                } else {
                    format!("{}: {what}", place.join(", "))
                }
            }
            Lang::Zh => {
                if let Some(entries) = &self.entries {
                    place.push(format!("条目 {}", span(entries)));
                }
                if let Some(within) = &self.or_within {
                    place.push(format!("若各行被重新编号，则为 {} 中之一", span(within)));
                }
                if let Some(line) = self.line {
                    place.push(format!("第 {line} 行"));
                }
                if place.is_empty() {
                    what
                } else {
                    format!("{}：{what}", place.join("，"))
                }
            }
        }
    }
}

impl Problem {
    /// One word for the problem, the same in both languages.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Changed | Self::Rewritten => "changed",
            Self::LeafHash => "leaf-hash",
            Self::Deleted | Self::DeletedAmong(_) => "deleted",
            Self::Inserted | Self::InsertedAmong(_) => "inserted",
            Self::Duplicated => "duplicated",
            Self::Reordered => "reordered",
            Self::Renumbered(_) => "renumbered",
            Self::Damaged => "damaged",
            Self::Cut => "cut",
            Self::Forked => "forked",
            Self::Signature(_) => "signature",
            Self::Checkpoint => "checkpoint",
            Self::Edge => "edge",
            Self::Header => "header",
            Self::Tile(_) => "tile",
            Self::Unchecked => "unchecked",
            Self::Trailing => "trailing",
        }
    }

    fn text(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Changed => (
                "changed: the content does not match its leaf hash",
                "被改动：内容与其叶哈希不符",
            ),
            Self::LeafHash => (
                "its leaf hash was altered; the entry itself is as signed",
                "叶哈希被改动；条目本身与签名一致",
            ),
            Self::Rewritten => (
                "changed: at least one of these is not what was signed (its leaf hash was rewritten with it)",
                "被改动：其中至少一条与签名不符（叶哈希被一并改写）",
            ),
            Self::Deleted => ("deleted: missing here", "被删除：此处缺失"),
            Self::DeletedAmong(count) => {
                return match lang {
                    Lang::En => format!("deleted: {count} of these missing, the rest renumbered"),
                    Lang::Zh => format!("被删除：其中缺失 {count} 条，其余被重新编号"),
                };
            }
            Self::Inserted => (
                "inserted: no checkpoint covers it",
                "系插入：没有检查点涵盖它",
            ),
            Self::InsertedAmong(count) => {
                return match lang {
                    Lang::En => format!("inserted: {count} too many among these"),
                    Lang::Zh => format!("系插入：其中多出 {count} 条"),
                };
            }
            Self::Duplicated => ("duplicated: stands here again", "重复：此处再次出现"),
            Self::Reordered => (
                "reordered: stands in the wrong place",
                "顺序被调换：位置不对",
            ),
            Self::Renumbered(from) => {
                return match lang {
                    Lang::En => format!("renumbered: carries the number {from} here"),
                    Lang::Zh => format!("编号被改动：此处标为 {from}"),
                };
            }
            Self::Damaged => ("damaged: cannot be read", "已损坏：无法识别"),
            Self::Cut => (
                "cut: what should follow is not in the file",
                "被截断：文件中没有其后应有的内容",
            ),
            Self::Forked => (
                "forked: two signed checkpoints contradict each other",
                "分叉：两个已签名的检查点相互矛盾",
            ),
            Self::Signature(SignatureProblem::Unreadable) => (
                "signature: no readable signed checkpoint",
                "签名：不是可识别的已签名检查点",
            ),
            Self::Signature(SignatureProblem::Wrong) => (
                "signature: the checkpoint's signature is wrong",
                "签名：检查点的签名不正确",
            ),
            Self::Signature(SignatureProblem::Untrusted) => (
                "signature: none of the log's trusted keys signed the checkpoint",
                "签名：没有任何受信任的账本密钥签署此检查点",
            ),
            Self::Signature(SignatureProblem::Stranger) => (
                "signature: one is by a key that the file does not name",
                "签名：其中一个签名的密钥未列于文件",
            ),
            Self::Checkpoint => (
                "checkpoint: of another log, or in the wrong place",
                "检查点：属于另一账本，或位置不对",
            ),
            Self::Edge => (
                "edge: the hashes beside the checkpoint were altered; the checkpoint itself is right",
                "边缘：检查点旁的哈希被改动；检查点本身正确",
            ),
            Self::Header => (
                "header: the first line is not as it must be, or no trusted key bears the log's name",
                "文件头：首行不符合格式，或没有受信任的密钥属于该账本",
            ),
            Self::Tile(address) => {
                return match lang {
                    Lang::En => format!("tile: the stored {} is lacking or wrong", address.path()),
                    Lang::Zh => format!("哈希块：存储的 {} 缺失或有误", address.path()),
                };
            }
            Self::Unchecked => (
                "unchecked: no trusted checkpoint reaches these",
                "未能核验：没有可信检查点涵盖这些条目",
            ),
            Self::Trailing => (
                "trailing: something follows the last line",
                "多余：末行之后还有内容",
            ),
        };
        match lang {
            Lang::En => en.to_owned(),
            Lang::Zh => zh.to_owned(),
        }
    }
}

const MAX_FINDINGS: usize = 1000;
