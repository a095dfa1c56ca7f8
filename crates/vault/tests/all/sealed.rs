//! What lies in the store: no value, and nothing that could be moved elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use shouxin_model::{Caller, FieldKind, Personal, RecordId, Register, SearchMode, SubjectId};
use shouxin_store::{Tx, Value, params};
use shouxin_vault::{
    OpenVaultError, ReadError, RecordWrite, SearchError, SearchRequest, Vault, VaultError, keydir,
};

use crate::support::{Engine, Harness, number, on_both_engines, request};

on_both_engines! {
    what_is_moved_between_two_people_opens_for_neither
    another_deployment_s_keys_open_nothing
}

/// A value of each personal kind that passes its check, and that stands nowhere by chance.
fn planted(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Name => "欧阳震华",
        FieldKind::Mobile => "13912345678",
        FieldKind::Landline => "021-58881234",
        FieldKind::ResidentId => "11010519491231002X",
        FieldKind::Passport => "E12345678",
        FieldKind::Permit => "H1234567890",
        FieldKind::BankCard => "6222021234567890128",
        FieldKind::Uscc => "91350211M000100Y43",
        FieldKind::Vin => "LZZTE5T03TA000001",
        FieldKind::Plate => "沪A8K6F3",
        FieldKind::Address => "上海市浦东新区张江镇科苑路88号2单元301室",
        FieldKind::Email => "ouyang.zhenhua@example.com",
        FieldKind::Ip => "203.0.113.177",
        FieldKind::Mac => "02:1a:2b:3c:4d:5e",
        FieldKind::Imei => "490154203237518",
        FieldKind::Wechat => "wx_ouyang_zh88",
        FieldKind::Qq => "8123456790",
        FieldKind::Waybill => "SF1023456789012",
        FieldKind::Gps => "31.230416,121.473701",
        FieldKind::DateOfBirth => "1949-12-31",
        FieldKind::FreeText => "客户说发动机异响,请晚上八点后联系他爱人",
        FieldKind::File => "行驶证正面扫描件-0731.jpg",
        // A sealed number or code, if a profile has one.
        FieldKind::Money => "88123.45",
        FieldKind::Number => "1029384756",
        FieldKind::Code => "PICKUP-7Q2Z-9981",
        FieldKind::Time => "2025-03-04T05:06:07Z",
        FieldKind::Enum => "",
    }
}

/// Every sealed field of a register with its planted value, as one person's records.
fn records(register: &Register) -> (Vec<RecordWrite>, Vec<&'static str>) {
    let (mut records, mut all) = (Vec::new(), Vec::new());
    for collection in &register.collections {
        let mut values = Vec::new();
        for field in collection.fields.iter().filter(|field| field.sealed) {
            let value = planted(field.kind);
            if !value.is_empty() {
                values.push((field.name.clone(), Personal::new(value.to_owned())));
                all.push(value);
            }
        }
        // One plain value that a scan must find.
        let facet = collection
            .fields
            .iter()
            .find(|f| f.facet && f.kind == FieldKind::Code);
        values.extend(facet.map(|field| (field.name.clone(), Personal::new(LIES_OPEN.to_owned()))));
        records.push(RecordWrite {
            collection: collection.name.clone(),
            values,
            key: Some(Vec::new()),
        });
    }
    (records, all)
}

const LIES_OPEN: &str = "LIES-OPEN-0123";

