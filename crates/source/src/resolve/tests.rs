//! The resolver against a name server on loopback.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::UdpSocket;

use super::*;

/// A name server for `.test`: what it answers is in the name that it is asked for.
async fn server() -> (SocketAddr, Arc<AtomicU64>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((len, from)) = socket.recv_from(&mut buffer).await {
            count.fetch_add(1, Ordering::Relaxed);
            if let Some(answer) = answer(&buffer[..len]) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    (at, asked)
}

/// The answer in wire format (RFC 1035, 4.1), with the question repeated.
fn answer(question: &[u8]) -> Option<Vec<u8>> {
    let end = 12 + question[12..].iter().position(|&byte| byte == 0)? + 5;
    let label = String::from_utf8_lossy(&question[13..13 + usize::from(question[12])]).to_lowercase();
    let wants_a = question[end - 3] == 1;
    let code = match label.as_str() {
        "silent" => return None,
        "nowhere" => 3,
        "broken" => 2,
        "refused" => 5,
        _ => 0,
    };
    let answers = u8::from(code == 0 && wants_a);
    let mut bytes = question[..2].to_vec();
    bytes.extend([0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0]);
    bytes.extend(&question[12..end]);
    if answers == 1 {
        bytes.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 0, 0, 7]);
    }
    Some(bytes)
}

async fn resolver() -> (Resolver, Arc<AtomicU64>) {
    let (at, asked) = server().await;
    (Resolver::asking(Servers::at(&[at], Duration::from_millis(100))), asked)
}

