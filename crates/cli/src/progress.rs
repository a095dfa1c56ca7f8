//! How far long work is: a bar on a terminal, nothing elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::screen::{Screen, is_watched};

/// A bar of `total` things with rate and time left.
pub(crate) fn bar(screen: &Screen, zh: &str, en: &str, total: u64) -> ProgressBar {
    let template = screen.pick(
        "{msg} [{bar:30}] {human_pos}/{human_len} · {per_sec} · 剩余 {eta}",
        "{msg} [{bar:30}] {human_pos}/{human_len} · {per_sec} · {eta} left",
    );
    styled(ProgressBar::new(total), template, screen.pick(zh, en))
}

/// A bar of `total` bytes; `rows` go into its message.
pub(crate) fn bytes(screen: &Screen, zh: &str, en: &str, total: u64) -> ProgressBar {
    let template = screen.pick(
        "{msg} [{bar:30}] {bytes}/{total_bytes} · {bytes_per_sec} · 剩余 {eta}",
        "{msg} [{bar:30}] {bytes}/{total_bytes} · {bytes_per_sec} · {eta} left",
    );
    styled(ProgressBar::new(total), template, screen.pick(zh, en))
}

fn styled(bar: ProgressBar, template: &str, message: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars("━╸ "));
    bar.set_message(message.to_owned());
    if is_watched() {
        bar.enable_steady_tick(Duration::from_millis(200));
    } else {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}
