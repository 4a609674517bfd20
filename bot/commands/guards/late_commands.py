"""Late commands: what waited in an outage and would change something is asked again, with then and now (ADR 0031)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from bot.commands.reply.blocks import Headline, KeyValues, Reply, Tone, build_reply
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.spec.parse import ParsedCommand, argument_specs
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, Choice, ChoiceSource, Question
from bot.commands.text import numbers
from bot.commands.text.labels import WARNING, bot_name_with_mode
from bot.commands.text.times import duration
from bot.domain.instance import Bot
from bot.domain.market import Mode, Series
from bot.domain.money import to_decimal
from bot.engine.market_data.market_times import MarketTimes
from bot.engine.reports.queries import Queries

DO_IT_NOW = "Do it now"
MAX_BOTS = 3
"""Bots whose then and now are told; of more the question would be a wall."""


class LateLine(Arguments):
    """Arguments of the choice to do it now: the line as it was sent, which is run like one sent now."""

    line: Annotated[str, ArgumentSpec("a command", "/run alpha")]


class LateCommands:
    """Asks about commands that waited too long."""

    def __init__(self, queries: Queries, market_times: MarketTimes) -> None:
        self._queries = queries
        self._market_times = market_times

    async def ask_again(
        self, parsed: ParsedCommand, line: str, ctx: CommandContext, question: Question | None = None
    ) -> Question:
        """Ask whether a late command shall be carried out now; add then and now to a question that is asked anyway."""
        bots = await self._bots(parsed, ctx)
        found = await self._then_and_now(bots, ctx)
        if question is None:
            return self._question(f"/{parsed.spec.name}", bots, line, found, ctx)
        waited = Headline(join_text("sent ", *_waiting_time(ctx)), WARNING)
        blocks = (*question.reply.blocks, waited, *((found,) if found else ()))
        return replace(question, reply=replace(question.reply, blocks=blocks))

    def ask_answer_again(self, answer: str, line: str, ctx: CommandContext) -> Question:
        """Ask whether the late answer that completes a form shall count."""
        return self._question(answer, (), line, None, ctx)

    def _question(
        self, what: str, bots: tuple[Bot, ...], line: str, found: KeyValues | None, ctx: CommandContext
    ) -> Question:
        about = ", ".join(bot_name_with_mode(bot) for bot in bots[:MAX_BOTS])
        more = f" and {len(bots) - MAX_BOTS} more" if len(bots) > MAX_BOTS else ""
        text = join_text(f"{what} {about}".rstrip(), f"{more} was sent ", *_waiting_time(ctx), ". Do it now?")
        reply: Reply = build_reply(Headline(text, WARNING), found, tone=Tone.WARNING)
        return Question(reply=reply, choices=(Choice(DO_IT_NOW, LateLine(line=line)),), subject=about)

    async def _bots(self, parsed: ParsedCommand, ctx: CommandContext) -> tuple[Bot, ...]:
        if parsed.arguments is None:
            return ()
        given = {name: getattr(parsed.arguments, name) for name in argument_specs(parsed.spec)}
        tag = given.get("tag")
        for name, spec in argument_specs(parsed.spec).items():
            value = given[name]
            if spec.choice_source is ChoiceSource.BOTS and (value or tag):
                names = value if isinstance(value, tuple) else (value,)
                return await self._queries.find_bots(ctx.requester, names, tag)
        return ()

    async def _then_and_now(self, bots: tuple[Bot, ...], ctx: CommandContext) -> KeyValues | None:
        """Return price and state of the bots when the request was sent, and now."""
        rows: list[tuple[RichText, ...]] = []
        sent_at = ctx.request.sent_at or ctx.now
        for bot in bots[:MAX_BOTS]:
            changed = bot.status_changed_wall
            has_changed = changed is not None and changed > sent_at
            states = (f"not {bot.status} yet" if has_changed else str(bot.status), str(bot.status))
            before = f"{bot.name} " if len(bots) > 1 else ""
            for title, state, wall in zip(("then", "now"), states, (sent_at, ctx.now), strict=True):
                label = f"{before}{title}" if before else title.capitalize()
                rows.append((label, join_text(state, *await self._price_text(bot, wall, ctx))))
        return KeyValues(tuple(rows)) if rows else None

    async def _price_text(self, bot: Bot, wall: datetime, ctx: CommandContext) -> tuple[RichText, ...]:
        """Return the close of the last candle at a wall time, of the symbol's shortest candles."""
        feed, market_time = self._queries.feed(bot.venue), self._market_times.market_time(bot.venue, wall)
        same = [one for one in feed.all_series() if one.symbol == bot.config.symbol]
        series: Series = min(same, key=lambda one: one.timeframe.duration, default=bot.series)
        candles = await feed.history(series, market_time, 1)
        if not len(candles):
            return ()
        market = await self._queries.market_of(bot)
        price = numbers.price(to_decimal(float(candles.close[-1])), market.tick)
        shown = ctx.times.recording_time(market_time) if bot.mode is Mode.PRACTICE else ctx.times.time_text(market_time)
        return (f", {bot.config.symbol} {price}, {shown}",)


def _waiting_time(ctx: CommandContext) -> tuple[RichText, ...]:
    sent_at = ctx.request.sent_at or ctx.now
    waited: timedelta = ctx.now - sent_at
    if ctx.request.is_sending_time_exact:
        return ctx.times.time_text(sent_at), f" and waited {duration(waited)}"
    return "after ", ctx.times.time_text(sent_at), f" and waited up to {duration(waited)}"
