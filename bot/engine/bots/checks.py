"""Checks of requests about bots: whatever can be refused is refused here, before anything changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.domain.barrier import NO_CHANGE, LevelChange, level_change, position_levels
from bot.domain.errors import CommandFix, InvalidInput, NameFix, Refused, WordFix
from bot.domain.ids import BotId, Symbol, VenueId
from bot.domain.instance import Bot, BotConfig
from bot.domain.market import Market, Timeframe
from bot.domain.money import ROUND_DOWN, ZERO, Money
from bot.domain.people import Account, Operator
from bot.engine.bots.capital import last_prices, read_capital
from bot.engine.bots.configuration import SettingChange, build_config, change_config
from bot.engine.bots.naming import check_name, suggest_name
from bot.engine.bots.tags import parse_tags
from bot.engine.bots.timeframes import parse_timeframe
from bot.engine.execution.venue_context import VenueContext
from bot.engine.trading.on_command import refuse_lowered_capital
from bot.engine.trading.session import Session
from bot.ports.host import BotView
from bot.ports.storage import Reader
from bot.strategy.base import PlanPreview, PlanStrategy
from bot.strategy.fields import load_parameters
from bot.strategy.registry import StrategyRegistry

BOUNDLESS = 10**15  # a capital with which no order is too large or too small
NO_STOP_WARNING = "Without a stop loss it leaves a falling market only when its strategy says so."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBot:
    """A request for a bot; None takes the default, `setting_texts` are the further `name=value` settings."""

    name: str | None
    strategy: str
    symbol: str
    timeframe: str
    account: str | None
    capital: str | None
    setting_texts: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSettings:
    """A valid configuration with its market and account."""

    account: Account
    market: Market
    config: BotConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBotPreview:
    """A valid request for a bot, to be confirmed before it is created."""

    name: str
    account: Account
    market: Market
    config: BotConfig
    warnings: tuple[str, ...]
    warm_up: int
    plan: PlanPreview | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPreview:
    """A valid change of a bot: the new configuration, what differs, and what it does to the guard of its position."""

    bot: Bot
    config: BotConfig
    changed: tuple[SettingChange, ...]
    version: int
    guard: LevelChange = NO_CHANGE


class BotChecks:
    """Checks requests against stored bots, accounts and markets; changes nothing."""

    def __init__(
        self, reader: Reader, venue_contexts: Mapping[VenueId, VenueContext], strategies: StrategyRegistry
    ) -> None:
        self._reader = reader
        self._venue_contexts = venue_contexts
        self._price_of = last_prices({venue_id: context.feed for venue_id, context in venue_contexts.items()})
        self._strategies = strategies

    async def stored_bot(self, bot_id: BotId) -> Bot | None:
        return await self._reader.bot(bot_id)

    async def check_start(self, bot_id: BotId) -> None:
        """Raise Refused for a bot whose market has ended, or whose account's bots reserve more than there is."""
        bot = await self._reader.bot(bot_id)
        if bot is None:
            return
        replay = self._venue_contexts[bot.venue].replay
        if replay is not None and replay.state().has_ended:
            raise Refused("recording-over", CommandFix("market", ("action=restart",)), bot=bot.name, mode=bot.mode)
        account = next(one for one in await self._reader.accounts() if one.account_id == bot.config.account_id)
        capital = await read_capital(self._reader, account, self._price_of)
        if capital.shortfall and account.mode.is_play_money:
            raise Refused(
                "account-overdrawn",
                CommandFix("account", ("reset", account.label)),
                bot=bot.name,
                mode=bot.mode,
                account=account.label,
                reserved=Money(capital.reserved, account.currency),
                worth=Money(capital.equity, account.currency),
            )

    async def check_new_bot(self, request: NewBot, by: Operator) -> NewBotPreview:
        """Return the preview of a new bot; raise InvalidInput or Refused."""
        settings = await self.check_settings(request, by)
        checked = await self._preview_new_bot(await self.free_name(request.name, settings.config), settings)
        return replace(checked, tags=request.tags)

    async def check_settings(self, request: NewBot, by: Operator) -> CheckedSettings:
        """Return the configuration that is asked for; look neither at the name nor at the account's capital."""
        account = await self._account(request.account, by)
        venue_context = self._venue_contexts[account.venue]
        strategy = self._strategies.get_strategy(request.strategy)
        market = venue_context.market(Symbol(request.symbol.strip().upper()))
        timeframe = parse_timeframe(request.timeframe, _timeframes(venue_context, market.symbol))
        setting_texts = {**request.setting_texts, **({"capital": request.capital} if request.capital else {})}
        price = venue_context.last_price(market.symbol)
        config = build_config(strategy, market, timeframe, account.account_id, setting_texts, last_price=price)
        return CheckedSettings(account=account, market=market, config=config)

    async def check_parameters(self, request: NewBot, by: Operator) -> None:
        """Raise InvalidInput if the parameters cannot work on the market whatever the capital."""
        await self.check_settings(replace(request, capital=str(BOUNDLESS)), by)

    async def check_capital(self, request: NewBot, by: Operator) -> None:
        """Raise Refused if the account has less free capital than the request asks for; look at nothing else in it."""
        account = await self._account(request.account, by)
        name = request.name or "a new bot"
        if not request.name and request.strategy:
            name = await self._suggest_name(request.strategy, request.symbol.partition("/")[0])
        await self._check_capital(name, account, Decimal(request.capital or 0))

    async def check_edit(self, view: BotView, changes: Mapping[str, str], by: Operator) -> EditPreview:
        """Return the preview of a bot's new configuration; raise InvalidInput or Refused."""
        bot = view.bot
        wanted = dict(changes)
        if "account" in wanted:
            wanted["account"] = (await self._account(wanted["account"], by)).account_id
        symbol = Symbol(wanted.get("symbol", bot.config.symbol).strip().upper())
        venue_context = self._venue_contexts[bot.venue]
        _parse_timeframe(venue_context, wanted, symbol)
        config, changed = change_config(
            self._strategies,
            bot.config,
            wanted,
            venue_context.market(symbol),
            has_run=bot.has_run,
            last_price=venue_context.last_price(symbol),
        )
        if not changed:
            raise InvalidInput("nothing-changed", bot=bot.name, mode=bot.mode)
        _check_series(venue_context, config.symbol, config.timeframe)
        await self._check_money(bot, config)
        guard = _guard_change(view, config, venue_context.market(bot.config.symbol))
        return EditPreview(bot=bot, config=config, changed=changed, version=bot.config_version + 1, guard=guard)

    async def check_clone(self, bot: Bot, new_name: str, changes: Mapping[str, str], by: Operator) -> NewBotPreview:
        """Return the preview of a bot's copy with changes; raise InvalidInput or Refused."""
        wanted = dict(changes)
        tags = parse_tags(wanted.pop("tag")) if "tag" in wanted else bot.tags
        account = await self._account(wanted.get("account"), by, default=bot)
        if "account" in wanted:
            wanted["account"] = account.account_id
        venue_context = self._venue_contexts[account.venue]
        market = venue_context.market(Symbol(wanted.get("symbol", bot.config.symbol).strip().upper()))
        _parse_timeframe(venue_context, wanted, market.symbol)
        price = venue_context.last_price(market.symbol)
        config, _ = change_config(self._strategies, bot.config, wanted, market, has_run=False, last_price=price)
        _check_series(venue_context, config.symbol, config.timeframe)
        settings = CheckedSettings(account=account, market=market, config=config)
        return replace(await self._preview_new_bot(await self.free_name(new_name, config), settings), tags=tags)

    async def _account(self, label: str | None, by: Operator, default: Bot | None = None) -> Account:
        accounts = [account for account in await self._reader.accounts() if account.owner == by.operator_id]
        if default is not None and label is None:
            wanted = default.config.account_id
            accounts = [account for account in await self._reader.accounts() if account.account_id == wanted]
        named = [a for a in accounts if label is None or label.strip() in (a.label, a.account_id)]
        if not named:
            known = tuple(account.label for account in accounts)
            fix = WordFix((("account", (*known, "practice")[0]),))
            raise InvalidInput("no-own-account", fix, typed=str(label), count=len(known), known=known)
        return named[0]

    async def free_name(self, wanted: str | None, config: BotConfig) -> str:
        """Return the wanted name if it is valid and free, a made-up one for None; raise InvalidInput or Refused."""
        if wanted is None:
            return await self._suggest_name(config.strategy, config.symbol.partition("/")[0])
        return await self.check_free_name(wanted)

    async def check_free_name(self, wanted: str) -> str:
        """Return a valid name that no bot has; raise InvalidInput or Refused with one that would do."""
        name = check_name(wanted)
        await self.refuse_taken_name(name)
        return name

    async def refuse_taken_name(self, name: str) -> None:
        if await self._reader.bot_by_name(name) is not None:
            raise Refused("name-taken", NameFix(await self._suggest_name(name, "2")), name=name)

    async def _suggest_name(self, stem: str, ending: str) -> str:
        return suggest_name(stem, ending, [bot.name for bot in await self._reader.bots()])

    async def _check_money(self, bot: Bot, config: BotConfig) -> None:
        has_moved = config.account_id != bot.config.account_id
        needed = config.capital if has_moved else config.capital - bot.config.capital
        account = next(one for one in await self._reader.accounts() if one.account_id == config.account_id)
        if has_moved and account.venue != bot.venue:
            raise Refused("account-elsewhere", account=account.label, bot=bot.name, mode=bot.mode)
        if needed > 0:
            await self._check_capital(bot.name, account, needed, ZERO if has_moved else bot.config.capital)
        elif needed:
            await self._check_lowered_capital(bot, config)

    async def _check_lowered_capital(self, bot: Bot, config: BotConfig) -> None:
        """Raise Refused for a capital below what the bot has lost and holds."""
        market = self._venue_contexts[bot.venue].market(config.symbol)
        working = await self._reader.working_orders(bot.bot_id)
        orders = {order.intent.client_order_id: order for order in working}
        ledger = await self._reader.ledger(bot.bot_id)
        refuse_lowered_capital(Session(bot=bot, market=market, ledger=ledger, orders=orders), config)

    async def _preview_new_bot(self, name: str, settings: CheckedSettings) -> NewBotPreview:
        account, market, config = settings.account, settings.market, settings.config
        await self._check_capital(name, account, config.capital)
        strategy = self._strategies.get_strategy(config.strategy)
        parameters = load_parameters(strategy, config.parameters)
        plan = None
        if isinstance(strategy, PlanStrategy):
            price = self._venue_contexts[account.venue].last_price(market.symbol)
            plan = strategy.preview(parameters, market, config, price)
        warnings = (plan.remark if plan else "", "" if config.barriers.stop_loss else NO_STOP_WARNING)
        return NewBotPreview(
            name=name,
            account=account,
            market=market,
            config=config,
            warnings=tuple(filter(None, warnings)),
            warm_up=strategy.warm_up(parameters),
            plan=plan,
        )

    async def _check_capital(self, name: str, account: Account, needed: Decimal, own: Decimal = ZERO) -> None:
        """Raise Refused if less than needed is free; what is offered is what the bot has of its own plus that."""
        capital = await read_capital(self._reader, account, self._price_of)
        if needed <= capital.free:
            return
        enough = Money((own + capital.free).quantize(Decimal("0.01"), rounding=ROUND_DOWN), account.currency)
        raise Refused(
            "account-short",
            WordFix((("capital", enough),)) if capital.free >= 1 else None,
            enough=enough,
            bot=name,
            mode=account.mode,
            needed=Money(needed, account.currency),
            more="yes" if own else "no",
            account=account.label,
            free=Money(capital.free, account.currency),
            reserved=Money(capital.reserved, account.currency),
            bots=capital.bots,
        )


