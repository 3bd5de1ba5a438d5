use super::*;
use serde_json::json;

fn stores(facts: Value, seeds: &[(&str, &str, Value)]) -> Stores {
    Stores::new(&WindowsSpec {
        facts: serde_json::from_value(facts).unwrap(),
        stores: seeds
            .iter()
            .map(|(s, k, v)| ((*s).to_owned(), (*k).to_owned(), v.clone()))
            .collect(),
        ..WindowsSpec::default()
    })
    .unwrap()
}

fn put(name: &str, key: &str, value: Value, expected: Option<Value>) -> Question {
    Question::Put {
        name: name.into(),
        key: key.into(),
        value,
        expected,
    }
}

#[test]
fn a_device_tells_its_real_start_unless_one_is_declared() {
    let os = |s: &Stores| match s.answer(&Question::Facts { name: "os".into() }) {
        Some(Answer::Value { value }) => value["LastBootUpTime"].as_str().map(str::to_owned),
        other => panic!("{other:?}"),
    };
    let declared = json!({"os": {"LastBootUpTime": "2026-01-05T09:00:00"}});
    assert_eq!(
        os(&stores(declared, &[])).as_deref(),
        Some("2026-01-05T09:00:00")
    );
    assert_eq!(os(&stores(json!({}), &[])), None);
    let before = Timestamp::now();
    let s = stores(json!({"os": {"Caption": "Microsoft Windows 11 Pro"}}), &[]);
    let second = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let told = os(&s).unwrap();
    assert!(second(before) <= told && told <= second(Timestamp::now()));
    s.lock().started = Timestamp::UNIX_EPOCH;
    assert_eq!(os(&s).as_deref(), Some("1970-01-01T00:00:00"));
    s.restarted();
    assert!(os(&s).unwrap() >= told, "a restart is a start");
}

#[test]
fn questions_are_answered_and_changes_journalled_once() {
    let s = stores(json!({"bios": {"Name": "B 1.2"}}), &[]);
    let facts = |name: &str| s.answer(&Question::Facts { name: name.into() });
    assert_eq!(
        facts("bios"),
        Some(Answer::Value {
            value: json!({"Name": "B 1.2"})
        })
    );
    assert_eq!(facts("tpm"), Some(Answer::Value { value: Value::Null }));
    assert_eq!(
        s.answer(&put("tasks", "\\A", json!({"name": "A"}), None)),
        Some(Answer::Done)
    );
    let list = Question::List {
        name: "tasks".into(),
    };
    assert_eq!(
        s.answer(&list),
        Some(Answer::Value {
            value: json!([{"name": "A"}])
        })
    );
    let remove = Question::Remove {
        name: "tasks".into(),
        key: "\\a".into(),
    };
    assert_eq!(
        s.answer(&remove),
        Some(Answer::Value { value: json!(true) })
    );
    assert_eq!(
        s.answer(&remove),
        Some(Answer::Value {
            value: json!(false)
        })
    );
    s.answer(&Question::Note {
        name: "reboot".into(),
        value: json!({"by": "shutdown"}),
    });
    let seen = s.take_seen();
    let changes: Vec<_> = seen.stores.iter().map(|c| c.value.is_some()).collect();
    assert_eq!(changes, [true, false]);
    assert_eq!(seen.told[0].name, "reboot");
    assert_eq!(s.take_seen(), Seen::default());
}

#[test]
fn what_is_no_store_is_left_to_the_device() {
    let s = stores(json!({}), &[]);
    let double = Question::Double {
        command: "curl".into(),
        args: vec![],
        cwd: String::new(),
        stdin: String::new(),
    };
    assert_eq!(s.answer(&double), None);
}

#[test]
fn a_put_with_an_expectation_compares_and_swaps() {
    let s = stores(json!({}), &[]);
    assert_eq!(
        s.answer(&put("n", "k", json!(1), Some(Value::Null))),
        Some(Answer::Done)
    );
    assert_eq!(
        s.answer(&put("n", "k", json!(2), Some(Value::Null))),
        Some(Answer::Conflict { value: json!(1) })
    );
    assert_eq!(
        s.answer(&put("n", "k", json!(2), Some(json!(1)))),
        Some(Answer::Done)
    );
    assert_eq!(s.get("n", "K"), Some(json!(2)));
}

