//! Files beside the data: backups, tombstones, leaked copies.

use std::sync::LazyLock;

use shouxin_model::Suite;
use shouxin_vault::fuzzing;

use super::sealed::KEYS;
use super::{Target, bytes, dice, files, kind};

pub(super) const LEAKED_COPY: Target = Target {
    name: "leaked-copy",
    seeds: || {
        let mut seeds = files("corpus/intake", &["csv", "ndjson"]);
        seeds.extend(bytes(&[
            "守信导出 Shouxin export exp_06fs8k0000000000000000000g · 导出人 by stf_06fs8k0000000000000000000g · 校验 check aaaa\n姓名,手机号\n测试,13800000000\n",
            "one line of plain text 13800000000",
        ]));
        seeds
    },
    read: |bytes| match fuzzing::leaked_copy(bytes) {
        Ok((rows, marks)) => format!("{} {}", rows.min(20), marks.min(3)),
        Err(error) => kind(&error),
    },
};

static MANIFESTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let make = |suite| fuzzing::make_manifest(&KEYS.keyring.lasting(), suite, &mut dice());
    vec![make(Suite::International), make(Suite::National)]
});

pub(super) const MANIFEST: Target = Target {
    name: "manifest",
    seeds: || MANIFESTS.clone(),
    read: |bytes| match fuzzing::manifest(&KEYS.keyring.lasting(), bytes) {
        Ok(ranges) => {
            let is_known = MANIFESTS.iter().any(|known| known == bytes);
            assert!(is_known, "an altered manifest was taken");
            format!("{ranges} ranges")
        }
        Err(why) => why.to_owned(),
    },
};

/// What a manifest seals: whoever holds the keys wrote it, and an older program may have.
pub(super) const MANIFEST_BODY: Target = Target {
    name: "manifest-body",
    seeds: || vec![fuzzing::make_manifest_body()],
    read: |bytes| format!("{:?}", fuzzing::manifest_body(bytes).map(|n| n.min(9))),
};

/// Rows as they lie in a chunk.
pub(super) const CHUNK: Target = Target {
    name: "chunk",
    seeds: || {
        let row = fuzzing::make_row();
        let length = u32::try_from(row.len()).unwrap_or_default().to_be_bytes();
        vec![row.clone(), [&length[..], &row, &length, &row].concat()]
    },
    read: |bytes| {
        let again = [fuzzing::row_again(bytes), fuzzing::rows_again(bytes)];
        for again in again.iter().flatten() {
            assert_eq!(again, bytes, "another spelling was taken");
        }
        format!("{:?}", again.map(|again| again.is_some()))
    },
};

static TOMBSTONES_FILE: LazyLock<Vec<u8>> =
    LazyLock::new(|| fuzzing::make_tombstones(&KEYS.keyring.lasting(), &mut dice()));

/// A file of tombstones is taken as it was written, or cut off at the end of a line, and in no other way.
pub(super) const TOMBSTONES: Target = Target {
    name: "tombstones",
    seeds: || vec![TOMBSTONES_FILE.clone()],
    read: |bytes| match fuzzing::tombstones(&KEYS.keyring.lasting(), bytes) {
        Ok(count) => {
            assert!(
                TOMBSTONES_FILE.starts_with(bytes),
                "altered lines were taken"
            );
            format!("{count} tombstones")
        }
        Err(line) => format!("line {}", line.min(9)),
    },
};
