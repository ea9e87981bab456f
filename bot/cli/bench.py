"""`duban bench`: lists the benchmarks and runs them; every figure beside something bare from the same run."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.bench.model import Benchmark, Comparison
from bot.domain.model import DubanError


def benchmarks() -> tuple[Benchmark, ...]:
    """All of them. Imported when asked for: no other command should wait for the readers of every format."""
    from bot.bench import intake, localchat, reminders

    return (*localchat.BENCHMARKS, *intake.BENCHMARKS, *reminders.BENCHMARKS)


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="只跑这几项 / only these")] = None,
    list_: Annotated[bool, typer.Option("--list", help="只列出 / list them and stop")] = False,
    json_: Annotated[bool, typer.Option("--json", help="每项一行 JSON / one object a line")] = False,
    seconds: Annotated[float, typer.Option(min=0.05, max=10.0, help="每项约几秒 / seconds for each")] = 4.0,
) -> None:
    """性能测试：每项都与同一次运行中最简单的做法相比。/ Benchmarks, each beside something bare in the same run."""
    picked = list(benchmarks()) if list_ and not names else chosen(names or [])
    if not list_ and not json_:
        typer.echo(f"{'':23} {'ours':>12} {'bare':>12} {'ratio':>7}")
    for benchmark in picked:
        if list_:
            typer.echo(f"{benchmark.name:23} {benchmark.question}")
            continue
        result = benchmark.run(seconds)
        typer.echo(json.dumps(result.as_json()) if json_ else _readable(result))


def chosen(names: list[str]) -> list[Benchmark]:
    """The benchmarks of these names; the first word of several names them all (intake, localchat, reminders).

    Large ones only by their own names.
    """
    known, picked = benchmarks(), list[Benchmark]()
    for name in names:
        found = [b for b in known if b.name == name] or [
            b for b in known if b.name.split("-")[0] == name and not b.large
        ]
        if not found:
            raise DubanError("bench_unknown", name=name, known=" ".join(b.name for b in known))
        picked += found
    return picked or [b for b in known if not b.large]


def _readable(result: Comparison) -> str:
    digits = 0 if result.unit == "/s" else 1
    figures = [f"{value:,.{digits}f} {result.unit}" for value in (result.measured, result.bare)]
    carried = "" if result.bytes is None else f"  {result.bytes:,} bytes, first byte {result.first_byte:.1f} ms"
    noted = f"  {result.note}" if result.note else ""
    return f"{result.name:23} {figures[0]:>12} {figures[1]:>12} {result.ratio:>7.2f}{carried}{noted}"
