use super::*;
use crate::agent::environment::tests::context;
use crate::agent::outcome::tests::outcome;
use crate::agent::package::tests::metadata;
use crate::agent::values_xml;
use crate::engine::windows::Windows;
use crate::engine::{EngineLabel, FileStat, Launch, Mark, NoSink};
use crate::rmm::component::Metadata;
use crate::rmm::double::DoubleSpec;
use crate::rmm::observed::{Change, EntryKind, LeftProcess};
use crate::rmm::registry::RegistryData;
use crate::rmm::service::Fault;
use fake_windows::FakeWindows;
use std::collections::BTreeMap;
use std::sync::Mutex;

#[path = "fake_windows_tests.rs"]
pub(crate) mod fake_windows;

type Script = dyn Fn(&FakeDevice, &Launch) -> Result<Outcome, EngineError> + Send + Sync;

/// A device in memory: files are real to it, programs are closures of the test.
#[derive(Default)]
pub(crate) struct FakeDevice {
    files: Mutex<BTreeMap<String, (Vec<u8>, u32)>>,
    writes: Mutex<usize>,
    calls: Mutex<Vec<String>>,
    changed: Mutex<Vec<FootprintEntry>>,
    script: Option<Box<Script>>,
    pub(crate) processes: Vec<LeftProcess>,
    pub(crate) windows: Option<FakeWindows>,
}

impl FakeDevice {
    /// A Windows device with an empty registry.
    pub(crate) fn of_windows() -> FakeDevice {
        FakeDevice {
            windows: Some(FakeWindows::default()),
            ..FakeDevice::default()
        }
    }

    pub(crate) fn running(
        script: impl Fn(&FakeDevice, &Launch) -> Result<Outcome, EngineError> + Send + Sync + 'static,
    ) -> Self {
        FakeDevice {
            script: Some(Box::new(script)),
            ..FakeDevice::default()
        }
    }

    /// What a script does to a file: it is seen in the footprint.
    fn change(&self, path: &str, content: &[u8]) {
        self.put(path, content, 0o600);
        self.changed.lock().unwrap().push(FootprintEntry {
            path: path.into(),
            change: Change::Changed,
            kind: EntryKind::File,
            size: content.len() as u64,
            mode: 0o600,
        });
    }

    pub(crate) fn put(&self, path: &str, content: &[u8], mode: u32) {
        self.files
            .lock()
            .unwrap()
            .insert(path.into(), (content.to_vec(), mode));
    }

    pub(crate) fn file(&self, path: &str) -> Option<(Vec<u8>, u32)> {
        self.files.lock().unwrap().get(path).cloned()
    }

    pub(crate) fn writes(&self) -> usize {
        *self.writes.lock().unwrap()
    }

    fn call(&self, what: &str) {
        self.calls.lock().unwrap().push(what.to_owned());
    }
}

