//! Who the people are that ids of staff stand for.

use serde::{Deserialize, Serialize};
use shouxin_model::StaffId;
use utoipa::ToSchema;

use crate::secret::shows;

/// Colleagues.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ColleagueList {
    /// Those that there are, in the order asked for.
    pub colleagues: Vec<Colleague>,
}

/// One colleague. `Debug` leaves out the name.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Colleague {
    /// The account.
    #[schema(value_type = String, example = "stf_06fs8k0000000000000000000g")]
    pub staff: StaffId,
    /// Its login.
    #[schema(example = "li.xiaoyan")]
    pub login: String,
    /// The display name.
    pub name: String,
    /// The roles that it holds.
    #[schema(example = json!(["service-adviser"]))]
    pub roles: Vec<String>,
    /// The site that the person works at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

shows!(Colleague: staff login roles site);
