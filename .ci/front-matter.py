#!/usr/bin/env python3
"""Builds headers that trouble others as posts: front-matter.py BINARY FOLDER WORK.

Every file is a post under its own name and, as most are not called like one, under a name of ours
as well. Each is rendered, or has an error at a line of its own.
"""

import json
import pathlib
import shutil
import subprocess
import sys

CONFIG = "name: Cases\nbase_url: https://letters.example\nfrom: editor@letters.example\npostal_address: 12 Example Lane\n"

binary, cases, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
shutil.copytree(cases, work / "posts")
(work / "newsletter.yaml").write_text(CONFIG, encoding="utf-8")
for number, source in enumerate(sorted(path for path in cases.rglob("*") if path.is_file()), 1):
    shutil.copy(source, work / "posts" / f"2024-01-01-case-{number}.md")
run = subprocess.run([binary, "-C", work, "build", "--out", work / "out", "--format", "json"], capture_output=True)
said = run.stdout + run.stderr
if b"panicked" in said or run.returncode not in (0, 1):
    sys.exit(said.decode(errors="replace"))
stopped = {}
for found in json.loads(run.stdout)["diagnostics"]:
    if found["severity"] == "error":
        stopped.setdefault(found["file"], f"{found['line']}:{found['column']} {found['message']}")
posts = [path for path in (work / "posts").rglob("*") if path.is_file() and path.suffix in (".md", ".markdown")]
built = [json.loads(path.read_text())["path"] for path in (work / "out").glob("*/build.json")]
lost = {path.relative_to(work).as_posix() for path in posts} - set(built) - set(stopped)
for path, message in sorted(stopped.items()):
    print(f"{path}:{message}")
print(f"{len(posts)} posts, {len(built)} rendered, {len(stopped)} stopped by an error, {len(lost)} lost: {sorted(lost)}")
sys.exit(bool(lost) or len(posts) < 100 or len(built) < 50)
