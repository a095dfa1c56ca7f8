//! The registers that ship with the product.

/// A line of business, ready to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name: `after-sales`, `express` or `service-centre`.
    pub name: &'static str,
    /// Its register, as TOML for [`crate::parse`].
    pub register_toml: &'static str,
    /// Its Cedar policies.
    pub policies: &'static str,
    /// What people are told, as TOML for the crate `notice`.
    pub notices: &'static [&'static str],
}

/// The profile of this name.
pub fn profile(name: &str) -> Option<Profile> {
    PROFILES.into_iter().find(|profile| profile.name == name)
}

/// Every profile.
pub const PROFILES: [Profile; 3] = [
    Profile {
        name: "after-sales",
        register_toml: include_str!("../../../profiles/after-sales/register.toml"),
        policies: include_str!("../../../profiles/after-sales/policies.cedar"),
        notices: &[
            include_str!("../../../profiles/after-sales/notices/privacy.toml"),
            include_str!("../../../profiles/after-sales/notices/rescue.toml"),
            include_str!("../../../profiles/after-sales/notices/marketing.toml"),
        ],
    },
    Profile {
        name: "express",
        register_toml: include_str!("../../../profiles/express/register.toml"),
        policies: include_str!("../../../profiles/express/policies.cedar"),
        notices: &[
            include_str!("../../../profiles/express/notices/privacy.toml"),
            include_str!("../../../profiles/express/notices/claims.toml"),
            include_str!("../../../profiles/express/notices/marketing.toml"),
        ],
    },
    Profile {
        name: "service-centre",
        register_toml: include_str!("../../../profiles/service-centre/register.toml"),
        policies: include_str!("../../../profiles/service-centre/policies.cedar"),
        notices: &[
            include_str!("../../../profiles/service-centre/notices/privacy.toml"),
            include_str!("../../../profiles/service-centre/notices/accessible.toml"),
            include_str!("../../../profiles/service-centre/notices/marketing.toml"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use shouxin_model::text::Language;

    use super::*;
    use crate::parse;

    #[test]
    fn every_profile_is_a_register_without_findings() {
        for profile in PROFILES {
            let register = parse(profile.name, profile.register_toml).unwrap_or_else(|findings| {
                let all: String = findings
                    .iter()
                    .map(|f| f.render(Language::English))
                    .collect();
                panic!("{all}")
            });
            assert_eq!(register.profile, profile.name);
            assert!(
                (20..=60).contains(&register.fields().count()),
                "{}",
                profile.name
            );
        }
    }

    #[test]
    fn every_profile_ties_its_front_line_to_open_cases_and_closes_identity_to_the_rest() {
        let closed_to = [
            ("after-sales", "fault-analysis", "customer"),
            ("after-sales", "fault-analysis", "rescue"),
            ("express", "sorting", "customer"),
            ("service-centre", "service-statistics", "log.ip"),
        ];
        for (name, purpose, hidden) in closed_to {
            let register = parse(name, profile(name).expect(name).register_toml).expect(name);
            let purpose = register.purpose(purpose).expect(purpose);
            assert!(
                purpose
                    .fields
                    .iter()
                    .all(|f| f.collection() != hidden && f.to_string() != hidden),
                "{name}: {} reads {hidden}",
                purpose.name
            );
        }
    }

    #[test]
    fn an_unknown_profile_is_none() {
        assert_eq!(profile("retail"), None);
    }
}
