use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage, Rgba, RgbaImage};

use super::{AssetPlace, Assets, COLUMN, shown};
use crate::diagnostic::{Sink, Source, Span};
use crate::files::{Memory, RelPath};
use crate::post::tree::{Block, BlockKind, Image, Inline, InlineKind};
use crate::post::{Document, parse};
use crate::render::image::{ImageError, fit};
use crate::testing;

fn photo(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let value = |n: u32| u8::try_from((x * n + y * 3) % 256).unwrap();
        Rgb([value(1), value(2), value(5)])
    }))
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn size(bytes: &[u8]) -> (u32, u32) {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap().into_dimensions().unwrap()
}

/// A post whose text is the given images, each `(path, width)`.
fn post(images: &[(&str, Option<u32>)]) -> Document {
    let text: String = images.iter().fold(String::new(), |text, (url, _)| text + "![](" + url + ")\n\n");
    let text = format!("---\ntitle: T\n---\n\n{text}");
    let source = Source::new("posts/2024-01-01-a.md", text);
    let config = testing::config();
    let path = RelPath::new("posts/2024-01-01-a.md").unwrap();
    let mut document = parse(&path, &source, &config, &Memory::default()).document.unwrap();
    let place = |url: &str| {
        let at = source.text().find(url).unwrap();
        Span::new(at, at + url.len())
    };
    let image = |(url, width): &(&str, Option<u32>)| {
        let url_span = place(url);
        let image =
            Image { url: (*url).into(), url_span, alt: String::new(), title: None, width: *width, height: None };
        Inline { span: url_span, kind: InlineKind::Image(image) }
    };
    document.blocks =
        vec![Block { span: Span::default(), kind: BlockKind::Paragraph(images.iter().map(image).collect()) }];
    document
}

fn load(images: &[(&str, Option<u32>)], files: &[(&str, &[u8])]) -> (Assets, Sink) {
    let mut sink = Sink::new();
    let files = Memory::new(files.iter().copied());
    let assets = Assets::load(&post(images), &testing::config(), &files, &mut sink);
    (assets, sink)
}

fn codes(sink: &Sink) -> Vec<(&'static str, String, String)> {
    let found = sink.found().iter();
    found.map(|f| (f.code.id, f.source.slice(f.span).to_owned(), f.help.clone().unwrap_or_default())).collect()
}

#[test]
fn images_get_twice_the_pixels_they_are_shown_at() {
    let large = encode(&photo(2000, 1000), ImageFormat::Jpeg);
    let small = encode(&photo(100, 50), ImageFormat::Png);
    let double = encode(&photo(400, 200), ImageFormat::Png);
    let files: [(&str, &[u8]); 3] = [("posts/l.jpg", &large), ("s.png", &small), ("posts/d@2x.png", &double)];
    let (assets, sink) = load(&[("l.jpg", None), ("s.png", None), ("d@2x.png", None)], &files);
    assert!(sink.found().is_empty(), "{:?}", codes(&sink));
    let facts = |url: &str| {
        let asset = assets.get(url).unwrap();
        ((asset.width, asset.height), size(&asset.bytes), asset.media_type)
    };
    assert_eq!(facts("l.jpg"), ((552, 276), (1104, 552), "image/jpeg"));
    assert_eq!(facts("s.png"), ((100, 50), (100, 50), "image/png"));
    assert_eq!(facts("d@2x.png"), ((200, 100), (400, 200), "image/png"));
    assert!(assets.get("l.jpg").unwrap().name.starts_with("l-"));
    let (narrow, _) = load(&[("l.jpg", Some(200)), ("l.jpg", Some(300))], &files);
    assert_eq!(size(&narrow.get("l.jpg").unwrap().bytes), (600, 300));
    assert_eq!(narrow.iter().count(), 1);
}

