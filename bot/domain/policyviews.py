"""What a chat message shows of a plan's reminder policy, before words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.policy import Policy
from bot.domain.policy_changes import PolicyChange


@dataclass(frozen=True)
class OpenPlan:
    """A plan whose rules may be changed: in force, or still under check."""

    plan_id: int
    title: str
    active: bool


@dataclass(frozen=True)
class PolicyView:
    """The rules of a plan; `stage` plans (choose one), rules, group, topic, ask (words awaited), confirm or done.

    `change` is what the chosen values (confirm) will do, or did (done), `new` the rules after it; `agencies` names
    those it speaks of. `office` are the rules new plans of the office begin with.
    """

    card_id: int
    rev: int
    stage: str
    plans: tuple[OpenPlan, ...]
    plan: OpenPlan | None = None
    today: date | None = None
    policy: Policy = field(default_factory=Policy)
    new: Policy = field(default_factory=Policy)
    office: Policy = field(default_factory=Policy)
    group: str = ""
    topic: str = ""
    change: PolicyChange = field(default_factory=PolicyChange)
    agencies: Mapping[int, str] = field(default_factory=dict)
