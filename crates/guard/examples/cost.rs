//! What the guard costs a request: `cargo run --release -p shouxin-guard --example cost`.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use shouxin_guard::{Head, head, text};

fn main() {
    let headers: [(&str, &[u8]); 9] = [
        ("host", b"shouxin.example.com:8443"),
        (
            "user-agent",
            b"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        ),
        ("accept", b"application/json"),
        ("accept-language", b"zh-CN,zh;q=0.9,en;q=0.8"),
        ("content-type", b"application/json"),
        ("content-length", b"180"),
        (
            "cookie",
            b"__Host-shouxin=2v8Xo1Jm3QyZr5TtWbNc7LpKdFgHsAe9UiOqYxVwBnM",
        ),
        (
            "x-csrf-token",
            b"2v8Xo1Jm3QyZr5TtWbNc7LpKdFgHsAe9UiOqYxVwBnM",
        ),
        ("origin", b"https://shouxin.example.com"),
    ];
    let read = || {
        let request = Head {
            path: "/api/v1/subjects/sub_06fs8k0000000000000000000g/reads",
            query: None,
        };
        assert!(head(request, headers.iter().copied()).is_none());
        let body = [
            "fields",
            "customer.name",
            "customer.mobile",
            "customer.address",
            "customer.resident_id",
            "vehicle.vin",
            "vehicle.plate",
            "customer.email",
            "customer.birthday",
            "purpose",
            "repair-service",
            "clear",
            "customer.mobile",
            "reason",
        ];
        assert!(body.iter().all(|value| text(value).is_none()));
    };
    measure("a typical read: head, eight fields, purpose", read);
    let service = || {
        let request = Head {
            path: "/api/v1/reads",
            query: None,
        };
        let few = headers
            .iter()
            .copied()
            .filter(|(name, _)| !matches!(*name, "cookie" | "origin" | "user-agent"));
        assert!(head(request, few).is_none());
    };
    measure("the head of a service's request", service);
    let ids: Vec<String> = (0..1000)
        .map(|n| format!("sub_06fs8k00000000000000{n:06}"))
        .collect();
    measure("a body of 1,000 ids", || {
        assert!(ids.iter().all(|id| text(id).is_none()))
    });
    measure("an address in Chinese, with signs", || {
        assert!(
            text(black_box(
                "上海市浦东新区张江路 188 弄 3 号楼 502 室(门禁 #3021)"
            ))
            .is_none()
        );
    });
}

#[allow(clippy::disallowed_methods, reason = "a measurement")]
fn measure(what: &str, mut work: impl FnMut()) {
    (0..1000).for_each(|_| work());
    let mut best = f64::MAX;
    for _ in 0..20 {
        let began = Instant::now();
        (0..1000).for_each(|_| work());
        best = best.min(began.elapsed().as_secs_f64() * 1e6 / 1000.0);
    }
    println!("{what}: {best:.2} microseconds");
}
