//! The three profiles.

/// A ready-made register with its own kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A car after-sales network.
    AfterSales,
    /// An express company.
    Express,
    /// A customer-service centre.
    ServiceCentre,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 3] = [Self::AfterSales, Self::Express, Self::ServiceCentre];

    /// The name of its folder under `profiles/`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AfterSales => "after-sales",
            Self::Express => "express",
            Self::ServiceCentre => "service-centre",
        }
    }

    /// The profile of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}
