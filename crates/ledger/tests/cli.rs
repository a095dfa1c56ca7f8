//! The program `shouxin-verify`, run on the sample in `corpus/ledger` and on damaged copies of it.

#[path = "../examples/sample/log.rs"]
mod log;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

/// What `corpus/ledger/expected.json` says of the sample and of alterations to it.
#[derive(Deserialize)]
struct Expected {
    size: u64,
    root: String,
    alterations: Vec<Alteration>,
}

#[derive(Deserialize)]
struct Alteration {
    name: String,
    /// Replace the first `from` by `to`; or else keep only this many lines; or else drop this line.
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    keep_lines: Option<usize>,
    drop_line: Option<usize>,
    en: String,
    zh: String,
}

#[test]
fn the_sample_is_right_in_both_languages() {
    let (code, out, _) = verify(&[
        "export",
        &sample("sample.ndjson"),
        "--key",
        &sample("sample.key"),
    ]);
    let expected = expected();
    assert_eq!(code, 0, "{out}");
    assert!(out.starts_with("right: every entry"), "{out}");
    assert!(
        out.contains(&expected.root) && out.contains(&format!("entries      {}\n", expected.size))
    );
    let kept = sample("kept.checkpoint");
    let (code, out, _) = verify(&[
        "--lang=zh",
        "export",
        &sample("sample.ndjson"),
        "--key",
        &sample("sample.key"),
        "--checkpoint",
        &kept,
    ]);
    assert_eq!(code, 0, "{out}");
    assert!(out.starts_with("正确"), "{out}");
    let (code, out, _) = verify(&["export", &sample("sample.ndjson"), "--trust-header"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("not who wrote it"), "{out}");
}

#[test]
fn every_altered_copy_is_named_as_expected() {
    let text = fs::read_to_string(sample("sample.ndjson")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("altered.ndjson");
    for alteration in expected().alterations {
        let mut altered = text.clone();
        if let Some(lines) = alteration.keep_lines {
            altered = text
                .lines()
                .take(lines)
                .map(|line| format!("{line}\n"))
                .collect();
        } else if let Some(drop) = alteration.drop_line {
            let kept = text.lines().enumerate().filter(|(at, _)| at + 1 != drop);
            altered = kept.map(|(_, line)| format!("{line}\n")).collect();
        } else {
            assert!(altered.contains(&alteration.from), "{}", alteration.name);
            altered = altered.replacen(&alteration.from, &alteration.to, 1);
        }
        fs::write(&path, altered).unwrap();
        for (lang, wanted) in [("en", &alteration.en), ("zh", &alteration.zh)] {
            let (code, out, _) = verify(&[
                "export",
                path.to_str().unwrap(),
                "--key",
                &sample("sample.key"),
                "--lang",
                lang,
            ]);
            assert_eq!(code, 1, "{}: {out}", alteration.name);
            assert!(
                out.lines().any(|line| line.trim() == wanted),
                "{}: {out}",
                alteration.name
            );
        }
    }
}

#[test]
fn proofs_and_checkpoints_are_checked_and_refused() {
    let key = sample("sample.key");
    let folder = tempfile::tempdir().unwrap();
    for (command, file, from, to) in [
        ("proof", "proof.json", "own-open-order", "own-shut-order"),
        (
            "growth",
            "growth.json",
            "\"path\": [",
            "\"path\": [\"0000000000000000000000000000000000000000000000000000000000000000\",",
        ),
        ("checkpoint", "kept.checkpoint", "\nat 1", "\nat 2"),
    ] {
        let (code, out, err) = verify(&[command, &sample(file), "--key", &key]);
        assert_eq!(code, 0, "{command}: {out}{err}");
        assert!(out.starts_with("right"), "{out}");
        let text = fs::read_to_string(sample(file)).unwrap();
        assert!(text.contains(from), "{command}");
        let path = folder.path().join(file);
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        for lang in ["en", "zh"] {
            let (code, out, _) = verify(&[
                command,
                path.to_str().unwrap(),
                "--key",
                &key,
                "--lang",
                lang,
            ]);
            assert_eq!(code, 1, "{command}: {out}");
            assert!(
                out.contains(if lang == "en" { "WRONG" } else { "有误" }),
                "{out}"
            );
        }
    }
}

#[test]
fn an_export_that_ends_before_a_kept_checkpoint_is_cut() {
    // The sample's first checkpoint turned into its last line: rightly signed, only too short.
    let text = fs::read_to_string(sample("sample.ndjson")).unwrap();
    let end = text
        .lines()
        .position(|line| line.starts_with("{\"checkpoint\""))
        .unwrap();
    let short: String = text
        .lines()
        .take(end + 1)
        .map(|line| format!("{line}\n"))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.ndjson");
    fs::write(&path, short.replacen("{\"checkpoint\"", "{\"end\"", 1)).unwrap();
    let (path, key) = (path.to_str().unwrap(), sample("sample.key"));
    assert_eq!(verify(&["export", path, "--key", &key]).0, 0);
    let (code, out, _) = verify(&[
        "export",
        path,
        "--key",
        &key,
        "--checkpoint",
        &sample("kept.checkpoint"),
    ]);
    assert_eq!(code, 1);
    assert!(out.contains("entries 5–9: cut"), "{out}");
}

#[test]
fn wrong_usage_is_said_on_standard_error_and_ends_with_2() {
    let (file, key) = (sample("sample.ndjson"), sample("sample.key"));
    for args in [
        &["export", &file][..],
        &["export", &file, "--key", &key, "--trust-header"],
        &["export", "/no/such/file", "--key", &key],
        &["export", &file, "--key", "log+00000000+AA=="],
        &["export", &file, &file, "--key", &key],
        &["export", &file, "--key"],
        &["export", &file, "--frobnicate"],
        &["proof", &file, "--key", &key],
        &["proof", &sample("proof.json")],
        &["checkpoint", "--key", &key],
        &["teleport"],
        &["export", &file, "--key", &key, "--lang", "fr"],
    ] {
        let (code, out, err) = verify(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.starts_with("shouxin-verify: "), "{args:?}: {err}");
    }
}

#[test]
fn help_teaches_in_both_languages() {
    for (args, wanted) in [
        (&["--help"][..], "USAGE"),
        (&["--lang", "zh", "--help"], "用法"),
        (&[], "USAGE"),
    ] {
        let (code, out, _) = verify(args);
        assert_eq!(code, 0);
        for word in [
            wanted,
            "--trust-header",
            "--checkpoint",
            "shouxin-verify proof",
        ] {
            assert!(out.contains(word), "{args:?} lacks {word}");
        }
    }
    assert!(verify(&["--version"]).1.starts_with("shouxin-verify 0."));
}

#[test]
fn the_sample_is_what_the_example_writes() {
    for (name, text) in log::sample_files().unwrap() {
        assert_eq!(fs::read_to_string(sample(name)).unwrap(), text, "{name}");
    }
}

fn verify(args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_shouxin-verify"))
        .args(args)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        out.status.code().unwrap(),
        text(out.stdout),
        text(out.stderr),
    )
}

fn expected() -> Expected {
    serde_json::from_str(&fs::read_to_string(sample("expected.json")).unwrap()).unwrap()
}

fn sample(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../corpus/ledger")
        .join(file);
    path.to_str().unwrap().to_owned()
}
