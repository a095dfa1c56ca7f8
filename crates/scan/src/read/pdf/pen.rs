//! Where text is set on a page: what stands beside what, and what on another line.

use lopdf::Object;

use super::face::{Face, number};

/// `a b c d e f`: what the PDF reference calls a transformation.
#[derive(Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const SAME: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn of(operands: &[Object]) -> Self {
        let mut matrix = [0.0; 6];
        for (to, from) in matrix.iter_mut().zip(operands) {
            *to = number(from).unwrap_or_default();
        }
        Self(matrix)
    }

    /// First this, then that.
    fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [na, nb, nc, nd, ne, nf]) = (self.0, next.0);
        Self([
            a * na + b * nc,
            a * nb + b * nd,
            c * na + d * nc,
            c * nb + d * nd,
            e * na + f * nc + ne,
            e * nb + f * nd + nf,
        ])
    }

    fn moved(self, x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }
}

/// What holds for text that is shown next.
#[derive(Clone, Copy)]
struct State {
    /// Of the page.
    whole: Matrix,
    size: f32,
    /// Added to each character, and to each blank.
    apart: f32,
    words_apart: f32,
    stretch: f32,
    leading: f32,
}

/// The pen that goes over a page.
pub(super) struct Pen {
    state: State,
    kept: Vec<State>,
    /// Where the line begins, and where the next character stands.
    line: Matrix,
    next: Matrix,
    /// Where the last character ended on the page.
    end: Option<(f32, f32)>,
}

impl Default for Pen {
    fn default() -> Self {
        Self {
            state: State {
                whole: Matrix::SAME,
                size: 1.0,
                apart: 0.0,
                words_apart: 0.0,
                stretch: 1.0,
                leading: 0.0,
            },
            kept: Vec::new(),
            line: Matrix::SAME,
            next: Matrix::SAME,
            end: None,
        }
    }
}

/// No page keeps its state deeper.
const MOST_KEPT: usize = 256;

impl Pen {
    /// Follows an operator that moves the pen or says how the next text is set.
    pub(super) fn follow(&mut self, operator: &str, operands: &[Object]) {
        let at = |at: usize| operands.get(at).and_then(number).unwrap_or_default();
        let state = &mut self.state;
        match operator {
            "q" if self.kept.len() < MOST_KEPT => self.kept.push(self.state),
            "Q" => self.state = self.kept.pop().unwrap_or(self.state),
            "cm" => state.whole = Matrix::of(operands).then(state.whole),
            "Tf" => state.size = at(1),
            "Tc" => state.apart = at(0),
            "Tw" => state.words_apart = at(0),
            "Tz" => state.stretch = at(0) / 100.0,
            "TL" => state.leading = at(0),
            "BT" => self.to(Matrix::SAME),
            "Tm" => self.to(Matrix::of(operands)),
            "Td" => self.to(self.line.moved(at(0), at(1))),
            "TD" => {
                state.leading = -at(1);
                self.to(self.line.moved(at(0), at(1)));
            }
            "T*" | "'" => self.to(self.line.moved(0.0, -self.state.leading)),
            "\"" => {
                (state.words_apart, state.apart) = (at(0), at(1));
                self.to(self.line.moved(0.0, -self.state.leading));
            }
            _ => {}
        }
    }

    fn to(&mut self, line: Matrix) {
        self.line = line;
        self.next = line;
    }

    /// Shows a string, or strings with gaps between.
    pub(super) fn show(&mut self, what: &Object, face: &Face<'_>, text: &mut String) {
        let pieces = match what {
            Object::Array(pieces) => pieces.as_slice(),
            one => std::slice::from_ref(one),
        };
        for piece in pieces {
            match piece {
                Object::String(bytes, _) => self.string(bytes, face, text),
                // In thousandths of the font's size, to the left.
                gap => {
                    let gap = number(gap).unwrap_or_default();
                    self.forth(-gap / 1000.0 * self.state.size);
                }
            }
        }
    }

    fn string(&mut self, bytes: &[u8], face: &Face<'_>, text: &mut String) {
        let shown = face.text(bytes);
        if !shown.is_empty() {
            self.part(text);
            text.push_str(&shown);
        }
        let state = self.state;
        let (width, codes, blanks) = face.advance(bytes);
        let apart = state.apart * codes as f32 + state.words_apart * blanks as f32;
        self.forth(width / 1000.0 * state.size + apart);
        let [.., x, y] = self.next.then(state.whole).0;
        self.end = Some((x, y));
    }

    fn forth(&mut self, by: f32) {
        self.next = self.next.moved(by * self.state.stretch, 0.0);
    }

    /// What parts the next character from the last: a new line, a blank, or nothing, so that a number whose digits are
    /// set one by one stays one.
    fn part(&self, text: &mut String) {
        let Some((end_x, end_y)) = self.end else {
            return;
        };
        let [a, b, c, d, x, y] = self.next.then(self.state.whole).0;
        let (width, height) = (a.hypot(b), c.hypot(d) * self.state.size.abs());
        if width == 0.0 {
            return end_line(text);
        }
        let (right, up) = (a / width, b / width);
        let along = (x - end_x) * right + (y - end_y) * up;
        let across = (y - end_y) * right - (x - end_x) * up;
        let em = width * self.state.size.abs();
        if across.abs() > HAIR.max(height * INDEX) {
            end_line(text);
        } else if (along > em * GAP || along < -em) && !text.ends_with(['\n', ' ']) {
            text.push(' ');
        }
    }
}

/// A blank is a quarter as wide as the font is high, or more.
const GAP: f32 = 0.2;
/// An index, a number set a little higher, is on the same line.
const INDEX: f32 = 0.5;
const HAIR: f32 = 1.0;

pub(super) fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}
