//! Rows altered, deleted and exchanged behind the program's back, in the database itself: each is found.

use std::collections::BTreeMap;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rusqlite::Connection;
use rusqlite::types::Value;
use shouxin_model::ConsentWord;
use shouxin_model::{Caller, Conditions, ConsentForm, Moment, StaffId, SubjectId};
use shouxin_store::{Tx, Value as Stored, params};
use shouxin_vault::approvals::Decision;
use shouxin_vault::said::Kind;
use shouxin_vault::{
    EmergencyRequest, Finding, GrantRequest, HeldRow, Marked, ReadError, VaultError,
};

use crate::support::{Engine, Harness, person, request};

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
    // What gives rights, with the mark itself.
    ("staff", RIGHTS[0]),
    ("session", RIGHTS[1]),
    ("api_key", RIGHTS[2]),
    ("activation", RIGHTS[3]),
    ("device", RIGHTS[4]),
    ("approval", RIGHTS[5]),
    ("access_grant", RIGHTS[6]),
    ("review", RIGHTS[7]),
    (
        "notice",
        &[
            "name",
            "version",
            "source",
            "bound",
            "hash",
            "register_version",
            "published_at",
            "published_by",
            "effective_at",
            "mark",
        ],
    ),
    (
        "notice_publication",
        &["notice", "version", "hash", "in_force_at", "scopes", "mark"],
    ),
    (
        "notice_scope",
        &["purpose", "notice", "version", "scope", "fields"],
    ),
];

const RIGHTS: [&[&str]; 8] = [
    &[
        "id",
        "login",
        "name_sealed",
        "password",
        "totp_sealed",
        "roles",
        "site",
        "region",
        "state",
        "created_at",
        "mark",
    ],
    &[
        "id",
        "staff",
        "token_hash",
        "created_at",
        "expires_at",
        "second_factor_at",
        "state",
        "mark",
    ],
    &[
        "id",
        "prefix",
        "secret_hash",
        "name",
        "scopes",
        "expires_at",
        "state",
        "created_by",
        "created_at",
        "replaces",
        "mark",
    ],
    &[
        "code_hash",
        "staff",
        "roles",
        "expires_at",
        "used_at",
        "mark",
    ],
    &[
        "id",
        "staff",
        "token_hash",
        "name_sealed",
        "state",
        "created_at",
        "decided_by",
        "decided_at",
        "mark",
    ],
    &[
        "id",
        "act",
        "digest",
        "body",
        "reason_sealed",
        "requested_by",
        "silos",
        "requested_at",
        "expires_at",
        "state",
        "decided_by",
        "decided_at",
        "note_sealed",
        "ended_at",
        "mark",
    ],
    &[
        "id",
        "kind",
        "holder",
        "approval",
        "purpose",
        "role",
        "fields",
        "subject",
        "conditions",
        "reason_sealed",
        "starts_at",
        "expires_at",
        "state",
        "ended_by",
        "ended_at",
        "mark",
    ],
    &[
        "emergency",
        "holder",
        "silos",
        "opened_at",
        "due_at",
        "state",
        "finding",
        "decided_by",
        "decided_at",
        "mark",
    ],
];

