//! `schema`: the JSON Schema of scenario files.

use super::{Exit, print};

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Made from the same tables that files are read with.

Examples:
  shakedown schema > scenario.schema.json
  # yaml-language-server: $schema=../scenario.schema.json    (first line of a scenario, for editors)")]
pub struct SchemaArgs {}

/// Prints the schema on stdout.
pub fn main(_: &SchemaArgs) -> Exit {
    match serde_json::to_string_pretty(&crate::scenario::schema()) {
        Ok(text) => print::listing((text + "\n").as_bytes()),
        Err(e) => {
            print::error(&e, None);
            Exit::Usage
        }
    }
}
