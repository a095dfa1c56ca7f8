//! Check characters of the standards, held to the identifier formats of the data file.
//!
//! The arithmetic stands in the model, where detection finds it too.

pub use shouxin_model::check_digit::*;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn format(kind: &str) -> Value {
        let data: Value = serde_json::from_str(include_str!("../data/identifiers.json")).unwrap();
        data["formats"]
            .as_array()
            .unwrap()
            .iter()
            .find(|f| f["kind"] == kind)
            .unwrap()
            .clone()
    }

    #[test]
    fn weights_and_tables_are_those_of_the_data_file() {
        let of = |value: &Value| -> Vec<u32> { serde_json::from_value(value.clone()).unwrap() };
        assert_eq!(of(&format("resident_id")["weights"]), RESIDENT_ID_WEIGHTS);
        assert_eq!(
            format("resident_id")["check_table"]
                .as_str()
                .unwrap()
                .as_bytes(),
            RESIDENT_ID_TABLE
        );
        assert_eq!(of(&format("vin")["weights"]), VIN_WEIGHTS);
        assert_eq!(of(&format("uscc")["weights"]), USCC_WEIGHTS);
        assert_eq!(
            of(&format("uscc")["org_code"]["weights"]),
            ORGANISATION_WEIGHTS
        );
        assert_eq!(
            format("uscc")["alphabet"].as_str().unwrap().as_bytes(),
            USCC_ALPHABET
        );
        for (letter, value) in format("vin")["transliteration"].as_object().unwrap() {
            assert_eq!(
                u64::from(vin_value(letter.as_bytes()[0])),
                value.as_u64().unwrap(),
                "{letter}"
            );
        }
    }
}
