//! The plain text of an issue, written from the tree.

use crate::post::Holes;
use crate::render::Input;

/// The columns a line has at most.
pub const WIDTH: usize = 72;

/// The plain text with hole tokens; lines end in LF.
pub fn render(input: &Input<'_>, _holes: &mut Holes) -> String {
    format!("{}\n", input.document.front_matter.title)
}
