//! What README shows of `serve` is what it prints.

use super::client::Served;
use std::path::Path;

pub fn keys_in_the_readme_are_those_of_its_command() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("README.md");
    let (_, shown) = readme
        .split_once("$ shakedown serve --fleet 500 --seed 7\n")
        .expect("README shows the command");
    let word = |label: &str| {
        let (_, rest) = shown.split_once(label).expect("README shows the keys");
        rest.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let dir = tempfile::tempdir().expect("a folder");
    let served = Served::start(dir.path(), &["--fleet", "500", "--seed", "7"]);
    let keys = served.call("GET", "/shakedown/keys", &[], "").json();
    assert_eq!(keys[0]["key"], word("API key"));
    assert_eq!(keys[0]["secret"], word("API secret"));
}
