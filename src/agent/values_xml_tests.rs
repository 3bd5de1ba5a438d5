use super::*;
use proptest::prelude::*;

fn read(text: &str) -> ValuesXml {
    parse(text.as_bytes(), 30)
}

fn codes(v: &ValuesXml) -> Vec<&str> {
    v.notes.iter().map(|n| n.code.as_str()).collect()
}

fn custom(v: &ValuesXml, n: u16) -> Option<&str> {
    v.custom.get(&n).map(String::as_str)
}

#[test]
fn a_well_formed_file_gives_its_values_without_notes() {
    let v = read(
        "<values>\n<value name=\"DeviceID\"\ntype=\"string\">x</value>\n<value name=\"Custom6\" type=\"string\">a &amp; b &#233;&#xE9;</value>\n<value name=\"DeviceDescription\" type=\"string\">Desk</value>\n</values>\n",
    );
    assert_eq!(custom(&v, 6), Some("a & b éé"));
    assert_eq!(v.device_description.as_deref(), Some("Desk"));
    assert_eq!(v.others, [("DeviceID".to_owned(), "x".to_owned())]);
    assert!(v.notes.is_empty(), "{:?}", v.notes);
}

#[test]
fn the_public_snippet_with_its_unquoted_echo_is_read_and_told() {
    let v = read(
        "<values> <value name=\"DeviceID\" type=\"string\">x</value> <value name=\"Custom6\" type=\"string\">TEXT</value> </values>\n",
    );
    assert_eq!(custom(&v, 6), Some("TEXT"));
    assert_eq!(codes(&v), ["values-xml-one-line"]);
    assert!(v.notes[0].help.contains("echo \"$XMLTemp\""));
}

#[test]
fn every_deformation_is_read_and_named() {
    let e = |n: u16, t: &str| format!("<value name=\"Custom{n}\" type=\"string\">{t}</value>\n");
    let cases: &[(String, u16, &str, &str)] = &[
        (format!("<values>\n{}</values>", e(6, "R&D <ok> & more")), 6, "R&D <ok> & more", "values-xml-unescaped"),
        (format!("<values>\n{}{}</values>", e(6, "old"), e(6, "new")), 6, "new", "values-xml-duplicate"),
        (format!("<values>\n{}", e(6, "t")), 6, "t", "values-xml-malformed"),
        (format!("{}</values>", e(6, "t")), 6, "t", "values-xml-malformed"),
        (format!("<values>\n</values>\n{}</values>", e(6, "t")), 6, "t", "values-xml-after-end"),
        ("<values>\n<value name='Custom6' type=string>t</value></values>".into(), 6, "t", "values-xml-malformed"),
        ("<values>\n<value name=\"Custom6 >t</value></values>".into(), 6, "t", "values-xml-malformed"),
        ("<values>\n<value name=\"Custom6 type=\"string\">t</value></values>".into(), 6, "t", "values-xml-malformed"),
        ("<values>\n<value name=\"Custom6\" type=\"int\">7</value></values>".into(), 6, "7", "values-xml-type"),
        ("<values>\n<value name=\"Custom6\">7</value></values>".into(), 6, "7", "values-xml-type"),
        ("<values>\n<value name=\"Custom6\" type=\"string\">t\n<value name=\"Custom7\" type=\"string\">u</value></values>".into(), 6, "t", "values-xml-malformed"),
        ("<values>\n<value name=\"Custom6\" type=\"string\">TEXT".into(), 6, "TEXT", "values-xml-malformed"),
        ("<values>\n<value name=\"Custom6\" type=\"string\">TEXT</val".into(), 6, "TEXT", "values-xml-malformed"),
        (format!("junk<values>\n{}</values>", e(6, "t")), 6, "t", "values-xml-malformed"),
    ];
    for (text, number, want, code) in cases {
        let v = read(text);
        assert_eq!(custom(&v, *number), Some(*want), "{text}");
        assert!(codes(&v).contains(code), "{text}: {:?}", v.notes);
    }
}

