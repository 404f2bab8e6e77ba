"""How fast the item's page is at its reach: a clip of one hour with 5,000 entries on its tracks, in Chromium.

The clip is made by code, preserved and examined as any clip is; the entries are written as an analyser's are. All of
it is made once, into a cache folder. What is measured is the page as `probata serve` serves it: from the navigation to
the first key that does something, frames a second of the axis while it is zoomed and moved, of the list while it is
scrolled, and from a key to the exact still on screen.

Frames are told by the wall and by the processor: on a machine that others use, milliseconds of the page's main thread
a frame say what the page costs, and frames a second what was left of the machine.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.analysis.seam import Entry, Track
from probata.cli import workspace as workspace_module
from probata.engines import settings as workspace_settings
from probata.terms.digests import Sha256, sha256

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

    from probata.custody.entries import Signer

HOUR_S, RATE, WIDTH, HEIGHT = 3600, 15, 160, 120
SPEECH, SHOTS, CAPTIONS, CUTS = 1_900, 600, 1_700, 800
TICK = Fraction(1, 16_000)
CACHE = Path(tempfile.gettempdir()) / "probata-benchmarks"
VIEWPORT = {"width": 1440, "height": 900}
PURPOSE = "exact_frame"


def measure_item(cache: Path = CACHE, *, turns: int = 5) -> Iterator[tuple[str, str, str]]:
    """What was measured, how much it is, and the bar that it is held to."""
    from playwright.sync_api import sync_playwright

    kept = cache / f"item-{HOUR_S}s-{SPEECH + SHOTS + CAPTIONS + CUTS}"
    if not (kept / "made").exists():
        shutil.rmtree(kept, ignore_errors=True)
        _make(kept)
    item = (kept / "made").read_text()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "workspace"
        shutil.copytree(kept / "workspace", root)
        with _served(root) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = _logged_in(browser, address)
            yield from _opening(page, f"{address}items/{item}", turns)
            yield from _sizes(page)
            yield from _moving(page)
            yield from _stills(page)
            browser.close()


def _logged_in(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.on("pageerror", lambda error: print(f"the page complained: {error}", file=sys.stderr))
    page.add_init_script(_FIRST_KEY)
    page.goto(address)
    page.fill("#name", "operator")
    page.press("#passphrase", "Enter")
    page.wait_for_selector(".rooms")
    return page


# Tries a key at each frame until the page does what it says, and the axis is drawn; tells when that was.
_FIRST_KEY = """
window.firstKey = new Promise((done) => {
  const turn = () => {
    const [ordinal, axis] = [document.getElementById("ordinal"), document.getElementById("axis")];
    if (ordinal && axis && /^\\d+$/.test(ordinal.textContent)) {
      const before = ordinal.textContent;
      document.body.dispatchEvent(new KeyboardEvent("keydown", { code: "Period", key: ".", bubbles: true }));
      const { data } = axis.getContext("2d").getImageData(0, 0, axis.width || 1, axis.height || 1);
      if (ordinal.textContent !== before && axis.width > 300 && data.some((one) => one > 0)) {
        return done(performance.now());
      }
    }
    return requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
});
"""


def _opening(page: Page, url: str, turns: int) -> Iterator[tuple[str, str, str]]:
    found, costs, first_byte = [], [], []
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    for _ in range(turns + 1):
        page.goto("about:blank")
        before = _thread_ms(session)
        page.goto(url, wait_until="commit")
        found.append(page.evaluate("window.firstKey"))
        costs.append(_thread_ms(session) - before)
        first_byte.append(page.evaluate("performance.getEntriesByType('navigation')[0].responseStart"))
        page.wait_for_selector("#item[data-ready=yes]")
    cold, warm = found[0], found[1:]
    yield "navigation to first key handled, axis drawn", f"{min(warm):.0f} ms (least of {turns})", "< 1000 ms"
    yield "  the same, median", f"{statistics.median(warm):.0f} ms", ""
    yield "  the same, the first since the server began", f"{cold:.0f} ms", "< 1000 ms"
    yield "  of the first, until the page's first byte", f"{first_byte[0]:.0f} ms", ""
    yield "  of that until the page's first byte", f"{min(first_byte[1:]):.0f} ms (least)", ""
    yield "  page's main thread until then", f"{min(costs[1:]):.0f} ms of the processor (least)", ""


def _thread_ms(session: CDPSession) -> float:
    told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(told["TaskDuration"]) * 1000


def _sizes(page: Page) -> Iterator[tuple[str, str, str]]:
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => [one.name, one.decodedBodySize])")
    own = page.evaluate("location.origin")
    scripts = {name for name, _size in loaded if name.split("?")[0].endswith(".js")}
    packed = sum(len(gzip.compress(page.request.get(name).body(), 9)) for name in scripts)
    elsewhere = [name for name, _size in loaded if not name.startswith((own, f"blob:{own}"))]
    yield "JavaScript, compressed", f"{packed / 1000:.0f} kB in {len(scripts)} files", "<= 200 kB"
    yield "asked of elsewhere", f"{len(elsewhere)}", "0"
    for name, size in loaded:
        if any(word in name for word in ("/tracks", "/frames", "/wave", "/observed")):
            yield f"  data: {name.rsplit('/', 1)[1].split('?')[0]}", f"{size / 1000:.0f} kB", ""
    yield (
        "  the page itself",
        f"{page.evaluate('performance.getEntriesByType(`navigation`)[0].decodedBodySize') / 1000:.0f} kB",
        "",
    )
    counted = page.evaluate(
        "[document.querySelectorAll('[data-candidate]').length, document.querySelectorAll('*').length]"
    )
    yield "rows in the page, elements in all", f"{counted[0]}, {counted[1]}", ""


# Does something at each frame, and tells how long each frame took.
_FRAMES = """
async ([what, count]) => {
  const axis = document.getElementById("axis");
  const panel = document.querySelector(".panel");
  const flows = (one) => /auto|scroll/.test(getComputedStyle(one).overflowY);
  const scrolls = (one) => one.scrollHeight > one.clientHeight + 40 && flows(one);
  const list = [panel, ...panel.querySelectorAll("*")].find(scrolls) ?? document.scrollingElement;
  const wheel = (x, options) => {
    const box = axis.getBoundingClientRect();
    const where = { clientX: box.left + x * box.width, clientY: box.top + 60 };
    axis.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ...where, ...options }));
  };
  const press = (code, key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { code, key, bubbles: true }));
  const does = {
    zoom: (at) => wheel(0.4, { deltaY: at < count / 2 ? -60 : 60 }),
    move: (at) => wheel(0.4, { deltaX: at < count / 2 ? 25 : -25 }),
    scroll: (at) => { list.scrollTop += at < count / 2 ? 60 : -60; },
    step: () => press("Period", "."),
    event: () => press("BracketRight", "]"),
  };
  const times = [];
  await new Promise((done) => {
    let at = 0;
    const turn = (now) => {
      times.push(now);
      if (at === count) return done();
      does[what](at);
      at += 1;
      return requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  });
  return times.slice(1).map((one, at) => one - times[at]);
}
"""


def _moving(page: Page, count: int = 240) -> Iterator[tuple[str, str, str]]:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def turn(what: str) -> tuple[float, float, float, float]:
        before = _thread_ms(session)
        deltas: Sequence[float] = page.evaluate(_FRAMES, [what, count])
        cost = (_thread_ms(session) - before) / count
        return 1000 * len(deltas) / sum(deltas), 1000 / statistics.median(deltas), _share(deltas, 0.95), cost

    page.keyboard.press("Digit0")
    page.click("#tab-found")
    page.evaluate("for (const one of document.querySelectorAll('details.track')) one.open = true")
    for what, words in (
        ("zoom", "axis, zooming in and out over the whole hour"),
        ("move", "axis, moved at its whole length"),
        ("event", "from thing to thing (key ])"),
        ("step", "from frame to frame (key .)"),
        ("scroll", "list of what was found, scrolled"),
    ):
        best = max((turn(what) for _ in range(3)), key=lambda one: one[0])
        told = f"{best[0]:.0f} frames/s (median frame {best[1]:.0f}/s, slowest 5 % from {best[2]:.0f} ms)"
        yield words, f"{told}; main thread {best[3]:.1f} ms a frame", ">= 50 frames/s"
    page.keyboard.press("Digit0")
    for _ in range(7):
        page.keyboard.press("Equal")
    best = max((turn("move") for _ in range(3)), key=lambda one: one[0])
    told = f"{best[0]:.0f} frames/s (median frame {best[1]:.0f}/s, slowest 5 % from {best[2]:.0f} ms)"
    yield "axis, moved with half a minute in view", f"{told}; main thread {best[3]:.1f} ms a frame", ">= 50 frames/s"


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


# From the key to the first frame that is painted with the exact still.
_SEEK = """
async ([ordinal, code]) => {
  const stage = document.getElementById("stage");
  const began = performance.now();
  if (code) document.body.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true, cancelable: true }));
  else {
    document.getElementById("go-to").value = ordinal;
    document.getElementById("go").requestSubmit();
  }
  await new Promise((done) => {
    const there = () => stage.dataset.exact === document.getElementById("ordinal").textContent;
    const look = () => requestAnimationFrame(there() ? done : look);
    requestAnimationFrame(look);
  });
  return performance.now() - began;
}
"""


def _stills(page: Page, count: int = 40) -> Iterator[tuple[str, str, str]]:
    page.keyboard.press("KeyB")
    page.check(f"input[value={PURPOSE}]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stage[data-state=revealed]")
    page.wait_for_selector("#stage[data-exact]")
    order = random.Random(5)
    frames = int(HOUR_S * RATE)
    for words, asked in (
        ("to a frame anywhere", [[order.randrange(frames), None] for _ in range(count)]),
        ("one frame on", [[0, "Period"]] * count),
        ("one frame back", [[0, "Comma"]] * count),
        ("to the next thing found", [[0, "BracketRight"]] * count),
    ):
        took = []
        for one in asked:
            took.append(page.evaluate(_SEEK, one))
            page.wait_for_timeout(250)
        yield f"exact still, {words}: median", f"{statistics.median(took):.0f} ms", "< 150 ms"
        yield f"exact still, {words}: 95 % within", f"{_share(took, 0.95):.0f} ms", "< 150 ms"


@contextmanager
def _served(root: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "probata.cli", "serve", "--workspace", str(root), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], "the server ended before it was ready"
        try:
            yield json.loads("".join(lines))["address"]
        finally:
            process.terminate()
            process.wait(timeout=20)


def _make(kept: Path) -> None:
    """The workspace with the clip and its tracks, ledgered; and the item's digest in a file beside it."""
    kept.mkdir(parents=True)
    _film(kept / "hour.mp4")
    root = kept / "workspace"
    workspace_settings.create(root)
    workspace_module.open_workspace(root)

    from django.db import connections

    from probata.access import services as access
    from probata.analysis import services as analysis
    from probata.capture import services as capture
    from probata.custody import services as custody

    keyring = access.found("operator", None)
    (outcome,) = capture.add(str(kept / "hour.mp4"), actor=keyring.signing, reason="a benchmark")
    assert outcome.acquired is not None, outcome
    item = Sha256(str(outcome.acquired.sha256))
    analysis.examine(item, actor=keyring.signing, only=())
    for track in _tracks():
        _record(item, track, keyring.signing)
    custody.checkpoint(access.unlock_log_key(keyring))
    connections.close_all()
    (kept / "hour.mp4").unlink()
    (kept / "made").write_text(item)


