//! The look of e-mail as inline styles, computed once for a theme, template and language.

use crate::config::Theme;
use crate::language::Language;

/// Inline styles by element.
#[derive(Clone, Debug)]
pub struct Style {}

impl Style {
    /// The styles of `template` for this theme and language.
    pub fn new(_template: &str, _theme: &Theme, _language: &Language) -> Self {
        Self {}
    }
}
