//! Stands for Windows where there is none: the harness' side of this crate needs the programs'
//! names, and their rules are tested there, but none of them is run.

/// A call of Windows that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is on Windows only")]
pub struct SysError {
    pub what: &'static str,
    pub code: u32,
}

/// `ERROR_CALL_NOT_IMPLEMENTED`
fn not_here<T>(what: &'static str) -> Result<T, SysError> {
    Err(SysError { what, code: 120 })
}

pub mod stdin {
    use std::time::Duration;

    pub fn is_console() -> bool {
        false
    }

    pub fn key(wait: Duration) -> bool {
        character(wait).is_some()
    }

    pub fn character(_wait: Duration) -> Option<char> {
        None
    }
}

pub mod screen {
    pub fn message(_title: &str, _text: &str) {}
}

pub mod front {
    use super::{SysError, not_here};

    pub fn run(
        _program: &str,
        _command_line: &str,
        _set: &[(&str, &str)],
        _removed: &[&str],
    ) -> Result<u32, SysError> {
        not_here("PowerShell")
    }
}

pub mod tasks {
    use super::{SysError, not_here};
    use crate::programs::tasks::Task;

    pub fn list() -> Result<Vec<Task>, SysError> {
        not_here("the list of processes")
    }

    pub fn end(_pid: u32) -> Result<(), SysError> {
        not_here("the end of a process")
    }

    pub fn close_windows(_pid: u32) -> bool {
        false
    }
}

pub mod scm {
    use super::{SysError, not_here};
    use crate::programs::services::{Service, Settings};

    pub fn list() -> Result<Vec<Service>, SysError> {
        not_here("the list of services")
    }

    pub fn status(_name: &str) -> Result<Service, SysError> {
        not_here("a service")
    }

    pub fn settings(_name: &str) -> Result<Settings, SysError> {
        not_here("a service")
    }

    pub fn create(_name: &str, _settings: &Settings) -> Result<(), SysError> {
        not_here("a service")
    }

    pub fn change(_name: &str, _settings: &Settings) -> Result<(), SysError> {
        not_here("a service")
    }

    pub fn describe(_name: &str, _text: &str) -> Result<(), SysError> {
        not_here("a service")
    }

    pub fn start(_name: &str, _args: &[String]) -> Result<(), SysError> {
        not_here("a service")
    }

    pub fn control(_name: &str, _control: u32) -> Result<(), SysError> {
        not_here("a service")
    }

    pub fn delete(_name: &str) -> Result<(), SysError> {
        not_here("a service")
    }
}

/// A registry of each thread's own, empty at first: programs that read and write values are tested over it.
pub mod values {
    use super::{SysError, not_here};
    use crate::programs::keys::Content;
    use crate::protocol::message::KeyPath;
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    pub fn content(_key: &KeyPath) -> Result<Option<Content>, SysError> {
        not_here("the registry")
    }

    enum Data {
        Text(String),
        Number(u32),
        Bytes(Vec<u8>),
    }

    type Values = BTreeMap<String, (String, Data)>;
    type Keys = BTreeMap<(bool, String), (String, Values)>;

    thread_local! {
        static KEYS: RefCell<Keys> = const { RefCell::new(BTreeMap::new()) };
    }

    fn key(machine: bool, path: &str) -> (bool, String) {
        (machine, path.to_lowercase())
    }

    fn value<T>(
        machine: bool,
        path: &str,
        name: &str,
        read: impl Fn(&Data) -> Option<T>,
    ) -> Option<T> {
        KEYS.with_borrow(|keys| {
            let (_, values) = keys.get(&key(machine, path))?;
            read(&values.get(&name.to_lowercase())?.1)
        })
    }

    fn set(machine: bool, path: &str, name: &str, data: Data) {
        KEYS.with_borrow_mut(|keys| {
            let here = keys.entry(key(machine, path));
            let (_, values) = here.or_insert_with(|| (path.to_owned(), Values::new()));
            values.insert(name.to_lowercase(), (name.to_owned(), data));
        });
    }

