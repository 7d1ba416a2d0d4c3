"""``medai-extract review`` and ``medai-extract export``: the review desk, and the exchange with other tools."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medai_extract.errors import InputError, MissingExtraError, SettingsError

if TYPE_CHECKING:
    import socket

    from medai_extract.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def review(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a run.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any that is free.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine only with users.")
    ] = "127.0.0.1",
    add_user: Annotated[
        str | None,
        typer.Option("--add-user", metavar="NAME", help="Add a user, ask for a password, and end."),
    ] = None,
    import_file: Annotated[
        Path | None,
        typer.Option("--import", metavar="PATH", help="Take decisions from another tool's file, and end."),
    ] = None,
    format: Annotated[  # noqa: A002
        str | None,
        typer.Option("--from", metavar="FORMAT", help="Whose file it is; told by its contents if not given."),
    ] = None,
    user: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Under which name imported decisions stand.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Check what the rules found, in a browser; decisions outlive every later run. 在浏览器中审阅，决定长期有效。"""
    _need_extra()
    from medai_extract.review import Store

    store = Store(out)
    if add_user is not None:
        from medai_extract.review.users import Users

        Users(store).add(add_user, typer.prompt("Password", hide_input=True, confirmation_prompt=True))
        typer.echo(f"added {add_user} to {store.path}")
    elif import_file is not None:
        _import(store, import_file, format, user)
    else:
        _serve(store, host, port, open_browser=browser)


def _need_extra() -> None:
    try:
        import argon2  # noqa: F401
        import fastapi  # noqa: F401
        import jinja2  # noqa: F401
        import python_multipart  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"review: {error.name} is not installed; pip install 'medai-extract[review]'"
        ) from error


def _import(store: object, path: Path, format: str | None, user: str | None) -> None:  # noqa: A002
    from medai_extract.cli.show import count_of
    from medai_extract.export import read_annotations
    from medai_extract.review import Store
    from medai_extract.review.actions.importing import Given, import_annotations

    assert isinstance(store, Store)
    known, annotated = read_annotations(path, format)
    given = [
        Given(article.id, article.text, tuple((one.start, one.end, one.label) for one in article.annotations))
        for article in annotated
    ]
    if not given:
        raise InputError(f"{path}: holds no article that somebody has annotated; nothing was decided")
    report = import_annotations(store, given, user or f"import {known}")
    unknown = f"; {count_of(report.unknown, 'article')} not in {store.out} left out" if report.unknown else ""
    typer.echo(
        f"{path}: {count_of(report.articles, 'article')}, {count_of(report.decisions, 'decision')}"
        f" ({report.rejected:,} rejected, {report.corrected:,} corrected, {report.added:,} added){unknown}"
    )


def _serve(store: object, host: str, port: int, *, open_browser: bool) -> None:
    import getpass
    import secrets
    import threading
    import webbrowser

    import uvicorn

    from medai_extract.review import Store
    from medai_extract.review.app import LOCAL_HOSTS, create_app
    from medai_extract.review.trace import find_run_pipeline
    from medai_extract.review.users import Users

    assert isinstance(store, Store)
    with_users = Users(store).any()
    if host not in LOOPBACK and not with_users:
        raise SettingsError(
            f"--host {host}: beyond this machine the desk needs users; review {store.out} --add-user NAME first"
        )
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}/"
    # The browser's own link is for one use: whoever lists the processes of this machine sees it.
    token, once = (None, None) if with_users else (secrets.token_urlsafe(24), secrets.token_urlsafe(24))
    app = create_app(
        store,
        local_user=getpass.getuser(),
        token=token,
        once=once,
        make_pipeline=lambda: find_run_pipeline(store.out),
        hosts=LOCAL_HOSTS if host in LOOPBACK else None,
        ends=lambda: server.should_exit,
    )
    # The access log would write the token of the link into whatever keeps the terminal's output.
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    typer.echo(f"{store.out}: the review desk is at {_link(address, token)}")
    typer.echo("Ctrl-C ends it; every decision that was answered is kept.", err=True)
    if open_browser and host in LOOPBACK:
        threading.Timer(0.5, webbrowser.open, (_link(address, once),)).start()
    server.run(sockets=[listening])


def _link(address: str, token: str | None) -> str:
    return address if token is None else f"{address}open?token={token}"


def _listen(host: str, port: int) -> "socket.socket":
    import socket

    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # From now on a browser waits for its answer; the link is printed before the server runs.
        listening.listen()
    except OSError as error:
        raise SettingsError(
            f"{host}:{port}: cannot be listened on: {error.strerror}; give another --port"
        ) from error
    return listening


def export(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Output folder of a run.")],
    to: Annotated[
        str,
        typer.Option(
            help="labelstudio, doccano, prodigy, brat, conll, docbin, webannotation, or gold for fully reviewed articles."
        ),
    ],
    path: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="PATH", help="File to write, or the folder for it. [default: in DIR/export]"
        ),
    ] = None,
) -> None:
    """Write the dataset, decisions applied, in another tool's format. 导出为其他标注工具的格式。"""
    from medai_extract.cli.show import count_of
    from medai_extract.export import FORMATS, export_dataset

    if to not in FORMATS:
        raise typer.BadParameter(f"{to}; choose from {', '.join(FORMATS)}", param_hint="--to")
    written, articles, mentions = export_dataset(out, to, path)
    typer.echo(f"{written}: {count_of(articles, 'article')}, {count_of(mentions, 'mention')}")


def evaluate_decisions(
    reviewed: Path, settings: "Settings", *, out: Path | None, rules: bool, as_json: bool
) -> None:
    """Score the rules on all decisions beside a dataset and name every one they do not meet.

    Raises:
        GateError: the rules broke a decision that they once had right.
    """
    from medai_extract.cli.show import count_of, print_json, print_scores
    from medai_extract.errors import GateError
    from medai_extract.evaluate import write_scores
    from medai_extract.review.reviewed import score_decisions

    result = score_decisions(reviewed, settings)
    broken = sum(unmet.broken for unmet in result.unmet)
    if out is not None:
        write_scores(result.table, out)
    if as_json:
        print_json(
            {
                "scores": result.table.to_json(), "decided": result.decided, "orphans": result.orphans,
                "broken": broken, "unmet": [
                    {"problem": unmet.problem, "broken": unmet.broken, "now": unmet.now, "decision": unmet.decision}
                    for unmet in result.unmet
                ],
            }
        )  # fmt: skip
    else:
        print_scores(result.table, errors=0, rules=rules, as_json=False)
        for unmet in sorted(result.unmet, key=lambda one: not one.broken):
            decision = unmet.decision
            context = f"{decision.prefix[-12:]}[{decision.quote}]{decision.suffix[:12]}".replace("\n", "⏎")
            typer.echo(
                f"{'broken' if unmet.broken else 'not learned'}: {decision.user} {decision.at[:10]} {decision.verdict}"
                f" {decision.label} {context} in {decision.source}: {unmet.problem}; now {unmet.now or 'nothing'}"
            )
        typer.echo(
            f"{count_of(result.decided, 'decision')}: {broken} broken, {len(result.unmet) - broken} not learned,"
            f" {result.orphans} without their words"
        )
    if broken:
        raise GateError(f"{reviewed}: the present patterns break {broken} accepted decisions")
