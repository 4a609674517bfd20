"""Texts of the gateways themselves, the same on every platform."""

NOT_SHOWN = "Failed: this answer cannot be shown here; the log says why. The command itself may have been done."
EXPIRED = "Refused: this button has expired. Send /bots for the current cards."
SENT_PRIVATELY = "Sent to you privately."
