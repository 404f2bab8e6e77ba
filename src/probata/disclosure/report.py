"""The report in a package: one page in plain words that says what is in it, what was checked and what was not.

It needs no program, loads nothing, runs nothing and shows no picture. Its words are the sealer's: the seal proves that
they were not changed, not that they are true, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from probata.custody import verifier
from probata.custody.entries import read_leaf, shown_time
from probata.custody.keys import in_groups
from probata.custody.notes import NoteKey
from probata.disclosure.contents import DisclosedEntry, FileRow, ReportFacts

_CHECKED = (
    "that every file here is on one sealed list, with its size and its digest, and that nothing else lies here",
    "that every entry of the log shown below was signed by the key it names, and stands in the log where it says",
    "that the log was signed with the key whose fingerprint you compare with one you know from elsewhere",
    "that the list was sealed by an entry of that log, made after everything it covers",
)
_NOT_CHECKED = (
    "Nothing here proves what happened before the footage came to the sealer: who filmed it, when, where, how.",
    "Nothing here proves that what the sealer wrote about the footage is true.",
    "A time is what the sealer's clock said; the verifier says whether a witness or a timestamp authority bounds it.",
    "The log may hold entries that this package does not show.",
    "The verifier in this package is a convenience: whoever distrusts the sealer takes it from elsewhere.",
)
_OF_RELATIONS = (
    "What a program found in comparing the files here, and what people decided about it; the log's entries hold both "
    "in full. It does not say which of two came first, who made either, or what they show."
)
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886; }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
"""


def render_report(
    facts: ReportFacts, payload: Sequence[FileRow], entries: Sequence[DisclosedEntry], log_key: NoteKey
) -> bytes:
    """The report page, UTF-8; every text from outside is escaped."""
    sections = (
        _head(facts, log_key),
        _how_to_check(log_key),
        _items(facts),
        _relations(facts),
        _payload(payload),
        _log(entries),
        _section("What was not checked", _list([*_NOT_CHECKED, *facts.not_checked])),
    )
    page = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{verifier.REPORT_POLICY.decode()}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(facts.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(section for section in sections if section)
        + "\n</main>\n</body>\n</html>\n"
    )
    return page.encode("utf-8", "replace")


def _head(facts: ReportFacts, log_key: NoteKey) -> str:
    lines = [
        ("Made", shown_time(facts.made_at)),
        ("Sealed by", facts.sealer),
        ("For", facts.recipient),
        ("Who that is", facts.recipient_is),
        ("Purpose", facts.purpose),
        ("Legal basis", facts.legal_basis),
        ("Log", log_key.name),
    ]
    rows = [(name, escape(value)) for name, value in lines if value is not None]
    rows.append(("Fingerprint of the log", f"<code>{in_groups(log_key.fingerprint)}</code>"))
    warned = "".join(f"<p><strong>{escape(sentence)}</strong></p>\n" for sentence in facts.warnings)
    return f"<h1>{escape(facts.title)}</h1>\n{warned}{_pairs(rows)}"


def _how_to_check(log_key: NoteKey) -> str:
    return _section(
        "How to check this package",
        "<p>Open <code>verify.html</code> in a browser and choose this folder or its zip, or run "
        "<code>python -I verify.py --fingerprint FINGERPRINT</code>. Take the fingerprint from a letter, a phone call "
        f"or a printed page; the one above comes from the package itself and proves nothing (log "
        f"<code>{escape(log_key.name)}</code>). The check says PASS, FAIL or NOT CHECKED for each of:</p>"
        + _list(_CHECKED),
    )


def _items(facts: ReportFacts) -> str:
    parts = []
    for item in facts.items:
        rows = [("File", f"<code>{escape(item.path)}</code>")]
        rows += [(escape(name), escape(value)) for name, value in item.statements]
        parts.append(f"<h3>{escape(item.title)}</h3>\n{_pairs(rows)}")
    if facts.withheld:
        parts.append("<h3>Withheld</h3>\n" + _list(facts.withheld))
    return _section("What is in it, as the sealer describes it", "\n".join(parts)) if parts else ""


def _relations(facts: ReportFacts) -> str:
    if not facts.relations:
        return ""
    parts = [f"<p>{escape(_OF_RELATIONS)}</p>"]
    for one in facts.relations:
        rows = [(escape(name), escape(value)) for name, value in one.statements]
        parts.append(f"<h3>{escape(one.title)}</h3>\n{_pairs(rows)}")
    return _section("What they share with each other", "\n".join(parts))


def _payload(payload: Sequence[FileRow]) -> str:
    rows = [
        (f"<code>{escape(row.path)}</code>", f"{row.size_bytes:,} bytes", f"<code>{row.sha256}</code>")
        for row in payload
    ]
    return _section("The files", _table(("File", "Size", "SHA-256"), rows))


def _log(entries: Sequence[DisclosedEntry]) -> str:
    rows = []
    for disclosed in entries:
        entry = read_leaf(disclosed.leaf).entry
        shown = f"{len(disclosed.openings)} of {len(entry.subjects)} shown"
        rows.append(
            (str(entry.seq), shown_time(entry.at), escape(entry.action), f"<code>{entry.actor[:16]}</code>", shown)
        )
    heads = ("Entry", "Time", "Action", "Key", "What it was about")
    return _section("The log's entries about it", _table(heads, rows))


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}\n</section>"


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + "</ul>"


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in rows)
    return f"<table>{cells}</table>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
