//! Arbitrary and damaged input: read or refused, never a panic, never out of bounds.

use super::raw_zip::{entry, zip};
use super::{OLD, folder, stored, whole, with_metadata};
use proptest::prelude::*;
use shakedown::component::{Dialect, load, pack, unpack, unpack_readable};

fn try_everything(bytes: &[u8]) -> Result<(), TestCaseError> {
    let at = folder();
    let cpt = stored(at.path(), bytes);
    let out = at.path().join("out");
    if let Ok(component) = load(&cpt) {
        let _ = component.verify();
        if unpack(&cpt, &out).is_ok() {
            let again = at.path().join("again.cpt");
            if pack(&out, &again, Dialect::Keep).is_ok() {
                prop_assert!(load(&again).is_ok(), "what was packed is read");
            }
        }
        let _ = unpack_readable(&cpt, &at.path().join("readable"));
    } else {
        prop_assert!(unpack(&cpt, &out).is_err());
        prop_assert!(!out.exists());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        try_everything(&bytes)?;
    }

    #[test]
    fn damaged_packages(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<prop::sample::Index>(), whether in 0..4) {
        let mut bytes = whole();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if whether == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        try_everything(&bytes)?;
    }

    #[test]
    fn damaged_metadata(from in any::<prop::sample::Index>(), length in 0usize..30, put in "[<>&;'\"/a-z \n\u{e9}\\]!?-]{0,12}") {
        let mut text = OLD.to_owned();
        let floor = |at: usize, text: &str| (0..=at).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
        let start = floor(from.index(text.len()), &text);
        let end = floor((start + length).min(text.len()), &text).max(start);
        text.replace_range(start..end, &put);
        try_everything(&with_metadata(text))?;
    }

    #[test]
    fn arbitrary_metadata(text in "(<[a-z/!?]{0,9}[ a-z='\"]{0,9}>|&[a-z#0-9]{0,5};|[ -~]{0,8}){0,20}") {
        try_everything(&with_metadata(text))?;
    }

    #[test]
    fn arbitrary_manifests(text in "((name|type|category|variables|attachments|options|default|level|x): ?[ -~]{0,12}\n *(- )?){0,10}") {
        let at = folder();
        std::fs::write(at.path().join("component.yaml"), &text).map_err(|e| TestCaseError::fail(e.to_string()))?;
        std::fs::write(at.path().join("command.sh"), "exit 0").map_err(|e| TestCaseError::fail(e.to_string()))?;
        let _ = load(at.path());
    }

    #[test]
    fn metadata_survives_every_form(
        name in "[ -~é€]{0,12}[a-zA-Z]",
        description in "[ -~é\n\t\r]{0,40}",
        variable in "[A-Za-z_][A-Za-z0-9_]{0,8}",
        default in "[ -~\n]{0,20}",
        options in proptest::collection::vec(("[ -~]{0,6}", "[ -~]{0,6}"), 1..4),
        text in "[ -~]{1,20}",
        body in "[ -~\n\r]{0,40}",
        idx in 0u32..4,
    ) {
        let escape = |t: &str| t.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#13;");
        let options: String = options.iter().enumerate().map(|(n, (k, v))| {
            format!("<selectionKeyValue idx='{n}'><name>{}</name><value>{}</value></selectionKeyValue>", escape(k), escape(v))
        }).collect();
        let xml = format!("<component info='CentraStage Component'><general><name>{}</name><category>scripts</category><description>{}</description>\
            <uid>da435223-0d3c-4a55-9d6c-7f4f3f0a2b11</uid><hash/><version>1</version><timeout>60</timeout><securityLevel>2</securityLevel>\
            <installType>unix</installType></general><variable idx='{idx}'><name>{variable}</name>{options}<type>map</type><direction>false</direction>\
            <description>d</description><defaultVal>{}</defaultVal></variable><postCondition idx='0'><consequence>warn</consequence>\
            <resource>stderr</resource><text>{}</text><qualifier>found</qualifier></postCondition></component>",
            escape(&name), escape(&description), escape(&default), escape(&text));
        let at = folder();
        let fail = |e: shakedown::component::ComponentError| TestCaseError::fail(e.to_string());
        let package = zip(&[entry("command.bat", body.as_bytes()), entry("resource.xml", xml.as_bytes())]);
        let cpt = stored(at.path(), &package);
        let first = load(&cpt).map_err(fail)?;
        let out = at.path().join("out");
        unpack_readable(&cpt, &out).map_err(fail)?;
        let readable = load(&out).map_err(fail)?;
        prop_assert_eq!(&readable.metadata, &first.metadata);
        prop_assert_eq!(&readable.body, &first.body);
        for dialect in [Dialect::Old, Dialect::New] {
            let again = at.path().join("again.cpt");
            pack(&out, &again, dialect).map_err(fail)?;
            let packed = load(&again).map_err(fail)?;
            prop_assert_eq!(&packed.metadata, &first.metadata);
            prop_assert_eq!(&packed.body, &first.body);
        }
    }
}
