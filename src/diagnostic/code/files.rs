//! Codes of what is read first: files, headers, the configuration. NL001 to NL019.

codes! {
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
}
