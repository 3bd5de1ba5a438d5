//! Where `setup wine` was done: what only looks like PowerShell is found out by its start, and layers
//! reach the devices they are for.

use super::place::Place;
use super::release::{VERSION, Zip, release};
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::wine::powershell::files::DIGEST;
use shakedown::engine::wine::powershell::layer::{self, Places};
use shakedown::engine::wine::powershell::ready::{FORM, Made, Origin, Unpacked};
use shakedown::engine::wine::powershell::{HOME, MODULES};
use shakedown::engine::wine::setup::Step;
use shakedown::engine::wine::setup::powershell::{From, state};
use shakedown::engine::wine::{WineCache, WineEngine};
use shakedown::engine::{Device, DeviceSpec, Engine, EngineKind, WindowsSpec};
use shakedown::rmm::os::{Os, WindowsRelease};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::Arc;

/// The cache that the binary would use.
fn real() -> WineCache {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let cache = folder("SHAKEDOWN_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|c| c.join("shakedown")))
        .or_else(|| folder("HOME").map(|h| h.join(".cache/shakedown")));
    WineCache::within(&cache.unwrap_or_default())
}

/// Why there are no Windows devices here.
pub fn missing() -> Option<String> {
    let engine = WineEngine::new(real(), Arc::new(SandboxEngine::new()));
    engine.probe().state.err().map(|u| u.why)
}

/// A cache of its own over the Wine that is there.
fn place() -> Place {
    let (place, real) = (Place::new(), real());
    for (own, theirs) in [
        (place.cache.root(), real.root()),
        (place.cache.prefix(), real.prefix()),
    ] {
        fs::remove_dir_all(&own).expect("it was there");
        symlink(fs::canonicalize(theirs).expect("it is there"), own).expect("a link");
    }
    fs::copy(real.ready(), place.cache.ready()).expect("it is there");
    place
}

pub fn what_only_looks_like_powershell_fails_at_its_start() {
    let place = place();
    let zip = Zip::good().bytes();
    let path = place.file("release.zip", &zip);
    let (made, steps) = place.run(&release(&zip, "http://127.0.0.1:1"), &From::Path(path));
    let told = made.expect_err("it has no line of code").to_string();
    assert!(
        steps.ends_with(&[Step::Layer, Step::Compile]),
        "{steps:?}: {told}"
    );
    assert!(told.contains("PowerShell does not start"), "{told}");
    let left = layer::all(&place.cache).expect("the cache");
    assert_eq!(left, Vec::<PathBuf>::new(), "{told}");
}

fn spec(release: WindowsRelease) -> DeviceSpec {
    DeviceSpec {
        name: "pc".into(),
        os: Os::Windows,
        engine: EngineKind::Wine,
        windows: Some(Box::new(WindowsSpec {
            release,
            ..WindowsSpec::default()
        })),
        image: None,
        hostname: "PC".into(),
        mac: "02:11:22:33:44:55".into(),
        serial: "SN".into(),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: 7,
        points: false,
    }
}

pub fn devices_get_the_layer_and_servers_one_more() {
    let place = place();
    let boot = |engine: &WineEngine, release| -> Arc<dyn Device> {
        engine.boot(&spec(release)).expect("a device")
    };
    let new = || WineEngine::new(place.cache.clone(), Arc::new(SandboxEngine::new()));
    let without = boot(&new(), WindowsRelease::Windows11);
    assert!(!without.windows().expect("Windows").has_powershell());
    assert!(!without.label().engine.contains("PowerShell"));
    // A layer that no setup made: its files are seen, none of them is run.
    let places = Places::of(&place.cache, VERSION);
    let put = |layer: PathBuf, file: &str| {
        let path = layer.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, "seen").expect("a file");
    };
    put(places.layer(), &format!("{HOME}/pwsh.exe"));
    put(places.server(), &format!("{MODULES}/OfServers/x.txt"));
    let of = Unpacked {
        version: VERSION.into(),
        file_version: "7.6.5.500".into(),
        origin: Origin::Folder { path: "/x".into() },
    };
    let made = Made {
        form: FORM,
        shakedown: "0.0.0".into(),
        release: of,
        digest: DIGEST.into(),
        made: jiff::Timestamp::UNIX_EPOCH,
        seconds: 0.0,
        proof_ms: 0,
        bytes: 0,
        remarks: Vec::new(),
    };
    fs::write(places.ready(), serde_json::to_vec(&made).expect("JSON")).expect("a file");
    let engine = new();
    let server = boot(&engine, WindowsRelease::Server2022);
    let client = boot(&engine, WindowsRelease::Windows11);
    let of_servers = r"C:\Program Files\PowerShell\Modules\OfServers\x.txt";
    for (device, is_server) in [(&server, true), (&client, false)] {
        assert!(device.windows().expect("Windows").has_powershell());
        let label = device.label().powershell.expect("it has PowerShell");
        assert!(label.starts_with("PowerShell 7.6 on Wine 10"), "{label}");
        // It is of a folder, whose hash nobody checked.
        assert!(label.ends_with(", as 5.1, hash not checked"), "{label}");
        let exe = device
            .read_file(r"C:\pwsh\pwsh.exe", 9)
            .expect("it is read");
        assert_eq!(exe.as_deref(), Some(&b"seen"[..]));
        let own = device.read_file(of_servers, 9).expect("it is read");
        assert_eq!(own.is_some(), is_server);
    }
    let busy = state::remove(&place.cache)
        .expect_err("it is in use")
        .to_string();
    assert!(busy.contains("a run has Windows devices with"), "{busy}");
    drop((server, client, engine));
    assert!(state::remove(&place.cache).expect("nobody uses it") > 0);
    assert!(!places.layer().exists());
}
