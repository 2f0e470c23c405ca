//! Asking the web, against a server of the test's own.
#![expect(clippy::unnecessary_wraps, reason = "a server may also give no answer")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use newsletter::web::{Address, Answer, Answers, AskError, Cache, Limits, Reach, Round, Web, ask_all};

use crate::support::server::Server;

fn limits() -> Limits {
    Limits {
        pause: Duration::from_millis(1),
        request: Duration::from_secs(5),
        reach: Reach::Everywhere,
        ..Limits::default()
    }
}

fn ok() -> Option<String> {
    Some("200 OK".to_owned())
}

fn status(answer: &Result<Answer, AskError>) -> u16 {
    answer.as_ref().unwrap().status
}

#[test]
fn a_head_is_enough_where_it_is_answered_and_says_who_asks() {
    let server = Server::start(|_, _| ok());
    assert_eq!(status(&Web::new(limits()).ask(&server.url("/a?b#c"))), 200);
    assert_eq!(server.lines(), ["HEAD /a?b"]);
    let agent = format!("user-agent: newsletter/{} (link check)", env!("CARGO_PKG_VERSION"));
    let asked = &server.asked()[0];
    assert!(asked.headers.iter().any(|header| header.eq_ignore_ascii_case(&agent)), "{:?}", asked.headers);
}

#[test]
fn where_head_is_refused_or_fails_the_page_itself_is_asked_for() {
    for refusal in [Some("405 No"), Some("501 No"), Some("403 No"), Some("404 No"), Some("500 No"), None] {
        let server = Server::start(move |method, _| if method == "HEAD" { refusal.map(str::to_owned) } else { ok() });
        assert_eq!(status(&Web::new(limits()).ask(&server.url("/"))), 200, "{refusal:?}");
        let lines = server.lines();
        // A connection that is closed on it is opened once more by itself.
        assert!(lines.starts_with(&["HEAD /".to_owned()]) && lines.last().unwrap() == "GET /", "{lines:?}");
    }
}

#[test]
fn the_last_status_counts_and_404_stays_404() {
    let server = Server::start(|_, _| Some("404 Not Found".to_owned()));
    let answer = Web::new(limits()).ask(&server.url("/a")).unwrap();
    assert!(answer.is_gone() && !answer.is_fine());
    assert_eq!(server.lines(), ["HEAD /a", "GET /a"]);
}

#[test]
fn redirects_are_followed_and_shown_and_those_that_last_are_told_from_those_that_do_not() {
    let server = Server::start(|_, path| match path {
        "/a" => Some("301 Moved\r\nLocation: /b".to_owned()),
        "/b" => Some("308 Moved\r\nLocation: c/d".to_owned()),
        "/c/d" => Some("302 Found\r\nLocation: ../e?f".to_owned()),
        "/e?f" => ok(),
        _ => None,
    });
    let answer = Web::new(limits()).ask(&server.url("/a")).unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.final_url(), Some(&*server.url("/e?f")));
    assert_eq!(answer.moved_to(), Some(&*server.url("/c/d")));
    assert_eq!(server.lines(), ["HEAD /a", "HEAD /b", "HEAD /c/d", "HEAD /e?f"]);
}

#[test]
fn a_circle_and_a_chain_without_an_end_are_left() {
    let circle =
        Server::start(|_, path| Some(format!("302 Found\r\nLocation: {}", if path == "/a" { "/b" } else { "/a" })));
    assert_eq!(Web::new(limits()).ask(&circle.url("/a")), Err(AskError::Redirects));
    assert!(circle.lines().len() <= 3, "{:?}", circle.lines());
    let chain = Server::start(|_, path| Some(format!("301 Moved\r\nLocation: {path}x")));
    assert_eq!(Web::new(limits()).ask(&chain.url("/")), Err(AskError::Redirects));
    assert_eq!(chain.lines().len(), limits().redirects + 1);
}

#[test]
fn a_redirect_that_holds_a_password_is_not_followed_nor_told() {
    let server = Server::start(|_, _| Some("302 Found\r\nLocation: http://me:hush@127.0.0.1/".to_owned()));
    let error = Web::new(limits()).ask(&server.url("/")).unwrap_err();
    assert_eq!(error, AskError::Location);
    assert!(!format!("{error} {error:?}").contains("hush"));
}

#[test]
fn what_takes_too_long_is_left_and_a_host_that_does_so_twice_is_asked_no_more() {
    let server = Server::start(|_, _| {
        std::thread::sleep(Duration::from_secs(3));
        ok()
    });
    let web = Web::new(Limits { request: Duration::from_millis(150), ..limits() });
    let start = Instant::now();
    for n in 0..30 {
        assert_eq!(web.ask(&server.url(&format!("/{n}"))), Err(AskError::Timeout("127.0.0.1".to_owned())));
    }
    // Asked each time it were 9 seconds.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_host_that_asks_for_patience_is_left_alone() {
    let server = Server::start(|_, _| Some("429 Too Many Requests".to_owned()));
    let web = Web::new(limits());
    assert_eq!(status(&web.ask(&server.url("/a"))), 429);
    assert_eq!(web.ask(&server.url("/b")), Err(AskError::Busy("127.0.0.1".to_owned())));
    assert_eq!(server.lines(), ["HEAD /a"]);
}