#[test]
fn passwords_are_neither_told_nor_journalled() {
    let s = stores(
        json!({"localUsers": [{"Name": "a", "Password": "fact-secret"}]}),
        &[(
            "localUsers",
            "b",
            json!({"Name": "b", "password": "seed-secret"}),
        )],
    );
    s.answer(&put(
        "localUsers",
        "c",
        json!({"Name": "c", "Password": "put-secret", "PasswordRequired": true}),
        None,
    ));
    s.answer(&Question::Note {
        name: "user".into(),
        value: json!([{"Password": "note-secret"}]),
    });
    let told = format!(
        "{:?} {:?} {:?}",
        s.facts(),
        s.list("localUsers"),
        s.take_seen()
    );
    assert!(!told.contains("secret"), "{told}");
    assert_eq!(s.get("localUsers", "c").unwrap()["PasswordRequired"], true);
    let whole = json!({"Name": "c", "Password": "put-secret", "PasswordRequired": true});
    assert_eq!(
        s.answer(&put("localUsers", "c", json!({}), Some(whole))),
        Some(Answer::Done)
    );
}

#[test]
fn keys_are_in_the_order_of_their_numbers_and_of_one_case() {
    let s = stores(json!({}), &[]);
    for key in ["System|10", "system|9", "Application|2", "SYSTEM|010"] {
        s.put("events", key, Some(json!({"key": key}))).unwrap();
    }
    let keys: Vec<String> = s.list("events").into_iter().map(|(k, _)| k).collect();
    assert_eq!(
        keys,
        ["Application|2", "system|9", "SYSTEM|010", "System|10"]
    );
    s.put("events", "application|2", None).unwrap();
    assert_eq!(s.list("events").len(), 3);
}

#[test]
fn numbers_are_never_given_twice() {
    let s = stores(json!({}), &[]);
    let add = || {
        s.answer(&Question::Add {
            name: "jobs".into(),
            value: json!({}),
        })
    };
    assert_eq!(add(), Some(Answer::Value { value: json!(1) }));
    assert_eq!(add(), Some(Answer::Value { value: json!(2) }));
    s.put("jobs", "2", None).unwrap();
    assert_eq!(add(), Some(Answer::Value { value: json!(3) }));
}

#[test]
fn too_much_is_refused_and_nothing_is_changed() {
    let s = stores(json!({}), &[]);
    let big = "x".repeat(Limits::DEVICE.object_bytes + 1);
    let Some(Answer::Failed { what }) = s.answer(&put("n", "k", json!(big), None)) else {
        panic!("an object above the limit was taken");
    };
    assert!(
        what.contains("store n") && what.contains("4194304"),
        "{what}"
    );
    assert_eq!(s.get("n", "k"), None);
    assert_eq!(s.take_seen(), Seen::default());
    let name = "k".repeat(Limits::DEVICE.name_bytes + 1);
    assert!(s.put("n", &name, Some(json!(1))).is_err());
}

#[test]
fn eight_threads_lose_nothing() {
    const EACH: u64 = 500;
    let s = stores(json!({}), &[("count", "all", json!(0))]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..EACH {
                    loop {
                        let now = s.get("count", "all").unwrap();
                        let next = json!(now.as_u64().unwrap() + 1);
                        match s.answer(&put("count", "all", next, Some(now))) {
                            Some(Answer::Done) => break,
                            Some(Answer::Conflict { .. }) => {}
                            other => panic!("{other:?}"),
                        }
                    }
                    s.answer(&Question::Add {
                        name: "rows".into(),
                        value: json!({}),
                    });
                }
            });
        }
    });
    assert_eq!(s.get("count", "all"), Some(json!(8 * EACH)));
    let keys: Vec<String> = s.list("rows").into_iter().map(|(k, _)| k).collect();
    let wanted: Vec<String> = (1..=8 * EACH).map(|n| n.to_string()).collect();
    assert_eq!(keys, wanted);
    assert_eq!(s.take_seen().stores.len() as u64, 16 * EACH);
}

