//! Registers that differ from a shipped one in what a test is about.

/// `after-sales` (its register in TOML) with a purpose for copies, `rights-answer`, that needs names, addresses and
/// complaints, and no numbers.
///
/// # Panics
/// If the register has no such purpose any more.
#[must_use]
pub fn without_numbers(after_sales: &str) -> String {
    let purpose = after_sales
        .find("name = \"rights-answer\"")
        .expect("the register has the purpose");
    let (before, after) = after_sales.split_at(purpose);
    let mut after = after.replacen(
        "fields = [\"customer.*\", \"vehicle.*\", \"work_order.*\", \"rescue.*\", \"call.*\", \"complaint.*\"]",
        "fields = [\"customer.name\", \"customer.address\", \"complaint.*\"]",
        1,
    );
    let weighed = after
        .find("[purpose.need]\nfields = [")
        .expect("its need was weighed");
    let length = after[weighed..].find("]\ntask").expect("for a task");
    let least = "[purpose.need]\nfields = [\"customer.name\", \"customer.address\", \"complaint.content\", \"complaint.result\"";
    after.replace_range(weighed..weighed + length, least);
    format!("{before}{after}")
}
