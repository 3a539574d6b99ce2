//! How messages are answered over gRPC.

use http::Request;

use crate::support::{Taker, field, good, gzip, limits, port};

const METHOD: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[flag][..], &length, message].concat()
}

fn call(path: &str, content: Vec<u8>) -> Request<Vec<u8>> {
    let request = Request::post(format!("http://otlp.test{path}")).header("content-type", "application/grpc");
    request.header("te", "trailers").header("grpc-encoding", "gzip").body(content).unwrap()
}

#[tokio::test]
async fn a_message_is_taken_compressed_or_not() {
    let port = port(Taker::default(), limits()).await;
    for content in [framed(0, &good()), framed(1, &gzip(&good()))] {
        let answer = port.ask_h2(call(METHOD, content)).await;
        assert_eq!((answer.status().as_u16(), field(&answer, "grpc-status")), (200, "0"));
        assert_eq!(&answer.body()[..], [0; 5], "an empty message");
    }
    assert_eq!(port.taker.taken.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_gets_its_code() {
    let port = port(Taker::default(), limits()).await;
    let cases = [
        ("/opentelemetry.proto.collector.profiles.v1.ProfilesService/Export", framed(0, b""), "12"),
        (METHOD, framed(0, &good()[..40]), "3"),
        (METHOD, framed(1, &good()), "3"),
        (METHOD, framed(2, &good()), "3"),
        (METHOD, framed(0, &good())[..20].to_vec(), "3"),
        (METHOD, b"abc".to_vec(), "3"),
        (METHOD, framed(0, &vec![0; 2 << 20]), "8"),
    ];
    for (path, content, code) in cases {
        let answer = port.ask_h2(call(path, content)).await;
        assert_eq!((answer.status().as_u16(), field(&answer, "grpc-status")), (200, code), "{path}");
        assert!(field(&answer, "grpc-message").len() > 10, "it says what is wrong");
    }
    assert_eq!(port.taker.taken.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn whoever_may_come_again_is_told_when() {
    use base64::Engine;
    let port = port(Taker { is_busy: true, ..Taker::default() }, limits()).await;
    let answer = port.ask_h2(call(METHOD, framed(0, &good()))).await;
    assert_eq!(field(&answer, "grpc-status"), "14");
    let details = field(&answer, "grpc-status-details-bin");
    let details = base64::engine::general_purpose::STANDARD_NO_PAD.decode(details).unwrap();
    assert!(String::from_utf8_lossy(&details).contains("google.rpc.RetryInfo"));
    assert!(details.ends_with(&[10, 2, 8, 1]), "one second: {details:?}");
}
