//! Checks templates before anything is rendered with them: Handlebars itself lets `{{#if typo}}`
//! pass, and knows nothing of subscribers.

use std::sync::Arc;

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement};

use crate::diagnostic::{Diagnostic, Fix, Sink, Source, Span, code, nearest};
use crate::render::templates::path::{Base, Scope, Target, resolve};
use crate::render::templates::tags::Tag;
use crate::render::templates::{File, Templates};
use crate::render::variables::{self, Found, Kind};

/// The helpers that a template may use.
pub(super) const HELPERS: &[&str] = &[
    "and", "default", "each", "eq", "gt", "gte", "if", "len", "lookup", "lt", "lte", "ne", "not", "or", "unless",
    "with",
];

/// The deepest that partials may nest.
const MAX_DEPTH: usize = 16;

/// Checks `name` and the partials it uses.
pub(super) fn check(templates: &Templates, name: &str, sink: &mut Sink) {
    let Some(file) = templates.file(name) else { return };
    let mut checker = Checker { templates, sink, open: Vec::new(), done: Vec::new() };
    checker.file(name, file, &[Scope::root()]);
}

struct Checker<'a> {
    templates: &'a Templates,
    sink: &'a mut Sink,
    /// The partials that are being read, outermost first.
    open: Vec<String>,
    /// What was read already, and from which scopes.
    done: Vec<(String, Vec<Scope>)>,
}

/// One file as it is walked: its text, and its tags still to come.
struct Reader<'a> {
    source: Arc<Source>,
    text: &'a str,
    tags: std::slice::Iter<'a, Tag>,
}

/// Where a value is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// `{{x}}`.
    Escaped,
    /// `{{{x}}}`.
    Unescaped,
    /// A helper's argument.
    Argument,
    /// What `if`, `unless` ask, or `default` is for: may be a subscriber's field.
    Asked,
}

/// A tag and how many of its words are read.
struct Words<'a> {
    tag: Option<&'a Tag>,
    next: usize,
}

impl Words<'_> {
    /// The place of the next word that reads `word`.
    fn place(&mut self, text: &str, word: &str) -> Span {
        let Some(tag) = self.tag else { return Span::default() };
        match tag.find(text, word, self.next).or_else(|| tag.find(text, word, 0)) {
            Some((index, span)) => {
                self.next = index + 1;
                span
            }
            None => tag.span,
        }
    }

    fn whole(&self) -> Span {
        self.tag.map_or_else(Span::default, |tag| tag.span)
    }
}

impl<'a> Checker<'a> {
    fn file(&mut self, name: &str, file: &'a File, scopes: &[Scope]) {
        let seen = (name.to_owned(), scopes.to_vec());
        if self.done.contains(&seen) {
            return;
        }
        self.done.push(seen);
        let template = match file.template() {
            Ok(template) => template,
            Err(fault) => return self.sink.push(fault.diagnostic(&file.source())),
        };
        self.open.push(name.to_owned());
        let mut reader = Reader { source: file.source(), text: file.text(), tags: file.tags().iter() };
        self.template(template, &mut reader, scopes);
        self.open.pop();
    }

    fn template(&mut self, template: &Template, reader: &mut Reader<'a>, scopes: &[Scope]) {
        for element in &template.elements {
            match element {
                TemplateElement::Expression(helper) => {
                    let mut words = Words { tag: reader.tags.next(), next: 0 };
                    self.expression(helper, reader, &mut words, scopes, Use::Escaped);
                }
                TemplateElement::HtmlExpression(helper) => {
                    let mut words = Words { tag: reader.tags.next(), next: 0 };
                    self.expression(helper, reader, &mut words, scopes, Use::Unescaped);
                }
                TemplateElement::HelperBlock(helper) => {
                    let words = Words { tag: reader.tags.next(), next: 0 };
                    self.block(helper, reader, words, scopes);
                    reader.tags.next();
                }
                TemplateElement::PartialExpression(partial) => {
                    let mut words = Words { tag: reader.tags.next(), next: 0 };
                    self.partial(partial, reader, &mut words, scopes);
                }
                TemplateElement::PartialBlock(block) => {
                    self.unsupported(reader, "a partial with a block", "put what it holds into a partial of its own");
                    self.skip_block(block.template.as_ref(), reader, scopes);
                }
                TemplateElement::DecoratorBlock(block) => {
                    self.unsupported(reader, "an inline partial", "put it into a file of `templates/partials/`");
                    self.skip_block(block.template.as_ref(), reader, scopes);
                }
                TemplateElement::DecoratorExpression(_) => {
                    self.unsupported(reader, "a decorator", "leave it out");
                }
                // Text and comments; the parser's list of elements is open.
                _ => {}
            }
        }
    }

