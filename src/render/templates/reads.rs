//! Which variables an e-mail template puts into the mail, by itself or by its partials.

use std::sync::Arc;

use crate::diagnostic::{Source, Span};
use crate::render::templates::Templates;
use crate::render::templates::file::File;

impl Templates {
    /// The user's files by which an e-mail template comes to name none of `variables`: the template
    /// itself, or the partials that stand in it. With the place where the variable could stand.
    pub(crate) fn without(&self, variables: &[&str]) -> Vec<(Arc<Source>, Span)> {
        let mut without: Vec<(Arc<Source>, Span)> = Vec::new();
        for name in self.names().filter(|name| !self.faulty.iter().any(|faulty| faulty == name)) {
            let mut files = Vec::new();
            self.collect(name, &mut files);
            if files.iter().any(|(_, file)| names(file, variables)) {
                continue;
            }
            let Some((_, file)) = files.iter().find(|(_, file)| file.is_users()) else { continue };
            let source = file.source();
            if without.iter().all(|(known, _)| known.path() != source.path()) {
                without.push((Arc::clone(&source), end(&source)));
            }
        }
        without
    }

    /// The file `name` and the partials that it uses, each once.
    fn collect<'a>(&'a self, name: &str, files: &mut Vec<(String, &'a File)>) {
        let Some(file) = self.file(name).filter(|_| files.iter().all(|(known, _)| known != name)) else { return };
        files.push((name.to_owned(), file));
        let text = file.text();
        for tag in file.tags().iter().filter(|tag| tag.sigil(text) == Some('>')) {
            let written = tag.words.first().and_then(|word| text.get(word.range()));
            if let Some((partial, _)) = written.and_then(|written| self.partial(written)) {
                self.collect(&partial, files);
            }
        }
    }
}

/// Whether a file names one of `variables`, from wherever it stands.
fn names(file: &File, variables: &[&str]) -> bool {
    let words = file.tags().iter().flat_map(|tag| &tag.words).filter_map(|word| file.text().get(word.range()));
    words.map(|word| word.trim_start_matches("../").trim_start_matches("@root.")).any(|word| variables.contains(&word))
}

/// The end of what is shown: `</body>`, or nothing at the end of the file.
fn end(source: &Source) -> Span {
    let text = source.text();
    text.rfind("</body>").map_or(Span::empty(text.len()), |at| Span::new(at, at + "</body>".len()))
}
