//! One connection and the requests we make of it.

use deadpool_postgres::{Object, Pool};
use tokio_postgres::Statement;
use tokio_postgres::types::{ToSql, Type};

use super::failure::{Failure, pool_error};
use super::pipeline::{Request, pipeline};
use super::value;
use crate::tx::Step;
use crate::{Query, Row, StoreError, Value};

/// A connection out of a pool.
pub(super) struct Conn(Object);

/// The answer to one request of a pipeline.
pub(super) enum Answer {
    /// Done.
    Done,
    /// How many rows the statement touched or gave.
    Touched(u64),
    /// The rows.
    Rows(Vec<Row>),
}

/// One request of a pipeline, its statement prepared.
pub(super) enum Ask<'a> {
    Plain(&'static str),
    Step(Statement, &'a Step),
    Query(Statement, &'a Query),
}

impl Conn {
    pub(super) async fn get(pool: &Pool) -> Result<Self, StoreError> {
        pool.get().await.map(Self).map_err(|e| pool_error(&e))
    }

    /// Prepares a statement, or takes it from this connection's cache.
    pub(super) async fn prepare(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Statement, Failure> {
        let types: Vec<Type> = params.iter().map(value::type_of).collect();
        Ok(self.0.prepare_typed_cached(sql, &types).await?)
    }

    pub(super) async fn step<'a>(&self, step: &'a Step) -> Result<Ask<'a>, Failure> {
        Ok(Ask::Step(self.prepare(step.sql, &step.params).await?, step))
    }

    pub(super) async fn query<'a>(&self, query: &'a Query) -> Result<Ask<'a>, Failure> {
        Ok(Ask::Query(
            self.prepare(query.sql, &query.params).await?,
            query,
        ))
    }

    /// Sends all requests, then collects the answers; after a failed one the rest fail too.
    pub(super) async fn ask(&self, asks: &[Ask<'_>]) -> Vec<Result<Answer, Failure>> {
        pipeline(asks.iter().map(|ask| self.request(ask)).collect()).await
    }

    /// Runs queries one after the other and gives their rows.
    pub(super) async fn rows(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, Failure> {
        let mut asks = Vec::with_capacity(queries.len());
        for query in queries {
            asks.push(self.query(query).await?);
        }
        self.ask(&asks)
            .await
            .into_iter()
            .map(|answer| answer.map(Answer::into_rows))
            .collect()
    }

    pub(super) async fn plain(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.0.batch_execute(sql).await?)
    }

    /// Ends the transaction, or the connection if even that fails.
    pub(super) async fn roll_back(self) {
        if self.0.batch_execute("ROLLBACK").await.is_err() {
            drop(Object::take(self.0));
        }
    }

    /// Ends the connection, whatever it was doing.
    pub(super) fn discard(self) {
        drop(Object::take(self.0));
    }

    fn request<'r>(&'r self, ask: &'r Ask<'r>) -> Request<'r, Result<Answer, Failure>> {
        Box::pin(async move {
            match ask {
                Ask::Plain(sql) => {
                    self.0.batch_execute(sql).await?;
                    Ok(Answer::Done)
                }
                Ask::Step(statement, step) => {
                    let params = borrow(&step.params);
                    Ok(Answer::Touched(self.0.execute(statement, &params).await?))
                }
                Ask::Query(statement, query) => {
                    let params = borrow(&query.params);
                    let rows = self.0.query(statement, &params).await?;
                    let rows = rows.iter().map(value::row).collect::<Result<_, _>>();
                    rows.map(Answer::Rows).map_err(Failure::Store)
                }
            }
        })
    }
}

impl Answer {
    pub(super) fn into_rows(self) -> Vec<Row> {
        match self {
            Self::Rows(rows) => rows,
            Self::Done | Self::Touched(_) => Vec::new(),
        }
    }
}

fn borrow(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}
