//! The name that a relay gives to a message it took, by which its operator finds it again.

use super::reply::Reply;

/// The longest name that is kept.
const MAX: usize = 128;

/// The identifier in the reply to a message's final dot, where one can be told.
pub fn relay_id(reply: &Reply) -> Option<String> {
    let text = reply.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    let id = after(&text, "queued as ")
        .or_else(|| after(&text, "InternalId="))
        .or_else(|| after(&text, "id="))
        .or_else(|| gmail(&words))
        .or_else(|| qmail(&words))
        .or_else(|| after(&text, "queued with id "))
        .or_else(|| plain(&words))?;
    let id: String =
        id.trim_matches(['<', '>', '(', ')', '[', ']', '"', '\'', '.', ',', ';', ':']).chars().take(MAX).collect();
    (!id.is_empty()).then_some(id)
}

/// The word after `marker`, in whatever case: Postfix's `queued as`, Exim's `id=`, Exchange's
/// `InternalId=`.
fn after(text: &str, marker: &str) -> Option<String> {
    let folded = text.to_ascii_lowercase();
    let found = folded.match_indices(&marker.to_ascii_lowercase()).find_map(|(start, found)| {
        let before = text.get(..start)?.chars().next_back();
        let rest = text.get(start + found.len()..)?;
        before.is_none_or(|c| !c.is_alphanumeric()).then_some(rest)
    })?;
    found.split([' ', ',', ']']).next().map(str::to_owned)
}

/// `OK 1714060800 x1-20020a05.12 - gsmtp`: the word before `- gsmtp`.
fn gmail(words: &[&str]) -> Option<String> {
    match words {
        [.., id, "-", "gsmtp"] => Some((*id).to_owned()),
        _ => None,
    }
}

/// `ok 1714060800 qp 12345`: a time and a process.
fn qmail(words: &[&str]) -> Option<String> {
    match words {
        [_, time, "qp", process] => Some(format!("{time} qp {process}")),
        _ => None,
    }
}

/// `Ok 0102018f-…` (SES), `43OKab Message accepted for delivery` (Sendmail): the first word that
/// is plainly no word of a sentence.
fn plain(words: &[&str]) -> Option<String> {
    let named = |word: &&&str| {
        word.len() >= 8
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    words.iter().take(2).find(named).map(|word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::relay_id;
    use crate::smtp::Reply;

    #[test]
    fn the_identifier_is_found_in_what_relays_say() {
        for (text, id) in [
            ("2.0.0 Ok: queued as 4XyZab1Q2wz9", Some("4XyZab1Q2wz9")),
            ("2.0.0 OK: queued as <202404260501.1234@relay.example>", Some("202404260501.1234@relay.example")),
            ("OK id=1s0abC-00000001Xyz-2fGh", Some("1s0abC-00000001Xyz-2fGh")),
            ("Ok 0102018f16b2c3d4-1a2b3c4d-000000", Some("0102018f16b2c3d4-1a2b3c4d-000000")),
            ("2.0.0 OK  1714060800 d2e1a72fcca58-6f3c.12 - gsmtp", Some("d2e1a72fcca58-6f3c.12")),
            (
                "2.6.0 <a@b.example> [InternalId=68719476737, Hostname=X.example] 9010 bytes Queued mail for delivery",
                Some("68719476737"),
            ),
            ("2.0.0 43Q5aBcD012345 Message accepted for delivery", Some("43Q5aBcD012345")),
            ("2.0.0 6ca8f7e3 Message accepted for delivery", Some("6ca8f7e3")),
            ("ok 1714060800 qp 12345", Some("1714060800 qp 12345")),
            ("2.0.0 Ok", None),
            ("", None),
            ("Thank you, message accepted for delivery", None),
            ("the invalid=one", None),
        ] {
            assert_eq!(relay_id(&Reply::new(250, [text])).as_deref(), id, "{text}");
        }
    }
}