def _timeframes(venue_context: VenueContext, symbol: Symbol) -> tuple[Timeframe, ...]:
    return tuple(series.timeframe for series in venue_context.feed.all_series() if series.symbol == symbol)


def _parse_timeframe(venue_context: VenueContext, wanted: dict[str, str], symbol: Symbol) -> None:
    """Replace a typed timeframe by one that the market has; raise InvalidInput without one."""
    if "timeframe" in wanted:
        wanted["timeframe"] = parse_timeframe(wanted["timeframe"], _timeframes(venue_context, symbol))


def _guard_change(view: BotView, config: BotConfig, market: Market) -> LevelChange:
    """Compare the barriers of a bot's position before and after; those that a stop let go guard nothing."""
    if not view.bot.keeps_guards:
        return NO_CHANGE
    old, new = (
        position_levels(barriers, view.ledger, market, view.best_price, view.last_row_close)
        for barriers in (view.bot.config.barriers, config.barriers)
    )
    return level_change(old, new, view.last_price)


def _check_series(venue_context: VenueContext, symbol: Symbol, timeframe: Timeframe) -> None:
    offered = _timeframes(venue_context, symbol)
    if timeframe not in offered:
        raise InvalidInput("no-series", timeframe=timeframe, symbol=symbol, known=tuple(offered), near=offered[0])
