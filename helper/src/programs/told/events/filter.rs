//! Whether an entry meets a query.

use super::render::Node;
use super::xpath::{Expr, Name, Op, Step};
use crate::programs::told::clock::{Moment, SECOND};

/// What a part of a query gives.
enum Given<'n> {
    Truth(bool),
    Number(f64),
    Text(String),
    /// Elements, or texts of attributes.
    Found(Vec<Found<'n>>),
}

#[derive(Clone)]
enum Found<'n> {
    Element(&'n Node),
    Attribute(String),
}

impl Found<'_> {
    fn text(&self) -> String {
        match self {
            Found::Attribute(text) => text.clone(),
            Found::Element(node) => node.text.clone(),
        }
    }
}

/// Whether an event meets a query, as of `now`.
pub fn meets(event: &Node, query: &Expr, now: Moment) -> bool {
    let document = Node {
        children: vec![event.clone()],
        ..Node::default()
    };
    truth(&give(query, &Found::Element(&document), 1, now))
}

fn truth(given: &Given<'_>) -> bool {
    match given {
        Given::Truth(truth) => *truth,
        Given::Number(n) => *n != 0.0,
        Given::Text(text) => !text.is_empty(),
        Given::Found(found) => !found.is_empty(),
    }
}

fn give<'n>(expr: &Expr, at: &Found<'n>, position: usize, now: Moment) -> Given<'n> {
    let is = |e: &Expr| truth(&give(e, at, position, now));
    match expr {
        Expr::Or(a, b) => Given::Truth(is(a) || is(b)),
        Expr::And(a, b) => Given::Truth(is(a) && is(b)),
        Expr::Number(n) => Given::Number(*n),
        Expr::Text(t) => Given::Text(t.clone()),
        Expr::Position => Given::Number(position as f64),
        Expr::Path(steps) => Given::Found(walk(steps, at, now)),
        Expr::Compare(a, op, b) => {
            let (a, b) = (give(a, at, position, now), give(b, at, position, now));
            Given::Truth(compare(&a, *op, &b))
        }
        Expr::Band(a, b) => {
            let bits = |e: &Expr| number(&give(e, at, position, now)).map_or(0, |n| n as u64);
            Given::Number((bits(a) & bits(b)) as f64)
        }
        Expr::TimeDiff(inner) => {
            let text = texts(&give(inner, at, position, now)).into_iter().next();
            let then = text.as_deref().and_then(Moment::parse);
            Given::Number(then.map_or(f64::NAN, |t| (now.0 - t.0) as f64 / (SECOND / 1000) as f64))
        }
    }
}

fn walk<'n>(steps: &[Step], from: &Found<'n>, now: Moment) -> Vec<Found<'n>> {
    let mut found = vec![from.clone()];
    for step in steps {
        let mut next = Vec::new();
        for one in &found {
            let Found::Element(node) = one else { continue };
            let mut reached: Vec<Found<'n>> = match &step.name {
                Name::Itself => vec![one.clone()],
                Name::Any => node.children.iter().map(Found::Element).collect(),
                Name::Element(name) => {
                    let own = node.children.iter().filter(|c| c.name == name);
                    own.map(Found::Element).collect()
                }
                Name::Attribute(name) => {
                    let own = node.attributes.iter().filter(|(n, _)| n == name);
                    own.map(|(_, v)| Found::Attribute(v.clone())).collect()
                }
            };
            for predicate in &step.predicates {
                let mut place = 0;
                reached.retain(|r| {
                    place += 1;
                    match give(predicate, r, place, now) {
                        Given::Number(n) if matches!(predicate, Expr::Number(_)) => {
                            n == place as f64
                        }
                        given => truth(&given),
                    }
                });
            }
            next.append(&mut reached);
        }
        found = next;
    }
    found
}

fn texts(given: &Given<'_>) -> Vec<String> {
    match given {
        Given::Found(found) => found.iter().map(Found::text).collect(),
        Given::Text(text) => vec![text.clone()],
        Given::Number(n) => vec![n.to_string()],
        Given::Truth(truth) => vec![truth.to_string()],
    }
}

fn number(given: &Given<'_>) -> Option<f64> {
    match given {
        Given::Number(n) => Some(*n),
        other => texts(other).first().and_then(|t| numeric(t)),
    }
}

fn numeric(text: &str) -> Option<f64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(|n| n as f64),
        None => text.trim().parse().ok(),
    }
}

/// True where one of the texts found meets the comparison.
fn compare(a: &Given<'_>, op: Op, b: &Given<'_>) -> bool {
    let (left, right) = (texts(a), texts(b));
    left.iter().any(|a| right.iter().any(|b| one(a, op, b)))
}

fn one(a: &str, op: Op, b: &str) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (numeric(a), numeric(b)) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        _ => match (Moment::parse(a), Moment::parse(b)) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => Some(a.cmp(b)),
        },
    };
    let Some(order) = order else {
        return op == Op::Differs;
    };
    match op {
        Op::Equal => order == Equal,
        Op::Differs => order != Equal,
        Op::Less => order == Less,
        Op::AtMost => order != Greater,
        Op::More => order == Greater,
        Op::AtLeast => order != Less,
    }
}
