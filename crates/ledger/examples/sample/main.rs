//! Writes made-up ledgers, signed with throw-away keys. The same arguments give the same bytes.
//!
//! - `cargo run -p shouxin-ledger --example sample -- corpus/ledger` writes the sample files anew.
//! - `cargo run --release -p shouxin-ledger --example sample -- 1000000 > big.ndjson` writes a long
//!   export, the yardstick for the verifier's speed.

mod log;

use std::error::Error;
use std::io::{self, BufWriter};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args()
        .nth(1)
        .ok_or("give a folder, or a number of entries")?;
    if let Ok(size) = argument.parse() {
        return log::write_export(BufWriter::new(io::stdout().lock()), size);
    }
    for (name, text) in log::sample_files()? {
        std::fs::write(Path::new(&argument).join(name), text)?;
    }
    Ok(())
}
