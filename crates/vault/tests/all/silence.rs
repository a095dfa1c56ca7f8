//! No message, no debug output and no ledger entry repeats what somebody put in.

use std::error::Error;
use std::fmt::Debug;
use std::io::Cursor;

use shouxin_model::{Caller, Personal, RecordId, SearchMode, SubjectId};
use shouxin_vault::{CaseChange, CountRequest, RecordWrite, SearchRequest};

use crate::support::{Engine, Harness, case_of, on_both_engines, record, request};

on_both_engines! {
    no_error_repeats_what_was_put_in
}

/// Values that are put in everywhere and must come out nowhere.
const PLANTED: [&str; 5] = [
    "13912345678",
    "11010519491231002X",
    "欧阳震华",
    "planted@example.com",
    "planted-word",
];

/// Everything that was said.
#[derive(Default)]
struct Said(Vec<String>);

impl Said {
    fn error<T: Debug, E: Error>(&mut self, what: &str, result: Result<T, E>) {
        let error = result.err().unwrap_or_else(|| panic!("{what} is refused"));
        self.0.push(format!("{what}: {error} {error:?} {error:#?}"));
        let mut source = error.source();
        while let Some(error) = source {
            self.0.push(format!("{what}: {error} {error:?}"));
            source = error.source();
        }
    }

    fn debug(&mut self, what: &str, value: impl Debug) {
        self.0.push(format!("{what}: {value:?} {value:#?}"));
    }

    fn assert_silent(&self) {
        for text in &self.0 {
            for planted in PLANTED {
                assert!(!text.contains(planted), "{planted} in {text}");
            }
        }
    }
}

