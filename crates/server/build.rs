//! Takes the staff console and the consent widget into the program: whatever `cargo xtask console` left in
//! `console/dist` and `widget/dist`, as tables of files in `OUT_DIR`. Without them the tables are empty, and the
//! server says how to build them.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=build.rs");
    for name in ["console", "widget"] {
        let dist = manifest.join(format!("../../{name}/dist"));
        // The folder is part of the repository, empty: one that is not there cannot be watched.
        println!("cargo::rerun-if-changed={}", dist.display());
        let mut files = Vec::new();
        find(&dist, &mut files)?;
        files.sort();
        fs::write(out.join(format!("{name}.rs")), table(&dist, &files))?;
    }
    Ok(())
}

/// Every file below a folder, but for the packed forms, which stand beside what they are packed from.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if is_file(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ![".br", ".gz"].iter().any(|end| name.ends_with(end)) && !name.starts_with('.')
}

fn table(dist: &Path, files: &[PathBuf]) -> String {
    let mut text = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(dist).unwrap_or(file);
        let name = name.to_string_lossy().replace('\\', "/");
        let packed = |end: &str| {
            let path = PathBuf::from(format!("{}.{end}", file.display()));
            if path.is_file() {
                format!("Some(include_bytes!({:?}))", path.display().to_string())
            } else {
                "None".to_owned()
            }
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "    Asset {{ name: {name:?}, plain: include_bytes!({:?}), brotli: {}, gzip: {} }},",
            file.display().to_string(),
            packed("br"),
            packed("gz"),
        );
    }
    text.push(']');
    text
}
