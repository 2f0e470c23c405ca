//! The web page of an issue.

use crate::diagnostic::Sink;
use crate::post::Holes;
use crate::render::Input;

/// The web page, with hole and asset tokens. Nothing where the template has faults.
pub fn render(input: &Input<'_>, _holes: &mut Holes, _sink: &mut Sink) -> Option<String> {
    Some(format!("<h1>{}</h1>", input.document.front_matter.title))
}
