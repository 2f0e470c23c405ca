//! From a folder to a [`Publication`].

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Sink, Source, Span, code};
use crate::files::{Files, RelPath};
use crate::post;
use crate::publication::{LoadError, Outline, POSTS, Post, Publication, Selection, names, slugs};
use crate::render::Templates;

/// The largest post, in bytes: what is larger was put here by mistake.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The top of the publication: `named` itself, else the nearest folder from `working` upwards
/// that holds a `newsletter.yaml`.
///
/// # Errors
/// When there is none.
pub fn find_root(named: Option<&Path>, working: &Path) -> Result<PathBuf, LoadError> {
    let holds = |folder: &Path| folder.join(config::FILE).is_file();
    if let Some(named) = named {
        let folder = working.join(named);
        return if holds(&folder) { Ok(folder) } else { Err(LoadError::NotHere(named.to_owned())) };
    }
    let found = working.ancestors().find(|folder| holds(folder));
    found.map(Path::to_owned).ok_or_else(|| LoadError::NotFound(working.to_owned()))
}

impl Publication {
    /// Reads all of it, in parallel. What is wrong with posts is a finding, not an error.
    ///
    /// # Errors
    /// When the configuration or the folder itself cannot be read.
    pub fn load(files: &dyn Files) -> Result<Self, LoadError> {
        Self::load_only(files, &Selection::All)
    }

    /// Reads the posts that `selection` means; of the others only what they are called.
    ///
    /// # Errors
    /// As [`Publication::load`], and when the selection names what is not there.
    pub fn load_only(files: &dyn Files, selection: &Selection) -> Result<Self, LoadError> {
        let mut sink = Sink::new();
        let config = load_config(files, &mut sink)?;
        let paths = files
            .list(POSTS)
            .map_err(|error| LoadError::Io { path: POSTS.to_owned(), error })?
            .into_iter()
            .filter(|path| is_post(path) || !files.is_file(path))
            .collect::<Vec<_>>();
        let mut outlines = Vec::new();
        let mut posts: Vec<Post>;
        if selection.is_narrow() {
            let texts: Vec<_> = paths.into_par_iter().map(|path| (files.read(&path), path)).collect();
            outlines =
                texts.iter().map(|(bytes, path)| Outline::glance(path, bytes.as_deref().unwrap_or_default())).collect();
            let picked = selection.pick(&outlines)?;
            let meant: Vec<_> = texts.into_iter().zip(picked).filter(|(_, picked)| *picked).collect();
            posts = meant.into_par_iter().map(|((bytes, path), _)| read_post(&path, bytes, &config, files)).collect();
            for post in &posts {
                if let (Some(document), Some(outline)) =
                    (&post.document, outlines.iter_mut().find(|outline| outline.path == post.path))
                {
                    *outline = Outline::of(document);
                }
            }
        } else {
            posts = paths.into_par_iter().map(|path| read_post(&path, files.read(&path), &config, files)).collect();
            outlines.extend(posts.iter().map(outline));
        }
        slugs::report_duplicates(&outlines, &mut posts);
        Ok(Self::framed(config, posts, outlines, sink, files))
    }
}

impl Publication {
    /// Reads configuration and templates, and no posts: what is made of the archive needs none.
    ///
    /// # Errors
    /// As [`Publication::load`].
    pub fn load_frame(files: &dyn Files) -> Result<Self, LoadError> {
        let mut sink = Sink::new();
        let config = load_config(files, &mut sink)?;
        Ok(Self::framed(config, Vec::new(), Vec::new(), sink, files))
    }

    /// The posts in what all of them share.
    fn framed(config: Config, posts: Vec<Post>, outlines: Vec<Outline>, mut sink: Sink, files: &dyn Files) -> Self {
        let templates = Templates::load(files, &mut sink);
        names::check(&config, &templates, &mut sink);
        let read = sink.found().to_vec();
        let diagnostics = sink.finish(&config.checks.levels);
        let shared = hash(&config, &templates);
        Self {
            config: Arc::new(config),
            templates: Arc::new(templates),
            posts,
            outlines,
            diagnostics,
            read,
            today: None,
            answers: None,
            shared,
        }
    }

