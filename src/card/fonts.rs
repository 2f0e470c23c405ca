//! The fonts that cards are set in: those that the configuration names, or else well-known ones
//! that the system has.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::{Database, Family, ID, Query, Source, Weight};
use sha2::{Digest, Sha256};

use crate::card::text::Role;
use crate::files::{Files, RelPath};
use crate::language::Language;

/// Serifs of titles and text, the best first.
const SERIF: &[&str] = &[
    "Charter",
    "Bitstream Charter",
    "Charis SIL",
    "Georgia",
    "Noto Serif",
    "Source Serif 4",
    "DejaVu Serif",
    "Liberation Serif",
    "Times New Roman",
];

/// Sans serifs of what is beside the text.
const SANS: &[&str] = &["Inter", "Helvetica Neue", "Segoe UI", "Arial", "Noto Sans", "DejaVu Sans", "Liberation Sans"];

/// Fonts of other scripts.
const OTHERS: &[&str] = &[
    "Noto Naskh Arabic",
    "Noto Serif Hebrew",
    "Noto Serif Devanagari",
    "Noto Serif Bengali",
    "Noto Serif Tamil",
    "Noto Serif Thai",
    "Noto Serif Armenian",
    "Noto Serif Georgian",
    "Arial Unicode MS",
    "Noto Sans Symbols",
    "Noto Sans Symbols 2",
];

/// Chinese, Japanese and Korean: each region has its own forms of the same characters.
const SIMPLIFIED: &[&str] =
    &["Songti SC", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Noto Sans CJK SC", "Microsoft YaHei"];
const TRADITIONAL: &[&str] = &[
    "Songti TC",
    "Noto Serif CJK TC",
    "Noto Serif TC",
    "Source Han Serif TC",
    "Noto Sans CJK TC",
    "Microsoft JhengHei",
];
const JAPANESE: &[&str] = &[
    "Hiragino Mincho ProN",
    "Noto Serif CJK JP",
    "Noto Serif JP",
    "Source Han Serif JP",
    "Noto Sans CJK JP",
    "Yu Mincho",
];
const KOREAN: &[&str] =
    &["AppleMyungjo", "Noto Serif CJK KR", "Noto Serif KR", "Source Han Serif KR", "Noto Sans CJK KR", "Batang"];

/// One face of the fonts at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Face(usize);

/// The fonts at hand.
pub struct Fonts {
    database: Arc<Database>,
    faces: Vec<Known>,
    /// The faces of a family: regular and bold.
    families: BTreeMap<String, [Face; 2]>,
    /// The families that the configuration names, in order; empty where it leaves the choice.
    named: Vec<String>,
}

struct Known {
    id: ID,
    digest: OnceLock<[u8; 32]>,
}

/// Why a font that the configuration names cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontFault {
    /// No such file is in the publication.
    NoFile,
    /// The file holds no font.
    NoFont,
    /// The system has no family of that name.
    NoFamily,
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.families.keys()).finish()
    }
}

impl Fonts {
    /// Finds the fonts with these names: files of the publication, by their ending, or families of
    /// the system. With no name, looks for good ones. Says which names lead to nothing, by their
    /// place in the list.
    pub fn find(names: &[String], files: &dyn Files) -> (Self, Vec<(usize, FontFault)>) {
        let mut database = Database::new();
        let mut faults = Vec::new();
        let mut named = Vec::new();
        let mut loaded = Vec::new();
        for (at, name) in names.iter().enumerate() {
            match if is_file(name) { load(name, &mut database, files) } else { Ok(Vec::new()) } {
                // Regular and bold of a family may be two files.
                Ok(faces) if is_file(name) => {
                    named.extend(faces.iter().map(|(family, _)| format!("{family} of the publication")));
                    loaded.extend(faces);
                }
                Ok(_) => named.push(name.clone()),
                Err(fault) => faults.push((at, fault)),
            }
        }
        if names.is_empty() || !names.iter().all(|name| is_file(name)) {
            database.load_system_fonts();
        }
        let mut fonts = Self { database: Arc::new(database), faces: Vec::new(), families: BTreeMap::new(), named };
        for (family, _) in &loaded {
            let ids: Vec<_> = loaded.iter().filter(|(of, _)| of == family).map(|(_, id)| *id).collect();
            let nearest = |weight: Weight| {
                let distance = |id: &ID| fonts.database.face(*id).map(|face| face.weight.0.abs_diff(weight.0));
                ids.iter().copied().min_by_key(distance)
            };
            if let (Some(regular), Some(bold)) = (nearest(Weight::NORMAL), nearest(Weight::BOLD)) {
                let faces = [fonts.face(regular), fonts.face(bold)];
                fonts.families.insert(format!("{family} of the publication"), faces);
            }
        }
        let of_system = if names.is_empty() {
            [SERIF, SANS, OTHERS, SIMPLIFIED, TRADITIONAL, JAPANESE, KOREAN].concat()
        } else {
            names.iter().map(String::as_str).filter(|name| !is_file(name)).collect()
        };
        for family in of_system {
            fonts.add(family);
        }
        let lost = |(at, name): (usize, &String)| {
            (!is_file(name) && !fonts.families.contains_key(name)).then_some((at, FontFault::NoFamily))
        };
        faults.extend(names.iter().enumerate().filter_map(lost));
        (fonts, faults)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }

