//! What changes in PowerShell's own files: commands that leave its modules' manifests, modules that
//! ours replace, and the startup hook.

use super::manifest;
use crate::engine::wine::powershell::files;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Modules that are newer than 5.1 as a whole.
const NEWER_MODULES: [&str; 1] = ["microsoft.powershell.psresourceget"];
/// The startup hook on the device, which `compile.ps1` makes.
pub const HOOK: &str = r"C:\pwsh\Compat51.dll";
/// .NET's name for startup hooks among a program's properties.
const STARTUP_HOOKS: &str = "STARTUP_HOOKS";

/// What leaves PowerShell's own modules.
#[derive(Debug, Default)]
pub struct Leaving {
    /// Modules whose place ours take, in small letters.
    modules: HashSet<String>,
    /// Module and command, in small letters: a function of ours stands for it.
    give_way: HashSet<(String, String)>,
    /// Commands that 5.1 does not have, in small letters.
    newer: HashSet<String>,
}

/// A manifest of PowerShell's own as devices get it.
pub struct Adapted {
    pub text: String,
    /// What could not be taken out.
    pub remarks: Vec<String>,
}

impl Leaving {
    /// As the files that this binary carries say it.
    ///
    /// # Errors
    /// The file, the line, and what is wrong with it.
    pub fn carried() -> Result<Leaving, String> {
        let text = |name: &str| {
            files::text(name).ok_or_else(|| format!("powershell/{name} is not carried"))
        };
        let modules = files::below("modules")
            .chain(files::below("modules-server"))
            .filter_map(|(path, _)| path.split('/').next())
            .map(str::to_ascii_lowercase)
            .chain(NEWER_MODULES.map(str::to_owned));
        Ok(Leaving {
            modules: modules.collect(),
            give_way: give_way(text("give-way.txt")?)?,
            newer: newer(text("newer.json")?)?,
        })
    }

    /// Whether a module of PowerShell's own is left out.
    pub fn module(&self, name: &str) -> bool {
        self.modules.contains(&name.to_ascii_lowercase())
    }

    /// A manifest without what leaves it; `path` is for messages.
    ///
    /// # Errors
    /// The file, the line, and what is not understood there.
    pub fn adapt(&self, module: &str, path: &str, text: &str) -> Result<Adapted, String> {
        let module = module.to_ascii_lowercase();
        let gives_way = |name: &str| self.give_way.contains(&(module.clone(), name.into()));
        let leaves = |name: &str| {
            let name = name.to_ascii_lowercase();
            self.newer.contains(&name) || gives_way(&name)
        };
        let edited = manifest::without(text, leaves).map_err(|e| format!("{path}: {e}"))?;
        let mut remarks: Vec<String> = edited
            .patterns
            .iter()
            .map(|p| format!("{path}: what `{p}` exports was not looked at"))
            .collect();
        let gone: HashSet<String> = edited
            .removed
            .iter()
            .map(|n| n.to_ascii_lowercase())
            .collect();
        let mut stayed: Vec<&str> = self
            .give_way
            .iter()
            .filter(|(m, name)| *m == module && !gone.contains(name))
            .map(|(_, name)| name.as_str())
            .collect();
        stayed.sort_unstable();
        if !stayed.is_empty() && !edited.patterns.is_empty() {
            return Err(format!(
                "{path}: {} cannot be taken out: it exports by a pattern",
                stayed.join(", ")
            ));
        }
        remarks.extend(
            stayed
                .iter()
                .map(|name| format!("{path}: does not export {name}")),
        );
        Ok(Adapted {
            text: edited.text,
            remarks,
        })
    }
}

/// `pwsh.runtimeconfig.json` with the startup hook.
///
/// # Errors
/// It is of another form, or has a hook already.
pub fn hooked(text: &str) -> Result<String, String> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut config: Value = serde_json::from_str(bare).map_err(|e| e.to_string())?;
    let options = config
        .get_mut("runtimeOptions")
        .and_then(Value::as_object_mut)
        .ok_or("it has no `runtimeOptions`")?;
    let properties = options
        .entry("configProperties")
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()
        .ok_or("its `configProperties` are none")?;
    if properties.contains_key(STARTUP_HOOKS) {
        return Err("it has a startup hook already".into());
    }
    properties.insert(STARTUP_HOOKS.into(), HOOK.into());
    serde_json::to_string_pretty(&config)
        .map(|text| text + "\n")
        .map_err(|e| e.to_string())
}

