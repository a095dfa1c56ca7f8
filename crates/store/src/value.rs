//! What goes into a statement and what comes out of it.

use std::fmt;

use shouxin_model::{
    AlarmId, ApiKeyId, ApprovalId, ChangeId, CounterId, DeviceId, ErasureId, EvidenceId, ExportId,
    FindingId, GrantId, ImportId, JobId, Moment, QualityCheckId, QualityTextId, RecordId,
    SessionId, StaffId, SubjectId, SuppressionId,
};

use crate::StoreError;

/// One parameter or one column. Every column is a 64-bit integer, a text or bytes; times are
/// microseconds, ids sixteen bytes, JSON is text. `Debug` names the kind and never the content.
/// Values of one kind are in the order in which both engines sort them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// An integer, a time or a truth value (0 or 1).
    Int(i64),
    /// Unicode text without NUL, which PostgreSQL cannot hold.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row of an answer. Columns count from 0.
#[derive(Clone, PartialEq, Eq)]
pub struct Row(pub(crate) Vec<Value>);

/// Parameters in the order of `$1..$n`: `params![subject, "consent", now]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

impl Row {
    /// The integer in column `i`.
    ///
    /// # Errors
    /// `Column` if there is no such column, it is NULL or of another kind.
    pub fn int(&self, i: usize) -> Result<i64, StoreError> {
        self.opt_int(i)?.ok_or(StoreError::Column {
            column: i,
            wanted: "an integer",
        })
    }

    /// The text in column `i`.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn text(&self, i: usize) -> Result<&str, StoreError> {
        self.opt_text(i)?.ok_or(StoreError::Column {
            column: i,
            wanted: "text",
        })
    }

    /// The bytes in column `i`.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn bytes(&self, i: usize) -> Result<&[u8], StoreError> {
        self.opt_bytes(i)?.ok_or(StoreError::Column {
            column: i,
            wanted: "bytes",
        })
    }

    /// The time in column `i`, stored in microseconds.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn moment(&self, i: usize) -> Result<Moment, StoreError> {
        self.int(i).map(Moment::from_micros)
    }

    /// The id in column `i`: `row.id(0, SubjectId::from_slice)`.
    ///
    /// # Errors
    /// As [`Row::int`], and if the bytes are not an id.
    pub fn id<T>(&self, i: usize, parse: impl Fn(&[u8]) -> Option<T>) -> Result<T, StoreError> {
        parse(self.bytes(i)?).ok_or(StoreError::Column {
            column: i,
            wanted: "an id",
        })
    }

    /// The integer in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// `Column` if there is no such column or it is of another kind.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(i) {
            Some(Value::Int(n)) => Ok(Some(*n)),
            Some(Value::Null) => Ok(None),
            _ => Err(StoreError::Column {
                column: i,
                wanted: "an integer",
            }),
        }
    }

    /// The text in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::opt_int`].
    pub fn opt_text(&self, i: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(i) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(StoreError::Column {
                column: i,
                wanted: "text",
            }),
        }
    }

    /// The bytes in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::opt_int`].
    pub fn opt_bytes(&self, i: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.0.get(i) {
            Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            _ => Err(StoreError::Column {
                column: i,
                wanted: "bytes",
            }),
        }
    }

    /// The time in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::opt_int`].
    pub fn opt_moment(&self, i: usize) -> Result<Option<Moment>, StoreError> {
        self.opt_int(i).map(|n| n.map(Moment::from_micros))
    }

    /// The id in column `i`, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::opt_int`], and if the bytes are not an id.
    pub fn opt_id<T>(
        &self,
        i: usize,
        parse: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let parse = |bytes| {
            parse(bytes).ok_or(StoreError::Column {
                column: i,
                wanted: "an id",
            })
        };
        self.opt_bytes(i)?.map(parse).transpose()
    }

    /// All columns, in order.
    pub fn into_values(self) -> Vec<Value> {
        self.0
    }
}

/// Refuses what one engine would take and the other would not: a NUL, a parameter too few or too many.
/// Statements are texts of the program, so that the count is held to only where its tests run.
pub(crate) fn check(sql: &str, params: &[Value]) -> Result<(), StoreError> {
    let nul = |value: &Value| matches!(value, Value::Text(text) if text.as_bytes().contains(&0));
    if let Some(at) = params.iter().position(nul) {
        return Err(StoreError::Nul { parameter: at + 1 });
    }
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    let (given, wanted) = (params.len(), parameters(sql));
    if given != wanted {
        let text = format!("{given} parameters for a statement with {wanted}");
        return Err(StoreError::Statement(text));
    }
    Ok(())
}

