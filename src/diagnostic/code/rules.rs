//! Codes of rules, whose documentation stands in their own files.

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
            taken_alias TAKEN_ALIAS = "NL155" "taken-alias" Warning Links;

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
