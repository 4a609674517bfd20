"""What the engine needs from outside, as Protocols with their contracts: venues, feeds, storage, chat, charts, clocks.

Imports the domain only. Each port has one contract test that runs against every implementation.
"""
