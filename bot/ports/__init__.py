"""Ports: Protocols for what the engine needs from outside, with their contracts.

Imports the domain only. Each port has one contract test that runs against every implementation.
"""
