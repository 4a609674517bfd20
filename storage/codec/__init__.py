"""Codecs: records as rows and values as JSON, exactly and back.

Imports the domain only.
"""
