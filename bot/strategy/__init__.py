"""SDK for strategies: base classes, parameters and their fields, indicators, the registry.

Imports the domain only. A strategy written with it is pure, stateless and deterministic.
"""
