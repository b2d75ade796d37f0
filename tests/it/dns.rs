//! Name servers for tests, on loopback: a real one (NSD), and ones that misbehave by a function.

use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::harness::Place;

/// A UDP server on loopback that answers each datagram by a function; [`None`]: not at all.
pub(crate) struct Server {
    pub(crate) port: u16,
    stop: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn new(answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("an address").port();
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .expect("a timeout");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let mut buffer = [0_u8; 2048];
            while !stopped.load(Ordering::SeqCst) {
                if let Ok((length, from)) = socket.recv_from(&mut buffer)
                    && let Some(reply) = answer(&buffer[..length])
                {
                    let _ = socket.send_to(&reply, from);
                }
            }
        });
        Self { port, stop }
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

/// A reply with a response code and no records.
pub(crate) fn code(query: &[u8], rcode: u8) -> Vec<u8> {
    let mut reply = query.to_vec();
    reply[2] |= 0x80;
    reply[3] = (reply[3] & 0xf0) | rcode;
    // No additional records: the EDNS record of the question is dropped.
    reply[10..12].copy_from_slice(&[0, 0]);
    let mut at = 12;
    while reply[at] != 0 {
        at += reply[at] as usize + 1;
    }
    reply.truncate(at + 5);
    reply
}

/// The name that a question asks about, lower case, and the type of record.
pub(crate) fn asked(query: &[u8]) -> (String, u16) {
    let mut at = 12;
    let mut labels = Vec::new();
    while query[at] != 0 {
        let length = query[at] as usize;
        labels.push(String::from_utf8_lossy(&query[at + 1..at + 1 + length]).to_ascii_lowercase());
        at += length + 1;
    }
    (
        labels.join("."),
        u16::from_be_bytes([query[at + 1], query[at + 2]]),
    )
}

/// A name in the wire format.
pub(crate) fn wire(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.') {
        out.push(u8::try_from(label.len()).expect("a short label"));
        out.extend(label.as_bytes());
    }
    out.push(0);
    out
}

/// A reply with one record about the name that was asked for.
pub(crate) fn record(query: &[u8], rcode: u8, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut reply = code(query, rcode);
    reply[7] = 1;
    reply.extend([0xc0, 12]);
    reply.extend(kind.to_be_bytes());
    reply.extend([0, 1, 0, 0, 0, 60]);
    reply.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
    reply.extend(data);
    reply
}

/// An address for whoever asks for A, nothing for others; names that nobody has do not exist.
pub(crate) fn address(query: &[u8]) -> Vec<u8> {
    if asked(query).0.starts_with("tollgate-") {
        return code(query, 3);
    }
    any_address(query)
}

/// The same for every name there may be.
pub(crate) fn any_address(query: &[u8]) -> Vec<u8> {
    match asked(query).1 {
        1 => record(query, 0, 1, &[10, 0, 0, 7]),
        _ => code(query, 0),
    }
}

/// A real NSD with one zone; killed when dropped.
pub(crate) struct Nsd {
    child: Child,
    pub(crate) port: u16,
    _place: Place,
}

impl Nsd {
    pub(crate) fn start() -> Self {
        let place = Place::new();
        let port = UdpSocket::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr()
            .expect("an address")
            .port();
        place.write("shop.zone", "$ORIGIN shop.test.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\nns A 127.0.0.1\ndb A 10.0.0.5\ndb A 10.0.0.4\nv6 AAAA fd00::1\ntext TXT \"no address\"\nalias CNAME db\ndangling CNAME gone\nloop CNAME pool\npool CNAME loop\n_mongodb._tcp.cluster SRV 0 0 27017 db\n_mongodb._tcp.cluster SRV 1 0 27017 v6\n_under A 10.0.0.6\n");
        let folder = place.path().display();
        place.write("nsd.conf", format!("server:\n  ip-address: 127.0.0.1\n  port: {port}\n  username: \"\"\n  zonesdir: \"{folder}\"\n  database: \"\"\n  pidfile: \"{folder}/nsd.pid\"\n  xfrdfile: \"{folder}/xfrd.state\"\n  zonelistfile: \"{folder}/zone.list\"\n  server-count: 1\n  rrl-ratelimit: 0\nremote-control:\n  control-enable: no\nzone:\n  name: shop.test\n  zonefile: shop.zone\n"));
        let child = ["nsd", "/usr/sbin/nsd"]
            .iter()
            .find_map(|program| {
                Command::new(program)
                    .args(["-d", "-c"])
                    .arg(place.path().join("nsd.conf"))
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .ok()
            })
            .expect("NSD is needed: .ci/setup installs it");
        let nsd = Self {
            child,
            port,
            _place: place,
        };
        nsd.wait();
        nsd
    }

    fn wait(&self) {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        socket
            .set_read_timeout(Some(Duration::from_millis(100)))
            .expect("a timeout");
        let query =
            b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02db\x04shop\x04test\x00\x00\x01\x00\x01";
        for _ in 0..200 {
            let _ = socket.send_to(query, ("127.0.0.1", self.port));
            let mut buffer = [0_u8; 512];
            if socket.recv(&mut buffer).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("NSD does not answer");
    }
}

impl Drop for Nsd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
