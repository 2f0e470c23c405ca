//! What differs by language: fixed words, dates, direction, script. One table, one row a language.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod site;

use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

pub use site::{Citation, SiteWords};

/// A language tag (BCP 47), as `en`, `en-GB` or `zh-Hans`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(Arc<str>);

/// The direction in which a script runs, as HTML's `dir` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The value of HTML's `dir`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

impl Default for Language {
    /// English.
    fn default() -> Self {
        Self("en".into())
    }
}

impl Language {
    /// Reads a tag; nothing where it does not have the shape of one.
    pub fn new(tag: &str) -> Option<Self> {
        let mut parts = tag.split('-');
        let first = parts.next().unwrap_or_default();
        let primary = (2..=3).contains(&first.len()) && first.chars().all(|c| c.is_ascii_alphabetic());
        let rest = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
        (primary && parts.all(rest)).then(|| Self(tag.into()))
    }

    /// The tag as written.
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// The primary language in lower case: `zh` of `zh-Hans`.
    pub fn primary(&self) -> String {
        self.0.split('-').next().unwrap_or_default().to_ascii_lowercase()
    }

    /// Whether it is set in Chinese characters or kana: other fonts, other measures, no italics.
    pub fn is_cjk(&self) -> bool {
        matches!(self.primary().as_str(), "zh" | "ja" | "yue" | "wuu")
    }

    /// The direction of its script.
    pub fn direction(&self) -> Direction {
        let rtl_script = self.0.split('-').any(|part| matches!(part, "Arab" | "Hebr" | "Thaa" | "Syrc" | "Nkoo"));
        match self.primary().as_str() {
            "ar" | "fa" | "he" | "ur" | "yi" | "ps" | "sd" | "ug" | "dv" | "ckb" => Direction::Rtl,
            _ if rtl_script => Direction::Rtl,
            _ => Direction::Ltr,
        }
    }

    /// Its fixed words; English where the table has no row for it.
    pub fn words(&self) -> &'static Words {
        let traditional = ["zh-hant", "zh-tw", "zh-hk", "zh-mo"];
        let tag = self.0.to_ascii_lowercase();
        match self.primary().as_str() {
            "zh" if traditional.iter().any(|t| tag.starts_with(t)) => &ZH_HANT,
            "zh" => &ZH_HANS,
            _ => &EN,
        }
    }

    /// The attributes of words of ours in a text of this language: none where they are in it, and else
    /// what keeps them apart from what stands beside them, whichever way that runs.
    pub fn lent(&self) -> &'static str {
        let is_own = self.primary() == "en" || !std::ptr::eq(self.words(), &raw const EN);
        if is_own { "" } else { " lang=\"en\" dir=\"ltr\"" }
    }

    /// The day in words: `26 April 2024`, `2024年4月26日`.
    pub fn date(&self, day: NaiveDate) -> String {
        (self.words().date)(day)
    }
}

impl TryFrom<String> for Language {
    type Error = &'static str;

    fn try_from(tag: String) -> Result<Self, Self::Error> {
        Self::new(&tag).ok_or("not a language tag")
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.tag().to_owned()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The words of one language that the tool itself puts into an issue. `{}` is where a value goes.
#[derive(Debug)]
pub struct Words {
    /// The link to the web page of an issue.
    pub view_in_browser: &'static str,
    /// The link that ends a subscription.
    pub unsubscribe: &'static str,
    /// The number of an issue.
    pub number: &'static str,
    /// How many minutes it takes to read.
    pub reading_time: &'static str,
    /// Why somebody gets this mail; the value is the web site's name.
    pub why: &'static str,
    /// The heading over footnotes in plain text.
    pub notes: &'static str,
    /// The heading over the numbered links in plain text.
    pub links: &'static str,
    /// What stands before an image's description in plain text.
    pub image: &'static str,
    /// The link to a video.
    pub watch: &'static str,
    /// What stands before the number in a footnote's mark; alone where there is one note only.
    pub note_mark: &'static str,
    /// The label of a link back from a footnote.
    pub back: &'static str,
    /// The same in a word, where the place says the rest.
    pub back_short: &'static str,
    /// The link that leads past the page's head.
    pub skip: &'static str,
    /// What a table without a caption is called.
    pub table: &'static str,
    /// A task that is done.
    pub done: &'static str,
    /// A task that is not.
    pub to_do: &'static str,
    /// The list of an issue's headings.
    pub contents: &'static str,
    /// Between a word and what explains it: `: ` or `：`.
    pub colon: &'static str,
    /// Between the parts of a line: `, ` or `，`.
    pub comma: &'static str,
    /// The names of GFM's alerts: note, tip, important, warning, caution.
    pub alerts: [&'static str; 5],
    /// Between the items of the line of number, date and reading time.
    pub meta_separator: &'static str,
    /// A day in words.
    pub date: fn(NaiveDate) -> String,
    /// The words of the archive's site.
    pub site: &'static SiteWords,
}

/// A number with its thousands apart: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

static EN: Words = Words {
    view_in_browser: "View in browser",
    unsubscribe: "Unsubscribe",
    number: "No. {}",
    reading_time: "{} min read",
    why: "You are receiving this because you asked for it at {}.",
    notes: "Notes",
    links: "Links",
    image: "Image",
    watch: "Watch the video",
    note_mark: "",
    back: "Back to the text",
    back_short: "Back",
    skip: "Skip to the letter",
    table: "Table",
    done: "Done",
    to_do: "To do",
    contents: "In this letter",
    colon: ": ",
    comma: ", ",
    alerts: ["Note", "Tip", "Important", "Warning", "Caution"],
    meta_separator: "  ·  ",
    date: |day| {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
        format!("{} {month} {}", day.day(), day.year())
    },
    site: &site::EN,
};

static ZH_HANS: Words = Words {
    view_in_browser: "在浏览器中查看",
    unsubscribe: "退订",
    number: "第{}期",
    reading_time: "阅读约{}分钟",
    why: "您在 {} 订阅了本信。",
    notes: "注释",
    links: "链接",
    image: "图",
    watch: "观看视频",
    note_mark: "注",
    back: "返回正文",
    back_short: "返回",
    skip: "跳到正文",
    table: "表格",
    done: "已完成",
    to_do: "未完成",
    contents: "本期内容",
    colon: "：",
    comma: "，",
    alerts: ["说明", "提示", "重要", "警告", "注意"],
    meta_separator: "　",
    date: |day| format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    site: &site::ZH_HANS,
};

static ZH_HANT: Words = Words {
    view_in_browser: "在瀏覽器中檢視",
    unsubscribe: "退訂",
    number: "第{}期",
    reading_time: "閱讀約{}分鐘",
    why: "您在 {} 訂閱了本信。",
    notes: "註釋",
    links: "連結",
    image: "圖",
    watch: "觀看影片",
    note_mark: "註",
    back: "返回正文",
    back_short: "返回",
    skip: "跳到正文",
    table: "表格",
    done: "已完成",
    to_do: "未完成",
    contents: "本期內容",
    colon: "：",
    comma: "，",
    alerts: ["說明", "提示", "重要", "警告", "注意"],
    meta_separator: "　",
    date: |day| format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    site: &site::ZH_HANT,
};

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(super::grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