#[test]
fn nothing_of_a_private_network_is_asked_and_no_redirect_leads_there() {
    let server = Server::start(|_, _| ok());
    let web = Web::new(Limits::default());
    assert_eq!(web.ask(&server.url("/")), Err(AskError::Private("127.0.0.1".to_owned())));
    assert_eq!(web.ask(&server.url_by_name("/")), Err(AskError::Private("localhost".to_owned())));
    // Numbers that only the look-up shows to be this machine.
    let by_number = server.url("/").replace("127.0.0.1", "2130706433");
    assert!(matches!(web.ask(&by_number), Err(AskError::Private(_) | AskError::UnknownHost(_))), "{by_number}");
    assert!(server.lines().is_empty());
}

#[test]
fn a_connection_that_is_refused_tells_nothing_and_a_name_that_nobody_has_does() {
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let error = Web::new(limits()).ask(&format!("http://{closed}/")).unwrap_err();
    assert!(matches!(error, AskError::Connection { .. }) && !error.is_dead(), "{error}");
    let error = Web::new(limits()).ask("http://nobody.invalid/").unwrap_err();
    assert!(matches!(error, AskError::UnknownHost(_) | AskError::Connection { .. }), "{error}");
}

#[test]
fn a_server_that_cannot_speak_tls_or_prove_its_name_is_no_page() {
    let server = Server::start(|_, _| ok());
    let error = Web::new(limits()).ask(&server.url("/").replace("http:", "https:")).unwrap_err();
    // What answers is no TLS at all; whether that is the server's fault nobody knows.
    assert!(matches!(error, AskError::Connection { .. } | AskError::Tls { .. }), "{error:?}");
}

fn addresses(urls: impl IntoIterator<Item = String>) -> BTreeSet<Address> {
    urls.into_iter().map(|url| Address::parse(&url).unwrap()).collect()
}

fn round(wanted: &BTreeSet<Address>, limits: Limits, cache: &mut Cache) -> (Answers, Round) {
    let (mut answers, mut round) = (Answers::default(), Round::default());
    ask_all(wanted, limits, &mut answers, cache, 1_000, &mut |plan| round = plan);
    (answers, round)
}

#[test]
fn each_host_is_asked_one_thing_at_a_time_with_a_pause_and_hosts_side_by_side() {
    let slow = |_: &str, _: &str| {
        std::thread::sleep(Duration::from_millis(60));
        ok()
    };
    let server = Server::start(slow);
    let paths: Vec<_> = (0..5).map(|n| format!("/{n}")).collect();
    let urls = paths.iter().flat_map(|path| [server.url(path), server.url_by_name(path)]);
    let pause = Duration::from_millis(40);
    let (answers, plan) = round(&addresses(urls), Limits { pause, ..limits() }, &mut Cache::none());
    assert_eq!(plan, Round { asked: 10, hosts: 2, known: 0 });
    assert_eq!(status(answers.get(&Address::parse(&server.url("/3")).unwrap()).unwrap()), 200);
    let asked = server.asked();
    assert_eq!(asked.len(), 10);
    let by = |name: &str| {
        let is = |header: &String| header.to_lowercase().starts_with(&format!("host: {name}"));
        asked.iter().filter(|asked| asked.headers.iter().any(is)).cloned().collect::<Vec<_>>()
    };
    let (one, other) = (by("127.0.0.1"), by("localhost"));
    assert_eq!((one.len(), other.len()), (5, 5));
    for host in [&one, &other] {
        for pair in host.windows(2) {
            let between = pair[1].began.checked_duration_since(pair[0].ended).expect("one at a time");
            assert!(between >= pause.mul_f32(0.9), "{between:?}");
        }
    }
    assert!(one[0].began < other[4].ended && other[0].began < one[4].ended, "side by side");
}

#[test]
fn an_address_is_asked_once_a_run_and_a_second_run_knows_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.json");
    let server = Server::start(|_, path| Some(if path == "/gone" { "404 No" } else { "200 OK" }.to_owned()));
    let wanted = addresses(["/a", "/a#b", "/gone"].map(|path| server.url(path)));
    let mut cache = Cache::open(file.clone());
    let (_, first) = round(&wanted, limits(), &mut cache);
    cache.save(1_000).unwrap();
    assert_eq!(server.lines(), ["HEAD /a", "HEAD /gone", "GET /gone"]);
    assert_eq!((first.asked, first.known), (2, 0));
    let (answers, second) = round(&wanted, limits(), &mut Cache::open(file));
    assert_eq!((second.asked, second.known), (0, 2));
    assert_eq!(server.lines().len(), 3);
    assert!(answers.get(&Address::parse(&server.url("/gone")).unwrap()).unwrap().as_ref().unwrap().is_gone());
}

#[test]
fn a_round_ends_in_time() {
    let server = Server::start(|_, _| ok());
    let wanted = addresses((0..50).map(|n| server.url(&format!("/{n}"))));
    let limits = Limits { round: Duration::from_millis(100), pause: Duration::from_millis(30), ..limits() };
    let (answers, _) = round(&wanted, limits, &mut Cache::none());
    let late = wanted.iter().filter(|address| answers.get(address) == Some(&Err(AskError::OutOfTime))).count();
    assert!((30..50).contains(&late), "{late}");
}

#[test]
fn whoever_asks_a_host_waits_for_the_one_before() {
    let server = Server::start(|_, _| {
        std::thread::sleep(Duration::from_millis(30));
        ok()
    });
    let web = Web::new(limits());
    std::thread::scope(|scope| {
        for n in 0..4 {
            let (web, url) = (&web, server.url(&format!("/{n}")));
            scope.spawn(move || assert_eq!(status(&web.ask(&url)), 200));
        }
    });
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked.windows(2).all(|pair| pair[0].ended <= pair[1].began), "{asked:?}");
}
