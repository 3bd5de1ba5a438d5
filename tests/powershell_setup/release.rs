//! Zips in the form of a release, none of which holds PowerShell: its programs are headers alone.

use sha2::{Digest, Sha256};
use shakedown::engine::wine::powershell::release::Release;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub const VERSION: &str = "7.6.5";
pub const X64: u16 = 0x8664;

/// An image of Windows without a line of code: headers, and a version resource of these numbers.
pub fn image(machine: u16, version: [u16; 4]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 0x200];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(0, b"MZ");
    put(0x3c, &0x80_u32.to_le_bytes());
    put(0x80, b"PE\0\0");
    put(0x84, &machine.to_le_bytes());
    put(0x86, &1_u16.to_le_bytes());
    put(0x94, &240_u16.to_le_bytes());
    put(0x98, &0x020b_u16.to_le_bytes());
    // The directory of resources, and the one section they lie in.
    put(0x98 + 112 + 16, &0x1000_u32.to_le_bytes());
    put(0x188, b".rsrc");
    for (at, value) in [(8, 0x200_u32), (12, 0x1000), (16, 0x200), (20, 0x200)] {
        put(0x188 + at, &value.to_le_bytes());
    }
    let mut resource = vec![0_u8; 0x200];
    let mut put = |at: usize, value: &[u8]| resource[at..at + value.len()].copy_from_slice(value);
    // Three folders, of the type, the name and the language, and where the data lies.
    for (at, id, leads) in [
        (0, 16_u32, 0x8000_0018_u32),
        (0x18, 1, 0x8000_0030),
        (0x30, 0x409, 0x48),
    ] {
        put(at + 14, &1_u16.to_le_bytes());
        put(at + 16, &id.to_le_bytes());
        put(at + 20, &leads.to_le_bytes());
    }
    put(0x48, &0x1058_u32.to_le_bytes());
    put(0x4c, &92_u32.to_le_bytes());
    put(0x58, &92_u16.to_le_bytes());
    put(0x5a, &52_u16.to_le_bytes());
    let key: Vec<u8> = "VS_VERSION_INFO"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    put(0x5e, &key);
    put(0x80, &0xfeef_04bd_u32.to_le_bytes());
    for (at, number) in [
        (0x8a, version[0]),
        (0x88, version[1]),
        (0x8e, version[2]),
        (0x8c, version[3]),
    ] {
        put(at, &number.to_le_bytes());
    }
    bytes.extend(resource);
    bytes
}

/// A zip that is made entry by entry.
pub struct Zip(ZipWriter<Cursor<Vec<u8>>>);

impl Zip {
    pub fn new() -> Zip {
        Zip(ZipWriter::new(Cursor::new(Vec::new())))
    }

    /// All that a release of PowerShell has at least.
    pub fn good() -> Zip {
        Zip::with(&image(X64, [7, 6, 5, 500]))
    }

    pub fn with(exe: &[u8]) -> Zip {
        let utility = "@{\r\nCmdletsToExport = @(\"Get-Date\", \"Get-Uptime\")\r\n}\r\n";
        let management = "@{\nCmdletsToExport=@(\"Get-Item\", \"Restart-Computer\")\n}\n";
        Zip::new()
            .file("pwsh.exe", exe)
            .file("pwsh.dll", &image(X64, [7, 6, 5, 500]))
            .file(
                "pwsh.runtimeconfig.json",
                br#"{"runtimeOptions":{"tfm":"net10.0"}}"#,
            )
            .file("System.Management.Automation.dll", b"MZ")
            .file(
                "Modules/Microsoft.PowerShell.Utility/Microsoft.PowerShell.Utility.psd1",
                utility.as_bytes(),
            )
            .file(
                "Modules/Microsoft.PowerShell.Management/Microsoft.PowerShell.Management.psd1",
                management.as_bytes(),
            )
            .file("Modules/PowerShellGet/PowerShellGet.psd1", b"@{ }")
    }

    pub fn file(mut self, name: &str, content: &[u8]) -> Zip {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.0.start_file(name, stored).expect("an entry");
        self.0.write_all(content).expect("its content");
        self
    }

    pub fn link(mut self, name: &str, target: &str) -> Zip {
        let options = SimpleFileOptions::default();
        self.0.add_symlink(name, target, options).expect("a link");
        self
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0.finish().expect("a zip").into_inner()
    }
}

/// Where the header of an entry begins in the table of contents.
pub fn header(zip: &[u8], name: &str) -> usize {
    let at = zip
        .windows(name.len())
        .rposition(|w| w == name.as_bytes())
        .expect("the entry");
    at - 46
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// A release with the hash of this zip, at these addresses.
pub fn release(zip: &[u8], base: &str) -> Release {
    Release {
        version: VERSION.into(),
        url: format!("{base}/{NAME}"),
        sha256: sha256(zip),
        hashes: format!("{base}/hashes.sha256"),
    }
}

pub const NAME: &str = "PowerShell-7.6.5-win-x64.zip";
