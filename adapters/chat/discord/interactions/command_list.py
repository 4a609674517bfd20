"""Command list of Discord, sent only when it changed."""

import hashlib
import json
import logging
from datetime import timedelta

from adapters.chat.discord.interactions.client import DiscordClient
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, delivery_error
from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

COMMANDS_KEY = "commands"
RETRY_DELAY = timedelta(minutes=1)


class CommandList:
    """Sends the command list, and stores its digest over restarts."""

    def __init__(self, key_value_store: KeyValueStore, clock: Clock) -> None:
        self._key_value_store = key_value_store
        self._clock = clock

    async def sync_commands(self, client: DiscordClient) -> None:
        """Send the commands if they differ from those sent last; retry until Discord takes them."""
        while not client.is_closed() and not await self._sync_once(client):
            await self._clock.sleep(RETRY_DELAY)

    async def _sync_once(self, client: DiscordClient) -> bool:
        commands = [command.to_dict(client.tree) for command in client.tree.get_commands()]
        record = json.dumps([client.application_id, commands], sort_keys=True)
        digest = hashlib.blake2b(record.encode(), digest_size=16).hexdigest()
        if await self._key_value_store.read_value(COMMANDS_KEY) == digest:
            return True
        try:
            await client.tree.sync()
        except LIBRARY_ERRORS as error:
            logger.warning("commands not sent to Discord", extra={"error": str(delivery_error(error))})
            return False
        await self._key_value_store.save_value(COMMANDS_KEY, digest)
        logger.info("commands sent to Discord", extra={"count": len(commands)})
        return True
