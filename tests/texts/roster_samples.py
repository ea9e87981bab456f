"""The cards of a roster: names to settle, what became of them, agencies nobody can be asked for."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.rosterviews import MissingAgency, MissingView, RosterView, Settled
from bot.domain.views import View

_ASK = RosterView(
    card_id=85,
    rev=2,
    stage="ask",
    known=21,
    left=2,
    row=7,
    written="县水务局",
    people=("王敏", "陈立", "周全", "吴桐"),
    choices=("县水利局", "县商务局", "县税务局"),
    new_name="县水务局",
)
_SETTLED = (Settled("县水务局", "县水利局"), Settled("火星<局>", ""))
_MISSING = tuple(
    MissingAgency(agency, has_contact, people)
    for agency, has_contact, people in (
        ("县水利局", True, (("王敏", "13800000001"),)),
        ("县财政局", False, ()),
        ("县审计局", False, (("孙局长", "13800000002"),)),
        ("县林业局", True, (("陈立", ""), ("周全", "13800000003"))),
        *((f"清河{at}镇人民政府", False, ()) for at in "甲乙丙丁戊己庚辛"),
    )
)


def roster_views() -> dict[str, View]:
    """One view for each way the cards look."""
    missing = MissingView(86, 1, _MISSING, 0)
    return {
        "roster-ask": _ASK,
        "roster-ask-typed": replace(
            _ASK, typed="水务和移民局", new_name="县水务和移民局", left=1, settled=_SETTLED[:1]
        ),
        "roster-ask-unlike": replace(_ASK, written="abc", choices=(), known=0, people=("王敏",), new_name="县abc"),
        "roster-ask-not-found": replace(_ASK, typed="xyz", choices=(), new_name="县xyz"),
        "roster-ask-many": replace(_ASK, left=9, settled=_SETTLED),
        "roster-done": replace(_ASK, stage="done", settled=_SETTLED),
        "roster-stopped": replace(_ASK, stage="stopped"),
        "missing": missing,
        "missing-second-page": replace(missing, page=1),
        "missing-none": replace(missing, agencies=()),
    }
