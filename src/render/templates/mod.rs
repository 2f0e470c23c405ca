//! Layouts and partials: the user's `templates/`, before the same files built in.

mod builtin;
mod check;
mod compile;
mod css;
mod file;
mod path;
mod reads;
mod tags;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use memchr::memmem;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Fix, Levels, Sink, Source, Span, code, nearest};
use crate::files::Files;
use crate::post::Holes;
use crate::render::style::Styles;
use compile::Compiled;
use file::File;

/// The folder of a publication that holds its templates.
pub const FOLDER: &str = "templates";

/// The templates of a publication. They are compiled when they are first used.
#[derive(Debug)]
pub struct Templates {
    /// By name: `classic`, `partials/footer`, `web/page.css`.
    files: BTreeMap<String, Arc<File>>,
    compiled: BTreeMap<String, OnceLock<Result<Compiled, TemplateError>>>,
    /// The bytes of each without a letter, once it is known.
    frames: BTreeMap<String, OnceLock<Option<usize>>>,
    /// The templates that have findings which stop them.
    faulty: Vec<String>,
    /// What they are styled with.
    pub(super) styles: Styles,
}

/// Why a template could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No template has this name.
    #[error("there is no template `{0}`")]
    Unknown(String),
    /// It has faults, which were reported when it was loaded.
    #[error("template `{0}` has faults")]
    Faulty(String),
    /// It reads what this post does not have.
    #[error("template `{template}` reads `{variable}`, which this post does not have")]
    Missing {
        /// The template.
        template: String,
        /// The path that it reads.
        variable: String,
    },
    /// Handlebars refused.
    #[error("template `{template}` cannot be rendered: {reason}")]
    Render {
        /// The template.
        template: String,
        /// Why.
        reason: String,
    },
    /// Its CSS could not be moved into `style` attributes.
    #[error("the CSS of template `{template}` cannot be inlined: {reason}")]
    Css {
        /// The template.
        template: String,
        /// Why.
        reason: String,
    },
    /// Places that differ by subscriber were lost or doubled on the way.
    #[error("template `{template}` lost or doubled places for subscribers: {before} became {after}")]
    Holes {
        /// The template.
        template: String,
        /// How many were written.
        before: usize,
        /// How many came out.
        after: usize,
    },
}

impl TemplateError {
    /// The finding about the post that could not be rendered, at the words of it that chose the
    /// template. Nothing for a template whose own findings tell it already.
    pub fn diagnostic(&self, source: &Arc<Source>, span: Span) -> Option<Diagnostic> {
        let (code, help) = match self {
            Self::Faulty(_) => return None,
            Self::Unknown(_) => (code::UNKNOWN_TEMPLATE, None),
            Self::Missing { variable, .. } => (
                code::UNKNOWN_VARIABLE,
                Some(format!("add it to the front matter, or ask first: `{{{{#if {variable}}}}}…{{{{/if}}}}`")),
            ),
            Self::Css { .. } => (code::INVALID_CSS, None),
            Self::Render { .. } | Self::Holes { .. } => (code::TEMPLATE_SYNTAX, None),
        };
        let mut finding = Diagnostic::new(code, source, span, self.to_string());
        finding.help = help;
        Some(finding)
    }
}

impl Default for Templates {
    fn default() -> Self {
        // A built-in file is parsed once, however often a publication is read anew.
        static BUILT_IN: LazyLock<BTreeMap<String, Arc<File>>> = LazyLock::new(|| {
            let files = builtin::FILES.iter();
            files.map(|(path, text)| (name_of(path), Arc::new(File::built_in(path, text)))).collect()
        });
        Self::new(BUILT_IN.clone())
    }
}

