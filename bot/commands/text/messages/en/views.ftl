# Finding bots, orders and what is shown of them.
no-time-zone = no time zone { $typed }
    .expected = a city or a zone
no-price-yet = there is no price of { $symbol } yet. Try again later.
no-venue = no venue { $typed }
    .expected = one of { $known }
no-hours = no hours in { $typed }
    .expected = from-to
no-order = no order { $typed }
    .expected = the reference of an order of yours as /orders shows it
    .button = Orders
order-ambiguous = { NUMBER($count, useGrouping: 0) } orders begin with { $typed }
    .expected = more of the reference
    .button = { $reference }
no-candles-yet = there are no candles of { $symbol } { $timeframe } yet. Try again later.
no-curve-yet = there is nothing to draw yet: a curve begins with the second candle of a bot that runs. See /bots
bot-gone = that bot is gone. /bots shows those you have
    .button = Bots
bot-only-viewed = you may look at { $bot } ({ $mode }), not command it. { $owner } can let you: /share { $bot } { $person } { $role }
no-bots = there are no bots yet
    .expected = at least one
    .button = Bots
no-tagged-bot = no bot has the tag { $tag }
    .expected = at least one
    .button = Bots
not-your-bot = you have no bot { $typed }.
    .button = Bots
no-bot-yet = no bot { $typed }; there are none yet
    .expected = one you made before
    .button = Create a bot
no-bot = no bot { $typed }
    .expected = { $count ->
        [one] your only bot
       *[other] one of your { NUMBER($count, useGrouping: 0) } bots
    }
    .example = /bot { $near }
    .button = Bots
