//! Every fault the tool can name. Codes are never reused.
//!
//! The doc comment of a code is its documentation: what, why, an example, what to write instead.
//! Codes of rules stand in `each_rule`; their documentation is in the rule's own file.

use crate::diagnostic::Severity;

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `NL` and three digits; never reused.
    pub id: &'static str,
    /// The fault in words, reading well after 'allow': `missing-section`.
    pub name: &'static str,
    /// How bad it is unless the configuration says otherwise.
    pub severity: Severity,
    /// What it is about.
    pub group: Group,
    /// How far the configuration can change its level.
    pub standing: Standing,
    /// What it means and how to mend it, in Markdown; empty for a rule, which says it itself.
    pub doc: &'static str,
}

/// How far the configuration can change a code's level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Reported unless the configuration says otherwise.
    On,
    /// Reported only where the configuration gives it a level.
    Off,
    /// Reported only where the web was asked: by `check --online`.
    Online,
    /// Reported always: without it the tool cannot go on.
    Fixed,
}

/// What a code is about; the order of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Files, headers and the configuration.
    Files,
    /// Sections, fields, headings, and how posts go together.
    Structure,
    /// Directives and footnotes.
    Markdown,
    /// What an inbox shows, and how much it takes.
    Inbox,
    /// Links.
    Links,
    /// Images and attachments.
    Images,
    /// What readers with other eyes and other screens need.
    Accessibility,
    /// HTML and CSS as mail clients take it.
    Markup,
    /// Templates and what differs by subscriber.
    Personalisation,
    /// Words and punctuation.
    Language,
    /// What the law asks for.
    Law,
}

impl Group {
    /// Every group, in order.
    pub const ALL: [Self; 11] = [
        Self::Files,
        Self::Structure,
        Self::Markdown,
        Self::Inbox,
        Self::Links,
        Self::Images,
        Self::Accessibility,
        Self::Markup,
        Self::Personalisation,
        Self::Language,
        Self::Law,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "Files and headers",
            Self::Structure => "Structure",
            Self::Markdown => "Directives and footnotes",
            Self::Inbox => "The reader's inbox",
            Self::Links => "Links",
            Self::Images => "Images and attachments",
            Self::Accessibility => "Accessibility",
            Self::Markup => "Mail markup",
            Self::Personalisation => "Templates and personalisation",
            Self::Language => "Language",
            Self::Law => "Law",
        }
    }
}

impl Code {
    /// Whether the configuration and `allow` cannot silence it.
    pub fn is_fixed(&self) -> bool {
        self.standing == Standing::Fixed
    }
}

/// The code with this id or name.
pub fn find(id_or_name: &str) -> Option<&'static Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id_or_name) || code.name == id_or_name)
}

/// Every code, those of rules last.
pub fn all() -> impl Iterator<Item = &'static Code> {
    READING.iter().chain(RULES).copied()
}

/// The names of the codes whose level can be set.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().filter(|code| !code.is_fixed()).map(|code| code.name)
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $constant:ident = $id:literal $name:literal $severity:ident $group:ident $($standing:ident)?;)+) => {
        $($(#[doc = $doc])+ pub static $constant: &Code = &Code {
            id: $id,
            name: $name,
            severity: Severity::$severity,
            group: Group::$group,
            standing: standing!($($standing)?),
            doc: concat!($($doc, "\n"),+),
        };)+
        /// The codes of what reads and renders.
        static READING: &[&Code] = &[$($constant),+];
    };
}

macro_rules! rule_codes {
    ($($file:ident $constant:ident = $id:literal $name:literal $severity:ident $group:ident $($standing:ident)?;)+) => {
        $(#[doc = concat!("The code of the rule `", $name, "`.")] pub static $constant: &Code = &Code {
            id: $id,
            name: $name,
            severity: Severity::$severity,
            group: Group::$group,
            standing: standing!($($standing)?),
            doc: "",
        };)+
        /// The codes of rules.
        static RULES: &[&Code] = &[$($constant),+];
    };
}

