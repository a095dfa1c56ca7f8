//! Models, kinds of stay and faults.

/// What a model is: how it drives, and what its vehicle numbers say of it.
pub(super) struct Model {
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) energy: &'static str,
    /// Whether its plates are those of new energy.
    pub(super) green: bool,
    pub(super) descriptor: &'static str,
}

/// The models on the road.
pub(super) const MODELS: [Model; 9] = [
    Model {
        code: "X5-20T",
        title: "X5",
        energy: "petrol",
        green: false,
        descriptor: "TE5T0",
    },
    Model {
        code: "X3-15T",
        title: "X3",
        energy: "petrol",
        green: false,
        descriptor: "TE3T0",
    },
    Model {
        code: "S7-20T",
        title: "S7",
        energy: "petrol",
        green: false,
        descriptor: "TS7T0",
    },
    Model {
        code: "M9-20D",
        title: "M9",
        energy: "diesel",
        green: false,
        descriptor: "TM9D0",
    },
    Model {
        code: "X5-HEV",
        title: "X5混动",
        energy: "hybrid",
        green: false,
        descriptor: "TE5H0",
    },
    Model {
        code: "S7-PHEV",
        title: "S7混动",
        energy: "hybrid",
        green: true,
        descriptor: "TS7H0",
    },
    Model {
        code: "E3-50",
        title: "E3",
        energy: "electric",
        green: true,
        descriptor: "EE3B0",
    },
    Model {
        code: "E5-75",
        title: "E5",
        energy: "electric",
        green: true,
        descriptor: "EE5B0",
    },
    Model {
        code: "E7-100",
        title: "E7",
        energy: "electric",
        green: true,
        descriptor: "EE7B0",
    },
];

/// Kinds of stay, as often as they come.
pub(super) const SERVICES: [&str; 20] = [
    "maintenance",
    "maintenance",
    "maintenance",
    "maintenance",
    "maintenance",
    "maintenance",
    "maintenance",
    "maintenance",
    "maintenance",
    "maintenance",
    "repair",
    "repair",
    "repair",
    "repair",
    "warranty",
    "warranty",
    "recall",
    "accident",
    "accident",
    "rescue",
];

/// Fault code, faulty system, and the rule that says it in the customer's words.
pub(super) type Fault = (&'static str, &'static str, &'static str);

/// By falling frequency.
pub(super) const FAULTS: [Fault; 18] = [
    ("P0301", "engine", "fault.engine"),
    ("P0171", "engine", "fault.engine"),
    ("C1130", "brake", "fault.brake"),
    ("B1318", "electronics", "fault.electronics"),
    ("U0100", "electronics", "fault.electronics"),
    ("P0A80", "battery", "fault.battery"),
    ("P0AA6", "battery", "fault.battery"),
    ("P0420", "engine", "fault.engine"),
    ("P0700", "transmission", "fault.transmission"),
    ("C0561", "brake", "fault.brake"),
    ("C1513", "steering", "fault.steering"),
    ("B2960", "body", "fault.body"),
    ("P0741", "transmission", "fault.transmission"),
    ("U0126", "steering", "fault.steering"),
    ("B1342", "electronics", "fault.electronics"),
    ("B1055", "body", "fault.body"),
    ("P0562", "battery", "fault.battery"),
    ("C1145", "other", "fault.other"),
];
/// The place of the fault that electric cars have instead of an engine's.
pub(super) const ELECTRIC: usize = 5;
