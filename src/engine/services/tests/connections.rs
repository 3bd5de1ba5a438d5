//! TLS, the network going away and coming back, the end of a network, and its price.

use super::client::{ask, connect, connect_tls, get, is_cut, once};
use super::{Network, Sockets, cloud, route, says, world};
use crate::rmm::service::ServiceSpec;
use std::io::{ErrorKind, Read};
use std::net::{TcpListener, UdpSocket};
use std::time::Instant;

#[test]
fn https_is_trusted_through_this_networks_ca_alone() {
    let specs = [cloud(true, vec![route("/x", vec![says("secret")])], None)];
    let (world, other) = (world(&specs), super::world(&specs));
    let ca = world.network.ca_pem().unwrap();
    let mut stream = connect_tls(world.http[0], "cloud.example", ca).unwrap();
    assert_eq!(ask(&mut stream, &get("/x")).unwrap().text(), "secret");
    assert_eq!(ask(&mut stream, &get("/x")).unwrap().status, 200);
    assert!(
        connect_tls(
            world.http[0],
            "cloud.example",
            other.network.ca_pem().unwrap()
        )
        .is_err()
    );
    let error = connect_tls(world.http[0], "other.example", ca).unwrap_err();
    assert!(error.to_string().contains("not valid for name"), "{error}");
    assert_eq!(world.network.take().1.len(), 2);
}

#[test]
fn https_works_for_an_address_too() {
    let spec = ServiceSpec {
        host: "127.0.0.1".into(),
        ..cloud(true, vec![route("/x", vec![says("ok")])], None)
    };
    let world = world(&[spec]);
    let mut stream =
        connect_tls(world.http[0], "127.0.0.1", world.network.ca_pem().unwrap()).unwrap();
    assert_eq!(
        ask(&mut stream, "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            .unwrap()
            .text(),
        "ok"
    );
}

#[test]
fn plain_services_have_no_ca() {
    assert!(
        world(&[cloud(false, Vec::new(), None)])
            .network
            .ca_pem()
            .is_none()
    );
}

#[test]
fn offline_cuts_and_refuses_until_online_again() {
    let world = world(&[cloud(false, vec![route("/x", vec![says("ok")])], None)]);
    let mut open = connect(world.http[0]).unwrap();
    ask(&mut open, &get("/x")).unwrap();
    world.network.set_online(false);
    assert!(ask(&mut open, &get("/x")).is_err_and(|e| is_cut(&e)));
    assert_eq!(
        connect(world.http[0]).unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
    world.network.set_online(true);
    assert_eq!(once(world.http[0], &get("/x")).unwrap().text(), "ok");
    assert_eq!(world.network.take().1.len(), 2);
}

#[test]
fn dropping_ends_everything_at_once() {
    let world = world(&[cloud(false, vec![route("/x", vec![says("ok")])], None)]);
    let mut open = connect(world.http[0]).unwrap();
    ask(&mut open, &get("/x")).unwrap();
    let (http, dns, dns_udp) = (world.http[0], world.dns_tcp, world.dns_udp);
    drop(world);
    assert_eq!(
        connect(http).unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
    assert_eq!(
        connect(dns).unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
    assert_eq!(open.read(&mut [0]).unwrap(), 0);
    UdpSocket::bind(dns_udp).unwrap();
}

#[test]
fn sockets_and_services_must_agree() {
    let spec = cloud(false, Vec::new(), None);
    let error = Network::start(std::slice::from_ref(&spec), &[], 1, Sockets::default())
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("no listener"), "{error}");
    let stranger = Sockets {
        http: vec![("clod".into(), TcpListener::bind("127.0.0.1:0").unwrap())],
        ..Default::default()
    };
    let error = Network::start(&[], &[], 1, stranger)
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains("\"clod\""), "{error}");
}

#[test]
fn nonsense_on_a_connection_harms_nobody_else() {
    use std::io::Write;
    let world = world(&[cloud(false, vec![route("/x", vec![says("ok")])], None)]);
    for nonsense in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ] {
        let mut stream = connect(world.http[0]).unwrap();
        stream.write_all(nonsense).unwrap();
    }
    assert_eq!(once(world.http[0], &get("/x")).unwrap().text(), "ok");
}

#[test]
fn a_network_that_only_records_names_is_cheap() {
    let start_one = || {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let sockets = Sockets {
            dns_udp: vec![udp],
            ..Default::default()
        };
        let start = Instant::now();
        let network = Network::start(&[], &[], 1, sockets).unwrap();
        let took = start.elapsed();
        let start = Instant::now();
        network.take();
        let take = start.elapsed();
        let start = Instant::now();
        drop(network);
        (took, take, start.elapsed())
    };
    let mut all: Vec<_> = (0..101).map(|_| start_one()).collect();
    all.sort();
    println!("median start, take, drop: {:?}", all[50]);
    assert!(all[50].0.as_micros() < 3000, "{:?}", all[50].0);
}

#[test]
fn https_costs_two_keys_and_two_signatures() {
    let specs = [cloud(true, vec![route("/x", vec![says("ok")])], None)];
    let mut all: Vec<_> = (0..31)
        .map(|_| {
            let start = Instant::now();
            drop(world(&specs));
            start.elapsed()
        })
        .collect();
    all.sort();
    println!("median start and drop with https: {:?}", all[15]);
    assert!(all[15].as_millis() < 50, "{:?}", all[15]);
}
