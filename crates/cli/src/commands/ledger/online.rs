//! The ledger of a running server.

use std::io::Write as _;
use std::path::Path;

use shouxin_client::Client;

use super::{LedgerVerb, Prove, Show, shown};
use crate::fault::Fault;
use crate::link::Link;
use crate::screen::Screen;

pub(super) async fn run(verb: LedgerVerb, link: &Link, screen: &Screen) -> Result<(), Fault> {
    match verb {
        // Anyone may see the head and the keys: that is what makes them useful.
        LedgerVerb::Head => screen.print(&link.anonymous(screen)?.checkpoint().await?),
        LedgerVerb::Keys => {
            let keys = link.anonymous(screen)?.ledger_keys().await?;
            screen.answer(&keys, || keys.keys.join("\n"))
        }
        LedgerVerb::Show(show) => entries(&link.client(screen)?, &show, screen).await,
        LedgerVerb::Prove(prove) => proof(&link.client(screen)?, &prove, screen).await,
        LedgerVerb::Verify => {
            let found = link.client(screen)?.verify_ledger().await?;
            screen.answer(&found, || shown::verification(&found, screen))?;
            shown::outcome(found.right)
        }
        LedgerVerb::Export { out, keys_out } => {
            let client = link.client(screen)?;
            export(&client, &out).await?;
            let keys = client.ledger_keys().await?.keys;
            shown::exported(&out, keys_out.as_deref(), &keys, screen)
        }
        LedgerVerb::AcceptOlder => Err(Fault::unable(
            "accept-older 只能在数据目录上进行:请停止服务器并给出 --data",
            "accept-older works on the data directory alone: stop the server and name it with --data",
        )),
    }
}

async fn entries(client: &Client, show: &Show, screen: &Screen) -> Result<(), Fault> {
    if let Some(index) = show.index {
        let entry = client.entry(index).await?;
        return screen.answer(&entry, || shown::entry(&entry, screen));
    }
    let limit = show.limit.to_string();
    let mut query = vec![("newest", "true"), ("limit", &limit)];
    for (name, value) in [
        ("kind", &show.kind),
        ("actor", &show.actor),
        ("subject", &show.subject),
    ] {
        query.extend(value.as_deref().map(|value| (name, value)));
    }
    let page = client.entries(&query).await?;
    screen.answer(&page, || shown::entries(&page.entries, screen))
}

async fn proof(client: &Client, prove: &Prove, screen: &Screen) -> Result<(), Fault> {
    let text = match (prove.index, prove.from) {
        (Some(index), _) => shown::json(&client.prove(index).await?)?,
        (None, from) => shown::json(&client.prove_growth(from.unwrap_or(1), prove.to).await?)?,
    };
    shown::file_or_screen(&text, prove.out.as_deref(), screen)
}

async fn export(client: &Client, out: &Path) -> Result<(), Fault> {
    let failed = |error: std::io::Error| Fault::file(out, &error);
    let mut download = client.export_ledger().await?;
    let mut file = std::io::BufWriter::new(std::fs::File::create(out).map_err(failed)?);
    while let Some(piece) = download.next().await? {
        file.write_all(&piece).map_err(failed)?;
    }
    file.into_inner()
        .map_err(|error| failed(error.into_error()))?
        .sync_all()
        .map_err(failed)
}