def _record(item: Sha256, track: Track, actor: Signer) -> None:
    from probata.analysis.services import looking
    from probata.custody import services as custody

    with custody.act(actor=actor, reason="a benchmark's track") as act:
        looking._record_track(act, item, track)  # noqa: SLF001  what `examine` calls with what an analyser told


def _film(path: Path) -> None:
    """One hour of grey shapes that move, with a sound now and then."""
    import av
    import numpy as np

    noise = np.random.default_rng(11)
    back = np.kron(noise.integers(40, 200, (15, 20, 3), dtype=np.uint8), np.ones((8, 8, 1), dtype=np.uint8))
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "32", "g": "150"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = out.add_stream("aac", rate=16_000, layout="mono")
        sound.bit_rate = 24_000
        for second in range(HOUR_S):
            for place in range(RATE):
                picture = back.copy()
                at = (second * RATE + place) % (WIDTH - 12)
                picture[60:72, at : at + 12] = (second * 7 % 255, place * 16, 200)
                out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            loud = noise.normal(0, 400 + 9_000 * (second % 17 == 0), 16_000).clip(-32_000, 32_000).astype("<i2")
            heard = av.AudioFrame.from_ndarray(loud[None, :], format="s16", layout="mono")
            heard.sample_rate, heard.pts = 16_000, second * 16_000
            out.mux(sound.encode(heard))
        out.mux(sound.encode(None))
        out.mux(video.encode(None))


