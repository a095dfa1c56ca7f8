//! `shouxin jobs`.

use clap::Args;

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// List background work
///
/// After a change of the register, stored records are sealed and indexed anew in the background; after a
/// turn of keys, they are wrapped anew. `shouxin keys watch` follows them.
///
/// Example:
///   shouxin jobs
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Jobs {
    #[command(flatten)]
    link: Link,
}

impl Jobs {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let list = self.link.client(screen)?.jobs().await?;
        screen.answer(&list, || {
            if list.jobs.is_empty() {
                return screen
                    .pick("没有后台任务。", "There is no background work.")
                    .to_owned();
            }
            let mut table = Table::new([
                screen.pick("任务", "job"),
                screen.pick("内容", "work"),
                screen.pick("数据集或密钥域", "collection or zone"),
                screen.pick("状态", "state"),
                screen.pick("进度", "done"),
            ]);
            for job in &list.jobs {
                let state = match job.state.as_str() {
                    "waiting" => screen.pick("等待", "waiting"),
                    "running" => screen.pick("进行中", "running"),
                    "done" => screen.pick("完成", "done"),
                    other => other,
                };
                let done = format!("{} / {}", job.done, job.total);
                let kind = match job.kind.as_str() {
                    "rework" => screen.pick("更新记录", "records"),
                    "rewrap" => screen.pick("换封密钥", "wrapping keys"),
                    "reseal" => screen.pick("重新封存", "sealing anew"),
                    other => other,
                };
                let of = job.zone.as_ref().unwrap_or(&job.collection);
                table.row([&job.job.to_string(), kind, of, state, &done]);
            }
            table.render()
        })
    }
}
