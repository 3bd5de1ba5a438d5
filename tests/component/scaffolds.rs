//! What `new` writes.

use crate::{files, folder};
use shakedown::component::{Dialect, load, pack, scaffold};
use shakedown::rmm::component::Category;

#[test]
fn scaffolds_load_without_a_note_and_overwrite_nothing() {
    let at = folder();
    for category in [
        Category::Scripts,
        Category::Applications,
        Category::Monitors,
    ] {
        let folder = at.path().join(format!("{category:?}"));
        let written = scaffold::component(&folder, "Acme: \"Agent\" [LIN]", category).unwrap();
        assert_eq!(written.len(), 3);
        let component = load(&folder).unwrap();
        assert_eq!(component.metadata.name, "Acme: \"Agent\" [LIN]");
        assert_eq!(component.metadata.category, category);
        assert_eq!(component.notes, []);
        assert_eq!(component.attachments.len(), 0);
        assert!(component.shebang().is_some());
        pack(&folder, &at.path().join("p.cpt"), Dialect::New).unwrap();
        let before = files(&folder);
        assert_eq!(
            scaffold::component(&folder, "Other", category)
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
    scaffold::scenario(&file, "It deploys", "../p.cpt", Category::Scripts).unwrap();
    assert_eq!(
        scaffold::scenario(&file, "x", "y", Category::Scripts)
            .err()
            .map(|e| e.reason()),
        Some("exists")
    );
}
