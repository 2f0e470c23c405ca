//! Hover, outline and definition: what the words at a place are.

use lsp_types::{
    DocumentSymbol, GotoDefinitionParams, Hover, HoverContents, HoverParams, Location, MarkupContent, MarkupKind,
    SymbolKind,
};

use crate::check;
use crate::diagnostic::{Source, Span};
use crate::editor::place::{offset, range};
use crate::editor::session::Session;
use crate::files::{Files, RelPath};
use crate::post::front_matter::table::FRONT_MATTER;
use crate::post::tree::{Block, BlockKind, plain_text};

impl Session {
    /// What a finding means, what a variable holds, or what a key of the front matter is for.
    pub(super) fn hover(&self, path: &RelPath, params: &HoverParams) -> Option<Hover> {
        let source = self.source(path)?;
        let at = offset(&source, params.text_document_position_params.position);
        let mut parts: Vec<String> = self.at(path, at..at).map(|found| check::explain(found.code)).collect();
        parts.dedup();
        let mut span = self.at(path, at..at).map(|found| found.span).next();
        if let Some((name, place)) = variable(&source, at) {
            let text = format!("`subscriber.{name}` is each subscriber's own `{name}`; web pages show the default.");
            parts.push(text);
            span = span.or(Some(place));
        }
        if let Some((key, place)) = self.key(path, at)
            && let Some(field) = FRONT_MATTER.field(&key)
        {
            parts.push(format!("`{key}`: {}\n\n```yaml\n{key}: {}\n```", field.doc, field.example));
            span = span.or(Some(place));
        }
        if parts.is_empty() {
            return None;
        }
        let contents = MarkupContent { kind: MarkupKind::Markdown, value: parts.join("\n\n---\n\n") };
        Some(Hover { contents: HoverContents::Markup(contents), range: span.map(|span| range(&source, span)) })
    }

    /// The key of the front matter at a place.
    fn key(&self, path: &RelPath, at: usize) -> Option<(String, Span)> {
        let document = self.publication.as_ref()?.post(path)?.document.as_ref()?;
        let keys = &document.front_matter.keys;
        keys.iter().find(|(_, span)| span.start <= at && at <= span.end).map(|(key, span)| (key.clone(), *span))
    }

    /// The headings, each with what stands under it.
    pub(super) fn symbols(&self, path: &RelPath) -> Vec<DocumentSymbol> {
        let document = self.publication.as_ref().and_then(|publication| publication.post(path)?.document.clone());
        let Some(document) = document else { return Vec::new() };
        let headings: Vec<_> = document
            .blocks
            .iter()
            .filter_map(|block| match &block.kind {
                BlockKind::Heading(heading) => Some((heading.level, plain_text(&heading.content), block)),
                _ => None,
            })
            .collect();
        let mut rest = &*headings;
        nest(&mut rest, 0, &document.source, document.body.end)
    }

    /// The place that a link, an include, a partial, a profile or an author leads to.
    pub(super) fn definition(&self, path: &RelPath, params: &GotoDefinitionParams) -> Option<Location> {
        let source = self.source(path)?;
        let at = offset(&source, params.text_document_position_params.position);
        let to = |path: &RelPath, span: Option<Span>| {
            let target = self.source(path)?;
            let span = span.unwrap_or_else(|| Span::empty(target.bom_len()));
            Some(Location { uri: self.uri(path)?, range: range(&target, span) })
        };
        let word = word(&source, at)?;
        if let Some(id) = word.strip_prefix('#') {
            let document = self.publication.as_ref()?.post(path)?.document.as_ref()?;
            let heading = document
                .blocks
                .iter()
                .find(|block| matches!(&block.kind, BlockKind::Heading(heading) if heading.id == id))?;
            return to(path, Some(heading.span));
        }
        if let Some(document) = self.publication.as_ref().and_then(|all| all.post(path)?.document.as_ref()) {
            let header = &document.front_matter;
            let config = &self.publication.as_ref()?.config;
            let configuration = RelPath::new(crate::config::FILE).ok()?;
            if header.profile.as_deref() == Some(word) {
                return to(&configuration, config.places.get(&format!("profiles.{word}")).copied());
            }
            if header.authors.iter().any(|author| author == word) || config.authors.contains_key(word) {
                return to(&configuration, config.places.get(&format!("authors.{word}")).copied());
            }
        }
        let file = word.split(['#', '?']).next().unwrap_or_default();
        let partials = [format!("templates/partials/{file}.hbs"), format!("templates/{file}.hbs")];
        let [inside, beside] = partials.each_ref().map(|path| RelPath::new(path));
        let places = [RelPath::resolve(path.parent(), file), RelPath::new(file), inside, beside];
        let target = places.into_iter().flatten().find(|place| self.files.is_file(place))?;
        to(&target, None)
    }
}

type Heading<'a> = (u8, String, &'a Block);

/// The headings below `level`, until one that is not.
fn nest(rest: &mut &[Heading<'_>], level: u8, source: &Source, end: usize) -> Vec<DocumentSymbol> {
    let mut symbols = Vec::new();
    while let Some(((own, name, block), after)) = rest.split_first() {
        if *own <= level {
            break;
        }
        *rest = after;
        let until = rest.iter().find(|(next, ..)| next <= own).map_or(end, |(_, _, next)| next.span.start);
        let children = nest(rest, *own, source, until);
        #[expect(deprecated, reason = "the protocol's type has a field that it no longer wants")]
        symbols.push(DocumentSymbol {
            name: if name.trim().is_empty() { "#".repeat(usize::from(*own)) } else { name.clone() },
            detail: None,
            kind: SymbolKind::STRING,
            tags: None,
            deprecated: None,
            range: range(source, Span::new(block.span.start, until)),
            selection_range: range(source, block.span),
            children: Some(children),
        });
    }
    symbols
}

/// The variable at a place: its name and its braces.
fn variable(source: &Source, at: usize) -> Option<(String, Span)> {
    let text = source.text();
    let start = text.get(..at)?.rfind("{{").or_else(|| text.get(at..)?.starts_with("{{").then_some(at))?;
    let end = start + text.get(start..)?.find("}}")? + 2;
    let inner = text.get(start..end).filter(|_| at <= end)?;
    let name = inner.split_once("subscriber.")?.1;
    let name: String = name.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-')).collect();
    Some((name, Span::new(start, end))).filter(|_| !inner.contains('\n'))
}

/// What stands at a place between spaces, quotes, brackets and braces.
fn word(source: &Source, at: usize) -> Option<&str> {
    let text = source.text();
    let edge = |c: char| c.is_whitespace() || "()<>[]{}\"',`".contains(c);
    let start = text
        .get(..at)?
        .rfind(edge)
        .map_or(0, |start| start + text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let end = text.get(at..)?.find(edge).map_or(text.len(), |end| at + end);
    text.get(start..end).filter(|word| !word.is_empty())
}
