use super::file::{LARGEST, Reading, read};
use crate::rmm::portal::{AntivirusSource, AntivirusStatus};
use proptest::prelude::*;

const GOOD: &str = r#"{"product":"Bright Antivirus","running":true,"upToDate":true}"#;

fn of(bytes: &[u8]) -> Reading {
    read(bytes, "/a.json")
}

fn codes(r: &Reading) -> Vec<&str> {
    r.notes.iter().map(|n| n.code.as_str()).collect()
}

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
    [mark.to_vec(), text.encode_utf16().flat_map(unit).collect()].concat()
}

#[test]
fn the_three_keys_give_product_and_status() {
    for (running, up_to_date, status) in [
        (true, true, AntivirusStatus::RunningAndUpToDate),
        (true, false, AntivirusStatus::RunningAndNotUpToDate),
        (false, true, AntivirusStatus::NotRunning),
        (false, false, AntivirusStatus::NotRunning),
    ] {
        let text = format!(
            "{{\r\n  \"product\": \"Bright Antivirus\",\r\n  \"running\": {running},\r\n  \"upToDate\": {up_to_date}\r\n}}\r\n"
        );
        let r = of(text.as_bytes());
        assert_eq!(r.antivirus.product, "Bright Antivirus");
        assert_eq!(r.antivirus.status, status);
        assert_eq!(r.antivirus.source, Some(AntivirusSource::File));
        assert!(r.notes.is_empty(), "{:?}", r.notes);
    }
}

#[test]
fn every_deformation_is_read_and_named() {
    let texts: &[(&str, &[&str])] = &[
        (
            r#"{"product":"Bright Antivirus","running":"True","upToDate":"true"}"#,
            &["antivirus-json-not-boolean"; 2],
        ),
        (
            r#"{"product":"Bright Antivirus","running":1,"upToDate":true}"#,
            &["antivirus-json-not-boolean"],
        ),
        (
            r#"{"product":"x","product":"Bright Antivirus","running":true,"upToDate":true}"#,
            &["antivirus-json-duplicate"],
        ),
        (
            r#"{"Product":"Bright Antivirus","running":true,"uptodate":true}"#,
            &["antivirus-json-case"; 2],
        ),
        (
            r#"{"product":"Bright Antivirus","running":true,"upToDate":true,"version":[1,{"a":null}]}"#,
            &["antivirus-json-unknown-key"],
        ),
        (
            "{\"product\":\"Bright \\u0000Antivirus\\u0000\",\"running\":true,\"upToDate\":true}",
            &["antivirus-json-nul"],
        ),
        (
            "{\"product\":\"Bright Antivirus\",\"running\":true,\"upToDate\":true}\r\n\0\0",
            &["antivirus-json-nul"],
        ),
        (
            "\u{feff}{\"product\":\"Bright Antivirus\",\"running\":true,\"upToDate\":true}",
            &["antivirus-json-bom"],
        ),
    ];
    for (text, want) in texts {
        let r = of(text.as_bytes());
        assert_eq!(codes(&r), *want, "{text}");
        assert_eq!(r.antivirus.product, "Bright Antivirus", "{text}");
        assert_eq!(
            r.antivirus.status,
            AntivirusStatus::RunningAndUpToDate,
            "{text}"
        );
    }
    let wide = [
        utf_16(GOOD, u16::to_le_bytes, &[0xFF, 0xFE]),
        utf_16(GOOD, u16::to_be_bytes, &[0xFE, 0xFF]),
        utf_16(GOOD, u16::to_le_bytes, &[]),
        utf_16(GOOD, u16::to_be_bytes, &[]),
    ];
    for bytes in wide {
        let r = of(&bytes);
        assert_eq!(codes(&r), ["antivirus-json-utf-16"]);
        assert_eq!(r.antivirus.status, AntivirusStatus::RunningAndUpToDate);
    }
    let latin = [
        &b"{\"product\":\"Brigh\xE9\""[..],
        br#","running":true,"upToDate":true}"#,
    ]
    .concat();
    let r = of(&latin);
    assert_eq!(codes(&r), ["antivirus-json-not-utf-8"]);
    assert_eq!(r.antivirus.product, "Brighé");
}

