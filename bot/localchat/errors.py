"""How the stand-in says no: Telegram's refusals, a cut connection, and a wrong request on the users' side."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal in Telegram's words; becomes `{"ok": false, "error_code": …, "description": …}`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        """The refusal as the Bot API writes it."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class ConnectionDropped(Exception):  # noqa: N818 - a state of the wire, not a failure of this program
    """A planned fault: the connection is to be cut without an answer; `stored` tells whether the call took effect."""

    def __init__(self, stored: bool) -> None:
        super().__init__("the connection is cut on purpose")
        self.stored = stored


class ControlError(Exception):
    """Something a person in the chat cannot do, such as pressing a button that is not there.

    code: snake_case, for the page to say it in the person's language; text: the same for a developer.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def bad_request(text: str) -> ApiError:
    """400, with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """403, with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {text}")
