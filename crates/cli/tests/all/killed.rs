//! Stopped in the middle of seeding, whatever the moment, and run again.

use std::time::Duration;

use rustix::process::Signal;

use crate::programs::Bench;

const DEMO: &str = "demo --data data --profile express --customers 150 --no-serve";

#[test]
fn a_demo_that_was_killed_goes_on_and_its_ledger_is_right() {
    let bench = Bench::new();
    // From the first file to the middle of the customers.
    for millis in [60, 150, 350, 700, 1100] {
        let mut running = bench.start(DEMO);
        std::thread::sleep(Duration::from_millis(millis));
        running.signal(Signal::KILL);
        running.wait();
        if bench.path("data/shouxin.db").exists() && bench.path("data-keys/keyring").exists() {
            let verified = bench.shouxin("ledger verify --data data");
            let is_empty = verified.err.contains("no register yet");
            assert!(
                is_empty || verified.done().starts_with("Right:"),
                "{millis} ms: {}",
                verified.err
            );
        }
    }
    assert!(bench.shouxin(DEMO).done().contains("The demo is ready."));
    let verified = bench.shouxin("ledger verify --data data");
    assert!(
        verified.done().contains("record-write: 150\n"),
        "{}",
        verified.out
    );
}

#[test]
fn a_demo_that_is_run_again_opens_what_it_made() {
    let bench = Bench::new();
    let words = "demo --data data --profile service-centre --customers 3 --no-serve";
    bench.shouxin(words).done();
    let personas = std::fs::read(bench.path("data/personas.json")).unwrap();
    let head = bench.shouxin("ledger head --data data").done().to_owned();
    bench.shouxin(words).done();
    assert_eq!(
        std::fs::read(bench.path("data/personas.json")).unwrap(),
        personas
    );
    assert_eq!(bench.shouxin("ledger head --data data").done(), head);
    let other = bench.shouxin("demo --data data --profile express --no-serve");
    assert!(
        other.unable().contains("holds a demo of service-centre"),
        "{}",
        other.err
    );
}

#[test]
fn ctrl_c_stops_between_two_customers_and_says_how_to_go_on() {
    let bench = Bench::new();
    let mut running =
        bench.start("demo --data data --profile after-sales --customers 5000 --no-serve");
    while bench
        .path("data/shouxin.db")
        .metadata()
        .map_or(true, |data| data.len() < 600_000)
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    running.signal(Signal::INT);
    assert_eq!(running.wait().code(), Some(1));
    let verified = bench.shouxin("ledger verify --data data");
    assert!(verified.done().starts_with("Right:"), "{}", verified.out);
}