impl Device for FakeDevice {
    fn trust(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn label(&self) -> EngineLabel {
        EngineLabel {
            engine: "memory".into(),
            reduced: None,
            powershell: None,
        }
    }
    fn launch(
        &self,
        launch: &Launch,
        _: &dyn OutputSink,
        _: &Cancel,
    ) -> Result<Outcome, EngineError> {
        self.call("launch");
        match &self.script {
            Some(script) => script(self, launch),
            None => Err(EngineError::Other("no script".into())),
        }
    }
    fn read_file(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, EngineError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(self
            .file(path)
            .map(|(b, _)| b[..b.len().min(limit)].to_vec()))
    }
    fn write_file(&self, path: &str, content: &[u8], mode: u32) -> Result<(), EngineError> {
        *self.writes.lock().unwrap() += 1;
        self.call(&format!("write {path}"));
        self.put(path, content, mode);
        Ok(())
    }
    fn remove(&self, path: &str) -> Result<(), EngineError> {
        self.files.lock().unwrap().remove(path);
        Ok(())
    }
    fn stat(&self, path: &str) -> Result<Option<FileStat>, EngineError> {
        Ok(self.file(path).map(|(b, mode)| FileStat {
            kind: EntryKind::File,
            size: b.len() as u64,
            mode,
            uid: 0,
            gid: 0,
        }))
    }
    fn processes(&self) -> Result<Vec<LeftProcess>, EngineError> {
        Ok(self.processes.clone())
    }
    fn mark(&self) -> Result<Mark, EngineError> {
        self.call("mark");
        Ok(Mark(Box::new(())))
    }
    fn footprint(&self, _: &Mark) -> Result<Footprint, EngineError> {
        self.call("footprint");
        let windows = self.windows.as_ref();
        Ok(Footprint {
            registry: windows.map_or(Vec::new(), |w| w.changed.lock().unwrap().clone()),
            entries: self.changed.lock().unwrap().clone(),
        })
    }
    fn stray(&self) -> Observed {
        Observed::default()
    }
    fn set_double(&self, _: &DoubleSpec) -> Result<(), EngineError> {
        Ok(())
    }
    fn set_service_fault(&self, _: &str, _: Option<Fault>) -> Result<(), EngineError> {
        Ok(())
    }
    fn set_online(&self, _: bool) -> Result<(), EngineError> {
        Ok(())
    }
    fn reboot(&self) -> Result<(), EngineError> {
        Ok(())
    }
    fn windows(&self) -> Option<&dyn Windows> {
        self.windows.as_ref().map(|w| w as &dyn Windows)
    }
    fn keep(&self) -> Result<String, EngineError> {
        Ok(String::new())
    }
}

fn run(device: &FakeDevice, category: Category, body: &[u8]) -> Result<JobReport, JobError> {
    let mut meta = metadata("unix");
    meta.category = category;
    udf::seed(device, Os::Linux, "dev-1").unwrap();
    run_as(device, &meta, body)
}

/// One run of a component with this metadata, on a device as it is.
fn run_as(device: &FakeDevice, meta: &Metadata, body: &[u8]) -> Result<JobReport, JobError> {
    let view = ComponentView {
        meta,
        body,
        polyglot: false,
        attachments: vec![],
    };
    run_job(
        device,
        &context(Os::Linux),
        &view,
        &Resolution::default(),
        &Knobs::default(),
        &Cancel::default(),
        &NoSink,
    )
}

fn codes(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|n| n.code.as_str()).collect()
}

#[test]
fn a_job_runs_in_its_package_folder_and_its_udfs_are_synced_after_the_footprint() {
    let device = FakeDevice::running(|d, l| {
        assert_eq!(l.program, "/bin/bash");
        assert_eq!(l.args, [format!("{}/command.sh", l.cwd)]);
        assert!(
            l.cwd.ends_with('#')
                && l.env
                    .iter()
                    .any(|(n, v)| n == "CS_PROFILE_NAME" && v == "Osaka HQ")
        );
        d.change("/opt/bright/x", b"1");
        d.change(
            &udf::path(Os::Linux),
            values_xml::write(&[("DeviceID", "dev-1"), ("Custom5", "five")]).as_bytes(),
        );
        Ok(outcome(Exit::Code(0), "ready\n", ""))
    });
    let r = run(&device, Category::Scripts, b"echo").unwrap();
    assert_eq!((r.status, r.exit), (JobStatus::Success, Exit::Code(0)));
    assert_eq!(r.udfs, [(5, Some("five".to_owned()))]);
    assert_eq!(
        r.footprint
            .entries
            .iter()
            .map(|e| e.path.as_str())
            .collect::<Vec<_>>(),
        ["/opt/bright/x"]
    );
    assert_eq!(r.agent_files.len(), 1);
    assert!(r.notes.is_empty() && r.monitor.is_none());
    let calls = device.calls.lock().unwrap().join(" ");
    let order = ["command.sh", "mark", "launch", "footprint", "values.xml"]
        .map(|w| calls.rfind(w).unwrap());
    assert!(order.is_sorted(), "{calls}");
    assert!(device.file("/usr/local/share/CentraStage/Packages/da435223-0000-4000-8000-000000000001#/command.sh").is_some());
}

