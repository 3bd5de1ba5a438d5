//! Lines of a scenario file with one place underlined.

use super::clean;
use super::paint::Paint;
use crate::rmm::event::Place;
use std::io::Read;

/// Longest file that is read back for its lines.
const FILE_LIMIT: u64 = 4 << 20;
/// Most lines shown of a step, the underlined one among them.
const MOST_LINES: usize = 12;

/// Renders lines `from` (1-based) to the one of `place`, which is underlined, and one after it.
///
/// `mask` hides secrets that stand in the file itself. Nothing is shown when the file cannot be
/// read or changed so much that the place is not in it any more.
pub fn render(
    place: &Place,
    from: usize,
    width: usize,
    paint: Paint,
    mask: &dyn Fn(&str) -> String,
) -> Vec<String> {
    match read(&place.file) {
        Some(text) => render_text(&text, place, from, width, paint, mask),
        None => Vec::new(),
    }
}

fn read(file: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).ok()?;
    if !opened.metadata().ok()?.is_file() {
        return None;
    }
    opened.take(FILE_LIMIT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn render_text(
    text: &str,
    place: &Place,
    from: usize,
    width: usize,
    paint: Paint,
    mask: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    if place.line == 0 || place.line > lines.len() {
        return Vec::new();
    }
    let mut first = from.clamp(1, place.line);
    let cut_top = place.line - first >= MOST_LINES;
    if cut_top {
        first = place.line + 2 - MOST_LINES;
    }
    let digits = place.line.to_string().len().max(2);
    let mut out = Vec::new();
    if cut_top {
        // The step's own first line says what the step is, whatever is left out below it.
        out.push(gutter(
            from,
            digits,
            lines[from.clamp(1, lines.len()) - 1],
            width,
            paint,
            mask,
        ));
        out.push(paint.dim(&format!("{:>digits$} │ ...", "")));
    }
    for number in first..=place.line {
        out.push(gutter(
            number,
            digits,
            lines[number - 1],
            width,
            paint,
            mask,
        ));
    }
    out.push(underline(
        lines[place.line - 1],
        place,
        digits,
        width,
        paint,
    ));
    if let Some(next) = lines.get(place.line)
        && !next.trim().is_empty()
    {
        out.push(gutter(place.line + 1, digits, next, width, paint, mask));
    }
    out
}

fn gutter(
    number: usize,
    digits: usize,
    line: &str,
    width: usize,
    paint: Paint,
    mask: &dyn Fn(&str) -> String,
) -> String {
    let room = width.saturating_sub(digits + 3).max(20);
    let text = clean::cut(&clean::one_line(&mask(line.trim_end())), room);
    format!("{} {text}", paint.dim(&format!("{number:>digits$} │")))
}

fn underline(line: &str, place: &Place, digits: usize, width: usize, paint: Paint) -> String {
    let before: String = line.chars().take(place.column.saturating_sub(1)).collect();
    let rest: String = line.chars().skip(place.column.saturating_sub(1)).collect();
    let mut end = place.length.min(rest.len());
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let room = width.saturating_sub(digits + 3).max(20);
    let left = clean::columns(&clean::one_line(&before)).min(room - 1);
    let marks = clean::columns(&clean::one_line(rest[..end].trim_end())).clamp(1, room - left);
    format!(
        "{} {}{}",
        paint.dim(&format!("{:>digits$} │", "")),
        " ".repeat(left),
        paint.red(&"^".repeat(marks))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: usize, column: usize, length: usize) -> Place {
        Place {
            file: "x.yaml".into(),
            line,
            column,
            length,
            offset: 0,
        }
    }

    fn shown(text: &str, place: &Place, from: usize) -> String {
        render_text(text, place, from, 60, Paint::new(false), &|s: &str| {
            s.replace("SECRET", "****")
        })
        .join("\n")
    }

    const STEP: &str = "steps:\n  - job: deploy\n    on: web-01\n    expect:\n      stdout: SECRET\n      stderr: empty\n";

    #[test]
    fn the_failing_key_is_underlined_and_secrets_are_hidden() {
        assert_eq!(
            shown(STEP, &place(5, 7, 6), 2),
            " 2 │   - job: deploy\n 3 │     on: web-01\n 4 │     expect:\n 5 │       stdout: ****\n   │       ^^^^^^\n 6 │       stderr: empty"
        );
    }

    #[test]
    fn a_long_step_keeps_its_first_line() {
        let text = format!("- job: a\n{}", "  x: y\n".repeat(40));
        let out = shown(&text, &place(30, 3, 1), 1);
        assert!(out.starts_with(" 1 │ - job: a\n   │ ...\n"), "{out}");
        assert!(out.lines().count() <= MOST_LINES + 4, "{out}");
    }

    #[test]
    fn a_place_that_is_not_in_the_file_shows_nothing() {
        assert_eq!(shown(STEP, &place(99, 1, 1), 1), "");
        assert_eq!(shown(STEP, &place(0, 0, 0), 0), "");
        assert_eq!(shown("", &place(1, 1, 1), 1), "");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
        #[test]
        fn never_panics(text in "(\\PC|\\n|\\t|é){0,80}", line in 0usize..9, column in 0usize..99, length in 0usize..99, from in 0usize..9, width in 0usize..90) {
            let p = place(line, column, length);
            render_text(&text, &p, from, width, Paint::new(true), &|s: &str| s.to_owned());
        }
    }
}
