#!/usr/bin/env python3
"""Reads all feeds of a site as readers do: feeds.py SITE SCHEMA. RSS and Atom by feedparser, JSON by the schema of
JSON Feed 1.1. Each holds whole letters, under whole addresses."""

import json
import pathlib
import sys

import feedparser
import jsonschema

site, schema = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
wrong, seen = [], 0
for path in sorted(site.rglob("*.xml")):
    if path.name not in ("feed.xml", "atom.xml"):
        continue
    feed = feedparser.parse(path.read_bytes())
    seen += 1
    if feed.bozo:
        wrong.append(f"{path}: {feed.bozo_exception}")
    for entry in feed.entries:
        content = entry.get("content", [{}])[0].get("value", "")
        if len(content) < 500 or not entry.get("published"):
            wrong.append(f"{path}: {entry.link} has {len(content)} characters")
        if 'src="images/' in content or 'href="#' in content:
            wrong.append(f"{path}: {entry.link} has addresses that lead nowhere elsewhere")
for path in sorted(site.rglob("feed.json")):
    seen += 1
    feed = json.loads(path.read_text(encoding="utf-8"))
    for error in jsonschema.Draft7Validator(schema).iter_errors(feed):
        wrong.append(f"{path}: {error.message}")
    wrong += [f"{path}: {item['url']} is short" for item in feed["items"] if len(item["content_html"]) < 500]
for line in wrong:
    print(line)
print(f"{seen} feeds, {len(wrong)} faults")
sys.exit(bool(wrong) or seen == 0)
