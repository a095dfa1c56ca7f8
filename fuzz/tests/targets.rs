//! Every parser of ours, given damaged inputs. A second each in the normal tests; with `--ignored`, as
//! `cargo xtask test --long` runs them, a minute each.

// What was found is printed.
#![allow(clippy::print_stdout)]

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use rust_xlsxwriter::Workbook;
use serde_json::Value;
use shouxin_fuzz::fuzz;
use shouxin_intake::{Limits, Mapping, RowPlan, Rows, guess, sniff};
use shouxin_model::text::Language;
use shouxin_model::{
    FieldKind, FieldRef, Moment, Personal, RecordId, Register, StaffId, SubjectId, Suite,
};

macro_rules! targets {
    ($($name:ident;)*) => {
        mod short { $(#[test] fn $name() { super::$name(std::time::Duration::from_secs(1)); })* }
        mod long { $(#[test] #[ignore = "long: a minute"] fn $name() { super::$name(std::time::Duration::from_secs(60)); })* }
    };
}

targets! {
    table; spreadsheet; mapping; register; policies; envelope; sealed_record; keyring; root_file;
    entry; bundle; note; proofs; export; json_body; guard; words; values;
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files in this folder with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(root().join(folder)).unwrap().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let fits = |path: &&PathBuf| {
        path.extension()
            .is_some_and(|e| endings.iter().any(|ending| e == *ending))
    };
    paths
        .iter()
        .filter(fits)
        .map(|path| fs::read(path).unwrap())
        .collect()
}

/// A file cut down to what a search can afford.
fn start(bytes: Vec<u8>, most: usize) -> Vec<u8> {
    bytes.into_iter().take(most).collect()
}

static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let text = fs::read_to_string(root().join("profiles/after-sales/register.toml")).unwrap();
    shouxin_register::parse("register.toml", &text).unwrap()
});

/// The kind of an error: the first word of its debug form.
fn kind(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '(')
        .take(60)
        .collect()
}

/// Reads a table as an import does, up to values.
fn read_table(bytes: &[u8]) -> String {
    let format = match sniff(bytes, None) {
        Ok(format) => format,
        Err(error) => return kind(&error),
    };
    let limits = Limits::default();
    let mut rows = match Rows::open(bytes, &format, limits) {
        Ok(rows) => rows,
        Err(error) => return format!("{} {}", kind(&format), kind(&error)),
    };
    let sample = rows.sample(50);
    let columns = rows.columns().to_vec();
    let guesses = guess(&columns, &sample, &REGISTER);
    let mapping = Mapping::from_guesses(&columns, &guesses, &REGISTER);
    let Ok(plan) = RowPlan::new(&mapping, &REGISTER, &columns, rows.has_final_columns()) else {
        return format!("{} no plan", kind(&format));
    };
    let mut shape = kind(&format);
    for row in rows.take(200) {
        match row {
            Ok(row) => {
                let _ = row.digest(&[1; 32]);
                match plan.draft(&row) {
                    Ok(_) => shape.push('d'),
                    Err(refusal) => {
                        shape.push('r');
                        let codes = refusal.reasons.iter().map(kind);
                        shape.extend(codes.take(2));
                    }
                }
            }
            Err(problem) => shape.push_str(problem.code.word()),
        }
    }
    shape.truncate(120);
    format!("{shape} {} {}", columns.len().min(9), guesses.len())
}

fn table(time: Duration) {
    let mut seeds = files("corpus/intake", &["csv", "ndjson"]);
    seeds.extend(
        files("profiles/after-sales/samples", &["csv"])
            .into_iter()
            .map(|f| start(f, 4096)),
    );
    fuzz("table", seeds, time, read_table);
}

fn spreadsheet(time: Duration) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, values) in [
        ["姓名", "手机号"],
        ["测试", "13800000000"],
        ["=1+1", "1.38E+10"],
    ]
    .iter()
    .enumerate()
    {
        for (column, value) in values.iter().enumerate() {
            sheet.write(row as u32, column as u16, *value).unwrap();
        }
    }
    sheet.write(3, 1, 45000.5).unwrap();
    fuzz(
        "spreadsheet",
        vec![book.save_to_buffer().unwrap()],
        time,
        read_table,
    );
}

