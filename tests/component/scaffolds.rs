//! What `new` writes.

use crate::{files, folder};
use shakedown::component::scaffold::Target;
use shakedown::component::{Dialect, load, pack, powershell, scaffold};
use shakedown::rmm::component::Category;

#[test]
fn scaffolds_load_without_a_note_and_overwrite_nothing() {
    let at = folder();
    let categories = [
        Category::Scripts,
        Category::Applications,
        Category::Monitors,
    ];
    let targets = [Target::Linux, Target::Windows, Target::Powershell];
    let all = categories.map(|c| targets.map(|t| (c, t)));
    for (category, target) in all.into_iter().flatten() {
        let folder = at.path().join(format!("{category:?}-{target:?}"));
        let name = "Acme: \"Agent\" [LIN]";
        let written = scaffold::component(&folder, name, category, target).unwrap();
        assert_eq!(written.len(), 3);
        let component = load(&folder).unwrap();
        assert_eq!(component.metadata.name, "Acme: \"Agent\" [LIN]");
        assert_eq!(component.metadata.category, category);
        assert_eq!(component.notes, []);
        assert_eq!(component.attachments.len(), 0);
        assert_eq!(component.shebang().is_some(), target == Target::Linux);
        assert_eq!(Target::of(&component.metadata.install_type), target);
        pack(&folder, &at.path().join("p.cpt"), Dialect::New).unwrap();
        // What a device by Wine takes otherwise than 5.1 is no way to begin with either.
        let checked = powershell::check(&component.body);
        assert!(target != Target::Powershell || checked.findings.is_empty());
        let before = files(&folder);
        assert_eq!(
            scaffold::component(&folder, "Other", category, target)
                .err()
                .map(|e| e.reason()),
            Some("exists")
        );
        assert_eq!(files(&folder), before);
        let text = std::fs::read_to_string(folder.join("scenario.yaml")).unwrap();
        let tree = shakedown::yaml::parse(&text).unwrap();
        assert!(
            tree.get("steps")
                .and_then(|s| s.sequence())
                .is_some_and(|s| s.len() >= 2)
        );
    }
    let file = at.path().join("one.yaml");
    scaffold::scenario(
        &file,
        "It deploys",
        "../p.cpt",
        Category::Scripts,
        Target::Windows,
    )
    .unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("os: windows") && text.contains("on: windows-01"),
        "{text}"
    );
    assert_eq!(
        scaffold::scenario(&file, "x", "y", Category::Scripts, Target::Linux)
            .err()
            .map(|e| e.reason()),
        Some("exists")
    );
}