async fn no_error_repeats_what_was_put_in(engine: Engine) {
    let h = Harness::new(engine).await;
    let (vault, operator) = (&h.vault, Caller::operator());
    let mut said = Said::default();
    let written = h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    let [mobile, id, name, email, word] = PLANTED;

    // Values of the wrong kind, in the wrong place, too long, twice.
    let bad = |collection: &str, field: &str, value: &str| RecordWrite {
        collection: collection.to_owned(),
        values: vec![(field.to_owned(), Personal::new(value.to_owned()))],
        key: None,
    };
    for (collection, field, value) in [
        ("customer", "mobile", name),
        ("customer", "resident_id", mobile),
        ("customer", "member_level", id),
        ("work_order", "number", &format!("{mobile}\u{7}{name}")),
        ("work_order", "status", email),
    ] {
        said.debug("write", bad(collection, field, value));
        said.error(
            "write",
            vault
                .write(&operator, None, vec![bad(collection, field, value)])
                .await,
        );
    }
    said.error(
        "write",
        vault
            .write(&operator, None, vec![bad("customer", "no_such", name)])
            .await,
    );
    let nobody = SubjectId::from_bytes([3; 16]);
    said.error(
        "write",
        vault
            .write(
                &operator,
                Some(nobody),
                vec![bad("customer", "mobile", mobile)],
            )
            .await,
    );

    // Reads and searches.
    let mut read = request(
        &[written.subject],
        "repair-service",
        &["customer.name"],
        &[],
    );
    read.reason = Some(format!("{name} {mobile}"));
    said.debug("read", &read);
    let outcome = vault.read(&adviser, &read).await.unwrap();
    said.debug("read", &outcome);
    let reason_entry = vault.entry(outcome[0].entry).await.unwrap();
    said.0.push(String::from_utf8(reason_entry.1).unwrap());
    read.purpose = word.to_owned();
    said.error("read", vault.read(&adviser, &read).await);
    said.error("explain", vault.explain(&adviser, &read).await);
    let search = |purpose: &str, mode, value: &str| SearchRequest {
        field: "customer.mobile".parse().unwrap(),
        mode,
        value: Personal::new(value.to_owned()),
        purpose: purpose.to_owned(),
        limit: 10,
    };
    said.debug(
        "search",
        search("repair-service", SearchMode::Exact, mobile),
    );
    said.debug(
        "search",
        vault
            .search(
                &adviser,
                &search("repair-service", SearchMode::Exact, mobile),
            )
            .await
            .unwrap(),
    );
    said.error(
        "search",
        vault
            .search(
                &adviser,
                &search("repair-service", SearchMode::Last4, mobile),
            )
            .await,
    );
    said.error(
        "search",
        vault
            .search(&adviser, &search(word, SearchMode::Exact, mobile))
            .await,
    );
    let count = CountRequest {
        purpose: word.to_owned(),
        collection: "customer".to_owned(),
        group_by: Vec::new(),
    };
    said.error("count", vault.count(&adviser, &count).await);

    // Cases.
    let to = |status: Option<&str>| CaseChange {
        status: status.map(str::to_owned),
        ..CaseChange::default()
    };
    let case = case_of(&written);
    said.error(
        "case",
        vault
            .change_case(&adviser, written.subject, case, &to(Some(name)))
            .await,
    );
    said.error(
        "case",
        vault
            .change_case(&adviser, written.subject, case, &to(None))
            .await,
    );
    said.error(
        "case",
        vault
            .change_case(
                &adviser,
                written.subject,
                RecordId::from_bytes([1; 16]),
                &to(None),
            )
            .await,
    );
    let long = CaseChange {
        assignee: Some(mobile.repeat(99)),
        ..CaseChange::default()
    };
    said.error(
        "case",
        vault
            .change_case(&adviser, written.subject, case, &long)
            .await,
    );
    said.error("cases", vault.list_cases(&adviser, word, None, 10).await);
    said.error(
        "restriction",
        vault
            .put_restriction(&operator, written.subject, &format!("{name} asked"))
            .await,
    );

    // Files whose headings are values, and mappings that name them.
    let headless = format!("{name},{mobile},{email}\n{name},{mobile},{email}\n");
    let guessed = vault
        .guess_mapping(Cursor::new(headless.clone().into_bytes()), None)
        .unwrap();
    said.debug("guess", &guessed);
    let mapping = "[columns]\n\"姓名\" = \"customer.name\"\n\"手机\" = \"customer.mobile\"\n";
    let import = vault.begin_import(&operator, mapping).await.unwrap();
    let fed = vault
        .feed_import(
            &operator,
            import,
            Cursor::new(headless.into_bytes()),
            None,
            |_| {},
        )
        .await;
    said.error("import", fed);
    said.error(
        "import",
        vault
            .begin_import(
                &operator,
                &format!("[columns]\n\"{mobile}\" = \"customer.{word}\"\n"),
            )
            .await,
    );
    let rows = format!("姓名,手机\n{name},1.39E+10\n{name},{id}\n{name},{mobile}\n");
    let import = vault.begin_import(&operator, mapping).await.unwrap();
    let status = vault
        .feed_import(
            &operator,
            import,
            Cursor::new(rows.into_bytes()),
            None,
            |_| {},
        )
        .await
        .unwrap();
    said.debug("import", &status);
    said.debug("import", vault.import_rows(import, 0, 100).await.unwrap());
    let page = vault
        .outcome_page(import, 0, shouxin_model::text::Language::Chinese)
        .await
        .unwrap();
    said.0.push(String::from_utf8(page.0).unwrap());

    // Secrets, and records as they are handed around.
    let sealed = vault.seal_secret("totp", mobile.as_bytes());
    said.error("secret", vault.open_secret("other", &sealed));
    said.debug("vault", vault);
    said.debug(
        "record",
        record("customer", &[("name", name), ("mobile", mobile)]),
    );
    for index in 0..vault.store().ledger_head().await.unwrap().size {
        let (entry, bytes) = vault.entry(index).await.unwrap();
        said.debug("entry", entry);
        said.0.push(String::from_utf8(bytes).unwrap());
    }
    assert!(said.0.len() > 50, "{}", said.0.len());
    said.assert_silent();
}
