//! The messy sample file of the after-sales profile, from bytes to outcomes: each row must end as the
//! table in the `README.md` beside it says.

use std::collections::BTreeMap;
use std::fs;

use shouxin_intake::{
    Code, Format, Limits, Mapping, RawRow, RecordDraft, RowPlan, Rows, guess, sniff,
};
use shouxin_model::Register;

#[test]
fn the_guesser_maps_every_column_that_has_a_field() {
    let (columns, rows) = read();
    let guesses = guess(&columns, &rows, &register());
    let found: Vec<String> = guesses
        .iter()
        .map(|g| format!("{} {}", g.column, g.field))
        .collect();
    assert_eq!(
        found,
        [
            "客户姓名 customer.name",
            "手机号码 customer.mobile",
            "固定电话 customer.landline",
            "身份证号 customer.resident_id",
            "出生日期 customer.date_of_birth",
            "联系地址 customer.address",
            "电子邮箱 customer.email",
            "车牌号 vehicle.plate",
            "车架号（VIN） vehicle.vin",
            "购车日期 vehicle.purchased_on",
            "里程（公里） vehicle.mileage_km",
        ]
    );
    let mapping = Mapping::from_guesses(&columns, &guesses, &register());
    let text = mapping.render(&guesses);
    assert_eq!(
        Mapping::parse("map.toml", &text, &register()).as_ref(),
        Ok(&mapping),
        "{text}"
    );
    assert_eq!(mapping.ignore, ["备注"]);
    for row in &rows {
        // No value of the file stands in the mapping that was guessed from it.
        assert!(!text.contains(row.cells[1].expose()), "row {}", row.number);
    }
}

#[test]
fn every_row_ends_as_its_description_says() {
    let (columns, rows) = read();
    let guesses = guess(&columns, &rows, &register());
    let mapping = Mapping::from_guesses(&columns, &guesses, &register());
    let plan = RowPlan::new(&mapping, &register(), &columns, true).expect("the columns fit");
    let expected = described();
    assert_eq!(rows.len(), expected.len());
    let mut known = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let (outcome, codes) = match plan.draft(row) {
            Ok(drafted) => (store(&mut known, drafted.drafts), drafted.notes),
            Err(refusal) => ("refused", refusal.reasons),
        };
        let (expected_outcome, expected_codes) = &expected[&(place + 1)];
        assert_eq!(outcome, expected_outcome, "row {}", place + 1);
        for code in expected_codes {
            assert!(
                codes.iter().any(|note| note.code == *code),
                "row {}: {code}",
                place + 1
            );
        }
    }
}

#[test]
fn rows_are_numbered_by_the_line_on_which_they_start() {
    let (_, rows) = read();
    let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
    // The 18th row holds a line end of its own.
    let expected: Vec<u64> = (2..=19).chain(21..=42).collect();
    assert_eq!(numbers, expected);
}

/// What an import would make of the drafts, over all that came before.
fn store(
    known: &mut BTreeMap<String, BTreeMap<String, String>>,
    drafts: Vec<RecordDraft>,
) -> &'static str {
    let mut outcome = "unchanged";
    for draft in drafts {
        // Synthetic values, kept in a test's memory.
        let key: Vec<&str> = draft.key.iter().map(|(_, v)| v.expose().as_str()).collect();
        let name = format!("{} {}", draft.collection, key.join(" "));
        let is_new = !known.contains_key(&name) && draft.collection == "customer";
        let record = known.entry(name).or_default();
        for (field, value) in &draft.values {
            let before = record.insert(field.clone(), value.expose().clone());
            if before.as_ref() != Some(value.expose()) && outcome == "unchanged" {
                outcome = "merged";
            }
        }
        if is_new {
            outcome = "created";
        }
    }
    outcome
}

/// Row, counted from the first after the header: outcome and codes, from the table of the README.
fn described() -> BTreeMap<usize, (String, Vec<&'static str>)> {
    let readme =
        fs::read_to_string(format!("{SAMPLES}/README.md")).expect("the sample is described");
    let mut table: BTreeMap<usize, (String, Vec<&'static str>)> = BTreeMap::new();
    for line in readme.lines().filter(|l| l.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let rows: Vec<usize> = cells[0]
            .split(',')
            .filter_map(|n| n.trim().parse().ok())
            .collect();
        if rows.is_empty() {
            continue;
        }
        let told = cells[cells.len() - 1];
        let same_as = told
            .strip_prefix("as ")
            .and_then(|t| t.split(' ').next()?.parse::<usize>().ok());
        let mut codes: Vec<&str> = Code::ALL
            .iter()
            .map(|c| c.word())
            .filter(|w| told.contains(&format!("`{w}`")))
            .collect();
        let outcome = match same_as.map(|row| &table[&row]) {
            Some((outcome, others)) => {
                if codes.is_empty() {
                    codes.clone_from(others);
                }
                outcome.clone()
            }
            None => {
                let words = [
                    ("created", "created"),
                    ("merged", "merged"),
                    ("unchanged", "unchanged"),
                    ("refuse", "refused"),
                ];
                let found = words
                    .iter()
                    .filter_map(|(word, outcome)| told.find(word).map(|at| (at, outcome)));
                let (_, outcome) = found.min().expect("each row has an outcome");
                (*outcome).to_owned()
            }
        };
        for row in rows {
            table.insert(row, (outcome.clone(), codes.clone()));
        }
    }
    table
}

fn read() -> (Vec<String>, Vec<RawRow>) {
    let bytes = fs::read(format!("{SAMPLES}/customers-gb18030.csv")).expect("the sample is there");
    let format = sniff(&bytes, Some("customers-gb18030.csv")).expect("the format is known");
    assert!(matches!(
        format,
        Format::Csv {
            delimiter: ',',
            has_header: true,
            ..
        }
    ));
    let rows = Rows::open(&bytes[..], &format, Limits::default()).expect("the header is read");
    let columns = rows.columns().to_vec();
    (
        columns,
        rows.map(|row| row.expect("every row can be read"))
            .collect(),
    )
}

fn register() -> Register {
    let profile = shouxin_register::profile("after-sales").expect("the profile ships");
    shouxin_register::parse("register.toml", profile.register_toml).expect("the register is right")
}

const SAMPLES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../profiles/after-sales/samples"
);
