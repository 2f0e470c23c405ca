//! What is answered to whom: the files of a folder, and nothing outside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::serve::media;

/// The page that is shown where there is none.
const MISSING: &str = "404.html";

/// The file of redirects, as Netlify and Cloudflare read it: from, to and status in a line.
const REDIRECTS: &str = "_redirects";

/// A folder that is shown.
#[derive(Clone, Debug)]
pub struct Pages {
    root: PathBuf,
    /// The path at which it is shown, as addresses have it, without a `/` at its end.
    top: String,
}

/// The bytes of an answer.
pub type Body = Vec<u8>;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP's status.
    pub status: u16,
    /// The media type of the body.
    pub media_type: &'static str,
    /// Where it is instead.
    pub location: Option<String>,
    /// What is shown.
    pub body: Body,
}

impl Answer {
    /// An answer that says no more than its status.
    pub(super) fn of_status(status: u16) -> Self {
        let body = format!("{status} {}\n", reason(status)).into_bytes();
        Self { status, media_type: "text/plain; charset=utf-8", location: None, body }
    }

    fn elsewhere(status: u16, location: String) -> Self {
        // A line of its own would be a header of its own.
        let location = Some(location).filter(|location| !location.chars().any(char::is_control));
        Self { location, ..Self::of_status(status) }
    }

    /// The head of the answer, with its last empty line.
    pub(super) fn head(&self, closes: bool) -> Vec<u8> {
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             X-Content-Type-Options: nosniff\r\n",
            self.status,
            reason(self.status),
            self.media_type,
            self.body.len()
        );
        if let Some(location) = &self.location {
            head.extend(["Location: ", location, "\r\n"]);
        }
        if self.status == 405 {
            head.push_str("Allow: GET, HEAD\r\n");
        }
        head.push_str(if closes { "Connection: close\r\n\r\n" } else { "\r\n" });
        head.into_bytes()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Internal Server Error",
    }
}

impl Pages {
    /// Shows this folder at `path`, as addresses have it: at `/`, or at that of a site which shares its
    /// host with others.
    ///
    /// # Errors
    /// When it is not there.
    pub fn open(folder: &Path, path: &str) -> io::Result<Self> {
        Ok(Self { root: folder.canonicalize()?, top: path.trim_end_matches('/').to_owned() })
    }

    /// Answers a request for `target`, a path with an optional query.
    pub fn answer(&self, method: &str, target: &str) -> Answer {
        if !matches!(method, "GET" | "HEAD") {
            return Answer::of_status(405);
        }
        let written = target.split(['?', '#']).next().unwrap_or_default();
        let Some(path) = decoded(written).filter(|path| path.starts_with('/')) else { return Answer::of_status(400) };
        let Some(inner) = self.inside(&path) else {
            // Somebody else's; who begins at the top is led to what there is.
            return if path == "/" { Answer::elsewhere(302, format!("{}/", self.top)) } else { self.missing(&path) };
        };
        match self.find(inner) {
            Some(Found::Folder) if !path.ends_with('/') => {
                // Two `/` at its start would be another host.
                Answer::elsewhere(301, format!("/{}/", written.trim_start_matches('/')))
            }
            Some(Found::Folder) => self.file(&format!("{inner}index.html"), 200).unwrap_or_else(|| self.missing(&path)),
            Some(Found::File) => self.file(inner, 200).unwrap_or_else(|| self.missing(&path)),
            None => self.missing(&path),
        }
    }

    /// The path in the folder, where the path of an address leads into it.
    fn inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(&*decoded(&self.top)?).filter(|inner| inner.is_empty() || inner.starts_with('/'))
    }

    /// What is asked for: nothing where the way there leaves the folder, or is hidden.
    fn find(&self, path: &str) -> Option<Found> {
        let place = self.place(path)?;
        if place.is_dir() { Some(Found::Folder) } else { Some(Found::File) }
    }

    fn place(&self, path: &str) -> Option<PathBuf> {
        let is_hidden = |part: &str| part.starts_with('.') && part != ".well-known";
        if path.contains(['\\', ':', '\0']) || path.split('/').any(is_hidden) {
            return None;
        }
        let place = self.root.join(path.trim_start_matches('/')).canonicalize().ok()?;
        place.starts_with(&self.root).then_some(place)
    }

    fn file(&self, path: &str, status: u16) -> Option<Answer> {
        let place = self.place(path).filter(|place| place.is_file())?;
        #[expect(clippy::disallowed_methods, reason = "the folder that is shown is no publication")]
        let body = fs::read(place).ok()?;
        Some(Answer { status, media_type: media::of(path), location: None, body })
    }

    fn missing(&self, path: &str) -> Answer {
        if let Some((to, status)) = self.redirect(path) {
            return Answer::elsewhere(status, to);
        }
        self.file(&format!("/{MISSING}"), 404).unwrap_or_else(|| Answer::of_status(404))
    }

    /// Where `_redirects` leads from here.
    fn redirect(&self, path: &str) -> Option<(String, u16)> {
        let lines = self.file(&format!("/{REDIRECTS}"), 200)?.body;
        let lines = String::from_utf8(lines).ok()?;
        lines.lines().find_map(|line| {
            let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
            let (from, to) = (words.next()?, words.next()?);
            let status = words.next().and_then(|word| word.parse().ok()).unwrap_or(301);
            let from = decoded(from)?;
            let is_it = from.trim_end_matches('/') == path.trim_end_matches('/');
            (is_it && matches!(status, 301 | 302 | 307 | 308)).then(|| (to.to_owned(), status))
        })
    }
}

