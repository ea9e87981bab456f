"""How the coordinator of the cast works the desk: activates a draft, accepts what waits, decides requests."""

from __future__ import annotations

from bot.cast.hands import Hands

_MOST = 400
_REFUSED = ("decline", "delegate")


async def activate(hands: Hands) -> None:
    """Answer the doubts of the plan under check with what the reading assumed, then 启用 twice."""
    card = await _ask(hands, "计划")
    if card is None:
        return
    if await hands.press("pp", "doubts", on=card):
        for _ in range(_MOST):
            if not await hands.press("ps", on=card):
                break
        # A question that wants typed words stays open; the plan is activated with it.
        await hands.press("pk", on=card)
        await hands.press("pp", "overview", on=card)
    await hands.press("pp", "activate", on=card)
    await hands.press("pa", on=card)


async def accept_waiting(hands: Hands) -> None:
    """Accept every report that waits for review, one after the other on one card."""
    card = await _ask(hands, "待审核")
    for _ in range(_MOST):
        if card is None or not await hands.press("ra", on=card):
            return
        await hands.pause()
        if not await hands.press("rn", on=card):
            return


async def decide(hands: Hands, kind: str, message_id: int) -> None:
    """Grant more time and answer questions; tasks and contacts stay with whom they are."""
    await hands.press("qr" if kind in _REFUSED else "qg", on=message_id)


async def _ask(hands: Hands, word: str) -> int | None:
    """Type a command's word; the message id of the card it brings."""
    written = await hands.say(word)
    card = hands.newest(written) if written is not None else None
    return int(card["message_id"]) if card is not None else None
