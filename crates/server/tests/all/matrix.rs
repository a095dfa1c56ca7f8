//! The permission matrix: rows and operations are the same, and every operation answers every role as
//! the committed, expanded matrix says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use crate::support::{Answer, Harness, Person};

/// The reviewed file. Written anew with `SHOUXIN_WRITE_MATRIX=1 cargo test -p shouxin-server`.
const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/api/permission-matrix.txt"
);

/// The operations of the OpenAPI file: method, and path as the router writes it.
pub(crate) fn operations() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&shouxin_server::openapi_json()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            operations.push((
                method.to_uppercase(),
                path.replace("tile/{path}", "tile/{*path}"),
            ));
        }
    }
    operations.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    operations
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let operations: BTreeSet<_> = operations().into_iter().collect();
    let rows = shouxin_server::permissions::matrix().rows().iter();
    let rows: BTreeSet<_> = rows
        .map(|row| (row.method().to_string(), row.path().to_owned()))
        .collect();
    let without_row: Vec<_> = operations.difference(&rows).collect();
    let without_operation: Vec<_> = rows.difference(&operations).collect();
    assert!(
        without_row.is_empty() && without_operation.is_empty(),
        "{without_row:?} {without_operation:?}"
    );
}

#[test]
fn the_description_of_the_api_is_complete() {
    let document: Value = serde_json::from_str(&shouxin_server::openapi_json()).unwrap();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            assert!(
                ids.insert(id.to_owned()) && !id.is_empty(),
                "{method} {path}: {id}"
            );
            assert!(
                operation["summary"].is_string() && operation["tags"][0].is_string(),
                "{id}"
            );
            assert!(operation["description"].is_string(), "{id}: no description");
            let answers = operation["responses"].as_object().unwrap().values();
            for shape in answers.chain([&operation["requestBody"]]) {
                for (kind, content) in shape["content"].as_object().into_iter().flatten() {
                    let has_example = content.get("example").or(content.get("examples")).is_some();
                    assert!(has_example, "{id} {kind}: no example");
                }
            }
            let row = shouxin_server::permissions::matrix().row(
                &method.to_uppercase().parse().unwrap(),
                &path.replace("tile/{path}", "tile/{*path}"),
            );
            let open = row.is_some_and(|row| row.is_anonymous());
            assert!(open || operation["security"].is_array(), "{id}");
            for name in path
                .split('{')
                .skip(1)
                .filter_map(|part| part.split('}').next())
            {
                let named =
                    |parameter: &Value| parameter["name"] == name && parameter["in"] == "path";
                assert!(
                    operation["parameters"]
                        .as_array()
                        .is_some_and(|all| all.iter().any(named)),
                    "{id}: {name}"
                );
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                let content = response["content"].as_object();
                let is_problem = status.as_str() >= "400";
                assert_eq!(
                    content.is_some_and(|c| c.contains_key("application/problem+json")),
                    is_problem,
                    "{id} {status}"
                );
            }
        }
    }
    for (pointer, target) in references(&document, String::new()) {
        assert!(
            document.pointer(&target).is_some(),
            "{pointer} refers to {target}"
        );
    }
    assert_eq!(
        shouxin_server::openapi_json(),
        shouxin_server::openapi_json()
    );
}

fn references(value: &Value, at: String) -> Vec<(String, String)> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(
                |(key, value)| match value.as_str().filter(|_| key == "$ref") {
                    Some(target) => vec![(at.clone(), target.trim_start_matches('#').to_owned())],
                    None => references(value, format!("{at}/{key}")),
                },
            )
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(i, item)| references(item, format!("{at}/{i}")))
            .collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn every_operation_answers_every_role_as_the_reviewed_matrix_says() {
    let h = Harness::new().await;
    let roles: Vec<String> = h
        .app
        .vault()
        .active()
        .register
        .roles
        .iter()
        .map(|role| role.name.clone())
        .collect();
    let mut columns = vec!["anonymous".to_owned(), "enrolling".to_owned()];
    columns.extend(roles);
    columns.push("service".to_owned());
    let mut text = String::from(
        "# What each operation answers to each role of the after-sales profile, probed over HTTP by a test.\n\
         # yes: it may be called; 2fa: once a second factor was shown within ten minutes; enrol: once one is\n\
         # enrolled; -: it may not be called; sign-in: not without signing in.\n\
         # Written by SHOUXIN_WRITE_MATRIX=1 cargo test -p shouxin-server; reviewed by hand.\n\n",
    );
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for (method, path) in operations() {
        writeln!(text, "{method} {path}").unwrap();
        let mut words: Vec<(String, Vec<&str>)> = Vec::new();
        for column in &columns {
            // Whoever signs out is somebody of their own.
            let name = if method == "DELETE" {
                format!("{column}.{}", text.len())
            } else {
                column.clone()
            };
            if !people.contains_key(&name) {
                people.insert(name.clone(), caller(&h, column, &name).await);
            }
            let word = probe(&h, &method, &path, &people[&name]).await;
            match words.iter_mut().find(|(of, _)| *of == word) {
                Some((_, columns)) => columns.push(column),
                None => words.push((word, vec![column])),
            }
        }
        words.sort();
        for (word, columns) in words {
            writeln!(text, "    {word:8}{}", columns.join(" ")).unwrap();
        }
    }
    if std::env::var_os("SHOUXIN_WRITE_MATRIX").is_some() {
        std::fs::create_dir_all(std::path::Path::new(FILE).parent().unwrap()).unwrap();
        std::fs::write(FILE, &text).unwrap();
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    for (ours, theirs) in text.lines().zip(committed.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(text, committed);
}

async fn caller(h: &Harness, column: &str, name: &str) -> Person {
    match column {
        "anonymous" => Person::default(),
        "enrolling" => h.staff_enrolling(name, &["service-adviser"]).await,
        "service" => {
            h.key(&["service-adviser"], &["repair-service"], &["customer.*"])
                .await
        }
        role => h.staff(name, &[role]).await,
    }
}

/// What the operation says to this caller. Whatever it says beyond the gate is a yes.
async fn probe(h: &Harness, method: &str, path: &str, person: &Person) -> String {
    let body = if method == "GET" {
        None
    } else {
        Some(json!({}))
    };
    word(&h.call(person, method, &filled(path), body).await)
}

/// The path with ids that do not exist in the place of its parameters.
fn filled(path: &str) -> String {
    let id = "00000000000000000000000000";
    [
        ("{subject}", format!("sub_{id}")),
        ("{case}", format!("rec_{id}")),
        ("{read}", "rd_999999".to_owned()),
        ("{import}", format!("imp_{id}")),
        ("{session}", format!("ses_{id}")),
        ("{staff}", format!("stf_{id}")),
        ("{key}", format!("key_{id}")),
        ("{index}", "0".to_owned()),
        ("{*path}", "0/000.p/1".to_owned()),
    ]
    .iter()
    .fold(path.to_owned(), |path, (name, value)| {
        path.replace(name, value)
    })
}

fn word(answer: &Answer) -> String {
    let code = answer.json()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    match (answer.status, code.as_str()) {
        (401, "sign-in-required") => "sign-in",
        (403, "second-factor-required") => "2fa",
        (403, "enrolment-required") => "enrol",
        (403, "operation-not-permitted") => "-",
        _ => "yes",
    }
    .to_owned()
}