fn mapping(time: Duration) {
    let seeds = [
        "[columns]\n\"客户姓名\" = \"customer.name\"\n\"手机\" = { field = \"customer.mobile\", on_bad = \"keep\" }\n",
        "date_order = \"ymd\"\n[columns]\n\"#1\" = \"customer.name\"\n[constants]\n\"customer.source\" = \"import\"\n[source]\nstatement = \"x\"\n",
    ];
    let seeds = seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    fuzz("mapping", seeds, time, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match Mapping::parse("map.toml", &text, &REGISTER) {
            Ok(_) => "mapping".to_owned(),
            Err(findings) => format!("{} {}", findings.len().min(20), kind(&findings.first())),
        }
    });
}

fn register(time: Duration) {
    let profile = |name| fs::read(root().join(format!("profiles/{name}/register.toml"))).unwrap();
    let mut seeds: Vec<_> = ["after-sales", "express", "service-centre"]
        .map(profile)
        .into();
    seeds.extend(
        ["[[collections]]\nname = \"a\"\n", "version = 1\n"].map(|text| text.as_bytes().to_vec()),
    );
    fuzz("register", seeds, time, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match shouxin_register::parse("register.toml", &text) {
            Ok(register) => {
                let plan = shouxin_register::plan(Some(&REGISTER), &register);
                format!("register {}", plan.loosens())
            }
            Err(findings) => {
                let said: Vec<String> =
                    findings.iter().take(3).map(|f| f.code.to_owned()).collect();
                format!("{} {said:?}", findings.len().min(20))
            }
        }
    });
}

fn policies(time: Duration) {
    let text = fs::read_to_string(root().join("profiles/after-sales/policies.cedar")).unwrap();
    let statements = text.split("\n\n").map(|part| part.as_bytes().to_vec());
    fuzz("policies", statements.collect(), time, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match shouxin_policy::Policies::compile(&REGISTER, &text) {
            Ok(_) => "policies".to_owned(),
            Err(findings) => format!("{} {}", findings.len().min(9), kind(&findings.first())),
        }
    });
}

struct Keys {
    root: shouxin_seal::Root,
    keyring: shouxin_seal::Keyring,
    key: shouxin_seal::SubjectKey,
}

fn dice() -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::seed_from_u64(3)
}

fn keys() -> Keys {
    let root = shouxin_seal::Root::from_bytes([7; 32]);
    let now = Moment::from_seconds(1_795_000_000);
    let keyring = shouxin_seal::Keyring::make(&root, Suite::International, now, &mut dice());
    let key = shouxin_seal::SubjectKey::make(&keyring, &mut dice());
    Keys { root, keyring, key }
}

fn envelope(time: Duration) {
    let keys = keys();
    let field: FieldRef = "customer.name".parse().unwrap();
    let binding = shouxin_seal::Binding {
        zone: "identity",
        field: &field,
        subject: SubjectId::from_bytes([1; 16]),
        record: RecordId::from_bytes([2; 16]),
    };
    let sealed =
        |suite| shouxin_seal::seal(&keys.key, suite, &binding, b"13800000000", &mut dice());
    let whole = [sealed(Suite::International), sealed(Suite::National)];
    fuzz("envelope", whole.to_vec(), time, |bytes| {
        let suite = shouxin_seal::suite_of(bytes).is_some();
        match shouxin_seal::open(&keys.key, &binding, bytes) {
            Ok(_) => {
                assert!(
                    whole.iter().any(|known| known == bytes),
                    "an altered envelope opened"
                );
                "opened".to_owned()
            }
            Err(error) => format!("{suite} {} {}", kind(&error), bytes.len().min(64)),
        }
    });
}

fn sealed_record(time: Duration) {
    let mut record = shouxin_seal::SealedRecord::default();
    record.insert("name", vec![1; 40]);
    record.insert("mobile", vec![2; 41]);
    fuzz(
        "sealed_record",
        vec![record.encode(), Vec::new()],
        time,
        |bytes| {
            match shouxin_seal::SealedRecord::decode(bytes) {
                Ok(record) => {
                    // One spelling: what is read is written the same.
                    assert_eq!(record.encode(), bytes, "another spelling was taken");
                    format!("{} fields", record.iter().count())
                }
                Err(error) => kind(&error),
            }
        },
    );
}

fn keyring(time: Duration) {
    let keys = keys();
    let whole = keys.keyring.to_bytes();
    fuzz(
        "keyring",
        vec![whole.clone()],
        time,
        |bytes| match shouxin_seal::Keyring::open(&keys.root, bytes) {
            Ok(_) => {
                assert_eq!(bytes, whole, "an altered keyring opened");
                "opened".to_owned()
            }
            Err(error) => kind(&error),
        },
    );
}