#[test]
fn what_says_neither_counts_as_false() {
    let r = of(br#"{"product":"A","running":"Unknown","upToDate":true}"#);
    assert_eq!(codes(&r), ["antivirus-json-unknown-value"]);
    assert_eq!(r.antivirus.status, AntivirusStatus::NotRunning);
    let r = of(br#"{"product":"A","running":true}"#);
    assert_eq!(codes(&r), ["antivirus-json-missing-key"]);
    assert_eq!(r.antivirus.status, AntivirusStatus::RunningAndNotUpToDate);
}

#[test]
fn an_overlong_product_is_cut() {
    let text = format!(
        r#"{{"product":"{}","running":true,"upToDate":true}}"#,
        "é".repeat(300)
    );
    let r = of(text.as_bytes());
    assert_eq!(codes(&r), ["antivirus-json-product-overlong"]);
    assert_eq!(r.antivirus.product, "é".repeat(255));
}

#[test]
fn what_is_no_such_object_is_no_antivirus_and_says_where() {
    let large = vec![b' '; usize::try_from(LARGEST).unwrap() + 1];
    let cases: &[(&[u8], &str)] = &[
        (b"", "/a.json is empty"),
        (b"\0\0\0", "/a.json is empty"),
        (
            b"{\n  \"product\": \"A\",\n  \"running\": True\n}",
            "/a.json:3:14 is no JSON: expected value",
        ),
        (
            b"{\"product\":\"A\",\"running\":true,\"upToDate\":true,}",
            "/a.json:1:",
        ),
        (
            b"{\"product\":\"A\"} {}",
            "/a.json:1:17 is no JSON: trailing characters",
        ),
        (b"[1]", "/a.json holds a list where an object is expected"),
        (
            b"{\"running\":true,\"upToDate\":true}",
            "names no `product`",
        ),
        (
            b"{\"product\":3,\"running\":true,\"upToDate\":true}",
            "`product` is a number, not a text",
        ),
        (
            b"{\"product\":\" \",\"running\":true,\"upToDate\":true}",
            "`product` is empty",
        ),
        (&large, "larger than"),
    ];
    for (bytes, want) in cases {
        let r = of(bytes);
        let last = r.notes.last().unwrap();
        assert_eq!(last.code, "antivirus-json-invalid");
        assert!(last.message.contains(want), "{}: {want}", last.message);
        assert!(!last.message.contains('\n'));
        assert_eq!(r.antivirus.status, AntivirusStatus::NotDetected);
        assert_eq!(r.antivirus.product, "");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic_and_never_lie(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let r = of(&bytes);
        let found = r.antivirus.status != AntivirusStatus::NotDetected;
        prop_assert_eq!(found, !r.antivirus.product.is_empty());
        prop_assert_eq!(found, !codes(&r).contains(&"antivirus-json-invalid"));
    }

    #[test]
    fn arbitrary_pieces_of_json_never_panic(
        parts in proptest::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"product\"", "\"running\"", "\"upToDate\"", "true", "\"True\"", "0", "-1e9", "null",
            "\"A\\u0000\"", "\\", "\"", "\u{0}", " ", "\n", "é",
        ]), 0..30)
    ) {
        let r = of(parts.concat().as_bytes());
        prop_assert_eq!(r.antivirus.status == AntivirusStatus::NotDetected, r.antivirus.product.is_empty());
        prop_assert!(r.antivirus.product.chars().count() <= 255 && !r.antivirus.product.contains('\0'));
    }

    #[test]
    fn what_a_writer_of_json_wrote_is_read_in_every_encoding(
        product in "[a-zA-Zé漢😀\"\\\\/ ]{0,20}[a-z]", running in any::<bool>(), current in any::<bool>(), way in 0..4
    ) {
        let text = serde_json::json!({ "product": product, "running": running, "upToDate": current }).to_string();
        let bytes = match way {
            0 => text.clone().into_bytes(),
            1 => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
            2 => utf_16(&text, u16::to_le_bytes, &[0xFF, 0xFE]),
            _ => utf_16(&text, u16::to_be_bytes, &[]),
        };
        let r = of(&bytes);
        prop_assert_eq!(&r.antivirus.product, product.trim());
        prop_assert_eq!(r.antivirus.status, AntivirusStatus::of(running, current));
        prop_assert_eq!(r.notes.len(), usize::from(way != 0), "{:?}", r.notes);
    }
}
