"""All commands, in the sections and the order of `/help`."""

from dataclasses import replace

from bot.commands.catalog import (
    accounts,
    bots,
    charts,
    confirmations,
    create,
    edit,
    help_pages,
    history,
    lifecycle,
    linking,
    onboarding,
    panic,
    pnl,
    settings,
    subscriptions,
    system,
    users,
)
from bot.commands.spec.spec import CommandSpec, HelpSection

_SECTIONS: dict[HelpSection, tuple[CommandSpec, ...]] = {
    HelpSection.FIRST_STEPS: (onboarding.start, help_pages.show_help, onboarding.claim, confirmations.form),
    HelpSection.BOTS: (
        create.new,
        bots.bots,
        bots.bot,
        bots.status,
        bots.live,
        bots.more,
        bots.show_strategies,
        edit.edit,
        create.clone,
        edit.rename,
        edit.delete,
    ),
    HelpSection.LIFE_CYCLE: (
        lifecycle.run,
        lifecycle.pause,
        lifecycle.resume,
        lifecycle.stop,
        lifecycle.close,
        confirmations.yes,
        confirmations.no,
    ),
    HelpSection.MONEY: (history.positions, history.trades, pnl.pnl, pnl.stats),
    HelpSection.ORDERS: (history.orders, history.signals, edit.cancel, history.why),
    HelpSection.RISK: (panic.engage_panic, panic.unlock),
    HelpSection.CHARTS: (charts.chart,),
    HelpSection.ACCOUNTS: (accounts.accounts, accounts.balance, accounts.market),
    HelpSection.ALERTS: (
        settings.settings,
        settings.notify,
        settings.quiet,
        settings.timezone,
        subscriptions.subscribe,
        subscriptions.unsubscribe,
    ),
    HelpSection.PEOPLE: (
        subscriptions.share,
        users.invite,
        users.withdraw,
        linking.join,
        linking.link,
        linking.unlink,
        users.users,
        users.role,
        users.remove,
    ),
    HelpSection.SYSTEM: (system.logs, system.audit, system.show_health, system.version),
}
ALL_COMMANDS = tuple(replace(spec, section=section) for section, specs in _SECTIONS.items() for spec in specs)
