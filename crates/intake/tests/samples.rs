//! The messy sample file of the after-sales profile, from bytes to outcomes.

use std::fs;

use shouxin_intake::{Limits, Mapping, RowPlan, Rows, guess, sniff};

#[test]
fn show() {
    let profile = shouxin_register::profile("after-sales").unwrap();
    let register = shouxin_register::parse("register.toml", profile.register_toml).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../profiles/after-sales/samples/customers-gb18030.csv");
    let bytes = fs::read(path).unwrap();
    let format = sniff(&bytes[..4096.min(bytes.len())], Some("customers-gb18030.csv")).unwrap();
    println!("{format:?}");
    let mut rows = Rows::open(&bytes[..], &format, Limits::default()).unwrap();
    let sample = rows.sample(200);
    let columns = rows.columns().to_vec();
    let guesses = guess(&columns, &sample, &register);
    let text = Mapping::from_guesses(&guesses, &register).render(&columns, &guesses);
    println!("{text}");
    let mapping = Mapping::parse("m.toml", &text, &register).unwrap();
    let plan = RowPlan::new(&mapping, &register, &columns, true).unwrap();
    for row in rows {
        let row = row.unwrap();
        let shown = match plan.draft(&row) {
            Ok(d) => format!("ok {:?} {:?}", d.drafts.iter().map(|d| &d.collection).collect::<Vec<_>>(), d.notes.iter().map(|n| format!("{} {}", n.field.as_ref().unwrap(), n.code)).collect::<Vec<_>>()),
            Err(r) => format!("refused {:?}", r.reasons.iter().map(|n| format!("{} {}", n.field.as_ref().unwrap(), n.code)).collect::<Vec<_>>()),
        };
        println!("{} {shown}", row.number);
    }
}
