"""From a view to a Message in a language; attachments are made by the papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.behalfviews import BehalfView
from bot.domain.calendarviews import CalendarView
from bot.domain.groupviews import GroupPostView, GroupView
from bot.domain.leverviews import LeversView
from bot.domain.manageviews import ManageView
from bot.domain.peopleviews import AbsenceView, PeopleView
from bot.domain.planviews import PlanView
from bot.domain.policyviews import PolicyView
from bot.domain.previewviews import PreviewView
from bot.domain.revisionviews import RevisionView
from bot.domain.rosterviews import MissingView, RosterView
from bot.domain.views import (
    BoardView,
    DuesView,
    FileView,
    InvitationView,
    NoticeView,
    RequestView,
    ReviewView,
    SummaryView,
    View,
    WordsView,
)
from bot.domain.whyviews import WhyView
from bot.texts.commands import keyboard
from bot.texts.language import speaking
from bot.texts.markup import TEXT_ROOM, Part, compose, cut, escape_lines
from bot.texts.message import Message
from bot.texts.screens.absence import absence_message
from bot.texts.screens.behalf import behalf_message
from bot.texts.screens.board import board_message
from bot.texts.screens.calendar import calendar_message
from bot.texts.screens.dues import dues_message
from bot.texts.screens.entering import invitation_message
from bot.texts.screens.groups import group_message, group_post_message
from bot.texts.screens.levers import levers_message
from bot.texts.screens.manage import manage_message
from bot.texts.screens.papers import file_message
from bot.texts.screens.people import people_message
from bot.texts.screens.plan import plan_message
from bot.texts.screens.policy import policy_message
from bot.texts.screens.preview import preview_message
from bot.texts.screens.request import request_message
from bot.texts.screens.review import review_message
from bot.texts.screens.revision import revision_message
from bot.texts.screens.roster import missing_message, roster_message
from bot.texts.screens.summary import summary_message
from bot.texts.screens.typed import words_message
from bot.texts.screens.whycard import why_message
from bot.texts.sentences import spoken_sentence


def render(view: View, language: str) -> Message:
    """What the message says in `language` ("zh" unless it is another known one)."""
    with speaking(language):
        return _SCREENS[type(view)](view)


def _notice(view: NoticeView) -> Message:
    text = escape_lines(cut(spoken_sentence(view.code, view.params), TEXT_ROOM))
    return Message(compose([Part([text])]), keyboard=keyboard(view.menu))


_SCREENS: dict[type, Callable[[Any], Message]] = {
    NoticeView: _notice,
    DuesView: dues_message,
    ManageView: manage_message,
    LeversView: levers_message,
    BehalfView: behalf_message,
    GroupView: group_message,
    GroupPostView: group_post_message,
    WordsView: words_message,
    PlanView: plan_message,
    RevisionView: revision_message,
    RosterView: roster_message,
    CalendarView: calendar_message,
    PolicyView: policy_message,
    MissingView: missing_message,
    PeopleView: people_message,
    PreviewView: preview_message,
    WhyView: why_message,
    AbsenceView: absence_message,
    InvitationView: invitation_message,
    BoardView: board_message,
    ReviewView: review_message,
    RequestView: request_message,
    SummaryView: summary_message,
    FileView: file_message,
}
