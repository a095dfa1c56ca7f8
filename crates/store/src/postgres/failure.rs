//! What an error of the server means to us.

use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::StoreError;

/// What to do about a failed request.
#[derive(Debug)]
pub(super) enum Failure {
    /// A unique key was already taken.
    Conflict,
    /// The server gave way to another transaction: run it again.
    Again,
    /// The connection is gone.
    Lost,
    /// Anything else.
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return if error.is_closed() || error.code().is_none() && is_io(&error) {
                Self::Lost
            } else {
                Self::Store(StoreError::Statement(
                    "the answer or a parameter did not fit".to_owned(),
                ))
            };
        };
        let code = db.code();
        match code.code() {
            "23505" => Self::Conflict,
            "40001" | "40P01" => Self::Again,
            // Shutdown, restart and a session ended by a time limit.
            "57P01" | "57P02" | "57P03" | "25P03" => Self::Lost,
            "55P03" => Self::Store(StoreError::Unavailable(
                "another node holds the ledger".to_owned(),
            )),
            _ => Self::Store(describe(db)),
        }
    }
}

impl Failure {
    /// What a caller learns if nothing more is done about it.
    pub(super) fn store_error(self) -> StoreError {
        match self {
            Self::Conflict => StoreError::Statement("a unique key is taken".to_owned()),
            Self::Again => StoreError::Unavailable("too many transactions at once".to_owned()),
            Self::Lost => StoreError::Unavailable("the connection was lost".to_owned()),
            Self::Store(error) => error,
        }
    }
}

/// Why no connection could be had.
pub(super) fn pool_error(error: &PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => {
            let why = error
                .as_db_error()
                .map_or("no connection", |db| match *db.code() {
                    SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                        "the server refused the user or password"
                    }
                    SqlState::INVALID_CATALOG_NAME => "the server has no such database",
                    SqlState::TOO_MANY_CONNECTIONS => "the server has too many connections",
                    _ => "the server refused the connection",
                });
            StoreError::Unavailable(why.to_owned())
        }
        PoolError::Timeout(_) => StoreError::Unavailable("no free connection in time".to_owned()),
        PoolError::Closed => StoreError::Closed,
        _ => StoreError::Unavailable("no connection".to_owned()),
    }
}

/// The server's messages repeat values except where they speak of the statement itself (class 42);
/// elsewhere the code and the names must do.
fn describe(db: &tokio_postgres::error::DbError) -> StoreError {
    let code = db.code().code();
    let names: Vec<_> = [db.table(), db.column(), db.constraint()]
        .into_iter()
        .flatten()
        .collect();
    let text = match &code[..2] {
        "42" => format!("SQLSTATE {code}: {}", db.message()),
        _ => format!("SQLSTATE {code} {}", names.join(" "))
            .trim_end()
            .to_owned(),
    };
    match &code[..2] {
        // Resources, operator intervention, and errors of the system around the server.
        "08" | "53" | "57" | "58" => StoreError::Unavailable(text),
        _ => StoreError::Statement(text),
    }
}

fn is_io(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}
