//! Personal information in running text, Chinese first: text in, hits out.
//!
//! ```
//! use shouxin_detect::{Detector, Kind};
//!
//! let detector = Detector::new();
//! let hits = detector.detect("请打13800138000联系我");
//! assert_eq!(hits[0].kind, Kind::Phone);
//! assert_eq!(hits[0].chars, 2..13);
//! ```
//!
//! The work goes in this order, each step a module:
//!
//! 1. [`text`]: the text is normalised (full width, invisible characters) with a map back to the source.
//! 2. `survey`: one pass finds the words that announce something (`cue`: 身份证, 车牌, VIN) and every place
//!    where something with a shape may begin.
//! 3. `structured`: what has a shape is confirmed by check digits, number plans, the
//!    words before it, and what it must not be (amounts, dates, order numbers).
//! 4. [`cn`] and `english`: names and addresses, which see what was found so far.
//! 5. `repeat`: what was announced once is found where it stands again.
//! 6. `resolve`: what overlaps is settled, and offsets are those of the source; `context` tells what announced it.
//!
//! [`topics`] labels sentences on health, religion, biometrics and minors, which are no values.
//!
//! Kernel: values in, values out. The same text gives the same hits, bit for bit: nothing depends on
//! clocks, dice or the order of a hash map, and confidence is a whole number.

mod border;
mod candidate;
pub mod cn;
mod context;
mod cue;
mod detector;
mod english;
mod hit;
mod kind;
mod own;
mod page;
mod phrases;
mod redact;
mod repeat;
mod resolve;
mod room;
mod spelling;
mod stream;
mod structured;
mod survey;
mod table;
pub mod text;
mod topic;

pub use candidate::{Candidate, Check, Confidence};
pub use detector::{Detector, Scope};
pub use hit::Hit;
pub use kind::{Kind, LegalClass};
pub use own::{RecogniserFault, Recognisers};
pub use redact::{Operator, Replace, redact};
pub use spelling::plain;
pub use stream::{Piece, Stream};
pub use text::Normalised;
pub use topic::{Passage, Topic, topics};