/// The ways in which a value could lie in a file.
fn spellings(value: &str) -> Vec<Vec<u8>> {
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let plain = [
        value.as_bytes().to_vec(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ];
    let mut all = plain.to_vec();
    for bytes in &plain {
        for hex in [HEXLOWER, HEXUPPER] {
            all.push(hex.encode(bytes).into_bytes());
        }
        // Base64 of a value within other bytes: at each of the three places it can start, less what
        // its neighbours decide.
        for shift in 0..3usize {
            let framed = [&vec![0; shift][..], bytes].concat();
            for base in [BASE64, BASE64URL_NOPAD] {
                let text = base.encode(&framed);
                let text = text.trim_end_matches('=');
                all.push(text.as_bytes()[(shift * 8).div_ceil(6)..text.len() - 2].to_vec());
            }
        }
    }
    all
}

/// Spellings to look for, by their first eight bytes, so that one walk over a file looks for all.
struct Scan(HashMap<[u8; 8], Vec<(&'static str, Vec<u8>)>>);

impl Scan {
    fn of(values: &[&'static str]) -> Self {
        let mut all: HashMap<[u8; 8], Vec<_>> = HashMap::new();
        for value in values {
            for spelling in spellings(value) {
                let first = spelling[..8].try_into().unwrap();
                all.entry(first).or_default().push((*value, spelling));
            }
        }
        Self(all)
    }

    /// The values that lie in these bytes.
    fn finds(&self, bytes: &[u8]) -> BTreeSet<&'static str> {
        let mut found = BTreeSet::new();
        for at in 0..bytes.len().saturating_sub(7) {
            let Some(candidates) = self.0.get(&bytes[at..at + 8]) else {
                continue;
            };
            found.extend(
                candidates
                    .iter()
                    .filter(|(_, s)| bytes[at..].starts_with(s))
                    .map(|(value, _)| *value),
            );
        }
        found
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            all.extend(files(&entry.path()));
        } else {
            all.insert(
                entry.path().display().to_string(),
                std::fs::read(entry.path()).unwrap(),
            );
        }
    }
    all
}

async fn scan(profile: &str, suite: &str) {
    let profile = shouxin_register::profile(profile).unwrap();
    let register = profile.register_toml.replacen(
        "suite = \"international\"",
        &format!("suite = \"{suite}\""),
        1,
    );
    let h = Harness::with(Engine::Sqlite, &register, profile.policies).await;
    let (records, values) = records(&h.vault.active().register);
    assert!(values.len() > 10, "{}", values.len());
    let written = h
        .vault
        .write(&Caller::operator(), None, records)
        .await
        .unwrap();
    // Searching and indexing anew leave nothing either.
    h.vault
        .write(
            &Caller::operator(),
            Some(written.subject),
            self::records(&h.vault.active().register).0,
        )
        .await
        .unwrap();
    let (scan, open) = (Scan::of(&values), Scan::of(&[LIES_OPEN]));
    for value in &values {
        assert_eq!(
            scan.finds(value.as_bytes()),
            BTreeSet::from([*value]),
            "a scan finds what is there"
        );
    }
    assert!(
        scan.finds(&h.vault.seal_secret("totp", values[0].as_bytes()))
            .is_empty()
    );
    let check = |when: &str| {
        let files = files(h.folder.path());
        for (name, bytes) in &files {
            assert_eq!(scan.finds(bytes), BTreeSet::new(), "{name} {when}");
        }
        assert!(
            files.values().any(|bytes| !open.finds(bytes).is_empty()),
            "the scan sees what lies open"
        );
        files.len()
    };
    assert!(check("while it is open") >= 4);
    h.vault.store().close().await;
    check("when it is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sealed_value_of_after_sales_lies_in_any_file() {
    scan("after-sales", "international").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sealed_value_of_express_lies_in_any_file() {
    scan("express", "national").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sealed_value_of_a_service_centre_lies_in_any_file() {
    scan("service-centre", "international").await;
}

/// What came of reading and of searching a customer's number.
async fn looks(
    h: &Harness,
    vault: &Vault,
    subject: SubjectId,
    mobile: &str,
) -> [Option<VaultError>; 2] {
    let officer = h.strong_staff("zhao.min", "protection-officer");
    let field = ["customer.mobile"];
    let read = match vault
        .read(
            &officer,
            &request(&[subject], "rights-answer", &field, &field),
        )
        .await
    {
        Ok(read) => {
            let values: Vec<_> = read[0].fields[0]
                .values
                .iter()
                .map(|v| v.value.expose().as_str())
                .collect();
            assert_eq!(values, [mobile], "what is answered is the person's own");
            None
        }
        Err(ReadError::Vault(error)) => Some(error),
        Err(error) => panic!("{error}"),
    };
    let search = SearchRequest {
        field: "customer.mobile".parse().unwrap(),
        mode: SearchMode::Exact,
        value: Personal::new(mobile.to_owned()),
        purpose: "rights-answer".to_owned(),
        limit: 10,
    };
    let search = match vault.search(&officer, &search).await {
        Ok(found) => {
            assert!(found.matches.iter().all(|(found, _)| *found == subject));
            None
        }
        Err(SearchError::Vault(error)) => Some(error),
        Err(error) => panic!("{error}"),
    };
    [read, search]
}

async fn customer_records(h: &Harness) -> Vec<(SubjectId, RecordId, Vec<u8>)> {
    let sql =
        "SELECT subject, id, sealed FROM record WHERE collection = 'customer' ORDER BY subject";
    let rows = h.vault.store().query(sql, params![]).await.unwrap();
    let record = |row: &shouxin_store::Row| {
        let (subject, id) = (
            row.id(0, SubjectId::from_slice).unwrap(),
            row.id(1, RecordId::from_slice).unwrap(),
        );
        (subject, id, row.bytes(2).unwrap().to_vec())
    };
    rows.iter().map(record).collect()
}

async fn commit(h: &Harness, sql: &'static str, params: Vec<Value>) {
    let mut tx = Tx::new();
    tx.run_exactly(1, sql, params);
    h.vault.store().commit(tx).await.unwrap();
}

async fn what_is_moved_between_two_people_opens_for_neither(engine: Engine) {
    let h = Harness::new(engine).await;
    let ann = h.customer_of("13800138000", "li.na").await;
    h.customer_of("13900139000", "li.na").await;
    let mobile = |subject| {
        if subject == ann.subject {
            "13800138000"
        } else {
            "13900139000"
        }
    };
    let [one, two] = <[_; 2]>::try_from(customer_records(&h).await).unwrap();
    assert!(
        looks(&h, &h.vault, one.0, mobile(one.0))
            .await
            .iter()
            .all(Option::is_none)
    );

    let put_sealed = "UPDATE record SET sealed = $1 WHERE subject = $2 AND collection = 'customer'";
    let mut flipped = shouxin_seal::SealedRecord::decode(&one.2).unwrap();
    let mut envelope = flipped.get("mobile").unwrap().to_vec();
    *envelope.last_mut().unwrap() ^= 1;
    flipped.insert("mobile", envelope);
    let mut fields = shouxin_seal::SealedRecord::decode(&one.2).unwrap();
    let name = fields.remove("name").unwrap();
    fields.insert("mobile", name);
    for (what, bytes, forged) in [
        ("the other's record", two.2.clone(), true),
        ("another field's envelope", fields.encode(), true),
        ("one bit flipped", flipped.encode(), true),
        ("cut", one.2[..one.2.len() - 1].to_vec(), false),
        ("nothing", Vec::new(), false),
    ] {
        commit(&h, put_sealed, params![bytes, one.0]).await;
        for error in looks(&h, &h.vault, one.0, mobile(one.0)).await {
            let expected = match error {
                Some(VaultError::Forged(record)) => forged && record == one.1,
                Some(VaultError::Corrupt("record")) => !forged,
                _ => false,
            };
            assert!(expected, "{what}: {error:?}");
        }
        commit(&h, put_sealed, params![one.2.clone(), one.0]).await;
    }

    // The whole row, under the other's id.
    let adopted = "UPDATE record SET subject = $1 WHERE subject = $2 AND collection = 'customer'";
    commit(
        &h,
        "DELETE FROM record WHERE subject = $1 AND collection = 'customer'",
        params![two.0],
    )
    .await;
    commit(&h, adopted, params![two.0, one.0]).await;
    let [read, _] = looks(&h, &h.vault, two.0, mobile(two.0)).await;
    assert!(
        matches!(read, Some(VaultError::Forged(record)) if record == one.1),
        "{read:?}"
    );
    commit(&h, adopted, params![one.0, two.0]).await;
    assert!(
        looks(&h, &h.vault, one.0, mobile(one.0))
            .await
            .iter()
            .all(Option::is_none)
    );

    // The other's key.
    let sql = "SELECT subject, wrapped FROM subject_key WHERE zone = 'identity' ORDER BY subject";
    let keys = h.vault.store().query(sql, params![]).await.unwrap();
    let key = |i: usize| keys[i].bytes(1).unwrap().to_vec();
    let put_key = "UPDATE subject_key SET wrapped = $1 WHERE subject = $2 AND zone = 'identity'";
    commit(&h, put_key, params![key(1), one.0]).await;
    for error in looks(&h, &h.vault, one.0, mobile(one.0)).await {
        assert!(
            matches!(error, Some(VaultError::Corrupt("subject key"))),
            "{error:?}"
        );
    }
    // Nor does a write take it for its own.
    let write = crate::support::record("customer", &[("mobile", mobile(one.0)), ("name", "李四")]);
    let write = h.vault.write(&Caller::operator(), None, vec![write]).await;
    assert!(matches!(
        write,
        Err(shouxin_vault::RecordError::Vault(VaultError::Corrupt(
            "subject key"
        )))
    ));
    commit(&h, put_key, params![key(0), one.0]).await;
    assert!(
        looks(&h, &h.vault, one.0, mobile(one.0))
            .await
            .iter()
            .all(Option::is_none)
    );
}

async fn another_deployment_s_keys_open_nothing(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let profile = shouxin_register::profile("after-sales").unwrap();
    let stranger = Harness::seeded(engine, profile.register_toml, profile.policies, 99).await;
    let keys = || keydir::open(&stranger.folder.path().join("keys"), None).unwrap();
    let open = || Vault::open(h.vault.store().clone(), keys(), h.world.clone());
    assert!(matches!(open().await, Err(OpenVaultError::ForeignKeys)));
    // Even if the store is made to say that they are its own.
    let claim = params![stranger.vault.ledger_origin()];
    commit(
        &h,
        "UPDATE setting SET value = $1 WHERE name = 'keyring'",
        claim,
    )
    .await;
    let other = open().await.unwrap();
    let [read, search] = looks(&h, &other, written.subject, "13800138000").await;
    assert!(
        matches!(
            read,
            Some(VaultError::Corrupt("facts about a subject" | "subject key"))
        ),
        "{read:?}"
    );
    // Under other index keys nobody is found at all.
    assert!(search.is_none());
    assert_eq!(
        number(
            &h.vault,
            "SELECT COUNT(*) FROM blind WHERE field = 'customer.mobile'"
        )
        .await,
        2
    );
    // What the other deployment signed is not this one's.
    other.sign_checkpoint(None).await.unwrap().unwrap();
    h.customer_of("13900139000", "li.na").await;
    assert!(h.vault.sign_checkpoint(None).await.is_err());
}
