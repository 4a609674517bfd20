"""Who may do what, and what is asked before harm: throttles, codes, confirmations.

May import `spec` and below. Carries out nothing itself.
"""
