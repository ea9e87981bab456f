"""A plan's reminder policy as plain text for the command line: the rules, what a change does, what a setting takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.policy import Policy
from bot.domain.policy_changes import PolicyChange
from bot.domain.policy_topics import GROUPS, TOPICS
from bot.texts.language import N_, speaking
from bot.texts.markup import plain, visible
from bot.texts.screens.policy import GROUP_NAMES, rule_lines
from bot.texts.screens.policy_effects import effect_lines

_CLOCK = N_("时间，如09:00")
_RUNGS = N_("离截止日的工作日数，如-10,-3,D,1")
_AFTER = N_("1到30的整数（工作日）")
_ALLOWED: Mapping[str, str] = {
    "report_workday": _AFTER,
    "report_day": N_("1到28的整数（次月几日），0为不用"),
    "year_end_on": N_("月-日，如12-20，或none"),
    "roll": N_("before（提前）或after（顺延）"),
    "send_time": N_("工作时间内的时间，如09:00"),
    "report_time": _CLOCK,
    "hours": N_("时段，如08:30-11:30,14:30-17:30"),
    "rungs": _RUNGS,
    "year_end_rungs": _RUNGS,
    "heads_up_rungs": _RUNGS,
    "invited_rungs": _RUNGS,
    "missing_rung": _AFTER,
    "escalation_rung": _AFTER,
    "review_rung": N_("0到30的整数（工作日）"),
    "summary_rung": _AFTER,
    "sign_workdays": _AFTER,
    "participants": N_("none（不提醒）、invited（邀请）或required（须报送）"),
    "participants_ahead": N_("0到20的整数（工作日）"),
    "escalate_to": N_("deputy、head，可用逗号并列，或none"),
    "cap_per_week": N_("0到99的整数，0为不限"),
    "cap_per_quarter": N_("0到999的整数，0为不限"),
    "reach_check": N_("yes或no"),
}


def allowed(name: str, language: str) -> str:
    """What a setting takes."""
    with speaking(language):
        return plain(_ALLOWED[name])


def printed_rules(policy: Policy, language: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The rules by group: its name, and each rule in words with the names of its settings."""
    with speaking(language):
        return tuple(
            (
                plain(GROUP_NAMES[group]),
                tuple(
                    (visible(line), " ".join(TOPICS[topic].settings))
                    for topic, line in zip(topics, rule_lines(policy, group), strict=True)
                ),
            )
            for group, topics in GROUPS.items()
        )


def printed_effects(change: PolicyChange, agencies: Mapping[int, str], today: date, language: str) -> tuple[str, ...]:
    """What a change does to what is not yet sent, a line each."""
    with speaking(language):
        return tuple(visible(line) for line in effect_lines(change, agencies, today))
