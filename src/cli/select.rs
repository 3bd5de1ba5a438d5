//! Which scenarios of those that were found are meant: `--filter` and `--tag`.

use crate::scenario::model::Scenario;
use regex::Regex;

/// `--filter`: a text looked for in name and path, `/regex/`, or `=` and a whole name.
#[derive(Debug, Clone)]
pub enum Filter {
    /// Lower case; compared without regard to case.
    Text(String),
    Regex(Regex),
    /// The whole name, case and all.
    Name(String),
}

impl std::str::FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Filter, String> {
        if text.is_empty() {
            return Err("an empty text matches everything: leave the option out".to_owned());
        }
        if let Some(name) = text.strip_prefix('=') {
            return match name {
                "" => Err("give a name behind the =, as `--list` shows it".to_owned()),
                name => Ok(Filter::Name(name.to_owned())),
            };
        }
        match text.strip_prefix('/').and_then(|t| t.strip_suffix('/')) {
            // A path such as /srv/scenarios/ is no pattern anybody means.
            Some(pattern) if !pattern.is_empty() => Regex::new(pattern)
                .map(Filter::Regex)
                .map_err(|e| format!("not a regular expression: {e}")),
            _ => Ok(Filter::Text(text.to_lowercase())),
        }
    }
}

impl Filter {
    fn matches(&self, name: &str, path: &str) -> bool {
        match self {
            Filter::Text(t) => name.to_lowercase().contains(t) || path.to_lowercase().contains(t),
            Filter::Regex(r) => r.is_match(name) || r.is_match(path),
            Filter::Name(n) => n == name,
        }
    }
}

/// `--tag`: a tag that must be there, or `!tag` that must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRule {
    pub tag: String,
    pub wanted: bool,
}

impl std::str::FromStr for TagRule {
    type Err = String;

    fn from_str(text: &str) -> Result<TagRule, String> {
        let (tag, wanted) = match text.strip_prefix('!') {
            Some(tag) => (tag, false),
            None => (text, true),
        };
        if tag.is_empty() {
            return Err("give a tag: `deploy`, or '!deploy' for all without it".to_owned());
        }
        Ok(TagRule {
            tag: tag.to_owned(),
            wanted,
        })
    }
}

/// Filters and tags together.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub filters: Vec<Filter>,
    pub tags: Vec<TagRule>,
}

impl Selection {
    /// Any of the filters matches, any of the wanted tags is there, and none of the unwanted.
    pub fn takes(&self, name: &str, path: &str, tags: &[&str]) -> bool {
        let filtered =
            self.filters.is_empty() || self.filters.iter().any(|f| f.matches(name, path));
        let mut wanted = self.tags.iter().filter(|t| t.wanted).peekable();
        let tagged = wanted.peek().is_none() || wanted.any(|t| tags.contains(&t.tag.as_str()));
        let unwanted = self
            .tags
            .iter()
            .any(|t| !t.wanted && tags.contains(&t.tag.as_str()));
        filtered && tagged && !unwanted
    }

    /// [`Selection::takes`] for a loaded scenario.
    pub fn takes_scenario(&self, scenario: &Scenario) -> bool {
        let path = path_of(scenario);
        let tags: Vec<&str> = scenario.tags.iter().map(|t| t.value.as_str()).collect();
        self.takes(&scenario.name.value, &path, &tags)
    }
}

/// The file of a scenario, for people and filters.
pub fn path_of(scenario: &Scenario) -> String {
    scenario
        .path()
        .map_or(String::new(), |p| p.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(filters: &[&str], tags: &[&str]) -> Selection {
        Selection {
            filters: filters.iter().map(|f| f.parse().expect("filter")).collect(),
            tags: tags.iter().map(|t| t.parse().expect("tag")).collect(),
        }
    }

    #[test]
    fn any_filter_and_any_tag_will_do_but_no_unwanted_one() {
        let takes = |f: &[&str], t: &[&str]| {
            selection(f, t).takes(
                "Bright deploys",
                "scenarios/bright/deploy.yaml",
                &["deploy", "slow"],
            )
        };
        assert!(takes(&[], &[]));
        assert!(takes(&["BRIGHT DEP"], &[]));
        assert!(takes(&["nothing", "bright/dep"], &["monitor", "deploy"]));
        assert!(takes(&["/^Bright .*s$/"], &[]));
        assert!(takes(&["=Bright deploys"], &[]));
        for other in [
            "=Bright",
            "=bright deploys",
            "=scenarios/bright/deploy.yaml",
        ] {
            assert!(!takes(&[other], &[]), "{other}");
        }
        assert!(!takes(&["nothing"], &[]));
        assert!(!takes(&[], &["monitor"]));
        assert!(!takes(&[], &["deploy", "!slow"]));
        assert!(takes(&[], &["!macos"]));
    }

    #[test]
    fn bad_filters_and_tags_are_refused() {
        assert!("/(/".parse::<Filter>().is_err());
        assert!("".parse::<Filter>().is_err());
        assert!("=".parse::<Filter>().is_err());
        assert!("!".parse::<TagRule>().is_err());
        assert!(matches!("/".parse(), Ok(Filter::Text(_))));
    }
}
