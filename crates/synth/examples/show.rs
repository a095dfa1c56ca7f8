//! Shows a few subjects.
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let profile = shouxin_synth::Profile::from_name(&args[1]).unwrap();
    let n: usize = args[2].parse().unwrap();
    let staff = shouxin_synth::Staffing::new(profile, vec![]);
    let now = shouxin_model::Moment::parse_rfc3339("2026-11-21T04:00:00Z").unwrap();
    let t = std::time::Instant::now();
    let mut count = (0, 0, 0usize);
    for s in shouxin_synth::Generator::new(profile, 1, n, now, &staff) {
        count.0 += 1;
        for r in s {
            count.1 += 1;
            for (k, v) in &r.values { count.2 += v.len(); if n < 50 { println!("{}.{k}: {v}", r.collection); } }
        }
        if n < 50 { println!(); }
    }
    eprintln!("{count:?} {:?}", t.elapsed());
}