#[test]
fn a_picture_with_a_white_edge_is_pale() {
    let with_edge = |level: u8| {
        let mut picture = RgbImage::from_pixel(80, 40, Rgb([level; 3]));
        (30..50).for_each(|x| picture.put_pixel(x, 20, Rgb([0; 3])));
        let bytes = encode(&DynamicImage::ImageRgb8(picture), ImageFormat::Png);
        fit(&bytes, &|_| 1104, 1_000_000).unwrap().pale
    };
    assert!(with_edge(255));
    assert!(!with_edge(200));
}

#[test]
fn a_shown_size_keeps_its_proportion_and_the_column() {
    assert_eq!(shown((1104, 500), None, None), (552, 250));
    assert_eq!(shown((100, 50), Some(50), None), (50, 25));
    assert_eq!(shown((100, 50), None, Some(25)), (50, 25));
    assert_eq!(shown((100, 50), Some(10), Some(10)), (10, 10));
    assert_eq!(shown((0, 0), Some(u32::MAX), None), (COLUMN, COLUMN));
}

#[test]
fn the_same_image_gives_the_same_bytes_and_name() {
    let bytes = encode(&photo(1300, 700), ImageFormat::Png);
    let one = fit(&bytes, &|_| 1104, 10_000_000).unwrap();
    let two = fit(&bytes, &|_| 1104, 10_000_000).unwrap();
    assert_eq!(one.bytes, two.bytes);
    let files: [(&str, &[u8]); 2] = [("posts/a b.png", &bytes), ("posts/c.png", &bytes)];
    let (assets, _) = load(&[("a%20b.png", None), ("c.png", None)], &files);
    let name = &assets.get("a%20b.png").unwrap().name;
    assert!(name.starts_with("a-b-") && name.is_ascii(), "{name}");
    assert!(Arc::ptr_eq(&assets.get("a%20b.png").unwrap().bytes, &assets.get("c.png").unwrap().bytes));
}

#[test]
fn a_picture_is_turned_upright_and_loses_what_the_camera_wrote() {
    let plain = encode(&photo(60, 20), ImageFormat::Jpeg);
    let exif = |orientation: u8| {
        let mut part =
            b"\xff\xe1\x00\x22Exif\0\0MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00".to_vec();
        part.push(orientation);
        part.extend([0; 6]);
        let mut bytes = plain[..2].to_vec();
        bytes.extend(part);
        bytes.extend(&plain[2..]);
        bytes
    };
    let turned = fit(&exif(6), &|_| 1104, 1_000_000).unwrap();
    assert_eq!((turned.intrinsic, size(&turned.bytes)), ((20, 60), (20, 60)));
    let upright = fit(&exif(1), &|_| 1104, 1_000_000).unwrap();
    assert_eq!(size(&upright.bytes), (60, 20));
    for fitted in [turned, upright] {
        assert!(!fitted.bytes.windows(4).any(|part| part == b"Exif"));
    }
}

#[test]
fn webp_becomes_what_mail_shows_and_keeps_its_transparency() {
    let opaque = encode(&photo(30, 30), ImageFormat::WebP);
    assert_eq!(fit(&opaque, &|_| 60, 1_000_000).unwrap().format.media_type(), "image/png");
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(300, 30, Rgba([255, 0, 0, 100])));
    let fitted = fit(&encode(&clear, ImageFormat::WebP), &|_| 100, 1_000_000).unwrap();
    let decoded = image::load_from_memory(&fitted.bytes).unwrap();
    assert_eq!((decoded.width(), decoded.color().has_alpha()), (100, true));
    assert_eq!(decoded.to_rgba8().get_pixel(50, 5), &Rgba([255, 0, 0, 100]));
}

#[test]
fn a_moving_gif_passes_untouched() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        let frame = || image::Frame::new(photo(700, 20).into_rgba8());
        encoder.encode_frames([frame(), frame()]).unwrap();
    }
    assert_eq!(fit(&bytes, &|_| 100, 1_000_000).unwrap().bytes, bytes);
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    let mut bytes = encode(&photo(2, 2), ImageFormat::Png);
    bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    // The checksum of the header, so that the size is believed.
    let crc = bytes[12..29].iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    let limit = ImageError::TooLarge { width: 65_536, height: 65_536, max: 1_000_000 };
    assert_eq!(fit(&bytes, &|_| 100, 1_000_000).err(), Some(limit));
}

