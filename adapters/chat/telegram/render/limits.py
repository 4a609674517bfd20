"""Telegram's limits; texts are counted in UTF-16 units without markup."""

TEXT, CAPTION = 4096, 1024
PAYLOAD_BYTES = 64
POPUP = 200
BUTTONS = 100
COPY_TEXT = 256
URL = 2048
COMMANDS, COMMAND_NAME, COMMAND_DESCRIPTION = 100, 32, 256
TOPIC_NAME = 128
TABLE_CELLS = 32
"""Cells that fit into a bubble on a phone; our limit, not Telegram's, as are those below."""
ROWS = 8
BUTTON_LABEL = 34
LONG_TEXT_LINES = 10
"""Lines beyond which a text is folded until somebody opens it."""
