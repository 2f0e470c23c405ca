#!/usr/bin/env python3
"""Writes src/check/clients.txt, what mail clients show of HTML and CSS, from a npm package.

caniemail.py [--check] [PACKAGE]: PACKAGE is the folder of `caniemail`, else the one in $NODE_PATH.
With --check nothing is written; it fails where the table is not what the package gives.
"""

import json
import os
import pathlib
import re
import sys

VERSION = "1.0.5"
TABLE = pathlib.Path(__file__).parent.parent / "src/check/clients.txt"

# What a feature stands for, where its title does not say it in code.
STANDS_FOR = {
    "amp": "<html:amp4email>",
    "bimi": "-",
    "css-block-inline-size": "block-size inline-size",
    "css-border-inline-block-individual": "border-inline-start border-inline-end border-block-start border-block-end",
    "css-border-inline-block-longhand": "border-inline-width border-inline-style border-inline-color "
    "border-block-width border-block-style border-block-color",
    "css-border-radius-logical": "border-start-start-radius border-start-end-radius border-end-start-radius "
    "border-end-end-radius",
    "css-column-layout-properties": "columns column-rule column-rule-color column-rule-style column-rule-width "
    "column-span column-width column-fill",
    "css-comments": "/*",
    "css-grid-template": "grid-template grid-template-areas grid-template-columns grid-template-rows",
    "css-inline-size": "-",
    "css-intrinsic-size": "=fit-content =min-content =max-content",
    "css-left-right-top-bottom": "left right top bottom",
    "css-nesting": "&",
    "css-pseudo-class-lang": ":lang",
    "css-scroll-snap": "scroll-snap-type scroll-snap-align scroll-snap-stop",
    "css-selector-adjacent-sibling": "a+b",
    "css-selector-attribute": "[a]",
    "css-selector-chaining": ".a.b",
    "css-selector-child": "a>b",
    "css-selector-class": ".a",
    "css-selector-descendant": "a\u00a0b",
    "css-selector-general-sibling": "a~b",
    "css-selector-grouping": "a,b",
    "css-selector-id": "#a",
    "css-selector-type": "a",
    "css-selector-universal": "*",
    "css-sytem-ui": "=system-ui =ui-serif =ui-sans-serif =ui-rounded =ui-monospace",
    "css-unit-calc": "calc()",
    "css-unit-initial": "=initial",
    "css-variables": "--",
    "html-anchor-links": "<a:#>",
    "html-comments": "<!--",
    "html-doctype": "<!doctype>",
    "html-image-maps": "<map> <area>",
    "html-mailto-links": "<a:mailto:>",
    "html-meta-color-scheme": "<meta:color-scheme>",
    "html-h1-h6": "<h1> <h2> <h3> <h4> <h5> <h6>",
    "html-lists": "<ul> <ol> <dl>",
    "html-semantics": "<article> <aside> <details> <figcaption> <figure> <footer> <header> <main> <mark> <nav> "
    "<section> <summary> <time>",
    "html-svg": "<svg>",
    "image-base64": "data:",
    "image-heif": ".heif .heic",
    "image-jpg": ".jpg .jpeg",
    "image-tiff": ".tiff .tif",
    "image-hdr": "-",
    "image-mp4": ".mp4",
}


def stands_for(feature):
    """The property, value, selector, element, attribute or ending that a rule looks for."""
    slug, title = feature["slug"], feature["title"].strip()
    if slug in STANDS_FOR:
        return STANDS_FOR[slug]
    if slug.startswith("image-"):
        return "." + slug.removeprefix("image-")
    if slug.startswith("html-"):
        if found := re.match(r'<(\w+) type="(\w+)"> element$', title):
            return "<{}:{}>".format(*found.groups())
        if title.endswith(("attribute", "attributes")):
            return " ".join(f"[{name}]" for name in re.sub(r" attributes?$", "", title).split(" and "))
        return "<" + slug.removeprefix("html-") + ">"
    if title.startswith("@"):
        return title.replace(" (", "(").replace(", ", " ")
    if title.startswith(":"):
        return title.removesuffix("()")
    if found := re.findall(r"([a-z-]+\(\))", title):
        return " ".join(found)
    if found := re.match(r"([a-z-]+):\s*([a-z-]+)$", title):
        return ":".join(found.groups())
    if title.endswith(" unit"):
        return "1" + title.removesuffix(" unit")
    if title.startswith("!"):
        return title.removesuffix(" keyword")
    title = re.sub(r" (shorthand|property|CSS property)$", "", title)
    names = re.split(r", | & ", title)
    if not all(re.fullmatch(r"[a-z-]+", name) for name in names):
        sys.exit(f"{slug}: what `{title}` stands for is not known; add it to STANDS_FOR")
    return " ".join(names)


def by_age(versions):
    """The last is what readers have. Where months stand beside version numbers the package knows best."""
    shapes = {re.sub(r"^\d{4}", "y", version) if re.match(r"\d{4}", version) else "v" for version in versions}
    if len({shape[:2] for shape in shapes}) > 1:
        return versions
    return sorted(versions, key=lambda version: [int(part) for part in re.findall(r"\d+", version)])


def table(data):
    features = sorted(data["data"], key=lambda feature: feature["slug"])
    clients = sorted({(family, platform) for f in features for family, all in f["stats"].items() for platform in all})
    known = {client: [] for client in clients}
    rows, facts = [], 0
    for feature in features:
        cells = []
        for family, platform in clients:
            tested = feature["stats"].get(family, {}).get(platform)
            if not tested:
                cells.append(".")
                continue
            order = by_age(list(tested))
            versions = known[family, platform]
            if order not in versions:
                versions.append(order)
            support = "".join(tested[version].split()[0] for version in order)
            if not re.fullmatch("[yanu]+", support):
                sys.exit(f"{feature['slug']}: `{support}` is no support that is known")
            cells.append(f"{versions.index(order)}{support}")
            facts += len(order)
        year, month, day = feature["last_test_date"].split("-")
        what = stands_for(feature).replace(" ", "|").replace("\u00a0", "_")
        name = feature["slug"].replace(" ", "-")
        rows.append(f"{name} {feature['category']} {year}-{int(month):02}-{int(day):02} {what} {' '.join(cells)}")
    counts = f"{len(rows)} features, {len(clients)} clients, {facts} facts of {data['last_update_date'][:10]}"
    lines = [
        f"# {counts}, from the npm package caniemail {VERSION} written by .ci/caniemail.py.",
        "# That package is under the MIT licence, (c) Avi Goldman, (c) Andrew Powell.",
        "# A client: family, platform, its lists of versions. A feature: slug, category, date of the test, what it",
        "# stands for, and for each client the number of a list with the support in each version: y, a(lmost), n, u.",
    ]
    for (family, platform), versions in known.items():
        lines.append(f"@ {family} {platform} " + " ".join(",".join(order) for order in versions))
    return counts, "\n".join(lines + rows) + "\n"


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    given = [argument for argument in arguments if argument != "--check"]
    package = pathlib.Path(given[0] if given else os.environ.get("NODE_PATH", "node_modules") + "/caniemail")
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    if version != VERSION:
        sys.exit(f"the table is made from caniemail {VERSION}, not {version}")
    counts, text = table(json.loads((package / "data/caniemail.json").read_text(encoding="utf-8")))
    if check and TABLE.read_text(encoding="utf-8") != text:
        sys.exit(f"{TABLE.name} is not what the package gives: run .ci/caniemail.py")
    if not check:
        TABLE.write_text(text, encoding="utf-8")
    print(f"{counts}, {len(text.encode())} bytes")


main()