macro_rules! standing {
    (Fixed) => {
        Standing::Fixed
    };
    (Off) => {
        Standing::Off
    };
    (Online) => {
        Standing::Online
    };
    () => {
        Standing::On
    };
}

/// Hands the list of rules to the macro `$with`: a line is the rule's file in `check/rules/`, its
/// constant, id, name, severity and group, and `Off` for one that must be asked for, `Online` for one
/// that asks the web. The list stands down here because the configuration names rules.
macro_rules! each_rule {
    ($with:ident) => {
        $with! {
            missing_section MISSING_SECTION = "NL020" "missing-section" Error Structure;
            section_order SECTION_ORDER = "NL021" "section-order" Warning Structure;
            section_length SECTION_LENGTH = "NL022" "section-length" Warning Structure;
            short_list SHORT_LIST = "NL023" "short-list" Error Structure;
            missing_field MISSING_FIELD = "NL024" "missing-field" Error Structure;
            unknown_author UNKNOWN_AUTHOR = "NL013" "unknown-author" Warning Structure;
            skipped_heading_level SKIPPED_HEADING_LEVEL = "NL100" "skipped-heading-level" Warning Structure;
            empty_section EMPTY_SECTION = "NL101" "empty-section" Error Structure;
            duplicate_number DUPLICATE_NUMBER = "NL102" "duplicate-number" Error Structure;
            series_out_of_order SERIES_OUT_OF_ORDER = "NL103" "series-out-of-order" Warning Structure;
            future_date FUTURE_DATE = "NL104" "future-date" Warning Structure;
            unknown_segment UNKNOWN_SEGMENT = "NL105" "unknown-segment" Error Structure;

            unread_markdown UNREAD_MARKDOWN = "NL110" "unread-markdown" Warning Markdown;
            unclosed_code UNCLOSED_CODE = "NL111" "unclosed-code" Warning Markdown;
            merge_conflict MERGE_CONFLICT = "NL112" "merge-conflict" Error Markdown;

            size_limit SIZE_LIMIT = "NL060" "size-limit" Warning Inbox;
            long_subject LONG_SUBJECT = "NL120" "long-subject" Warning Inbox;
            long_preheader LONG_PREHEADER = "NL121" "long-preheader" Warning Inbox;
            shouting_subject SHOUTING_SUBJECT = "NL122" "shouting-subject" Warning Inbox;
            repeated_preheader REPEATED_PREHEADER = "NL123" "repeated-preheader" Warning Inbox;
            long_read LONG_READ = "NL124" "long-read" Warning Inbox;
            link_missing_in_text LINK_MISSING_IN_TEXT = "NL125" "link-missing-in-text" Warning Inbox;

            missing_link_target MISSING_LINK_TARGET = "NL040" "missing-link-target" Error Links;

            broken_anchor BROKEN_ANCHOR = "NL140" "broken-anchor" Warning Links;
            relative_link RELATIVE_LINK = "NL141" "relative-link" Warning Links;
            insecure_link INSECURE_LINK = "NL142" "insecure-link" Note Links;
            shortened_link SHORTENED_LINK = "NL143" "shortened-link" Warning Links;
            tracking_parameter TRACKING_PARAMETER = "NL144" "tracking-parameter" Warning Links;
            vague_link_text VAGUE_LINK_TEXT = "NL145" "vague-link-text" Warning Links;
            ambiguous_link_text AMBIGUOUS_LINK_TEXT = "NL146" "ambiguous-link-text" Warning Links Off;
            bare_url_text BARE_URL_TEXT = "NL147" "bare-url-text" Note Links;
            private_link PRIVATE_LINK = "NL148" "private-link" Error Links;
            draft_link DRAFT_LINK = "NL149" "draft-link" Warning Links;
            dead_link DEAD_LINK = "NL150" "dead-link" Warning Links Online;
            moved_address MOVED_ADDRESS = "NL151" "moved-address" Note Links Online;
            unanswered_address UNANSWERED_ADDRESS = "NL152" "unanswered-address" Note Links Online;
            empty_link EMPTY_LINK = "NL153" "empty-link" Warning Links;
            misspelt_scheme MISSPELT_SCHEME = "NL154" "misspelt-scheme" Warning Links;

            remote_image_size REMOTE_IMAGE_SIZE = "NL043" "remote-image-size" Warning Images;
            image_without_alt IMAGE_WITHOUT_ALT = "NL044" "image-without-alt" Warning Images;

            lazy_alt LAZY_ALT = "NL160" "lazy-alt" Warning Images;
            heavy_image HEAVY_IMAGE = "NL161" "heavy-image" Warning Images;
            heavy_animation HEAVY_ANIMATION = "NL162" "heavy-animation" Warning Images;
            blurry_image BLURRY_IMAGE = "NL163" "blurry-image" Warning Images;
            remote_image REMOTE_IMAGE = "NL164" "remote-image" Note Images Off;
            data_image DATA_IMAGE = "NL165" "data-image" Warning Images;
            unshown_format UNSHOWN_FORMAT = "NL166" "unshown-format" Warning Images;
            absent_picture ABSENT_PICTURE = "NL167" "absent-picture" Warning Images;
            dead_image DEAD_IMAGE = "NL168" "dead-image" Warning Images Online;
            unsent_image UNSENT_IMAGE = "NL169" "unsent-image" Warning Images;

            low_contrast LOW_CONTRAST = "NL180" "low-contrast" Warning Accessibility;
            table_without_header TABLE_WITHOUT_HEADER = "NL181" "table-without-header" Warning Accessibility;
            unmarked_link UNMARKED_LINK = "NL182" "unmarked-link" Warning Accessibility;
            language_mismatch LANGUAGE_MISMATCH = "NL183" "language-mismatch" Warning Accessibility;
            justified_text JUSTIFIED_TEXT = "NL184" "justified-text" Warning Accessibility;
            tiny_text TINY_TEXT = "NL185" "tiny-text" Warning Accessibility;

            unsupported_css UNSUPPORTED_CSS = "NL200" "unsupported-css" Warning Markup;
            decorative_css DECORATIVE_CSS = "NL201" "decorative-css" Note Markup Off;
            unshown_html UNSHOWN_HTML = "NL202" "unshown-html" Warning Markup;
            event_handler EVENT_HANDLER = "NL203" "event-handler" Warning Markup;
            unclosed_tag UNCLOSED_TAG = "NL204" "unclosed-tag" Warning Markup;
            invalid_declaration INVALID_DECLARATION = "NL205" "invalid-declaration" Warning Markup;

            unknown_field UNKNOWN_FIELD = "NL220" "unknown-field" Warning Personalisation;
            hole_without_default HOLE_WITHOUT_DEFAULT = "NL221" "hole-without-default" Warning Personalisation;
            foreign_variable FOREIGN_VARIABLE = "NL222" "foreign-variable" Warning Personalisation;

            leftover_placeholder LEFTOVER_PLACEHOLDER = "NL240" "leftover-placeholder" Warning Language;
            doubled_word DOUBLED_WORD = "NL241" "doubled-word" Warning Language;
            house_term HOUSE_TERM = "NL242" "house-term" Warning Language;
            half_width_punctuation HALF_WIDTH_PUNCTUATION = "NL243" "half-width-punctuation" Warning Language;
            mixed_quotes MIXED_QUOTES = "NL244" "mixed-quotes" Note Language;

            insecure_base_url INSECURE_BASE_URL = "NL260" "insecure-base-url" Warning Law;
            freemail_from FREEMAIL_FROM = "NL261" "freemail-from" Warning Law;
            missing_postal_address MISSING_POSTAL_ADDRESS = "NL262" "missing-postal-address" Warning Law;
            missing_unsubscribe MISSING_UNSUBSCRIBE = "NL263" "missing-unsubscribe" Warning Law;
            template_without_address TEMPLATE_WITHOUT_ADDRESS = "NL264" "template-without-address" Warning Law;
            template_without_unsubscribe TEMPLATE_WITHOUT_UNSUBSCRIBE = "NL265" "template-without-unsubscribe" Warning Law;
        }
    };
}
pub(crate) use each_rule;

