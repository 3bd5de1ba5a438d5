//! The messages between the harness and a device's own processes: length-prefixed, little-endian,
//! with descriptors riding on the first byte. A broken message is an error, never a panic.

pub use super::order::{Area, BootOrder, Plant, PlantKind, SocketOrder};
use super::sys;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

/// Longest message; an environment of 10 MiB still fits.
pub const LONGEST: usize = 32 << 20;

/// Puts fields behind each other.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn byte(&mut self, v: u8) -> &mut Self {
        self.0.push(v);
        self
    }
    pub fn number(&mut self, v: u32) -> &mut Self {
        self.0.extend_from_slice(&v.to_le_bytes());
        self
    }
    pub fn bytes(&mut self, v: &[u8]) -> &mut Self {
        self.number(v.len() as u32);
        self.0.extend_from_slice(v);
        self
    }
    pub fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) -> &mut Self {
        self.number(items.len() as u32);
        for item in items {
            each(self, item);
        }
        self
    }
    pub fn done(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

/// Takes fields off again; `None` as soon as the message is too short.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }
    pub fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }
    pub fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
    pub fn bytes(&mut self) -> Option<Vec<u8>> {
        let n = self.number()? as usize;
        self.take(n).map(<[u8]>::to_vec)
    }
    pub fn text(&mut self) -> Option<String> {
        self.bytes()
            .map(|b| String::from_utf8_lossy(&b).into_owned())
    }
    pub fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let n = self.number()? as usize;
        // Every element takes a byte at least, so a larger count is a lie.
        if n > self.0.len() {
            return None;
        }
        (0..n).map(|_| each(self)).collect()
    }
}

/// A message that travels.
pub trait Message: Sized {
    fn encode(&self) -> Vec<u8>;
    fn decode(bytes: &[u8]) -> Option<Self>;
}

/// Sends one message with descriptors.
pub fn send(
    socket: BorrowedFd<'_>,
    message: &impl Message,
    fds: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let body = message.encode();
    if body.len() > LONGEST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the message is too long",
        ));
    }
    let mut whole = (body.len() as u32).to_le_bytes().to_vec();
    whole.extend_from_slice(&body);
    sys::send_with_fds(socket, &whole, fds)
}

/// Receives one message with its descriptors; `None` at the end of the stream.
pub fn receive<M: Message>(socket: BorrowedFd<'_>) -> io::Result<Option<(M, Vec<OwnedFd>)>> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "a broken message");
    let mut fds = Vec::new();
    let mut head = [0; 4];
    if !fill(socket, &mut head, &mut fds)? {
        return Ok(None);
    }
    let length = u32::from_le_bytes(head) as usize;
    if length > LONGEST {
        return Err(broken());
    }
    let mut body = vec![0; length];
    if !fill(socket, &mut body, &mut fds)? {
        return Ok(None);
    }
    M::decode(&body).map(|m| Some((m, fds))).ok_or_else(broken)
}

fn fill(socket: BorrowedFd<'_>, into: &mut [u8], fds: &mut Vec<OwnedFd>) -> io::Result<bool> {
    let mut at = 0;
    while at < into.len() {
        match sys::recv_with_fds(socket, &mut into[at..], fds)? {
            0 => return Ok(false),
            n => at += n,
        }
    }
    Ok(true)
}

/// Harness to chassis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToChassis {
    /// Set the device up and boot it; carries the device's end of PID 1's control socket.
    Boot(Box<BootOrder>),
    /// Kill PID 1 and boot a new one over the same files; carries a socket as `Boot` does.
    Again,
    /// Live on when the harness goes.
    Keep,
}

impl Message for ToChassis {
    fn encode(&self) -> Vec<u8> {
        match self {
            ToChassis::Boot(order) => {
                let mut bytes = vec![0];
                bytes.extend_from_slice(&order.encode());
                bytes
            }
            ToChassis::Again => vec![1],
            ToChassis::Keep => vec![2],
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (0, rest) => BootOrder::decode(rest).map(|o| ToChassis::Boot(Box::new(o))),
            (1, []) => Some(ToChassis::Again),
            (2, []) => Some(ToChassis::Keep),
            _ => None,
        }
    }
}

/// Chassis or PID 1 to the harness while a device boots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// From the chassis: carries a descriptor for the upper of every area, then the sockets asked for; the number is PID 1's
    /// process id on the host. From PID 1: carries what [`super::inside`] lists; remarks on what
    /// this machine could not give.
    Ready { pid: u32, remarks: Vec<String> },
    /// A step of the set-up failed with this errno (0: none).
    Failed { what: String, errno: i32 },
}

