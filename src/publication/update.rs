//! The next snapshot, after a file has changed.

use std::sync::Arc;

use crate::config;
use crate::diagnostic::code;
use crate::files::{Files, RelPath};
use crate::post::tree::{Block, BlockKind, DirectiveKind};
use crate::publication::load::{is_post, outline, read_post};
use crate::publication::{POSTS, Publication, slugs};
use crate::render;

/// What has to be read again after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nothing: no post knows the file.
    Nothing,
    /// One post, or the posts that include the file.
    Posts,
    /// All: configuration or templates.
    All,
}

impl Publication {
    /// What has to be read again once `path` has changed.
    pub fn reach(&self, path: &RelPath) -> Reach {
        let below = |folder: &str| path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if path.as_str() == config::FILE || below(render::TEMPLATES) {
            Reach::All
        } else if is_place_of_post(path) || self.posts.iter().any(|post| includes(post, path)) {
            Reach::Posts
        } else {
            Reach::Nothing
        }
    }

    /// The next snapshot after `path` has changed, where that reaches posts alone: the same as
    /// reading all of it anew, in the time that reading one post takes. Of a snapshot of all posts.
    #[must_use]
    pub fn with_change(&self, path: &RelPath, files: &dyn Files) -> Self {
        let mut next = self.clone();
        let place = next.posts.binary_search_by(|post| post.path.cmp(path));
        match place {
            Ok(at) if !files.is_file(path) => {
                next.posts.remove(at);
                next.outlines.remove(at);
            }
            Err(at) if is_place_of_post(path) && files.is_file(path) => {
                let post = read_post(path, files.read(path), &next.config, files);
                next.outlines.insert(at, outline(&post));
                next.posts.insert(at, post);
            }
            _ => {}
        }
        for (post, known) in next.posts.iter_mut().zip(&mut next.outlines) {
            if post.path == *path || includes(post, path) {
                *post = read_post(&post.path, files.read(&post.path), &next.config, files);
                *known = outline(post);
            }
            post.diagnostics.retain(|found| found.code != code::DUPLICATE_SLUG);
        }
        slugs::report_duplicates(&next.outlines, &mut next.posts);
        next
    }

    /// The post with this path.
    pub fn post(&self, path: &RelPath) -> Option<&crate::publication::Post> {
        self.posts.iter().find(|post| post.path == *path)
    }
}

fn is_place_of_post(path: &RelPath) -> bool {
    is_post(path) && path.as_str().strip_prefix(POSTS).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a post includes a file, or tried to.
fn includes(post: &crate::publication::Post, path: &RelPath) -> bool {
    fn inside(blocks: &[Block], path: &RelPath) -> bool {
        blocks.iter().any(|block| match &block.kind {
            BlockKind::Directive(directive) => {
                let own =
                    matches!(&directive.kind, DirectiveKind::Include { source } if source.path() == path.as_str());
                own || inside(&directive.blocks, path)
            }
            BlockKind::Quote(blocks) | BlockKind::Alert(_, blocks) => inside(blocks, path),
            BlockKind::List(list) => list.items.iter().any(|item| inside(&item.blocks, path)),
            _ => false,
        })
    }
    let missing = |post: &crate::publication::Post| {
        post.diagnostics.iter().any(|found| found.code == code::MISSING_INCLUDE || found.source.path() == path.as_str())
    };
    let document = post.document.as_ref();
    document.is_some_and(|document: &Arc<crate::post::Document>| inside(&document.blocks, path)) || missing(post)
}
