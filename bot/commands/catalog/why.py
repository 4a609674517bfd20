"""Why: the last decision of a bot with every value, and the chain of an order."""

from typing import Annotated

from bot.commands.reply.blocks import Reply
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Completion, Topic, Word, command
from bot.commands.views.why_bot import why_bot
from bot.commands.views.why_order import why_order
from bot.domain.people import Role
from bot.engine.reports.explanations import ORDER_PREFIX, Explain
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry


class WhyArguments(Arguments):
    """A bot, or the reference of an order."""

    name: Annotated[
        str, Word("one of your bots, or the reference of an order such as o-8F2K", "alpha", completion=Completion.BOTS)
    ]


@command(
    "why",
    summary="The last decision with its values; for an order the chain behind it",
    role=Role.VIEWER,
    topic=Topic.ORDERS,
    examples=("/why alpha", "/why o-8F2K"),
)
async def why(
    args: WhyArguments, ctx: Context, queries: Queries, explain: Explain, strategies: StrategyRegistry
) -> Reply:
    """Explain a bot or an order."""
    if args.name[:2].casefold() == ORDER_PREFIX:
        found = await explain.order(ctx.asker, args.name)
        author = await queries.operator_name(found.bot.owner)
        return why_order(found, ctx, await queries.market_of(found.bot), author)
    bot = await queries.find(ctx.asker, args.name)
    return why_bot(await explain.bot(bot), ctx.times, strategies)