#[test]
fn a_monitor_gives_its_reading_and_its_notes_are_the_jobs_too() {
    let device = FakeDevice::running(|_, _| Ok(outcome(Exit::Code(1), "nothing\n", "")));
    let r = run(&device, Category::Monitors, b"echo").unwrap();
    let reading = r.monitor.unwrap();
    assert!(reading.alerting);
    assert_eq!(codes(&r.notes), ["alert-without-result"]);
    assert_eq!(codes(&reading.notes), codes(&r.notes));
}

#[test]
fn a_script_whose_interpreter_is_missing_fails_and_a_broken_engine_does_not_count_as_failure() {
    let start = |kind: std::io::ErrorKind| {
        FakeDevice::running(move |_, l| {
            Err(EngineError::Start {
                device: "d".into(),
                program: l.program.clone(),
                source: kind.into(),
            })
        })
    };
    let r = run(
        &start(std::io::ErrorKind::NotFound),
        Category::Scripts,
        b"#!/bin/bash\r\necho\r\n",
    )
    .unwrap();
    assert_eq!((r.status, r.exit), (JobStatus::Failure, Exit::Code(127)));
    assert_eq!(codes(&r.notes), ["crlf-shebang", "script-not-started"]);
    let broken = run(
        &start(std::io::ErrorKind::OutOfMemory),
        Category::Scripts,
        b"#!/bin/bash\n",
    );
    assert!(matches!(broken, Err(JobError::Engine(_))));
    let broken = run(
        &start(std::io::ErrorKind::NotFound),
        Category::Scripts,
        b"echo\n",
    );
    assert!(
        matches!(broken, Err(JobError::Engine(_))),
        "a missing /bin/bash is this machine's"
    );
}

#[test]
fn a_deleted_values_xml_is_told_and_put_back() {
    let device = FakeDevice::running(|d, _| {
        d.remove(&udf::path(Os::Linux))?;
        Ok(outcome(Exit::Code(0), "", ""))
    });
    let r = run(&device, Category::Scripts, b"echo").unwrap();
    assert_eq!(codes(&r.notes), ["values-xml-missing"]);
    let (back, _) = device.file(&udf::path(Os::Linux)).unwrap();
    assert_eq!(
        back,
        values_xml::write(&[("DeviceID", "dev-1")]).into_bytes()
    );
}

#[test]
fn an_interrupted_job_and_a_device_that_went_down_sync_nothing() {
    for exit in [Exit::Interrupted, Exit::DeviceDown] {
        let device = FakeDevice::running(move |d, _| {
            d.put(
                &udf::path(Os::Linux),
                values_xml::write(&[("Custom5", "five")]).as_bytes(),
                0o600,
            );
            Ok(outcome(exit, "", ""))
        });
        let r = run(&device, Category::Scripts, b"echo").unwrap();
        assert!(r.udfs.is_empty());
        assert_eq!(r.status, JobStatus::Failure);
    }
}

#[test]
fn what_cannot_run_is_skipped_before_anything_is_laid() {
    let device = FakeDevice::default();
    let meta = metadata("powershell");
    let r = run_as(&device, &meta, b"");
    assert!(matches!(r, Err(JobError::Skip(_))));
    assert!(device.calls.lock().unwrap().is_empty());
}

fn run_windows(device: &FakeDevice, meta: &Metadata) -> Result<JobReport, JobError> {
    let view = ComponentView {
        meta,
        body: b"@echo off",
        polyglot: false,
        attachments: vec![],
    };
    run_job(
        device,
        &context(Os::Windows),
        &view,
        &Resolution::default(),
        &Knobs::default(),
        &Cancel::default(),
        &NoSink,
    )
}