def _tracks() -> Iterator[Track]:
    words = ("the gate is shut", "they went by the river", "Зачиніть двері", "кто там идёт", "hold the lamp higher")
    spoken = tuple(
        _entry("speech", place, SPEECH, 1.6, text=f"{words[place % 5]} {place}", attributes={"languages": {"uk": 0.7}})
        for place in range(SPEECH)
    )
    segments = [{**one.as_json(), "words": _words(one)} for one in spoken]
    yield _track("speech", spoken, {"segments": segments})
    yield _track("shots", tuple(_entry("impulsive_sound", place, SHOTS, 0.1) for place in range(SHOTS)), {})
    captions = tuple(
        _entry("visible_text", place, CAPTIONS, 3.0, text=f"caption {place}", box=(0.2, 0.7, 0.5, 0.2))
        for place in range(CAPTIONS)
    )
    yield _track("screen_text", captions, {})
    yield _track("scenes", tuple(_entry("edit_cut", place, CUTS, 0) for place in range(CUTS)), {})


def _entry(kind: str, place: int, of: int, lasts_s: float, **more: Any) -> Entry:  # noqa: ANN401  an entry's fields
    start = round((place + 0.1 * (place % 5)) * HOUR_S / (of + 1) * 16_000)
    end = start + round(lasts_s * 16_000)
    return Entry(kind=kind, start_pts=start, end_pts=end, time_base=TICK, score=0.5 + place % 50 / 100, **more)


def _words(entry: Entry) -> list[dict[str, Any]]:
    told, parts = entry.as_json(), (entry.text or "").split()
    step = (told["end_s"] - told["start_s"]) / len(parts)
    return [
        {"text": f" {part}", "start_s": round(told["start_s"] + place * step, 6), "probability": 0.4 + place % 6 / 10}
        for place, part in enumerate(parts)
    ]


def _track(analyser: str, entries: tuple[Entry, ...], more: dict[str, Any]) -> Track:
    return Track(
        analyser=analyser,
        version="1",
        recipe=sha256(hashlib.sha256(analyser.encode()).hexdigest()),
        outcome="found",
        why="",
        entries=entries,
        parameters={},
        tools={"made": "by code"},
        more=more,
    )


def main() -> None:
    """Print what was measured, each beside its bar."""
    for one_of_them, how_much, bar in measure_item():
        print(f"{one_of_them:52s} {how_much:75s} {bar}", flush=True)
    print(f"{'load of the machine, the last minute':52s} {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
