"""Health of the process: components, queues and chat platforms.

Imports ports only.
"""
