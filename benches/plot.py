"""Draws line charts as SVG, in the project's look: readable on light and on dark ground, without scripts or fonts of
their own.

    import plot
    lines = [plot.Line("newsletter", [(0, 100), (50, 90)], "accent"), plot.Line("others", [(0, 90), (50, 20)])]
    path.write_text(plot.chart("A claim as the title.", "What was measured.", plot.Axis("round trip, ms"),
                               plot.Axis("messages a second"), lines))
"""

import dataclasses
import html
import math

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 72, 168, 112, 56
# By name its colour on light and on dark paper.
COLOURS = {
    "paper": ("#ffffff", "#14181a"),
    "ink": ("#1a1e20", "#e6eaeb"),
    "ink2": ("#475157", "#b8c1c5"),
    "ink3": ("#5f6a70", "#98a3a8"),
    "accent": ("#0b5a6e", "#86c9d8"),
    "bar": ("#1a1e20", "#7c878c"),
    "rule": ("#d3dadd", "#363e42"),
}
SANS = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SERIF = "Charter, 'Bitstream Charter', Georgia, 'Noto Serif', serif"


@dataclasses.dataclass
class Axis:
    """An axis: its unit in words, where it ends (by the data where not said), and whether it counts by powers of
    ten. One that does not begins at zero."""

    name: str
    end: float | None = None
    log: bool = False


@dataclasses.dataclass
class Line:
    """A line: its name, its points in order, its colour of COLOURS, and whether it is dashed or marks its points."""

    name: str
    points: list
    colour: str = "ink3"
    dashed: bool = False
    marked: bool = False


class Scale:
    """Where a value of an axis stands between two places of the picture."""

    def __init__(self, axis, values, first, last):
        self.log, self.first, self.last = axis.log, first, last
        end = axis.end or max(values) or 1
        if axis.log:
            self.begin = 10 ** math.floor(math.log10(min(value for value in values if value > 0)))
            # At least one power, or there would be no length.
            powers = max(1, math.ceil(math.log10(end / self.begin)))
            self.ticks = [self.begin * 10**power for power in range(powers + 1)]
            self.end = self.ticks[-1]
        else:
            step = round_step(end / 4)
            self.begin, self.end = 0, math.ceil(end / step - 1e-9) * step
            self.ticks = [step * count for count in range(round(self.end / step) + 1)]

    def __call__(self, value):
        if self.log:
            share = math.log10(max(value, self.begin) / self.begin) / math.log10(self.end / self.begin)
        else:
            share = (value - self.begin) / (self.end - self.begin)
        return self.first + share * (self.last - self.first)


def round_step(least):
    """The next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    power = 10 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * (1 - 1e-9))


def number(value):
    return f"{value:,.10g}"


def spread(places, least):
    """The places, moved apart where two are nearer than `least`, in the order of their heights."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    for before, at in zip(order, order[1:]):
        moved[at] = max(moved[at], moved[before] + least)
    # Not below the axis: what was pushed beyond it pushes the others back up.
    lowest = max(places, default=0)
    for at in reversed(order):
        moved[at] = min(moved[at], lowest)
        lowest = moved[at] - least
    return moved


def text(x, y, words, kind, anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{html.escape(str(words))}</text>'


def chart(title, subtitle, x_axis, y_axis, lines):
    """The chart of `lines`, each named at its end; `title` is what it shows, `subtitle` how it came about."""
    values = [[point[side] for line in lines for point in line.points] for side in (0, 1)]
    x = Scale(x_axis, values[0], LEFT, WIDTH - RIGHT)
    y = Scale(y_axis, values[1], HEIGHT - BOTTOM, TOP)
    parts = [text(24, 38, title, "title"), text(24, 60, subtitle, "small"), text(24, TOP - 18, y_axis.name, "tick")]
    for tick in y.ticks:
        kind = "axis" if tick == y.begin else "rule"
        parts.append(f'<path d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}" class="{kind}"/>')
        parts.append(text(LEFT - 10, y(tick) + 4, number(tick), "tick", "end"))
    parts += [text(x(tick), HEIGHT - BOTTOM + 20, number(tick), "tick", "middle") for tick in x.ticks]
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x_axis.name, "tick", "middle"))
    names = spread([y(line.points[-1][1]) for line in lines], 17)
    for line, height in zip(lines, names):
        places = [(x(point[0]), y(point[1])) for point in line.points]
        path = "M" + "L".join(f"{across:.1f} {up:.1f}" for across, up in places)
        dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
        parts.append(f'<path d="{path}" class="line" style="stroke: var(--{line.colour})"{dashes}/>')
        if line.marked:
            circle = '<circle cx="{:.1f}" cy="{:.1f}" r="3.5" style="fill: var(--{})"/>'
            parts += [circle.format(*place, line.colour) for place in places]
        name = text(places[-1][0] + 10, height + 4, line.name, "name")
        parts.append(name.replace("<text ", f'<text style="fill: var(--{line.colour})" '))
    shades = ["; ".join(f"--{name}: {pair[shade]}" for name, pair in COLOURS.items()) for shade in (0, 1)]
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" \
aria-labelledby="title subtitle">
<title id="title">{html.escape(title)}</title>
<desc id="subtitle">{html.escape(subtitle)}</desc>
<style>
svg {{ {shades[0]} }}
@media (prefers-color-scheme: dark) {{ svg {{ {shades[1]} }} }}
text {{ font: 13px {SANS}; fill: var(--ink2) }}
.title {{ font: 21px {SERIF}; fill: var(--ink) }}
.small {{ font-size: 14px }}
.name {{ font-weight: 600 }}
.rule, .axis {{ stroke: var(--rule); fill: none }}
.axis {{ stroke: var(--bar) }}
.line {{ fill: none; stroke-width: 2.25; stroke-linejoin: round }}
</style>
<rect width="100%" height="100%" style="fill: var(--paper)"/>
{chr(10).join(parts)}
</svg>
"""
