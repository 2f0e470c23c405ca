//! A mailbox in the form mboxrd: each message after a line `From `, whose lines that could be taken
//! for one have a `>` more (RFC 4155 names the form, qmail's mbox(5) this kind).

use chrono::{DateTime, NaiveTime, Utc};

use crate::archive::Past;
use crate::export::ExportError;

pub(super) fn write(issues: &[Past]) -> Result<Vec<u8>, ExportError> {
    let mut out = Vec::new();
    for issue in issues {
        out.extend(format!("From MAILER-DAEMON {}\n", moment(issue).format("%a %b %e %H:%M:%S %Y")).bytes());
        let message = issue.message()?;
        for line in message.strip_suffix(b"\n").unwrap_or(&message).split(|&byte| byte == b'\n') {
            push_line(line.strip_suffix(b"\r").unwrap_or(line), &mut out);
        }
        out.push(b'\n');
    }
    Ok(out)
}

fn push_line(line: &[u8], out: &mut Vec<u8>) {
    let quoted = line.iter().position(|&byte| byte != b'>').and_then(|at| line.get(at..));
    if quoted.is_some_and(|rest| rest.starts_with(b"From ")) {
        out.push(b'>');
    }
    out.extend(line);
    out.push(b'\n');
}

/// When it went out, as far as is known.
fn moment(issue: &Past) -> DateTime<Utc> {
    let day = || Some(issue.day()?.and_time(NaiveTime::MIN).and_utc());
    let at = issue.about().moment().map(|at| at.to_utc());
    at.or_else(day).or(issue.sealed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::push_line;

    #[test]
    fn a_line_that_looks_like_a_start_is_quoted_and_quoted_ones_are_once_more() {
        for (line, written) in [
            ("From here", ">From here\n"),
            (">From here", ">>From here\n"),
            ("From", "From\n"),
            (" From x", " From x\n"),
        ] {
            let mut out = Vec::new();
            push_line(line.as_bytes(), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
    }
}
