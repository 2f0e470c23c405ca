#!/usr/bin/env python3
"""Reads every .eml below the given folders as a mail program would."""

import email
import email.policy
import pathlib
import sys

count = bad = 0
for folder in sys.argv[1:]:
    for path in sorted(pathlib.Path(folder).rglob("*.eml")):
        count += 1
        raw = path.read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        wrong = [f"defect: {defect!r}" for part in message.walk() for defect in part.defects]
        wrong += [f"defect in {name}: {defect!r}" for name, value in message.items() for defect in value.defects]
        if not raw.isascii():
            wrong.append("not ASCII")
        if raw.count(b"\n") != raw.count(b"\r\n") or raw.count(b"\r") != raw.count(b"\r\n"):
            wrong.append("a bare CR or LF")
        lines = raw.split(b"\r\n")
        end = lines.index(b"") if b"" in lines else 0
        for number, line in enumerate(lines, 1):
            if len(line) > (998 if number <= end else 76):
                wrong.append(f"line {number}: {len(line)} octets")
        texts = [part.get_content_type() for part in message.walk() if part.get_content_maintype() == "text"]
        if texts[:2] != ["text/plain", "text/html"]:
            wrong.append(f"parts: {texts}")
        for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Unsubscribe"):
            if not message[name]:
                wrong.append(f"no {name}")
        for part in message.walk():
            if part.get_content_maintype() == "text" and not part.get_content().strip():
                wrong.append(f"empty {part.get_content_type()}")
        bad += bool(wrong)
        for line in wrong[:10]:
            print(f"{path}: {line}")
print(f"{count} messages, {bad} of them wrong")
sys.exit(bool(bad) or count < 3)
