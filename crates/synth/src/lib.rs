//! Seeded, lifelike, wholly synthetic data for the three profiles.
//!
//! - [`Generator`]: a stream of subjects, each a list of records of the profile's register.
//! - [`damaged_sample`] and [`clean_sample`]: the sample files of `profiles/*/samples/`.
//! - [`Stranger`]: one person who exists nowhere, by field kind: a decoy.
//! - [`divisions`]: the administrative divisions that the addresses are made of.
//!
//! Kernel: values in, values out. All chance comes from a seed, all time from a [`shouxin_model::Moment`].
//! Nobody described here exists.

mod after_sales;
mod day;
mod dice;
mod division;
mod express;
mod generator;
mod identifier;
mod name;
mod person;
mod place;
mod profile;
mod record;
mod sample;
mod scene;
mod service_centre;
mod speech;
mod staffing;
mod stranger;

pub use division::{Division, Divisions, divisions};
pub use generator::Generator;
pub use profile::Profile;
pub use record::SynthRecord;
pub use sample::{clean_sample, damaged_sample};
pub use staffing::{Handler, Staffing};
pub use stranger::Stranger;