#[test]
fn legal_variety_is_read_without_notes() {
    for text in [
        "<?xml version=\"1.0\"?>\n<values>\n<!-- <value name=\"Custom6\" -->\n<value type='string' name='Custom6'>t</value>\n</values>",
        "<VALUES>\n<Value NAME=\"CUSTOM6\" Type=\"String\">t</VALUE >\n</Values>",
        "<values><value name=\"custom6\" type=\"string\"><![CDATA[t]]></value></values>",
    ] {
        let v = read(text);
        assert_eq!(custom(&v, 6), Some("t"), "{text}");
        assert!(v.notes.is_empty(), "{text}: {:?}", v.notes);
    }
    let v = read("<values><value name=\"Custom6\" type=\"string\" /></values>");
    assert_eq!(custom(&v, 6), Some(""));
    assert!(v.notes.is_empty());
    assert!(read("<values/>").notes.is_empty());
}

#[test]
fn numbers_outside_the_range_are_left_alone_and_told() {
    for name in [
        "Custom0",
        "Custom31",
        "Custom06",
        "Custom",
        "Custom99999999999",
    ] {
        let v = read(&write(&[(name, "t")]));
        assert!(v.custom.is_empty(), "{name}");
        assert_eq!(v.others.len(), 1);
        assert_eq!(codes(&v), ["udf-number"], "{name}");
    }
    assert_eq!(
        parse(write(&[("Custom31", "t")]).as_bytes(), 300)
            .custom
            .len(),
        1
    );
}

#[test]
fn other_encodings_are_read_and_consumed_byte_for_byte() {
    let text = "<values>\r\n<value name=\"Custom6\" type=\"string\">é🙂</value>\r\n<value name=\"Keep\" type=\"string\">k</value>\r\n</values>";
    let left = text.replace(
        "<value name=\"Custom6\" type=\"string\">é🙂</value>\r\n",
        "",
    );
    let wide = |t: &str, le: bool| -> Vec<u8> {
        let bom = if le { [0xff, 0xfe] } else { [0xfe, 0xff] };
        let units = t
            .encode_utf16()
            .flat_map(|u| if le { u.to_le_bytes() } else { u.to_be_bytes() });
        bom.into_iter().chain(units).collect()
    };
    for le in [true, false] {
        let v = parse(&wide(text, le), 30);
        assert_eq!(custom(&v, 6), Some("é🙂"));
        assert_eq!(codes(&v), ["values-xml-encoding"]);
        assert_eq!(
            consume(&wide(text, le), &["custom6".into()]),
            wide(&left, le)
        );
        assert_eq!(parse(&wide(text, le)[2..], 30).custom, v.custom);
    }
    let v = parse(format!("\u{feff}{text}").as_bytes(), 30);
    assert_eq!(
        (custom(&v, 6), codes(&v)),
        (Some("é🙂"), vec!["values-xml-encoding"])
    );
    let v = parse(
        b"<values><value name=\"Custom6\" type=\"string\">caf\xe9</value></values>",
        30,
    );
    assert_eq!(
        (custom(&v, 6), codes(&v)),
        (Some("caf\u{fffd}"), vec!["values-xml-encoding"])
    );
}

#[test]
fn consuming_takes_every_entry_of_a_name_and_nothing_else() {
    let text = "\u{feff}<values> <value name='A' type=x>1</value><value name=\"Custom6\">1</value> <value name=\"CUSTOM6\" type=\"string\">2</value>\u{e9}\n</values>tail";
    let out = consume(text.as_bytes(), &["Custom6".into()]);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "\u{feff}<values> <value name='A' type=x>1</value> \u{e9}\n</values>tail"
    );
}

