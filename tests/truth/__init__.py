"""Figures shown in chat, recomputed from fills and candles by a script that knows nothing of the product's metrics."""
