//! Setting the end of a device's warranty.

use super::{Body, FieldProblem, Fields};
use regex::Regex;
use schemars::JsonSchema;
use std::sync::LazyLock;

/// Every day there is, as `yyyy-mm-dd`. A pattern, so that the schema says all that is checked.
const DAY: &str = "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$";

static IS_DAY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(DAY).ok());

/// The end of a device's warranty.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Warranty {
    /// The day, `yyyy-mm-dd`; null clears it.
    #[schemars(length(max = 10), regex(pattern = DAY), extend("format" = "date"))]
    pub warranty_date: Option<String>,
}

impl Body for Warranty {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldProblem> {
        let name = "warrantyDate";
        let warranty_date = fields.text(name, 0..=10)?;
        if let Some(day) = &warranty_date
            && !IS_DAY.as_ref().is_some_and(|re| re.is_match(day))
        {
            return Err(FieldProblem {
                field: fields.path(name),
                problem: format!("`{day}` is no day of the calendar"),
                mend: "send yyyy-mm-dd, or null".to_owned(),
            });
        }
        Ok(Warranty { warranty_date })
    }
}
