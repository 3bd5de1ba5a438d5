//! The resolver over real sockets.

use super::{World, cloud, world};
use crate::rmm::service::Fault;
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, Question, RCODE, TYPE};
use std::io::{Read, Write};
use std::net::UdpSocket;
use std::time::Duration;

/// The number every [`question`] bears.
pub const QUERY_ID: u16 = 99;

/// A query for a record of a name.
pub fn question(name: &str, kind: TYPE) -> Vec<u8> {
    let mut packet = Packet::new_query(QUERY_ID);
    packet.questions.push(Question::new(
        Name::new(name).unwrap(),
        kind.into(),
        CLASS::IN.into(),
        false,
    ));
    packet.build_bytes_vec().unwrap()
}

fn over_udp(world: &World, packet: &[u8]) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(2)))
        .unwrap();
    socket.send_to(packet, world.dns_udp).unwrap();
    let mut buffer = [0; 1024];
    let length = socket.recv(&mut buffer).ok()?;
    Some(buffer[..length].to_vec())
}

fn result(reply: &[u8]) -> (RCODE, Vec<u32>) {
    let reply = Packet::parse(reply).unwrap();
    let address = |data: &RData<'_>| if let RData::A(a) = data { a.address } else { 0 };
    (
        reply.rcode(),
        reply.answers.iter().map(|r| address(&r.rdata)).collect(),
    )
}

#[test]
fn names_resolve_over_both_transports_and_are_recorded() {
    let world = world(&[cloud(false, Vec::new(), None)]);
    let home = (RCODE::NoError, vec![0x7f00_0001]);
    assert_eq!(
        result(&over_udp(&world, &question("Cloud.Example", TYPE::A)).unwrap()),
        home
    );
    assert_eq!(
        result(&over_udp(&world, &question("elsewhere.example", TYPE::A)).unwrap()),
        (RCODE::NameError, Vec::new())
    );

    let mut stream = super::client::connect(world.dns_tcp).unwrap();
    for name in ["cloud.example", "tcp.example"] {
        let packet = question(name, TYPE::A);
        stream
            .write_all(&(packet.len() as u16).to_be_bytes())
            .unwrap();
        stream.write_all(&packet).unwrap();
        let mut length = [0; 2];
        stream.read_exact(&mut length).unwrap();
        let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut reply).unwrap();
        let expected = if name == "cloud.example" {
            home.clone()
        } else {
            (RCODE::NameError, Vec::new())
        };
        assert_eq!(result(&reply), expected);
    }
    let names: Vec<_> = world
        .network
        .take()
        .0
        .into_iter()
        .map(|l| (l.name, l.answered))
        .collect();
    let expected = [
        ("cloud.example", true),
        ("elsewhere.example", false),
        ("tcp.example", false),
    ];
    assert_eq!(names, expected.map(|(n, a)| (n.to_owned(), a)));
}

#[test]
fn a_question_nobody_waits_for_is_recorded() {
    let world = world(&[]);
    for round in 0..50 {
        let name = format!("r{round}.example");
        UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .send_to(&question(&name, TYPE::A), world.dns_udp)
            .unwrap();
        assert_eq!(
            world.network.take().0.first().map(|l| l.name.clone()),
            Some(name)
        );
    }
}

#[test]
fn unknown_name_and_offline_follow_the_network() {
    let world = world(&[cloud(false, Vec::new(), Some(Fault::UnknownName))]);
    let code = || result(&over_udp(&world, &question("cloud.example", TYPE::A)).unwrap()).0;
    assert_eq!(code(), RCODE::NameError);
    world.network.set_fault("cloud", None).unwrap();
    assert_eq!(code(), RCODE::NoError);
    world.network.set_online(false);
    assert_eq!(code(), RCODE::ServerFailure);
    world.network.set_online(true);
    assert_eq!(code(), RCODE::NoError);
}

#[test]
fn garbage_does_not_stop_the_resolver() {
    let world = world(&[cloud(false, Vec::new(), None)]);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..random.usize(..80)).map(|_| random.u8(..)).collect();
        socket.send_to(&bytes, world.dns_udp).unwrap();
    }
    assert!(over_udp(&world, &question("cloud.example", TYPE::A)).is_some());
}
