//! Tracing: a leaked copy names its export, whatever was done to it; other files name none.

use std::io::Cursor;

use rand_core::Rng;
use shouxin_intake::leaving::{Leaving, Mark, SheetWriter};
use shouxin_intake::{Limits, Rows, sniff};
use shouxin_model::{Caller, ExportId};
use shouxin_vault::{Traced, Vault, Visible, World};

use crate::exports::{cells, exported, harness, officer, request};
use crate::support::{Engine, on_both_engines};

on_both_engines! {
    of_twenty_exports_the_right_one_is_named_whatever_was_done_to_the_copy
}

async fn trace(vault: &Vault, bytes: Vec<u8>) -> Traced {
    let caller = Caller::operator();
    vault
        .trace(&caller, Cursor::new(bytes), None)
        .await
        .unwrap()
}

fn names(traced: &Traced) -> Vec<ExportId> {
    traced.found.iter().map(|found| found.export).collect()
}

fn text(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The rows in another order, the headings first.
fn shuffled(rows: &[Vec<String>], dice: &mut impl Rng) -> Vec<Vec<String>> {
    let mut rows = rows.to_vec();
    for i in (2..rows.len()).rev() {
        let j = 1 + (dice.next_u64() as usize) % i;
        rows.swap(i, j);
    }
    rows
}

/// As a spreadsheet and back.
fn through_a_spreadsheet(rows: &[Vec<String>]) -> Vec<u8> {
    let mut sheet = Vec::new();
    let none = Mark {
        text: String::new(),
    };
    let mut writer = SheetWriter::start(&mut sheet, Leaving::Xlsx, rows[0].clone(), &none).unwrap();
    for row in &rows[1..] {
        let row: Vec<&str> = row.iter().map(String::as_str).collect();
        writer.row(&row).unwrap();
    }
    writer.finish(&none).unwrap();
    let format = sniff(&sheet, None).unwrap();
    let table = Rows::open(sheet.as_slice(), &format, Limits::default()).unwrap();
    let mut back = vec![table.columns().to_vec()];
    back.extend(table.map(|row| {
        row.unwrap()
            .cells
            .iter()
            .map(|cell| cell.expose().to_owned())
            .collect()
    }));
    text(&back)
}

async fn of_twenty_exports_the_right_one_is_named_whatever_was_done_to_the_copy(engine: Engine) {
    let h = harness(engine, 90).await;
    let (vault, officer) = (&h.vault, officer(&h.vault));
    let columns = [
        "customer.name",
        "customer.mobile",
        "customer.resident_id",
        "customer.address",
    ];
    let mut dice = h.world.dice();
    let mut leaks = Vec::new();
    for turn in 0..20 {
        // Half of them clear, half masked.
        let clear: &[&str] = if turn % 2 == 0 { &columns } else { &[] };
        let (status, bytes) = exported(vault, &officer, &request(&columns, clear)).await;
        leaks.push((status.id, bytes));
    }
    for (turn, (id, bytes)) in leaks.iter().enumerate() {
        let rows = cells(bytes);
        assert_eq!(rows.len(), 1 + 90 + 8);
        let mixed = shuffled(&rows, &mut dice);
        let half: Vec<Vec<String>> = mixed.iter().step_by(2).cloned().collect();
        let keep = |places: &[usize]| -> Vec<Vec<String>> {
            let kept = |row: &Vec<String>| places.iter().map(|place| row[*place].clone()).collect();
            mixed.iter().map(kept).collect()
        };
        let gb18030 = encoding_rs::GB18030
            .encode(std::str::from_utf8(&text(&mixed)).unwrap())
            .0
            .into_owned();
        let mut plain = String::new();
        for row in &half[1..] {
            plain.push_str(&format!("{} {} {}\n", row[0], row[1], row[2]));
        }
        let copies = [
            ("whole", bytes.clone()),
            ("without marks, in another order", text(&mixed)),
            ("half of the rows", text(&half)),
            ("name and number only", text(&keep(&[0, 1]))),
            (
                "without headings, identity numbers first",
                text(&keep(&[2, 0])[1..]),
            ),
            ("through a spreadsheet", through_a_spreadsheet(&mixed)),
            ("in GB 18030", gb18030),
            ("pasted as text", plain.into_bytes()),
        ];
        for (what, copy) in copies {
            let traced = trace(vault, copy).await;
            assert_eq!(names(&traced), [*id], "export {turn} {what}: {traced:?}");
            let found = &traced.found[0];
            assert_eq!(found.actor, officer.actor());
            let visible = if what == "whole" {
                Visible::Intact
            } else {
                Visible::Absent
            };
            assert_eq!(found.visible, visible, "{what}");
            assert!(
                found.bits >= 20 && found.decoys == 8 && found.began.is_some(),
                "{found:?}"
            );
            if !what.contains("half") && !what.contains("pasted") {
                assert_eq!(found.decoys_found, 8, "{what}");
            }
        }
    }
    // Two exports in one file.
    let mut both = cells(&leaks[0].1);
    both.extend(cells(&leaks[3].1).into_iter().skip(1));
    let mut named = names(&trace(vault, text(&shuffled(&both, &mut dice))).await);
    named.sort_unstable();
    assert_eq!(named, [leaks[0].0, leaks[3].0]);
    // A mark that was changed is told; alone it accuses nobody.
    let whole = String::from_utf8(leaks[0].1.clone()).unwrap();
    let forged = whole.replace("zhou.min", "wu.jie");
    assert_eq!(
        trace(vault, forged.into_bytes()).await.found[0].visible,
        Visible::Altered
    );
    let mark = whole.lines().next().unwrap();
    let alone = format!("{mark}\n姓名,手机\n王伟,13900139000\n");
    let found = trace(vault, alone.clone().into_bytes()).await.found;
    assert_eq!(
        (found[0].visible, found[0].decoys_found),
        (Visible::Intact, 0)
    );
    assert!(
        trace(vault, alone.replace("zhou.min", "wu.jie").into_bytes())
            .await
            .found
            .is_empty()
    );
    // The same people from elsewhere, clear and masked: no export of ours.
    let decoys_gone: Vec<Vec<String>> = cells(&leaks[0].1)
        .into_iter()
        .filter(|row| !row[1].starts_with('1') || row[1].starts_with("138"))
        .collect();
    assert_eq!(decoys_gone.len(), 91);
    assert!(trace(vault, text(&decoys_gone)).await.found.is_empty());
    let masked: Vec<Vec<String>> = cells(&leaks[1].1)
        .into_iter()
        .filter(|row| !row[1].starts_with('1') || row[1].starts_with("138"))
        .collect();
    assert_eq!(masked.len(), 91);
    assert!(trace(vault, text(&masked)).await.found.is_empty());
    assert!(
        trace(vault, b"nothing of the kind\n".to_vec())
            .await
            .found
            .is_empty()
    );
}
