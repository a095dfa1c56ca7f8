//! Keys that no operation knows: nobody sets what they were not asked for.

use serde_json::{Value, json};

use crate::support::{Harness, Person};

/// Someone whom the operation lets in as far as its body.
async fn caller(
    h: &Harness,
    operation: &Value,
    path: &str,
    method: &str,
    n: usize,
) -> Option<Person> {
    if operation["security"] == json!([{}]) || operation["security"] == json!([]) {
        return Some(Person::default());
    }
    let routed = path.replace("tile/{path}", "tile/{*path}");
    let method = method.to_uppercase().parse().unwrap();
    let row = shouxin_server::permissions::matrix().row(&method, &routed)?;
    if row.is_anonymous() {
        return Some(Person::default());
    }
    for role in [
        "service-adviser",
        "system-admin",
        "security-admin",
        "audit-admin",
        "protection-officer",
    ] {
        let login = format!("p{n}.{role}");
        let person = h.staff(&login, &[role]).await;
        h.step_up(&person).await;
        let me = h.get(&person, "/api/v1/me").await.expect(200);
        let operations = me["operations"].as_array().unwrap();
        if operations
            .iter()
            .any(|o| o["method"] == method.as_str() && o["path"] == routed.as_str())
        {
            return Some(person);
        }
    }
    let key = h
        .key(&["service-adviser"], &["repair-service"], &["customer.*"])
        .await;
    let me = h.get(&key, "/api/v1/me").await.expect(200);
    let mut operations = me["operations"].as_array().unwrap().iter();
    operations
        .any(|o| o["method"] == method.as_str() && o["path"] == routed.as_str())
        .then_some(key)
}

/// The same body once for each of its objects, with one key more in it. Maps of declared names take any
/// key as far as the shape goes, so they are passed over.
fn widened(body: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    if let Value::Object(map) = body {
        let mut wide = map.clone();
        wide.insert("roles_granted".to_owned(), json!(["system-admin"]));
        all.push(Value::Object(wide));
        for (key, inner) in map.iter().filter(|(key, _)| !MAPS.contains(&key.as_str())) {
            for inner in widened(inner) {
                let mut outer = map.clone();
                outer.insert(key.clone(), inner);
                all.push(Value::Object(outer));
            }
        }
    }
    all
}

/// Keys under which any declared field may stand: they are maps.
const MAPS: [&str; 2] = ["values", "where"];

#[tokio::test]
async fn every_operation_refuses_a_key_that_it_does_not_know() {
    let h = Harness::new().await;
    let document: Value = serde_json::from_str(&shouxin_server::openapi_json()).unwrap();
    let (mut operations, mut bodies) = (0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            if example.is_null() {
                continue;
            }
            operations += 1;
            let id = &operation["operationId"];
            let person = caller(&h, operation, path, method, operations).await;
            let person = person.unwrap_or_else(|| panic!("{id}: nobody may call it"));
            let mut filled = path.clone();
            for (name, value) in [
                ("{subject}", "sub_00000000000000000000000000"),
                ("{case}", "rec_00000000000000000000000000"),
                ("{staff}", "stf_00000000000000000000000000"),
                ("{key}", "key_00000000000000000000000000"),
                ("{name}", "crm"),
                ("{alarm}", "alm_00000000000000000000000000"),
                ("{approval}", "apr_00000000000000000000000000"),
                ("{device}", "dev_00000000000000000000000000"),
                ("{emergency}", "gra_00000000000000000000000000"),
                ("{epoch}", "1"),
                ("{evidence}", "evd_00000000000000000000000000"),
                ("{export}", "exp_00000000000000000000000000"),
                ("{grant}", "gra_00000000000000000000000000"),
                ("{purpose}", "repair-contact"),
                ("{name}", "marketing"),
                ("{check}", "qck_00000000000000000000000000"),
                ("{text}", "qtx_00000000000000000000000000"),
                ("{finding}", "fnd_00000000000000000000000000"),
                ("{suppression}", "sup_00000000000000000000000000"),
            ] {
                filled = filled.replace(name, value);
            }
            for body in widened(example) {
                bodies += 1;
                let answer = h
                    .call(&person, &method.to_uppercase(), &filled, Some(body))
                    .await;
                let problem = answer.problem(400, "unknown-field");
                assert!(
                    problem["places"][0]["at"]
                        .as_str()
                        .unwrap()
                        .ends_with("roles_granted"),
                    "{id}: {problem}"
                );
            }
        }
    }
    assert!(
        operations >= 18 && bodies >= operations,
        "{operations} {bodies}"
    );
}

#[tokio::test]
async fn a_body_of_many_keys_or_great_depth_is_refused_in_no_time() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let keys: Vec<String> = (0..6000).map(|n| format!("\"k{n}\":0")).collect();
    let wide = format!("{{{}}}", keys.join(","));
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let began = tokio::time::Instant::now();
    for (body, code) in [(wide, "unknown-field"), (deep, "too-deep")] {
        let request = crate::support::request(&adviser, "POST", "/api/v1/searches")
            .header("content-type", "application/json");
        let answer = h.send(request.body(body.into()).unwrap()).await;
        answer.problem(400, code);
    }
    assert!(began.elapsed().as_secs() < 3, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_packed_body_is_refused_before_it_is_unpacked() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
        let request = crate::support::request(&adviser, "POST", "/api/v1/searches")
            .header("content-type", "application/json")
            .header("content-encoding", coding);
        let answer = h
            .send(request.body(vec![0x1f, 0x8b, 8, 0].into()).unwrap())
            .await;
        let problem = answer.problem(400, "malformed-request");
        assert_eq!(problem["places"][0]["at"], "content-encoding", "{coding}");
    }
}

#[tokio::test]
async fn no_answer_lets_another_site_in_or_stays_in_a_cache() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    for path in [
        "/api/v1/me",
        "/api/v1/sessions",
        "/api/v1/cases?purpose=repair-service",
        "/api/v1/register",
        "/healthz",
    ] {
        for method in ["GET", "OPTIONS"] {
            let request = crate::support::request(&adviser, method, path)
                .header("origin", "https://evil.example")
                .header("access-control-request-method", "POST");
            let answer = h
                .send(request.body(axum::body::Body::empty()).unwrap())
                .await;
            let shared = answer
                .headers
                .keys()
                .find(|name| name.as_str().starts_with("access-control"));
            assert_eq!(shared, None, "{method} {path}");
            assert_eq!(
                answer.header("cache-control"),
                "no-store",
                "{method} {path}"
            );
        }
    }
    // A header that would make a DELETE of a GET reaches nobody.
    let request = crate::support::request(&adviser, "GET", "/api/v1/sessions")
        .header("x-http-method-override", "DELETE");
    let answer = h
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    answer.problem(403, "request-blocked");
}
