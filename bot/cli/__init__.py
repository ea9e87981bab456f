"""The `duban` command: every subcommand in one place, one clear sentence and a non-zero exit for every refusal."""

from __future__ import annotations

import sys

import typer

from bot.cli import bench, calendar, keeping, people, plans, reading, running, staff, standin, why
from bot.cli.console import fail
from bot.domain.model import DubanError

app = typer.Typer(
    name="duban",
    help="督办 Duban：催办与汇报公开工作计划 / chases a public work plan and reports where it stands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(plans.app, name="plan")
app.add_typer(people.roster_app, name="roster")
app.add_typer(staff.app, name="people")
app.add_typer(reading.reply_app, name="reply")
app.add_typer(reading.date_app, name="date")
app.add_typer(calendar.app, name="calendar")
app.add_typer(keeping.audit_app, name="audit")
app.command("run")(running.run)
app.command("rehearse")(running.rehearse)
app.command("localchat")(standin.localchat)
app.command("invite")(people.invite)
app.command("summary")(plans.summary)
app.command("why")(why.why)
app.command("bench")(bench.bench)
app.command("doctor")(keeping.doctor)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)


def main() -> None:
    """Entry point: refusals become one sentence on standard error and exit status 1."""
    try:
        app()
    except DubanError as error:
        sys.exit(fail(error))
    except BrokenPipeError:
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