#[test]
fn declared_events_are_numbered_by_time_and_cleared_ones_are_gone() {
    let s = stores(
        json!({"events": [
            {"log": "System", "source": "disk", "id": 7, "level": 2, "minutesAgo": 5, "message": "bad block"},
            {"log": "System", "source": "EventLog", "id": 6005, "level": 4, "minutesAgo": 60},
            {"log": "Application", "source": "x", "id": 1, "type": "Warning", "time": "2020-01-01T00:00:00Z"},
        ]}),
        &[(
            "events",
            "System|99",
            json!({"log": "System", "source": "late", "id": 3, "level": 4}),
        )],
    );
    assert_eq!(s.facts().get("events"), &json!([]));
    let told: Vec<_> = s
        .events()
        .iter()
        .map(|e| (e.log.clone(), e.id, e.record, e.kind.clone()))
        .collect();
    let entry = |log: &str, id, record, kind: &str| (log.to_owned(), id, record, kind.to_owned());
    assert_eq!(
        told,
        [
            entry("Application", 1, 1, "Warning"),
            entry("System", 6005, 1, "Information"),
            entry("System", 7, 2, "Error"),
            entry("System", 3, 3, "Information"),
        ]
    );
    let clear = json!({"log": "System", "cleared": true, "recordId": 2});
    s.put("events", "cleared|System", Some(clear)).unwrap();
    let ids: Vec<u32> = s.events().iter().map(|e| e.id).collect();
    assert_eq!(ids, [1, 3]);
}

#[test]
fn tasks_and_users_are_read_over_their_facts() {
    let s = stores(
        json!({
            "scheduledTasks": [{"taskPath": "\\Bright\\", "taskName": "Scan", "execute": "bv.exe", "lastTaskResult": 1}],
            "localUsers": [{"Name": "Administrator", "Enabled": false}, {"Name": "ann"}],
            "localGroups": [{"Name": "Administrators", "Members": ["administrator"]}],
        }),
        &[("localUsers", "ann", json!({"~removed": "Ann"}))],
    );
    let tasks = s.tasks();
    assert_eq!(tasks[0].path, "\\Bright\\");
    assert_eq!(
        (tasks[0].name.as_str(), tasks[0].last_result),
        ("Scan", Some(1))
    );
    assert!(s.get("tasks", "\\BRIGHT\\Scan").is_some());
    let users = s.users();
    assert_eq!(users.len(), 1);
    assert_eq!(users[0].groups, ["Administrators"]);
    assert!(!users[0].enabled);
}

#[test]
fn a_task_is_started_and_its_end_written_down() {
    let s = stores(
        json!({"scheduledTasks": [{"taskPath": "\\Bright\\", "taskName": "Scan", "execute": "%windir%\\bv.exe", "arguments": "-x"}]}),
        &[],
    );
    let env = [("WINDIR".to_owned(), "C:\\windows".to_owned())];
    let action = s.task_action("bright\\SCAN", &env).unwrap();
    assert_eq!(action.command_line, "\"C:\\windows\\bv.exe\" -x");
    assert!(
        s.task_action("none", &env)
            .unwrap_err()
            .contains("there is no task \\none")
    );
    s.task_started("\\Bright\\Scan", 77).unwrap();
    assert_eq!(
        s.get("tasks", "\\bright\\scan").unwrap()["launcher"]["pid"],
        77
    );
    s.task_ended("\\Bright\\Scan", Some(3010)).unwrap();
    let task = &s.tasks()[0];
    assert_eq!(task.last_result, Some(3010));
    assert!(task.last_run.is_some());
    assert!(
        s.get("tasks", "\\bright\\scan")
            .unwrap()
            .get("launcher")
            .is_none()
    );
    s.put(
        "tasks",
        "\\bright\\scan",
        Some(json!({"path": "\\Bright\\", "name": "Scan", "removed": true})),
    )
    .unwrap();
    s.task_ended("\\Bright\\Scan", None).unwrap();
    assert!(s.tasks().is_empty());
}
