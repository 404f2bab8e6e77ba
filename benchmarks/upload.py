"""A large file through the workbench, with the server killed in the middle: does it arrive whole, and how fast?

`python benchmarks/upload.py --gib 20 --kills 3`. The file is made by code and mostly holes, so that it takes no room of
its own; the workspace takes it twice for a while (the parts and the store's copy). The server is `probata serve`,
killed (SIGKILL) as often as is asked, at even parts of the file; the client of the package begins again and goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from probata.client import Client
from probata.terms.errors import ProbataError

GIB = 1 << 30
BLOCK_BYTES = 1 << 20
_PATIENCE_S = 60


def make_file(path: Path, size: int) -> str:
    """A file of holes with a block of made noise in each 64 MiB; returns its SHA-256."""
    chance, digest, nothing = random.Random(20), hashlib.sha256(), bytes(BLOCK_BYTES)
    with path.open("wb") as out:
        for start in range(0, size, BLOCK_BYTES):
            block = chance.randbytes(BLOCK_BYTES) if start // BLOCK_BYTES % 64 == 0 else nothing
            block = block[: size - start]
            digest.update(block)
            if block == nothing:
                out.seek(BLOCK_BYTES, os.SEEK_CUR)
            else:
                out.write(block)
        out.truncate(size)
    return digest.hexdigest()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serve(root: Path, port: int) -> subprocess.Popen[bytes]:
    """The workbench on that port, once it answers."""
    command = [sys.executable, "-m", "probata.cli", "serve", "--workspace", str(root), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return process
    raise TimeoutError("the workbench did not start")


def sent(root: Path) -> int:
    """How many bytes of unfinished uploads lie in the workspace."""
    return sum(file.stat().st_size for file in (root / "work" / "uploads").rglob("*") if file.is_file())


def run(folder: Path, *, size: int, kills: int) -> None:
    """The whole, and what came of it."""
    root, file, port = folder / "workspace", folder / "long.bin", free_port()
    wanted = make_file(file, size)
    subprocess.run(
        [sys.executable, "-m", "probata.cli", "init", str(root), "--no-passphrase"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    process, began, died = serve(root, port), time.monotonic(), 0
    client = Client(f"http://127.0.0.1:{port}", _token(root))
    places = [size * number // (kills + 1) for number in range(1, kills + 1)]
    held = {"process": process}
    threading.Thread(target=_kill_at, args=(root, places, held), daemon=True).start()
    while True:
        try:
            told = client.upload(file, reason="a benchmark")
            break
        except ProbataError as error:
            held["process"].wait()
            died += 1
            print(f"after {time.monotonic() - began:.0f} s: {error.message} {sent(root) / GIB:.2f} GiB are there.")
            held["process"] = serve(root, port)
    took = time.monotonic() - began
    held["process"].terminate()
    held["process"].wait()
    assert told["sha256"] == wanted, "what arrived is another file"
    print(f"{size / GIB:.1f} GiB arrived whole, preserved as {wanted[:12]}, in {took:.0f} s")
    print(f"{size / took / 1e6:.0f} MB/s in all, with {died} ends of the server")


def _kill_at(root: Path, places: list[int], held: dict[str, subprocess.Popen[bytes]]) -> None:
    for place in places:
        while sent(root) < place:
            time.sleep(0.2)
        held["process"].send_signal(signal.SIGKILL)
        while held["process"].poll() is not None:
            time.sleep(0.2)


def _token(root: Path) -> str:
    from probata.cli import workspace

    workspace.open_workspace(root)
    from django.db import connections

    from probata.access import selectors, services, tokens

    who = selectors.person(None)
    may = frozenset(tokens.may_be_given(who.id))
    text = tokens.make(services.unlock(who, None), label="a benchmark", permissions=may).text
    connections.close_all()
    return str(text)


def main() -> None:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gib", type=float, default=1.0, help="how large the file is")
    parser.add_argument("--kills", type=int, default=2, help="how often the server is killed on the way")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), size=int(options.gib * GIB), kills=options.kills)


if __name__ == "__main__":
    main()