    pub fn text(machine: bool, path: &str, name: &str) -> Option<String> {
        value(machine, path, name, |data| match data {
            Data::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    pub fn set_text(
        machine: bool,
        path: &str,
        name: &str,
        value: &str,
        _expands: bool,
    ) -> Result<(), SysError> {
        set(machine, path, name, Data::Text(value.to_owned()));
        Ok(())
    }

    pub fn number(machine: bool, path: &str, name: &str) -> Option<u32> {
        value(machine, path, name, |data| match data {
            Data::Number(number) => Some(*number),
            _ => None,
        })
    }

    pub fn set_number(machine: bool, path: &str, name: &str, value: u32) -> Result<(), SysError> {
        set(machine, path, name, Data::Number(value));
        Ok(())
    }

    pub fn keys(path: &str) -> Vec<String> {
        let above = format!("{}\\", path.to_lowercase());
        let mut names: Vec<String> = KEYS.with_borrow(|keys| {
            let below = keys
                .iter()
                .filter(|((machine, key), _)| *machine && key.starts_with(&above));
            below
                .filter_map(|(_, (path, _))| path[above.len()..].split('\\').next())
                .map(str::to_owned)
                .collect()
        });
        names.dedup_by_key(|name| name.to_lowercase());
        names
    }

    pub fn binary(path: &str, name: &str) -> Option<Vec<u8>> {
        value(true, path, name, |data| match data {
            Data::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        })
    }

    pub fn set_binary(path: &str, name: &str, bytes: &[u8]) -> Result<(), SysError> {
        set(true, path, name, Data::Bytes(bytes.to_vec()));
        Ok(())
    }
}

pub mod http {
    use super::{SysError, not_here};
    use crate::programs::web::{Failed, Head, Request};

    pub fn proxy() -> Option<(String, String)> {
        None
    }

    pub fn set_proxy(_to: Option<&(String, String)>) -> Result<(), SysError> {
        not_here("WinHTTP's proxy")
    }

    pub fn send(
        _request: &Request,
        _head: &mut dyn FnMut(&Head) -> bool,
        _body: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), Failed> {
        Err(Failed::of(120))
    }
}

pub mod crypto {
    use crate::programs::certificates::Hash;
    use std::io::{self, Read};

    pub fn hash(_hash: Hash, _from: &mut dyn Read) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

pub mod processes {
    pub fn command_line(_pid: u32) -> String {
        String::new()
    }
}

pub mod console {
    use super::{SysError, not_here};

    pub const CONTROL_C_EXIT: i32 = 0xC000_013A_u32.cast_signed();

    pub fn end_all(_spared: &str) -> Result<(), SysError> {
        not_here("a console")
    }
}

pub mod handles {
    pub fn keep_standard() {}

    pub fn writes_file() -> bool {
        false
    }

    pub fn output_path() -> Option<String> {
        None
    }

    pub fn is_at_start() -> bool {
        true
    }
}

pub mod own {
    pub fn is_narrow() -> bool {
        false
    }

    pub fn run(_name: &str, _line: &str) -> Result<(u32, i32), String> {
        Err("it is on Windows only".into())
    }
}

pub mod msi {
    pub fn properties<const N: usize>(_package: &str, _names: [&str; N]) -> Option<[String; N]> {
        None
    }

    pub fn alone() -> Option<()> {
        Some(())
    }
}

pub mod certs {
    use super::{SysError, not_here};
    use crate::programs::certificates::Certificate;

    pub struct Store;

    impl Store {
        pub fn open(_machine: bool, _name: &str) -> Result<Store, SysError> {
            not_here("a certificate store")
        }

        pub fn add(&self, _der: &[u8]) -> Result<(), SysError> {
            not_here("a certificate store")
        }

        pub fn list(&self) -> Vec<Certificate> {
            Vec::new()
        }

        pub fn remove(&self, _chosen: &dyn Fn(&Certificate) -> bool) -> Result<usize, SysError> {
            not_here("a certificate store")
        }
    }

    pub fn read(_der: &[u8]) -> Result<Certificate, SysError> {
        not_here("a certificate")
    }
}

pub mod icmp {
    use super::{SysError, not_here};
    use crate::programs::network::Echo;
    use std::net::Ipv4Addr;

    pub fn echo(_to: Ipv4Addr, _size: u16, _wait: u32, _hops: u8) -> Result<Echo, SysError> {
        not_here("an echo request")
    }
}