    fn unsupported(&mut self, reader: &mut Reader<'a>, what: &str, help: &str) {
        let span = reader.tags.next().map_or_else(Span::default, |tag| tag.span);
        self.report(reader, code::TEMPLATE_SYNTAX, span, format!("{what} is not supported"), Some(help.to_owned()));
    }

    fn skip_block(&mut self, template: Option<&Template>, reader: &mut Reader<'a>, scopes: &[Scope]) {
        if let Some(template) = template {
            self.template(template, reader, scopes);
        }
        reader.tags.next();
    }

    fn expression(
        &mut self,
        helper: &HelperTemplate,
        reader: &Reader<'a>,
        words: &mut Words<'_>,
        scopes: &[Scope],
        using: Use,
    ) {
        let bare = helper.params.is_empty() && helper.hash.is_empty();
        let name = helper.name.as_name();
        if bare && !name.is_some_and(|name| HELPERS.contains(&name)) {
            self.parameter(&helper.name, reader, words, scopes, using);
            return;
        }
        self.call(helper, reader, words, scopes, using);
    }

    /// A helper with its arguments, in a tag of its own or in parentheses.
    fn call(
        &mut self,
        helper: &HelperTemplate,
        reader: &Reader<'a>,
        words: &mut Words<'_>,
        scopes: &[Scope],
        using: Use,
    ) {
        let name = helper.name.as_name().unwrap_or_default();
        let place = words.place(reader.text, name);
        if !HELPERS.contains(&name) {
            return self.unknown_helper(reader, place, name);
        }
        let default = name == "default";
        for (index, parameter) in helper.params.iter().enumerate() {
            let fills = default
                && index == 0
                && using != Use::Argument
                && helper.params.len() == 2
                && matches!(helper.params.get(1), Some(Parameter::Literal(value)) if value.is_string());
            let inner = match using {
                // `{{{default issue.notes "x"}}}` lets in what `{{{issue.notes}}}` does.
                Use::Unescaped if default => Use::Unescaped,
                _ if fills => Use::Asked,
                _ => Use::Argument,
            };
            self.parameter(parameter, reader, words, scopes, inner);
        }
        self.hash(helper, reader, words, scopes);
        let asks = matches!(name, "if" | "unless" | "each" | "with");
        if asks && !helper.block {
            let message = format!("`{name}` needs a block");
            self.report(reader, code::TEMPLATE_SYNTAX, place, message, Some(format!("write `{{{{#{name} …}}}}`")));
        } else if helper.params.is_empty() {
            let message = format!("helper `{name}` has no argument");
            self.report(reader, code::TEMPLATE_SYNTAX, place, message, None);
        } else if using == Use::Unescaped && !default {
            self.unescaped(reader, place, name);
        }
    }

    fn hash(&mut self, helper: &HelperTemplate, reader: &Reader<'a>, words: &mut Words<'_>, scopes: &[Scope]) {
        for (_, parameter) in sorted(&helper.hash) {
            words.next = 0;
            self.parameter(parameter, reader, words, scopes, Use::Argument);
        }
    }

    fn parameter(
        &mut self,
        parameter: &Parameter,
        reader: &Reader<'a>,
        words: &mut Words<'_>,
        scopes: &[Scope],
        using: Use,
    ) {
        match parameter {
            Parameter::Name(_) | Parameter::Path(_) => {
                let raw = parameter.as_name().unwrap_or_default();
                let span = words.place(reader.text, raw);
                let target = resolve(raw, scopes);
                self.target(raw, &target, reader, span, using);
            }
            Parameter::Subexpression(inner) => {
                if let TemplateElement::Expression(helper) = inner.as_element() {
                    if using == Use::Unescaped {
                        self.unescaped(reader, words.whole(), "…");
                    }
                    self.expression(helper, reader, words, scopes, Use::Argument);
                }
            }
            _ => {}
        }
    }

