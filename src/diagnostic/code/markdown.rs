//! Codes of what the text is made of: headings, directives, footnotes. NL025 to NL039.

codes! {
    /// Two headings carry the same explicit id.
    ///
    /// ## Example
    ///
    /// ```md
    /// ## The rail {#freight}
    ///
    /// It rained.
    ///
    /// ## The barges {#freight}
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ## The rail {#freight}
    ///
    /// It rained.
    ///
    /// ## The barges {#barges}
    ///
    /// It rained.
    /// ```
    DUPLICATE_ID = "NL025" "duplicate-id" Warning Structure;


    /// `:::name` with a name that is not a directive.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained.
    ///
    /// :::calout
    /// It rained hard.
    /// :::
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    ///
    /// :::callout
    /// It rained hard.
    /// :::
    /// ```
    UNKNOWN_DIRECTIVE = "NL030" "unknown-directive" Error Markdown;
    /// A directive that is opened and never closed, or closed without being open.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained.
    ///
    /// :::callout
    /// It rained hard.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    ///
    /// :::callout
    /// It rained hard.
    /// :::
    /// ```
    UNCLOSED_DIRECTIVE = "NL031" "unclosed-directive" Error Markdown;
    /// A directive lacks its argument, has one it does not know, or holds the wrong thing.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained.
    ///
    /// :::button
    /// Read the gauge
    /// :::
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    ///
    /// :::button https://upstream.example/gauge
    /// Read the gauge
    /// :::
    /// ```
    DIRECTIVE_ARGUMENT = "NL032" "directive-argument" Error Markdown;
    /// `:::include` names a file that is not there.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained.
    ///
    /// :::include notice.md
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    ///
    /// :::include notice.txt
    /// ```
    /// ```md posts/notice.txt
    /// The office is closed on Monday.
    /// ```
    MISSING_INCLUDE = "NL033" "missing-include" Error Markdown;
    /// Files that include each other, or nest more than eight deep.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained.
    ///
    /// :::include notice.txt
    /// ```
    /// ```md posts/notice.txt
    /// The office is closed.
    ///
    /// :::include notice.txt
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md posts/notice.txt
    /// The office is closed.
    /// ```
    INCLUDE_CYCLE = "NL034" "include-cycle" Error Markdown Fixed;
    /// A footnote mark without its note; the brackets show as text.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained for a week.[^1]
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained for a week.[^1]
    ///
    /// [^1]: By the gauge on the bridge.
    /// ```
    MISSING_FOOTNOTE = "NL035" "missing-footnote" Warning Markdown;
    /// A footnote that nothing in the text marks. It is left out.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained for a week.
    ///
    /// [^1]: By the gauge on the bridge.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained for a week.[^1]
    ///
    /// [^1]: By the gauge on the bridge.
    /// ```
    UNUSED_FOOTNOTE = "NL036" "unused-footnote" Warning Markdown;
}
