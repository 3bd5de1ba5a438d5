//! The last lines of an installer's log, which Wine's own does not write and scripts look for.
//!
//! Source: Microsoft Learn, "Event Logging" (Windows Installer): messages 1033 to 1035, which the log
//! has too.

use super::order::Action;
use super::product::Product;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::Path;

/// How a log in UTF-16 begins.
const WIDE: [u8; 2] = [0xff, 0xfe];

/// Writes behind the log how it ended, in the log's own form. A log that is not there stays so.
pub fn end(log: &Path, action: Action, product: &Product, exit: i32) {
    let Some(line) = line(action, product, exit) else {
        return;
    };
    let mut head = [0; 2];
    let opened = OpenOptions::new().read(true).append(true).open(log);
    let Ok(mut file) = opened else { return };
    let wide = file.read_exact(&mut head).is_ok() && head == WIDE;
    let bytes = if wide {
        line.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else {
        line.into_bytes()
    };
    // A disk that is full is no fault of the installation's.
    let _ = file.write_all(&bytes);
}

fn line(action: Action, product: &Product, exit: i32) -> Option<String> {
    let (did, noun) = match action {
        Action::Install => ("installed", "Installation"),
        Action::Uninstall => ("removed", "Removal"),
        Action::Repair => ("reconfigured", "Reconfiguration"),
        _ => return None,
    };
    let Product {
        name,
        version,
        language,
        manufacturer,
        ..
    } = product;
    Some(format!(
        "Windows Installer {did} the product. Product Name: {name}. Product Version: {version}. Product Language: {language}. Manufacturer: {manufacturer}. {noun} success or error status: {exit}.\r\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_ends_with_its_status_in_its_own_form() {
        let file = std::env::temp_dir().join(format!("shakedown-log-{}", std::process::id()));
        let text = str::to_owned;
        let product = Product {
            code: String::new(),
            name: text("Bright"),
            version: text("1.2.3"),
            language: text("1033"),
            manufacturer: text("B Ltd"),
        };
        end(&file, Action::Install, &product, 0);
        assert!(!file.exists());
        std::fs::write(&file, "x\r\n").unwrap();
        end(&file, Action::Install, &product, 0);
        end(&file, Action::Uninstall, &product, 1603);
        end(&file, Action::Admin, &product, 0);
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            "x\r\nWindows Installer installed the product. Product Name: Bright. Product Version: 1.2.3. Product Language: 1033. Manufacturer: B Ltd. Installation success or error status: 0.\r\nWindows Installer removed the product. Product Name: Bright. Product Version: 1.2.3. Product Language: 1033. Manufacturer: B Ltd. Removal success or error status: 1603.\r\n"
        );
        std::fs::write(&file, WIDE).unwrap();
        end(&file, Action::Repair, &product, 0);
        let bytes = std::fs::read(&file).unwrap();
        assert!(bytes.starts_with(&[0xff, 0xfe, b'W', 0]), "{bytes:?}");
        std::fs::remove_file(&file).unwrap();
    }
}
