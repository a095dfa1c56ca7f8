//! Synthetic customers, through the same door as real ones.

use shouxin_model::{Caller, Personal};
use shouxin_store::Query;
use shouxin_synth::{Generator, Handler, Staffing};
use shouxin_vault::{RecordWrite, Vault, Witness};

use super::cast::SITE;
use super::{Plan, synthetic};
use crate::fault::Fault;
use crate::progress;
use crate::screen::Screen;

/// Writes the customers that are not there yet. They are written one after the other, each whole or not
/// at all: as many as there are, so many were written, and the next one is where to go on. Cases are
/// assigned to the login `front_line`, among others.
pub(super) async fn seed(
    vault: &Vault,
    witness: &Witness,
    plan: &Plan,
    front_line: &str,
    screen: &Screen,
) -> Result<(), Fault> {
    let there = subjects(vault).await?;
    let staffing = staffing(plan, front_line);
    let generator = generator(plan, &staffing);
    let bar = progress::bar(
        screen,
        "写入合成客户",
        "Writing synthetic customers",
        plan.customers,
    );
    bar.set_position(there);
    bar.reset_eta();
    let first = usize::try_from(there).unwrap_or(usize::MAX);
    for (number, records) in generator.enumerate().skip(first) {
        let records = records.into_iter().map(|record| RecordWrite {
            collection: record.collection.to_owned(),
            key: None,
            values: record
                .values
                .into_iter()
                .map(|(name, value)| (name.to_owned(), Personal::new(value)))
                .collect(),
        });
        vault
            .write(&Caller::operator(), None, records.collect())
            .await
            .map_err(|error| {
                Fault::because(
                    "无法写入合成客户",
                    "a synthetic customer could not be written",
                    &error,
                )
            })?;
        bar.inc(1);
        if number % SIGN_EVERY == 0 {
            vault.sign_checkpoint(Some(witness)).await?;
        }
    }
    vault.sign_checkpoint(Some(witness)).await?;
    bar.finish_and_clear();
    let (count, zh, en) = (
        plan.customers,
        "位合成客户已就绪。",
        "synthetic customers are in.",
    );
    screen.aside(format!("{count} {zh}"), format!("{count} {en}"));
    Ok(())
}

/// The number of a payment of one of the customers, if the line of business has payments.
pub(super) fn payment(plan: &Plan, front_line: &str) -> Option<String> {
    let staffing = staffing(plan, front_line);
    let mut records = generator(plan, &staffing).flatten();
    records.find_map(|record| {
        let mut values = record.values.into_iter();
        values.find_map(|(name, value)| (name == "payment_number").then_some(value))
    })
}

fn staffing(plan: &Plan, front_line: &str) -> Staffing {
    let (site, region, city) = SITE;
    let featured = Handler {
        login: front_line.to_owned(),
        site: site.to_owned(),
        region: region.to_owned(),
        city: Some(city.to_owned()),
    };
    Staffing::new(synthetic(plan.profile), vec![featured])
}

fn generator<'a>(plan: &Plan, staffing: &'a Staffing) -> Generator<'a> {
    let all = usize::try_from(plan.customers).unwrap_or(usize::MAX);
    Generator::new(synthetic(plan.profile), plan.seed, all, plan.now, staffing)
}

async fn subjects(vault: &Vault) -> Result<u64, Fault> {
    let query = Query {
        sql: "SELECT CAST(COUNT(*) AS BIGINT) FROM subject",
        params: Vec::new(),
    };
    let rows = vault.store().query(query.sql, query.params).await?;
    let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

/// A head is signed after so many customers.
const SIGN_EVERY: usize = 500;
