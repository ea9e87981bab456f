"""Pure knowledge of the field: no I/O, no clock, no Telegram; functions of (facts, now)."""
