//! An examination among the findings of the doctor.

use shouxin_model::{Caller, Text};
use shouxin_store::params;

use super::Examination;
use crate::doctor::Finding;
use crate::{Vault, VaultError};

impl Vault {
    /// [`Vault::examine`], by the machine's operator, as findings: one that says all is right, or one for each
    /// thing that is wrong, at most [`SHOWN`], and the number of those left out. `progress` hears how many
    /// people were looked at, and of how many.
    ///
    /// # Errors
    /// As [`Vault::examine`], but for a ledger that takes no entries and for stored data that cannot be
    /// understood at all: these are findings.
    pub async fn look_through(
        &self,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Vec<Finding>, VaultError> {
        let sql = "SELECT COUNT(*) FROM subject";
        let rows = self.store().query(sql, params![]).await?;
        let total = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
        let examined = self
            .examine(&Caller::operator(), |done| {
                progress(done, total.unsigned_abs());
            })
            .await;
        match examined {
            Ok(examination) => Ok(told(&examination)),
            Err(VaultError::Ledger(error)) => Ok(vec![unrecorded(&error.to_string())]),
            Err(VaultError::Corrupt(what)) => Ok(vec![altered(Text::made(
                format!("{what}:存储的内容无法识读,检查中止"),
                format!("{what}: what is stored cannot be understood; the examination ended there"),
            ))]),
            Err(error) => Err(error),
        }
    }
}

fn told(examination: &Examination) -> Vec<Finding> {
    let (subjects, records) = (examination.subjects, examination.records);
    if examination.findings.is_empty() {
        return vec![Finding::well(
            CHECK,
            format!("{subjects} 人、{records} 条记录逐一核对,与写入时一致"),
            format!("{subjects} people and {records} records are as they were written"),
        )];
    }
    let mut findings: Vec<Finding> = examination
        .findings
        .iter()
        .take(SHOWN)
        .map(|damage| altered(damage.text()))
        .collect();
    let more = examination.findings.len().saturating_sub(SHOWN);
    if more > 0 {
        findings.push(altered(Text::made(
            format!("另有 {more} 处被改动"),
            format!("{more} more like these"),
        )));
    }
    findings
}

fn altered(found: Text) -> Finding {
    let todo = Text::fixed(
        "有人绕过本程序改动了数据库:停止服务,保留现有目录作为证据,查明谁能写入,再用 shouxin restore 恢复改动之前的备份",
        "somebody changed the database past this program: stop the server, keep the directory as evidence, find out \
         who can write there, and restore a backup from before with shouxin restore",
    );
    Finding::fault(CHECK, found, todo)
}

fn unrecorded(why: &str) -> Finding {
    let found = Text::made(
        format!("账本不接受新条目,因此未逐一核对数据:{why}"),
        format!("the ledger takes no entry, so the data were not looked through: {why}"),
    );
    let todo = Text::fixed(
        "先处理账本的问题,再运行一次",
        "see to what is wrong with the ledger, then run this again",
    );
    Finding::fault(CHECK, found, todo)
}

const CHECK: &str = "data";

/// More would fill the screen and say no more about what to do.
const SHOWN: usize = 100;
