#!/usr/bin/env python3
"""Sends letters of every kind into files, for the judges: sent-messages.py BINARY OUT.

The example's posts, one of them in Chinese and with their pictures in the mail, and one of fields
alone, go to readers with difficult names, signed by both algorithms. OUT/keys.txt gets the DNS
records. What no judge of signatures looks at is looked at here: nobody's name became a header, and
a field of `.` is still one.
"""

import csv
import email
import email.header
import email.policy
import email.utils
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
BINARY, OUT = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
PUBLICATION = OUT / "publication"
SIGNED = """
subscribers: {fields: {city: text}}
smtp: {host: 127.0.0.1, tls: none}
dkim: {sign: own, selector: news, key: {file: ../news.pem}, ed25519: {selector: small, key: {file: ../small.pem}}}
"""
FIELDS = """---
title: Fields
date: 2024-05-01
status: ready
subject: "For {{default subscriber.name \\"you\\"}}"
---
Dear {{default subscriber.name "reader"}},

{{default subscriber.city "."}}

You live in {{default subscriber.city "a place"}}, [your page](https://takeaways.example/?city={{default subscriber.city "none"}}) says.
"""
# Each breaks something that is made without care.
READERS = [
    ("plain@reader.example", "Ada Lovelace", "London"),
    ("empty@reader.example", "", ""),
    ("dot@reader.example", ".", "."),
    ("dots@reader.example", "..", ". ."),
    ("long@reader.example", "Wolfeschlegelsteinhausenbergerdorff " * 6, "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3),
    ("unbroken@reader.example", "x" * 300, "y" * 900),
    ("li@reader.example", "李白", "碎叶城"),
    ("longer@reader.example", "诗仙" * 60, "长安" * 200),
    ("rtl@reader.example", "عمر الخيام", "نیشابور"),
    ("emoji@reader.example", "Zoë 👩🏽\u200d🚀", "🌍"),
    ("quotes@reader.example", 'Grace "Amazing" Hopper, <admiral>', "a \\ b; c=3D"),
    ("from@reader.example", "From here", "From there"),
    ("header@reader.example", "x\r\nBcc: y@z.example", "x\r\n.\r\nMAIL FROM:<y@z.example>"),
    ("cell@reader.example", "=cmd()", "-- \t"),
    ("markup@reader.example", "<script>alert(1)</script> {{subscriber.city}}", "&amp; ]]> -->"),
    ("l" * 64 + "@" + "d" * 63 + ".reader.example", "Long address", "x"),
]


def run(*words, **more):
    done = subprocess.run([BINARY, "-C", PUBLICATION, *words], capture_output=True, text=True, check=False, **more)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: exited with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def prepare():
    PUBLICATION.mkdir(parents=True)
    shutil.copytree(HERE / "posts", PUBLICATION / "posts")
    text = (HERE / "newsletter.yaml").read_text().replace("\nimages: hosted\n", "\nimages: embedded\n")
    (PUBLICATION / "newsletter.yaml").write_text(text + SIGNED)
    (PUBLICATION / "posts/2024-05-01-fields.md").write_text(FIELDS)
    rows = "".join(",".join(map(quoted, row)) + "\n" for row in READERS)
    (OUT / "readers.csv").write_bytes(("address,name,city\n" + rows).encode())
    records = []
    for selector, algorithm in ("news", "rsa"), ("small", "ed25519"):
        pem = OUT / f"{selector}.pem"
        names = ["--domain", "takeaways.example", "--selector", selector, "--out", pem, "--algorithm", algorithm]
        said = run("dkim", "keygen", *names)
        records.append(re.search(r"name:  (\S+)", said)[1] + "\t" + re.search(r"value: (.*)", said)[1])
    (OUT / "keys.txt").write_text("\n".join(records) + "\n")
    run("subscribers", "import", OUT / "readers.csv")


def look_at(folder):
    """What the letters of one campaign say."""
    to, names = {}, {}
    for path in folder.glob("*.eml"):
        raw = path.read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert message["Bcc"] is None and message["Precedence"] is None, path
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", path
        assert b"\r\n.\r\n" not in raw, f"{path}: a lone dot"
        [address] = message["To"].addresses
        to[address.addr_spec] = message
        # The newer interface puts spaces between encoded words of a name.
        name, _ = email.utils.parseaddr(email.message_from_bytes(raw)["To"])
        names[address.addr_spec] = str(email.header.make_header(email.header.decode_header(name)))
        html = message.get_body(("html",)).get_content()
        assert "<script" not in html, path
    assert set(to) == {address for address, _, _ in READERS}, set(to) ^ {address for address, _, _ in READERS}
    for address, name, _ in READERS:
        assert names[address] == " ".join(name.split()), (address, names[address])
    return to


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    prepare()
    count, pictures = 0, 0
    for post in sorted((PUBLICATION / "posts").glob("*.md")):
        slug = post.stem[11:]
        run("send", slug, "--to-dir", OUT / "sent" / slug, "--yes", "--skip-publish-check")
        letters = look_at(OUT / "sent" / slug)
        count += len(letters)
        pictures += sum(part.get_content_maintype() == "image" for letter in letters.values() for part in letter.walk())
        if slug == "fields":
            for reader, city in ("dot", "."), ("dots", ". ."), ("li", "碎叶城"), ("markup", "&amp; ]]> -->"):
                letter = letters[f"{reader}@reader.example"].get_body(("plain",)).get_content()
                assert city in letter.splitlines(), (reader, letter)
            assert letters["dot@reader.example"]["Subject"] == "For ."
            assert letters["header@reader.example"]["Subject"] == "For x Bcc: y@z.example"
    assert pictures > 0, "no picture came along"
    cells = {cell for row in csv.reader(run("subscribers", "export").splitlines()) for cell in row}
    assert "'=cmd()" in cells and not any(cell.startswith(("=", "+", "-", "@")) for cell in cells), cells
    print(f"{count} letters to {len(READERS)} readers, {pictures} pictures in them")


if __name__ == "__main__":
    main()
