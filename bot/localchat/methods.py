"""Every method the stand-in answers, by its name in lower case. What each may carry is in botapi.txt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.localchat import account, copying, editing, menus, rooms, sending
from bot.localchat.params import Params
from bot.localchat.world import World

Method = Callable[[World, Params], Any]
METHODS: dict[str, Method] = {
    "getme": account.get_me,
    "logout": account.log_out,
    "close": account.log_out,
    "getupdates": account.get_updates,
    "setwebhook": account.set_webhook,
    "deletewebhook": account.delete_webhook,
    "getwebhookinfo": account.get_webhook_info,
    "answercallbackquery": account.answer_callback_query,
    "getfile": account.get_file,
    "getchat": rooms.get_chat,
    "getchatmember": rooms.get_chat_member,
    "getchatmembercount": rooms.get_chat_member_count,
    "getchatadministrators": rooms.get_chat_administrators,
    "leavechat": rooms.leave_chat,
    "getuserprofilephotos": rooms.get_user_profile_photos,
    "setmycommands": menus.set_my_commands,
    "getmycommands": menus.get_my_commands,
    "deletemycommands": menus.delete_my_commands,
    "setmyname": menus.set_profile,
    "getmyname": menus.get_profile,
    "setmydescription": menus.set_profile,
    "getmydescription": menus.get_profile,
    "setmyshortdescription": menus.set_profile,
    "getmyshortdescription": menus.get_profile,
    "setchatmenubutton": menus.set_chat_menu_button,
    "getchatmenubutton": menus.get_chat_menu_button,
    "setmydefaultadministratorrights": menus.set_my_default_administrator_rights,
    "getmydefaultadministratorrights": menus.get_my_default_administrator_rights,
    "sendmessage": sending.send_message,
    **dict.fromkeys(
        ("sendphoto", "senddocument", "sendvideo", "sendanimation", "sendaudio", "sendvoice"), sending.send_file
    ),
    "sendmediagroup": sending.send_media_group,
    "sendlocation": sending.send_location,
    "sendcontact": sending.send_contact,
    "sendchataction": sending.send_chat_action,
    "forwardmessage": copying.forward_message,
    "forwardmessages": copying.forward_messages,
    "copymessage": copying.copy_message,
    "copymessages": copying.copy_messages,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
    "pinchatmessage": editing.pin_chat_message,
    "unpinchatmessage": editing.unpin_chat_message,
    "unpinallchatmessages": editing.unpin_all_chat_messages,
    "setmessagereaction": editing.set_message_reaction,
}