fn root_file(time: Duration) {
    let plain = shouxin_seal::RootFile::Plain(shouxin_seal::Root::from_bytes([7; 32]));
    let header =
        shouxin_seal::PassphraseHeader::make(shouxin_seal::Stretch::default(), &mut dice());
    let behind = shouxin_seal::RootFile::Passphrase(header);
    let seeds = [plain, behind].map(|file| file.to_text().as_bytes().to_vec());
    fuzz(
        "root_file",
        seeds.into(),
        time,
        |bytes| match shouxin_seal::RootFile::parse(&String::from_utf8_lossy(bytes)) {
            Ok(_) => "root".to_owned(),
            Err(error) => kind(&error),
        },
    );
}

/// The entries of the sample ledger, as bytes.
fn entries() -> Vec<Vec<u8>> {
    let export = fs::read_to_string(root().join("corpus/ledger/sample.ndjson")).unwrap();
    let lines = export.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let entry: shouxin_ledger::Entry = serde_json::from_value(line["e"].clone()).ok()?;
        entry.encode().ok()
    });
    lines.collect()
}

fn entry(time: Duration) {
    fuzz(
        "entry",
        entries(),
        time,
        |bytes| match shouxin_ledger::Entry::decode(bytes) {
            Ok(entry) => {
                assert_eq!(entry.encode().unwrap(), bytes, "another spelling was taken");
                format!("{:?}", entry.kind)
            }
            Err(error) => kind(&error),
        },
    );
}

fn bundle(time: Duration) {
    let mut packed = Vec::new();
    for entry in entries().iter().take(5) {
        packed.extend(shouxin_ledger::pack([entry.as_slice()]).unwrap());
    }
    fuzz("bundle", vec![packed], time, |bytes| {
        let parts: Vec<_> = shouxin_ledger::unpack(bytes).take(2000).collect();
        format!(
            "{} {}",
            parts.len().min(9),
            parts.last().is_some_and(Result::is_err)
        )
    });
}

fn note(time: Duration) {
    let mut seeds = files("corpus/ledger", &["checkpoint", "key"]);
    seeds
        .push(b"ledger.example/sample\n9\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n".to_vec());
    fuzz("note", seeds, time, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let key = text.trim().parse::<shouxin_ledger::VerifierKey>().is_ok();
        let plain = shouxin_ledger::Checkpoint::from_text(&text);
        if let Some(checkpoint) = &plain {
            assert_eq!(checkpoint.text(), text, "another spelling was taken");
        }
        let signed = match shouxin_ledger::SignedCheckpoint::parse(&text) {
            Ok(_) => "signed".to_owned(),
            Err(error) => kind(&error),
        };
        format!("{key} {} {signed}", plain.is_some())
    });
}

fn proofs(time: Duration) {
    let keys: Vec<shouxin_ledger::VerifierKey> =
        fs::read_to_string(root().join("corpus/ledger/sample.key"))
            .unwrap()
            .lines()
            .filter_map(|line| line.trim().parse().ok())
            .collect();
    fuzz("proofs", files("corpus/ledger", &["json"]), time, |bytes| {
        let entry = serde_json::from_slice::<shouxin_ledger::EntryProof>(bytes);
        let growth = serde_json::from_slice::<shouxin_ledger::GrowthProof>(bytes);
        let checked = entry.map(|proof| match proof.verify(&keys) {
            Ok(_) => "proven".to_owned(),
            Err(error) => kind(&error),
        });
        let grown = growth.map(|proof| proof.verify(&keys).is_ok());
        format!("{checked:?} {grown:?}").chars().take(60).collect()
    });
}

fn export(time: Duration) {
    let seeds = files("corpus/ledger", &["ndjson"]);
    let short = seeds.iter().map(|seed| {
        let lines = seed.split_inclusive(|b| *b == b'\n').take(6);
        lines.flatten().copied().collect()
    });
    let seeds: Vec<Vec<u8>> = short.collect();
    fuzz("export", seeds, time, |bytes| {
        let report = shouxin_ledger::verify_export(
            BufReader::new(bytes),
            shouxin_ledger::Trust::OwnKeys,
            &[],
        );
        let report = report.unwrap();
        let found: Vec<String> = report
            .findings
            .iter()
            .take(3)
            .map(|f| kind(&f.problem))
            .collect();
        format!("{} {found:?}", report.findings.len().min(9))
    });
}

