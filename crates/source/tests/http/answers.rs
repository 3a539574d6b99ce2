//! What is seen of answers of all kinds.

use std::net::TcpListener;

use bytes::Bytes;
use http::Method;
use statusquo_exchange::{Content, FailureKind, Origin, Scheme, Version};
use statusquo_source::http::{Auth, ConnectTo, HttpSpec, Login};

use crate::support::Server;
use crate::{SHORT, answered, content, failed, get, probe, texts};

#[tokio::test]
async fn a_plain_answer_is_recorded_as_it_was() {
    let server =
        Server::saying("HTTP/1.1 200 Fine\r\nX-b: 2\r\nX-A:  1 \r\nx-B: 3\r\nContent-Length: 5\r\n\r\nhello")
            .await;
    let exchange = probe(&get(server.http("/a?b=c"))).await;
    let response = answered(&exchange, 200);
    assert_eq!(response.version, Some(Version::Http11));
    assert_eq!(response.reason.as_deref(), Some(b"Fine".as_slice()));
    assert_eq!(texts(&response.fields), [("X-b", "2"), ("X-A", "1"), ("x-B", "3"), ("Content-Length", "5")]);
    assert_eq!(response.content, Content::Whole(Bytes::from_static(b"hello")));
    assert!(exchange.raw_response.as_ref().unwrap().ends_with(b"\r\n\r\nhello"));
    assert_eq!(exchange.peer, Some(server.address));
    assert_eq!(exchange.scheme, Some(Scheme::Http));
    assert!(matches!(&exchange.origin, Origin::Probe { monitor, location }
        if monitor.as_str() == "test" && location.as_str() == "here"));
    let timing = exchange.timing;
    assert_eq!((timing.resolve, timing.tls), (None, None));
    let phases = timing.connect.unwrap() + timing.wait.unwrap() + timing.transfer.unwrap();
    assert!(phases <= timing.total, "{timing:?}");
}

#[tokio::test]
async fn we_say_who_we_are_and_ask_for_a_fresh_connection() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let exchange = probe(&get(server.http("/a?b=c"))).await;
    let expected = format!(
        "GET /a?b=c HTTP/1.1\r\nhost: {}\r\nuser-agent: statusquo/0.1 (+https://github.com/statusquo/statusquo)\r\n\
         accept: */*\r\naccept-encoding: identity\r\nconnection: close\r\n\r\n",
        server.address
    );
    assert_eq!(server.requests(), std::slice::from_ref(&expected));
    let recorded: String =
        texts(&exchange.request.fields).iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    assert_eq!(format!("GET /a?b=c HTTP/1.1\r\n{recorded}\r\n"), expected);
}

#[tokio::test]
async fn own_fields_take_the_place_of_ours_and_content_goes_along() {
    let server = Server::saying("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n").await;
    let spec = HttpSpec {
        method: Method::POST,
        fields: [("User-Agent", "me"), ("Host", "api.test"), ("Content-Type", "text/plain")]
            .into_iter()
            .collect(),
        content: Bytes::from_static(b"ping"),
        ..get(server.http("/"))
    };
    answered(&probe(&spec).await, 201);
    let request = server.requests().remove(0);
    assert!(request.starts_with("POST / HTTP/1.1\r\nhost: api.test\r\n"), "{request}");
    assert!(request.contains("\r\nuser-agent: me\r\n") && request.ends_with("\r\n\r\nping"), "{request}");
    assert_eq!(request.matches("user-agent").count(), 1);
}

