//! Marks over rows that give rights: accounts of staff, sessions, keys of services, invitations, devices,
//! approvals, grants, reviews. Whoever can write to the database could give themselves a role, enable an
//! account, move a session or prolong a grant; each of these rows bears a keyed digest of what it says, and
//! none is used without looking at it.
//!
//! A mark tells a row that was altered. It does not tell one that was taken away, or put back to what it was
//! once: [`Vault::examine`](crate::Vault::examine) holds rows against the ledger for that.

use shouxin_store::{Row, StoreError, Tx, Value};

use crate::{Vault, VaultError};

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $table:literal, $key:literal, [$($column:literal),*];)*) => {
        /// A table whose rows bear a mark.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Marked {
            $($(#[$doc])* $name,)*
        }

        impl Marked {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in the store.
            pub const fn table(self) -> &'static str {
                match self {
                    $(Self::$name => $table,)*
                }
            }

            /// The columns that its mark covers, the key first, in the order in which [`Vault::row_mark`] and
            /// [`Vault::hold_row`] take them.
            pub const fn columns(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$key, $($column),*],)*
                }
            }

            /// What its marks are digests for.
            const fn context(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("row ", $table),)*
                }
            }

            const fn select(self) -> &'static str {
                match self {
                    $(Self::$name => concat!(
                        "SELECT ", $key, $(", ", $column,)* ", mark FROM ", $table, " WHERE ", $key, " = $1"
                    ),)*
                }
            }

            const fn update(self) -> &'static str {
                match self {
                    $(Self::$name => concat!(
                        "UPDATE ", $table, " SET mark = $1 WHERE ", $key, " = $2 AND mark = $3"
                    ),)*
                }
            }
        }
    };
}

tables! {
    /// Accounts. Not covered: what each attempt to sign in changes (`failed`, `locked_until`,
    /// `totp_last_step`) and the version.
    Staff = "staff", "id", ["login", "name_sealed", "password", "totp_sealed", "roles", "site", "region",
        "state", "created_at"];
    /// Sessions. Not covered: when one was last used, from where, and with which program.
    Session = "session", "id", ["staff", "token_hash", "created_at", "expires_at", "second_factor_at",
        "state"];
    /// Keys of services.
    ApiKey = "api_key", "id", ["prefix", "secret_hash", "name", "scopes", "expires_at", "state",
        "created_by", "created_at", "replaces"];
    /// Invitations to take an account over.
    Activation = "activation", "code_hash", ["staff", "roles", "expires_at", "used_at"];
    /// Devices.
    Device = "device", "id", ["staff", "token_hash", "name_sealed", "state", "created_at", "decided_by",
        "decided_at"];
    /// What somebody else must approve.
    Approval = "approval", "id", ["act", "digest", "body", "reason_sealed", "requested_by", "silos",
        "requested_at", "expires_at", "state", "decided_by", "decided_at", "note_sealed", "ended_at"];
    /// Access for a time.
    Grant = "access_grant", "id", ["kind", "holder", "approval", "purpose", "role", "fields", "subject",
        "conditions", "reason_sealed", "starts_at", "expires_at", "state", "ended_by", "ended_at"];
    /// Published versions of notices.
    Notice = "notice", "id", ["name", "version", "source", "bound", "hash", "register_version",
        "published_at", "published_by", "effective_at"];
    /// What came into force, with the digest of what it tells of each purpose.
    Publication = "notice_publication", "publication", ["notice", "version", "hash", "in_force_at",
        "scopes"];
    /// Reviews of broken glass. Not covered: the sealed note, which an erasure takes away.
    Review = "review", "emergency", ["holder", "silos", "opened_at", "due_at", "state", "finding",
        "decided_by", "decided_at"];
}

/// A row that was held against its mark, to be changed together with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    table: Marked,
    values: Vec<Value>,
    mark: Vec<u8>,
}

impl Vault {
    /// The mark of a row with these values in [`Marked::columns`]: 32 bytes.
    pub fn row_mark(&self, table: Marked, values: &[Value]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for value in values {
            write(&mut bytes, value);
        }
        self.digest_of_row(table, &bytes).to_vec()
    }

    fn digest_of_row(&self, table: Marked, bytes: &[u8]) -> [u8; 32] {
        self.token_digest(table.context(), bytes)
    }

    /// Checks a row against its mark: [`Marked::columns`] from column `at` on, then the mark.
    ///
    /// # Errors
    /// `Corrupt`, an incident, if it is not the row that was written.
    pub fn check_row(&self, table: Marked, row: &Row, at: usize) -> Result<(), VaultError> {
        let altered = || VaultError::Corrupt(table.table());
        let end = at + table.columns().len();
        let mut bytes = Vec::with_capacity(512);
        for column in at..end {
            write_column(&mut bytes, row, column).map_err(|_| altered())?;
        }
        // Compared in the open: whoever can try has the database, and each try costs a request.
        if row
            .bytes(end)
            .is_ok_and(|mark| mark == self.digest_of_row(table, &bytes))
        {
            Ok(())
        } else {
            Err(altered())
        }
    }