    fn target(&mut self, raw: &str, target: &Target, reader: &Reader<'a>, span: Span, using: Use) {
        if let Target::Unknown { written, instead } = target {
            return self.unknown_variable(raw, written, instead, reader, span);
        }
        if let Some(field) = target.subscriber() {
            let fits = matches!(using, Use::Escaped | Use::Asked) && !field.is_empty() && !field.contains('.');
            if !fits {
                let help = "a subscriber's field can stand in `{{subscriber.x}}`, `{{default subscriber.x \"text\"}}`, \
                            `{{#if subscriber.x}}` and `{{#unless subscriber.x}}`";
                let message = format!("`{raw}` cannot be used here: it differs by recipient");
                self.report(reader, code::FORBIDDEN_HOLE, span, message, Some(help.to_owned()));
            }
            return;
        }
        match (using, target) {
            (Use::Unescaped, Target::Known(_, Found::Value(Kind::Html))) => {}
            (Use::Unescaped, _) => self.unescaped(reader, span, raw),
            (Use::Escaped, Target::Known(path, found @ (Found::Object | Found::List))) => {
                let what = if *found == Found::List { "a list" } else { "a group of variables" };
                let children = variables::children(path);
                let help = if *found == Found::List {
                    format!("write `{{{{#each {raw}}}}}…{{{{/each}}}}`")
                } else {
                    format!("it holds {}", list(&children))
                };
                self.report(reader, code::UNKNOWN_VARIABLE, span, format!("`{raw}` is {what}, not text"), Some(help));
            }
            _ => {}
        }
    }

    fn block(&mut self, helper: &HelperTemplate, reader: &mut Reader<'a>, mut words: Words<'_>, scopes: &[Scope]) {
        let name = helper.name.as_name().unwrap_or_default();
        // In `{{else if x}}` the helper's name comes after `else`.
        let place = words.place(reader.text, name);
        let mut inner = scopes.to_vec();
        if !matches!(name, "if" | "unless" | "each" | "with") {
            self.unknown_helper(reader, place, name);
        } else if helper.params.is_empty() {
            let message = format!("`{name}` has no argument");
            self.report(reader, code::TEMPLATE_SYNTAX, place, message, None);
        }
        for (index, parameter) in helper.params.iter().enumerate() {
            let asks = matches!(name, "if" | "unless") && index == 0;
            self.parameter(parameter, reader, &mut words, scopes, if asks { Use::Asked } else { Use::Argument });
        }
        self.hash(helper, reader, &mut words, scopes);
        if matches!(name, "each" | "with") {
            inner.push(self.inner_scope(helper, name == "each", reader, &mut words, scopes));
        }
        if let Some(template) = &helper.template {
            self.template(template, reader, &inner);
        }
        let Some(inverse) = &helper.inverse else { return };
        let tag = reader.tags.next();
        match (inverse.elements.as_slice(), tag) {
            // `{{else if x}}` opens a block that the outer one's end closes.
            ([TemplateElement::HelperBlock(chained)], Some(tag)) if tag.words.len() > 1 => {
                self.block(chained, reader, Words { tag: Some(tag), next: 1 }, scopes);
            }
            _ => self.template(inverse, reader, scopes),
        }
    }

    /// The scope inside `each` and `with`.
    fn inner_scope(
        &mut self,
        helper: &HelperTemplate,
        repeats: bool,
        reader: &Reader<'a>,
        words: &mut Words<'_>,
        scopes: &[Scope],
    ) -> Scope {
        let target = match helper.params.first() {
            Some(parameter @ (Parameter::Path(_) | Parameter::Name(_))) => {
                Some(resolve(parameter.as_name().unwrap_or_default(), scopes))
            }
            _ => None,
        };
        let mut base = target.as_ref().map_or(Base::Free, Target::base);
        if repeats && let Some(Target::Known(path, found)) = &target {
            match found {
                Found::List => {
                    let mut item = path.clone();
                    item.push("[]".to_owned());
                    base = Base::At(item);
                }
                Found::Value(Kind::Text | Kind::Html) => {
                    let raw = helper.params.first().and_then(Parameter::as_name).unwrap_or_default();
                    words.next = 0;
                    let span = words.place(reader.text, raw);
                    let message = format!("`{raw}` is text, not a list");
                    self.report(reader, code::UNKNOWN_VARIABLE, span, message, None);
                    base = Base::Free;
                }
                _ => base = Base::Free,
            }
        }
        let mut names = Vec::new();
        match &helper.block_param {
            Some(handlebars::template::BlockParam::Single(name)) => {
                names.push((name.as_name().unwrap_or_default().to_owned(), base.clone()));
            }
            Some(handlebars::template::BlockParam::Pair((name, key))) => {
                names.push((name.as_name().unwrap_or_default().to_owned(), base.clone()));
                names.push((key.as_name().unwrap_or_default().to_owned(), Base::Free));
            }
            _ => {}
        }
        Scope { base, names, repeats: repeats || scopes.last().is_some_and(|scope| scope.repeats) }
    }

