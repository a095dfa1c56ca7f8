//! Rows altered, deleted and exchanged behind the program's back, in the database itself: each is found.

use std::collections::BTreeMap;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rusqlite::Connection;
use rusqlite::types::Value;
use shouxin_model::{Caller, ConsentForm, Moment};
use shouxin_vault::ConsentWord;

use crate::support::{Engine, Harness, request};

/// The tables about people, and of the ledger. Left out are columns that decide nothing: a version only
/// makes whoever looked away look again; a wrapping epoch that is wrong opens nothing.
const COLUMNS: &[(&str, &[&str])] = &[
    (
        "subject",
        &["state", "pseudonym", "salt", "source", "created_at"],
    ),
    ("subject_key", &["zone", "epoch", "wrapped"]),
    (
        "record",
        &[
            "collection",
            "plain",
            "sealed",
            "marks",
            "created_at",
            "updated_at",
        ],
    ),
    ("blind", &["field", "mode", "tag", "record"]),
    ("facet", &["collection", "field", "value", "record"]),
    ("consent", &["purpose", "state", "form", "at", "expires_at"]),
    ("restriction", &["reason", "at"]),
    ("ledger_batch", &["bodies"]),
    ("ledger_tile", &["hashes"]),
    ("ledger_head", &["size", "root"]),
    ("ledger_checkpoint", &["note", "size"]),
];

