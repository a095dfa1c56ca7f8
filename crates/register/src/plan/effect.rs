//! What a change does to data that is already stored.

use serde::Serialize;
use shouxin_model::{FieldKind, FieldRef, SearchMode, Suite, Text};

use crate::words;

/// What a change does to data that is already stored. Work in the background resumes after a kill and
/// reads go on meanwhile, except where [`Effect::needs_no_data`] says that it is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing.
    None,
    /// Each value is opened and sealed again under another suite.
    ResealField {
        /// The field.
        field: FieldRef,
        /// The suite that sealed it.
        from: Suite,
        /// The suite that seals it from now on.
        to: Suite,
    },
    /// Each plain value is sealed; no plain copy stays.
    SealField {
        /// The field.
        field: FieldRef,
        /// The suite.
        suite: Suite,
    },
    /// Sealed values would become plain. Refused while there are any.
    UnsealField {
        /// The field.
        field: FieldRef,
    },
    /// The values would be of another kind, under other checks and normal forms. Refused while there
    /// are any.
    ChangeKind {
        /// The field.
        field: FieldRef,
        /// The kind of the stored values.
        from: FieldKind,
        /// The kind declared now.
        to: FieldKind,
    },
    /// The blind index is built over all values; the search answers once it is whole.
    BuildIndex {
        /// The field.
        field: FieldRef,
        /// The search.
        mode: SearchMode,
    },
    /// The blind index is removed, with its key.
    DropIndex {
        /// The field.
        field: FieldRef,
        /// The search.
        mode: SearchMode,
    },
    /// The index of plain values is built.
    BuildFacet {
        /// The field.
        field: FieldRef,
    },
    /// The index of plain values is removed.
    DropFacet {
        /// The field.
        field: FieldRef,
    },
    /// The records would belong to another domain of keys. Refused while there are any.
    MoveZone {
        /// The collection.
        collection: String,
        /// The zone of the stored records.
        from: String,
        /// The zone declared now.
        to: String,
    },
    /// A subject may have one record only. Refused while one has more.
    MakeSingle {
        /// The collection.
        collection: String,
    },
    /// Stored values stay sealed and can no longer be read for any purpose, until they are erased.
    RetireField {
        /// The field.
        field: FieldRef,
    },
}

impl Effect {
    /// Whether the change is refused while it would touch stored data.
    pub const fn needs_no_data(&self) -> bool {
        matches!(
            self,
            Self::UnsealField { .. }
                | Self::ChangeKind { .. }
                | Self::MoveZone { .. }
                | Self::MakeSingle { .. }
        )
    }

    /// The collection whose stored records it touches; none if it touches nothing.
    pub fn collection(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::ResealField { field, .. }
            | Self::SealField { field, .. }
            | Self::UnsealField { field }
            | Self::ChangeKind { field, .. }
            | Self::BuildIndex { field, .. }
            | Self::DropIndex { field, .. }
            | Self::BuildFacet { field }
            | Self::DropFacet { field }
            | Self::RetireField { field } => Some(field.collection()),
            Self::MoveZone { collection, .. } | Self::MakeSingle { collection } => Some(collection),
        }
    }

    /// What happens, for people.
    pub fn text(&self) -> Text {
        match self {
            Self::None => Text::fixed("对已存数据没有影响", "nothing happens to stored data"),
            Self::ResealField { field, from, to } => {
                let (from, to) = (words::of(from), words::of(to));
                Text::made(
                    format!("{field} 的已存值由 {from} 改用 {to} 重新加密"),
                    format!("stored values of {field} are re-sealed from {from} to {to}"),
                )
            }
            Self::SealField { field, suite } => {
                let suite = words::of(suite);
                Text::made(
                    format!("{field} 的已存明文用 {suite} 加密"),
                    format!("stored plain values of {field} are sealed with {suite}"),
                )
            }
            Self::UnsealField { field } => Text::made(
                format!("{field} 已有数据时拒绝:密文不会转为明文"),
                format!("refused while {field} has values: what is sealed does not become plain"),
            ),
            Self::ChangeKind { field, .. } => Text::made(
                format!("{field} 已有数据时拒绝:另建字段,再停用旧字段"),
                format!("refused while {field} has values: add a new field and retire the old one"),
            ),
            Self::BuildIndex { field, mode } => Text::made(
                format!("为 {field} 建立检索索引 {}", mode.word()),
                format!("search index {} of {field} is built", mode.word()),
            ),
            Self::DropIndex { field, mode } => Text::made(
                format!("删除 {field} 的检索索引 {}", mode.word()),
                format!("search index {} of {field} is removed", mode.word()),
            ),
            Self::BuildFacet { field } => Text::made(
                format!("为 {field} 建立明文索引"),
                format!("facet index of {field} is built"),
            ),
            Self::DropFacet { field } => Text::made(
                format!("删除 {field} 的明文索引"),
                format!("facet index of {field} is removed"),
            ),
            Self::MoveZone {
                collection,
                from,
                to,
            } => Text::made(
                format!("{collection} 已有数据时拒绝:密钥域 {from} 的数据不能移入 {to}"),
                format!(
                    "refused while {collection} has records: data of zone {from} do not move to {to}"
                ),
            ),
            Self::MakeSingle { collection } => Text::made(
                format!("有人在 {collection} 中不止一条记录时拒绝"),
                format!("refused while anyone has more than one record of {collection}"),
            ),
            Self::RetireField { field } => Text::made(
                format!("{field} 的已存值保持加密,不再可读,直至删除"),
                format!(
                    "stored values of {field} stay sealed and unreadable until they are erased"
                ),
            ),
        }
    }
}
