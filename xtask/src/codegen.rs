//! Files made from the code.

use std::fs;

use crate::run::{Outcome, cargo, output, root};

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
