"""The sender's way into the house: services say what a message shows, texts put it into words, papers draw it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.channel.protocols import Prepared, Withheld
from bot.domain.views import DuesView, FileView, View
from bot.intake.rosters import roster_template_xlsx
from bot.papers.ledger import ledger_xlsx
from bot.papers.picture import summary_png
from bot.services import outgoing
from bot.texts.message import Attachment, Message
from bot.texts.render import render
from bot.texts.sentences import sentence
from storage.tables import Outbox

# What fits under a picture: 1,024 UTF-16 units of caption, tags not counted; some room is left.
_CAPTION_ROOM = 1000


class HouseComposer:
    """Implements the sender's `Composer` with the house's services, texts and papers."""

    def prepare(self, session: Session, row: Outbox, now: datetime) -> Prepared | Withheld:
        """Re-check and fill, in the claiming unit of work."""
        found = outgoing.prepare(session, row, now)
        if isinstance(found, outgoing.NotNeeded):
            return Withheld(found.reason)
        again = bool(row.uncertain) and found.edit_message_id is None
        view = (found.view, found.language, again)
        return Prepared(found.chat_id, found.edit_message_id, view)

    def render(self, view: tuple[View, str, bool]) -> Message:
        """Words, and a picture or file where the view asks for one; pure, outside any transaction."""
        shown, language, again = view
        message = render(shown, language)
        attachment = _attachment(shown, language, message.text)
        # Its first sending was never confirmed: it says so, so that a double is recognised (F3).
        text = f"{message.text}\n{sentence('sent_again', {}, language)}" if again else message.text
        return Message(
            text=text,
            buttons=message.buttons,
            keyboard=message.keyboard,
            attachment=attachment,
            placeholder=message.placeholder,
            pin=message.pin,
            silent=message.silent,
        )

    def settled(self, session: Session, row: Outbox, state: str, now: datetime) -> None:
        """Hear how a message ended."""
        outgoing.settled(session, row, state, now)


def _attachment(view: View, language: str, text: str) -> Attachment | None:
    if isinstance(view, DuesView) and view.summary is not None and len(text) <= _CAPTION_ROOM:
        return Attachment("summary.png", summary_png(view.summary, language), True)
    if not isinstance(view, FileView):
        return None
    if view.kind == "roster_template":
        return Attachment(view.name, roster_template_xlsx([row[0] for row in view.rows]), False)
    if view.kind == "invitations":
        lines = ("\t".join(row) for row in view.rows)
        return Attachment(view.name, "\r\n".join(lines).encode("utf-8-sig"), False)
    if view.summary is None:
        return None
    if view.kind == "ledger":
        return Attachment(view.name, ledger_xlsx(view.summary, language), False)
    return Attachment(view.name, summary_png(view.summary, language), True)
