//! A publication without a fault, in which a good deal can go wrong.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use newsletter::files::{Memory, RelPath};

/// The text files of a publication by path.
pub(super) type Texts = BTreeMap<&'static str, String>;

pub(super) const CONFIG: &str = "newsletter.yaml";
pub(super) const POST: &str = "posts/2024-04-26-river-and-rail.md";
/// The letter of the week before, which the post links to.
pub(super) const EARLIER: &str = "posts/2024-04-19-quiet-harbour.md";
pub(super) const CHINESE: &str = "posts/2024-05-03-chongqing.md";
pub(super) const TEMPLATE: &str = "templates/letter.hbs";
pub(super) const PARTIAL: &str = "templates/partials/colophon.hbs";

pub(super) fn texts() -> Texts {
    [
        (CONFIG, include_str!("good/newsletter.yaml")),
        (POST, include_str!("good/posts/2024-04-26-river-and-rail.md")),
        (EARLIER, include_str!("good/posts/2024-04-19-quiet-harbour.md")),
        (CHINESE, include_str!("good/posts/2024-05-03-chongqing.md")),
        (TEMPLATE, include_str!("good/templates/letter.hbs")),
        (PARTIAL, include_str!("good/templates/partials/colophon.hbs")),
    ]
    .map(|(path, text)| (path, text.to_owned()))
    .into()
}

/// What is not text.
pub(super) fn pictures() -> Memory {
    static PICTURES: LazyLock<Memory> = LazyLock::new(|| {
        let mut files = Memory::default();
        for name in ["map.png", "quay.png", "logo.png", "chen.png"] {
            let mut bytes = std::io::Cursor::new(Vec::new());
            image::RgbImage::new(600, 400).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
            files.insert(RelPath::new(&format!("images/{name}")).unwrap(), bytes.into_inner());
        }
        // None of these is shown: a stamp is too small, and mails show neither of the two forms.
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(60, 40).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        files.insert(RelPath::new("images/stamp.png").unwrap(), bytes.into_inner());
        files.insert(RelPath::new("images/photo.heic").unwrap(), b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice());
        files.insert(RelPath::new("images/photo.avif").unwrap(), b"\0\0\0\x18ftypavif\0\0\0\0mif1avif".as_slice());
        files.insert(RelPath::new("images/broken.png").unwrap(), b"\x89PNG\r\n\x1a\n\0".as_slice());
        files.insert(RelPath::new("files/gauge.csv").unwrap(), "day,metres\n");
        files
    });
    PICTURES.clone()
}
