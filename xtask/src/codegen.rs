//! Files made from the code.

use std::fs;
use std::process::Command;

use crate::run::{Outcome, built, cargo, output, root};

/// Where the OpenAPI file lies in the repository.
pub(crate) const OPENAPI: &str = "docs/api/openapi.json";

/// Writes every generated file anew.
pub(crate) fn write() -> Outcome {
    let path = root().join(OPENAPI);
    let text = openapi()?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    println!("wrote {OPENAPI}");
    Ok(())
}

/// The OpenAPI file as the code has it now.
pub(crate) fn openapi() -> Outcome<String> {
    output(&mut cargo(&[
        "run",
        "--quiet",
        "--package",
        "shouxin",
        "--",
        "openapi",
    ]))
}

/// The same from the program that the tests built: building it alone could choose other features of
/// dependencies, and take minutes.
pub(crate) fn openapi_of_tests() -> Outcome<String> {
    output(Command::new(built("debug", "shouxin")?).arg("openapi"))
}
