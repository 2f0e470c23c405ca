#!/usr/bin/env python3
"""Archives the real newsletters as one site and walks it: archive-site.py BINARY SETS WORK.

Every link and picture of every page, feed and map leads to a file of the site, but for links that stand in
a letter's own text: each of those that leads to nothing in the site must be named by `archive build`."""

import html.parser
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

BASE = "https://letters.example"
CONFIG = f"""\
name: Letters
base_url: {BASE}
from: {{name: Letters, address: editor@letters.example}}
postal_address: 12 Example Lane
unsubscribe: {{url: "{BASE}/leave/{{token}}"}}
archive: {{subscribe: {{action: "https://lists.example/subscribe"}}}}
# Files that the sets do not have are missing from their letters: they are archived as they are.
checks: {{levels: {{missing-image: warning, missing-link-target: warning, empty-section: warning}}}}
"""


class Page(html.parser.HTMLParser):
    """Addresses and ids of a page, and whether an address stands in the letter itself."""

    def __init__(self, text):
        super().__init__()
        self.found, self.ids, self.inside = [], set(), 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.ids.add(given["id"])
        if tag in ("article", "nav", "header"):
            self.inside += {"article": 100, "nav": -1, "header": -1}[tag]
        for name in ("href", "src"):
            if name in given:
                self.found.append((given[name] or "", self.inside >= 100))

    def handle_endtag(self, tag):
        self.inside -= {"article": 100, "nav": -1, "header": -1}.get(tag, 0)


def archive(binary, sets, work):
    """Lays all newsletters out as one publication and archives them in the order of their days."""
    posts = []
    for source in sorted(folder for folder in sets.iterdir() if (folder / "_posts").is_dir()):
        shutil.copytree(source / "_posts", work / "posts" / source.name)
    (work / "newsletter.yaml").write_text(CONFIG, encoding="utf-8")
    for path in (work / "posts").rglob("*.m*d*"):
        text = path.read_text(encoding="utf-8")
        if not re.search(r"^status:", text, re.MULTILINE):
            path.write_text(text.replace("---\n", "---\nstatus: ready\n", 1), encoding="utf-8")
        posts.append(path)
    posts.sort(key=lambda path: path.name)
    added = 0
    for path in posts:
        run = subprocess.run([binary, "-C", work, "archive", "add", path], capture_output=True, text=True)
        added += run.returncode == 0
        if run.returncode != 0:
            print(f"not archived: {path.relative_to(work)}: {(run.stdout + run.stderr).splitlines()[0]}")
    print(f"{added} of {len(posts)} archived")
    return added


def walk(site, named):
    """The addresses of the site that lead nowhere, but for those that `archive build` named."""
    pages = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    read = {name: Page(path.read_text(encoding="utf-8")) for name, path in pages.items() if name.endswith(".html")}
    faults, walked = [], 0

    def follow(address, name, own, tolerant):
        nonlocal walked
        if not address and own:
            return
        whole = urllib.parse.urljoin(f"{BASE}/{name.removesuffix('index.html')}", address)
        if not (whole == BASE or whole.startswith(BASE + "/")):
            return
        walked += 1
        parts = urllib.parse.urlsplit(whole)
        path = urllib.parse.unquote(parts.path).lstrip("/")
        there = next((one for one in (path, f"{path.rstrip('/')}/index.html".lstrip("/")) if one in pages), None)
        fragment = urllib.parse.unquote(parts.fragment)
        if there is None:
            if not (tolerant and own and address in named):
                faults.append(f"{name}: {address} leads to no file")
        elif fragment and there in read and fragment not in read[there].ids and not own:
            faults.append(f"{name}: {address} leads to no place on its page")

    for name, page in read.items():
        for address, own in page.found:
            follow(address, name, own, True)
    for name in pages:
        if name.endswith((".xml", ".json")):
            text = pages[name].read_text(encoding="utf-8")
            places = re.findall(r"<(?:(?:loc|link|guid[^>]*|id)>|(?:atom:)?link [^>]*?href=\")([^<\"]+)", text)
            places += re.findall(r'"(?:url|id|image|feed_url|home_page_url)": "([^"]+)"', text)
            for address in places:
                follow(address, name, False, False)
    print(f"{walked} addresses within the site, {len(read)} pages")
    return faults


def main():
    binary, sets, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    added = archive(binary, sets, work)
    subprocess.run([binary, "-C", work, "archive", "verify", "--chain"], check=True, capture_output=True)
    site = work / "site"
    run = subprocess.run([binary, "-C", work, "archive", "build", "--links"], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout + run.stderr)
    named = set(re.findall(r"^archive/[^:]+(?::\d+)?: `(.*)` leads to nothing", run.stderr, re.MULTILINE))
    print(run.stderr.splitlines()[-2], f"{len(named)} links of letters named")
    faults = walk(site, named)
    for line in faults[:40]:
        print(line)
    print(f"{len(faults)} broken")
    sys.exit(bool(faults) or added < 580)


if __name__ == "__main__":
    main()
