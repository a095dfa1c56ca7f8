//! A QR code in a terminal.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The code as lines of half blocks, dark on light whatever the terminal's colours; `None` if the
/// text is too long for one.
pub(crate) fn render(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    // On a dark terminal the blocks are the light modules.
    let image = code
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Dark)
        .light_color(Dense1x2::Light)
        .quiet_zone(true)
        .build();
    // Black on white by escape codes, for terminals with light backgrounds.
    Some(
        image
            .lines()
            .map(|line| format!("\u{1b}[40;37m{line}\u{1b}[0m\n"))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_square_of_half_blocks() {
        let image = render("otpauth://totp/Shouxin:zhou?secret=AAAA&issuer=Shouxin").unwrap();
        let lines: Vec<&str> = image.lines().collect();
        let width = lines[0].chars().filter(|c| " ▀▄█".contains(*c)).count();
        assert_eq!(lines.len(), width.div_ceil(2));
        assert_eq!(render(&"x".repeat(5000)), None);
    }
}