/// What is done to a row.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Alter,
    Delete,
    /// Exchanges one column of two rows.
    Swap,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_altered_deleted_or_exchanged_is_found() {
    altered(60, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: 500 changes"]
async fn long_each_of_five_hundred_changes_is_found() {
    altered(500, 2).await;
}

/// Makes `changes` changes, each to a database that was right, and demands that each is found.
#[allow(clippy::print_stdout, reason = "tells whoever runs it what it tried")]
async fn altered(changes: usize, seed: u64) {
    let h = Harness::new(Engine::Sqlite).await;
    fill(&h).await;
    h.vault.sign_checkpoint(None).await.unwrap();
    assert_eq!(found(&h).await, Vec::<String>::new());
    let path = h.folder.path().join("data/shouxin.db");
    let mut dice = ChaCha20Rng::seed_from_u64(seed);
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let mut made = 0;
    while made < changes {
        let mut conn = Connection::open(&path).unwrap();
        conn.busy_timeout(std::time::Duration::from_secs(5))
            .unwrap();
        // Each examination appends its entry. What is not signed yet, a second later is; and of several
        // signed heads an older one says nothing that the newest does not.
        h.vault.sign_checkpoint(None).await.unwrap();
        let older =
            "DELETE FROM ledger_checkpoint WHERE size < (SELECT MAX(size) FROM ledger_checkpoint)";
        conn.execute(older, []).unwrap();
        let (table, columns) = COLUMNS[(dice.next_u32() as usize) % COLUMNS.len()];
        let deed = [Deed::Alter, Deed::Delete, Deed::Swap][(dice.next_u32() % 3) as usize];
        let column = columns[(dice.next_u32() as usize) % columns.len()];
        let Some(undo) = change(&mut conn, table, column, deed, &mut dice) else {
            continue;
        };
        let finds = found(&h).await;
        assert!(!finds.is_empty(), "{deed:?} {table}.{column} was not found");
        undo.back(&conn);
        made += 1;
        *tally.entry(table).or_default() += 1;
    }
    println!("{changes} changes found: {tally:?}");
    let clean = found(&h).await;
    assert_eq!(
        clean,
        Vec::<String>::new(),
        "the test puts back what it changed"
    );
}

/// Ten people with cars, orders, consents and restrictions, and a ledger with a full tile.
async fn fill(h: &Harness) {
    for i in 0..10 {
        let mobile = format!("1380013{i:04}");
        let written = h
            .write(&[
                (
                    "customer",
                    &[
                        ("name", "欧阳明"),
                        ("mobile", &mobile),
                        ("member_level", "gold"),
                    ],
                ),
                (
                    "vehicle",
                    &[
                        ("vin", &format!("LZZTE5T03TA{i:06}")),
                        ("plate", "沪A12345"),
                    ],
                ),
                (
                    "work_order",
                    &[
                        ("number", &format!("WO-{i}")),
                        ("status", "booked"),
                        ("assignee", "li.na"),
                        ("opened_at", "2026-11-20T02:00:00Z"),
                    ],
                ),
            ])
            .await;
        let operator = Caller::operator();
        let word = [ConsentWord::Given, ConsentWord::Withdrawn][i % 2];
        let until: Option<Moment> = (i % 3 == 0).then(|| h.vault.now().plus_seconds(86_400));
        let subject = written.subject;
        for purpose in ["marketing-contact", "repair-contact"] {
            h.vault
                .put_consent(
                    &operator,
                    subject,
                    purpose,
                    word,
                    ConsentForm::General,
                    until,
                )
                .await
                .unwrap();
        }
        if i % 2 == 0 {
            h.vault
                .put_restriction(&operator, subject, "accuracy-contested")
                .await
                .unwrap();
        }
        let officer = h.strong_staff("zhao.min", "protection-officer");
        let field = ["customer.mobile"];
        for _ in 0..25 {
            h.vault
                .read(
                    &officer,
                    &request(&[subject], "rights-answer", &field, &field),
                )
                .await
                .unwrap();
        }
    }
}

/// What is wrong, by the vault's own examinations.
async fn found(h: &Harness) -> Vec<String> {
    let mut finds = Vec::new();
    match h.vault.verify_ledger(&[], |_, _| {}).await {
        Ok(report) if report.is_right() => {}
        Ok(report) => finds.push(format!("{:?}", report.findings)),
        Err(error) => finds.push(error.to_string()),
    }
    // A head that what is stored does not lead to.
    if let Err(error) = h.vault.sound_head().await {
        finds.push(error.to_string());
    }
    if !finds.is_empty() {
        // An examination is recorded, and what was found of the ledger is to stay as it is.
        return finds;
    }
    match h.vault.examine(&Caller::operator(), |_| {}).await {
        Ok(examined) => finds.extend(examined.findings.into_iter().map(|f| f.what)),
        Err(error) => finds.push(error.to_string()),
    }
    finds
}

/// How to put the rows back.
struct Undo {
    table: &'static str,
    rows: Vec<(Option<Whole>, Whole)>,
}

type Whole = BTreeMap<String, Value>;

/// All rows of the table.
fn rows(conn: &Connection, table: &str) -> Vec<Whole> {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        names
            .iter()
            .enumerate()
            .map(|(i, name)| Ok((name.clone(), row.get(i)?)))
            .collect()
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

fn is_condition(row: &Whole) -> (String, Vec<Value>) {
    let parts: Vec<String> = row.keys().map(|name| format!("{name} IS ?")).collect();
    (parts.join(" AND "), row.values().cloned().collect())
}

fn delete(conn: &Connection, table: &str, row: &Whole) {
    let (condition, values) = is_condition(row);
    let sql = format!("DELETE FROM {table} WHERE {condition}");
    assert_eq!(
        conn.execute(&sql, rusqlite::params_from_iter(values)),
        Ok(1)
    );
}

/// Whether the row could be put there.
fn insert(conn: &Connection, table: &str, row: &Whole) -> bool {
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({marks})",
        names.join(", ")
    );
    conn.execute(&sql, rusqlite::params_from_iter(row.values()))
        .is_ok()
}

impl Undo {
    fn back(self, conn: &Connection) {
        for (after, _) in &self.rows {
            if let Some(after) = after {
                delete(conn, self.table, after);
            }
        }
        for (_, before) in &self.rows {
            assert!(insert(conn, self.table, before));
        }
    }
}

/// Changes a row, or two, at random; `None` if that came to nothing.
fn change(
    conn: &mut Connection,
    table: &'static str,
    column: &str,
    deed: Deed,
    dice: &mut ChaCha20Rng,
) -> Option<Undo> {
    let all = rows(conn, table);
    if all.is_empty() {
        return None;
    }
    let pick = |dice: &mut ChaCha20Rng| all[(dice.next_u32() as usize) % all.len()].clone();
    let before = match deed {
        Deed::Swap => vec![pick(dice), pick(dice)],
        _ => vec![pick(dice)],
    };
    let after: Vec<Option<Whole>> = match deed {
        Deed::Delete => vec![None],
        Deed::Alter => {
            let mut row = before[0].clone();
            row.insert(column.to_owned(), other(&row[column], dice));
            vec![Some(row)]
        }
        Deed::Swap => {
            let (mut one, mut two) = (before[0].clone(), before[1].clone());
            let (left, right) = (one[column].clone(), two[column].clone());
            if left == right {
                return None;
            }
            one.insert(column.to_owned(), right);
            two.insert(column.to_owned(), left);
            vec![Some(one), Some(two)]
        }
    };
    let change = conn.transaction().unwrap();
    for row in &before {
        delete(&change, table, row);
    }
    if !after
        .iter()
        .flatten()
        .all(|row| insert(&change, table, row))
    {
        // A key that is taken: the database itself refuses that.
        return None;
    }
    change.commit().unwrap();
    let rows = after.into_iter().zip(before).collect();
    Some(Undo { table, rows })
}

/// A value of the same type that is another.
fn other(value: &Value, dice: &mut ChaCha20Rng) -> Value {
    match value {
        Value::Blob(bytes) if !bytes.is_empty() => {
            let mut bytes = bytes.clone();
            let at = (dice.next_u32() as usize) % bytes.len();
            bytes[at] ^= 1 << (dice.next_u32() % 8);
            Value::Blob(bytes)
        }
        Value::Text(text) => {
            let change =
                |from: &str, to: &str| text.contains(from).then(|| text.replacen(from, to, 1));
            let meant = change("booked", "closed")
                .or_else(|| change("withdrawn", "given"))
                .or_else(|| change("li.na", "wang.wei"));
            Value::Text(meant.unwrap_or_else(|| format!("{text}x")))
        }
        Value::Integer(n) => Value::Integer(n + 1 + i64::from(dice.next_u32() % 1000)),
        _ => Value::Integer(1),
    }
}
