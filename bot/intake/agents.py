"""Papers that name the agency before its work: 1.县教育局：开展…; a heading that is nothing but an agency's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.agency_names import is_collective, written_level
from bot.intake.duty_labels import starts_with_label
from bot.intake.duty_names import Part, read_names
from bot.intake.passages import Passage
from bot.intake.responsibilities import Responsibility, read_responsibility

# So many of a document's paragraphs begin with an agency before that is taken for its manner.
_LEAST = 3
_LONGEST = 80
_HEAD = re.compile(r"(?P<names>[^：:。；;“”\"\d]{2,80}?)(?:[：:](?=.{4})|$)")
_OFFICE = re.compile(
    r".+(?:局|委员会|[省市州县区旗纪编党工]委|办公室|办|政府|管委会|法院|检察院|公司|银行|支行|支队|大队|总队|办事处|[^城]镇|[^城]乡|街道"
    r"|科|股|庭|处|室|所|中心|站|部|学校|中学|小学|学院|医院|妇联|残联|工会|联合会|工商联|科协|文联|供销社|合作社|社区)$"
)
_WORK = re.compile(
    r"加强|强化|建设|建立|打造|推进|推动|做好|完善|开展|提升|优化|落实|深化|健全|规范|整治|创建|改造|成立|设立|支持|加快|抓好|严格|提高|关于|成员|组长"
)


@dataclass(frozen=True)
class Agent:
    """The agencies that open a passage; the work begins at `end`, which is the passage's own end in a heading."""

    said: Responsibility
    end: int


def opening_agent(passage: Passage) -> Agent | None:
    """The agencies before a colon, or those that are the whole passage; None where it begins otherwise."""
    head = _HEAD.match(passage.text[: _LONGEST + 1])
    if head is None or starts_with_label(passage.text) or head.end("names") > _LONGEST:
        return None
    if not (head.end() == len(passage.text) or passage.text[head.end("names")] in "：:"):
        return None
    names, _ = read_names(head["names"])
    if not names or not all(is_office(n.name if isinstance(n, Part) else n) for n in names):
        return None
    named = passage.part(0, head.end("names"))
    return Agent(replace(read_responsibility(named.text), passage=named, rule="heading"), head.end())


def names_agents_first(passages: Iterable[Passage]) -> bool:
    """Whether it is the document's manner to name the agency before its work."""
    found = 0
    for passage in passages:
        found += opening_agent(passage) is not None
        if found >= _LEAST:
            return True
    return False


def is_office(name: str) -> bool:
    """Whether the words are surely an office's name, where nothing but their end tells."""
    if _WORK.match(name) or len(name) > 30:
        return False
    return is_collective(name) or bool(_OFFICE.match(name)) or (bool(written_level(name)) and name.endswith("队"))