each_rule!(rule_codes);

codes! {
    // Reading: NL001 to NL019.

    /// A file cannot be read as text: it is not UTF-8, is too large, or the disk refused.
    UNREADABLE_FILE = "NL001" "unreadable-file" Error Files Fixed;
    /// The YAML of a header or of the configuration breaks off or contradicts itself.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: "The river and the rail
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
    /// ---
    ///
    /// It rained.
    /// ```
    INVALID_YAML = "NL002" "invalid-yaml" Error Files Fixed;
    /// A key that nothing reads, often a slip of the finger. A warning in a post, an error in
    /// `newsletter.yaml`. What is meant for templates goes under `extra`.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// prehaeder: Freight by train
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
    /// preheader: Freight by train
    /// ---
    ///
    /// It rained.
    /// ```
    UNKNOWN_KEY = "NL003" "unknown-key" Warning Files;
    /// A value of another kind than its key takes, as a list where a text belongs.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// preheader: [Freight, by train]
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
    /// preheader: Freight, by train
    /// ---
    ///
    /// It rained.
    /// ```
    WRONG_TYPE = "NL004" "wrong-type" Error Files Fixed;
    /// The same key twice in one mapping: which one counts?
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// preheader: Freight by train
    /// preheader: Freight by barge
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
    /// preheader: Freight by train
    /// ---
    ///
    /// It rained.
    /// ```
    DUPLICATE_KEY = "NL005" "duplicate-key" Error Files Fixed;
    /// A key that has no sensible default is left out.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// subtitle: What a wet spring did to freight
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
    /// subtitle: What a wet spring did to freight
    /// ---
    ///
    /// It rained.
    /// ```
    MISSING_KEY = "NL006" "missing-key" Error Files Fixed;
    /// A value of the right kind that cannot be meant, as 31 February or a colour of five digits.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// status: redy
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
    /// status: ready
    /// ---
    ///
    /// It rained.
    /// ```
    INVALID_VALUE = "NL007" "invalid-value" Error Files Fixed;
    /// A post without front matter has no title, and so no subject.
    ///
    /// ## Example
    ///
    /// ```md posts/letter.md
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md posts/letter.md
    /// ---
    /// title: The river and the rail
    /// ---
    ///
    /// It rained.
    /// ```
    MISSING_FRONT_MATTER = "NL008" "missing-front-matter" Error Files Fixed;
    /// Front matter starts with `---` but never ends.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// ---
    ///
    /// It rained.
    /// ```
    UNCLOSED_FRONT_MATTER = "NL009" "unclosed-front-matter" Error Files Fixed;
    /// A path that is absolute or leads out of the publication, by `..` or by a symbolic link.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// image: ../../elsewhere.png
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
    /// image: posts/map.png
    /// ---
    ///
    /// It rained.
    /// ```
    UNSAFE_PATH = "NL010" "unsafe-path" Error Files Fixed;
    /// A password or key written into the configuration, which git keeps for ever.
    /// Use `{ env: NAME }`, `{ file: PATH }` or `{ command: [..] }`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// smtp:
    ///   host: smtp.upstream.example
    ///   password: hunter2
    /// ```
    ///
    /// ## Instead
    ///
    /// ```yaml
    /// smtp:
    ///   host: smtp.upstream.example
    ///   password: { env: SMTP_PASSWORD }
    /// ```
    PLAIN_SECRET = "NL011" "plain-secret" Error Files Fixed;
    /// Two posts would be written to the same folder.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// slug: river
    /// ---
    ///
    /// It rained.
    /// ```
    /// ```md posts/river.md
    /// ---
    /// title: Last week
    /// ---
    ///
    /// It was dry.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// slug: river-and-rail
    /// ---
    ///
    /// It rained.
    /// ```
    DUPLICATE_SLUG = "NL012" "duplicate-slug" Error Files Fixed;
    /// Names a profile that `profiles` in `newsletter.yaml` does not hold.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// profiles:
    ///   takeaway: { fields: [title] }
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// profile: takeway
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
    /// profile: takeaway
    /// ---
    ///
    /// It rained.
    /// ```
    UNKNOWN_PROFILE = "NL014" "unknown-profile" Error Files;
    /// Names a template that is neither built in nor in `templates/`.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// template: clasic
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
    /// template: classic
    /// ---
    ///
    /// It rained.
    /// ```
    UNKNOWN_TEMPLATE = "NL015" "unknown-template" Error Files Fixed;
    /// The date in the file's name is more than a week from the one in the front matter.
    ///
    /// ## Example
    ///
    /// ```md posts/2024-04-26-river.md
    /// ---
    /// title: The river and the rail
    /// date: 2023-04-26
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md posts/2024-04-26-river.md
    /// ---
    /// title: The river and the rail
    /// date: 2024-04-26
    /// ---
    ///
    /// It rained.
    /// ```
    DATE_MISMATCH = "NL016" "date-mismatch" Warning Files;
    /// An `allow` names a rule that does not exist, or gives no reason.
    ///
    /// ## Example
    ///
    /// ```md
    /// <!-- allow shortened-lnk: the sponsor asks for it -->
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    /// ```
    INVALID_ALLOW = "NL017" "invalid-allow" Warning Files;
    /// An `allow` in the front matter or in a comment silences nothing.
    ///
    /// ## Example
    ///
    /// ```md
    /// <!-- allow image-without-alt: an ornament -->
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    /// ```
    UNUSED_ALLOW = "NL018" "unused-allow" Warning Files;

    // Structure: NL020 to NL029.

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

    // Markdown and directives: NL030 to NL039.

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

    // Links and images: NL040 to NL049.

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

    // Templates and personalisation: NL050 to NL059.

    /// A template that does not parse.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// {{#if issue.title}}{{issue.title}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// {{#if issue.title}}{{issue.title}}{{/if}}
    /// {{> footer}}
    /// ```
    TEMPLATE_SYNTAX = "NL050" "template-syntax" Error Personalisation Fixed;
    /// A template names a variable that does not exist.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// {{issue.titel}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// {{issue.title}}
    /// {{> footer}}
    /// ```
    UNKNOWN_VARIABLE = "NL051" "unknown-variable" Error Personalisation Fixed;
    /// A use of `subscriber` that cannot differ by recipient: only `{{subscriber.x}}`,
    /// `{{default subscriber.x "text"}}`, `{{#if subscriber.x}}` and `{{#unless subscriber.x}}`
    /// can, the last two in templates alone.
    ///
    /// ## Example
    ///
    /// ```md
    /// Dear {{upper subscriber.name}},
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// Dear {{default subscriber.name "reader"}},
    ///
    /// It rained.
    /// ```
    FORBIDDEN_HOLE = "NL052" "forbidden-hole" Error Personalisation Fixed;
    /// The CSS of a template does not parse; mail clients would drop the rest of it.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// <style>p { color: #1a1e20</style>{{issue.title}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// <style>p { color: #1a1e20 }</style>{{issue.title}}
    /// {{> footer}}
    /// ```
    INVALID_CSS = "NL053" "invalid-css" Error Personalisation Fixed;
    /// A template lets the post's values in without escaping, `{{{title}}}`.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// {{{issue.title}}}
    /// {{> footer}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// {{issue.title}}
    /// {{> footer}}
    /// ```
    UNESCAPED_VARIABLE = "NL054" "unescaped-variable" Error Personalisation;

}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{all, find};

    #[test]
    fn a_code_is_found_by_its_id_and_by_its_name() {
        assert_eq!(find("nl020"), find("missing-section"));
        assert!(find("nl020").is_some());
        assert_eq!(find("missing"), None);
    }

    #[test]
    fn no_id_and_no_name_stands_twice() {
        let ids: Vec<_> = all().map(|code| code.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(all().map(|code| code.name).collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn codes_stay_what_they_were() {
        let mut all: Vec<_> = all().map(|code| format!("{} {}", code.id, code.name)).collect();
        all.sort();
        insta::assert_snapshot!(all.join("\n"));
    }
}
