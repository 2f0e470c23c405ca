//! A new post.

use chrono::NaiveDate;

use crate::config::{Config, Profile, RequiredSection, SectionKind};
use crate::diagnostic::nearest;
use crate::files::RelPath;
use crate::post::Slug;
use crate::publication::scaffold::ScaffoldError;
use crate::publication::{Outline, POSTS};

/// A post to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its file.
    pub path: RelPath,
    /// What it starts with.
    pub text: String,
    /// What its profile asks for that is still to be written.
    pub missing: Vec<String>,
}

/// Starts a draft of `title` on `day`. Its slug is one that none of `others` has.
///
/// # Errors
/// When the title has no letter, or no profile has the name.
pub fn draft(
    config: &Config,
    title: &str,
    profile: Option<&str>,
    day: NaiveDate,
    others: &[Outline],
) -> Result<Draft, ScaffoldError> {
    let no_letters = || ScaffoldError::NoLetters(title.to_owned());
    let slug = Slug::from_text(title).ok_or_else(no_letters)?;
    let profile = profile.map(|name| find(config, name)).transpose()?;
    let name = |slug: &Slug| RelPath::new(&format!("{POSTS}/{day}-{slug}.md")).map_err(|_| no_letters());
    let mut path = name(&slug)?;
    // The same title on the same day is a slip; on another day it is a column that comes again.
    let is_here = others.iter().any(|other| other.path == path);
    let taken = |slug: &Slug| others.iter().any(|other| other.slug == *slug);
    if !is_here && taken(&slug) {
        let free = (2..1000).filter_map(|n: u32| Slug::from_text(&format!("{slug}-{n}"))).find(|slug| !taken(slug));
        path = name(&free.unwrap_or(slug))?;
    }
    Ok(Draft { path, text: text(title, profile), missing: profile.map(|(_, one)| missing(one)).unwrap_or_default() })
}

fn find<'a>(config: &'a Config, name: &'a str) -> Result<(&'a str, &'a Profile), ScaffoldError> {
    config.profiles.get(name).map(|profile| (name, profile)).ok_or_else(|| unknown(config, name))
}

fn unknown(config: &Config, written: &str) -> ScaffoldError {
    let known: Vec<_> = config.profiles.keys().cloned().collect();
    let nearest = nearest(written, known.iter().map(String::as_str)).map(str::to_owned);
    ScaffoldError::UnknownProfile { written: written.to_owned(), nearest, known }
}

/// The keys that every draft has, or whose empty value would mean something.
const WRITTEN: [&str; 5] = ["title", "status", "profile", "date", "slug"];

fn text(title: &str, profile: Option<(&str, &Profile)>) -> String {
    // JSON's quotes are YAML's.
    let mut lines = vec!["---".to_owned(), format!("title: {}", serde_json::Value::from(title))];
    lines.push("status: draft".to_owned());
    if let Some((name, profile)) = profile {
        lines.push(format!("profile: {}", serde_json::Value::from(name)));
        let fields = profile.fields.iter().filter(|field| !WRITTEN.contains(&field.as_str()));
        lines.extend(fields.map(|field| format!("{field}:")));
    }
    lines.push("---".to_owned());
    for section in profile.into_iter().flat_map(|(_, profile)| &profile.sections) {
        if section.kind == SectionKind::Heading {
            lines.push(format!("\n## {}", heading(section)));
        }
    }
    lines.join("\n") + "\n"
}

/// The heading as the profile writes it; else the id in words, which stays its id.
fn heading(section: &RequiredSection) -> String {
    if let Some(heading) = section.any_of.first() {
        return heading.clone();
    }
    let words = section.id.replace(['-', '_'], " ");
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{} {{#{}}}", letters.as_str(), section.id)
}

fn missing(profile: &Profile) -> Vec<String> {
    let fields = profile.fields.iter().filter(|field| !WRITTEN.contains(&field.as_str()));
    let fields = fields.map(|field| format!("`{field}` in the front matter"));
    let whole = limits(profile.min_words, profile.max_words).map(|words| format!("{words} in all"));
    fields.chain(profile.sections.iter().map(section)).chain(whole).collect()
}

fn section(section: &RequiredSection) -> String {
    let what = match section.kind {
        SectionKind::Heading => format!("the section `{}`", section.any_of.first().unwrap_or(&section.id)),
        SectionKind::Greeting => "a greeting before the first heading".to_owned(),
        SectionKind::SignOff => "a sign-off at the end".to_owned(),
    };
    let list = section.min_items.map(|n| format!("a list of at least {n} items"));
    let parts: Vec<_> = list.into_iter().chain(limits(section.min_words, section.max_words)).collect();
    if parts.is_empty() { what } else { format!("{what}: {}", parts.join(", ")) }
}

fn limits(min: Option<usize>, max: Option<usize>) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max} words")),
        (Some(min), None) => Some(format!("at least {min} words")),
        (None, Some(max)) => Some(format!("at most {max} words")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::draft;
    use crate::config::{Config, Profile, RequiredSection, SectionKind};
    use crate::files::RelPath;
    use crate::publication::Outline;

    fn section(id: &str, kind: SectionKind) -> RequiredSection {
        RequiredSection {
            id: id.to_owned(),
            kind,
            any_of: Vec::new(),
            min_items: (kind == SectionKind::Heading).then_some(8),
            min_words: None,
            max_words: Some(40),
        }
    }

    fn config() -> Config {
        let profile = Profile {
            fields: vec!["title".into(), "preheader".into()],
            sections: vec![section("greeting", SectionKind::Greeting), section("key-points", SectionKind::Heading)],
            ..Profile::default()
        };
        let mut config = Config::named("Test");
        config.profiles.insert("takeaway".into(), profile);
        config
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 4, 26).unwrap()
    }

    #[test]
    fn a_draft_holds_what_its_profile_asks_for_and_names_what_is_missing() {
        let draft = draft(&config(), "The “West”: a \"plan\"", Some("takeaway"), day(), &[]).unwrap();
        assert_eq!(draft.path.as_str(), "posts/2024-04-26-the-west-a-plan.md");
        insta::assert_snapshot!(draft.text, @r#"
        ---
        title: "The “West”: a \"plan\""
        status: draft
        profile: "takeaway"
        preheader:
        ---

        ## Key points {#key-points}
        "#);
        insta::assert_snapshot!(draft.missing.join("\n"), @"
        `preheader` in the front matter
        a greeting before the first heading: at most 40 words
        the section `key-points`: a list of at least 8 items, at most 40 words
        ");
    }

    #[test]
    fn a_title_that_comes_again_gets_a_slug_of_its_own() {
        let other = Outline::glance(&RelPath::new("posts/2024-04-19-七成.md").unwrap(), b"");
        let again = draft(&config(), "七成！", None, day(), &[other]).unwrap();
        assert_eq!(again.path.as_str(), "posts/2024-04-26-七成-2.md");
    }

    #[test]
    fn a_title_without_a_letter_and_an_unknown_profile_are_errors() {
        let help = |title, profile| draft(&config(), title, profile, day(), &[]).map_err(|error| error.help());
        assert!(help("!?", None).is_err());
        assert_eq!(help("A", Some("takeaways")).unwrap_err(), "did you mean `takeaway`?");
    }
}
