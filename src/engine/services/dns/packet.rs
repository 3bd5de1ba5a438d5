//! The few bytes of DNS (RFC 1035) that a stub resolver's question and its answer are made of.
//!
//! Read by hand because a question with a record type this code has never heard of still
//! deserves an answer, and its name still has to be recorded.

use std::net::IpAddr;

/// Longest name on the wire (RFC 1035, 2.3.4).
const LONGEST_NAME: usize = 255;
const HEADER: usize = 12;

pub(super) const A: u16 = 1;
pub(super) const PTR: u16 = 12;
pub(super) const AAAA: u16 = 28;
pub(super) const ANY: u16 = 255;

/// Response codes of RFC 1035.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NxDomain = 3,
    NotImp = 4,
    Refused = 5,
}

/// A packet that asks exactly one question.
#[derive(Debug)]
pub(super) struct Query<'a> {
    head: [u8; HEADER],
    /// The question's own bytes, given back unchanged (resolvers vary the case to spot forgeries).
    question: &'a [u8],
    /// Lower case, without the last dot, `.` for the root; odd bytes as `\DDD`.
    pub name: String,
    pub kind: u16,
    pub class: u16,
}

/// What a packet is.
#[derive(Debug)]
pub(super) enum Read<'a> {
    Query(Query<'a>),
    /// Not a question at all: an answer, or too short for a header. Gets no reply.
    Noise,
    /// Asks for something other than a plain query, or is cut or garbled; the reply is ready.
    Refused(Vec<u8>),
}

/// Reads a packet; never fails on anything.
pub(super) fn read(packet: &[u8]) -> Read<'_> {
    let Some(head) = packet.first_chunk::<HEADER>().copied() else {
        return Read::Noise;
    };
    if head[2] & 0x80 != 0 {
        return Read::Noise;
    }
    if head[2] & 0x78 != 0 {
        return Read::Refused(reply_head(&head, Code::NotImp, 0, 0).to_vec());
    }
    let form_error = || Read::Refused(reply_head(&head, Code::FormErr, 0, 0).to_vec());
    if head[4..6] != [0, 1] {
        return form_error();
    }
    let Some((name, end)) = read_name(packet) else {
        return form_error();
    };
    let Some(&[k1, k2, c1, c2]) = packet.get(end..).and_then(|rest| rest.first_chunk::<4>()) else {
        return form_error();
    };
    let Some(question) = packet.get(HEADER..end + 4) else {
        return form_error();
    };
    let (kind, class) = (u16::from_be_bytes([k1, k2]), u16::from_be_bytes([c1, c2]));
    Read::Query(Query {
        head,
        question,
        name,
        kind,
        class,
    })
}

/// The first question's name and the offset behind it. Nothing stands before it that a
/// compression pointer could point to, so a pointer makes the packet malformed.
fn read_name(packet: &[u8]) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut at = HEADER;
    loop {
        let length = usize::from(*packet.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        if length > 63 || at + length - HEADER >= LONGEST_NAME {
            return None;
        }
        if !name.is_empty() {
            name.push('.');
        }
        push_label(&mut name, packet.get(at..at + length)?);
        at += length;
    }
    if name.is_empty() {
        name.push('.');
    }
    Some((name, at))
}

/// Presentation form (RFC 4343, 2.1).
fn push_label(name: &mut String, label: &[u8]) {
    for &byte in label {
        match byte {
            b'.' | b'\\' => {
                name.push('\\');
                name.push(char::from(byte));
            }
            0x21..=0x7e => name.push(char::from(byte.to_ascii_lowercase())),
            _ => name.push_str(&format!("\\{byte:03}")),
        }
    }
}

fn reply_head(head: &[u8; HEADER], code: Code, questions: u16, answers: u16) -> [u8; HEADER] {
    let mut reply = [0; HEADER];
    reply[..2].copy_from_slice(&head[..2]);
    // A response; opcode and "recursion desired" as asked; "recursion available".
    reply[2] = 0x80 | (head[2] & 0x79);
    reply[3] = 0x80 | code as u8;
    reply[4..6].copy_from_slice(&questions.to_be_bytes());
    reply[6..8].copy_from_slice(&answers.to_be_bytes());
    reply
}

/// One record of an answer.
pub(super) enum Record<'a> {
    Address(IpAddr),
    /// A host name in presentation form without escapes.
    Name(&'a str),
}

