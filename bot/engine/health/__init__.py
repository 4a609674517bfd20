"""What the process knows of its own health: components, queues, the platforms.

Imports ports only.
"""
