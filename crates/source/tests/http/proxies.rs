//! Proxies: a tunnel for `https`, the absolute form for `http`.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use statusquo_exchange::FailureKind;
use statusquo_source::http::{HttpSpec, Login, Proxy, Trust};
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::support::certificates::Ca;
use crate::support::{Server, read_request, send};
use crate::{answered, failed, get, probe};

/// A proxy that tunnels to one server; gives itself and the CONNECT requests that it got.
async fn tunnelling(to: &Server) -> (Proxy, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (to, requests) = (to.address, Arc::clone(&seen));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let Some(request) = read_request(&mut client).await else { continue };
            requests.lock().unwrap().push(request);
            let mut server = TcpStream::connect(to).await.unwrap();
            client.write_all(b"HTTP/1.1 200 Connected\r\nVia: test\r\n\r\n").await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    let login = Login { user: "ann".into(), password: "s3cret".into() };
    (Proxy { host: "127.0.0.1".into(), port, login: Some(login) }, seen)
}

fn proxy(server: &Server) -> Proxy {
    Proxy { host: "127.0.0.1".into(), port: server.address.port(), login: None }
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let ca = Ca::new("Test CA");
    let config = ca.sign(&["api.test"], 2026, 2027).server(&[]);
    let server = Server::tls(config, |_| send("HTTP/1.1 204 No Content\r\n\r\n")).await;
    let (proxy, seen) = tunnelling(&server).await;
    let spec = HttpSpec {
        trust: Trust::Ca(Bytes::from(ca.pem)),
        proxy: Some(proxy),
        ..get("https://api.test/x".parse().unwrap())
    };
    let exchange = probe(&spec).await;
    answered(&exchange, 204);
    let expected = "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\nProxy-Authorization: Basic YW5uOnMzY3JldA==\r\n\r\n";
    assert_eq!(*seen.lock().unwrap(), [expected]);
    assert!(server.requests()[0].starts_with("GET /x HTTP/1.1\r\nhost: api.test\r\n"));
    assert!(!server.requests()[0].contains("proxy-authorization"));
}

#[tokio::test]
async fn http_goes_in_absolute_form() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let login = Some(Login { user: "ann".into(), password: "s3cret".into() });
    let spec = HttpSpec {
        proxy: Some(Proxy { login, ..proxy(&server) }),
        ..get("http://api.test/x?y".parse().unwrap())
    };
    let exchange = probe(&spec).await;
    answered(&exchange, 204);
    let request = server.requests().remove(0);
    assert!(request.starts_with("GET http://api.test/x?y HTTP/1.1\r\nhost: api.test\r\n"), "{request}");
    assert!(request.contains("proxy-authorization: Basic YW5uOnMzY3JldA=="), "{request}");
    assert_eq!(exchange.request.fields.text("proxy-authorization"), Some("Basic ***"));
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named() {
    let server =
        Server::saying("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").await;
    let spec = HttpSpec { proxy: Some(proxy(&server)), ..get("https://api.test/".parse().unwrap()) };
    failed(&probe(&spec).await, FailureKind::ProxyFailed, "it answered 407 Proxy Authentication Required");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = Proxy { host: "127.0.0.1".into(), port: closed.port(), login: None };
    let spec = HttpSpec { proxy: Some(nobody), ..get("http://api.test/".parse().unwrap()) };
    failed(&probe(&spec).await, FailureKind::ProxyFailed, "the proxy refuses connections");
}