impl Query<'_> {
    /// The whole reply. Records live zero seconds, so that a fault works from one lookup to the next.
    pub fn reply(&self, code: Code, records: &[Record<'_>]) -> Vec<u8> {
        let mut body = Vec::with_capacity(64 + self.question.len());
        let mut answers = 0u16;
        for record in records {
            let (kind, data) = match record {
                Record::Address(IpAddr::V4(ip)) => (A, ip.octets().to_vec()),
                Record::Address(IpAddr::V6(ip)) => (AAAA, ip.octets().to_vec()),
                Record::Name(name) => (PTR, write_name(name)),
            };
            let Ok(length) = u16::try_from(data.len()) else {
                continue;
            };
            // A pointer to the question's name, which always stands right behind the header.
            body.extend_from_slice(&[0xc0, HEADER as u8]);
            body.extend_from_slice(&kind.to_be_bytes());
            body.extend_from_slice(&1u16.to_be_bytes());
            body.extend_from_slice(&0u32.to_be_bytes());
            body.extend_from_slice(&length.to_be_bytes());
            body.extend_from_slice(&data);
            answers += 1;
        }
        let mut reply = reply_head(&self.head, code, 1, answers).to_vec();
        reply.extend_from_slice(self.question);
        reply.extend_from_slice(&body);
        reply
    }
}

fn write_name(name: &str) -> Vec<u8> {
    let mut wire = Vec::with_capacity(name.len() + 2);
    for label in name.split('.').filter(|l| !l.is_empty()) {
        let label = &label.as_bytes()[..label.len().min(63)];
        wire.push(label.len() as u8);
        wire.extend_from_slice(label);
    }
    wire.push(0);
    wire
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::services::tests::names::{QUERY_ID, question};
    use proptest::prelude::*;
    use simple_dns::{Packet, TYPE};

    #[test]
    fn a_question_keeps_its_case_in_the_reply_and_loses_it_in_the_record() {
        let packet = question("LiCence.Bright.WEB", TYPE::A);
        let Read::Query(query) = read(&packet) else {
            panic!("not read")
        };
        assert_eq!(
            (query.name.as_str(), query.kind, query.class),
            ("licence.bright.web", A, 1)
        );
        let bytes = query.reply(
            Code::NoError,
            &[Record::Address("127.0.0.9".parse().unwrap())],
        );
        let reply = Packet::parse(&bytes).unwrap();
        assert_eq!(reply.questions[0].qname.to_string(), "LiCence.Bright.WEB");
        assert_eq!(reply.answers[0].name.to_string(), "LiCence.Bright.WEB");
        assert_eq!(reply.id(), QUERY_ID);
    }

    #[test]
    fn odd_bytes_of_a_name_are_escaped() {
        let mut packet = vec![0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        packet.extend_from_slice(b"\x04a.\\\xff\x00\x00\x01\x00\x01");
        let Read::Query(query) = read(&packet) else {
            panic!("not read")
        };
        assert_eq!(query.name, "a\\.\\\\\\255");
    }

    #[test]
    fn answers_and_short_packets_get_no_reply() {
        assert!(matches!(read(&[0; 11]), Read::Noise));
        let mut packet = question("a.example", TYPE::A);
        packet[2] |= 0x80;
        assert!(matches!(read(&packet), Read::Noise));
    }

    #[test]
    fn a_compressed_or_cut_question_is_a_format_error() {
        let whole = question("a.example", TYPE::A);
        for end in HEADER..whole.len() {
            assert!(
                matches!(read(&whole[..end]), Read::Refused(_)),
                "cut at {end}"
            );
        }
        let mut looped = vec![0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        looped.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1]);
        let Read::Refused(reply) = read(&looped) else {
            panic!("taken")
        };
        assert_eq!(reply[3] & 15, Code::FormErr as u8);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            if let Read::Query(query) = read(&bytes) {
                prop_assert!(query.name.len() <= 4 * LONGEST_NAME);
                let reply = query.reply(Code::NxDomain, &[]);
                prop_assert_eq!(&reply[..2], &bytes[..2]);
            }
        }

        #[test]
        fn any_question_behind_a_good_header_is_read_without_panic(
            tail in proptest::collection::vec(any::<u8>(), 0..300),
            labels in proptest::collection::vec("[a-zA-Z0-9_-]{1,20}", 1..6),
        ) {
            let mut packet = vec![9, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
            for label in &labels {
                packet.push(label.len() as u8);
                packet.extend_from_slice(label.as_bytes());
            }
            let _ = read(&[packet.as_slice(), &tail].concat());
            packet.extend_from_slice(&[0, 0xff, 0x77, 0, 1]);
            match read(&packet) {
                Read::Query(query) => {
                    prop_assert_eq!(query.name, labels.join(".").to_lowercase());
                    prop_assert_eq!(query.kind, 0xff77);
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
