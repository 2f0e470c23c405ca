//! Codes of images, attachments and links that cannot be used. NL040 to NL049.

codes! {
    /// An image that is not there.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](mpa.png)
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    MISSING_IMAGE = "NL041" "missing-image" Error Images;
    /// An image that cannot be decoded, or is too large to.
    UNREADABLE_IMAGE = "NL042" "unreadable-image" Error Images;
    /// A link whose address no mail client will open: `javascript:`, `data:` and the like.
    /// It is rendered as plain text.
    ///
    /// ## Example
    ///
    /// ```md
    /// [The gauge on the bridge](javascript:show)
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// [The gauge on the bridge](https://upstream.example/gauge)
    /// ```
    UNSAFE_LINK = "NL045" "unsafe-link" Warning Links;
    /// An image that mail clients do not show, as SVG. Save it as PNG, twice as wide as it is to
    /// be shown.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](rivers.svg)
    /// ```
    /// ```xml posts/rivers.svg
    /// <svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"></svg>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    UNSHOWN_IMAGE = "NL046" "unshown-image" Warning Images;
    /// A file of `attachments` that is not there.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// attachments: [gauge.csv]
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// attachments: [gauge.csv]
    /// ---
    ///
    /// It rained.
    /// ```
    /// ```csv posts/gauge.csv
    /// day,metres
    /// ```
    MISSING_ATTACHMENT = "NL047" "missing-attachment" Error Images;
    /// A font of `archive.card.fonts` that is neither a file of the publication with a font in it nor
    /// a family that the system has. Cards are drawn with the others.
    UNKNOWN_FONT = "NL048" "unknown-font" Warning Images;
    /// A character of a social card that none of its fonts has: it would show as an empty box. Name a
    /// font that has it in `archive.card.fonts`, after the ones that you like better.
    MISSING_GLYPH = "NL049" "missing-glyph" Warning Images;
}