    /// Reads the configuration alone, without regard to its findings.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn load_config(files: &dyn Files) -> Result<Config, LoadError> {
        load_config(files, &mut Sink::new())
    }

    /// Reads the configuration alone, with its findings.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn check_config(files: &dyn Files) -> Result<(Config, Vec<Diagnostic>), LoadError> {
        let mut sink = Sink::new();
        let config = load_config(files, &mut sink)?;
        let found = sink.finish(&config.checks.levels);
        Ok((config, found))
    }
}

impl Outline {
    /// Looks at the names of all posts.
    ///
    /// # Errors
    /// When the folder of posts cannot be read.
    pub fn all(files: &dyn Files) -> Result<Vec<Self>, LoadError> {
        let paths = files.list(POSTS).map_err(|error| LoadError::Io { path: POSTS.to_owned(), error })?;
        let posts = paths.into_par_iter().filter(is_post);
        Ok(posts.map(|path| Self::glance(&path, &files.read(&path).unwrap_or_default())).collect())
    }
}

fn hash(config: &Config, templates: &Templates) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(config.source.text());
    for (name, text) in templates.texts() {
        for part in [name, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().into()
}

/// What is known of a post that was read.
pub(super) fn outline(post: &Post) -> Outline {
    match &post.document {
        Some(document) => Outline::of(document),
        None => Outline::glance(&post.path, b""),
    }
}

/// Whether a file is a post. What is listed but no file is a symbolic link that leads nowhere or
/// out of the publication; reading it says so.
pub(super) fn is_post(path: &RelPath) -> bool {
    matches!(path.extension().as_str(), "md" | "markdown")
}

fn load_config(files: &dyn Files, sink: &mut Sink) -> Result<Config, LoadError> {
    let io = |error| LoadError::Io { path: config::FILE.to_owned(), error };
    let path = RelPath::new(config::FILE).map_err(|error| io(io::Error::other(error)))?;
    let bytes = files.read(&path).map_err(io)?;
    let loaded = match text(&path, bytes) {
        Ok(source) => Config::load(&source, sink),
        Err(found) => {
            sink.push(*found);
            None
        }
    };
    loaded.ok_or_else(|| LoadError::Config(std::mem::take(sink).finish(&crate::diagnostic::Levels::default())))
}

/// Reads one post; whatever is wrong with it, others are not touched.
pub(super) fn read_post(path: &RelPath, bytes: io::Result<Vec<u8>>, config: &Config, files: &dyn Files) -> Post {
    let source = match bytes {
        Ok(bytes) => text(path, bytes),
        Err(error) => Err(Box::new(unreadable(path, &error))),
    };
    match source {
        Ok(source) => {
            let parsed = post::parse(path, &source, config, files);
            Post { path: path.clone(), document: parsed.document.map(Arc::new), diagnostics: parsed.diagnostics }
        }
        Err(found) => Post { path: path.clone(), document: None, diagnostics: vec![*found] },
    }
}

/// The bytes of a file as text.
fn text(path: &RelPath, bytes: Vec<u8>) -> Result<Arc<Source>, Box<Diagnostic>> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the file is larger than {} MB", MAX_BYTES / 1024 / 1024);
        let source = Source::new(path.as_str(), "");
        let found = Diagnostic::new(code::UNREADABLE_FILE, &source, Span::default(), message);
        return Err(Box::new(found.help("a post is text; move pictures and data to files of their own")));
    }
    String::from_utf8(bytes).map(|text| Source::new(path.as_str(), text)).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let utf16 = error.as_bytes().starts_with(b"\xff\xfe") || error.as_bytes().starts_with(b"\xfe\xff");
        // Up to the first bad byte the text is the same, so the place is right.
        let source = Source::new(path.as_str(), String::from_utf8_lossy(error.as_bytes()));
        let message = format!("the file is not UTF-8 from byte {at} on");
        let was = if utf16 { "it is UTF-16; save it as UTF-8" } else { "save it as UTF-8" };
        Box::new(Diagnostic::new(code::UNREADABLE_FILE, &source, at..at + '\u{fffd}'.len_utf8(), message).help(was))
    })
}

