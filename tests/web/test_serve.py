"""`probata serve`: this machine alone, and words where it cannot."""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

import pytest

from probata.cli import serve_verb
from probata.cli.serve_verb import BeyondThisMachine, NoPublicAddress, PortNotGiven, PortTaken

if TYPE_CHECKING:
    from tests.conftest import Workspace


@pytest.mark.parametrize(
    ("host", "taken"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1"), ("127.0.0.9", "127.0.0.9")],
)
def test_this_machine(host: str, taken: str) -> None:
    """Loopback addresses are served without a word."""
    assert serve_verb.checked_host(host, allow_others=False) == taken


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "2001:db8::1"])
def test_other_machines_take_words(host: str) -> None:
    """An address that others can reach is refused, unless a proxy that encrypts is declared."""
    with pytest.raises(BeyondThisMachine, match="without encryption"):
        serve_verb.checked_host(host, allow_others=False)
    assert serve_verb.checked_host(host, allow_others=True) == host


def test_a_name_is_no_address() -> None:
    """A name could be pointed elsewhere."""
    with pytest.raises(PortNotGiven):
        serve_verb.checked_host("example.org", allow_others=True)


@pytest.mark.usefixtures("workspace")
def test_a_taken_port_is_told() -> None:
    """Which port, and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as refused:
            serve_verb.listen(port=port)
    assert f"--port {port + 1}" in refused.value.what_to_do


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("port", [65536, -1])
def test_a_port_that_does_not_exist_is_told(port: int) -> None:
    """In words, not as a fault."""
    with pytest.raises(PortNotGiven, match="numbered"):
        serve_verb.listen(port=port)


def test_it_serves_until_told_to_end(workspace: Workspace) -> None:
    """The address is told once the port is ours; being told to end ends it quietly."""
    command = [sys.executable, "-m", "probata.cli", "serve", "-w", str(workspace.root), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = ""
        while not told.endswith("}\n"):
            told += process.stdout.readline()
        answer = json.loads(told)
        assert answer["schema"] == "probata/serve/1"
        with urllib.request.urlopen(f"{answer['address']}login", timeout=60) as page:
            assert page.status == 200
            assert page.headers["Server"] is None
        elsewhere = urllib.request.Request(f"{answer['address']}login", headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(elsewhere, timeout=60)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors == ""


_FIRST_PAGE = """
import sys
from pathlib import Path
from probata.cli import workspace
workspace.open_workspace(Path(sys.argv[1]))
from django.db import connection
from django.template import engines
from probata.preservation import selectors
from probata.web.served import warmth

def refuse(*_asked):
    raise AssertionError("a row or a file was read")

selectors.store = refuse
with connection.execute_wrapper(refuse):
    warmth.warm()
from django.test import Client
loaded = set(sys.modules)
assert Client(SERVER_NAME="localhost").get("/login").status_code == 200
kept = engines["django"].engine.template_loaders[0].get_template_cache
print(sorted(one for one in set(sys.modules) - loaded if one.startswith("probata.")), "web/item.html" in kept)
"""


def test_the_first_page_waits_for_no_module(workspace: Workspace) -> None:
    """Views, addresses and templates are loaded beforehand, and for that no row is read and no footage opened."""
    words = [sys.executable, "-c", _FIRST_PAGE, str(workspace.root)]
    told = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert told.stdout.splitlines()[-1:] == ["[] True"], told.stderr


_LISTENING = """
import sys
from pathlib import Path
from probata.cli import serve_verb, workspace
workspace.open_workspace(Path(sys.argv[1]))
serve_verb.listen(port=0).close()
from django.template import engines
print("web/item.html" in engines["django"].engine.template_loaders[0].get_template_cache)
"""


def test_all_is_loaded_before_the_address_is_told(workspace: Workspace) -> None:
    """Whoever opens the address at once finds a workbench that is warm."""
    words = [sys.executable, "-c", _LISTENING, str(workspace.root)]
    told = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert told.stdout.splitlines()[-1:] == ["True"], told.stderr


def test_forms_come_through_a_proxy(workspace: Workspace) -> None:
    """Browsers name its address in each form: that one is taken, others are not, and no cookie goes unencrypted."""
    command = [sys.executable, "-m", "probata.cli", "serve", "-w", str(workspace.root), "--port", "0", "--json"]
    with subprocess.Popen(
        [*command, "--address", "https://Probata.example/"], stdout=subprocess.PIPE, text=True
    ) as end:
        assert end.stdout is not None
        told = ""
        while not told.endswith("}\n"):
            told += end.stdout.readline()
        address = f"{json.loads(told)['address']}login"
        named = {"Host": "probata.example"}
        with urllib.request.urlopen(urllib.request.Request(address, headers=named), timeout=20) as page:
            cookie, html = page.headers["Set-Cookie"], page.read().decode()
        assert "; Secure" in cookie
        token = html.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = urllib.parse.urlencode({"name": "nobody", "passphrase": "x", "csrfmiddlewaretoken": token}).encode()
        answers = {}
        for origin in ("https://probata.example", "https://other.example", "http://probata.example:8350"):
            sent = {**named, "Origin": origin, "Cookie": cookie.partition(";")[0], "Accept": "text/html"}
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(address, data=form, headers=sent), timeout=20)
            answers[origin] = "does not belong to this session" in refused.value.read().decode()
        end.terminate()
    assert answers == {
        "https://probata.example": False,
        "https://other.example": True,
        "http://probata.example:8350": True,
    }


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example",
        "a.example",
        "https://",
        "https://a.example/b",
        "https://u@a.example",
        "https://a.example:443",
    ],
)
def test_what_is_no_address_of_a_proxy_is_told(address: str) -> None:
    """As browsers name it: encrypted, a name, perhaps a port, nothing more."""
    with pytest.raises(NoPublicAddress):
        serve_verb.public_address(address)
    assert serve_verb.public_address("https://A.example:8443/") == "https://a.example:8443"


def test_its_arguments_have_defaults() -> None:
    """Port 8350 of this machine, and no browser is opened unasked."""
    parser = argparse.ArgumentParser()
    serve_verb.arguments(parser)
    options = parser.parse_args([])
    assert (options.port, options.host, options.open, options.behind_a_proxy) == (8350, "127.0.0.1", False, False)
