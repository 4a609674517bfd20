"""Discord's limits, in code points, which `len` counts."""

CONTENT = 2000
DESCRIPTION = 4096
EMBEDS = 6000
"""Length of all texts of all embeds of a message together."""
FOOTER = 2048
FIELD_NAME = 256
ALT_TEXT = 1024
FILES = 10
ROWS, WIDEST_ROW = 5, 5
BUTTON_LABEL = 80
BUTTON_URL = 512
CUSTOM_ID = 100
OPTIONS = 25
OPTION_LABEL = 100
PLACEHOLDER = 150
MODAL_TITLE, MODAL_LABEL, MODAL_DESCRIPTION = 45, 45, 100
MODAL_INPUTS = 5
COMMANDS = 100
COMMAND_DESCRIPTION = 100
CHOICES, CHOICE = 25, 100
THREAD_NAME = 100
TABLE_CELLS = 32
"""Cells that fit into a code block of an embed on a phone; our limit, not Discord's."""
