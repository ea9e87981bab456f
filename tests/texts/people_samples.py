"""The cards of who speaks for the agencies, and a contact's own leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.model import Position
from bot.domain.peopleviews import AbsenceView, AgencyPeople, GoneLine, OwnPlace, PeopleView, PersonLine, Trouble
from bot.domain.views import View

TODAY = date(2022, 9, 28)
_LI = PersonLine(11, "李敏", "13800000001", Position.CONTACT, True, True, True, None, date(2022, 10, 12), False)
_ZHOU = PersonLine(12, "周全", "13800000002", Position.DEPUTY, True, True, False, None, None, True)
_WU = PersonLine(13, "吴<桐>", "", Position.HEAD, False, True, False, None, None, False)
_CHEN = PersonLine(
    14, "陈立", "13800000003", Position.CONTACT, True, False, False, date(2022, 10, 10), date(2022, 10, 14), False
)
_WATER = AgencyPeople(1, "县水利局", (_LI, _ZHOU, _WU), None)
_AGENCIES = (
    _WATER,
    AgencyPeople(2, "县财政局", (), Trouble.NOBODY),
    AgencyPeople(3, "县林业局", (_CHEN,), Trouble.UNREACHABLE),
    AgencyPeople(4, "县审计局", (replace(_LI, contact_id=15, name="何平"),), Trouble.UNCOVERED),
    AgencyPeople(5, "县教育局", (replace(_WU, contact_id=16, position=Position.CONTACT),), Trouble.NOT_ENTERED),
    AgencyPeople(6, "县民政局", (replace(_ZHOU, contact_id=17, position=Position.CONTACT),), None),
)
_LIST = PeopleView(91, 3, "list", TODAY, agencies=_AGENCIES, in_trouble=4)
_ONE = PeopleView(91, 4, "agency", TODAY, agency=_WATER)
_PERSON = replace(_ONE, stage="person", person=_LI)
_GONE = tuple(
    GoneLine("县水利局", replace(_LI, contact_id=30 + at, name=name), settled)
    for at, (name, settled) in enumerate((("李敏", ""), ("周全", "left"), ("吴桐", "kept"), ("陈立", "")))
)
_PROPOSAL = PeopleView(92, 1, "proposal", TODAY, agencies=(_WATER,), proposed=("孙宁", "13800000009"), by="李敏")
_PLACES = (OwnPlace("县水利局", Position.CONTACT, "李敏", "周全"), OwnPlace("县林业局", Position.CONTACT, "李敏", ""))
_CONFIRM = AbsenceView(
    93,
    1,
    "confirm",
    TODAY,
    _PLACES,
    from_on=date(2022, 10, 10),
    until_on=date(2022, 10, 14),
    named="周全",
    known=True,
    entered=True,
    words="我10月10日到14日请假，由周全代",
)


def people_views() -> dict[str, View]:
    """One view for each way the cards look."""
    return {
        "people": _LIST,
        "people-second-page": replace(_LIST, page=1),
        "people-todo": replace(
            _LIST, only_trouble=True, agencies=tuple(agency for agency in _AGENCIES if agency.trouble)
        ),
        "people-none": replace(_LIST, agencies=(), in_trouble=0),
        "people-agency": _ONE,
        "people-person": _PERSON,
        "people-person-done": replace(_PERSON, person=_ZHOU, note="leave_set"),
        "people-ask-away": replace(_PERSON, stage="ask", ask="away"),
        "people-ask-deputy": replace(_ONE, stage="ask", ask="deputy"),
        "people-leaving": replace(_PERSON, stage="leaving"),
        "people-successor": replace(_PERSON, stage="successor"),
        "people-moved": replace(_PERSON, stage="moved"),
        "people-gone": replace(_ONE, stage="gone", agency=None, gone=_GONE),
        "people-gone-settled": replace(_ONE, stage="gone", agency=None, gone=_GONE[1:3]),
        "people-proposal": _PROPOSAL,
        "people-proposal-granted": replace(_PROPOSAL, decided="granted"),
        "absence": replace(_CONFIRM, stage="home", words="", named="", from_on=None, until_on=None),
        "absence-away": replace(
            _CONFIRM, stage="home", words="", away_from_on=date(2022, 9, 26), away_until_on=date(2022, 9, 30)
        ),
        "absence-ask": replace(_CONFIRM, stage="ask", words="我要请假"),
        "absence-ask-deputy": replace(_CONFIRM, stage="ask_deputy", words=""),
        "absence-confirm": _CONFIRM,
        "absence-confirm-unknown": replace(_CONFIRM, named="孙宁", known=False, entered=False),
        "absence-confirm-not-entered": replace(_CONFIRM, until_on=_CONFIRM.from_on, entered=False),
        "absence-back": replace(_CONFIRM, stage="back", words="我回来了"),
        "absence-done": replace(_CONFIRM, stage="done", away_until_on=date(2022, 10, 14)),
        "absence-ended": replace(_CONFIRM, stage="ended"),
        "absence-cancelled": replace(_CONFIRM, stage="cancelled"),
    }