/// The highest *n* of any `$n` in a statement.
fn parameters(sql: &str) -> usize {
    let number = |after: &str| {
        let end = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        after[..end].parse().unwrap_or(0)
    };
    sql.split('$').skip(1).map(number).max().unwrap_or(0)
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Int(_) => "Int(..)",
            Self::Text(_) => "Text(..)",
            Self::Bytes(_) => "Bytes(..)",
        })
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Row").field(&self.0).finish()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

macro_rules! values {
    ($($from:ty => |$value:ident| $into:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $into
            }
        }
    )*};
}

values! {
    i64 => |n| Self::Int(n);
    i32 => |n| Self::Int(n.into());
    u32 => |n| Self::Int(n.into());
    bool => |yes| Self::Int(yes.into());
    Moment => |at| Self::Int(at.micros());
    &str => |text| Self::Text(text.to_owned());
    String => |text| Self::Text(text);
    &String => |text| Self::Text(text.clone());
    &[u8] => |bytes| Self::Bytes(bytes.to_vec());
    Vec<u8> => |bytes| Self::Bytes(bytes);
    &Vec<u8> => |bytes| Self::Bytes(bytes.clone());
    SubjectId => |id| Self::from(id.as_bytes());
    RecordId => |id| Self::from(id.as_bytes());
    StaffId => |id| Self::from(id.as_bytes());
    SessionId => |id| Self::from(id.as_bytes());
    ApiKeyId => |id| Self::from(id.as_bytes());
    ExportId => |id| Self::from(id.as_bytes());
    ImportId => |id| Self::from(id.as_bytes());
    JobId => |id| Self::from(id.as_bytes());
    ErasureId => |id| Self::from(id.as_bytes());
    ApprovalId => |id| Self::from(id.as_bytes());
    GrantId => |id| Self::from(id.as_bytes());
    AlarmId => |id| Self::from(id.as_bytes());
    DeviceId => |id| Self::from(id.as_bytes());
    EvidenceId => |id| Self::from(id.as_bytes());
    ChangeId => |id| Self::from(id.as_bytes());
    CounterId => |id| Self::from(id.as_bytes());
    FindingId => |id| Self::from(id.as_bytes());
    SuppressionId => |id| Self::from(id.as_bytes());
    QualityCheckId => |id| Self::from(id.as_bytes());
    QualityTextId => |id| Self::from(id.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_names_the_kind_and_never_the_content() {
        let row = Row(params![
            7,
            "13800138000",
            b"13800138000".as_slice(),
            None::<i64>
        ]);
        assert_eq!(
            format!("{row:?}"),
            "Row([Int(..), Text(..), Bytes(..), Null])"
        );
    }

    #[test]
    fn parameters_are_counted_by_their_numbers() {
        for (sql, count) in [
            ("SELECT 1", 0),
            ("$2 <> $1 OR $2", 2),
            ("($10,$9)", 10),
            ("$1", 1),
        ] {
            assert_eq!(parameters(sql), count, "{sql}");
        }
    }

    #[test]
    fn a_column_answers_only_to_its_own_kind() {
        let row = Row(params![7, "seven", [7u8; 16], None::<i64>]);
        assert_eq!(row.int(0), Ok(7));
        assert_eq!(row.moment(0), Ok(Moment::from_micros(7)));
        assert_eq!(row.text(1), Ok("seven"));
        assert_eq!(
            row.id(2, SubjectId::from_slice),
            Ok(SubjectId::from_bytes([7; 16]))
        );
        assert_eq!(row.opt_int(3), Ok(None));
        assert_eq!(row.opt_id(3, SubjectId::from_slice), Ok(None));
        assert_eq!(
            row.int(1),
            Err(StoreError::Column {
                column: 1,
                wanted: "an integer"
            })
        );
        assert_eq!(
            row.int(3),
            Err(StoreError::Column {
                column: 3,
                wanted: "an integer"
            })
        );
        assert_eq!(
            row.opt_text(4),
            Err(StoreError::Column {
                column: 4,
                wanted: "text"
            })
        );
    }
}