/// Lines `MODULE COMMAND`; `#` begins a comment.
fn give_way(text: &str) -> Result<HashSet<(String, String)>, String> {
    let mut found = HashSet::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => {}
            [module, command] => {
                found.insert((module.to_ascii_lowercase(), command.to_ascii_lowercase()));
            }
            _ => {
                let number = number + 1;
                return Err(format!(
                    "powershell/give-way.txt:{number}: this is not `MODULE COMMAND`"
                ));
            }
        }
    }
    Ok(found)
}

/// `commands.names` of newer.json.
fn newer(text: &str) -> Result<HashSet<String>, String> {
    let wrong = |what: &str| format!("powershell/newer.json: {what}");
    let json: Value = serde_json::from_str(text).map_err(|e| wrong(&e.to_string()))?;
    let names = json["commands"]["names"].as_array();
    let names = names.ok_or_else(|| wrong("`commands.names` is no list"))?;
    let name = |v: &Value| v.as_str().map(str::to_ascii_lowercase);
    let names: Option<HashSet<String>> = names.iter().map(name).collect();
    names.ok_or_else(|| wrong("`commands.names` holds something that is no name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_is_understood() {
        let leaving = Leaving::carried().unwrap();
        for module in [
            "PowerShellGet",
            "PackageManagement",
            "CimCmdlets",
            "Microsoft.PowerShell.LocalAccounts",
            "Microsoft.PowerShell.PSResourceGet",
        ] {
            assert!(leaving.module(module), "{module}");
        }
        for module in [
            "PSReadLine",
            "Microsoft.PowerShell.Utility",
            "Microsoft.PowerShell.Management",
        ] {
            assert!(!leaving.module(module), "{module}");
        }
        assert!(leaving.newer.contains("get-uptime"));
        let pair = |m: &str, c: &str| leaving.give_way.contains(&(m.into(), c.into()));
        assert!(pair("microsoft.powershell.management", "restart-computer"));
    }

    #[test]
    fn a_manifest_loses_what_gives_way_in_its_module_and_what_is_newer_in_any() {
        let leaving = Leaving {
            give_way: give_way("# why\nA.B Get-One # here\n\nC Get-Two\n").unwrap(),
            newer: newer(r#"{"commands":{"names":["Get-New"]}}"#).unwrap(),
            ..Leaving::default()
        };
        let text = "@{ CmdletsToExport = 'Get-One', 'Get-Two', 'get-new', 'Get-Four' }";
        let adapted = leaving.adapt("a.b", "a.psd1", text).unwrap();
        assert_eq!(adapted.text, "@{ CmdletsToExport = 'Get-Two', 'Get-Four' }");
        assert_eq!(adapted.remarks, Vec::<String>::new());
        let adapted = leaving
            .adapt("C", "c.psd1", "@{ CmdletsToExport = 'x' }")
            .unwrap();
        assert_eq!(adapted.remarks, ["c.psd1: does not export get-two"]);
        let by_pattern = "@{ CmdletsToExport = '*' }";
        let adapted = leaving.adapt("d", "d.psd1", by_pattern).unwrap();
        assert_eq!(
            adapted.remarks,
            ["d.psd1: what `*` exports was not looked at"]
        );
        let error = leaving.adapt("C", "c.psd1", by_pattern).err().unwrap();
        assert!(error.contains("get-two cannot be taken out"), "{error}");
        let error = leaving.adapt("C", "c.psd1", "\n@{ A").err().unwrap();
        assert!(error.starts_with("c.psd1: line 2: "), "{error}");
        assert!(give_way("one\n").unwrap_err().contains("give-way.txt:1:"));
        assert!(
            newer("{}")
                .unwrap_err()
                .contains("newer.json: `commands.names`")
        );
    }

    #[test]
    fn the_hook_is_one_property_more() {
        let text =
            "\u{feff}{\"runtimeOptions\":{\"tfm\":\"net10.0\",\"configProperties\":{\"A\":true}}}";
        let hooked_text = hooked(text).unwrap();
        let config: Value = serde_json::from_str(&hooked_text).unwrap();
        let properties = &config["runtimeOptions"]["configProperties"];
        assert_eq!(properties["STARTUP_HOOKS"], HOOK);
        assert_eq!(
            (&properties["A"], &config["runtimeOptions"]["tfm"]),
            (&Value::Bool(true), &"net10.0".into())
        );
        assert!(hooked(r#"{"runtimeOptions":{}}"#).is_ok());
        for (text, told) in [
            ("{", "EOF"),
            ("[]", "no `runtimeOptions`"),
            (r#"{"runtimeOptions":{"configProperties":1}}"#, "are none"),
            (&hooked_text, "a startup hook already"),
        ] {
            assert!(hooked(text).unwrap_err().contains(told), "{text}");
        }
    }
}