#[tokio::test]
async fn a_name_has_addresses_and_is_not_asked_for_twice() {
    let (resolver, asked) = resolver().await;
    let addresses = resolver.resolve("api.test", Family::V4).await.unwrap();
    assert_eq!(*addresses, [IpAddr::from([10, 0, 0, 7])]);
    let before = asked.load(Ordering::Relaxed);
    assert_eq!(resolver.resolve("API.test", Family::V4).await.unwrap(), addresses);
    assert_eq!(asked.load(Ordering::Relaxed), before);
    assert_eq!(*resolver.resolve("api.test", Family::Any).await.unwrap(), [IpAddr::from([10, 0, 0, 7])]);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_the_names_fault() {
    let (resolver, _) = resolver().await;
    for family in [Family::Any, Family::V4, Family::V6] {
        let error = resolver.resolve("nowhere.test", family).await.unwrap_err();
        assert_eq!(error, ResolveError::NotFound("`nowhere.test` does not exist (NXDOMAIN)".to_owned()));
    }
    let error = resolver.resolve("api.test", Family::V6).await.unwrap_err();
    assert_eq!(error, ResolveError::NotFound("`api.test` has no AAAA record".to_owned()));
}

#[tokio::test]
async fn a_failing_authority_is_told_from_a_failing_resolver_by_other_answers() {
    for name in ["broken.test", "refused.test"] {
        let (resolver, _) = resolver().await;
        let error = resolver.resolve(name, Family::V4).await.unwrap_err();
        assert!(matches!(error, ResolveError::Blind(_)), "nothing else was answered: {error:?}");
        resolver.resolve("api.test", Family::V4).await.unwrap();
        let error = resolver.resolve(name, Family::V4).await.unwrap_err();
        assert!(matches!(error, ResolveError::AuthorityFailed(_)), "{error:?}");
    }
}

#[tokio::test]
async fn silence_says_nothing_about_the_name() {
    let (resolver, _) = resolver().await;
    resolver.resolve("api.test", Family::V4).await.unwrap();
    let error = resolver.resolve("silent.test", Family::V4).await.unwrap_err();
    assert!(matches!(&error, ResolveError::Blind(blind) if blind.fault == OwnFault::Resolver), "{error:?}");
    let error = Resolver::with_servers(&[]).resolve("api.test", Family::Any).await.unwrap_err();
    assert!(matches!(error, ResolveError::Blind(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn evidence_grows_old() {
    let evidence = Evidence::default();
    evidence.answered("a.test");
    assert!(evidence.is_alive_but_for("b.test"));
    assert!(!evidence.is_alive_but_for("a.test"));
    evidence.answered("b.test");
    assert!(evidence.is_alive_but_for("a.test") && evidence.is_alive_but_for("b.test"));
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(!evidence.is_alive_but_for("c.test"));
}

#[tokio::test]
async fn literals_and_this_machine_need_no_query() {
    let resolver = Resolver::with_servers(&[]);
    for (host, family, expected) in [
        ("192.0.2.1", Family::Any, "192.0.2.1"),
        ("[2001:db8::1]", Family::V6, "2001:db8::1"),
        ("localhost", Family::V4, "127.0.0.1"),
        ("api.localhost", Family::V4, "127.0.0.1"),
    ] {
        let addresses = resolver.resolve(host, family).await.unwrap();
        assert_eq!(addresses.first().unwrap().to_string(), expected);
    }
    assert!(matches!(resolver.resolve("192.0.2.1", Family::V6).await, Err(ResolveError::NotFound(_))));
}

#[tokio::test]
async fn records_are_looked_up_afresh_each_time() {
    let (resolver, asked) = resolver().await;
    assert_eq!(resolver.lookup("api.test", "a").await.unwrap(), ["10.0.0.7"]);
    let before = asked.load(Ordering::Relaxed);
    assert_eq!(resolver.lookup("api.test", "A").await.unwrap(), ["10.0.0.7"]);
    assert!(asked.load(Ordering::Relaxed) > before);
    let error = resolver.lookup("api.test", "TXT").await.unwrap_err();
    assert_eq!(error, ResolveError::NotFound("`api.test` has no TXT record".to_owned()));
    assert!(resolver.lookup("api.test", "nonsense").await.is_err());
}

#[tokio::test]
async fn the_hosts_file_goes_before_any_query() {
    let mut hosts = Hosts::default();
    hosts.read_hosts_conf(&b"192.0.2.7 api.test # staging\n2001:db8::7 api.test\n"[..]).unwrap();
    let servers = Servers::at(&[], TIMEOUT);
    let (cache, evidence) = (Cache::default(), Evidence::default());
    let resolver = Resolver(Arc::new(Inner { servers, hosts, cache, evidence }));
    for (family, expected) in [
        (Family::Any, &["192.0.2.7", "2001:db8::7"][..]),
        (Family::V4, &["192.0.2.7"][..]),
        (Family::V6, &["2001:db8::7"][..]),
    ] {
        let addresses = resolver.resolve("API.test", family).await.unwrap();
        assert_eq!(addresses.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }
    assert!(matches!(resolver.lookup("api.test", "A").await, Err(ResolveError::Blind(_))));
}

#[tokio::test]
async fn exp_bound() {
    for count in [1usize, 2, 3, 4] {
        let mut silent = Vec::new();
        for _ in 0..count {
            silent.push(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        }
        let at: Vec<_> = silent.iter().map(|s| s.local_addr().unwrap()).collect();
        let resolver = Resolver::with_servers(&at);
        let t = std::time::Instant::now();
        let e = resolver.resolve("api.test", Family::Any).await.unwrap_err();
        println!("{count} silent: {:?} {e:?}", t.elapsed());
    }
    // UDP silent and TCP accepts silently
    let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let tcp = tokio::net::TcpListener::bind(udp.local_addr().unwrap()).await.unwrap();
    let t = std::time::Instant::now();
    let e = Resolver::with_servers(&[tcp.local_addr().unwrap()])
        .resolve("api.test", Family::Any)
        .await
        .unwrap_err();
    println!("udp+tcp silent: {:?} {e:?}", t.elapsed());
    // search list
    for (what, host) in [("bare", "api"), ("dotted", "api.test")] {
        let config = ResolverConfig::from_parts(
            None,
            ["a.test.", "b.test.", "c.test."].iter().map(|n| Name::from_utf8(n).unwrap()).collect(),
            vec![{
                let mut c = ConnectionConfig::udp();
                c.port = udp.local_addr().unwrap().port();
                NameServerConfig::new(udp.local_addr().unwrap().ip(), true, vec![c])
            }],
        );
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        set(builder.options_mut(), TIMEOUT);
        let resolver = Resolver::asking(Servers(builder.build().ok()));
        let t = std::time::Instant::now();
        let e = resolver.resolve(host, Family::Any).await.unwrap_err();
        println!("search {what}: {:?} {e:?}", t.elapsed());
    }
}

#[tokio::test]
async fn exp_broadcast() {
    for at in ["255.255.255.255:53", "[2001:db8::1]:53", "127.0.0.1:1", "240.0.0.1:53"] {
        let t = std::time::Instant::now();
        let e =
            Resolver::with_servers(&[at.parse().unwrap()]).resolve("api.test", Family::V4).await.unwrap_err();
        println!("{at}: {:?} {e:?}", t.elapsed());
    }
}
