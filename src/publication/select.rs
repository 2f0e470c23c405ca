//! Which posts are meant by the names that a user gives.

use crate::diagnostic::nearest;
use crate::files::RelPath;
use crate::publication::{Outline, POSTS};

/// Which posts to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    #[default]
    All,
    /// Those of these files, folders or slugs.
    Only(Vec<Wanted>),
}

/// One name that a user gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As the user wrote it.
    pub written: String,
    /// The same as a path in the publication; nothing where it lies outside.
    pub path: Option<RelPath>,
    /// Whether something stands at that place on the disk.
    pub exists: bool,
}

/// Why a name means no post.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Nothing has this name.
    #[error("there is no post `{written}`")]
    Unknown {
        /// As the user wrote it.
        written: String,
        /// The post that was probably meant.
        nearest: Option<String>,
    },
    /// Something is there, but it is no post.
    #[error("`{written}` is not in `posts/`")]
    Outside {
        /// As the user wrote it.
        written: String,
    },
    /// A folder without posts, or a file of another kind.
    #[error("`{written}` holds no post")]
    Empty {
        /// As the user wrote it.
        written: String,
    },
    /// Several posts, where one is needed.
    #[error("`{written}` names several posts, or none")]
    Several {
        /// As the user wrote it.
        written: String,
    },
}

impl SelectError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::Unknown { nearest: None, .. } => {
                "`newsletter list` shows the posts there are; name one by its file, its folder or its slug".to_owned()
            }
            Self::Outside { .. } => "posts are Markdown files in `posts/`".to_owned(),
            Self::Several { .. } => "name one by its file or its slug".to_owned(),
            Self::Empty { .. } => "a post is a file of `posts/` that ends in `.md` or `.markdown`".to_owned(),
        }
    }
}

impl Selection {
    /// Whether it leaves posts out.
    pub fn is_narrow(&self) -> bool {
        matches!(self, Self::Only(_))
    }

    /// For each post whether it is meant.
    ///
    /// # Errors
    /// When a name means no post.
    pub(super) fn pick(&self, outlines: &[Outline]) -> Result<Vec<bool>, SelectError> {
        let Self::Only(all) = self else { return Ok(vec![true; outlines.len()]) };
        let mut picked = vec![false; outlines.len()];
        for wanted in all {
            let mut any = false;
            for (outline, picked) in outlines.iter().zip(&mut picked) {
                if wanted.means(outline) {
                    *picked = true;
                    any = true;
                }
            }
            if !any {
                return Err(wanted.unknown(outlines));
            }
        }
        Ok(picked)
    }
}

impl Wanted {
    /// The posts that it means.
    pub fn among<'a>(&'a self, outlines: &'a [Outline]) -> impl Iterator<Item = &'a Outline> {
        outlines.iter().filter(|outline| self.means(outline))
    }

    fn means(&self, outline: &Outline) -> bool {
        if let Some(path) = &self.path {
            let rest = outline.path.as_str().strip_prefix(path.as_str());
            let inside = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            if inside {
                return true;
            }
        }
        let written = self.written.trim_end_matches('/');
        outline.slug.as_str() == written || outline.path.stem() == written || outline.path.as_str() == written
    }

    fn unknown(&self, outlines: &[Outline]) -> SelectError {
        let written = self.written.clone();
        let in_posts = self.path.as_ref().is_some_and(|path| {
            path.as_str().strip_prefix(POSTS).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if self.exists {
            return if in_posts { SelectError::Empty { written } } else { SelectError::Outside { written } };
        }
        let is_path = written.contains(['/', '\\', '.']);
        let names = outlines.iter().map(|outline| if is_path { outline.path.as_str() } else { outline.slug.as_str() });
        let nearest = nearest(&written, names).map(str::to_owned);
        SelectError::Unknown { written, nearest }
    }
}

#[cfg(test)]
mod tests {
    use super::{SelectError, Selection, Wanted};
    use crate::files::RelPath;
    use crate::publication::Outline;

    fn picked(written: &str, exists: bool) -> Result<Vec<bool>, SelectError> {
        let outlines: Vec<_> = ["posts/2024-04-26-hello.md", "posts/a/one.md", "posts/a/two.md", "posts/ab.md"]
            .iter()
            .map(|path| Outline::glance(&RelPath::new(path).unwrap(), b""))
            .collect();
        let path = RelPath::new(written).ok();
        Selection::Only(vec![Wanted { written: written.to_owned(), path, exists }]).pick(&outlines)
    }

    #[test]
    fn a_post_is_named_by_file_folder_or_slug() {
        assert_eq!(picked("posts/a/two.md", true), Ok(vec![false, false, true, false]));
        assert_eq!(picked("posts/a", true), Ok(vec![false, true, true, false]));
        assert_eq!(picked("posts", true), Ok(vec![true; 4]));
        assert_eq!(picked("hello", false), Ok(vec![true, false, false, false]));
        assert_eq!(picked("2024-04-26-hello", false), Ok(vec![true, false, false, false]));
    }

    #[test]
    fn a_name_that_means_no_post_says_why() {
        let help = |written, exists| picked(written, exists).map_err(|error| (error.to_string(), error.help()));
        assert_eq!(help("helo", false), Err(("there is no post `helo`".into(), "did you mean `hello`?".into())));
        assert_eq!(
            help("posts/a/tow.md", false),
            Err(("there is no post `posts/a/tow.md`".into(), "did you mean `posts/a/two.md`?".into()))
        );
        assert_eq!(
            help("newsletter.yaml", true),
            Err(("`newsletter.yaml` is not in `posts/`".into(), "posts are Markdown files in `posts/`".into()))
        );
        assert!(matches!(picked("posts/b", true), Err(SelectError::Empty { .. })));
        assert!(matches!(picked("/etc/passwd", true), Err(SelectError::Outside { .. })));
    }
}