impl Templates {
    /// Reads and checks `templates/`; findings name the file and the line.
    pub fn load(files: &dyn Files, sink: &mut Sink) -> Self {
        let mut templates = Self::default();
        let Ok(paths) = files.list(FOLDER) else { return templates };
        let mut users = Vec::new();
        for path in paths.iter().filter(|path| matches!(path.extension().as_str(), "hbs" | "css")) {
            let text = files.read(path).map_err(|error| error.to_string());
            match text.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())) {
                Ok(text) => {
                    let name = name_of(path.as_str());
                    templates.files.insert(name.clone(), Arc::new(File::user(Source::new(path.as_str(), text))));
                    users.push(name);
                }
                Err(reason) => {
                    let source = Source::new(path.as_str(), "");
                    let message = format!("cannot read `{path}`: {reason}");
                    sink.push(Diagnostic::new(code::UNREADABLE_FILE, &source, Span::default(), message));
                }
            }
        }
        if users.is_empty() {
            return templates;
        }
        let mut templates = Self::new(templates.files);
        templates.check(&users, sink);
        templates
    }

    fn new(files: BTreeMap<String, Arc<File>>) -> Self {
        let compiled = files.keys().filter(|name| is_template(name)).map(|name| (name.clone(), OnceLock::new()));
        let frames = files.keys().filter(|name| is_template(name)).map(|name| (name.clone(), OnceLock::new()));
        Self {
            frames: frames.collect(),
            compiled: compiled.collect(),
            files,
            faulty: Vec::new(),
            styles: Styles::default(),
        }
    }

    /// Checks every template with its partials, for a user's partial may stand in a built-in one.
    fn check(&mut self, users: &[String], sink: &mut Sink) {
        let mut faulty = Vec::new();
        let mut all = Sink::new();
        for name in self.compiled.keys() {
            let mut found = Sink::new();
            check::check(self, name, &mut found);
            if found.found().iter().any(|finding| finding.code.is_fixed()) {
                faulty.push(name.clone());
            }
            all.extend(found.found().iter().cloned());
        }
        for (name, file) in users.iter().filter_map(|name| Some((name, self.files.get(name)?))) {
            if is_css(name) {
                check_css(file, 0..file.text().len(), &mut all);
                continue;
            }
            // A partial that nothing uses is read all the same.
            if let Err(fault) = file.template() {
                all.push(fault.diagnostic(&file.source()));
            }
            for (range, _) in css::sheets(file.text()) {
                check_css(file, range, &mut all);
            }
        }
        self.faulty = faulty;
        // A partial that several templates use is reported once.
        sink.extend(all.finish(&Levels::default()));
    }

    /// Fills the template `name` (`classic`, `web/page`) from `context`. A place that differs by
    /// subscriber becomes a token of `holes`, and what asks for one
    /// `<!--nlif TOKEN-->…<!--nlelse TOKEN-->…<!--nlend TOKEN-->`.
    ///
    /// # Errors
    /// When there is no such template, it has faults, or it reads what is not there.
    pub fn render(&self, name: &str, context: Value, holes: &mut Holes) -> Result<String, TemplateError> {
        let slot = self.compiled.get(name).ok_or_else(|| TemplateError::Unknown(name.to_owned()))?;
        if self.faulty.iter().any(|faulty| faulty == name) {
            return Err(TemplateError::Faulty(name.to_owned()));
        }
        let compiled = slot.get_or_init(|| compile::compile(self, name)).as_ref().map_err(Clone::clone)?;
        let mut markup = compiled.render(name, context, holes)?;
        if compiled.inlines {
            let before = holes.find(&markup).count();
            markup = inline_css(name, &css::set_apart(&markup, compile::KEEP))?;
            let after = holes.find(&markup).count();
            if before != after {
                return Err(TemplateError::Holes { template: name.to_owned(), before, after });
            }
        }
        Ok(unmarked(markup))
    }

    /// The bytes of a template without the letter, as `measure` finds them for the first post.
    pub(super) fn frame(&self, name: &str, measure: impl FnOnce() -> Option<usize>) -> Option<usize> {
        *self.frames.get(name)?.get_or_init(measure)
    }

    /// The names of the e-mail templates, which a post or the configuration may choose.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.compiled.keys().map(String::as_str).filter(|name| !name.contains('/'))
    }

    /// The finding about the words at `span` that chose the template `written`, which is not there.
    pub fn unknown(&self, written: &str, source: &Arc<Source>, span: Span) -> Diagnostic {
        let found = Diagnostic::new(code::UNKNOWN_TEMPLATE, source, span, format!("there is no template `{written}`"));
        match nearest(written, self.names()) {
            Some(name) => found.help(format!("did you mean `{name}`?")).fix(Fix::needs_a_look(span, name)),
            None => found.help(format!("there are: {}", self.names().collect::<Vec<_>>().join(", "))),
        }
    }

    /// The text of a file of `templates/`, as `web/page.css`: the user's or the built-in one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.file(name).map(File::text)
    }

    /// The user's files with their names, by name.
    pub fn users(&self) -> impl Iterator<Item = (&str, &std::sync::Arc<Source>)> {
        self.files.iter().filter_map(|(name, file)| Some((name.as_str(), file.users()?)))
    }

    /// Whether the publication has templates of its own.
    pub fn has_users(&self) -> bool {
        self.files.values().any(|file| file.is_users())
    }

    /// All files with their names, by name.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file.text()))
    }

    /// The publication's own files.
    pub fn sources(&self) -> impl Iterator<Item = std::sync::Arc<Source>> {
        self.files.values().filter(|file| file.is_users()).map(|file| file.source())
    }

    /// The built-in files: path in a publication, text.
    pub fn builtin_files() -> &'static [(&'static str, &'static str)] {
        builtin::FILES
    }

    fn file(&self, name: &str) -> Option<&File> {
        self.files.get(name).map(Arc::as_ref)
    }

    /// The file that `{{> written}}` means, and its name: `footer` is `partials/footer`.
    fn partial(&self, written: &str) -> Option<(String, &File)> {
        let inside = format!("partials/{written}");
        [inside, written.to_owned()].into_iter().find_map(|name| {
            let file = self.file(&name).filter(|_| !is_css(&name))?;
            Some((name, file))
        })
    }

    fn partial_names(&self) -> Vec<&str> {
        self.files.keys().filter_map(|name| name.strip_prefix("partials/")).collect()
    }
}

