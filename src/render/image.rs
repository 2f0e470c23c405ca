//! Makes the images of posts fit for mail: no larger than they are shown, in a format that mail
//! clients know, without what cameras write into them. The same input gives the same bytes.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as Resampling;
use image::metadata::Orientation;
use image::{
    AnimationDecoder, DynamicImage, GenericImageView as _, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
};

/// How good JPEG is to be, of 100.
const JPEG_QUALITY: u8 = 82;

/// The most bytes of a colour profile that are carried along: what phones write takes 500.
const MAX_PROFILE: usize = 8 * 1024;

/// The formats that mail shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    Gif,
}

impl Format {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
        }
    }

    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
        }
    }
}

/// An image ready for mail.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) bytes: Vec<u8>,
    pub(super) format: Format,
    /// The size of the image as it was written, upright, in its own pixels.
    pub(super) intrinsic: (u32, u32),
    /// Whether its edge is white, as a screenshot's: on white paper nobody sees where it ends.
    pub(super) pale: bool,
}

/// Why an image cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ImageError {
    /// Mail clients do not show SVG.
    #[error("mail clients do not show SVG images")]
    Svg,
    /// Another format than those that are read.
    #[error("it is not a PNG, JPEG, GIF or WebP image")]
    Format,
    /// More pixels than the configuration allows.
    #[error("it has {width} × {height} pixels, more than the limit of {max}")]
    TooLarge {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
        /// The limit.
        max: u64,
    },
    /// Its pixels do not fit into the memory.
    #[error("it has {width} × {height} pixels, and needs more memory than there is")]
    Memory {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// The bytes break off or contradict themselves.
    #[error("it cannot be decoded: {0}")]
    Broken(String),
}

impl From<image::ImageError> for ImageError {
    fn from(error: image::ImageError) -> Self {
        Self::Broken(error.to_string())
    }
}

/// How wide the image whose width is `intrinsic` is to be in pixels.
pub(super) type Wanted<'a> = &'a dyn Fn((u32, u32)) -> u32;

/// Fits `bytes` to the width that `wanted` gives for its own size. At most `max_pixels` are
/// decoded; the header alone tells whether there are more.
pub(super) fn fit(bytes: &[u8], wanted: Wanted<'_>, max_pixels: u64) -> Result<Fitted, ImageError> {
    let Ok(format) = image::guess_format(bytes) else {
        return Err(if is_svg(bytes) { ImageError::Svg } else { ImageError::Format });
    };
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP) {
        return Err(ImageError::Format);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_pixels.saturating_mul(16).max(1 << 20));
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels {
        return Err(ImageError::TooLarge { width, height, max: max_pixels });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let intrinsic = if turned { (height, width) } else { (width, height) };
    let wanted = wanted(intrinsic).clamp(1, intrinsic.0);
    let scaled = wanted < intrinsic.0;
    if format == ImageFormat::Gif && (!scaled || is_animated(bytes)) {
        return Ok(Fitted { bytes: bytes.to_vec(), format: Format::Gif, intrinsic, pale: false });
    }
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= MAX_PROFILE);
    let profile = profile.filter(|_| decoder.original_color_type().channel_count() >= 3);
    // A CMYK profile would be wrong for what is RGB afterwards.
    let profile = profile.filter(|profile| profile.get(16..20) == Some(b"RGB "));
    // The decoder ends the process where it gets no memory.
    let needed = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
    if Vec::<u8>::new().try_reserve_exact(needed).is_err() {
        return Err(ImageError::Memory { width, height });
    }
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    if scaled {
        image = scale(image, wanted);
    }
    let image = plain(image);
    let lossy = match format {
        ImageFormat::Jpeg => true,
        ImageFormat::WebP => !image.color().has_alpha() && is_lossy_webp(bytes),
        _ => false,
    };
    let (encoded, made) =
        if lossy { (jpeg(&image, profile)?, Format::Jpeg) } else { (png(&image, profile)?, Format::Png) };
    let upright = matches!(orientation, Orientation::NoTransforms);
    let original = match format {
        ImageFormat::Jpeg if upright && !scaled => strip_jpeg(bytes),
        ImageFormat::Png if upright && !scaled => strip_png(bytes),
        _ => None,
    };
    let bytes = original.filter(|original| original.len() <= encoded.len()).unwrap_or(encoded);
    Ok(Fitted { bytes, format: made, intrinsic, pale: is_pale(&image) })
}

/// Whether three quarters of an opaque image's edge are all but white.
fn is_pale(image: &DynamicImage) -> bool {
    let (width, height) = (image.width(), image.height());
    let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
    let level = (0..width).flat_map(|x| [(x, 0), (x, bottom)]);
    let edge = level.chain((0..height).flat_map(|y| [(0, y), (right, y)]));
    let white = edge.filter(|(x, y)| image.get_pixel(*x, *y).0.iter().all(|channel| *channel >= 248)).count();
    let all = usize::try_from(2 * (u64::from(width) + u64::from(height))).unwrap_or(usize::MAX);
    !image.color().has_alpha() && white >= all / 4 * 3
}

