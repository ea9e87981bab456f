"""Methods about the bot itself, its updates and webhook, its answers to presses, and its files."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.localchat.errors import ApiError, bad_request
from bot.localchat.media import MAX_DOWNLOAD
from bot.localchat.params import Params
from bot.localchat.views import file_view, me_view
from bot.localchat.world import QUERY_LIFE, Json, Webhook, World

MAX_ANSWER = 200
MAX_SECRET = 256
MAX_CERTIFICATE = 3 << 20
_PORTS = frozenset({None, 80, 88, 443, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_WEBHOOK_CAME = "Conflict: terminated by setWebhook request"


@dataclass(frozen=True, slots=True)
class Noted:
    """A result that the Bot API accompanies with a sentence."""

    result: Any
    description: str


def get_me(world: World, _params: Params) -> Json:
    """getMe."""
    return me_view(world.account)


def log_out(_world: World, _params: Params) -> bool:
    """logOut and close: nothing to do for a server that keeps no connection to another."""
    return True


def get_updates(world: World, params: Params) -> list[Json]:
    """getUpdates, without waiting: the server in front does the long polling."""
    if world.account.webhook.url:
        raise ApiError(409, _WEBHOOK_ACTIVE)
    _allow(world, params)
    limit = min(100, max(1, params.integer("limit", 100)))
    return world.updates.fetch(world.clock.now(), params.integer("offset"), limit)


def set_webhook(world: World, params: Params) -> Noted:
    """setWebhook: updates go to `url` from now on; the courier delivers them. An empty url deletes."""
    if not params.text("url"):
        return delete_webhook(world, params)
    old, new = world.account.webhook, _webhook(params)
    new.changes = old.changes + 1
    same = _settings(old) == _settings(new) and not params.flag("drop_pending_updates")
    _allow(world, params)
    if same:
        return Noted(True, "Webhook is already set")
    _drop_pending(world, params)
    world.account.webhook = new
    world.updates.interrupt_poll(_WEBHOOK_CAME)
    world.changed()
    return Noted(True, "Webhook was set")


def delete_webhook(world: World, params: Params) -> Noted:
    """deleteWebhook."""
    old = world.account.webhook
    _drop_pending(world, params)
    world.account.webhook = Webhook(changes=old.changes + 1)
    world.changed()
    return Noted(True, "Webhook was deleted" if old.url else "Webhook is already deleted")


def get_webhook_info(world: World, _params: Params) -> Json:
    """getWebhookInfo."""
    hook = world.account.webhook
    world.updates.expire(world.clock.now())
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": hook.has_certificate,
        "pending_update_count": world.updates.count,
    }
    if hook.ip_address:
        info["ip_address"] = hook.ip_address
    if hook.last_error_at:
        info.update(last_error_date=hook.last_error_at, last_error_message=hook.last_error)
    if hook.url:
        info["max_connections"] = hook.max_connections
    return {**info, "allowed_updates": world.updates.allowed} if world.updates.allowed else info


def answer_callback_query(world: World, params: Params) -> bool:
    """answerCallbackQuery: once, and within 150 seconds of the press by the chat's clock."""
    query = world.queries.get(params.text("callback_query_id"))
    now = world.clock.now()
    if query is None or query.answered or now - query.at > QUERY_LIFE:
        raise bad_request(_TOO_OLD)
    text, url = params.text("text"), params.text("url")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not re.match(rf"(?i)(https?://)?t(elegram)?\.me/{world.account.username}\?start=", url):
        raise bad_request("URL_INVALID")
    query.answered = True
    chat = world.chats[query.chat_id]
    chat.revision = world.changed()
    notice = {"revision": chat.revision, "person": query.person_id, "message_id": query.message_id}
    chat.notices.append({**notice, "text": text, "alert": params.flag("show_alert")})
    return True


def get_file(world: World, params: Params) -> Json:
    """getFile: where a file up to 20 MB can be downloaded."""
    if not params.text("file_id"):
        raise bad_request("file_id not specified")
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file_view(stored)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _webhook(params: Params) -> Webhook:
    url, secret = params.text("url"), params.text("secret_token")
    _check_address(url if "://" in url else f"https://{url}", params.text("ip_address"))
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    certificate = params.file("certificate")
    if certificate is not None and len(certificate.content) > MAX_CERTIFICATE:
        raise bad_request(f"certificate size is too big ({len(certificate.content)} bytes)")
    connections = min(100, max(1, params.integer("max_connections", 40)))
    return Webhook(url, secret, connections, params.text("ip_address"), certificate is not None)


def _check_address(url: str, ip_address: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if ip_address and not _is_address(ip_address):
        raise bad_request("bad webhook: Invalid IP address specified")
    if is_loopback(ip_address or parts.hostname):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _settings(hook: Webhook) -> Json:
    return {name: getattr(hook, name) for name in ("url", "secret", "max_connections", "ip_address", "has_certificate")}


def _allow(world: World, params: Params) -> None:
    allowed = params.parsed("allowed_updates")
    if allowed is not None:
        world.updates.allow([str(kind) for kind in allowed])


def _drop_pending(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.clear()
