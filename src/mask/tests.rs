use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use proptest::prelude::*;
use std::sync::LazyLock;

const SECRET: &str = "BRGT-2025 &<\"ö/\u{1F511}'+\\key";

fn masker(secrets: &[&str]) -> Masker {
    Masker::new(secrets.iter().copied()).0
}

fn hides(m: &Masker, form: &[u8]) {
    let text = [b"before: ", form, b" :behind"].concat();
    let out = m.mask_bytes(&text).into_owned();
    assert_eq!(
        out,
        b"before: *** :behind",
        "{}",
        String::from_utf8_lossy(&text)
    );
}

#[test]
fn a_name_in_lower_case_is_hidden() {
    let m = masker(&["BRGT-2025-Osak"]);
    hides(&m, b"brgt-2025-osak");
    assert_eq!(
        &*m.mask_bytes(b"brgt-2025-osak.example.org"),
        b"***.example.org"
    );
}

#[test]
fn what_go_writes_is_hidden() {
    hides(&masker(&["<Tö&k>"]), b"\\u003CT\\u00f6\\u0026k\\u003E");
    let m = masker(&["T\"o'k+/a&<d>\t9\\"]);
    for form in [
        // encoding/xml and html/template
        "T&#34;o&#39;k+/a&amp;&lt;d&gt;&#x9;9\\",
        "T&#34;o&#39;k+/a&amp;&lt;d&gt;\t9\\",
        "T&#34;o'k+/a&amp;&lt;d&gt;\t9\\",
        // encoding/json
        "T\\\"o'k+/a\\u0026\\u003cd\\u003e\\t9\\\\",
        "T\\\"o'k+/a\\u0026<d>\\t9\\\\",
        "T\\\"o'k+/a&\\u003Cd\\u003E\\t9\\\\",
        // JSON as a text inside JSON
        "T\\\\\\\"o'k+/a&<d>\\\\t9\\\\\\\\",
        "T\\\\\\\"o'k+/a\\\\u0026\\\\u003cd\\\\u003e\\\\t9\\\\\\\\",
        "T\\\\\\\"o'k+\\\\/a\\u0026\\u003cd\\u003e\\\\t9\\\\\\\\",
    ] {
        hides(&m, form.as_bytes());
    }
}

#[test]
fn every_form_of_a_secret_is_hidden() {
    let m = masker(&[SECRET]);
    for form in [
        SECRET,
        "BRGT-2025%20%26%3C%22%C3%B6%2F%F0%9F%94%91%27%2B%5Ckey",
        "BRGT-2025%20%26%3c%22%c3%b6%2f%f0%9f%94%91%27%2b%5ckey",
        "BRGT-2025+%26%3C%22%C3%B6%2F%F0%9F%94%91%27%2B%5Ckey",
        "BRGT-2025%20%26%3C%22%C3%B6%2F%F0%9F%94%91'%2B%5Ckey",
        "BRGT-2025 &<\\\"ö/\u{1F511}'+\\\\key",
        "BRGT-2025 &<\\\"\\u00f6/\\ud83d\\udd11'+\\\\key",
        "BRGT-2025 &<\\\"\\u00F6\\/\\uD83D\\uDD11'+\\\\key",
        "BRGT-2025 \\u0026\\u003c\\\"ö/\u{1F511}\\u0027+\\\\key",
        "BRGT-2025 &amp;&lt;&quot;ö/\u{1F511}&apos;+\\key",
        "BRGT-2025 &amp;&lt;\"ö/\u{1F511}'+\\key",
        "BRGT-2025 &amp;&lt;&quot;&#246;/&#128273;&#39;+\\key",
        "BRGT-2025 &#38;&#60;&#34;&#246;/&#128273;&#39;+\\key",
        "BRGT-2025 &#x26;&#x3c;&#x22;&#xf6;/&#x1f511;&#x27;+\\key",
        "BRGT-2025 &#x26;&#x3C;&#x22;&#xF6;/&#x1F511;&#x27;+\\key",
    ] {
        hides(&m, form.as_bytes());
    }
    let wide = |f: fn(u16) -> [u8; 2]| SECRET.encode_utf16().flat_map(f).collect::<Vec<u8>>();
    hides(&m, &wide(u16::to_le_bytes));
    hides(&m, &wide(u16::to_be_bytes));
    for bytes in [SECRET.as_bytes(), &wide(u16::to_le_bytes)] {
        for text in [
            STANDARD.encode(bytes),
            STANDARD_NO_PAD.encode(bytes),
            URL_SAFE.encode(bytes),
        ] {
            hides(&m, text.as_bytes());
        }
    }
    hides(
        &m,
        serde_json::to_string(SECRET)
            .unwrap()
            .trim_matches('"')
            .as_bytes(),
    );
}

#[test]
fn base64_is_hidden_at_every_alignment_and_across_wrapped_lines() {
    let secret = "correct horse battery staple, and then some more words to wrap 0123456789";
    let m = masker(&[secret]);
    for before in 0..6 {
        for width in [19, 64, 76, 4096] {
            for end in ["\n", "\r\n"] {
                let text = format!("{}{secret} tail", "x".repeat(before));
                let coded = STANDARD.encode(text);
                let lines: Vec<String> = coded
                    .as_bytes()
                    .chunks(width)
                    .map(|c| String::from_utf8(c.to_vec()).unwrap())
                    .collect();
                let out = m.mask_str(&lines.join(end)).into_owned();
                let left = out.replace(MASK, "");
                assert!(
                    out.contains(MASK) && left.len() < 24,
                    "{before} {width}: {out}"
                );
            }
        }
    }
}

