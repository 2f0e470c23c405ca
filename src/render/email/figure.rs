//! Images.

use crate::post::tree::{Image, Inline, InlineKind};
use crate::render::Escaped;
use crate::render::email::writer::{Writer, put};

impl<'a> Writer<'a, '_> {
    /// An image with its caption.
    pub(super) fn figure(&mut self, image: &'a Image, link: Option<&'a str>, caption: impl FnOnce(&mut Self)) {
        put!(self, "<div{}>", self.style.figure);
        self.linked_image(image, link);
        self.captioned(caption);
        self.out.push_str("</div>\n");
    }

    /// A caption, unless it is empty.
    pub(super) fn captioned(&mut self, caption: impl FnOnce(&mut Self)) {
        let before = self.out.len();
        put!(self, "\n<p{}>", self.style.figure_caption);
        let empty = self.out.len();
        caption(self);
        if self.out.len() == empty {
            self.out.truncate(before);
        } else {
            self.out.push_str("</p>");
        }
    }

    pub(super) fn linked_image(&mut self, image: &Image, link: Option<&str>) {
        if let Some(url) = link {
            let url = self.absolute(url);
            put!(self, "<a href=\"{}\"{}>", Escaped(&url), self.style.link);
        }
        self.image(image);
        if link.is_some() {
            self.out.push_str("</a>");
        }
    }

    /// An image as a block, as wide as it is but no wider than its place.
    pub(super) fn image(&mut self, image: &Image) {
        let (width, height) = self.size(image);
        let pale = self.assets.get(&image.url).is_some_and(|asset| asset.pale);
        let line = if pale { &*self.style.image_line } else { "" };
        self.source(image, width, height);
        put!(self, " style=\"width:100%;max-width:{width}px;{}{line}\">", self.style.image_css);
    }

    /// An image in a line of text.
    pub(super) fn inline_image(&mut self, image: &Image) {
        let (width, height) = self.size(image);
        self.source(image, width, height);
        put!(self, " style=\"max-width:100%;height:auto;border:0;vertical-align:middle\">");
    }

    fn source(&mut self, image: &Image, width: u32, height: Option<u32>) {
        let asset = self.assets.get(&image.url);
        let src = asset.map_or(&*image.url, |asset| &*asset.token);
        put!(self, "<img src=\"{}\" alt=\"{}\" width=\"{width}\"", Escaped(src), Escaped(&image.alt));
        if let Some(height) = height {
            put!(self, " height=\"{height}\"");
        }
        // What may be drawn in dark ink on nothing keeps its paper in dark mode; a white picture is
        // dimmed there.
        self.out.push_str(match asset {
            Some(asset) if asset.pale => " class=\"ink2 rule pale\"",
            Some(asset) if is_opaque(&asset.bytes) => " class=\"ink2\"",
            _ => " class=\"sheet\"",
        });
    }

    /// The width and height at which the image is shown here; a remote one of unknown size takes
    /// the whole width.
    fn size(&self, image: &Image) -> (u32, Option<u32>) {
        let (width, height) = match (self.assets.get(&image.url), image.width, image.height) {
            (Some(asset), _, _) => {
                let (width, height) = asset.size_for(image);
                (width, Some(height))
            }
            (None, Some(width), height) => (width, height),
            (None, None, _) => (self.width, None),
        };
        if width <= self.width {
            return (width, height);
        }
        let scaled = |height: u32| u64::from(height) * u64::from(self.width) / u64::from(width.max(1));
        (self.width, height.map(|height| u32::try_from(scaled(height)).unwrap_or(height).max(1)))
    }
}

/// Whether the picture covers all of its rectangle: a JPEG, or a PNG without alpha (the colour
/// type stands in byte 25).
fn is_opaque(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xd8, ..] => true,
        [0x89, b'P', b'N', b'G', ..] => bytes.get(25).is_some_and(|kind| matches!(kind, 0 | 2)),
        _ => false,
    }
}

/// The image that is all of a paragraph, and what it links to.
pub(super) fn alone(content: &[Inline]) -> Option<(&Image, Option<&str>)> {
    match content {
        [Inline { kind: InlineKind::Image(image), .. }] => Some((image, None)),
        [Inline { kind: InlineKind::Link { url, content, .. }, .. }] => match &**content {
            [Inline { kind: InlineKind::Image(image), .. }] => Some((image, Some(url))),
            _ => None,
        },
        _ => None,
    }
}