    fn partial(&mut self, partial: &DecoratorTemplate, reader: &Reader<'a>, words: &mut Words<'_>, scopes: &[Scope]) {
        let Some(written) = partial.name.as_name() else {
            let span = words.whole();
            let message = "a partial's name must stand there as it is".to_owned();
            return self.report(reader, code::TEMPLATE_SYNTAX, span, message, None);
        };
        let place = words.place(reader.text, written);
        let before = self.sink.found().len();
        let mut inner = scopes.to_vec();
        let mut base = scopes.last().map_or(Base::Free, |scope| scope.base.clone());
        if let Some(first) = partial.params.first() {
            self.parameter(first, reader, words, scopes, Use::Argument);
            base = match first.as_name().map(|raw| resolve(raw, scopes)) {
                Some(target) => target.base(),
                None => Base::Free,
            };
        }
        let mut names = Vec::new();
        for (key, parameter) in sorted(&partial.hash) {
            words.next = 0;
            self.parameter(parameter, reader, words, scopes, Use::Argument);
            let value = parameter.as_name().map_or(Base::Free, |raw| resolve(raw, scopes).base());
            names.push((key.clone(), value));
        }
        if !partial.params.is_empty() || !names.is_empty() {
            inner.push(Scope { base, names, repeats: scopes.last().is_some_and(|scope| scope.repeats) });
        }
        // Reading on with a value that cannot be given would only repeat the fault in other words.
        if self.sink.found().len() > before {
            return;
        }
        let Some((found, file)) = self.templates.partial(written) else {
            let known = self.templates.partial_names();
            let help = match nearest(written, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("add `templates/partials/{written}.hbs`"),
            };
            let message = format!("there is no partial `{written}`");
            return self.report(reader, code::TEMPLATE_SYNTAX, place, message, Some(help));
        };
        if self.open.contains(&found) || self.open.len() >= MAX_DEPTH {
            let message = format!("partial `{written}` includes itself");
            return self.report(reader, code::TEMPLATE_SYNTAX, place, message, None);
        }
        self.file(&found, file, &inner);
    }

    fn unknown_helper(&mut self, reader: &Reader<'a>, span: Span, name: &str) {
        let help = match nearest(name, HELPERS.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the helpers are {}", list(HELPERS)),
        };
        self.report(reader, code::TEMPLATE_SYNTAX, span, format!("there is no helper `{name}`"), Some(help));
    }

    fn unknown_variable(
        &mut self,
        raw: &str,
        written: &str,
        instead: &[&'static str],
        reader: &Reader<'a>,
        span: Span,
    ) {
        let mut finding =
            Diagnostic::new(code::UNKNOWN_VARIABLE, &reader.source, span, format!("unknown variable `{raw}`"));
        if let Some(meant) = nearest(written, instead.iter().copied()) {
            let mended = raw.replacen(written, meant, 1);
            finding =
                finding.help(format!("did you mean `{mended}`?")).fix(Fix::needs_a_look(reader.shift(span), mended));
        } else if raw.starts_with('@') {
            finding = finding.help("`@index`, `@key`, `@first` and `@last` are known inside `{{#each}}`");
        } else if instead.is_empty() {
            finding = finding.help("nothing stands below it");
        } else {
            finding = finding.help(format!("known here: {}", list(instead)));
        }
        finding.span = reader.shift(span);
        self.sink.push(finding);
    }

    fn unescaped(&mut self, reader: &Reader<'a>, span: Span, name: &str) {
        let message = format!("`{name}` goes into the page without escaping");
        let help = "write it in two braces; three are for what is HTML already, as `issue.content`";
        self.report(reader, code::UNESCAPED_VARIABLE, span, message, Some(help.to_owned()));
    }

    fn report(
        &mut self,
        reader: &Reader<'a>,
        code: &'static crate::diagnostic::Code,
        span: Span,
        message: String,
        help: Option<String>,
    ) {
        let mut finding = Diagnostic::new(code, &reader.source, reader.shift(span), message);
        finding.help = help;
        self.sink.push(finding);
    }
}

impl Reader<'_> {
    /// The place in the file of a place in the text, which has no byte order mark.
    fn shift(&self, span: Span) -> Span {
        let bom = self.source.bom_len();
        Span::new(span.start + bom, span.end + bom)
    }
}

/// A tag's `key=value` pairs in an order that is always the same.
fn sorted<'p>(pairs: impl IntoIterator<Item = (&'p String, &'p Parameter)>) -> Vec<(&'p String, &'p Parameter)> {
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by(|a, b| a.0.cmp(b.0));
    pairs
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
