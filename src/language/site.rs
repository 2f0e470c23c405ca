//! The words of the archive's site.

use chrono::{Datelike, NaiveDate};

/// The words of one language that stand on pages of the archive. `{}` is where a value goes.
#[derive(Debug)]
pub struct SiteWords {
    /// The link to the home page.
    pub letters: &'static str,
    /// Over the latest issue.
    pub latest: &'static str,
    /// The link from it to its page.
    pub read: &'static str,
    /// Where there is no issue yet.
    pub none: &'static str,
    /// The button of the form, and the link that leads to it.
    pub subscribe: &'static str,
    /// Over the form, where the configuration does not say; the value is the newsletter's name.
    pub subscribe_to: &'static str,
    /// The label of the form's field.
    pub mail_address: &'static str,
    /// The issue before.
    pub previous: &'static str,
    /// The issue after.
    pub next: &'static str,
    /// Who wrote it.
    pub authors: &'static str,
    /// The series it belongs to.
    pub series: &'static str,
    /// Its tags.
    pub tags: &'static str,
    /// How many it went to.
    pub sent_to: &'static str,
    /// One reader, and several.
    pub readers: [&'static str; 2],
    /// Over the list of one author's issues.
    pub author: &'static str,
    /// Over the list of issues with one tag.
    pub tag: &'static str,
    /// A place among others: the two values are its number and theirs.
    pub part: &'static str,
    /// A list by its year.
    pub year: &'static str,
    /// Over the line that names the issue in other texts.
    pub cite: &'static str,
    /// Over what was corrected.
    pub corrections: &'static str,
    /// Before the years that the home page does not list.
    pub earlier: &'static str,
    /// One issue, and several.
    pub count: [&'static str; 2],
    /// The title of the page for what is not there.
    pub missing: &'static str,
    /// What that page says.
    pub missing_text: &'static str,
    /// The page of a former address.
    pub moved: &'static str,
    /// The name of the list of links that every page has.
    pub menu: &'static str,
    /// The words of the search.
    pub search: SearchWords,
    /// A day without its year.
    pub short_date: fn(NaiveDate) -> String,
    /// The line that names an issue in other texts.
    pub citation: fn(&Citation<'_>) -> String,
}

/// The words of the search. `{}` is where a value goes.
#[derive(Debug)]
pub struct SearchWords {
    /// The page, the button, and the link that leads there.
    pub search: &'static str,
    /// The label of the field.
    pub label: &'static str,
    /// Before anything was asked.
    pub hint: &'static str,
    /// One issue that was found, and several.
    pub found: [&'static str; 2],
    /// Where there is none; the value is what was asked.
    pub nothing: &'static str,
    /// What to do then.
    pub again: &'static str,
    /// The link to all years.
    pub all_years: &'static str,
    /// The button for more of them.
    pub more: &'static str,
    /// While the index is on its way.
    pub loading: &'static str,
    /// Where it cannot be read.
    pub failed: &'static str,
    /// Where scripts are off.
    pub no_script: &'static str,
}

/// What names an issue in other texts.
#[derive(Clone, Debug)]
pub struct Citation<'a> {
    /// Who wrote it.
    pub authors: Vec<&'a str>,
    /// Its title.
    pub title: &'a str,
    /// The newsletter.
    pub newsletter: &'a str,
    /// Number and day in words, as far as there are.
    pub details: Vec<String>,
    /// Where it stands.
    pub url: &'a str,
}

impl Citation<'_> {
    /// Newsletter, number, day and address.
    fn place(&self) -> Vec<&str> {
        let details = self.details.iter().map(String::as_str);
        std::iter::once(self.newsletter).chain(details).chain([self.url]).collect()
    }
}

pub(super) static EN: SiteWords = SiteWords {
    letters: "Letters",
    latest: "Latest",
    read: "Read the letter",
    none: "The first letter is still to come.",
    subscribe: "Subscribe",
    subscribe_to: "Get {} by mail",
    mail_address: "Your mail address",
    previous: "Previous",
    next: "Next",
    authors: "Written by",
    series: "Series",
    tags: "Tags",
    sent_to: "Sent to",
    readers: ["1 reader", "{} readers"],
    author: "Author",
    tag: "Tag",
    part: "{} of {}",
    year: "Year",
    cite: "How to cite this letter",
    corrections: "Corrections",
    earlier: "Earlier",
    count: ["1 letter", "{} letters"],
    missing: "This page is not here",
    missing_text: "It may have moved, or the address was cut short. Every letter is on the first page.",
    moved: "This page has moved",
    menu: "Pages",
    search: SearchWords {
        search: "Search",
        label: "Search all letters",
        hint: "A word or two, in any language of the letters.",
        found: ["1 letter mentions it", "{} letters mention it"],
        nothing: "No letter mentions “{}”.",
        again: "Another word may find it, or fewer. All letters stand on the first page.",
        all_years: "All years",
        more: "More letters",
        loading: "Searching…",
        failed: "The search could not be loaded. Try again once you are connected.",
        no_script: "The search works in your browser and needs scripts, which are off. All letters stand on the first page.",
    },
    short_date: |day| {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        format!("{} {}", day.day(), MONTHS.get(day.month0() as usize).copied().unwrap_or_default())
    },
    citation: |cited| {
        let authors = match cited.authors.as_slice() {
            [] => String::new(),
            [one] => format!("{one}, "),
            [first @ .., last] => format!("{} and {last}, ", first.join(", ")),
        };
        format!("{authors}“{}”, {}", cited.title, cited.place().join(", "))
    },
};

pub(super) static ZH_HANS: SiteWords = SiteWords {
    letters: "往期",
    latest: "最新一期",
    read: "阅读全文",
    none: "第一期即将发布。",
    subscribe: "订阅",
    subscribe_to: "通过邮件订阅{}",
    mail_address: "您的邮箱地址",
    previous: "上一期",
    next: "下一期",
    authors: "作者",
    series: "系列",
    tags: "标签",
    sent_to: "发送给",
    readers: ["1位读者", "{}位读者"],
    author: "作者",
    tag: "标签",
    part: "第{}篇，共{}篇",
    year: "年份",
    cite: "引用本期",
    corrections: "更正",
    earlier: "更早",
    count: ["共1期", "共{}期"],
    missing: "没有这个页面",
    missing_text: "页面可能已移动，或地址不完整。首页列有全部往期。",
    moved: "页面已移动",
    menu: "页面",
    search: SearchWords {
        search: "搜索",
        label: "搜索全部往期",
        hint: "输入一两个词，中文、英文均可。",
        found: ["共1期提到", "共{}期提到"],
        nothing: "没有一期提到“{}”。",
        again: "可以换一个词，或少用几个词。首页列有全部往期。",
        all_years: "全部年份",
        more: "更多",
        loading: "正在搜索……",
        failed: "搜索未能加载，请在联网后重试。",
        no_script: "搜索在浏览器中进行，需要启用脚本。首页列有全部往期。",
    },
    short_date: |day| format!("{}月{}日", day.month(), day.day()),
    citation: chinese_citation,
};

pub(super) static ZH_HANT: SiteWords = SiteWords {
    letters: "往期",
    latest: "最新一期",
    read: "閱讀全文",
    none: "第一期即將發布。",
    subscribe: "訂閱",
    subscribe_to: "透過郵件訂閱{}",
    mail_address: "您的電郵地址",
    previous: "上一期",
    next: "下一期",
    authors: "作者",
    series: "系列",
    tags: "標籤",
    sent_to: "寄給",
    readers: ["1位讀者", "{}位讀者"],
    author: "作者",
    tag: "標籤",
    part: "第{}篇，共{}篇",
    year: "年份",
    cite: "引用本期",
    corrections: "更正",
    earlier: "更早",
    count: ["共1期", "共{}期"],
    missing: "沒有這個頁面",
    missing_text: "頁面可能已移動，或網址不完整。首頁列有全部往期。",
    moved: "頁面已移動",
    menu: "頁面",
    search: SearchWords {
        search: "搜尋",
        label: "搜尋全部往期",
        hint: "輸入一兩個詞，中文、英文均可。",
        found: ["共1期提到", "共{}期提到"],
        nothing: "沒有一期提到「{}」。",
        again: "可以換一個詞，或少用幾個詞。首頁列有全部往期。",
        all_years: "全部年份",
        more: "更多",
        loading: "正在搜尋……",
        failed: "搜尋未能載入，請在連線後重試。",
        no_script: "搜尋在瀏覽器中進行，需要啟用腳本。首頁列有全部往期。",
    },
    short_date: |day| format!("{}月{}日", day.month(), day.day()),
    citation: chinese_citation,
};

fn chinese_citation(cited: &Citation<'_>) -> String {
    let authors = if cited.authors.is_empty() { String::new() } else { format!("{}：", cited.authors.join("、")) };
    format!("{authors}《{}》，{}", cited.title, cited.place().join("，"))
}
