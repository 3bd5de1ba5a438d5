//! Bodies as clients send them, by the name of their schema.

use serde_json::{Value, json};

/// An example of a body, given the reference to its schema.
pub(super) fn of(schema: &Value) -> Option<Value> {
    let name = schema.get("$ref")?.as_str()?.rsplit('/').next()?;
    Some(match name {
        "CreateSiteRequest" => json!({
            "name": "Osaka HQ",
            "description": "Headquarters",
            "onDemand": false,
            "proxySettings": { "host": "proxy.example", "port": 3128, "type": "http" },
        }),
        "SiteRequest" => {
            json!({ "name": "Osaka HQ", "description": "Headquarters", "notes": "Third floor" })
        }
        "ProxySettingsRequest" => {
            json!({ "host": "proxy.example", "port": 1080, "type": "socks5", "username": "osaka", "password": "an example" })
        }
        "VariableCreationRequest" => {
            json!({ "name": "licenceRegion", "value": "eu", "masked": false })
        }
        "VariableUpdateRequest" => json!({ "name": "licenceRegion", "value": "us" }),
        "CreateQuickJobRequest" => json!({
            "jobName": "Restart the spooler",
            "jobComponent": {
                "componentUid": "3534b3e9-0000-4000-8000-000000000001",
                "variables": [{ "name": "force", "value": "true" }],
            },
        }),
        "UdfRequest" => json!({ "udf1": "rack 7", "udf2": "" }),
        "Warranty" => json!({ "warrantyDate": "2028-02-29" }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::request::*;

    fn taken<T: Body>() {
        let schema = json!({ "$ref": format!("#/components/schemas/{}", T::schema_name()) });
        let Some(example) = of(&schema) else {
            panic!("{} has no example", T::schema_name());
        };
        if let Err(e) = read::<T>(&example) {
            panic!("{}: {e}", T::schema_name());
        }
    }

    #[test]
    fn every_body_has_an_example_that_is_taken() {
        taken::<CreateSiteRequest>();
        taken::<SiteRequest>();
        taken::<ProxySettingsRequest>();
        taken::<VariableCreationRequest>();
        taken::<VariableUpdateRequest>();
        taken::<CreateQuickJobRequest>();
        taken::<UdfRequest>();
        taken::<Warranty>();
    }
}