#[test]
fn overlapping_matches_become_one_and_adjacent_ones_stay_two() {
    let m = masker(&["abcd1234", "1234wxyz", "4567"]);
    assert_eq!(m.mask_str("-abcd1234wxyz-"), "-***-");
    assert_eq!(m.mask_str("45674567"), "******");
    assert_eq!(masker(&["aaaa"]).mask_str("aaaaaaaaab"), "***b");
}

#[test]
fn short_secrets_are_hidden_as_whole_words_with_a_warning() {
    let (m, warnings) = Masker::new(["abc", "", "long enough"].into_iter());
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].secret, 0);
    assert_eq!(
        m.mask_str("abc xabc abc_ (abc) abc"),
        "*** xabc abc_ (***) ***"
    );
}

#[test]
fn lines_of_a_secret_are_hidden_one_by_one_and_together() {
    let m = masker(&["first line\nsecond line\nxy"]);
    assert_eq!(m.mask_str("a first line\nsecond line\nxy b"), "a *** b");
    assert_eq!(m.mask_str("a first line\r\nsecond line\r\nxy b"), "a *** b");
    assert_eq!(
        m.mask_str("> first line\n> second line\n> xy"),
        "> ***\n> ***\n> xy"
    );
}

#[test]
fn json_values_and_keys_are_masked_and_numbers_stay() {
    let m = masker(&["s3cret", "12345"]);
    let mut v = serde_json::json!({"a": ["x s3cret", 12345, null], "s3cret": {"b": "fine"}});
    m.mask_json(&mut v);
    assert_eq!(
        v,
        serde_json::json!({"a": ["x ***", 12345, null], "***": {"b": "fine"}})
    );
}

#[test]
fn without_secrets_everything_passes() {
    let (m, warnings) = Masker::new([""].into_iter());
    assert!(m.is_empty() && warnings.is_empty());
    assert!(matches!(m.mask_bytes(b"abc"), Cow::Borrowed(_)));
    let mut s = m.stream();
    assert_eq!(s.push(b"abc"), b"abc");
    assert!(s.finish().is_empty());
}

#[test]
fn a_stream_holds_back_no_more_than_a_beginning() {
    let m = masker(&["s3cret-value"]);
    let mut s = m.stream();
    assert_eq!(s.push(b"plain text "), b"plain text ");
    assert_eq!(s.push(b"and s3c"), b"and ");
    assert_eq!(s.push(b"ond s3cret-"), b"s3cond ");
    assert_eq!(s.push(b"value!"), b"***!");
    assert_eq!(s.push(b"s3cret"), b"");
    assert_eq!(s.finish(), b"s3cret");
}

#[test]
fn many_secrets_use_the_compact_automaton_and_hide_the_same() {
    let secrets: Vec<String> = (0..80)
        .map(|i| format!("secret number {i} of many & more"))
        .collect();
    let m = Masker::new(secrets.iter().map(String::as_str)).0;
    for s in &secrets {
        assert_eq!(m.mask_str(&format!("<{s}>")), "<***>");
    }
}

#[test]
fn a_run_of_matches_does_not_grow_what_is_held() {
    let mut s = masker(&["aaaaaaaa"]).stream();
    let mut out = Vec::new();
    for _ in 0..1000 {
        out.extend(s.push(&[b'a'; 100]));
        assert!(s.held_len() < 64);
    }
    out.extend(s.finish());
    assert_eq!(out, b"***");
}

/// Texts made of pieces of secrets and of their forms, cut anywhere.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let mut pieces: Vec<Vec<u8>> = [
        "abab", "aba", "b", "a\n", "\n", "\r\n", "xy", " ", "xyz", "YWJhYg", "YWJh", "Ym", "%61",
        "&", "\\n",
    ]
    .iter()
    .map(|p| p.as_bytes().to_vec())
    .collect();
    pieces.push(STANDARD.encode("xababa\nb").into_bytes());
    pieces.push("abab".encode_utf16().flat_map(u16::to_le_bytes).collect());
    proptest::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_chunking_gives_what_the_whole_gives(text in soup(), cuts in proptest::collection::vec(1usize..9, 1..12)) {
        static MASKER: LazyLock<Masker> = LazyLock::new(|| masker(&["ababab", "abab", "a\nbab", "xy", "xyzxy ab"]));
        let m = &*MASKER;
        let whole = m.mask_bytes(&text).into_owned();
        let mut s = m.stream();
        let (mut out, mut at, mut i) = (Vec::new(), 0, 0);
        while at < text.len() {
            let end = (at + cuts[i % cuts.len()]).min(text.len());
            out.extend(s.push(&text[at..end]));
            (at, i) = (end, i + 1);
        }
        out.extend(s.finish());
        prop_assert_eq!(out, whole);
    }

}

proptest! {
    // Each case builds an automaton.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_secret_survives_whatever_stands_around_it(secret in "\\PC{4,20}", before in any::<Vec<u8>>(), behind in any::<Vec<u8>>()) {
        prop_assume!(!MASK.contains(&secret) && !secret.contains("**"));
        let m = masker(&[&secret]);
        let text = [before, secret.clone().into_bytes(), behind].concat();
        let out = m.mask_bytes(&text);
        prop_assert!(!out.windows(secret.len()).any(|w| w == secret.as_bytes()));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>(), secret in any::<String>()) {
        let m = masker(&[&secret]);
        m.mask_bytes(&bytes);
        let mut s = m.stream();
        s.push(&bytes);
        s.finish();
    }
}