/// The name of a file: its path below `templates/`, without `.hbs`.
fn name_of(path: &str) -> String {
    let path = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    path.strip_suffix(".hbs").unwrap_or(path).to_owned()
}

fn is_css(name: &str) -> bool {
    name.rsplit('.').next() == Some("css")
}

/// Whether a file is rendered by itself: an e-mail layout or one of the web pages, whose parts stand
/// in a folder of their own.
fn is_template(name: &str) -> bool {
    let is_page = name.strip_prefix("web/").is_some_and(|name| !name.contains('/'));
    !is_css(name) && (!name.contains('/') || is_page)
}

fn check_css(file: &File, range: std::ops::Range<usize>, sink: &mut Sink) {
    if let Some((span, what)) = css::check(file.text(), range) {
        let source = file.source();
        let span = Span::new(span.start + source.bom_len(), span.end + source.bom_len());
        sink.push(
            Diagnostic::new(code::INVALID_CSS, &source, span, format!("the CSS does not parse: {what}"))
                .help("mail clients would drop the rest of it"),
        );
    }
}

/// `markup` without the marks of the style sheets that stay.
fn unmarked(markup: String) -> String {
    let mut marks = memmem::find_iter(markup.as_bytes(), compile::KEEP).peekable();
    if marks.peek().is_none() {
        return markup;
    }
    let mut unmarked = String::with_capacity(markup.len());
    let mut from = 0;
    for at in marks {
        unmarked.push_str(markup.get(from..at).unwrap_or_default());
        from = at + compile::KEEP.len();
    }
    unmarked.push_str(markup.get(from..).unwrap_or_default());
    unmarked
}

fn inline_css(name: &str, markup: &str) -> Result<String, TemplateError> {
    let inliner = css_inline::CSSInliner::options().load_remote_stylesheets(false).keep_link_tags(true).build();
    inliner.inline(markup).map_err(|error| TemplateError::Css { template: name.to_owned(), reason: error.to_string() })
}
