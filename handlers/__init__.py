"""Everything Telegram-shaped coming in: parse, check the right, call one service, answer."""
