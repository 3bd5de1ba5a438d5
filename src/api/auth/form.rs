//! What a client sends to log in, read as leniently as clients write it.

use crate::api::Request;
use base64::Engine as _;
use hyper::http::header;
use std::borrow::Cow;

/// Fields of a form, of the body and of the query.
pub struct Form<'a> {
    fields: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Form<'a> {
    /// Reads a request's body and query; what is no text is read as good as it goes.
    pub fn read(body: &'a str, query: Option<&'a str>) -> Form<'a> {
        let fields = [body, query.unwrap_or_default()]
            .into_iter()
            .flat_map(|text| text.split('&'))
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                (plain(name), value)
            })
            .collect();
        Form { fields }
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.fields
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| *value)
    }

    /// The first field of this name, decoded.
    pub fn text(&self, name: &str) -> Option<String> {
        self.raw(name)
            .map(|raw| plain(&raw.replace('+', " ")).into_owned())
    }

    /// Whether the first field of this name is this text: some clients send it encoded, some as
    /// it is, with a `+` or `%` of its own.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.raw(name).is_some_and(|raw| {
            raw == text || plain(raw) == text || self.text(name).as_deref() == Some(text)
        })
    }
}

fn plain(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

/// User name and password of a Basic `Authorization` header.
pub fn basic(request: &Request) -> Option<(String, String)> {
    let (scheme, coded) = request.header(header::AUTHORIZATION)?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(coded.trim())
        .ok()?;
    let (user, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_found_encoded_or_not() {
        let f = Form::read("a=x%2By&b=x+y&c=%zz&d", Some("a=z&e=1"));
        assert_eq!(f.text("a").as_deref(), Some("x+y"));
        assert_eq!(f.text("b").as_deref(), Some("x y"));
        assert!(f.is("a", "x+y") && f.is("b", "x+y") && f.is("b", "x y") && f.is("c", "%zz"));
        assert!(f.is("d", "") && f.is("e", "1") && !f.is("f", ""));
    }

    proptest! {
        #[test]
        fn any_text_is_read(body in any::<String>(), name in any::<String>()) {
            let f = Form::read(&body, None);
            prop_assert!(f.text(&name).is_none() || f.raw(&name).is_some());
        }
    }
}
