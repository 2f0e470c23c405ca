//! Styles that were computed already: there are as many as templates and languages, not as posts.

use std::sync::{Arc, Mutex, PoisonError};

use crate::config::Theme;
use crate::language::Language;
use crate::render::Style;

/// The styles of the posts seen so far.
#[derive(Debug, Default)]
pub(crate) struct Styles(Mutex<Vec<Known>>);

#[derive(Debug)]
struct Known {
    template: String,
    theme: Theme,
    language: Language,
    style: Arc<Style>,
}

impl Styles {
    /// What [`Style::new`] gives.
    pub(crate) fn get(&self, template: &str, theme: &Theme, language: &Language) -> Arc<Style> {
        // What a panic elsewhere left is whole: it is only ever added to.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.iter().find(|one| one.template == template && one.language == *language && one.theme == *theme);
        if let Some(known) = known {
            return Arc::clone(&known.style);
        }
        let style = Arc::new(Style::new(template, theme, language));
        all.push(Known {
            template: template.to_owned(),
            theme: theme.clone(),
            language: language.clone(),
            style: Arc::clone(&style),
        });
        style
    }
}
