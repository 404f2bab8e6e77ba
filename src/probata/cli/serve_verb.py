"""`probata serve`: the workbench, for this machine alone unless it is asked for otherwise in words."""

from __future__ import annotations

import argparse
import errno
import ipaddress
import re
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from probata.cli import workspace
from probata.engines import settings as workspace_settings
from probata.terms.errors import EnvironmentLacking, Refused, UsageError

PORT = 8350
HOST = "127.0.0.1"
# Most of a request's time is ours to compute; some wait for a jail, for the disk or for another's act. While all of
# these do, further requests wait their turn.
_THREADS = 16
# Fifty people, each with a browser that holds six connections open, and some to spare; below the 1,024 files that a
# process may commonly hold.
_CONNECTIONS = 600
# RFC 6454, 6.2: a scheme, a name, and a port where it is not the usual one.
_ORIGIN = re.compile(r"(https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::(?!443/?$)[0-9]{1,5})?)/?")


class PortTaken(EnvironmentLacking):
    """Another program listens there already."""

    code = "port_taken"
    template = "Something else listens on port {port} of {host} already; the workbench was not started."
    advice = "If it is a workbench of yours, use that one. Otherwise choose another: `probata serve --port {other}`."


class PortNotGiven(EnvironmentLacking):
    """The machine does not let us listen there."""

    code = "port_not_given"
    template = "This machine does not let us listen on port {port} of {host}: {why}."
    advice = "Choose a port above 1023 and an address of this machine: `probata serve --host 127.0.0.1 --port 8350`."


class BeyondThisMachine(Refused):
    """The address can be reached from other machines."""

    code = "beyond_this_machine"
    template = "{host} can be reached from other machines, and the workbench speaks without encryption; not started."
    advice = (
        "Leave --host out to serve this machine alone. If a proxy that encrypts stands before it, say so: "
        "`--behind-a-proxy`."
    )


class NoPublicAddress(UsageError):
    """What was given as the address of the proxy is none."""

    code = "no_public_address"
    template = "{address} is no address at which a proxy shows the workbench."
    advice = "Give it as browsers name it, with https and without a path: `--address https://probata.example.org`."


class Server(Protocol):
    """A workbench that has its port: `run` serves until it is stopped, `close` gives the port back."""

    effective_host: str
    effective_port: int

    def run(self) -> None:
        """Serve in this thread until interrupted or closed."""

    def close(self) -> None:
        """Stop listening."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--port", type=int, default=PORT, help=f"the port (default: {PORT}; 0 for any free one)")
    parser.add_argument("--host", default=HOST, help=f"the address to listen on (default: {HOST}, this machine alone)")
    parser.add_argument(
        "--behind-a-proxy",
        action="store_true",
        help="allow an address that others can reach; you say that a proxy before it encrypts",
    )
    parser.add_argument(
        "--address",
        metavar="URL",
        help="the https address at which that proxy shows it; browsers send no form to it without",
    )
    parser.add_argument("--open", action="store_true", help="open it in this machine's browser")
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Open the workspace and serve it until stopped."""
    proxied = options.behind_a_proxy or options.address is not None
    shown_at = None if options.address is None else public_address(options.address)
    host = checked_host(options.host, allow_others=proxied)
    if not proxied:
        _make_if_empty(options.workspace)
    workspace.open_workspace(options.workspace)
    if proxied:
        _keep_folders_to_this_machine()
    if shown_at is not None:
        show_at(shown_at)
    code = None if proxied else _first_run_code()
    serve(host=host, port=options.port, ready=_ready(open_browser=options.open, as_json=options.json, code=code))
    return 0


def _make_if_empty(given: Path | None) -> None:
    """A folder that was named, and that is empty or not there, becomes a workspace that nobody is enrolled in yet."""
    if given is not None and (not given.exists() or (given.is_dir() and not any(given.iterdir()))):
        workspace_settings.create(given)


def _first_run_code() -> str | None:
    """What whoever opens the workbench must read off this terminal, while nobody is enrolled."""
    from django.conf import settings

    from probata.access import selectors, services

    code = None if selectors.people() else services.new_code()
    settings.FIRST_RUN_CODE = code
    return code


