//! Issues as rows of a list, under their years.

use chrono::Datelike;
use serde_json::{Value, json};

use crate::archive::Listed;
use crate::site::Site;
use crate::site::place::{Group, Place};

/// Issues of one year, the latest first.
pub(super) struct Year<'a> {
    /// Nothing for issues without a day, or where it need not be said.
    pub(super) year: Option<i32>,
    pub(super) issues: Vec<Listed<'a>>,
}

/// Issues by year, the latest first.
pub(super) fn years<'a>(issues: &[Listed<'a>]) -> Vec<Year<'a>> {
    let mut years: Vec<Year<'a>> = Vec::new();
    for issue in issues.iter().rev() {
        let year = issue.day().map(|day| day.year());
        match years.last_mut().filter(|last| last.year == year) {
            Some(last) => last.issues.push(*issue),
            None => years.push(Year { year, issues: vec![*issue] }),
        }
    }
    years
}

/// The groups of a list, as templates read them. `other` is over issues without a year.
pub(super) fn groups(years: &[Year<'_>], other: &str, up: &str) -> Value {
    // Where some have a number, all titles stand behind its place.
    let numbered = years.iter().flat_map(|year| &year.issues).any(|issue| issue.about().number.is_some());
    let group = |year: &Year<'_>| {
        json!({
            "id": year.year.map_or_else(|| "letters".to_owned(), |year| format!("year:{year}")),
            "title": year.year.map_or_else(|| other.to_owned(), |year| year.to_string()),
            "url": year.year.map(|year| Place::group(Group::Year, &year.to_string()).from(up)),
            "issues": year.issues.iter().map(|issue| row(*issue, numbered, up)).collect::<Vec<_>>(),
        })
    };
    years.iter().map(group).collect()
}

fn row(issue: Listed<'_>, numbered: bool, up: &str) -> Value {
    let about = issue.about();
    json!({
        "url": Place::issue(&about.slug).from(up),
        "title": about.title,
        "summary": about.subtitle.as_deref().unwrap_or(&about.summary),
        "numbered": numbered,
        "number": about.number.map(|number| number.to_string()).unwrap_or_default(),
        "date": issue.day().map(|day| day.to_string()),
        "day": issue.day().map(about.language.words().site.short_date),
        "lent": about.language.lent(),
        "language": about.language.tag(),
        "dir": about.language.direction().as_str(),
    })
}

impl Site<'_> {
    /// How many issues, in the newsletter's words.
    pub(super) fn count(&self, issues: usize) -> String {
        let [one, several] = self.language().words().site.count;
        if issues == 1 { one.to_owned() } else { several.replace("{}", &issues.to_string()) }
    }
}
