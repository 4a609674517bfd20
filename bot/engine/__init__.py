"""Trading engine: decisions, orders, market data, bots, people and notifications.

Knows no chat and no database. Imports domain, ports and the strategy SDK. Whatever is outside comes in
through a port.
"""
