"""Commands that create bots: from nothing, or from another bot."""

from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotName, NewTags, SettingWords, StrategyName, keyword_spec
from bot.commands.forms.form import Answers
from bot.commands.forms.form_service import FormService
from bot.commands.forms.new_bot import NEW_BOT_FORM
from bot.commands.reply.blocks import Reply
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, ChoiceSource, Effect, command
from bot.commands.views.card import BotCards
from bot.domain.people import Role
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry


class NewArguments(Arguments):
    """Arguments of `/new`, and further settings as `key=value`."""

    name: Annotated[str | None, ArgumentSpec("a name: a letter, then letters, digits or -", "alpha")] = None
    strategy: StrategyName = None
    symbol: Annotated[str | None, ArgumentSpec("a market", "BTC/USDT", choice_source=ChoiceSource.SYMBOLS)] = None
    timeframe: Annotated[str | None, ArgumentSpec("a candle length", "1h", choice_source=ChoiceSource.TIMEFRAMES)] = (
        None
    )
    account: Annotated[
        str | None, keyword_spec("the label of an account", "practice", choice_source=ChoiceSource.ACCOUNTS)
    ] = None
    capital: Annotated[str | None, keyword_spec("an amount in quote", "1000")] = None
    tag: NewTags = None
    settings: SettingWords = Field(default_factory=dict)


class CloneArguments(Arguments):
    name: BotName
    new: Annotated[str, ArgumentSpec("the name of the copy", "beta")]
    tag: NewTags = None
    settings: SettingWords = Field(default_factory=dict)


@command(
    "new",
    Role.TRADER,
    "/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%",
    "/new",
    is_ephemeral=True,
    effect=Effect.CHANGES_IF_GIVEN,
)
async def new(args: NewArguments, ctx: CommandContext, forms: FormService, strategies: StrategyRegistry) -> Reply:
    """Create a bot; what is missing is asked for.

    Settings as key=value: the strategy's parameters, stake, stop_loss, take_profit, and as limits
    max_orders_per_minute, max_open_orders and price_collar.
    Without all of strategy, symbol, timeframe and capital it asks, one after the other.
    """
    return await forms.open_form(NEW_BOT_FORM, known_answers(args, strategies), ctx)


@command("clone", Role.TRADER, "/clone alpha beta", "/clone alpha beta symbol=ETH/USDT capital=500")
async def clone(
    args: CloneArguments, ctx: CommandContext, queries: Queries, lifecycle: Lifecycle, cards: BotCards
) -> Reply:
    """Create a bot like another one, its tags too."""
    bot = await queries.find_bot(ctx.requester, args.name)
    changes = args.settings | ({} if args.tag is None else {"tag": args.tag})
    copy = await lifecycle.clone_bot(bot.bot_id, args.new, changes, ctx.operator, ctx.trace_id)
    return await cards.show_created(copy, ctx)


def known_answers(args: NewArguments, strategies: StrategyRegistry) -> Answers:
    """Return the answers of a `/new` line; a strategy in the name's place means that the name was omitted."""
    places = [args.name, args.strategy, args.symbol, args.timeframe]
    known = {strategy.name for strategy in strategies.all_strategies()}
    if args.name in known and args.strategy not in known and args.timeframe is None:
        places = [None, *places[:3]]
    given = dict(zip(("name", "strategy", "symbol", "timeframe"), places, strict=True))
    given |= {"account": args.account, "capital": args.capital, "tag": args.tag}
    if given["symbol"] is not None:
        given["symbol"] = given["symbol"].upper()
    return tuple((key, value) for key, value in {**given, **args.settings}.items() if value is not None)
