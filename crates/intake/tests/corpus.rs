//! Every damaged file of `corpus/intake` is read, guessed and planned as its `.expected` says.

use std::fmt::Write as _;
use std::fs;

use shouxin_intake::{Drafted, FieldNote, Format, Limits, Mapping, RowPlan, Rows, guess, sniff};
use shouxin_model::Personal;

#[test]
fn every_damaged_file_ends_as_expected() {
    let mut count = 0;
    for entry in fs::read_dir(CORPUS).expect("the corpus is there") {
        let path = entry.expect("the folder can be read").path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .expect("names are UTF-8")
            .to_owned();
        if name.ends_with(".expected") || name == "README.md" {
            continue;
        }
        let shown = imported(&name, &fs::read(&path).expect("the file can be read"));
        let expected = fs::read_to_string(format!("{CORPUS}/{name}.expected")).unwrap_or_default();
        assert_eq!(shown, expected, "{name} gives\n{shown}");
        count += 1;
    }
    assert_eq!(count, 8);
}

fn imported(name: &str, bytes: &[u8]) -> String {
    let register = shouxin_register::profile("after-sales")
        .expect("the profile ships")
        .register_toml;
    let register =
        shouxin_register::parse("register.toml", register).expect("the register is right");
    let format = sniff(bytes, Some(name)).expect("the format is known");
    let mut out = shown_format(&format);
    let mut rows = Rows::open(bytes, &format, Limits::default()).expect("the file opens");
    let sample = rows.sample(200);
    let columns = rows.columns().to_vec();
    let guesses = guess(&columns, &sample, &register);
    for guess in &guesses {
        let _ = writeln!(out, "{} -> {}", guess.column, guess.field);
    }
    let mapping = Mapping::from_guesses(&columns, &guesses, &register);
    let plan = RowPlan::new(&mapping, &register, &columns, rows.has_final_columns())
        .expect("the columns fit");
    for row in rows {
        let line = match row {
            Err(problem) => {
                let column = problem
                    .column
                    .map(|c| format!(" in column {c}"))
                    .unwrap_or_default();
                format!("{} ! {}{column}", problem.row, problem.code.word())
            }
            Ok(row) => match plan.draft(&row) {
                Ok(drafted) => format!("{} {}", row.number, shown_draft(&drafted)),
                Err(refusal) => format!("{} refused{}", row.number, shown_notes(&refusal.reasons)),
            },
        };
        let _ = writeln!(out, "{line}");
    }
    out
}

fn shown_format(format: &Format) -> String {
    match format {
        Format::Csv {
            encoding,
            delimiter,
            has_header,
            ..
        } => {
            format!(
                "csv {} {delimiter:?} header {has_header}\n",
                encoding.word()
            )
        }
        Format::Ndjson { encoding } => format!("ndjson {}\n", encoding.word()),
        Format::Xlsx { .. } => "xlsx\n".to_owned(),
    }
}

fn shown_draft(drafted: &Drafted) -> String {
    // Placeholders made for the corpus, nobody's values.
    let value =
        |(field, value): &(String, Personal<String>)| format!("{field}={:?}", value.expose());
    let records = drafted.drafts.iter().map(|draft| {
        let values: Vec<String> = draft.values.iter().map(value).collect();
        format!("{}({})", draft.collection, values.join(" "))
    });
    records.collect::<Vec<_>>().join(" ") + &shown_notes(&drafted.notes)
}

fn shown_notes(notes: &[FieldNote]) -> String {
    notes.iter().fold(String::new(), |shown, note| {
        let field = note
            .field
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        format!("{shown}; {field} {}", note.code)
    })
}

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/intake");
