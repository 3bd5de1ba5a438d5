//! Which reply a scenario's command doubles have for a call, on every engine.

use crate::rmm::double::{DoubleReply, DoubleSpec};
use regex::Regex;
use std::sync::{PoisonError, RwLock};

/// A double with its patterns ready.
struct Ready {
    command: String,
    replies: Vec<(Option<Regex>, DoubleReply)>,
}

/// The doubles of a device; they may be changed while it runs.
#[derive(Default)]
pub struct Replies(RwLock<Vec<Ready>>);

/// What the doubles say to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Reply(Box<DoubleReply>),
    /// There is a double of this command, and none of its replies takes these arguments.
    NoCase,
    NoDouble,
}

impl Replies {
    /// # Errors
    /// A pattern that is no regular expression, with the command it belongs to.
    pub fn new(specs: &[DoubleSpec]) -> Result<Replies, String> {
        let replies = Replies::default();
        specs.iter().try_for_each(|s| replies.set(s))?;
        Ok(replies)
    }

    /// Adds a double or replaces the one of the same command.
    ///
    /// # Errors
    /// As [`Replies::new`].
    pub fn set(&self, spec: &DoubleSpec) -> Result<(), String> {
        let replies = spec
            .replies
            .iter()
            .map(|r| {
                let when = r.when.as_deref().map(Regex::new).transpose();
                when.map(|w| (w, r.clone()))
                    .map_err(|e| format!("double {}: {e}", spec.command))
            })
            .collect::<Result<Vec<_>, String>>()?;
        let mut doubles = self.0.write().unwrap_or_else(PoisonError::into_inner);
        doubles.retain(|d| d.command != spec.command);
        doubles.push(Ready {
            command: spec.command.clone(),
            replies,
        });
        Ok(())
    }

    /// The first reply whose pattern matches the arguments, of the double that `rank` puts first:
    /// it gives a number for each command that may be meant, the lowest wins.
    pub fn find(&self, args: &[String], rank: impl Fn(&str) -> Option<u8>) -> Found {
        let doubles = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let ranked = doubles.iter().filter_map(|d| Some((rank(&d.command)?, d)));
        let Some((_, double)) = ranked.min_by_key(|(rank, _)| *rank) else {
            return Found::NoDouble;
        };
        if double.replies.is_empty() {
            // A double without replies plays a command that says nothing and succeeds.
            return Found::Reply(Box::default());
        }
        let line = args.join(" ");
        let mut replies = double.replies.iter();
        let reply = replies.find(|(when, _)| when.as_ref().is_none_or(|w| w.is_match(&line)));
        reply.map_or(Found::NoCase, |(_, r)| Found::Reply(Box::new(r.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_case_of_the_best_double_answers() {
        let reply = |when: Option<&str>, exit| DoubleReply {
            when: when.map(str::to_owned),
            exit,
            ..DoubleReply::default()
        };
        let double = |command: &str, replies| DoubleSpec {
            command: command.into(),
            replies,
        };
        let replies = Replies::new(&[
            double("tool", vec![reply(Some("^-a"), 1), reply(Some("b$"), 2)]),
            double("/opt/tool", vec![]),
        ])
        .unwrap();
        let exit = |args: &[&str], best: &str| {
            let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
            let found = replies.find(&args, |c| match c {
                c if c == best => Some(0),
                c if c.ends_with("tool") => Some(1),
                _ => None,
            });
            match found {
                Found::Reply(reply) => Some(reply.exit),
                Found::NoCase | Found::NoDouble => None,
            }
        };
        assert_eq!(exit(&["-a", "b"], "tool"), Some(1));
        assert_eq!(exit(&["b"], "tool"), Some(2));
        assert_eq!(exit(&["c"], "tool"), None);
        assert_eq!(exit(&["c"], "/opt/tool"), Some(0));
        assert!(
            replies
                .set(&double("x", vec![reply(Some("("), 0)]))
                .is_err()
        );
    }
}
