"""Life-cycle use cases: an operator's commands to bots, checked first and then handed to the bots' host."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.facts import ConfigVersionAdded, Saved
from bot.domain.ids import BotId, ClientOrderId, Entropy, derive_bot_id
from bot.domain.instance import Bot, BotStatus, ConfigVersion, StopPolicy
from bot.domain.order import Order
from bot.domain.people import Operator
from bot.engine.bots.checks import BotChecks, EditPreview, NewBot, NewBotPreview
from bot.engine.bots.kill_switch import KillSwitch
from bot.engine.bots.naming import check_name
from bot.ports.clock import Clock
from bot.ports.host import (
    ApplyConfig,
    BotHost,
    BotView,
    CancelOrder,
    ClosePosition,
    DeleteBot,
    PauseBot,
    RenameBot,
    ResumeBot,
    StartBot,
    StopBot,
    TagBot,
)
from bot.ports.storage import Writer


class Lifecycle:
    """Creates, starts, changes and deletes bots; a refusal changes nothing."""

    def __init__(
        self,
        *,
        writer: Writer,
        clock: Clock,
        host: BotHost,
        checks: BotChecks,
        kill_switch: KillSwitch,
        entropy: Entropy,
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._host = host
        self.checks = checks
        self._kill_switch = kill_switch
        self._entropy = entropy
        # Two creations at once must not reserve the same money or take the same name.
        self._reserving = asyncio.Lock()

    async def create_bot(self, request: NewBot, by: Operator, command_id: str) -> Bot:
        """Create a bot and reserve its capital; a repeated command id returns the bot it created."""
        bot_id = derive_bot_id(command_id)
        async with self._reserving:
            made = await self.checks.stored_bot(bot_id)
            return made or await self._store_new_bot(bot_id, await self.checks.check_new_bot(request, by), by)

    async def start_bot(self, bot_id: BotId, by: Operator, command_id: str) -> BotView:
        """Start a bot: commit `starting`, recover it, warm it up and let it run."""
        await self._refuse_blocked(bot_id)
        await self.checks.check_start(bot_id)
        await self._host.execute_command(bot_id, StartBot(by=by.operator_id, command_id=command_id))
        return await self._host.start_bot(bot_id)

    async def pause_bot(self, bot_id: BotId, by: Operator, command_id: str) -> BotView:
        """Pause a bot: no new entries, while exits are still managed."""
        return await self._host.execute_command(bot_id, PauseBot(by=by.operator_id, command_id=command_id))

    async def resume_bot(self, bot_id: BotId, by: Operator, command_id: str) -> BotView:
        await self._refuse_blocked(bot_id)
        return await self._host.execute_command(bot_id, ResumeBot(by=by.operator_id, command_id=command_id))

    async def stop_bot(self, bot_id: BotId, policy: StopPolicy, by: Operator, command_id: str) -> BotView:
        """Stop a bot; it stays `stopping` while orders are canceled or its position is sold."""
        command = StopBot(by=by.operator_id, command_id=command_id, policy=policy)
        return await self._host.execute_command(bot_id, command)

    async def close_position(self, bot_id: BotId, by: Operator, command_id: str) -> BotView:
        """Sell a bot's position at market; the bot keeps running."""
        return await self._host.execute_command(bot_id, ClosePosition(by=by.operator_id, command_id=command_id))

    async def check_edit(self, bot_id: BotId, changes: Mapping[str, str], by: Operator) -> EditPreview:
        return await self.checks.check_edit(await self._host.view(bot_id), changes, by)

    async def edit_bot(self, bot_id: BotId, changes: Mapping[str, str], by: Operator, command_id: str) -> EditPreview:
        """Change a bot's configuration from the next candle on; old versions are kept."""
        async with self._reserving:
            before = await self._host.view(bot_id)
            preview = await self.checks.check_edit(before, changes, by)
            command = ApplyConfig(
                by=by.operator_id,
                command_id=command_id,
                config=preview.config,
                version=preview.version,
                reason=", ".join(change.text for change in preview.changed),
                last_price=before.last_price,
            )
            view = await self._host.execute_command(bot_id, command)
        return replace(preview, bot=view.bot)

    async def clone_bot(
        self, bot_id: BotId, new_name: str, changes: Mapping[str, str], by: Operator, command_id: str
    ) -> Bot:
        """Create a copy of a bot with changes; a repeated command id returns the copy it created."""
        copy_id = derive_bot_id(command_id)
        async with self._reserving:
            made = await self.checks.stored_bot(copy_id)
            if made is not None:
                return made
            bot = (await self._host.view(bot_id)).bot
            return await self._store_new_bot(copy_id, await self.checks.check_clone(bot, new_name, changes, by), by)

    async def rename_bot(self, bot_id: BotId, new_name: str, by: Operator, command_id: str) -> BotView:
        """Rename a bot; buttons and history refer to it by id and stay valid."""
        async with self._reserving:
            name = check_name(new_name)
            await self.checks.refuse_taken_name(name)
            command = RenameBot(by=by.operator_id, command_id=command_id, name=name)
            return await self._host.execute_command(bot_id, command)

    async def tag_bot(self, bot_id: BotId, tags: tuple[str, ...], by: Operator, command_id: str) -> BotView:
        """Give a bot these tags instead of those it has."""
        return await self._host.execute_command(bot_id, TagBot(by=by.operator_id, command_id=command_id, tags=tags))

    async def delete_bot(self, bot_id: BotId, by: Operator, command_id: str) -> Bot:
        """Delete a bot that neither runs nor holds a position; its ledger stays."""
        view = await self._host.execute_command(bot_id, DeleteBot(by=by.operator_id, command_id=command_id))
        return view.bot

    async def cancel_order(self, bot_id: BotId, client_order_id: ClientOrderId, by: Operator, command_id: str) -> Order:
        """Cancel one of a bot's orders; return the order as it was before."""
        view = await self._host.view(bot_id)
        found = [order for order in view.working_orders if order.intent.client_order_id == client_order_id]
        command = CancelOrder(by=by.operator_id, command_id=command_id, client_order_id=client_order_id)
        await self._host.execute_command(bot_id, command)
        return found[0]

    async def _refuse_blocked(self, bot_id: BotId) -> None:
        # The stored row is enough: the host loads a stopped bot's session only for the command itself.
        bot = await self.checks.stored_bot(bot_id)
        scope = None if bot is None else self._kill_switch.find_blocking_scope(bot)
        if bot is not None and scope is not None:
            raise Refused("bot-blocked", bot=bot.name, mode=bot.mode, scope=scope)

    async def _store_new_bot(self, bot_id: BotId, checked: NewBotPreview, by: Operator) -> Bot:
        now = self._clock.now()
        bot = Bot(
            bot_id=bot_id,
            name=checked.name,
            owner=by.operator_id,
            venue=checked.account.venue,
            mode=checked.account.mode,
            config=checked.config,
            tags=checked.tags,
            config_version=1,
            status=BotStatus.CREATED,
            desired=BotStatus.STOPPED,
            created_at=now,
            status_by=by.operator_id,
            status_changed_wall=now,
            seed=int.from_bytes(self._entropy(4), "big"),
        )
        version = ConfigVersion(
            bot_id=bot.bot_id, version=1, config=bot.config, author=by.operator_id, made_at=now, reason="created"
        )
        await self._writer.commit((Saved(bot), ConfigVersionAdded(version)))
        return bot
