//! The stream of subjects.

use shouxin_model::Moment;

use crate::{
    after_sales,
    day::{china_moment, compact},
    dice::{Dice, scatter},
    express,
    place::City,
    profile::Profile,
    record::SynthRecord,
    service_centre,
    staffing::{Handler, Staffing},
};

/// Yields the subjects of one profile, each as the list of its records.
///
/// Deterministic: profile, seed, moment and staff give the same bytes on every machine. A subject
/// depends on its index and not on how many are asked for, and `nth` costs nothing, so that a
/// stream can be cut into parts and the parts made side by side. Numbers that are keys of the
/// profile's register are unique for up to 8 million subjects of one seed.
///
/// Everything is synthetic. Identity and card numbers, codes, vehicle and device numbers, net and
/// mail addresses come from ranges that are never given out; mobile and landline numbers, plates,
/// WeChat and QQ ids have no such range and could by chance be someone's.
pub struct Generator<'a> {
    profile: Profile,
    seed: u64,
    now: Moment,
    staff: &'a Staffing,
    indexes: std::ops::Range<usize>,
}

impl<'a> Generator<'a> {
    /// A stream of `subjects` subjects whose lives lie before `now`.
    pub fn new(
        profile: Profile,
        seed: u64,
        subjects: usize,
        now: Moment,
        staff: &'a Staffing,
    ) -> Self {
        Self {
            profile,
            seed,
            now,
            staff,
            indexes: 0..subjects,
        }
    }

    fn subject(&self, index: usize) -> Vec<SynthRecord> {
        let mut dice = Dice::new(self.seed, index as u64);
        let (handler, city) = self.staff.assign(&mut dice, index);
        let turn = Turn {
            index: index as u64,
            seed: self.seed,
            now: self.now,
            today: self.now.china_day(),
            staff: self.staff,
            handler,
            city,
            must_be_open: self.staff.must_be_open(index),
        };
        match self.profile {
            Profile::AfterSales => after_sales::subject(&turn, &mut dice),
            Profile::Express => express::subject(&turn, &mut dice),
            Profile::ServiceCentre => service_centre::subject(&turn, &mut dice),
        }
    }
}

impl Iterator for Generator<'_> {
    type Item = Vec<SynthRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        self.nth(0)
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.indexes.nth(n).map(|index| self.subject(index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.indexes.size_hint()
    }
}

impl ExactSizeIterator for Generator<'_> {}

/// What one subject's records are made from.
pub(crate) struct Turn<'a> {
    pub(crate) index: u64,
    pub(crate) seed: u64,
    pub(crate) now: Moment,
    /// The day of `now` in China, since 1970-01-01.
    pub(crate) today: i64,
    pub(crate) staff: &'a Staffing,
    /// Who handles most of the subject's cases.
    pub(crate) handler: &'a Handler,
    /// Where the subject lives.
    pub(crate) city: &'static City,
    /// Whether there must be an open case, or must be none.
    pub(crate) must_be_open: Option<bool>,
}

impl Turn<'_> {
    /// A business number: prefix, day, and nine digits that differ for each subject and `place` below 16.
    pub(crate) fn number(&self, prefix: &str, day: i64, place: u64) -> String {
        format!(
            "{prefix}{}{:09}",
            compact(day),
            scatter(self.slot(place), 1_000_000_000, self.seed, prefix)
        )
    }

    /// A number for the thing at `place` (below 16) of this subject, different for all of them.
    pub(crate) fn slot(&self, place: u64) -> u64 {
        self.index * 16 + place
    }

    /// A time within working hours of this day in China, and before now.
    pub(crate) fn office_hour(&self, dice: &mut Dice, day: i64) -> Moment {
        let at = china_moment(day, dice.between(8 * 3600, 18 * 3600));
        at.min(self.now.plus_seconds(-dice.between(120, 3600)))
    }

    /// Who handles the case at `place`: mostly the subject's handler, now and then another.
    pub(crate) fn case_handler(&self, dice: &mut Dice) -> &Handler {
        if self.must_be_open.is_none() && dice.permille(150) {
            self.staff.anyone(dice).0
        } else {
            self.handler
        }
    }
}

/// An amount of money in yuan.
pub(crate) fn yuan(dice: &mut Dice, low: i64, high: i64) -> String {
    format!("{}.{}0", dice.between(low, high), dice.below(10))
}
