"""The list of commands that Discord shows, sent there only when it changed."""

import hashlib
import json
import logging
from datetime import timedelta

from adapters.chat.discord.interactions.client import DeskClient
from adapters.chat.discord.transport.errors import FOREIGN, delivery_error
from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

SENT = "commands"
PAUSE = timedelta(minutes=1)


class CommandList:
    """Remembers what was sent by its digest, also over restarts."""

    def __init__(self, notes: KeyValueStore, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock

    async def bring_up_to_date(self, client: DeskClient) -> None:
        """Send the commands if they differ from those sent last, again and again until Discord took them."""
        while not client.is_closed() and not await self._is_up_to_date(client):
            await self._clock.sleep(PAUSE)

    async def _is_up_to_date(self, client: DeskClient) -> bool:
        commands = [command.to_dict(client.tree) for command in client.tree.get_commands()]
        record = json.dumps([client.application_id, commands], sort_keys=True)
        digest = hashlib.blake2b(record.encode(), digest_size=16).hexdigest()
        if await self._notes.read_value(SENT) == digest:
            return True
        try:
            await client.tree.sync()
        except FOREIGN as error:
            logger.warning("commands not sent to Discord", extra={"error": str(delivery_error(error))})
            return False
        await self._notes.save_value(SENT, digest)
        logger.info("commands sent to Discord", extra={"count": len(commands)})
        return True
