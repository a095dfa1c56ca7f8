//! Detection for other languages: built, and held to what the program itself finds.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::python;
use crate::run::{Outcome, built, cargo, go, need_c_compiler, output, root};

const TARGET: &str = "wasm32-unknown-unknown";
/// Builds wheels.
const MATURIN: &str = "maturin==1.9.6";

/// Builds and tests the module for browsers and Node.
pub(crate) fn wasm() -> Outcome {
    let library =
        output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    if !Path::new(library.trim()).exists() {
        return Err(format!(
            "Rust's library for {TARGET} is missing: rustup target add {TARGET}"
        ));
    }
    go(release("build").args(["-p", "shouxin-detect-wasm", "--target", TARGET]))?;
    let module = target()
        .join(TARGET)
        .join("release/shouxin_detect_wasm.wasm");
    let folder = target().join("wasm");
    go(Command::new(bindgen()?)
        .args(["--target", "web", "--out-dir"])
        .args([&folder, &module]))?;
    let (texts, found) = found()?;
    go(Command::new("node")
        .arg(folder_of("wasm").join("test.mjs"))
        .args([&folder, &texts, &found]))?;
    let size = folder.join("shouxin_detect_wasm_bg.wasm").metadata();
    let size = size.map_err(|error| format!("{}: {error}", folder.display()))?;
    println!("{}: {:.1} MB", folder.display(), size.len() as f64 / 1e6);
    Ok(())
}

/// Builds and tests the wheel.
pub(crate) fn wheel() -> Outcome {
    need_c_compiler()?;
    let folder = target().join("wheels");
    let python = python::with("bindings", &[MATURIN])?;
    go(Command::new(&python)
        .args(["-m", "maturin", "build", "--release", "--quiet", "--out"])
        .arg(&folder)
        .env("CARGO_TARGET_DIR", target())
        .current_dir(folder_of("python")))?;
    let wheels = folder.display().to_string();
    let ours = [
        "--no-index",
        "--force-reinstall",
        "--find-links",
        &wheels,
        "shouxin-detect",
    ];
    python::install(&python, &ours)?;
    let (texts, found) = found()?;
    go(Command::new(&python)
        .arg(folder_of("python").join("test.py"))
        .args([&texts, &found]))?;
    println!("The wheel is in {}", folder.display());
    Ok(())
}

/// The texts, and what the program finds in them.
fn found() -> Outcome<(PathBuf, PathBuf)> {
    let texts = root().join("corpus/detect/dev.jsonl");
    let found = target().join("found.jsonl");
    go(&mut cargo(&["build", "--quiet", "--package", "shouxin"]))?;
    let file = File::create(&found).map_err(|error| format!("{}: {error}", found.display()))?;
    go(Command::new(built("debug", "shouxin")?)
        .args(["detect", "--format", "jsonl"])
        .arg(&texts)
        .stdout(file))?;
    Ok((texts, found))
}

/// What binds the module, of the version that the module was built with.
fn bindgen() -> Outcome<PathBuf> {
    let lock = root().join("bindings/Cargo.lock");
    let lock =
        std::fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let version = lock
        .split_once("name = \"wasm-bindgen\"\nversion = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(version, _)| version)
        .ok_or("bindings/Cargo.lock names no wasm-bindgen")?;
    let tools = target().join("tools");
    let mut install = cargo(&[
        "install",
        "--quiet",
        "wasm-bindgen-cli",
        "--version",
        version,
    ]);
    go(install.arg("--root").arg(&tools))?;
    Ok(tools.join("bin/wasm-bindgen"))
}

fn release(command: &str) -> Command {
    let mut cargo = cargo(&[command, "--quiet", "--release"]);
    cargo
        .env("CARGO_TARGET_DIR", target())
        .current_dir(root().join("bindings"));
    cargo
}

fn target() -> PathBuf {
    root().join("target/bindings")
}

fn folder_of(binding: &str) -> PathBuf {
    root().join("bindings").join(binding)
}