def _keep_folders_to_this_machine() -> None:
    """Whoever comes through a proxy may sit anywhere: nobody names files of this machine from there."""
    from django.conf import settings

    settings.FOLDERS_OF_THIS_MACHINE = False


def public_address(untrusted: str) -> str:
    """The origin of an https address, as browsers send it; raises `NoPublicAddress`."""
    found = _ORIGIN.fullmatch(untrusted.lower())
    if found is None:
        raise NoPublicAddress(address=untrusted)
    return found[1]


def show_at(origin: str) -> None:
    """Answer to the name of a proxy that passes it on, take its forms, and let no cookie go unencrypted."""
    from django.conf import settings

    name = origin.removeprefix("https://").partition(":")[0]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, name]
    # The proxy speaks without encryption to us: what browsers call it is known from here alone.
    settings.CSRF_TRUSTED_ORIGINS = [origin]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True


def serve(*, host: str = HOST, port: int = PORT, ready: Callable[[str], None]) -> None:
    """Serve the open workspace in this thread until interrupted; `ready` gets the address once the port is ours."""
    server = listen(host=host, port=port)
    # Being told to end is as good as Ctrl+C: keys are locked, jails are let go.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    ready(address(server))
    try:
        server.run()
    finally:
        server.close()


def listen(*, host: str = HOST, port: int = PORT) -> Server:
    """Take the port for the open workspace, without serving yet; raises `PortTaken` or `PortNotGiven`."""
    from django.conf import settings
    from django.core.servers.basehttp import get_internal_wsgi_application
    from waitress import create_server

    from probata.cli import receiving

    # Only names of this machine are answered: a page elsewhere cannot point its own name at us and read along.
    if host not in settings.ALLOWED_HOSTS and not ipaddress.ip_address(host).is_loopback:
        settings.ALLOWED_HOSTS.append(host)
    taken = _take_port(host, port)
    server = create_server(
        # The one that the settings name: it has loaded what the first page needs.
        get_internal_wsgi_application(),
        sockets=[taken],
        threads=_THREADS,
        connection_limit=_CONNECTIONS,
        asyncore_use_poll=True,
        ident=None,
        max_request_body_size=receiving.MOST_REQUEST_BYTES,
    )
    server.channel_class = receiving.Channel
    return cast("Server", server)


def _take_port(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ours = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port that we gave back a moment ago may be taken again.
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind((host, port))
    except OSError as error:
        ours.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port, other=port + 1) from error
        raise PortNotGiven(host=host, port=port, why=error.strerror or error) from error
    except OverflowError as error:
        ours.close()
        raise PortNotGiven(host=host, port=port, why="ports are numbered from 0 to 65535") from error
    return ours


def address(server: Server) -> str:
    """Where a browser finds the server."""
    host, port = server.effective_host, server.effective_port
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def checked_host(untrusted_host: str, *, allow_others: bool) -> str:
    """The address, if it is of this machine alone or others were allowed in words; raises `BeyondThisMachine`."""
    if untrusted_host == "localhost":
        return HOST
    try:
        loopback = ipaddress.ip_address(untrusted_host).is_loopback
    except ValueError as error:
        raise PortNotGiven(host=untrusted_host, port="any", why="it takes an address in numbers") from error
    if not loopback and not allow_others:
        raise BeyondThisMachine(host=untrusted_host)
    return untrusted_host


def _ready(*, open_browser: bool, as_json: bool, code: str | None = None) -> Callable[[str], None]:
    from probata.cli.output import show_json

    def ready(where: str) -> None:
        if as_json:
            show_json("serve", {"address": where} | ({"first_run_code": code} if code else {}))
        else:
            print(f"The workbench stands at {where}", flush=True)
            if code:
                print(f"Nobody is enrolled yet. Open it on this machine and type this code: {code}", flush=True)
            else:
                print("Log in with your name and passphrase. Ctrl+C stops it and locks every key again.", flush=True)
        if open_browser:
            import webbrowser

            webbrowser.open(where)

    return ready
