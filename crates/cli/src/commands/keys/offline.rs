//! The key folder itself.

use std::path::{Path, PathBuf};

use shouxin_model::Caller;
use shouxin_vault::World as _;
use shouxin_vault::keydir::{KeyFolder, NewRoot, Phrase, Share, Unlock};
use shouxin_vault::said::Kind;
use shouxin_vault::world::Machine;

use super::RootWord;
use crate::fault::Fault;
use crate::place::Place;
use crate::private;
use crate::prompt;
use crate::screen::Screen;

/// What a root shall rest on.
pub(super) struct Wanted {
    pub(super) to: RootWord,
    pub(super) token: Option<String>,
    pub(super) label: String,
    pub(super) passphrase_file: Option<PathBuf>,
}

/// Puts the keys under another root. A server that runs takes it over by itself, and says so in the
/// ledger.
pub(super) fn root(place: &Place, wanted: Wanted, screen: &Screen) -> Result<(), Fault> {
    let folder = place.key_folder(screen)?;
    let to = match wanted.to {
        RootWord::File => NewRoot::File,
        RootWord::Passphrase => NewRoot::Passphrase(match wanted.passphrase_file {
            Some(file) => Phrase::File(file),
            None => {
                let question = screen.pick("新的密钥口令:", "New passphrase of the keys: ");
                Phrase::typed(&prompt::password(question)?)
            }
        }),
        RootWord::Pkcs11 => NewRoot::Token {
            token: wanted.token.unwrap_or_default(),
            key: wanted.label,
        },
    };
    folder.change_root(&to, &mut Machine.dice())?;
    screen.say(
        "根密钥已更换。旧根的分片不再有用:请收回销毁,重新分片;密钥目录请重新备份。",
        "The root is changed. Shares of the old root are of no more use: collect and destroy them, split anew, and back up the key folder again.",
    )
}

/// Splits the root. Recorded before any share is shown, so that nobody holds shares that the ledger does
/// not tell of.
pub(super) async fn split(
    place: &Place,
    any: u8,
    of: u8,
    out: Option<&Path>,
    screen: &Screen,
) -> Result<(), Fault> {
    let folder = place.key_folder(screen)?;
    let shares = folder.split(any, of, &mut Machine.dice())?;
    let set = shares.first().map(Share::set_name).unwrap_or_default();
    let vault = place.open_vault(screen, None).await?;
    let (needed, there) = (any.to_string(), of.to_string());
    let extra = [
        ("did", "root-split"),
        ("set", set.as_str()),
        ("any", needed.as_str()),
        ("of", there.as_str()),
    ];
    let operator = Caller::operator();
    let recorded = vault
        .record(&operator, Kind::Key, &extra, shouxin_store::Tx::new())
        .await;
    vault.store().close().await;
    let entry = recorded.map_err(|error| {
        Fault::because(
            "账本不可写,未分片",
            "the ledger cannot be written; nothing was split",
            &error,
        )
    })?;
    for share in &shares {
        let text = share.to_text();
        match out {
            Some(out) => {
                let name = format!("share-{}-of-{of}", share.number());
                private::write(&out.join(name), text.as_bytes())?;
            }
            None => screen.print(&format!("{}\n", text.as_str()))?,
        }
    }
    screen.say(
        format!("已分为 {of} 份,任意 {any} 份可恢复根密钥(集合 {set},账本第 {entry} 条)。请分交不同的人保管。"),
        format!("Split into {of} shares, any {any} of which rebuild the root (set {set}, ledger entry {entry}). Give each to another person."),
    )
}

/// Rebuilds the root file from shares, once they have opened the keyring.
pub(super) fn recover(folder: &Path, files: &[PathBuf], screen: &Screen) -> Result<(), Fault> {
    let mut shares = Vec::with_capacity(files.len());
    for file in files {
        let text = private::read(file)?
            .ok_or_else(|| Fault::file(file, &std::io::ErrorKind::NotFound.into()))?;
        let share = Share::parse(&text).map_err(|error| {
            let file = file.display();
            Fault::no(format!("{file}:{error}"), format!("{file}: {error}"))
        })?;
        shares.push(share);
    }
    KeyFolder::new(folder, Unlock::default()).recover(&shares)?;
    screen.say(
        "根密钥已恢复,并已用密钥环验证。它现在以文件保存;需要口令或令牌时请运行 shouxin keys root。",
        "The root is rebuilt and opened the keyring. It rests on its file now; run shouxin keys root to put it under a passphrase or a token.",
    )
}