/// Rows of these tables go by themselves as well; that one is gone does not show.
const GO: [&str; 6] = [
    "session",
    "api_key",
    "activation",
    "device",
    "approval",
    "access_grant",
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
    fill_notices(&h).await;
    let subjects = fill(&h).await;
    fill_rights(&h, &subjects).await;
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
        if matches!(deed, Deed::Delete) && GO.contains(&table) {
            continue;
        }
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

/// Two versions of a notice, the second in other words.
async fn fill_notices(h: &Harness) {
    let rescue = include_str!("../../../../profiles/after-sales/notices/rescue.toml");
    h.vault.found_notices(&[rescue]).await.unwrap();
    let other = rescue.replacen("我们要知道您在哪里才能去接您。", "我们要知道您在哪里。", 1);
    let officer = h.strong_staff("zhao.min", "protection-officer");
    h.world.pass(60);
    let published = h.vault.publish_notice(&officer, &other, None).await;
    assert_eq!(published.unwrap().version, 2);
}

/// Ten people with cars, orders, consents and restrictions, and a ledger with a full tile.
async fn fill(h: &Harness) -> Vec<SubjectId> {
    let mut subjects = Vec::new();
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
        subjects.push(subject);
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
    subjects
}

/// Two rows of each table that gives rights: some by what the vault does, the others as the server puts them.
async fn fill_rights(h: &Harness, subjects: &[SubjectId]) {
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    for (number, subject) in [(11, subjects[0]), (12, subjects[1])] {
        let clerk = person(&h.vault, number, "zhao.lei", "warranty-clerk");
        let request = GrantRequest {
            purpose: "repair-service".to_owned(),
            role: Some("service-adviser".to_owned()),
            fields: vec!["customer.name".to_owned()],
            subject: Some(subject),
            seconds: 600,
            conditions: Conditions::default(),
            reason: "helping with a recall".to_owned(),
        };
        let asked = h.vault.request_grant(&clerk, &request).await.unwrap();
        let approve = Decision::Approve;
        h.vault
            .decide_approval(&officer, asked.id, asked.digest, approve, Some("fine"))
            .await
            .unwrap();
        let adviser = person(&h.vault, number + 10, "li.na", "service-adviser");
        let emergency = EmergencyRequest {
            subject,
            purpose: "repair-contact".to_owned(),
            reason: "broken down on the motorway".to_owned(),
        };
        h.vault.break_glass(&adviser, &emergency).await.unwrap();
    }
    let now = h.vault.now();
    let mut tx = Tx::new();
    for n in [1u8, 2] {
        let id = vec![n; 16];
        let text = |word: &str| format!("{word}{n}");
        let sealed = |word: &str| h.vault.seal_secret(word, &[n; 20]);
        let rows = [
            (
                Marked::Staff,
                "INSERT INTO staff (id, login, name_sealed, password, totp_sealed, roles, site, region, state, \
                 created_at, mark, totp_last_step, version, failed, locked_until) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 1, 0, 0)",
                params![
                    id.clone(),
                    text("login"),
                    sealed("name"),
                    text("hash"),
                    sealed("totp"),
                    text("[]"),
                    text("site"),
                    Stored::Null,
                    "active",
                    now
                ],
            ),
            (
                Marked::Session,
                "INSERT INTO session (id, staff, token_hash, created_at, expires_at, second_factor_at, state, \
                 mark, seen_at, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4, '', '')",
                params![
                    id.clone(),
                    id.clone(),
                    vec![n; 32],
                    now,
                    now.plus_seconds(n.into()),
                    now,
                    text("complete")
                ],
            ),
            (
                Marked::ApiKey,
                "INSERT INTO api_key (id, prefix, secret_hash, name, scopes, expires_at, state, created_by, \
                 created_at, replaces, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                params![
                    id.clone(),
                    text("prefix"),
                    vec![n; 32],
                    text("name"),
                    text("{}"),
                    now.plus_seconds(n.into()),
                    text("active"),
                    id.clone(),
                    now,
                    id.clone()
                ],
            ),
            (
                Marked::Activation,
                "INSERT INTO activation (code_hash, staff, roles, expires_at, used_at, mark) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                params![
                    vec![n; 32],
                    id.clone(),
                    text("[]"),
                    now.plus_seconds(n.into()),
                    Stored::Null
                ],
            ),
            (
                Marked::Device,
                "INSERT INTO device (id, staff, token_hash, name_sealed, state, created_at, decided_by, \
                 decided_at, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                params![
                    id.clone(),
                    id.clone(),
                    vec![n; 32],
                    sealed("device"),
                    text("active"),
                    now,
                    text("stf_"),
                    now
                ],
            ),
        ];
        for (marked, sql, values) in rows {
            tx.run_exactly(1, sql, HeldRow::new(&h.vault, marked, values).params());
        }
    }
    for n in [1u8, 2] {
        let staff = StaffId::from_bytes([n; 16]).to_string();
        let extra = [("did", "opened"), ("staff", staff.as_str())];
        let operator = Caller::operator();
        h.vault
            .record(&operator, Kind::Staff, &extra, std::mem::take(&mut tx))
            .await
            .unwrap();
    }
}

