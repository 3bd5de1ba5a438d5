//! The one form of query that a WMI monitor takes: one property of one class.

/// A query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub property: String,
    pub class: String,
    /// Without the word `WHERE`.
    pub filter: Option<String>,
}

/// Reads `SELECT Property FROM Class [WHERE ...]`; none for anything else. Quotation marks that would
/// end an argument of a command line are taken for no query.
pub fn read(text: &str) -> Option<Query> {
    let text = text.trim();
    if text.contains(['"', '\r', '\n', '%']) {
        return None;
    }
    let mut words = text
        .splitn(5, char::is_whitespace)
        .filter(|w| !w.is_empty());
    let name = |w: &&str| w.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    words.next().filter(|w| w.eq_ignore_ascii_case("select"))?;
    let property = words.next().filter(name)?;
    words.next().filter(|w| w.eq_ignore_ascii_case("from"))?;
    let class = words.next().filter(name)?;
    let filter = match words.next() {
        None => None,
        Some(rest) => {
            let (word, filter) = rest.trim().split_once(char::is_whitespace)?;
            word.eq_ignore_ascii_case("where").then_some(())?;
            Some(filter.trim().to_owned())
        }
    };
    Some(Query {
        property: property.to_owned(),
        class: class.to_owned(),
        filter,
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use proptest::prelude::*;

    #[test]
    fn one_property_of_a_class() {
        let q = read("select State from Win32_Service where Name = 'Bright'").unwrap();
        assert_eq!(
            (q.property.as_str(), q.class.as_str()),
            ("State", "Win32_Service")
        );
        assert_eq!(q.filter.as_deref(), Some("Name = 'Bright'"));
        assert_eq!(
            read("SELECT Version FROM Win32_OperatingSystem")
                .unwrap()
                .filter,
            None
        );
        for bad in [
            "",
            "SELECT * FROM X",
            "SELECT A, B FROM X",
            "SELECT A FROM X ORDER",
            "DELETE A FROM X",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in ".{0,80}") {
            let _ = read(&text);
        }
    }
}
