#!/usr/bin/env python3
"""Has dkimpy judge every signature of captured messages: judge-signatures.py KEYS FOLDER…

KEYS has a line for each key: the record's name, a tab, its value. Every .eml below the folders has
to be signed, and each of its signatures to pass; a copy with one octet changed may not.
"""

import collections
import email
import email.policy
import logging
import pathlib
import re
import sys

import dkim

# It would tell of each changed copy.
logging.disable()
KEYS = dict(line.split("\t", 1) for line in pathlib.Path(sys.argv[1]).read_text().splitlines() if line)
NAMED = ("from", "subject", "list-unsubscribe", "list-unsubscribe-post")


def record(name, timeout=5):
    return KEYS[name.decode().rstrip(".")].encode()


def passes(raw, index):
    try:
        return dkim.DKIM(raw).verify(index, dnsfunc=record)
    except dkim.DKIMException:
        return False


passed, wrong, count = collections.Counter(), [], 0
for folder in sys.argv[2:]:
    for path in sorted(pathlib.Path(folder).rglob("*.eml")):
        count += 1
        raw = path.read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        if any(part.defects for part in message.walk()):
            wrong.append(f"{path}: defects")
        head, _, body = raw.partition(b"\r\n\r\n")
        fields = re.findall(rb"(?:^|\r\n)DKIM-Signature:(.*?)(?=\r\n\S|$)", head, re.S)
        if not fields:
            wrong.append(f"{path}: not signed")
        changed = head + b"\r\n\r\n" + body[:-4] + b"!" + body[-4:]
        for index, field in enumerate(fields):
            tags = dict(tag.strip().split(b"=", 1) for tag in re.sub(rb"\s+", b"", field).split(b";"))
            algorithm = tags[b"a"].decode()
            named = tags[b"h"].decode().lower().split(":")
            if any(name not in named for name in NAMED) or b"l" in tags:
                wrong.append(f"{path}: {algorithm} signs {named}")
            if not passes(raw, index):
                wrong.append(f"{path}: {algorithm} does not pass")
            elif passes(changed, index):
                wrong.append(f"{path}: {algorithm} passes for another message")
            else:
                passed[algorithm] += 1
print("\n".join(wrong))
print(f"{count} messages, signatures that pass: {dict(passed)}, {len(wrong)} wrong")
sys.exit(bool(wrong) or count == 0)