impl Message for Report {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        match self {
            Report::Ready { pid, remarks } => {
                w.byte(0).number(*pid).list(remarks, |w, r| {
                    w.bytes(r.as_bytes());
                });
            }
            Report::Failed { what, errno } => {
                w.byte(1).bytes(what.as_bytes()).number(*errno as u32);
            }
        }
        w.done()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut r = Reader(bytes);
        match r.byte()? {
            0 => Some(Report::Ready {
                pid: r.number()?,
                remarks: r.list(Reader::text)?,
            }),
            1 => Some(Report::Failed {
                what: r.text()?,
                errno: r.number()? as i32,
            }),
            _ => None,
        }
    }
}

/// Harness to PID 1. Every order but `Keep` carries, as its last descriptor, the write end of a
/// pipe on which PID 1 answers with one [`Answer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToInit {
    /// Start a program; carries its stdin, stdout and stderr first.
    Spawn {
        job: u32,
        program: Vec<u8>,
        argv: Vec<Vec<u8>>,
        env: Vec<Vec<u8>>,
        cwd: Vec<u8>,
    },
    /// Kill every process of a job.
    Kill { job: u32 },
    /// Live on when the harness goes. `open` lets the user who owns the device into it: where its
    /// root is that user and no more, PID 1 hides nothing.
    Keep { open: bool },
}

impl Message for ToInit {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        match self {
            ToInit::Spawn {
                job,
                program,
                argv,
                env,
                cwd,
            } => {
                w.byte(0).number(*job).bytes(program);
                w.list(argv, |w, a| {
                    w.bytes(a);
                });
                w.list(env, |w, e| {
                    w.bytes(e);
                });
                w.bytes(cwd);
            }
            ToInit::Kill { job } => {
                w.byte(1).number(*job);
            }
            ToInit::Keep { open } => {
                w.byte(2).byte(u8::from(*open));
            }
        }
        w.done()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut r = Reader(bytes);
        match r.byte()? {
            0 => Some(ToInit::Spawn {
                job: r.number()?,
                program: r.bytes()?,
                argv: r.list(Reader::bytes)?,
                env: r.list(Reader::bytes)?,
                cwd: r.bytes()?,
            }),
            1 => Some(ToInit::Kill { job: r.number()? }),
            2 => Some(ToInit::Keep {
                open: r.byte()? != 0,
            }),
            _ => None,
        }
    }
}

/// PID 1's answer to one order: nine bytes at most, so that one write carries it whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The job's first process ended with this code.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
    /// It could not be started: errno.
    NotStarted(i32),
    /// So many processes were killed; none is left.
    Killed(i32),
    /// Some could not be killed in time.
    NotKilled(i32),
}

impl Answer {
    pub const LENGTH: usize = 5;

    pub fn to_bytes(self) -> [u8; Self::LENGTH] {
        let (kind, value) = match self {
            Answer::Code(v) => (0, v),
            Answer::Signal(v) => (1, v),
            Answer::NotStarted(v) => (2, v),
            Answer::Killed(v) => (3, v),
            Answer::NotKilled(v) => (4, v),
        };
        let v = value.to_le_bytes();
        [kind, v[0], v[1], v[2], v[3]]
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Answer> {
        let (kind, value) = bytes.split_first()?;
        let value = i32::from_le_bytes(value.try_into().ok()?);
        Some(match kind {
            0 => Answer::Code(value),
            1 => Answer::Signal(value),
            2 => Answer::NotStarted(value),
            3 => Answer::Killed(value),
            4 => Answer::NotKilled(value),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(any::<u8>(), 0..12)
    }

    proptest! {
        #[test]
        fn spawn_orders_survive_the_wire(
            job in any::<u32>(), program in bytes(), cwd in bytes(),
            argv in prop::collection::vec(bytes(), 0..5), env in prop::collection::vec(bytes(), 0..5),
        ) {
            let order = ToInit::Spawn { job, program, argv, env, cwd };
            prop_assert_eq!(ToInit::decode(&order.encode()), Some(order));
        }

        #[test]
        fn any_bytes_are_taken(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = ToInit::decode(&raw);
            let _ = ToChassis::decode(&raw);
            let _ = Report::decode(&raw);
            let _ = Answer::from_bytes(&raw);
        }

        #[test]
        fn a_cut_message_is_no_message(cut in 0usize..100) {
            let order = BootOrder {
                hostname: b"host".to_vec(),
                layers: vec![b"/".to_vec()],
                plants: vec![Plant {
                    path: b"/etc".to_vec(), mode: 0o755, uid: 0, gid: 0,
                    kind: PlantKind::Folder { opaque: true },
                }],
                ..BootOrder::default()
            };
            let whole = order.encode();
            prop_assert_eq!(BootOrder::decode(&whole), Some(order));
            prop_assert_eq!(BootOrder::decode(&whole[..cut.min(whole.len() - 1)]), None);
        }
    }

    #[test]
    fn answers_survive_the_wire() {
        for answer in [
            Answer::Code(-1),
            Answer::Signal(9),
            Answer::NotStarted(2),
            Answer::Killed(50),
        ] {
            assert_eq!(Answer::from_bytes(&answer.to_bytes()), Some(answer));
        }
    }
}
