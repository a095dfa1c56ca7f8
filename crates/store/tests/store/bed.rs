//! A place for one store, opened as often as a test likes.

use std::path::Path;

use shouxin_store::{PostgresOptions, SqliteOptions, Store};
use shouxin_testkit::postgres::{Database, Server};
use tempfile::TempDir;

/// An empty data directory or an empty database.
pub(crate) enum Bed {
    Sqlite(TempDir),
    Postgres(Database),
}

impl Bed {
    pub(crate) async fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn postgres() -> Self {
        Self::Postgres(server().await.database().await)
    }

    pub(crate) async fn open(&self) -> Store {
        match self {
            Self::Sqlite(dir) => open_dir(dir.path()).await,
            Self::Postgres(database) => open_url(database.url()).await,
        }
    }
}

pub(crate) async fn open_dir(dir: &Path) -> Store {
    Store::open_sqlite(
        dir,
        SqliteOptions {
            readers: 2,
            ..Default::default()
        },
    )
    .await
    .unwrap()
}

pub(crate) async fn open_url(url: &str) -> Store {
    Store::open_postgres(
        url,
        PostgresOptions {
            connections: 4,
            ..Default::default()
        },
    )
    .await
    .unwrap()
}

/// The server of this process. Starting it blocks, so it is kept off the runtime's threads.
pub(crate) async fn server() -> &'static Server {
    tokio::task::spawn_blocking(Server::shared).await.unwrap()
}
