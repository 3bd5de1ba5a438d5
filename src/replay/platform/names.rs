//! Whether the operations that a scenario names are the platform's, told before anything runs.

use super::ask::on_the_platform;
use super::{every_step, fault};
use crate::api::router::Router;
use crate::api::table::operations;
use crate::scenario::Scenario;
use crate::scenario::error::{Problem, ScenarioError};
use crate::scenario::step::Action;
use hyper::http::Method;
use std::sync::OnceLock;

/// Paths outside of the table of operations that the platform, or this program, answers.
const BESIDES: [&str; 5] = [
    "/auth/oauth/token",
    "/auth/oauth/authorize",
    "/auth/login",
    "/api/v3/api-docs",
    "/api/swagger-ui",
];

/// Operations and faults of a scenario that the platform does not have. A step that expects to be
/// refused (`status: 404`, any from 400 on) may ask for anything.
///
/// # Errors
/// All of them, each with its place and the nearest operation.
pub fn unknown(scenario: &Scenario) -> Result<(), ScenarioError> {
    let mut problems = Vec::new();
    let world = &scenario.world.api;
    for (operation, effect) in &world.faults {
        if let Err(why) = fault(&operation.value, &effect.value) {
            problems.push(Problem::of(
                scenario,
                "scenario::fault",
                why,
                effect.span,
                None,
            ));
        }
    }
    // One for all the files of a run.
    static ROUTER: OnceLock<Router> = OnceLock::new();
    for step in every_step(scenario) {
        match &step.action {
            Action::Platform {
                operation,
                fault: Some(effect),
            } => {
                if let Err(why) = fault(&operation.value, &effect.value) {
                    problems.push(Problem::of(
                        scenario,
                        "scenario::fault",
                        why,
                        effect.span,
                        None,
                    ));
                }
            }
            Action::Platform {
                operation,
                fault: None,
            } => {
                if let Err(why) = fault(&operation.value, "500") {
                    problems.push(Problem::of(
                        scenario,
                        "scenario::operation",
                        why,
                        operation.span,
                        None,
                    ));
                }
            }
            Action::Api(call) => {
                let wanted = step.expect.answer.as_ref().and_then(|a| a.status.as_ref());
                let refused =
                    wanted.is_some_and(|s| s.equals.or(s.at_least).is_some_and(|n| n >= 400));
                if refused {
                    continue;
                }
                if let Err(help) = known(ROUTER.get_or_init(Router::new), &call.method, &call.path)
                {
                    let message = format!(
                        "the platform has no operation `{} {}`",
                        call.method, call.path
                    );
                    problems.push(Problem::of(
                        scenario,
                        "scenario::operation",
                        message,
                        call.span,
                        Some(help),
                    ));
                }
            }
            _ => {}
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    let path = scenario.path().cloned().unwrap_or_default();
    Err(ScenarioError::new(&path, problems))
}

/// Whether something answers; else what is nearest.
fn known(router: &Router, method: &str, path: &str) -> Result<(), String> {
    let filled = sample(path);
    let bare = filled.split('?').next().unwrap_or_default();
    let path = on_the_platform(bare);
    let Ok(name) = Method::from_bytes(method.as_bytes()) else {
        return Err(format!("`{method}` is no method"));
    };
    if path.starts_with("${")
        || BESIDES.iter().any(|b| path.starts_with(b))
        || router.find(&name, &path).is_ok()
    {
        return Ok(());
    }
    let below = path.strip_prefix("/api").unwrap_or(&path);
    let wanted = format!("{method} {below}");
    let near = operations().min_by_key(|o| {
        let own = format!("{} {}", o.method, o.path);
        distance(&wanted, &own)
    });
    let hint = near.map_or_else(String::new, |o| {
        format!("did you mean `{} {}` ({})? ", o.method, o.path, o.id)
    });
    Err(format!(
        "{hint}a step that wants to be refused says so: `expect: {{ status: 404 }}`"
    ))
}

/// How far two operations are apart, part by part; a part that stands for anything is near to all.
fn distance(wanted: &str, own: &str) -> usize {
    let (a, b): (Vec<&str>, Vec<&str>) = (wanted.split('/').collect(), own.split('/').collect());
    let far = 8 * a.len().abs_diff(b.len());
    let parts = a.iter().zip(&b).map(|(a, b)| match b.starts_with('{') {
        true => 1,
        false => strsim::damerau_levenshtein(a, b).min(8) * 2,
    });
    far + parts.sum::<usize>()
}

/// The path with something harmless for each `${...}`; one that begins with such is left alone.
fn sample(path: &str) -> String {
    if path.starts_with("${") {
        return path.to_owned();
    }
    let pieces = crate::scenario::text::pieces(path).unwrap_or_default();
    pieces
        .iter()
        .map(|piece| match piece {
            crate::scenario::text::Piece::Text(t) => *t,
            crate::scenario::text::Piece::Escape => "${",
            crate::scenario::text::Piece::Name { .. } => "1",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_path_is_told_with_the_nearest() {
        let router = Router::new();
        let good = |m, p| known(&router, m, p);
        assert_eq!(good("GET", "/v2/account/sites?max=5"), Ok(()));
        assert_eq!(good("GET", "/v2/site/${site.a.uid}"), Ok(()));
        assert_eq!(good("GET", "${url}"), Ok(()));
        assert_eq!(good("POST", "/auth/oauth/token"), Ok(()));
        let told = good("GET", "/v2/acount/sites").unwrap_err();
        assert!(told.contains("GET /v2/account/sites"), "{told}");
        let told = good("PATCH", "/v2/site/${site.a.uid}").unwrap_err();
        assert!(told.contains("/v2/site/{siteUid}"), "{told}");
    }
}
