# Values of settings: strategy parameters, capital, stake, barriers and limits.
no-strategy = no strategy { $typed }
    .expected = one of { $known }
    .example = { $near }
no-timeframe = no timeframe { $typed }
    .expected = one of { $known }
unknown-setting = no parameter { $typed }
    .expected = one of { $known }
    .button = Use { $name }
no-settings = no parameter { $typed }
    .expected = none here
    .example = without it
value-refused = { $name } { $typed } { $problem ->
        [no-switch] is neither on nor off
        [no-text] is not a line of text
        [unknown] is not known
        [long] has more than { $limit } characters
        [percentage] is a percentage
        [sign] has a sign
        [fraction] is not whole
        [no-number] is not a number
        [thousands] separates thousands
        [comma] has a comma
        [point] has a point
        [unit] has a unit
        [short] is a short form
        [bare] has no percent sign
       *[outside] is not { $limit }
    }
    .expected = { $expected }
value-ambiguous = { $name } { $typed } could mean two things, { $readings }
    .expected = { $expected }
value-fails = { $name } { $typed } does not work: { $problem }
    .expected = { $expected }
values-missing = { $names } { $count ->
        [one] is
       *[other] are
    } missing
    .expected = { $expected }
value-not-below = { $name } { $typed } must be below { $other } { $bound }
    .expected = { $expected }
value-not-above = { $name } { $typed } must be above { $other } { $bound }
    .expected = { $expected }
setting-fixed = the { $setting } is fixed after the first run. Use /clone with { $setting }={ $typed }
    .button = Clone
stake-not-used = { $strategy } sizes its orders by its own parameters
    .expected = no stake
stake-above-capital = stake { PLAIN($stake) } is more than capital { PLAIN($capital) }
    .expected = at most { PLAIN($capital) }
amount-below-minimum = { $setting } { PLAIN($amount) } is too little, { $symbol } takes no order below { PLAIN($minimum) } { $currency }
    .expected = at least { PLAIN($enough) }
target-unprofitable = { $name } { $typed } does not pay the two fees of { $fees } in all
    .expected = at least { $least }
stop-below-tick = { $name } { $typed } is less than a tick of { $tick } at { $symbol }'s last price of { $price }
    .expected = at least { $least }
stop-below-minimum = with stop_loss={ $stop } a stop of { $symbol } could not rest at the venue: of { $stake } it would be worth { $value }, no order below { PLAIN($minimum) } { $currency } is taken
    .expected = { $setting } of at least { PLAIN($enough) }

# What a grid cannot do on a market.
grid-step-unprofitable = a step of { $step } does not pay 2 x { $fee }% fee
    .expected = at most { $levels } levels in this range
grid-range-unprofitable = a step of { $step } does not pay 2 x { $fee }% fee even with 2 levels
    .expected = an upper end above { $least }
grid-stop-small = with stop_loss={ $stop } the stop of what one level buys could not rest: { $symbol } takes no order below { PLAIN($minimum) }
    .expected = larger levels
grid-share-small = the capital shared out is { PLAIN($amount) } { $currency } a level, too little for { $symbol } at level { $levels }{ $more ->
        [0] { "" }
       *[other] { " " }and { $more } more
    }
    .expected = at least { PLAIN($capital) }
grid-amount-small = quote_amount { PLAIN($amount) } is too little for { $symbol } at level { $levels }{ $more ->
        [0] { "" }
       *[other] { " " }and { $more } more
    }
    .expected = at least { PLAIN($least) }
grid-capital-small = buying at all { $count } levels takes { PLAIN($needed) } { $currency }, capital is { PLAIN($capital) }
    .expected = at least { PLAIN($needed) }
