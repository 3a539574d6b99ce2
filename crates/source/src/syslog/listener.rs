//! Listens for syslog messages.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::content;
use super::frames::{Frames, LONGEST};

/// More senders than this wait.
const MOST_CONNECTIONS: usize = 256;
/// A connection over which nothing came for so long is closed.
const IDLE: Duration = Duration::from_secs(3600);

/// How messages arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Each in a datagram.
    Udp,
    /// One after the other.
    Tcp,
}

/// Listens for syslog messages.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    lines: mpsc::Sender<Vec<u8>>,
    dropped: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Socket {
    Udp(UdpSocket),
    Tcp(TcpListener),
}

impl Listener {
    /// Takes an address. What is received goes into `lines`, each with its end; what does not fit is counted in
    /// `dropped`.
    ///
    /// # Errors
    /// When the address cannot be taken.
    pub async fn bind(
        transport: Transport,
        address: SocketAddr,
        lines: mpsc::Sender<Vec<u8>>,
        dropped: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let socket = match transport {
            Transport::Udp => Socket::Udp(UdpSocket::bind(address).await?),
            Transport::Tcp => Socket::Tcp(TcpListener::bind(address).await?),
        };
        Ok(Self { socket, lines, dropped })
    }

    /// The address that was taken.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        match &self.socket {
            Socket::Udp(socket) => socket.local_addr(),
            Socket::Tcp(listener) => listener.local_addr(),
        }
    }

    /// Listens until nobody reads the lines any more.
    pub async fn run(self) {
        let lines = self.lines.clone();
        tokio::select! {
            () = lines.closed() => {}
            () = self.receive() => {}
        }
    }

    async fn receive(self) {
        match self.socket {
            Socket::Udp(socket) => datagrams(&socket, &self.lines, &self.dropped).await,
            Socket::Tcp(listener) => connections(&listener, &self.lines).await,
        }
    }
}

async fn datagrams(socket: &UdpSocket, lines: &mpsc::Sender<Vec<u8>>, dropped: &AtomicU64) {
    let mut bytes = vec![0; LONGEST];
    loop {
        // An error is about a single datagram: that a sender refused an answer, for one.
        let Ok((length, _)) = socket.recv_from(&mut bytes).await else { continue };
        let message = content(bytes.get(..length).unwrap_or_default());
        if !message.is_empty() && lines.try_send(line(message)).is_err() {
            dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn connections(listener: &TcpListener, lines: &mpsc::Sender<Vec<u8>>) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connected = JoinSet::new();
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { return };
        while connected.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            // No socket is left, perhaps: one may be later.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let lines = lines.clone();
        connected.spawn(async move {
            messages(stream, &lines).await;
            drop(place);
        });
    }
}

async fn messages(mut stream: TcpStream, lines: &mpsc::Sender<Vec<u8>>) {
    let mut frames = Frames::default();
    let mut bytes = vec![0; 16 << 10];
    while let Ok(Ok(length @ 1..)) = tokio::time::timeout(IDLE, stream.read(&mut bytes)).await {
        frames.push(bytes.get(..length).unwrap_or_default());
        while let Some(message) = frames.next() {
            // Whoever does not keep up slows the sender down.
            if lines.send(line(content(&message))).await.is_err() {
                return;
            }
        }
    }
}

/// A message may have several lines, which is none of a log: they become one.
fn line(message: &[u8]) -> Vec<u8> {
    let mut line: Vec<u8> = message.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }).collect();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    async fn listen(
        transport: Transport,
        room: usize,
    ) -> (SocketAddr, mpsc::Receiver<Vec<u8>>, Arc<AtomicU64>) {
        let (lines, received) = mpsc::channel(room);
        let dropped = Arc::new(AtomicU64::new(0));
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = Listener::bind(transport, address, lines, dropped.clone()).await.unwrap();
        let address = listener.address().unwrap();
        tokio::spawn(listener.run());
        (address, received, dropped)
    }

    #[tokio::test]
    async fn datagrams_become_lines_and_what_does_not_fit_is_counted() {
        let (address, mut received, dropped) = listen(Transport::Udp, 2).await;
        let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        for number in 0..5 {
            let message = format!("<190>Nov 29 18:00:00 web nginx: line {number}");
            sender.send_to(message.as_bytes(), address).await.unwrap();
        }
        while dropped.load(Ordering::Relaxed) < 3 {
            tokio::task::yield_now().await;
        }
        assert_eq!(received.recv().await.unwrap(), b"line 0\n");
        assert_eq!(received.recv().await.unwrap(), b"line 1\n");
    }

    #[tokio::test]
    async fn over_tcp_nothing_is_dropped_and_the_sender_waits() {
        let (address, mut received, dropped) = listen(Transport::Tcp, 2).await;
        let mut sender = TcpStream::connect(address).await.unwrap();
        let text: String =
            (0..500).map(|number| format!("<190>Nov 29 18:00:00 lb haproxy[1]: line {number}\n")).collect();
        let writing = tokio::spawn(async move { sender.write_all(text.as_bytes()).await });
        for number in 0..500 {
            assert_eq!(received.recv().await.unwrap(), format!("line {number}\n").as_bytes());
        }
        writing.await.unwrap().unwrap();
        assert_eq!(dropped.load(Ordering::Relaxed), 0);
    }
}
