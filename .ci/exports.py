#!/usr/bin/env python3
"""The exports of a publication's archive, read by other programs: exports.py PUBLICATION."""

import json
import mailbox
import pathlib
import re
import sys
import xml.etree.ElementTree
import zipfile

PLACE = pathlib.Path(sys.argv[1])
SLUGS = {path.parent.name for path in PLACE.glob("archive/*/manifest.json")}


def lines():
    issues = [json.loads(line) for line in (PLACE / "all.jsonl").read_text().splitlines()]
    assert {issue["slug"] for issue in issues} == SLUGS
    for issue in issues:
        kept = PLACE / "archive" / issue["slug"]
        assert issue["markdown"] == (kept / "post.md").read_text(), issue["slug"]
        assert issue["text"] == (kept / "email.txt").read_text(), issue["slug"]


def mails():
    box = mailbox.mbox(PLACE / "all.mbox", create=False)
    assert len(box) == len(SLUGS)
    for mail in box:
        assert mail["To"] is None and mail["Subject"] and mail.is_multipart(), mail["Subject"]
        assert not mail.defects


def markdown():
    with zipfile.ZipFile(PLACE / "all.markdown") as zip:
        assert zip.testzip() is None
        names = set(zip.namelist())
        assert {name for name in names if "/" not in name} == {slug + ".md" for slug in SLUGS}
        pictures = set()
        for slug in SLUGS:
            text = zip.read(slug + ".md").decode()
            head, body = re.fullmatch(r"---\n(.*?)\n---\n\n(.*)", text, re.S).groups()
            assert re.search(r'^title: ".+"$', head, re.M) and re.search(r"^date: \d{4}-\d\d-\d\d", head, re.M), head
            assert ":::" not in body and "{{default" not in body, slug
            pictures |= set(re.findall(r"images/[^\s)\"]+", text))
        assert pictures and pictures <= names, pictures - names


def book():
    with zipfile.ZipFile(PLACE / "all.epub") as zip:
        assert zip.testzip() is None
        for name in zip.namelist():
            if name.endswith((".xhtml", ".opf", ".svg", ".xml")):
                xml.etree.ElementTree.fromstring(zip.read(name))


for look in lines, mails, markdown, book:
    look()
print(f"{len(SLUGS)} issues in each of four forms")
