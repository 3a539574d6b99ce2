//! What we send in confidence is never recorded.

use bytes::Bytes;
use http::Method;
use statusquo_source::http::{Auth, HttpSpec, Login, Proxy, Redirects};

use crate::support::{Server, send};
use crate::{SHORT, get, now, prober};

#[tokio::test]
async fn no_secret_is_in_an_exchange() {
    let server = Server::new(|request| match request.contains("/end") {
        true => send("garbage"),
        false => send("HTTP/1.1 307 X\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n"),
    })
    .await;
    let fields = [
        ("Cookie", "sid=s3cret"),
        ("X-Api-Key", "s3cret"),
        ("X-Auth-Token", "s3cret"),
        ("Authorization", "Custom s3cret"),
        ("X-Plain", "visible"),
    ];
    let login = || Login { user: "ann".into(), password: "s3cret".into() };
    let base64 = "YW5uOnMzY3JldA==";
    let url = |scheme: &str| {
        format!("{scheme}://ann:s3cret@{}/?access_token=s3cret&x=visible", server.address).parse().unwrap()
    };
    let proxy = Proxy { host: "127.0.0.1".into(), port: server.address.port(), login: Some(login()) };
    let base = HttpSpec {
        method: Method::POST,
        content: Bytes::from_static(b"password=s3cret"),
        redirects: Redirects::Follow { max: 3 },
        ..get(url("http"))
    };
    let specs = [
        base.clone(),
        HttpSpec { fields: fields.into_iter().collect(), ..base.clone() },
        HttpSpec { auth: Some(Auth::Bearer("s3cret".into())), ..base.clone() },
        HttpSpec { auth: Some(Auth::Basic(login())), ..base.clone() },
        HttpSpec { proxy: Some(proxy), ..base.clone() },
        HttpSpec { url: url("https"), timeout: SHORT, ..base },
    ];
    for spec in specs {
        let probed = prober().probe(&spec, now()).await;
        assert!(!probed.exchanges.is_empty());
        let shown = format!("{probed:#?} {spec:?}");
        assert!(!shown.contains("s3cret") && !shown.contains(base64), "{shown}");
        assert!(shown.contains("visible"), "{shown}");
    }
    assert!(server.requests()[0].contains(base64), "the server got it");
}