#[tokio::test]
async fn interim_responses_are_seen() {
    let server = Server::saying(
        "HTTP/1.1 103 Early Hints\r\nLINK: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let exchange = probe(&get(server.http("/"))).await;
    answered(&exchange, 200);
    let codes: Vec<u16> = exchange.interim.iter().map(|interim| interim.status.get()).collect();
    assert_eq!(codes, [103, 102]);
    assert_eq!(texts(&exchange.interim[0].fields), [("LINK", "</a.css>")]);
}

#[tokio::test]
async fn trailers_are_seen_with_their_case() {
    let server = Server::saying(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nX-Sum: 9\r\n\r\n",
    )
    .await;
    let exchange = probe(&get(server.http("/"))).await;
    let response = answered(&exchange, 200);
    assert_eq!(response.content, Content::Whole(Bytes::from_static(b"abcde")));
    assert_eq!(texts(&response.trailers), [("X-Sum", "9")]);
}

#[tokio::test]
async fn answers_without_content_have_empty_content() {
    for (method, answer) in [
        (Method::HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        (Method::GET, "HTTP/1.1 204 No Content\r\n\r\n"),
        (Method::GET, "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"),
    ] {
        let server = Server::saying(answer).await;
        let exchange = probe(&HttpSpec { method, ..get(server.http("/")) }).await;
        assert_eq!(exchange.response().unwrap().content, Content::Whole(Bytes::new()), "{answer}");
        assert_eq!(exchange.failure(), None);
    }
}

#[tokio::test]
async fn content_may_end_with_the_connection() {
    let server = Server::saying("HTTP/1.0 200 OK\r\n\r\nuntil the end").await;
    let exchange = probe(&get(server.http("/"))).await;
    let response = answered(&exchange, 200);
    assert_eq!((response.version, content(response)), (Some(Version::Http10), b"until the end".as_slice()));
}

#[tokio::test]
async fn odd_but_readable_header_sections_are_data() {
    let server = Server::saying(
        "HTTP/1.1 799 \r\nFolded: a\r\n b\r\nspaced : 1\r\nbad name: x\r\nbinary: \u{e9}\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    let exchange = probe(&get(server.http("/"))).await;
    let response = answered(&exchange, 799);
    let names: Vec<&str> = texts(&response.fields).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Folded", "spaced ", "bad name", "binary", "Content-Length"]);
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let exchange = probe(&get(format!("http://{address}/").parse().unwrap())).await;
    failed(&exchange, FailureKind::ConnectRefused, "connection refused");
    assert_eq!(exchange.request.target, format!("http://{address}/"));
}

#[tokio::test]
async fn a_port_that_does_not_accept_times_out_while_connecting() {
    // A listener that never accepts, its queue filled: the kernel drops what comes after.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let mut queued = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(SHORT, tokio::net::TcpStream::connect(address)).await {
        queued.push(stream);
    }
    let url = format!("http://{address}/").parse().unwrap();
    let exchange = probe(&HttpSpec { timeout: SHORT, ..get(url) }).await;
    failed(&exchange, FailureKind::ConnectTimeout, "no connection within 60ms");
    assert!(exchange.timing.total >= SHORT && exchange.timing.connect.is_none());
}

#[tokio::test]
async fn a_probe_can_run_in_any_task() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let spec = get(server.http("/"));
    let task = tokio::spawn(async move { crate::prober().probe(&spec, crate::now()).await });
    answered(&crate::last(task.await.unwrap()), 204);
}

#[tokio::test]
async fn basic_credentials_come_from_the_monitor_or_the_url() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let login = Login { user: "ann".into(), password: "s3cret".into() };
    probe(&HttpSpec { auth: Some(Auth::Basic(login)), ..get(server.http("/")) }).await;
    let url = format!("http://ann:s3cret@{}/", server.address).parse().unwrap();
    probe(&get(url)).await;
    for request in server.requests() {
        assert!(request.contains("authorization: Basic YW5uOnMzY3JldA==\r\n"), "{request}");
    }
}

#[tokio::test]
async fn another_address_can_be_dialled() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let connect_to = Some(ConnectTo { host: "127.0.0.1".into(), port: server.address.port() });
    let exchange = probe(&HttpSpec { connect_to, ..get("http://api.test/x".parse().unwrap()) }).await;
    answered(&exchange, 204);
    assert!(server.requests()[0].contains("host: api.test\r\n"));
}

#[tokio::test]
async fn a_field_with_a_line_break_is_our_own_fault() {
    let spec = HttpSpec {
        fields: [("X-Api-Key", "s3cret\n")].into_iter().collect(),
        ..get("http://127.0.0.1:1/".parse().unwrap())
    };
    let errors = spec.check().unwrap_err();
    assert!(errors[0].to_string().contains("`X-Api-Key`") && !errors[0].to_string().contains("s3cret"));
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n").await;
    let probed = crate::prober().probe(&HttpSpec { url: server.http("/"), ..spec }, crate::now()).await;
    assert!(probed.exchanges.is_empty() && probed.blind.unwrap().detail.contains("line break"));
}