fn json_body(time: Duration) {
    use shouxin_server::http::body::parse;
    use shouxin_wire::{
        reads::ReadRequest, records::RecordWrite, searches::SearchRequest, staff::StaffChange,
    };
    let document: Value = serde_json::from_str(&shouxin_server::openapi_json()).unwrap();
    let mut seeds = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            if !example.is_null() {
                seeds.push(example.to_string().into_bytes());
            }
        }
    }
    fuzz("json_body", seeds, time, |bytes| {
        let said = [
            parse::<ReadRequest>(bytes, Language::English).err(),
            parse::<RecordWrite>(bytes, Language::English).err(),
            parse::<SearchRequest>(bytes, Language::English).err(),
            parse::<StaffChange>(bytes, Language::English).err(),
        ];
        let code = |refusal: &Option<shouxin_server::http::Refusal>| match refusal {
            Some(refusal) => {
                let problem = refusal.problem();
                format!(
                    "{} {}",
                    problem.code,
                    problem.places.first().map_or(0, |p| p.at.len().min(9))
                )
            }
            None => "taken".to_owned(),
        };
        said.iter().map(code).collect()
    });
}

fn guard(time: Duration) {
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for text in files("corpus/guard", &["txt"]) {
        let lines = text.split(|b| *b == b'\n').step_by(5);
        seeds.extend(lines.map(<[u8]>::to_vec));
    }
    fuzz("guard", seeds, time, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (path, query) = text.split_once('?').unwrap_or((&text, ""));
        let request = shouxin_guard::Head {
            path,
            query: Some(query),
        };
        let headers = [
            "user-agent",
            "host",
            "content-length",
            "content-disposition",
        ];
        let found = shouxin_guard::head(request, headers.iter().map(|name| (*name, bytes)));
        format!(
            "{:?} {:?}",
            shouxin_guard::text(&text),
            found.map(|f| f.rule)
        )
    });
}

/// Ids, moments, names, networks: what has one spelling keeps it.
fn words(time: Duration) {
    let seeds = [
        "sub_06fs8k0000000000000000000g",
        "rec_06fs8k0000000000000000000g",
        "customer.mobile",
        "2026-11-21T03:04:05.678Z",
        "2026-11-21T11:04:05+08:00",
        "10.0.0.0/8",
        "2001:db8::/32",
        "li.xiaoyan",
    ];
    let seeds = seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    fuzz("words", seeds, time, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let one = |spelt: Option<String>, what: &str| {
            if let Some(spelt) = &spelt {
                assert_eq!(*spelt, text, "another spelling of a {what} was taken");
            }
            spelt.is_some()
        };
        let shown = |id: Option<String>| id;
        let subject = one(
            shown(text.parse::<SubjectId>().ok().map(|id| id.to_string())),
            "subject",
        );
        let staff = one(
            shown(text.parse::<StaffId>().ok().map(|id| id.to_string())),
            "member of staff",
        );
        let field = one(
            shown(text.parse::<FieldRef>().ok().map(|f| f.to_string())),
            "field",
        );
        let moment = Moment::parse_rfc3339(&text).is_ok();
        let network = text.parse::<shouxin_server::network::Network>().is_ok();
        format!("{subject}{staff}{field}{moment}{network}")
    });
}

/// Formats, normal forms and search terms of values of every kind.
fn values(time: Duration) {
    let seeds = [
        "13800000000",
        "010-12345678",
        "11010519491231002X",
        "LSVAU2180E2100001",
        "沪A12345",
        "zhangsan@example.com",
        "上海市浦东新区张江路 188 弄 3 号楼 502 室",
        "欧阳明",
        "2026-11-21",
        "91310000MA1FL0000X",
        "SF1234567890123",
        "6222000000000000000",
    ];
    let seeds = seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    fuzz("values", seeds, time, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut shape = String::new();
        for kind in FieldKind::ALL {
            let normal = shouxin_regime::normalise(*kind, &text);
            let again = shouxin_regime::normalise(*kind, &normal).into_owned();
            assert_eq!(
                again, *normal,
                "{kind:?}: the normal form of a normal form is another"
            );
            shape.push(if shouxin_regime::check(*kind, &normal).is_ok() {
                'y'
            } else {
                'n'
            });
            let _ = shouxin_model::address::split(&normal);
            let _ = shouxin_model::surname::split(&normal);
            let _ = Personal::new(normal.into_owned());
        }
        shape
    });
}