#[test]
fn a_windows_job_runs_in_its_folder_and_its_udfs_come_from_the_registry() {
    let mut device = FakeDevice::running(|d, l| {
        assert_eq!(l.program, r"C:\Windows\System32\cmd.exe");
        assert_eq!(l.command_line.as_deref(), Some("cmd.exe /c command.bat"));
        assert_eq!(
            l.cwd,
            r"C:\ProgramData\CentraStage\Packages\da435223-0000-4000-8000-000000000001#"
        );
        let get = |name: &str| {
            l.env
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.as_str())
        };
        assert_eq!(get("USERNAME"), Some("WEB-01$"));
        assert_eq!(get("UDF_7"), None, "an empty variable is not set");
        assert_eq!(get("HOME"), None);
        d.change(&format!(r"{}\log.txt", l.cwd), b"1");
        d.change(r"C:\Program Files\Bright\x", b"1");
        let w = d.windows.as_ref().unwrap();
        w.set(
            r"HKLM\SOFTWARE\CentraStage",
            "custom5",
            RegistryData::Sz("five".into()),
        );
        let entry = |key: &str| RegistryEntry {
            key: key.into(),
            value: Some("Custom5".into()),
            change: Change::Created,
            before: None,
            after: Some("REG_SZ: five".into()),
        };
        *w.changed.lock().unwrap() = vec![
            entry(r"HKLM\Software\centrastage"),
            entry(r"HKLM\SOFTWARE\CentraStage2"),
        ];
        Ok(outcome(Exit::Code(0), "ready\r\n", ""))
    });
    device.windows = Some(FakeWindows::default());
    udf::seed(&device, Os::Windows, "dev-1").unwrap();
    let r = run_windows(&device, &metadata("batch")).unwrap();
    assert_eq!(r.udfs, [(5, Some("five".to_owned()))]);
    let paths: Vec<&str> = r
        .footprint
        .entries
        .iter()
        .map(|e| e.path.as_str())
        .collect();
    assert_eq!(paths, [r"C:\Program Files\Bright\x"]);
    assert_eq!(
        r.footprint.registry.len(),
        1,
        "another key with a like name stays"
    );
    assert_eq!((r.agent_files.len(), r.agent_registry.len()), (1, 1));
    assert!(r.notes.is_empty(), "{:?}", r.notes);
    let keys = device.windows.as_ref().unwrap().keys.lock().unwrap();
    let left: Vec<&str> = keys[r"HKLM\SOFTWARE\CentraStage"]
        .iter()
        .map(|v| v.name.as_str())
        .collect();
    assert_eq!(
        left,
        ["DeviceID", "AgentFolderLocation"],
        "the UDF was consumed"
    );
}

/// A script is told before it is laid, a monitor once more for its next poll, a Batch script never.
#[test]
fn the_device_is_told_which_powershell_launch_comes_next() {
    for (token, category, times) in [
        ("powershell", Category::Scripts, 1),
        ("powershell", Category::Monitors, 2),
        ("batch", Category::Scripts, 0),
    ] {
        let mut device = FakeDevice::running(|_, _| Ok(outcome(Exit::Code(0), "", "")));
        device.windows = Some(FakeWindows {
            powershell: true,
            ..FakeWindows::default()
        });
        udf::seed(&device, Os::Windows, "dev-1").unwrap();
        let meta = Metadata {
            category,
            ..metadata(token)
        };
        let r = run_windows(&device, &meta);
        assert!(r.is_ok(), "{r:?}");
        let told = device.windows.as_ref().unwrap().expected.lock().unwrap();
        assert_eq!(told.len(), times, "{token} {category:?}: {told:?}");
        assert!(
            told.iter().all(|l| l.ends_with("#\\command.ps1\"")),
            "{told:?}"
        );
    }
}