#[test]
fn what_cannot_be_used_is_found_at_its_place() {
    let png = encode(&photo(2, 2), ImageFormat::Png);
    let files: [(&str, &[u8]); 4] = [
        ("images/map.png", &png),
        ("posts/x.svg", b"<?xml version=\"1.0\"?><svg/>"),
        ("posts/t.png", b"text"),
        ("posts/b.png", &png[..30]),
    ];
    let images = [("mpa.png", None), ("../../x.png", None), ("x.svg", None), ("t.png", None), ("b.png", None)];
    let (assets, sink) = load(&images, &files);
    assert_eq!(assets.iter().count(), 0);
    let found = codes(&sink);
    let find = |url: &str| found.iter().find(|(_, words, _)| words == url).unwrap();
    assert_eq!(find("mpa.png").0, "NL041");
    assert_eq!(find("mpa.png").2, "did you mean `../images/map.png`?");
    assert_eq!(find("../../x.png").0, "NL010");
    assert_eq!(find("x.svg").0, "NL046");
    assert_eq!(find("t.png").0, "NL042");
    assert_eq!(find("b.png").0, "NL042");
}

#[test]
fn remote_images_are_left_alone_and_a_sites_own_paths_mean_its_top() {
    let png = encode(&photo(2, 2), ImageFormat::Png);
    let images = [
        ("https://e.org/a.png", None),
        ("//e.org/a.png", None),
        ("data:image/png,x", None),
        ("/images/map.png?v=2", None),
    ];
    let (assets, sink) = load(&images, &[("images/map.png", &png)]);
    assert!(sink.found().is_empty(), "{:?}", codes(&sink));
    assert!(assets.get("https://e.org/a.png").is_none());
    assert!(assets.get("/images/map.png?v=2").is_some());
}

#[test]
fn tokens_become_addresses() {
    let png = encode(&photo(2, 2), ImageFormat::Png);
    let (assets, _) = load(&[("a.png", None)], &[("posts/a.png", &png)]);
    let asset = assets.get("a.png").unwrap();
    let markup = format!("<img src=\"{}\"> nlasset nlasset0000", asset.token);
    let folder = assets.place(&markup, &AssetPlace::Folder("images/".into()));
    assert_eq!(folder, format!("<img src=\"images/{}\"> nlasset nlasset0000", asset.name));
    let message = assets.place(&markup, &AssetPlace::Message("e.org".into()));
    assert!(message.contains(&format!("cid:{}\"", asset.content_id("e.org"))));
    assert!(assets.place(&markup, &AssetPlace::Inline).contains("data:image/png;base64,iVBOR"));
}

#[test]
fn attachments_go_along_as_they_are() {
    let mut document = post(&[]);
    document.front_matter.attachments = vec!["a.pdf".into(), "no.pdf".into()];
    let mut sink = Sink::new();
    let files = Memory::new([("posts/a.pdf", b"%PDF".as_slice())]);
    let assets = Assets::load(&document, &testing::config(), &files, &mut sink);
    assert_eq!(assets.attachments().len(), 1);
    assert_eq!(assets.attachments()[0].media_type, "application/pdf");
    assert_eq!(codes(&sink)[0].0, "NL047");
}

#[test]
fn a_decoder_never_panics_on_broken_bytes() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let bytes = encode(&photo(40, 30), format);
        for at in 0..bytes.len().min(400) {
            let mut broken = bytes.clone();
            broken[at] ^= 0x55;
            drop(fit(&broken, &|_| 20, 100_000));
            drop(fit(&bytes[..at], &|_| 20, 100_000));
        }
    }
}
