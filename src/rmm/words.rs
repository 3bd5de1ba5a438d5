//! Words of the platform: closed sets of texts that it sends and takes.

/// Makes an enum of words: serde and JSON Schema with exactly these texts, `ALL`, `word` and
/// `from_word`. One list, so that what is served and what the schema says cannot differ.
macro_rules! platform_words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $var:ident = $word:literal),+ $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[doc = $vdoc])* #[serde(rename = $word)] $var),+ }
        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$var),+];
            /// The platform's word.
            pub fn word(self) -> &'static str { match self { $($name::$var => $word),+ } }
            /// The value of a word, none where the platform has no such word.
            pub fn from_word(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|v| v.word() == word)
            }
        }
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "description": concat!($($doc),*).trim(),
                    "type": "string",
                    "enum": [$($word),+],
                })
            }
        }
    };
}
pub(crate) use platform_words;