    /// Adds a family of the system, where it is there.
    fn add(&mut self, family: &str) {
        let id = |weight| {
            let query = Query { families: &[Family::Name(family)], weight, ..Query::default() };
            self.database.query(&query)
        };
        if let (Some(regular), Some(bold)) = (id(Weight::NORMAL), id(Weight::BOLD)) {
            let faces = [self.face(regular), self.face(bold)];
            self.families.insert(family.to_owned(), faces);
        }
    }

    fn face(&mut self, id: ID) -> Face {
        let at = self.faces.iter().position(|known| known.id == id).unwrap_or_else(|| {
            self.faces.push(Known { id, digest: OnceLock::new() });
            self.faces.len() - 1
        });
        Face(at)
    }

    /// The faces that a text may be set in, the best first.
    pub(super) fn order(&self, role: Role, language: &Language) -> Vec<Face> {
        let chosen: Vec<&str> = if self.named.is_empty() {
            let first = if role == Role::Number { SANS } else { SERIF };
            let [own, rest @ ..] = regions(language);
            let rest = rest.concat();
            // Where the text is Chinese, its fonts come first: quotation marks stay full width.
            let (before, after) = if language.is_cjk() { (own, first) } else { (first, own) };
            [before, after, &rest, OTHERS].concat()
        } else {
            self.named.iter().map(String::as_str).collect()
        };
        let mut order = Vec::new();
        for [regular, bold] in chosen.iter().filter_map(|family| self.families.get(*family)) {
            let face = if role.is_bold() { *bold } else { *regular };
            if !order.contains(&face) {
                order.push(face);
            }
        }
        order
    }

    pub(super) fn database(&self) -> &Arc<Database> {
        &self.database
    }

    pub(super) fn id(&self, face: Face) -> Option<ID> {
        Some(self.faces.get(face.0)?.id)
    }

    /// The face of the name that [`Self::name`] gave.
    pub(super) fn named(&self, name: &str) -> Option<ID> {
        self.id(Face(name.strip_prefix('f')?.parse().ok()?))
    }

    /// What the drawing calls a face.
    pub(super) fn name(face: Face) -> String {
        format!("f{}", face.0)
    }

    /// Whether a face has all of `text`, but for what is never seen.
    pub(super) fn has(&self, face: Face, text: &str) -> bool {
        let has = |data: &[u8], index| {
            let face = ttf_parser::Face::parse(data, index).ok()?;
            Some(text.chars().all(|c| is_unseen(c) || face.glyph_index(c).is_some()))
        };
        self.id(face).and_then(|id| self.database.with_face_data(id, has)).flatten().unwrap_or_default()
    }

    /// The SHA-256 of the file that a face stands in.
    pub(super) fn digest(&self, face: Face) -> [u8; 32] {
        let Some(known) = self.faces.get(face.0) else { return [0; 32] };
        *known.digest.get_or_init(|| {
            self.database
                .with_face_data(known.id, |data, index| {
                    Sha256::new().chain_update(data).chain_update(index.to_le_bytes()).finalize().into()
                })
                .unwrap_or_default()
        })
    }
}

/// Whether a name of the configuration is a file's.
fn is_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("ttf" | "otf" | "ttc" | "otc"))
}

/// Loads a file of the publication; gives its faces, each with its family.
fn load(name: &str, database: &mut Database, files: &dyn Files) -> Result<Vec<(String, ID)>, FontFault> {
    let bytes = RelPath::new(name).ok().and_then(|path| files.read(&path).ok()).ok_or(FontFault::NoFile)?;
    let ids = database.load_font_source(Source::Binary(Arc::new(bytes)));
    let family = |id: &ID| Some((database.face(*id)?.families.first()?.0.clone(), *id));
    let faces: Vec<_> = ids.iter().filter_map(family).collect();
    if faces.is_empty() { Err(FontFault::NoFont) } else { Ok(faces) }
}

/// The fonts of Chinese, Japanese and Korean, those of the language's region first.
fn regions(language: &Language) -> [&'static [&'static str]; 4] {
    let tag = language.tag().to_ascii_lowercase();
    let is_traditional = ["-hant", "-tw", "-hk", "-mo"].iter().any(|part| tag.contains(part));
    match language.primary().as_str() {
        "ja" => [JAPANESE, SIMPLIFIED, TRADITIONAL, KOREAN],
        "ko" => [KOREAN, SIMPLIFIED, TRADITIONAL, JAPANESE],
        "yue" => [TRADITIONAL, SIMPLIFIED, JAPANESE, KOREAN],
        _ if is_traditional => [TRADITIONAL, SIMPLIFIED, JAPANESE, KOREAN],
        _ => [SIMPLIFIED, TRADITIONAL, JAPANESE, KOREAN],
    }
}

/// Whether a character has no form of its own: spaces, joiners, marks of direction, selectors.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}
