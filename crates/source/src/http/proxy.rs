//! A tunnel through a proxy (CONNECT; RFC 9110, 9.3.6).

use bytes::{Bytes, BytesMut};
use statusquo_exchange::{FailureKind, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::fault::Fault;
use super::spec::Proxy;
use super::{head, request};

/// More than this is no answer to a CONNECT.
const LONGEST_ANSWER: usize = 16 << 10;

/// Has the proxy open a tunnel to `authority` (host and port).
pub(crate) async fn tunnel(stream: &mut TcpStream, proxy: &Proxy, authority: &str) -> Result<(), Fault> {
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
    if let Some(login) = &proxy.login {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(request::basic(login)?.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await.map_err(|error| failed(&error.to_string()))?;
    let answer = answer(stream).await?;
    let code = answer.status.get();
    if code / 100 == 2 {
        Ok(())
    } else {
        Err(failed(&format!("it answered {code} {}", answer.status.phrase())))
    }
}

async fn answer(stream: &mut TcpStream) -> Result<Response, Fault> {
    let mut read = BytesMut::with_capacity(1024);
    loop {
        match stream.read_buf(&mut read).await {
            Ok(0) => return Err(failed("it closed the connection")),
            Ok(_) => {}
            Err(error) => return Err(failed(&error.to_string())),
        }
        let raw = Bytes::copy_from_slice(&read);
        let heads = head::read(&raw);
        match (heads.last, heads.content) {
            (Some(response), Some(end)) if end == raw.len() || response.status.get() / 100 != 2 => {
                return Ok(response);
            }
            (Some(_), Some(_)) => return Err(failed("it sent more than an answer")),
            _ if raw.len() >= LONGEST_ANSWER => return Err(failed("its answer does not end")),
            _ => {}
        }
    }
}

fn failed(how: &str) -> Fault {
    Fault::target(FailureKind::ProxyFailed, format!("the proxy gives no tunnel: {how}"))
}
