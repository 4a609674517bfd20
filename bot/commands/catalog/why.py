"""Command that explains a bot's last decision, or an order."""

from typing import Annotated

from bot.commands.reply.blocks import Reply
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, ChoiceSource, command
from bot.commands.views.why_bot import bot_explanation
from bot.commands.views.why_order import order_explanation
from bot.domain.people import Role
from bot.engine.reports.explanations import ORDER_PREFIX, ExplanationReader
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry


class WhyArguments(Arguments):
    name: Annotated[
        str,
        ArgumentSpec(
            "one of your bots, or the reference of an order such as o-8F2K", "alpha", choice_source=ChoiceSource.BOTS
        ),
    ]


@command("why", Role.VIEWER, "/why alpha", "/why o-8F2K")
async def why(
    args: WhyArguments,
    ctx: CommandContext,
    queries: Queries,
    explanations: ExplanationReader,
    strategies: StrategyRegistry,
) -> Reply:
    """The last decision with its values; for an order the chain behind it."""
    if args.name[:2].casefold() == ORDER_PREFIX:
        found = await explanations.explain_order(ctx.requester, args.name)
        author = await queries.operator_name(found.bot.owner)
        return order_explanation(found, ctx, await queries.market_of(found.bot), author)
    bot = await queries.find_bot(ctx.requester, args.name)
    return bot_explanation(await explanations.explain_bot(bot), ctx.times, strategies)
