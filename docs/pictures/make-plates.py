#!/usr/bin/env python3
"""Draws the pictures of the example posts: SVG made here, set and photographed by Chromium.

Needs Chromium and the Debian packages fonts-inter, fonts-sil-charis and fonts-noto-cjk; with
pngquant the files are a third as large.
Run it from the top of the repository: python3 docs/pictures/make-plates.py
"""

import pathlib
import shutil
import subprocess
import tempfile

PLATE, DOT, DIM, TEXT, SOFT = "#0c3a46", "#9adbe8", "#28525d", "#f1f6f7", "#a9cfd8"
WIDTH = 1104
SERIF = "Charis SIL, Noto Serif CJK SC"
SANS = "Inter, Noto Sans CJK SC"


def text(x, y, words, size, fill=TEXT, family=SANS, weight=400, anchor="start"):
    return (f'<text x="{x}" y="{y}" font-family="{family}" font-size="{size}" font-weight="{weight}" '
            f'fill="{fill}" text-anchor="{anchor}">{words}</text>')


def hundred_dots(x, y, bright):
    """Ten rows of ten, filled from the bottom left."""
    step, radius = 29, 10
    for i in range(100):
        row, column = divmod(i, 10)
        fill = DOT if i < bright else DIM
        yield f'<circle cx="{x + radius + column * step}" cy="{y - radius - row * step}" r="{radius}" fill="{fill}"/>'


def shares(labels):
    """Three charts of a hundred dots each."""
    for i, (figure, sign, bright, label) in enumerate(labels):
        x = 62 + i * 350
        wide = 52 * len(figure)
        yield text(x, 126, figure, 84, family=SERIF, weight=700)
        yield text(x + wide, 126, sign, 46, SOFT, family=SERIF)
        yield text(x, 183, label, 40)
        yield from hundred_dots(x, 522, bright)


def lines():
    """Two railway lines that begin at one place."""
    stroke = f'fill="none" stroke="{DOT}" stroke-width="6"'
    yield f'<path {stroke} d="M0 140 H280 Q 340 140 382 182 L 582 382 Q 624 424 624 484 V 560"/>'
    for x, y in [(110, 140), (230, 140), (624, 490)]:
        yield f'<circle cx="{x}" cy="{y}" r="10" fill="{PLATE}" stroke="{DOT}" stroke-width="5"/>'
    yield f'<circle cx="500" cy="300" r="21" fill="{TEXT}"/>'
    yield text(60, 88, "China-Europe Railway Express", 38)
    yield text(546, 304, "Chongqing", 44, weight=600)
    yield text(662, 468, "New Western", 38)
    yield text(662, 516, "Land-Sea Corridor", 38)


def draw(path, height, language, marks):
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}">'
           f'<rect width="100%" height="100%" fill="{PLATE}"/>{"".join(marks)}</svg>')
    page = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>body{{margin:0}}svg{{display:block}}</style>{svg}'
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "plate.html")
        source.write_text(page, encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-lcd-text",
             f"--window-size={WIDTH},{height}", f"--screenshot={path}", source.as_uri()],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--ext", ".png", "48", str(path)], check=True)
    print(f"{path.stat().st_size:7} {path}")


images = pathlib.Path("posts/images").resolve()
draw(images / "seven-tenths.png", 580, "en", shares([
    ("70", "%+", 70, "land area"), ("27", "%", 27, "population"), ("91", "%", 91, "land border")]))
draw(images / "qicheng-guotu.png", 580, "zh-Hans", shares([
    ("70", "%+", 70, "陆地面积"), ("27", "%", 27, "人口"), ("91", "%", 91, "陆地边境")]))
draw(images / "two-lines.png", 560, "en", lines())
