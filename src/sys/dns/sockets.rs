//! UDP sockets: a few per server, connected, so that the kernel drops what comes from elsewhere and says at once
//! when nothing listens; each on a port of its own. Ids are random.

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};

use crate::sys::random;

/// Sockets per server: their random ports make answers hard to forge (RFC 5452).
const PER_SERVER: usize = 4;

/// What a socket gave.
#[derive(Debug)]
pub(super) enum Received {
    /// A datagram of so many bytes.
    Datagram(usize),
    /// Nothing more for now.
    Nothing,
    /// Nothing listens at the server's port.
    Closed,
}

/// The sockets of a run.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    /// Each with the position of its server.
    pub(super) all: Vec<(usize, UdpSocket)>,
    ids: Vec<u8>,
    next: usize,
}

impl Sockets {
    /// Opens the sockets of every server. `Err` says why none could be opened.
    pub(super) fn open(servers: &[SocketAddr]) -> Result<Self, String> {
        let mut sockets = Self::default();
        let mut failed = None;
        for nth in 0..PER_SERVER {
            for (at, server) in servers.iter().enumerate() {
                match connected(*server) {
                    Ok(socket) => sockets.all.push((at, socket)),
                    // With few descriptors left one socket per server will do.
                    Err(error) if nth > 0 => drop(error),
                    Err(error) => failed = Some(format!("{server}: {error}")),
                }
            }
        }
        match failed {
            Some(why) if sockets.all.is_empty() => Err(why),
            Some(_) | None => Ok(sockets),
        }
    }

    /// A socket of a server, taking turns.
    pub(super) fn of(&mut self, server: usize) -> Option<usize> {
        let count = self.all.len();
        self.next = self.next.wrapping_add(1);
        (0..count)
            .map(|nth| (self.next + nth) % count.max(1))
            .find(|at| self.all[*at].0 == server)
    }

    /// A random id.
    pub(super) fn id(&mut self) -> u16 {
        if self.ids.len() < 2 {
            self.ids.resize(4096, 0);
            if random::fill(&mut self.ids).is_err() {
                // Ids that can be guessed are still told apart; the ports stay random.
                for (at, byte) in self.ids.iter_mut().enumerate() {
                    *byte = u8::try_from((at * 167 + self.next) % 256).unwrap_or(0);
                }
            }
        }
        let (high, low) = (self.ids.pop().unwrap_or(0), self.ids.pop().unwrap_or(0));
        u16::from_be_bytes([high, low])
    }

    /// Sends a datagram. `false`: not now, the machine is busy; `Err`: the server cannot be reached.
    pub(super) fn send(&self, socket: usize, bytes: &[u8]) -> Result<bool, ()> {
        let busy = |error: &std::io::Error| {
            matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
                || error.raw_os_error() == Some(rustix::io::Errno::NOBUFS.raw_os_error())
        };
        match self.all.get(socket).map(|(_, socket)| socket.send(bytes)) {
            Some(Ok(_)) => Ok(true),
            Some(Err(error)) if busy(&error) => Ok(false),
            Some(Err(_)) | None => Err(()),
        }
    }

    pub(super) fn receive(&self, socket: usize, buffer: &mut [u8]) -> Received {
        match self.all.get(socket).map(|(_, socket)| socket.recv(buffer)) {
            Some(Ok(length)) => Received::Datagram(length),
            Some(Err(error)) if error.kind() == ErrorKind::WouldBlock => Received::Nothing,
            Some(Err(_)) => Received::Closed,
            None => Received::Nothing,
        }
    }
}

fn connected(server: SocketAddr) -> std::io::Result<UdpSocket> {
    let any: SocketAddr = if server.is_ipv4() {
        ([0, 0, 0, 0], 0).into()
    } else {
        ([0_u16; 8], 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(server)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}
