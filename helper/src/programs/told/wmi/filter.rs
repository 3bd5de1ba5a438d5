//! Conditions of WQL as `where` takes them.
//!
//! Source: Microsoft Learn, "WHERE Clause", "LIKE Operator", "WQL Operators".

use crate::programs::told::row::Row;
use serde_json::Value;
use std::cmp::Ordering;

/// Deepest nesting of a condition.
const DEEPEST: usize = 64;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare {
        property: String,
        sign: String,
        value: Option<String>,
    },
}

/// Reads a condition; `None` where it is none.
pub fn read(text: &str) -> Option<Condition> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        depth: 0,
    };
    let condition = reader.or()?;
    (reader.at == tokens.len()).then_some(condition)
}

impl Condition {
    /// Whether a row meets it.
    pub fn meets(&self, row: &Row) -> bool {
        match self {
            Condition::And(a, b) => a.meets(row) && b.meets(row),
            Condition::Or(a, b) => a.meets(row) || b.meets(row),
            Condition::Not(a) => !a.meets(row),
            Condition::Compare {
                property,
                sign,
                value,
            } => compare(row.get(property), sign, value.as_deref()),
        }
    }

    /// Names of the properties it asks for.
    pub fn properties(&self) -> Vec<&str> {
        match self {
            Condition::And(a, b) | Condition::Or(a, b) => [a.properties(), b.properties()].concat(),
            Condition::Not(a) => a.properties(),
            Condition::Compare { property, .. } => vec![property],
        }
    }
}

fn compare(given: Option<&Value>, sign: &str, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted else {
        return given.is_none() == matches!(sign, "is" | "=");
    };
    let text = match given {
        None => return false,
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(truth)) => {
            let wanted = matches!(wanted.to_lowercase().as_str(), "true" | "1" | "-1");
            return (*truth == wanted) == (sign == "=");
        }
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return false,
    };
    if sign == "like" {
        return like(&text.to_lowercase(), &wanted.to_lowercase());
    }
    let numbers = given
        .filter(|g| g.is_number())
        .and_then(|_| text.parse::<f64>().ok().zip(wanted.parse::<f64>().ok()));
    let order = match numbers {
        Some((a, b)) => a.partial_cmp(&b),
        None => Some(text.to_lowercase().cmp(&wanted.to_lowercase())),
    };
    match (sign, order) {
        ("=", Some(Ordering::Equal)) => true,
        ("<>" | "!=", o) => o != Some(Ordering::Equal),
        ("<", o) => o == Some(Ordering::Less),
        (">", o) => o == Some(Ordering::Greater),
        ("<=", Some(o)) => o != Ordering::Greater,
        (">=", Some(o)) => o != Ordering::Less,
        _ => false,
    }
}

/// `%` any text, `_` one character, `[a-c]` one of these, `[^a]` none of these.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.chars().collect(), pattern.chars().collect());
    // Places in the pattern that are reached after the text so far.
    let mut here = closure(vec![0], &pattern);
    for c in text {
        let mut next = Vec::new();
        for at in here {
            match pattern.get(at) {
                Some('%') => next.push(at),
                Some('_') => next.push(at + 1),
                Some('[') => {
                    if let Some(end) = pattern[at..].iter().position(|p| *p == ']') {
                        let set = &pattern[at + 1..at + end];
                        let (not, set) = match set.first() {
                            Some('^') => (true, &set[1..]),
                            _ => (false, set),
                        };
                        if within(set, c) != not {
                            next.push(at + end + 1);
                        }
                    }
                }
                Some(p) if *p == c => next.push(at + 1),
                _ => {}
            }
        }
        here = closure(next, &pattern);
    }
    here.contains(&pattern.len())
}

fn within(set: &[char], c: char) -> bool {
    let range = set
        .windows(3)
        .any(|w| matches!(w, [a, '-' | '=', b] if *a <= c && c <= *b));
    range || set.contains(&c)
}

/// Every `%` may also stand for nothing.
fn closure(mut places: Vec<usize>, pattern: &[char]) -> Vec<usize> {
    let mut at = 0;
    while at < places.len() {
        let place = places[at];
        if pattern.get(place) == Some(&'%') && !places.contains(&(place + 1)) {
            places.push(place + 1);
        }
        at += 1;
    }
    places.sort_unstable();
    places.dedup();
    places
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(String),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        let two: String = chars[at..].iter().take(2).collect();
        if c.is_whitespace() {
            at += 1;
        } else if matches!(two.as_str(), "<=" | ">=" | "<>" | "!=") {
            out.push(Token::Sign(two));
            at += 2;
        } else if matches!(c, '(' | ')' | '=' | '<' | '>') {
            out.push(Token::Sign(c.into()));
            at += 1;
        } else if matches!(c, '\'' | '"') {
            let mut value = String::new();
            at += 1;
            loop {
                match *chars.get(at)? {
                    '\\' if chars.get(at + 1).is_some() => {
                        value.push(chars[at + 1]);
                        at += 1;
                    }
                    end if end == c => break,
                    other => value.push(other),
                }
                at += 1;
            }
            out.push(Token::Text(value));
            at += 1;
        } else if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') {
            let end = chars[at..]
                .iter()
                .position(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
                .unwrap_or(chars.len() - at);
            out.push(Token::Word(chars[at..at + end].iter().collect()));
            at += end;
        } else {
            return None;
        }
    }
    Some(out)
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(s)) if s == sign);
        self.at += usize::from(is);
        is
    }

    fn or(&mut self) -> Option<Condition> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Some(left)
    }

    fn and(&mut self) -> Option<Condition> {
        let mut left = self.one()?;
        while self.word("and") {
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
        Some(left)
    }

    fn one(&mut self) -> Option<Condition> {
        if self.word("not") {
            self.depth += 1;
            let inner = (self.depth <= DEEPEST).then(|| self.one())??;
            self.depth -= 1;
            return Some(Condition::Not(Box::new(inner)));
        }
        if self.sign("(") {
            let inner = self.or()?;
            return self.sign(")").then_some(inner);
        }
        let Some(Token::Word(property)) = self.tokens.get(self.at) else {
            return None;
        };
        self.at += 1;
        let negated = self.word("not");
        let sign = if self.word("like") {
            "like".to_owned()
        } else if self.word("is") {
            if self.word("not") { "is not" } else { "is" }.to_owned()
        } else {
            match self.tokens.get(self.at)? {
                Token::Sign(s) if !matches!(s.as_str(), "(" | ")") => {
                    self.at += 1;
                    s.clone()
                }
                _ => return None,
            }
        };
        let value = match self.tokens.get(self.at)? {
            Token::Word(w) if w.eq_ignore_ascii_case("null") => None,
            Token::Word(w) => Some(w.clone()),
            Token::Text(t) => Some(t.clone()),
            Token::Sign(_) => return None,
        };
        self.at += 1;
        let compare = Condition::Compare {
            property: property.clone(),
            sign,
            value,
        };
        Some(match negated {
            true => Condition::Not(Box::new(compare)),
            false => compare,
        })
    }
}