/// Whether `bytes` look like SVG.
fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    String::from_utf8_lossy(head).contains("<svg")
}

fn is_animated(bytes: &[u8]) -> bool {
    GifDecoder::new(Cursor::new(bytes)).is_ok_and(|decoder| decoder.into_frames().take(2).count() == 2)
}

/// Whether a WebP file holds a `VP8 ` part rather than a lossless one.
fn is_lossy_webp(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    head.windows(4).any(|part| part == b"VP8 ")
}

/// Eight bits a channel, without a channel that says nothing.
fn plain(image: DynamicImage) -> DynamicImage {
    let opaque = match &image {
        image if !image.color().has_alpha() => true,
        image => image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX),
    };
    match (image.color().has_color(), opaque) {
        (true, true) => DynamicImage::ImageRgb8(image.into_rgb8()),
        (true, false) => DynamicImage::ImageRgba8(image.into_rgba8()),
        (false, true) => DynamicImage::ImageLuma8(image.into_luma8()),
        (false, false) => DynamicImage::ImageLumaA8(image.into_luma_alpha8()),
    }
}

/// Scales to `width`. Colours under transparent pixels must not bleed, so they are weighed by
/// their opacity meanwhile.
fn scale(image: DynamicImage, width: u32) -> DynamicImage {
    let height = u64::from(image.height()) * u64::from(width) / u64::from(image.width()).max(1);
    let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
    if !image.color().has_alpha() {
        return image.resize_exact(width, height, Resampling::Lanczos3);
    }
    // Eight bits a channel: a large image as floats would take a gigabyte.
    let mut pixels = image.into_rgba8();
    for pixel in pixels.pixels_mut() {
        let [colors @ .., a] = pixel.0;
        let [r, g, b] = colors.map(|color| divided(u32::from(color) * u32::from(a), u32::from(u8::MAX)));
        pixel.0 = [r, g, b, a];
    }
    let mut pixels = image::imageops::resize(&pixels, width, height, Resampling::Lanczos3);
    for pixel in pixels.pixels_mut() {
        let [colors @ .., a] = pixel.0;
        let [r, g, b] = colors.map(|color| divided(u32::from(color) * u32::from(u8::MAX), u32::from(a)));
        pixel.0 = [r, g, b, a];
    }
    DynamicImage::ImageRgba8(pixels)
}

/// `value / by`, rounded, at most 255; 0 where nothing is divided.
fn divided(value: u32, by: u32) -> u8 {
    u8::try_from((value + by / 2).checked_div(by).unwrap_or(0)).unwrap_or(u8::MAX)
}

fn jpeg(image: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).map_err(|error| ImageError::Broken(error.to_string()))?;
    }
    encoder.write_image(image.as_bytes(), image.width(), image.height(), image.color().into())?;
    Ok(bytes)
}

fn png(image: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    if let Some(profile) = profile.filter(|_| image.color().has_color()) {
        encoder.set_icc_profile(profile).map_err(|error| ImageError::Broken(error.to_string()))?;
    }
    encoder.write_image(image.as_bytes(), image.width(), image.height(), image.color().into())?;
    Ok(bytes)
}

/// A JPEG without what is not its picture: camera, place, thumbnail, comments. Keeps JFIF, the
/// colour profile and Adobe's note on colours. Nothing where its parts cannot be followed.
fn strip_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..2)?.to_vec();
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = *bytes.get(at..at + 4)?.first_chunk()? else { return None };
        if marker == 0xda {
            // The picture itself; what follows its end is dropped.
            let rest = bytes.get(at..)?;
            let end = rest.windows(2).rposition(|pair| pair == [0xff, 0xd9])? + 2;
            kept.extend_from_slice(rest.get(..end)?);
            return Some(kept);
        }
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        let part = bytes.get(at..end)?;
        let profile = marker == 0xe2 && part.get(4..15) == Some(b"ICC_PROFILE");
        let dropped = matches!(marker, 0xe1..=0xed | 0xef | 0xfe) && !profile;
        if !dropped {
            kept.extend_from_slice(part);
        }
        at = end;
    }
}

/// A PNG with the chunks alone that its look needs.
fn strip_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = usize::try_from(u32::from_be_bytes(*bytes.get(at..at + 4)?.first_chunk()?)).ok()?;
        let kind = bytes.get(at + 4..at + 8)?;
        let end = at.checked_add(length)?.checked_add(12)?;
        let chunk = bytes.get(at..end)?;
        let critical = kind.first().is_some_and(u8::is_ascii_uppercase);
        if critical || matches!(kind, b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"sBIT") {
            kept.extend_from_slice(chunk);
        }
        // An animation's frames stand in chunks of their own; it passes as it is.
        if kind == b"acTL" {
            return Some(bytes.to_vec());
        }
        if kind == b"IEND" {
            return Some(kept);
        }
        at = end;
    }
}
