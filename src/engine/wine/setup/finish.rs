//! What the packages' maintainer scripts would have done, for they are not run: their effects that
//! Wine needs, made here.

use super::error::{Outcome, SetupError, at};
use super::tree::Tree;
use std::io;
use std::path::Path;

/// Largest file that is read here.
const LARGEST: u64 = 8 << 20;
/// Where the certificates of `ca-certificates` lie, and the bundle that programs read.
const CERTIFICATES: &[u8] = b"usr/share/ca-certificates/mozilla";
const BUNDLE: &[u8] = b"etc/ssl/certs/ca-certificates.crt";
/// zlib1.dll of `libz-mingw-w64`, and where each Wine looks for its own copy (libwine's postinst).
const ZLIB: [(&str, &str); 4] = [
    ("x86_64", "usr/lib/x86_64-linux-gnu/wine/x86_64-windows"),
    ("i686", "usr/lib/x86_64-linux-gnu/wine/i386-windows"),
    ("x86_64", "usr/lib/i386-linux-gnu/wine/x86_64-windows"),
    ("i686", "usr/lib/i386-linux-gnu/wine/i386-windows"),
];
/// Users and groups that files and namespaces name, and settings of libraries.
const FILES: [(&str, &str); 4] = [
    (
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    ),
    ("etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n"),
    (
        "etc/nsswitch.conf",
        "passwd: files\ngroup: files\nhosts: files dns\n",
    ),
    // Without libfontconfig Wine's desktop crashes and starts again for ever; with it and no settings
    // every program complains.
    (
        "etc/fonts/fonts.conf",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n\
         <fontconfig><dir>/usr/share/wine/fonts</dir>\
         <cachedir>/tmp/fontconfig</cachedir></fontconfig>\n",
    ),
];

/// Finishes an unpacked root.
pub fn finish(tree: &Tree) -> Outcome<()> {
    let inner = || -> io::Result<bool> {
        for (path, text) in FILES {
            tree.file(path.as_bytes(), 0o644, 0, text.as_bytes())?;
        }
        certificates(tree)?;
        zlib(tree)
    };
    match inner() {
        Ok(true) => Ok(()),
        Ok(false) => Err(SetupError::new(
            "the packages lack zlib1.dll, without which Wine starts no program",
            "the folder of packages must hold libz-mingw-w64; \
             `shakedown setup --remove wine` and a new setup download it",
        )),
        Err(e) => Err(at("finish the root's", Path::new("/"))(e)),
    }
}

/// All certificates as one file.
fn certificates(tree: &Tree) -> io::Result<()> {
    let mut bundle = Vec::new();
    for name in tree.names(CERTIFICATES)? {
        let path = [CERTIFICATES, b"/", &name].concat();
        let text = tree.read(&path, LARGEST)?.unwrap_or_default();
        bundle.extend_from_slice(&text);
        if !text.ends_with(b"\n") {
            bundle.push(b'\n');
        }
    }
    tree.file(BUNDLE, 0o644, 0, &bundle)
}

/// zlib1.dll as one of Wine's own libraries; whether 64- and 32-bit Wine got theirs.
fn zlib(tree: &Tree) -> io::Result<bool> {
    let mut made = [false; 2];
    for (i, (from, to)) in ZLIB.into_iter().enumerate() {
        let path = format!("usr/{from}-w64-mingw32/lib/zlib1.dll");
        if let Some(library) = tree.read(path.as_bytes(), LARGEST)?
            && let Some(own) = builtin(&library)
        {
            tree.file(format!("{to}/zlib1.dll").as_bytes(), 0o644, 0, &own)?;
            made[i % 2] = true;
        }
    }
    Ok(made == [true; 2])
}

/// The mark by which Wine knows its own libraries, in the DOS stub (`winebuild --builtin`).
fn builtin(library: &[u8]) -> Option<Vec<u8>> {
    let mut marked = library.to_vec();
    let stub = marked.get_mut(64..96)?;
    stub.fill(0);
    stub[..16].copy_from_slice(b"Wine builtin DLL");
    super::pe::strip(&mut marked);
    Some(marked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn zlib_and_certificates_are_put_in_place() {
        let dir = tempfile::tempdir().unwrap();
        let tree = Tree::open(dir.path()).unwrap();
        assert!(finish(&tree).is_err_and(|e| e.to_string().contains("zlib1.dll")));
        for machine in ["x86_64", "i686"] {
            let path = format!("usr/{machine}-w64-mingw32/lib/zlib1.dll");
            tree.file(path.as_bytes(), 0o755, 0, &[7; 200]).unwrap();
        }
        for (name, text) in [("b.crt", "two"), ("a.crt", "one\n")] {
            let path = [CERTIFICATES, b"/", name.as_bytes()].concat();
            tree.file(&path, 0o644, 0, text.as_bytes()).unwrap();
        }
        finish(&tree).unwrap();
        for (_, folder) in ZLIB {
            let library = fs::read(dir.path().join(folder).join("zlib1.dll")).unwrap();
            assert_eq!(library.len(), 200);
            assert_eq!(&library[64..80], b"Wine builtin DLL");
            assert_eq!((library[63], library[95], library[96]), (7, 0, 7));
        }
        let bundle = fs::read_to_string(dir.path().join("etc/ssl/certs/ca-certificates.crt"));
        assert_eq!(bundle.unwrap(), "one\ntwo\n");
    }
}