/// Holds that what is done with `sql` to a database that was right is found by an examination, in these words.
async fn check_found(h: &Harness, sql: &str, words: &str) {
    h.vault.sign_checkpoint(None).await.unwrap();
    let conn = Connection::open(h.folder.path().join("data/shouxin.db")).unwrap();
    assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
    let finds = found(h).await;
    assert!(
        finds.iter().any(|find| find.contains(words)),
        "{sql}: {finds:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_put_back_to_what_they_were_are_found_in_the_ledger() {
    let h = Harness::new(Engine::Sqlite).await;
    let subject = h.customer("li.na").await.subject;
    let other = h.customer_of("13900139000", "li.na").await.subject;
    fill_rights(&h, &[subject, other]).await;
    assert_eq!(signed_and_found(&h).await, Vec::<String>::new());
    // Whoever has the database keeps a copy of the rows as they are, genuine marks and all.
    let conn = Connection::open(h.folder.path().join("data/shouxin.db")).unwrap();
    let kept: Vec<(&str, Vec<Whole>)> = ["staff", "access_grant", "review"]
        .map(|table| (table, rows(&conn, table)))
        .into();
    let security = person(&h.vault, 3, "sun.li", "security-admin");
    for grant in h.vault.grants(&security, true, 10).await.unwrap() {
        h.vault.revoke_grant(&security, grant.id).await.unwrap();
    }
    for review in h.vault.reviews(&security, true, 10).await.unwrap() {
        let note = "seen";
        h.vault
            .decide_review(&security, review.emergency, Finding::Unjustified, note)
            .await
            .unwrap();
    }
    let staff = StaffId::from_bytes([1; 16]);
    let account = h
        .vault
        .held_row(Marked::Staff, staff)
        .await
        .unwrap()
        .unwrap();
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE staff SET state = 'disabled' WHERE id = $1",
        params![staff],
    );
    account.change(&h.vault, &mut tx, [("state", "disabled".into())]);
    let id = staff.to_string();
    let extra = [("did", "disabled"), ("staff", id.as_str())];
    h.vault
        .record(&Caller::operator(), Kind::Staff, &extra, tx)
        .await
        .unwrap();
    assert_eq!(signed_and_found(&h).await, Vec::<String>::new());
    for (table, old) in kept {
        let new = rows(&conn, table);
        for row in &new {
            delete(&conn, table, row);
        }
        let gone = signed_and_found(&h).await;
        let kept_for_good = ["staff", "review"].contains(&table);
        assert_eq!(gone.is_empty(), !kept_for_good, "{table}: {gone:?}");
        for row in &old {
            assert!(insert(&conn, table, row));
        }
        let finds = signed_and_found(&h).await;
        assert!(
            finds.iter().any(|find| find.contains("the ledger tells")),
            "{table}: {finds:?}"
        );
        for row in &old {
            delete(&conn, table, row);
        }
        for row in &new {
            assert!(insert(&conn, table, row));
        }
        assert_eq!(signed_and_found(&h).await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_was_set_back_is_refused_at_the_next_read_and_found() {
    let h = Harness::new(Engine::Sqlite).await;
    let subject = h.customer("li.na").await.subject;
    let other = h.customer_of("13900139000", "li.na").await.subject;
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let field = ["customer.mobile"];
    let of = |subject| request(&[subject], "rights-answer", &field, &field);
    h.vault.read(&officer, &of(subject)).await.unwrap();
    assert_eq!(signed_and_found(&h).await, Vec::<String>::new());
    check_found(
        &h,
        "UPDATE quota SET used = 0 WHERE kind = 'subjects'",
        "quota stf_",
    )
    .await;
    let refused = h.vault.read(&officer, &of(other)).await;
    assert!(
        matches!(refused, Err(ReadError::Vault(VaultError::Corrupt("quota")))),
        "{refused:?}"
    );
    // Taken away altogether, it bears no wrong mark, and still less is counted than was seen.
    check_found(
        &h,
        "DELETE FROM quota WHERE kind = 'subjects'",
        "quota stf_",
    )
    .await;
    let refused = h.vault.read(&officer, &of(other)).await;
    assert!(
        matches!(refused, Err(ReadError::Vault(VaultError::Corrupt("quota")))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_was_prolonged_opens_nothing() {
    let h = Harness::new(Engine::Sqlite).await;
    let subject = h.customer("li.na").await.subject;
    let other = h.customer_of("13900139000", "li.na").await.subject;
    fill_rights(&h, &[subject, other]).await;
    let clerk = person(&h.vault, 11, "zhao.lei", "warranty-clerk");
    let asked = request(&[subject], "repair-service", &["customer.name"], &[]);
    assert!(
        h.vault.read(&clerk, &asked).await.unwrap()[0]
            .refusal
            .is_none()
    );
    h.world.pass(601);
    check_found(
        &h,
        "UPDATE access_grant SET expires_at = expires_at + 86400000000 WHERE kind = 'grant'",
        "access_grant gra_",
    )
    .await;
    let refused = h.vault.read(&clerk, &asked).await;
    let altered = VaultError::Corrupt("access_grant").to_string();
    assert_eq!(refused.unwrap_err().to_string(), altered);
}

/// What is wrong once everything is signed, as it is a second later.
async fn signed_and_found(h: &Harness) -> Vec<String> {
    h.vault.sign_checkpoint(None).await.unwrap();
    found(h).await
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
        Ok(examined) => finds.extend(examined.findings.iter().map(|f| f.text().en.into_owned())),
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
