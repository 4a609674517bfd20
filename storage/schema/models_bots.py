"""Tables of bots, their configuration versions, signals, ledgers, trades and equity.

Every table that lists rows in order of arrival has a `sequence`. Decimals and times are text (see row_codec).
"""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

ID_LENGTH = 128
TIME_LENGTH = 32


class BotRow(Model):
    """One bot instance, its configuration as JSON.

    The columns that `BotRunRow` has too are of versions that kept the run state here; nothing reads them.
    """

    sequence = fields.BigIntField(primary_key=True)
    bot_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    name = fields.CharField(max_length=ID_LENGTH, db_index=True)
    owner = fields.CharField(max_length=ID_LENGTH)
    venue = fields.CharField(max_length=ID_LENGTH)
    mode = fields.CharField(max_length=16)
    config = fields.TextField()
    config_version = fields.IntField()
    status = fields.CharField(max_length=16)
    desired = fields.CharField(max_length=16)
    created_at = fields.CharField(max_length=TIME_LENGTH)
    run_number = fields.BigIntField()
    run_started_market = fields.CharField(max_length=TIME_LENGTH, null=True)
    run_started_wall = fields.CharField(max_length=TIME_LENGTH, null=True)
    intent_counter = fields.BigIntField()
    last_decision = fields.CharField(max_length=TIME_LENGTH, null=True)
    status_remark = fields.TextField()
    status_changed_wall = fields.CharField(max_length=TIME_LENGTH, null=True)
    status_by = fields.CharField(max_length=ID_LENGTH, null=True)
    stop_policy = fields.CharField(max_length=16, null=True)
    exit_wish = fields.TextField(null=True)
    tags = fields.TextField()
    lease_owner = fields.CharField(max_length=ID_LENGTH)
    epoch = fields.BigIntField()
    seed = fields.BigIntField()

    class Meta:
        """Where it lives."""

        table = "bots"


class BotRunRow(Model):
    """What running changes in a bot: written at every decision, without the configuration."""

    bot_id = fields.CharField(max_length=ID_LENGTH, primary_key=True)
    status = fields.CharField(max_length=16)
    desired = fields.CharField(max_length=16)
    run_number = fields.BigIntField()
    run_started_market = fields.CharField(max_length=TIME_LENGTH, null=True)
    run_started_wall = fields.CharField(max_length=TIME_LENGTH, null=True)
    intent_counter = fields.BigIntField()
    last_decision = fields.CharField(max_length=TIME_LENGTH, null=True)
    status_remark = fields.TextField()
    status_changed_wall = fields.CharField(max_length=TIME_LENGTH, null=True)
    status_by = fields.CharField(max_length=ID_LENGTH, null=True)
    stop_policy = fields.CharField(max_length=16, null=True)
    exit_wish = fields.TextField(null=True)
    lease_owner = fields.CharField(max_length=ID_LENGTH)
    epoch = fields.BigIntField()

    class Meta:
        """Where it lives."""

        table = "bot_runs"


class ConfigVersionRow(Model):
    """A version of a bot's configuration."""

    sequence = fields.BigIntField(primary_key=True)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    version = fields.IntField()
    config = fields.TextField()
    author = fields.CharField(max_length=ID_LENGTH)
    made_at = fields.CharField(max_length=TIME_LENGTH)
    reason = fields.TextField()
    changed = fields.TextField()

    class Meta:
        """Where it lives."""

        table = "config_versions"
        unique_together = (("bot_id", "version"),)


class SignalRecordRow(Model):
    """A strategy's signals on one closed candle."""

    sequence = fields.BigIntField(primary_key=True)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    candle_close = fields.CharField(max_length=TIME_LENGTH)
    close_price = fields.FloatField(null=True)
    row_entry = fields.SmallIntField()
    row_exit = fields.BooleanField()
    row_reason = fields.TextField()
    row_features = fields.TextField()
    outcome = fields.TextField()
    moment_market = fields.CharField(max_length=TIME_LENGTH)
    moment_wall = fields.CharField(max_length=TIME_LENGTH, db_index=True)

    class Meta:
        """Where it lives."""

        table = "signals"
        unique_together = (("bot_id", "candle_close"),)


class BookRow(Model):
    """A bot's position and running totals."""

    bot_id = fields.CharField(max_length=ID_LENGTH, primary_key=True)
    position_quantity = fields.TextField()
    position_cost = fields.TextField()
    totals_closed_profit = fields.TextField()
    totals_fees = fields.TextField()
    totals_notional = fields.TextField()
    totals_fills = fields.BigIntField()
    totals_trades = fields.BigIntField()
    totals_won = fields.BigIntField()
    totals_wins_value = fields.TextField()
    totals_losses_value = fields.TextField()

    class Meta:
        """Where it lives."""

        table = "books"


class TradeRow(Model):
    """A trade; `closed_at_*` are empty while it is open."""

    sequence = fields.BigIntField(primary_key=True)
    trade_id = fields.CharField(max_length=ID_LENGTH, unique=True)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    number = fields.BigIntField()
    symbol = fields.CharField(max_length=ID_LENGTH)
    sign = fields.SmallIntField()
    opened_at_market = fields.CharField(max_length=TIME_LENGTH)
    opened_at_wall = fields.CharField(max_length=TIME_LENGTH)
    entry_quantity = fields.TextField()
    entry_value = fields.TextField()
    exit_quantity = fields.TextField()
    exit_value = fields.TextField()
    exit_cost = fields.TextField()
    fees = fields.TextField()
    closed_at_market = fields.CharField(max_length=TIME_LENGTH, null=True)
    closed_at_wall = fields.CharField(max_length=TIME_LENGTH, null=True)
    exit_reason = fields.CharField(max_length=32, null=True)
    opened_by = fields.CharField(max_length=ID_LENGTH, null=True)

    class Meta:
        """Where it lives; the second index finds open trades."""

        table = "trades"
        indexes = (Index(fields=("bot_id", "sequence")), Index(fields=("closed_at_wall", "bot_id")))


class EquityPointRow(Model):
    """A bot's equity at a market time; `stored_at` (wall) decides how long it is kept."""

    sequence = fields.BigIntField(primary_key=True)
    bot_id = fields.CharField(max_length=ID_LENGTH)
    market_time = fields.CharField(max_length=TIME_LENGTH)
    equity = fields.TextField()
    closed_profit = fields.TextField()
    open_profit = fields.TextField()
    exposure = fields.TextField()
    stored_at = fields.CharField(max_length=TIME_LENGTH, db_index=True)

    class Meta:
        """Where it lives."""

        table = "equity_points"
        unique_together = (("bot_id", "market_time"),)
