//! Questions and answers as octets. Nobody else knows `simple_dns`.

use std::net::IpAddr;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, ResourceRecord, TYPE};

use super::{Kind, Record};

/// The names that lead on from one to the next, at most.
const ALIASES: usize = 8;

/// What a server said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The records of the kind that was asked for; none where there are only others.
    Records(Vec<Record>),
    /// There is no such name.
    NoSuchName,
    /// It does not know, or will not say.
    Failed,
    /// There was more than a datagram holds.
    Cut,
}

fn kind_of(kind: Kind) -> TYPE {
    match kind {
        Kind::Txt => TYPE::TXT,
        Kind::Mx => TYPE::MX,
        Kind::A => TYPE::A,
        Kind::Aaaa => TYPE::AAAA,
    }
}

/// The question as octets; nothing where the name cannot be one.
pub(super) fn question(id: u16, name: &str, kind: Kind) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(name.trim_end_matches('.')).ok()?;
    packet.questions.push(Question::new(name, QTYPE::TYPE(kind_of(kind)), QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().ok()
}

/// Reads an answer; nothing where it is none to this question.
pub(super) fn read(octets: &[u8], id: u16, name: &str, kind: Kind) -> Option<Answer> {
    let name = name.trim_end_matches('.');
    // One that is cut may end within a record: the flag stands in front, and so does the question's number.
    let [first, second, flags, code, ..] = *octets else { return None };
    let is_answer = flags & 0x80 != 0;
    if u16::from_be_bytes([first, second]) != id || !is_answer {
        return None;
    }
    if flags & 0x02 != 0 {
        return Some(Answer::Cut);
    }
    let Ok(packet) = Packet::parse(octets) else {
        // Some servers refuse with a bare header.
        return (code & 0x0f != 0).then_some(Answer::Failed);
    };
    let asked = |question: &Question<'_>| is(&question.qname, name) && question.qtype == QTYPE::TYPE(kind_of(kind));
    if !packet.questions.is_empty() && !packet.questions.iter().all(asked) {
        return None;
    }
    Some(match packet.rcode() {
        RCODE::NoError => Answer::Records(records(&packet.answers, name, kind)),
        RCODE::NameError => Answer::NoSuchName,
        _ => Answer::Failed,
    })
}

/// The records of the name, or of the one that its aliases lead to.
fn records(answers: &[ResourceRecord<'_>], name: &str, kind: Kind) -> Vec<Record> {
    let mut name = name.to_owned();
    for _ in 0..ALIASES {
        let of_name = || answers.iter().filter(|answer| is(&answer.name, &name));
        let found: Vec<_> = of_name().filter_map(|answer| record(&answer.rdata, kind)).collect();
        let alias = of_name().find_map(|answer| match &answer.rdata {
            RData::CNAME(to) => Some(to.0.to_string()),
            _ => None,
        });
        match alias {
            Some(alias) if found.is_empty() => name = alias,
            _ => return found,
        }
    }
    Vec::new()
}

fn record(data: &RData<'_>, kind: Kind) -> Option<Record> {
    match (kind, data) {
        (Kind::Txt, RData::TXT(text)) => String::try_from(text.clone()).ok().map(Record::Txt),
        (Kind::Mx, RData::MX(server)) => Some(Record::Mx(server.preference, server.exchange.to_string())),
        (Kind::A, RData::A(address)) => Some(Record::Address(IpAddr::V4(address.address.into()))),
        (Kind::Aaaa, RData::AAAA(address)) => Some(Record::Address(IpAddr::V6(address.address.into()))),
        _ => None,
    }
}

fn is(name: &Name<'_>, text: &str) -> bool {
    name.to_string().trim_end_matches('.').eq_ignore_ascii_case(text.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::{Answer, Kind, question, read};

    #[test]
    fn an_answer_is_of_the_question_or_none() {
        let asked = question(7, "a.example", Kind::Txt).unwrap();
        let answered = |flags: u8, code: u8| {
            let mut octets = asked.clone();
            (octets[2], octets[3]) = (flags, code);
            octets
        };
        let of = |octets: &[u8]| read(octets, 7, "A.example.", Kind::Txt);
        assert_eq!(of(&answered(0x80, 0)), Some(Answer::Records(Vec::new())));
        assert_eq!(of(&answered(0x82, 0)), Some(Answer::Cut));
        assert_eq!(of(&answered(0x80, 3)), Some(Answer::NoSuchName));
        assert_eq!(of(&answered(0x80, 2)), Some(Answer::Failed));
        assert_eq!(of(&answered(0x80, 5)), Some(Answer::Failed));
        assert_eq!(of(&asked), None, "a question is no answer");
        assert_eq!(read(&answered(0x80, 0), 8, "a.example", Kind::Txt), None, "another number");
        assert_eq!(read(&answered(0x80, 0), 7, "b.example", Kind::Txt), None, "another name");
        assert_eq!(read(&answered(0x80, 0), 7, "a.example", Kind::Mx), None, "another type");
    }

    #[test]
    fn octets_of_any_kind_do_no_harm() {
        let mut octets = question(7, "a.example", Kind::Txt).unwrap();
        octets[2] = 0x80;
        for end in 0..octets.len() {
            drop(read(&octets[..end], 7, "a.example", Kind::Txt));
        }
        for at in 2..octets.len() {
            for byte in [0, 1, 0x3f, 0xc0, 0xff] {
                let mut changed = octets.clone();
                changed[at] = byte;
                drop(read(&changed, 7, "a.example", Kind::Txt));
            }
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_not_asked_for() {
        for name in ["a b", &"a".repeat(64), &"a.".repeat(200), "%{i}.example"] {
            assert_eq!(question(7, name, Kind::Txt), None, "{name}");
        }
        assert!(question(7, "s._domainkey.a.example", Kind::Txt).is_some());
    }
}
