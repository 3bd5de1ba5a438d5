//! Paths: of files beside the scenario, and of files on a device.

use super::super::error::Problem;
use super::super::span::Spanned;
use super::super::tree::Node;
use super::generator::or_placeholder;
use super::scalar::{Fixed, Text};
use super::{Cx, Form, Gen};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::path::PathBuf;

/// Path of a file or folder, relative to the file it is written in.
pub(crate) struct FilePath;

impl Form for FilePath {
    type Out = Spanned<PathBuf>;
    fn expected() -> Cow<'static, str> {
        "a path, relative to this file".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = Fixed::read(node, cx)?;
        if text.contains('\0') {
            return cx.wrong(node, &Self::expected());
        }
        Some(Spanned {
            value: cx.resolve(&text, node.span),
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
}

/// Absolute path on a device.
pub(crate) struct DevicePath;

impl Form for DevicePath {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        "an absolute path on the device, such as `/etc/motd`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = Text::read(node, cx)?;
        let windows = super::pattern::drive(&text) && !text.starts_with('?');
        let parts = |c: char| c == '/' || windows && c == '\\';
        let plain =
            !text.contains('\0') && !text.split(parts).any(|part| part == "." || part == "..");
        let filled = text.starts_with('/') || windows || (text.starts_with("${") && !cx.in_world);
        if !plain || !filled {
            return cx.fail(
                Problem::new(
                    "scenario::path",
                    format!("{} is not an absolute path on the device", node.shown()),
                )
                .at(node.span)
                .help(r"it begins with `/`, or with a drive on a Windows device, and has no `.` or `..` part: `/etc/motd`, `C:\Windows\win.ini`"),
            );
        }
        Some(Spanned {
            value: text,
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "pattern": r"^(/|\$\{|[A-Za-z]:\\)" })
    }
}

/// Permission bits in octal, `"0755"`.
pub(crate) struct Mode;

impl Form for Mode {
    type Out = u32;
    fn expected() -> Cow<'static, str> {
        "permission bits in octal, such as `\"0755\"`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<u32> {
        let text = node.text().unwrap_or_default();
        let digits = text.strip_prefix("0o").unwrap_or(text);
        let octal =
            (3..=5).contains(&digits.len()) && digits.bytes().all(|b| (b'0'..=b'7').contains(&b));
        match u32::from_str_radix(digits, 8) {
            Ok(mode) if octal && mode <= 0o7777 => Some(mode),
            _ => {
                let expected = Self::expected();
                if node.scalar().is_none() {
                    return cx.wrong(node, &expected);
                }
                cx.fail(
                    Problem::new(
                        "scenario::mode",
                        format!("expected {expected}, found {}", node.shown()),
                    )
                    .at(node.span)
                    .help("three or four octal digits, read as octal with or without quotes: 644, \"0755\""),
                )
            }
        }
    }
    fn schema(g: &mut Gen) -> Json {
        or_placeholder(
            g,
            json!({ "anyOf": [
                { "type": "string", "pattern": "^(0o)?0?[0-7]{3,4}$", "examples": ["0755"] },
                { "type": "integer", "minimum": 0, "maximum": 7777 }
            ] }),
        )
    }
}