fn unreadable(path: &RelPath, error: &io::Error) -> Diagnostic {
    let source = Source::new(path.as_str(), "");
    // A refusal of our own carries no number of the system.
    if error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none() {
        return Diagnostic::new(
            code::UNSAFE_PATH,
            &source,
            Span::default(),
            "the symbolic link leaves the publication",
        )
        .help("copy the file here");
    }
    if error.kind() == io::ErrorKind::NotFound && path.as_str().contains('\u{fffd}') {
        let message = "the file's name is not UTF-8";
        return Diagnostic::new(code::UNREADABLE_FILE, &source, Span::default(), message)
            .help("rename it, with letters of any script in UTF-8");
    }
    if error.kind() == io::ErrorKind::NotFound {
        return Diagnostic::new(
            code::UNREADABLE_FILE,
            &source,
            Span::default(),
            "the symbolic link leads to a file that is not there",
        )
        .help("mend the link or remove it");
    }
    Diagnostic::new(code::UNREADABLE_FILE, &source, Span::default(), format!("the file cannot be read: {error}"))
        .help("check its permissions")
}

#[cfg(test)]
mod tests {
    use super::{Files, Publication, Selection};
    use crate::files::Memory;
    use crate::publication::{LoadError, Wanted};

    fn files() -> Memory {
        Memory::new([
            ("newsletter.yaml", "name: Test\n".as_bytes()),
            ("posts/b.md", "---\ntitle: B\n---\n\nText.\n".as_bytes()),
            ("posts/a.markdown", "---\ntitle: A\n---\n\nText.\n".as_bytes()),
            ("posts/c.md", b"---\ntitle: C\n---\n\nT\xe9xt.\n".as_slice()),
            ("posts/map.png", b"\x89PNG".as_slice()),
        ])
    }

    #[test]
    fn posts_come_by_path_and_one_that_is_not_utf_8_stops_no_other() {
        let publication = Publication::load(&files()).unwrap();
        let paths: Vec<_> = publication.posts.iter().map(|post| post.path.as_str()).collect();
        assert_eq!(paths, ["posts/a.markdown", "posts/b.md", "posts/c.md"]);
        let read: Vec<_> = publication.posts.iter().map(|post| post.document.is_some()).collect();
        assert_eq!(read, [true, true, false]);
        let found = &publication.posts[2].diagnostics[0];
        assert_eq!((found.code.id, found.source.position(found.span.start).line), ("NL001", 5));
        assert_eq!(found.source.position(found.span.start).column, 2);
    }

    #[test]
    fn a_selection_reads_no_other_post_but_knows_their_names() {
        let only = Selection::Only(vec![Wanted { written: "b".into(), path: None, exists: false }]);
        let publication = Publication::load_only(&files(), &only).unwrap();
        assert_eq!(publication.posts.len(), 1);
        assert_eq!(publication.outlines.len(), 3);
    }

    #[test]
    fn a_second_post_with_the_same_slug_is_reported_in_both_ways_of_loading() {
        let mut files = files();
        files.insert(crate::files::RelPath::new("posts/z/b.md").unwrap(), "---\ntitle: Z\n---\n\nText.\n");
        let only = Selection::Only(vec![Wanted { written: "posts/z/b.md".into(), path: None, exists: false }]);
        for publication in [Publication::load(&files).unwrap(), Publication::load_only(&files, &only).unwrap()] {
            let post = publication.posts.last().unwrap();
            let found: Vec<_> = post.diagnostics.iter().map(|found| found.message.as_str()).collect();
            assert!(found.contains(&"slug `b` is that of `posts/b.md` as well"), "{found:?}");
        }
    }

    #[test]
    fn a_folder_without_configuration_is_an_error() {
        assert!(matches!(Publication::load(&Memory::default() as &dyn Files), Err(LoadError::Io { .. })));
    }
}
