//! Queries of the event log: the part of XPath 1.0 that Windows takes.
//!
//! Source: Microsoft Learn, "Consuming Events (Windows Event Log)", "XPath 1.0 limitations": axes
//! child and attribute, operators `or and = != < <= > >=`, functions `position`, `band`, `timediff`.

/// Deepest nesting of a query.
const DEEPEST: usize = 64;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Or(Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Compare(Box<Expr>, Op, Box<Expr>),
    Number(f64),
    Text(String),
    Path(Vec<Step>),
    /// `band(x, y)`.
    Band(Box<Expr>, Box<Expr>),
    /// Milliseconds from a time to now.
    TimeDiff(Box<Expr>),
    Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Equal,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub name: Name,
    pub predicates: Vec<Expr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    Any,
    /// `.`
    Itself,
    Element(String),
    Attribute(String),
}

/// Reads a query; `None` where it is not of Windows' XPath.
pub fn read(text: &str) -> Option<Expr> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        depth: 0,
    };
    let expr = reader.or()?;
    (reader.at == tokens.len()).then_some(expr)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    const SIGNS: [&str; 15] = [
        "!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", "/", "@", "*", ",", ".",
    ];
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        if c == '\'' || c == '"' {
            let end = rest[1..].find(c)? + 1;
            out.push(Token::Text(rest[1..end].to_owned()));
            rest = &rest[end + 1..];
        } else if c.is_ascii_digit() {
            let hex = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X"));
            let (digits, radix) = hex.map_or((rest, 10), |h| (h, 16));
            let end = digits
                .find(|c: char| !(c.is_digit(radix) || radix == 10 && c == '.'))
                .unwrap_or(digits.len());
            let number = match radix {
                16 => u64::from_str_radix(&digits[..end], 16).ok()? as f64,
                _ => digits[..end].parse().ok()?,
            };
            out.push(Token::Number(number));
            rest = &digits[end..];
        } else if c.is_alphabetic() || c == '_' {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
                .unwrap_or(rest.len());
            out.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            let sign = SIGNS.into_iter().find(|s| rest.starts_with(s))?;
            out.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        }
        rest = rest.trim_start();
    }
    Some(out)
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(is);
        is
    }

    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Name(n)) if n == word);
        self.at += usize::from(is);
        is
    }

    fn or(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Some(left)
    }

    fn and(&mut self) -> Option<Expr> {
        let mut left = self.compare()?;
        while self.word("and") {
            left = Expr::And(Box::new(left), Box::new(self.compare()?));
        }
        Some(left)
    }

    fn compare(&mut self) -> Option<Expr> {
        let left = self.value()?;
        let ops = [
            ("=", Op::Equal),
            ("!=", Op::Differs),
            ("<=", Op::AtMost),
            ("<", Op::Less),
            (">=", Op::AtLeast),
            (">", Op::More),
        ];
        for (sign, op) in ops {
            if self.sign(sign) {
                return Some(Expr::Compare(Box::new(left), op, Box::new(self.value()?)));
            }
        }
        Some(left)
    }

    fn value(&mut self) -> Option<Expr> {
        match self.tokens.get(self.at)? {
            Token::Number(n) => {
                self.at += 1;
                Some(Expr::Number(*n))
            }
            Token::Text(t) => {
                self.at += 1;
                Some(Expr::Text(t.clone()))
            }
            Token::Sign("(") => {
                self.at += 1;
                let inner = self.or()?;
                self.sign(")").then_some(inner)
            }
            Token::Name(name) if self.tokens.get(self.at + 1) == Some(&Token::Sign("(")) => {
                self.at += 2;
                let expr = match name.as_str() {
                    "position" => Expr::Position,
                    "timediff" => Expr::TimeDiff(Box::new(self.or()?)),
                    "band" => {
                        let left = self.or()?;
                        if !self.sign(",") {
                            return None;
                        }
                        Expr::Band(Box::new(left), Box::new(self.or()?))
                    }
                    _ => return None,
                };
                self.sign(")").then_some(expr)
            }
            _ => self.path(),
        }
    }

    fn path(&mut self) -> Option<Expr> {
        let mut steps = Vec::new();
        self.sign("/");
        loop {
            let name = if self.sign("*") {
                Name::Any
            } else if self.sign(".") {
                Name::Itself
            } else if self.sign("@") {
                Name::Attribute(self.name()?)
            } else {
                Name::Element(self.name()?)
            };
            let mut predicates = Vec::new();
            while self.sign("[") {
                predicates.push(self.or()?);
                if !self.sign("]") {
                    return None;
                }
            }
            steps.push(Step { name, predicates });
            if !self.sign("/") {
                return Some(Expr::Path(steps));
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        let Some(Token::Name(name)) = self.tokens.get(self.at) else {
            return None;
        };
        self.at += 1;
        Some(name.clone())
    }
}