enum Found {
    File,
    Folder,
}

/// A path without its percent signs; nothing where it is no text then.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{Answer, Pages};

    fn site() -> (tempfile::TempDir, Pages) {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let files = [
            ("site/index.html", "home"),
            ("site/west/index.html", "west"),
            ("site/西部/index.html", "china"),
            ("site/404.html", "nothing here"),
            ("site/feed.xml", "<rss/>"),
            ("site/atom.xml", "<feed/>"),
            ("site/feed.json", "{}"),
            ("site/a.svg", "<svg/>"),
            ("site/.newsletter-site.json", "{}"),
            ("site/_redirects", "/old/west /west/ 301\n# a comment\n/far https://b.example/ 302\n/odd /x 200\n"),
            ("secret.txt", "secret"),
        ];
        for (path, text) in files {
            let place = folder.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, text).unwrap();
        }
        let pages = Pages::open(&site, "/").unwrap();
        (folder, pages)
    }

    fn get(pages: &Pages, target: &str) -> (u16, String) {
        let Answer { status, location, body, .. } = pages.answer("GET", target);
        (status, location.unwrap_or_else(|| String::from_utf8(body).unwrap()))
    }

    #[test]
    fn files_and_the_index_of_folders_are_shown() {
        let (_folder, pages) = site();
        for (target, status, text) in [
            ("/", 200, "home"),
            ("/index.html?a=b", 200, "home"),
            ("/west/", 200, "west"),
            ("/west", 301, "/west/"),
            ("/%E8%A5%BF%E9%83%A8/", 200, "china"),
            ("/%E8%A5%BF%E9%83%A8", 301, "/%E8%A5%BF%E9%83%A8/"),
            ("//west", 301, "/west/"),
        ] {
            assert_eq!(get(&pages, target), (status, text.to_owned()), "{target}");
        }
    }

    #[test]
    fn a_site_that_shares_its_host_is_shown_at_its_path() {
        let (folder, _) = site();
        let pages = Pages::open(&folder.path().join("site"), "/a%20b/").unwrap();
        for (target, status, text) in [
            ("/", 302, "/a%20b/"),
            ("/a%20b", 301, "/a%20b/"),
            ("/a%20b/", 200, "home"),
            ("/a%20b/west", 301, "/a%20b/west/"),
            ("/a%20b/west/", 200, "west"),
            ("/a%20b/a.svg", 200, "<svg/>"),
            ("/west/", 404, "nothing here"),
            ("/a%20bc", 404, "nothing here"),
            ("/a%20b/../secret.txt", 404, "nothing here"),
            ("/a%20b/nowhere", 404, "nothing here"),
            ("/old/west", 301, "/west/"),
        ] {
            assert_eq!(get(&pages, target), (status, text.to_owned()), "{target}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_and_nothing_hidden_is_shown() {
        let (folder, pages) = site();
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/west/..%2f../secret.txt",
            "/west/%2e%2e/%2E%2E/secret.txt",
            "/..\\secret.txt",
            "/.newsletter-site.json",
            "/%00",
            "//etc/passwd",
        ] {
            assert_eq!(get(&pages, target), (404, "nothing here".to_owned()), "{target}");
        }
        for target in ["west", "/%zz", "/%ff", "*", ""] {
            assert_eq!(get(&pages, target).0, 400, "{target}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), folder.path().join("site/out")).unwrap();
            std::os::unix::fs::symlink(folder.path().join("secret.txt"), folder.path().join("site/s.txt")).unwrap();
            assert_eq!(get(&pages, "/out/secret.txt").0, 404);
            assert_eq!(get(&pages, "/s.txt").0, 404);
        }
        drop(folder);
    }

    #[test]
    fn each_kind_of_file_has_its_type() {
        let (_folder, pages) = site();
        for (target, media_type) in [
            ("/", "text/html; charset=utf-8"),
            ("/feed.xml", "application/rss+xml; charset=utf-8"),
            ("/atom.xml", "application/atom+xml; charset=utf-8"),
            ("/feed.json", "application/feed+json; charset=utf-8"),
            ("/a.svg", "image/svg+xml"),
        ] {
            assert_eq!(pages.answer("GET", target).media_type, media_type, "{target}");
        }
    }

    #[test]
    fn redirects_are_followed_and_the_rest_is_a_404() {
        let (_folder, pages) = site();
        assert_eq!(get(&pages, "/old/west/"), (301, "/west/".to_owned()));
        assert_eq!(get(&pages, "/far"), (302, "https://b.example/".to_owned()));
        assert_eq!(get(&pages, "/odd").0, 404);
        assert_eq!(get(&pages, "/nowhere/"), (404, "nothing here".to_owned()));
        assert_eq!(pages.answer("POST", "/").status, 405);
    }
}