    /// As [`Vault::check_row`], and gives the row, to be changed.
    ///
    /// # Errors
    /// As [`Vault::check_row`].
    pub fn hold_row(&self, table: Marked, row: &Row, at: usize) -> Result<HeldRow, VaultError> {
        self.check_row(table, row, at)?;
        let end = at + table.columns().len();
        let mut values = row.clone().into_values();
        values.truncate(end);
        Ok(HeldRow {
            table,
            values: values.split_off(at),
            mark: row.bytes(end)?.to_vec(),
        })
    }

    /// The row with this key, held against its mark; `None` if there is none.
    ///
    /// # Errors
    /// As [`Vault::hold_row`]; the store could not be read.
    pub async fn held_row(
        &self,
        table: Marked,
        key: impl Into<Value>,
    ) -> Result<Option<HeldRow>, VaultError> {
        let rows = self.store().query(table.select(), vec![key.into()]).await?;
        rows.first()
            .map(|row| self.hold_row(table, row, 0))
            .transpose()
    }
}

impl HeldRow {
    /// A row that is about to be written with these values in [`Marked::columns`].
    pub fn new(vault: &Vault, table: Marked, values: Vec<Value>) -> Self {
        let mark = vault.row_mark(table, &values);
        Self {
            table,
            values,
            mark,
        }
    }

    /// What its column `mark` holds.
    pub fn mark(&self) -> &[u8] {
        &self.mark
    }

    /// The values of [`Marked::columns`], then the mark: the parameters of an INSERT.
    pub fn params(&self) -> Vec<Value> {
        let mut params = self.values.clone();
        params.push(Value::Bytes(self.mark.clone()));
        params
    }

    /// Puts the mark that belongs to the changed row into the transaction that makes these changes. If the row
    /// was changed by others meanwhile, the whole transaction is a conflict.
    ///
    /// # Panics
    /// If a column is none of [`Marked::columns`].
    pub fn change(
        &self,
        vault: &Vault,
        tx: &mut Tx,
        changes: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        let mut values = self.values.clone();
        for (column, value) in changes {
            let columns = self.table.columns();
            let at = columns.iter().position(|name| *name == column);
            values[at.expect("a covered column")] = value;
        }
        let changed = Self::new(vault, self.table, values);
        let key = self.values[0].clone();
        let old = Value::Bytes(self.mark.clone());
        let params = vec![Value::Bytes(changed.mark.clone()), key, old];
        tx.run_exactly(1, self.table.update(), params);
        changed
    }
}

/// One value, told from every other sequence of values: its kind, its length, itself.
fn put(bytes: &mut Vec<u8>, kind: u8, content: &[u8]) {
    bytes.push(kind);
    bytes.extend((content.len() as u64).to_le_bytes());
    bytes.extend(content);
}

fn write(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => put(bytes, 0, &[]),
        Value::Int(n) => put(bytes, 1, &n.to_le_bytes()),
        Value::Text(text) => put(bytes, 2, text.as_bytes()),
        Value::Bytes(content) => put(bytes, 3, content),
    }
}

/// As [`write`], of a column where it lies.
fn write_column(bytes: &mut Vec<u8>, row: &Row, column: usize) -> Result<(), StoreError> {
    match (row.opt_int(column), row.opt_text(column)) {
        (Ok(None), _) => put(bytes, 0, &[]),
        (Ok(Some(n)), _) => put(bytes, 1, &n.to_le_bytes()),
        (_, Ok(text)) => put(bytes, 2, text.unwrap_or_default().as_bytes()),
        _ => put(bytes, 3, row.bytes(column)?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(values: &[Value]) -> Vec<u8> {
        let mut bytes = Vec::new();
        values.iter().for_each(|value| write(&mut bytes, value));
        bytes
    }

    #[test]
    fn no_two_rows_are_written_alike() {
        let text = |text: &str| Value::Text(text.to_owned());
        let rows = [
            vec![text("ab"), text("c")],
            vec![text("a"), text("bc")],
            vec![text("abc"), Value::Null],
            vec![Value::Null, text("abc")],
            vec![Value::Bytes(b"ab".to_vec()), text("c")],
            vec![Value::Int(0), text("")],
            vec![Value::Bytes(vec![0; 8]), text("")],
        ];
        for (i, one) in rows.iter().enumerate() {
            for other in &rows[i + 1..] {
                assert_ne!(written(one), written(other), "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn covered_columns_are_columns_of_their_table() {
        for marked in Marked::ALL {
            let table = shouxin_store::tables()
                .iter()
                .find(|table| table.name == marked.table())
                .unwrap();
            for column in marked.columns() {
                assert!(
                    table.columns.contains(column),
                    "{}.{column}",
                    marked.table()
                );
            }
            assert!(table.columns.contains(&"mark"), "{}", marked.table());
        }
    }
}
