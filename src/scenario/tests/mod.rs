//! Scenarios as people write them: what is read, and what they are told.

mod docs;
mod files;
mod hostile;
mod language;
mod messages;
mod mistakes;
mod schema;
mod sketch;

use super::load::{Loader, load_text};
use super::{Scenario, ScenarioError};
use std::path::Path;

/// Loads a scenario from text, as if it stood in `case.yaml`.
fn load(text: &str) -> Result<Vec<Scenario>, ScenarioError> {
    load_text(Path::new("case.yaml"), text.into(), &Loader::default())
}

/// The message as a person sees it, without color.
fn shown(error: &ScenarioError) -> String {
    let mut out = String::new();
    let handler =
        miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
            .with_width(100)
            .without_syntax_highlighting();
    handler
        .render_report(&mut out, error)
        .expect("rendering into a string");
    out
}

/// The only scenario of a text that is right.
fn good(text: &str) -> Scenario {
    match load(text) {
        Ok(mut scenarios) if scenarios.len() == 1 => scenarios.remove(0),
        Ok(scenarios) => panic!("{} scenarios", scenarios.len()),
        Err(error) => panic!("{}", shown(&error)),
    }
}

/// A small world with these steps.
fn steps(steps: &str) -> String {
    format!(
        "scenario: case
world:
  devices: {{ web-01: {{ os: linux }} }}
  components: {{ deploy: ./deploy }}
  services: {{ licensing: {{ url: https://licence.example }} }}
steps:
  {steps}
"
    )
}
