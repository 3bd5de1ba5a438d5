//! All that the processes of a device need to know to put it together.

use super::wire::{Message, Reader, Writer};

/// Something that stands in the device's upper layer before it boots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plant {
    /// Absolute path on the device; no part of it is a symbolic link.
    pub path: Vec<u8>,
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub kind: PlantKind,
}

/// What a [`Plant`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlantKind {
    /// A folder; an opaque one hides what the layers below have in it.
    Folder {
        opaque: bool,
    },
    File(Vec<u8>),
    Link(Vec<u8>),
}

/// A part of the device's tree with an upper layer of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Absolute path on the device without a trailing slash; empty for the root.
    pub at: Vec<u8>,
    /// An overlay over the layers; else a plain tmpfs.
    pub overlay: bool,
}

/// A socket PID 1 opens on the device's loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketOrder {
    pub udp: bool,
    /// Last number of 127.77.0.N.
    pub host: u8,
    pub port: u16,
}

/// All a chassis needs to put a device together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BootOrder {
    /// The chassis is a normal user's: it enters a user namespace of its own first.
    pub reduced: bool,
    /// Lower layers on the host, topmost first.
    pub layers: Vec<Vec<u8>>,
    /// The root first, deeper ones after those they lie in.
    pub areas: Vec<Area>,
    pub plants: Vec<Plant>,
    /// Folders that come up empty on every boot.
    pub emptied: Vec<Vec<u8>>,
    pub hostname: Vec<u8>,
    pub mac: [u8; 6],
    /// Files of `/sys/class/dmi/id`.
    pub facts: Vec<(Vec<u8>, Vec<u8>)>,
    /// Real programs that doubles hide: (name, path on the host).
    pub real: Vec<(Vec<u8>, Vec<u8>)>,
    pub sockets: Vec<SocketOrder>,
    /// In a container: what starts this program there, as (name in [`super::inside::GUEST`], path in
    /// the container). The double is then a script that does so.
    pub guest: Vec<(Vec<u8>, Vec<u8>)>,
    /// System calls on files are told too.
    pub points: bool,
}

impl Message for BootOrder {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.byte(u8::from(self.reduced));
        w.list(&self.layers, |w, l| {
            w.bytes(l);
        });
        w.list(&self.areas, |w, a| {
            w.bytes(&a.at).byte(u8::from(a.overlay));
        });
        w.list(&self.plants, |w, p| {
            w.bytes(&p.path).number(p.mode).number(p.uid).number(p.gid);
            match &p.kind {
                PlantKind::Folder { opaque } => w.byte(0).byte(u8::from(*opaque)),
                PlantKind::File(content) => w.byte(1).bytes(content),
                PlantKind::Link(target) => w.byte(2).bytes(target),
            };
        });
        w.list(&self.emptied, |w, e| {
            w.bytes(e);
        });
        w.bytes(&self.hostname).bytes(&self.mac);
        w.list(&self.facts, |w, (n, v)| {
            w.bytes(n).bytes(v);
        });
        w.list(&self.real, |w, (n, v)| {
            w.bytes(n).bytes(v);
        });
        w.list(&self.sockets, |w, s| {
            w.byte(u8::from(s.udp))
                .byte(s.host)
                .number(u32::from(s.port));
        });
        w.list(&self.guest, |w, (n, v)| {
            w.bytes(n).bytes(v);
        });
        w.byte(u8::from(self.points));
        w.done()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut r = Reader(bytes);
        Some(BootOrder {
            reduced: r.byte()? != 0,
            layers: r.list(Reader::bytes)?,
            areas: r.list(|r| {
                Some(Area {
                    at: r.bytes()?,
                    overlay: r.byte()? != 0,
                })
            })?,
            plants: r.list(|r| {
                Some(Plant {
                    path: r.bytes()?,
                    mode: r.number()?,
                    uid: r.number()?,
                    gid: r.number()?,
                    kind: match r.byte()? {
                        0 => PlantKind::Folder {
                            opaque: r.byte()? != 0,
                        },
                        1 => PlantKind::File(r.bytes()?),
                        2 => PlantKind::Link(r.bytes()?),
                        _ => return None,
                    },
                })
            })?,
            emptied: r.list(Reader::bytes)?,
            hostname: r.bytes()?,
            mac: r.bytes()?.try_into().ok()?,
            facts: r.list(|r| Some((r.bytes()?, r.bytes()?)))?,
            real: r.list(|r| Some((r.bytes()?, r.bytes()?)))?,
            sockets: r.list(|r| {
                Some(SocketOrder {
                    udp: r.byte()? != 0,
                    host: r.byte()?,
                    port: u16::try_from(r.number()?).ok()?,
                })
            })?,
            guest: r.list(|r| Some((r.bytes()?, r.bytes()?)))?,
            points: r.byte()? != 0,
        })
    }
}
