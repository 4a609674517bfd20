"""Guards of commands: roles, throttles, codes and confirmations.

May import `spec` and below. Carries out nothing itself.
"""