#[test]
fn hostile_repetition_takes_linear_time() {
    for piece in [
        "<",
        "<value ",
        "<value name=\"",
        "<![CDATA[",
        "<!--",
        "<value>",
        "&#x",
        "<value name=\"a\">&<![CDATA[",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        let start = std::time::Instant::now();
        let v = read(&text);
        consume(text.as_bytes(), &["a".into()]);
        assert!(v.notes.len() < 16);
        assert!(
            start.elapsed().as_secs() < 5,
            "{piece}: {:?}",
            start.elapsed()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        parse(&bytes, 30);
        consume(&bytes, &["Custom1".into()]);
    }

    #[test]
    fn arbitrary_tag_soup_never_panics_and_keeps_what_it_does_not_name(
        parts in proptest::collection::vec(prop::sample::select(vec![
            "<value", " name=\"Custom1\"", " name='B", " type=\"string\"", ">", "/>", "</value>", "</values>", "<values>",
            "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&", "<", "\n", "text", "é", "\"",
        ]), 0..40)
    ) {
        let text = parts.concat();
        parse(text.as_bytes(), 30);
        prop_assert_eq!(consume(text.as_bytes(), &["no such".into()]), text.as_bytes());
        let left = consume(text.as_bytes(), &["Custom1".into()]);
        prop_assert!(left.len() <= text.len());
    }

    #[test]
    fn what_was_written_is_read_exactly(texts in proptest::collection::btree_map(1u16..=30, any::<String>(), 0..6)) {
        let names: Vec<(String, String)> = texts.iter().map(|(n, t)| (format!("Custom{n}"), t.clone())).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let text = write(&pairs);
        let v = read(&text);
        prop_assert_eq!(&v.custom, &texts);
        prop_assert!(v.notes.is_empty(), "{:?}", v.notes);
        let all: Vec<String> = names.into_iter().map(|(n, _)| n).collect();
        prop_assert_eq!(consume(text.as_bytes(), &all), write(&[]).into_bytes());
    }

    #[test]
    fn unescaped_texts_on_one_line_are_recovered(texts in proptest::collection::vec("[ -;=-~]{0,20}", 2..6)) {
        let line: String = texts.iter().enumerate()
            .map(|(i, t)| format!("<value name=\"Custom{}\" type=\"string\">{t}</value> ", i + 1)).collect();
        let v = read(&format!("<values> {line}</values>"));
        for (i, t) in texts.iter().enumerate() {
            if !t.contains(';') {
                prop_assert_eq!(custom(&v, i as u16 + 1), Some(t.as_str()));
            }
        }
        prop_assert!(codes(&v).contains(&"values-xml-one-line"));
    }
}

/// Runs the snippet of the vendor's knowledge base, as scripts copy it, on a file of its own.
#[cfg(unix)]
fn snippet(file: &std::path::Path, udf: u16, text: &str, echo: &str) {
    let script = format!(
        "XMLTemp=$(cat \"$XMLPath\" | grep -v \"</values>\")\nXMLTemp=\"$XMLTemp\n<value name=\\\"Custom{udf}\\\" type=\\\"string\\\">{text}</value>\n</values>\"\nrm \"$XMLPath\"\n{echo} >> \"$XMLPath\"\n"
    );
    let status = std::process::Command::new("bash")
        .args(["-c", &script])
        .env("XMLPath", file)
        .status()
        .unwrap();
    assert!(status.success());
}

#[cfg(unix)]
#[test]
fn the_real_snippet_in_a_real_shell_is_read_quoted_and_unquoted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.xml");
    let seeded = write(&[("DeviceID", "dev-1")]);
    let run = |udf, text: &str, echo: &str| {
        snippet(&file, udf, text, echo);
        std::fs::read(&file).unwrap()
    };

    std::fs::write(&file, &seeded).unwrap();
    let left = run(6, "a &amp; b", "echo \"$XMLTemp\"");
    let v = parse(&left, 30);
    assert_eq!((custom(&v, 6), v.notes.len()), (Some("a & b"), 0));
    assert_eq!(consume(&left, &["Custom6".into()]), seeded.as_bytes());

    std::fs::write(&file, &seeded).unwrap();
    let v = parse(&run(6, "two  blanks & more", "echo $XMLTemp"), 30);
    assert_eq!(custom(&v, 6), Some("two blanks & more"));
    assert_eq!(v.others.len(), 1);
    assert_eq!(codes(&v), ["values-xml-one-line", "values-xml-unescaped"]);

    // The second script meets one line, and its grep deletes all of it.
    let v = parse(&run(7, "next", "echo $XMLTemp"), 30);
    assert_eq!(
        (custom(&v, 6), custom(&v, 7), v.others.len()),
        (None, Some("next"), 0)
    );
    assert!(
        v.notes
            .iter()
            .any(|n| n.code == "values-xml-malformed" && n.message.contains("<values> is missing"))
    );
}
