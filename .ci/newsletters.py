#!/usr/bin/env python3
"""Builds the real newsletters: newsletters.py BINARY SETS WORK. Fails below 580 of 588."""

import pathlib
import shutil
import subprocess
import sys

CONFIG = """\
name: {name}
base_url: https://letters.example
from: {{name: {name}, address: editor@letters.example}}
postal_address: 12 Example Lane
unsubscribe: {{url: "https://letters.example/leave/{{token}}"}}
"""

binary, sets, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
posts = built = 0
panicked = False
for source in sorted(folder for folder in sets.iterdir() if (folder / "_posts").is_dir()):
    top = work / source.name
    shutil.copytree(source / "_posts", top / "posts")
    (top / "newsletter.yaml").write_text(CONFIG.format(name=source.name), encoding="utf-8")
    run = subprocess.run([binary, "-C", top, "build", "--out", top / "out"], capture_output=True, text=True)
    said = run.stdout + run.stderr
    panicked |= "panicked" in said or run.returncode not in (0, 1)
    here = len(list((top / "posts").rglob("*.md"))) + len(list((top / "posts").rglob("*.markdown")))
    done = len(list((top / "out").glob("*/message.eml")))
    posts, built = posts + here, built + done
    print(f"{source.name}: {done} of {here} rendered, exit code {run.returncode}")
    for line in said.splitlines():
        if line.startswith("error") or "panicked" in line:
            print(f"  {line}")
print(f"{built} of {posts} rendered")
sys.exit(panicked or built < 580 or posts < 588)
