"""Writes a sheet as one page that needs nothing else: no script, no other file, no host; footage is folded away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from itertools import groupby

from probata.copies.proofsheet.blocks import (
    WIDTH,
    Block,
    Drawing,
    Heading,
    Letters,
    Line,
    Mark,
    Pictures,
    Point,
    Sentences,
    Shape,
    Sheet,
    Shown,
    Table,
    Words,
)
from probata.copies.proofsheet.png import grey_png

# Two themes of the workbench's tokens: paper, and night where a reader's machine asks for it.
_STYLE = """
:root {
  color-scheme: light dark;
  --ground: #ffffff; --surface: #f6f5f1; --ink: #1b1e23; --soft: #565d68; --line: #d2cfc6;
  --a: #1b1e23; --b: #6f9ee8; --band: #eaf0fa; --box: #1a4fa3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --surface: #1b1e24; --ink: #e4e7eb; --soft: #a9b1bd; --line: #363c47;
    --a: #f2f4f7; --b: #3d6fc0; --band: #1c2636; --box: #7fb0ff;
  }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --surface: #fff; --ink: #000; --soft: #333; --line: #bbb;
    --a: #000; --b: #8fb0e8; --band: #eef2fa; --box: #000;
  }
}
@page { margin: 14mm 12mm; }
* { box-sizing: border-box; }
html { background: var(--ground); }
body {
  margin: 0 auto; padding: 32px 24px 64px; max-inline-size: 1128px; color: var(--ink); background: var(--ground);
  font: 400 0.9375rem/1.5 Inter, "Noto Sans Arabic", system-ui, sans-serif; font-variant-numeric: tabular-nums;
}
h1 { font-size: 1.75rem; font-weight: 600; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 1.125rem; font-weight: 600; line-height: 1.3; margin: 36px 0 8px; }
h3, caption { font-size: 0.8125rem; font-weight: 600; color: var(--soft); text-align: start; }
h3 { margin: 20px 0 4px; }
caption { padding-block: 12px 4px; }
p { margin: 0 0 6px; max-inline-size: 75ch; }
.quiet { color: var(--soft); font-size: 0.8125rem; }
ul { margin: 0; padding-inline-start: 20px; max-inline-size: 90ch; }
li { margin-block: 3px; }
.wide, .drawing { overflow-x: auto; }
.wide table, .drawing svg { min-inline-size: 680px; }
table { border-collapse: collapse; inline-size: 100%; font-size: 0.8125rem; }
th, td { text-align: start; vertical-align: top; padding: 5px 14px 5px 0; border-block-end: 1px solid var(--line); }
th { font-weight: 400; color: var(--soft); white-space: nowrap; }
thead th { font-size: 0.75rem; }
td { overflow-wrap: break-word; }
code { font: 0.75rem/1.5 ui-monospace, "Liberation Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
figure { margin: 0 0 6px; break-inside: avoid; }
figcaption { font-size: 0.8125rem; color: var(--soft); }
.drawing svg { display: block; inline-size: 100%; block-size: auto; }
.drawing text { font: 400 12px Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums; fill: var(--soft); }
.drawing .strong { font-weight: 600; }
.drawing text.ink { fill: var(--ink); }
.fill.ink { fill: var(--ink); } .fill.soft { fill: var(--soft); } .fill.line { fill: var(--line); }
.fill.a { fill: var(--a); } .fill.b { fill: var(--b); } .fill.band { fill: var(--band); }
.stroke { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.stroke.ink { stroke: var(--ink); } .stroke.soft { stroke: var(--soft); } .stroke.line { stroke: var(--line); }
.stroke.a { stroke: var(--a); } .stroke.b { stroke: var(--b); } .stroke.box { stroke: var(--box); }
details { margin-block: 8px 12px; border: 1px solid var(--line); border-radius: 3px; background: var(--surface); }
summary { cursor: pointer; padding: 12px 16px; font-weight: 600; }
summary span { font-weight: 400; color: var(--soft); }
summary:focus-visible { outline: 2px solid var(--box); outline-offset: 2px; }
.shown { padding: 0 16px 12px; }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 6px 12px; align-items: start; }
.row.tall { display: flex; flex-wrap: wrap; align-items: start; }
.row.tall .picture { inline-size: fit-content; }
.row.tall .picture img { block-size: 230px; inline-size: auto; }
.row.tall figure { max-inline-size: 100%; }
.picture { position: relative; display: block; line-height: 0; background: #777; }
.picture img { inline-size: 100%; block-size: auto; display: block; }
.picture svg { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; overflow: hidden; }
.picture .under { fill: none; stroke: #000; stroke-width: 4; vector-effect: non-scaling-stroke; }
.picture .over { fill: none; stroke: #fff; stroke-width: 2; vector-effect: non-scaling-stroke; }
.picture text { font: 700 13px system-ui, sans-serif; fill: #fff; stroke: #000; stroke-width: 3; paint-order: stroke; }
@media print {
  body { padding: 0; font-size: 10pt; }
  .wide table, .drawing svg { min-inline-size: 0; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } details:not([open]) { border-style: dashed; } }
@media (forced-colors: active) { .stroke.b, .fill.b { stroke: Highlight; } }
"""
# Nothing may be loaded but pictures that are written in the page itself, and no style but the one above.
_POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def policy() -> str:
    """What the page may load, as it says itself (Content Security Policy, level 3); for whoever serves it."""
    return _POLICY.format(b64encode(sha256(_STYLE.encode()).digest()).decode())


def written(sheet: Sheet, title: str) -> bytes:
    """The page, UTF-8; every text is escaped."""
    body = "\n".join(_body(sheet.blocks))
    page = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )
    return page.encode("utf-8", "replace")


def _body(blocks: Sequence[Block]) -> Iterator[str]:
    for of_pictures, group in groupby(blocks, key=lambda block: isinstance(block, Pictures)):
        if of_pictures:
            yield _folded([block for block in group if isinstance(block, Pictures)])
        else:
            yield from (_block(block) for block in group)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Words):
        return f"<p{' class=quiet' if block.quiet else ''}>{escape(block.text)}</p>"
    if isinstance(block, Sentences):
        return "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in block.sentences) + "</ul>"
    if isinstance(block, Table):
        return _table(block)
    assert isinstance(block, Drawing)
    return _drawing(block)


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "".join(f"<tr>{''.join(_cells(row, table))}</tr>" for row in table.rows)
    return (
        f'<div class="wide"><table><caption>{escape(table.about)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cells(row: Sequence[str], table: Table) -> Iterator[str]:
    for column, cell in enumerate(row):
        digest = column in table.code or len(cell) == 64
        text = f"<code>{escape(cell)}</code>" if digest else f"<bdi>{escape(cell)}</bdi>"
        yield f'<th scope="row">{text}</th>' if column == 0 else f"<td>{text}</td>"


def _drawing(drawing: Drawing) -> str:
    marks = "".join(_mark(mark) for mark in drawing.marks)
    title = f"<h3>{escape(drawing.title)}</h3>" if drawing.title else ""
    return (
        f'<figure class="drawing">{title}'
        f'<svg viewBox="0 0 {WIDTH} {drawing.height:g}" role="img" aria-label="{escape(drawing.about)}">{marks}</svg>'
        f"<figcaption>{escape(drawing.about)}</figcaption></figure>"
    )


def _mark(mark: Mark) -> str:
    if isinstance(mark, Line):
        return f'<polyline class="stroke {mark.tone}" stroke-width="{mark.width:g}" points="{_points(mark.points)}"/>'
    if isinstance(mark, Shape):
        return f'<polygon class="fill {mark.tone}" points="{_points(mark.points)}"/>'
    assert isinstance(mark, Letters)
    strong = " strong" if mark.strong else ""
    return (
        f'<text class="{mark.tone}{strong}" x="{mark.x:.1f}" y="{mark.y:.1f}" text-anchor="{mark.anchor}">'
        f"{escape(mark.text)}</text>"
    )


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _folded(rows: Sequence[Pictures]) -> str:
    count = f"{len(rows)} pairs of pictures" if len(rows) > 1 else "One pair of pictures"
    shown = "".join(f"<h3>{escape(row.title)}</h3>{_row(row)}" for row in rows)
    return (
        f"<details><summary>{count} <span>· contains footage, grey and small · open to see</span></summary>"
        f'<div class="shown">{shown}</div></details>'
    )


def _row(row: Pictures) -> str:
    tall = " tall" if any(one.height > one.width * one.stretch for one in row.pictures) else ""
    return f'<div class="row{tall}">{"".join(_picture(one) for one in row.pictures)}</div>'


def _picture(shown: Shown) -> str:
    data = b64encode(grey_png(shown.width, shown.height, shown.grey)).decode()
    across = round(shown.width * shown.stretch)
    image = (
        f'<img alt="{escape(shown.about)}" width="{across}" height="{shown.height}" src="data:image/png;base64,{data}">'
    )
    return (
        f'<figure><span class="picture">{image}{_outlines(shown, across)}</span>'
        f"<figcaption>{escape(shown.label)}</figcaption></figure>"
    )


def _outlines(shown: Shown, across: int) -> str:
    if not shown.outlines:
        return ""
    drawn = []
    for outline, name in zip(shown.outlines, shown.names, strict=True):
        points = [(x * across, y * shown.height) for x, y in outline]
        drawn += [f'<polygon class="{line}" points="{_points(points)}"/>' for line in ("under", "over")]
        if name:
            aside = points[0][0] - 14 if points[1][0] > across - 18 else points[1][0] + 4
            drawn.append(f'<text x="{aside:.1f}" y="{points[2][1]:.1f}">{escape(name)}</text>')
    return f'<svg viewBox="0 0 {across} {shown.height}" aria-hidden="true">{"".join(drawn)}</svg>'
