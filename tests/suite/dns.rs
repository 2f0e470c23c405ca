//! Asking name servers, well-behaved and not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use newsletter::doctor::dns::{DnsError, Resolver};

use crate::support::dns::{Act, Zone};

/// A resolver that waits no longer than a test may.
fn ask(servers: &[SocketAddr]) -> Resolver {
    Resolver::new(servers.to_vec(), Duration::from_millis(400))
}

fn zone() -> Zone {
    Zone::default()
        .txt("a.example", "v=spf1 -all")
        .txt("a.example", "another")
        .mx("a.example", 20, "two.a.example")
        .mx("a.example", 10, "one.a.example")
        .a("one.a.example")
        .alias("s._domainkey.a.example", "key.relay.example")
        .txt("key.relay.example", &"k".repeat(700))
}

#[test]
fn records_are_found_by_name_and_type() {
    let server = zone().start();
    let resolver = ask(&[server.address]);
    assert_eq!(resolver.txt("a.example"), Ok(vec!["v=spf1 -all".to_owned(), "another".to_owned()]));
    assert_eq!(resolver.mx("a.example"), Ok(vec![(10, "one.a.example".to_owned()), (20, "two.a.example".to_owned())]));
    assert_eq!(resolver.addresses("one.a.example").map(|found| found.len()), Ok(1));
    assert_eq!(resolver.txt("one.a.example"), Ok(Vec::new()), "a name that has other records");
    assert_eq!(resolver.txt("b.example"), Err(DnsError::NoSuchName("b.example".to_owned())));
}

#[test]
fn an_alias_leads_on_and_strings_are_joined() {
    let server = zone().start();
    assert_eq!(ask(&[server.address]).txt("s._domainkey.a.example"), Ok(vec!["k".repeat(700)]));
}

#[test]
fn an_answer_that_is_cut_is_asked_for_by_tcp() {
    let server = zone().on("a.example", Act::Cut).start();
    assert_eq!(ask(&[server.address]).txt("a.example").map(|found| found.len()), Ok(2));
    assert_eq!(server.asked(), ["udp TXT a.example", "tcp TXT a.example"]);
}

#[test]
fn half_an_answer_by_tcp_is_none() {
    let server = zone().on("a.example", Act::CutTwice).start();
    assert_eq!(ask(&[server.address]).txt("a.example"), Err(DnsError::Silent));
}

#[test]
fn a_datagram_that_is_lost_is_sent_again() {
    let server = zone().on("a.example", Act::Lose).start();
    assert_eq!(ask(&[server.address]).txt("a.example").map(|found| found.len()), Ok(2));
}

#[test]
fn an_answer_to_another_question_is_not_taken_for_this_one() {
    let server = zone().on("a.example", Act::Stray).start();
    assert_eq!(ask(&[server.address]).txt("a.example").map(|found| found.len()), Ok(2));
    assert_eq!(server.asked(), ["udp TXT a.example"]);
}

#[test]
fn servers_that_fail_are_told_from_silence_and_from_no_such_name() {
    let of = |act| ask(&[zone().on("a.example", act).start().address]).txt("a.example");
    let failed = Err(DnsError::Failed("a.example".to_owned()));
    assert_eq!(of(Act::Fail), failed);
    assert_eq!(of(Act::Refuse), failed);
    assert_eq!(of(Act::Garbage), Err(DnsError::Silent));
    assert_eq!(of(Act::Silence), Err(DnsError::Silent));
}

#[test]
fn the_next_server_is_asked_where_one_is_silent_or_fails() {
    let good = zone().start();
    for act in [Act::Silence, Act::Fail, Act::Garbage] {
        let bad = zone().on("*", act).start();
        let resolver = ask(&[bad.address, good.address]);
        assert_eq!(resolver.txt("a.example").map(|found| found.len()), Ok(2), "{act:?}");
    }
}

#[test]
fn silence_about_one_name_says_nothing_of_the_others() {
    let server = zone().on("b.example", Act::Silence).start();
    let resolver = ask(&[server.address]);
    assert!(resolver.txt("a.example").is_ok());
    assert_eq!(resolver.txt("b.example"), Err(DnsError::Failed("b.example".to_owned())));
    assert!(resolver.txt("a.example").is_ok());
}

#[test]
fn where_nobody_answers_nobody_is_asked_twice() {
    let server = zone().on("*", Act::Silence).start();
    let resolver = ask(&[server.address]);
    assert_eq!(resolver.txt("a.example"), Err(DnsError::Silent));
    let start = Instant::now();
    assert_eq!(resolver.mx("a.example"), Err(DnsError::Silent));
    assert!(start.elapsed() < Duration::from_millis(100));
    assert_eq!(ask(&[]).txt("a.example"), Err(DnsError::NoServer));
}
