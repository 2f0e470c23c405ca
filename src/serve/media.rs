//! Media types by the endings of files.

/// The type of a file, as `Content-Type` says it.
pub(super) fn of(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ if matches!(name, "_redirects" | "CNAME") => "text/plain; charset=utf-8",
        // Feeds are told from other XML and JSON by their names.
        "xml" if name.contains("atom") => "application/atom+xml; charset=utf-8",
        "xml" if name.contains("feed") || name.contains("rss") => "application/rss+xml; charset=utf-8",
        "rss" => "application/rss+xml; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "json" if name.contains("feed") => "application/feed+json; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "epub" => "application/epub+zip",
        "zip" => "application/zip",
        // Also what the search index is kept in.
        _ => "application/octet-stream",
    }
}
