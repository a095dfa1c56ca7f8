//! Rows altered in the database itself, past the program: the doctor names each.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, params};

use crate::programs::Bench;

/// What somebody with the database does to it, and the words by which it is named.
type Case = (&'static str, fn(&Connection), &'static str);

const CASES: &[Case] = &[
    (
        "a facet",
        |db| {
            run(
                db,
                "UPDATE facet SET value = value || 'x' WHERE record = (SELECT MIN(record) FROM facet)",
            );
        },
        "facet: it does not follow from the records",
    ),
    (
        "a plain value",
        |db| {
            let of = "SELECT rowid, plain FROM record WHERE collection = 'work_order' LIMIT 1";
            let (row, plain): (i64, String) = db
                .query_row(of, [], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap();
            let other = plain.replacen("\":\"", "\":\"x", 1);
            assert_ne!(other, plain);
            let put = "UPDATE record SET plain = ?1 WHERE rowid = ?2";
            assert_eq!(db.execute(put, params![other, row]), Ok(1));
        },
        "work_order: plain values or times of a record were altered",
    ),
    (
        "a mark",
        |db| {
            run(
                db,
                "UPDATE record SET marks = json_set(marks, '$.mobile', 'aaaa') WHERE rowid = \
                 (SELECT MIN(rowid) FROM record WHERE collection = 'customer')",
            );
        },
        "customer.mobile: a sealed value is an older one, or its mark was altered",
    ),
    (
        "a ciphertext",
        |db| flip(db, "record", "sealed", "collection = 'customer'"),
        "failed authentication",
    ),
    (
        "a person's salt",
        |db| flip(db, "subject", "salt", "state = 'active'"),
        "subject: the row is not the one that was written",
    ),
    (
        "two rows",
        |db| {
            let of =
                "SELECT rowid, sealed, marks FROM record WHERE collection = 'customer' LIMIT 2";
            let mut asked = db.prepare(of).unwrap();
            let rows: Vec<(i64, Vec<u8>, String)> = asked
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            let put = "UPDATE record SET sealed = ?1, marks = ?2 WHERE rowid = ?3";
            for (from, to) in [(0, 1), (1, 0)] {
                let (_, sealed, marks) = &rows[from];
                assert_eq!(db.execute(put, params![sealed, marks, rows[to].0]), Ok(1));
            }
        },
        "customer.mobile: a sealed value failed authentication",
    ),
    (
        "a record",
        |db| {
            run(
                db,
                "DELETE FROM record WHERE rowid = (SELECT MIN(rowid) FROM record WHERE collection = 'customer')",
            );
        },
        "blind: it does not follow from the records",
    ),
];

#[test]
fn the_doctor_names_whatever_was_altered_in_the_database() {
    let bench = Bench::new();
    bench
        .shouxin("demo --data data --customers 12 --no-serve")
        .done();
    let clean = bench.shouxin("--json doctor --data data --full");
    let said = clean.done();
    assert!(said.contains("are as they were written"), "{said}");
    for (case, alter, named) in CASES {
        for folder in ["data", "data-keys"] {
            copy(
                &bench.path(folder),
                &bench.path(&folder.replace("data", "altered")),
            );
        }
        alter(&Connection::open(bench.path("altered/shouxin.db")).unwrap());
        // Without looking through everything nobody notices.
        bench.shouxin("doctor --data altered").done();
        let found = bench.shouxin("--json doctor --data altered --full");
        assert!(found.refused().contains("there are faults"), "{case}");
        assert!(found.out.contains(named), "{case}: {}", found.out);
        assert!(found.out.contains("sub_"), "{case}: {}", found.out);
        assert!(
            found.out.contains("restore a backup from before"),
            "{case}: {}",
            found.out
        );
        for folder in ["altered", "altered-keys"] {
            fs::remove_dir_all(bench.path(folder)).unwrap();
        }
    }
}

/// Changes one row.
fn run(db: &Connection, sql: &str) {
    assert!(db.execute(sql, []).unwrap() > 0, "{sql}");
}

/// Flips the last bit of the bytes in one row.
fn flip(db: &Connection, table: &str, column: &str, condition: &str) {
    let of = format!("SELECT {column} FROM {table} WHERE {condition} LIMIT 1");
    let were: Vec<u8> = db.query_row(&of, [], |row| row.get(0)).unwrap();
    let mut bytes = were.clone();
    *bytes.last_mut().unwrap() ^= 1;
    let put = format!("UPDATE {table} SET {column} = ?1 WHERE {column} = ?2");
    assert_eq!(db.execute(&put, params![bytes, were]), Ok(1));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
