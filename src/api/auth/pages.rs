//! HTML pages of the log-in.

use crate::api::Answer;
use hyper::http::{HeaderValue, header};

/// Text that stands for itself in HTML, between tags and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A page with a heading and HTML below it.
fn page(status: u16, heading: &str, body: &str) -> Answer {
    let heading = escaped(heading);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{heading}</title></head>\n\
         <body>\n<h1>{heading}</h1>\n{body}</body>\n</html>\n"
    );
    Answer::of(status, "text/html;charset=UTF-8", html)
        .with(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
        .with(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        )
        .with(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        )
}

/// The log-in page. `csrf` is what its form sends back.
pub fn login(status: u16, csrf: &str, message: Option<&str>) -> Answer {
    let message = message.map_or_else(String::new, |m| format!("<p>{}</p>\n", escaped(m)));
    page(
        status,
        "Log in",
        &format!(
            "{message}<form method=\"post\" action=\"/auth/login\">\n\
             <input type=\"hidden\" name=\"_csrf\" value=\"{}\">\n\
             <p><label>API key <input name=\"username\" autocomplete=\"username\"></label></p>\n\
             <p><label>API secret key <input type=\"password\" name=\"password\"></label></p>\n\
             <p><button>Log in</button></p>\n</form>\n",
            escaped(csrf)
        ),
    )
}

/// A page that tells what is wrong.
pub fn wrong(status: u16, message: &str) -> Answer {
    page(
        status,
        "This cannot be done",
        &format!("<p>{}</p>\n", escaped(message)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_place() {
        let answer = login(200, "\"><script>", Some("<b>&'"));
        let html = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!html.contains("<script>") && !html.contains("<b>"));
        assert!(html.contains("&lt;b&gt;&amp;&#39;"));
    }
}
