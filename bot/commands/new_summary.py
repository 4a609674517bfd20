"""What a new bot will be, to check before it is created, and what it is afterwards."""

from decimal import Decimal

from bot.commands import numbers
from bot.commands.card import bot_card
from bot.commands.form import FormState, Step, answer_button
from bot.commands.reply import Headline, KeyValues, Meaning, Reply, Warn
from bot.commands.request import Context
from bot.commands.words import STOPPED, bot_line, market_words
from bot.domain.instance import BotConfig, BotStatus
from bot.engine.bot_checks import CheckedBot
from bot.engine.configuration_field import BARRIERS, settings_of
from bot.engine.planning import default_stake
from bot.engine.queries import BotFigures, Queries
from bot.strategy.base import PlanStrategy
from bot.strategy.fields import field_specs
from bot.strategy.registry import StrategyRegistry


def summary_step(state: FormState, checked: CheckedBot, strategies: StrategyRegistry) -> Step:
    """Show what would be created, with its warnings."""
    mode = checked.account.mode
    first = (
        answer_button(state.form_id, "Create and run", "create and run", Meaning.SUCCESS),
        answer_button(state.form_id, "Create", "create", Meaning.SUCCESS),
    )
    more = tuple(answer_button(state.form_id, label, label.casefold()) for label in ("Name", "Parameters", "Risk"))
    return Step(
        headline=Headline("check and create", name="New bot", mode=mode),
        blocks=(
            KeyValues(summary_rows(checked, strategies)),
            *(Warn(text) for text in checked.warnings),
        ),
        choices=(first, more),
    )


def summary_rows(checked: CheckedBot, strategies: StrategyRegistry) -> tuple[tuple[str, str], ...]:
    """Return the rows of the summary: place, money, parameters, barriers, warm-up."""
    config, quote = checked.config, checked.market.quote
    rows = [
        ("Name", checked.name),
        ("Market", market_words(config)),
        ("Account", checked.account.label),
        ("Strategy", config.strategy),
        ("Capital", _amount(config.capital, quote)),
    ]
    if not isinstance(strategies.get(config.strategy), PlanStrategy):
        stake = config.stake or default_stake(config.capital, checked.market.fee_rate)
        rows.append(("Stake a trade", _amount(stake, quote)))
    rows += setting_rows(config, strategies)
    rows.append(("Warm-up", f"{checked.warm_up} candles"))
    return tuple(rows)


def setting_rows(config: BotConfig, strategies: StrategyRegistry) -> list[tuple[str, str]]:
    """Return a configuration's parameters and barriers with their titles."""
    values = dict(config.parameters)
    specs = field_specs(strategies.get(config.strategy).Parameters)
    rows = [(spec.title, spec.shown(values.get(spec.name))) for spec in specs]
    settings = settings_of(config)
    return rows + [(spec.title, spec.shown(settings[spec.name])) for spec in BARRIERS]


def created(row: BotFigures, ctx: Context, queries: Queries, strategies: StrategyRegistry) -> Reply:
    """Turn the form into the card of the new bot."""
    bot = row.bot
    state = "created, never run" if bot.status is BotStatus.CREATED else f"created and {bot.status}"
    headline = bot_line(bot, state, STOPPED if bot.status is BotStatus.CREATED else None)
    return bot_card(row, ctx.times, queries.venue(bot.venue).clock.now(), strategies, headline)


def _amount(value: Decimal, currency: str) -> str:
    return f"{numbers.table_amount(value, currency)} {currency}"
