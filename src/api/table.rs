//! The table of operations: routes, parameters, bodies, rate buckets and the document all come of it.

use super::{Answer, Call, Refusal, operations};
use hyper::http::Method;

/// Makes a schema of a type.
pub type SchemaOf = fn(&mut schemars::SchemaGenerator) -> schemars::Schema;

/// Schema of a type, for the table.
pub fn schema<T: schemars::JsonSchema>(g: &mut schemars::SchemaGenerator) -> schemars::Schema {
    g.subschema_for::<T>()
}

/// One operation of the platform's API.
pub struct Operation {
    /// The platform's name of it.
    pub id: &'static str,
    pub method: Method,
    /// Below `/api`, with `{name}` for what stands in it.
    pub path: &'static str,
    pub tag: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    pub query: &'static [Param],
    /// Schema of the body it takes.
    pub body: Option<SchemaOf>,
    pub success: Success,
    /// Statuses it refuses with besides 401, 403, 429 and 500, each with what it means.
    pub refusals: &'static [(u16, &'static str)],
    /// Name of its bucket among the limits on writes.
    pub bucket: Option<&'static str>,
    pub deprecated: bool,
    /// Needs no token.
    pub public: bool,
    pub handler: Handler,
}

/// Does an operation.
pub type Handler = fn(&Call<'_>) -> Result<Answer, Refusal>;

/// What an operation answers when it did what was asked.
pub struct Success {
    pub status: u16,
    /// None: nothing in the body.
    pub body: Option<SchemaOf>,
}

impl Success {
    /// 200 with a body.
    pub const fn ok(body: SchemaOf) -> Success {
        Success {
            status: 200,
            body: Some(body),
        }
    }

    /// 200 with nothing in it, as void writes are answered.
    pub const EMPTY: Success = Success {
        status: 200,
        body: None,
    };
}

/// A parameter of the query.
pub struct Param {
    pub name: &'static str,
    pub kind: Kind,
    pub summary: &'static str,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 0 to 2147483647.
    Int32,
    /// 0 to 9223372036854775807.
    Int64,
    Boolean,
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `2026-01-05T09:00:00Z`, UTC.
    DateTime,
    /// Texts, comma-separated or repeated.
    Texts,
    /// A place in a list, as an answer's addresses tell it: a number of at most 18 digits.
    Cursor,
    /// Of these words, comma-separated or repeated.
    Words(&'static [&'static str]),
    /// Numbers, comma-separated or repeated.
    Numbers,
}

impl Param {
    pub const fn new(name: &'static str, kind: Kind, summary: &'static str) -> Param {
        Param {
            name,
            kind,
            summary,
        }
    }
}

/// Which page of a list.
pub const PAGE: Param = Param::new("page", Kind::Int32, "Page of the list; the first is 0.");
/// How many rows a page has.
pub const MAX: Param = Param::new(
    "max",
    Kind::Int32,
    "Rows on a page; 250 unless given, and never more.",
);
/// Whether muted alerts are wanted.
pub const MUTED: Param = Param::new(
    "muted",
    Kind::Boolean,
    "Only muted alerts, or only those that are not; both unless given.",
);

/// Every operation, by subject.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    operations::ALL
        .iter()
        .flat_map(|of_subject| of_subject.iter())
}
