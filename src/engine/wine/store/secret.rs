//! Passwords are not kept: nothing on a device may read them back, and no record may show them.

use serde_json::Value;

/// Stands where a password was given.
pub const HIDDEN: &str = "********";

/// Replaces the texts of all fields called `Password`, at any depth.
pub fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name.eq_ignore_ascii_case("password") && !field.is_null() && !field.is_boolean()
                {
                    *field = Value::from(HIDDEN);
                } else {
                    hide(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}
