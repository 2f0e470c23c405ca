//! Names in the configuration that only the whole publication knows: the template of all posts,
//! and the front matter that profiles ask for.

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Fix, Severity, Sink, Span, code, nearest};
use crate::post::front_matter::table::FRONT_MATTER;
use crate::render::Templates;
use crate::yaml::{self, Node};

/// Reports names of the configuration that nothing has.
pub(super) fn check(config: &Config, templates: &Templates, sink: &mut Sink) {
    let source = &config.source;
    // What is wrong with its form was said when it was loaded.
    let Some(root) = yaml::parse(source, Span::new(0, source.text().len()), &mut Sink::new()) else { return };
    if let Some(node) = root.get("template")
        && node.line().as_ref() == Some(&config.template)
        && !templates.names().any(|name| name == config.template)
    {
        sink.push(templates.unknown(&config.template, source, node.span));
    }
    let profiles = root.get("profiles").map(Node::entries).unwrap_or_default();
    let fields = profiles.iter().filter_map(|profile| profile.value.get("fields"));
    for field in fields.flat_map(Node::items) {
        let Some(name) = field.line().filter(|name| FRONT_MATTER.field(name).is_none()) else { continue };
        let message = format!("front matter has no key `{name}`");
        let found = Diagnostic::new(code::UNKNOWN_KEY, source, field.span, message).severity(Severity::Error);
        let keys = FRONT_MATTER.fields.iter().map(|field| field.name);
        sink.push(match nearest(&name, keys.clone()) {
            Some(near) => found.help(format!("did you mean `{near}`?")).fix(Fix::needs_a_look(field.span, near)),
            None => found.help(format!("the keys are {}", keys.collect::<Vec<_>>().join(", "))),
        });
    }
}
