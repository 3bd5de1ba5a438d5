//! Passwords are not kept: nothing on a device may read them back, and no record may show them.

use serde_json::Value;

/// Stands where a password was given.
pub const HIDDEN: &str = "********";

/// Names of fields that hold a secret, in any case. `RecoveryPassword` is none of them: scripts read
/// BitLocker's own back to keep it elsewhere.
const NAMES: [&str; 8] = [
    "clientsecret",
    "newpassword",
    "oldpassword",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
];

/// Replaces what fields of these names hold, at any depth: texts, numbers, lists and objects.
pub fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let named = NAMES.iter().any(|n| name.eq_ignore_ascii_case(n));
                if named && !field.is_null() && !field.is_boolean() {
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
