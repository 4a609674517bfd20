# What a bot's state or its orders do not allow.
operation-refused = { $bot } ({ $mode }) is { $status }{ $operation ->
        [start] { $status ->
            [paused] . /resume ends a pause
            [running] { " " }already. See /bot { $bot }
            [starting] { " " }already. See /bot { $bot }
           *[other] . First /stop { $bot }
        }
        [pause] { $status ->
            [paused] { " " }already. /resume { $bot } ends the pause
           *[other] . Only a running bot can pause: /run { $bot }
        }
        [resume] . Only a paused bot can resume: /run { $bot } starts a stopped one
        [delete] . First /stop { $bot }
       *[other] . See /bot { $bot }
    }
already-stopped = { $bot } ({ $mode }) { $status ->
        [created] has never run, there is nothing to stop. /run { $bot } starts it
       *[other] is { $status } already. See /bot { $bot }
    }
already-stopping = { $bot } ({ $mode }) is stopping already. See /bot { $bot }
nothing-to-close = { $bot } ({ $mode }) holds nothing to close. See /bot { $bot }
changed-meanwhile = { $bot } ({ $mode }) was changed meanwhile, it is v{ NUMBER($version, useGrouping: 0) }. Look and try again
capital-in-use = { $bot } ({ $mode }) has lost { $lost } and has { $committed } in its position and orders: it needs a capital of at least { $least }.
    .discreet = { $bot } ({ $mode }) needs more than that for what it has lost and holds.
    .button = Use { GROUPED($least) }
bot-holds-position = { $bot } ({ $mode }) is { $status } and holds { QUANTITY($held) }. First /stop { $bot } policy=flatten
bot-has-orders = { $bot } ({ $mode }) still has { NUMBER($count, useGrouping: 0) } orders out. First /stop { $bot }
no-working-order = { $bot } ({ $mode }) has no such working order. See /orders
bot-deleted = that bot was deleted. See /bots
no-such-bot = there is no such bot. See /bots
order-is-barrier = that is the { $barrier } of { $bot } ({ $mode }): canceled, it would be placed again. Without it: { $fix }
    .button = Remove { $barrier }
order-is-exit = that order sells the position of { $bot } ({ $mode }) as asked: canceled, it would be sent again. See /bot { $bot }
order-over = order { $reference } of { $bot } ({ $mode }) is { $status } already.
bot-never-ran = { $bot } ({ $mode }) has never run, so it has no figures. First /run { $bot }
bot-still-holds = { $bot } ({ $mode }) is { $status } and holds { $side } { QUANTITY($held) }. First { $fix }
    .button = Stop and flatten
bot-still-active = { $bot } ({ $mode }) is { $status }. First { $fix }
    .button = Stop

# The recorded market and backtests.
recording-over = { $bot } ({ $mode }) cannot run: the recording has ended. { $fix } sets it back to its start.
    .button = Restart market
account-overdrawn = { $bot } ({ $mode }) cannot run: the bots of account { $account } have { $reserved } to use, it is worth { $worth } after earlier passes. { $fix } starts it clean; or /edit a capital.
    .discreet = { $bot } ({ $mode }) cannot run: the bots of account { $account } have more to use than it is worth after earlier passes. { $fix } starts it clean; or /edit a capital.
    .button = Reset account
books-in-use = { $what ->
       *[market] the market cannot begin again
        [account] the account cannot be reset
    } while its bots run or hold something that could be sold: { $count ->
        [0] { "" }
       *[other] { $bots }{ $owners ->
            [0] { "" }
           *[other] , and{ " " }
        }
    }{ $owners ->
        [0] { "" }
       *[other] bots of { $others }, whom you have to ask
    }.{ $count ->
        [0] { "" }
       *[other] { " " }First { $fix }
    }
    .button = Stop and flatten
bots-busy = bots are busy there at this moment. Try again
market-has-orders = the market cannot start again while { $count ->
        [one] 1 order is
       *[other] { NUMBER($count, useGrouping: 0) } orders are
    } open there. First /stop all policy=cancel
account-of-another = account { $account } is { $owner }'s. Ask { $owner } to reset it
account-is-real = account { $account } is { $mode }: only play money, PRACTICE or PAPER, can be reset.
market-watched = the market cannot start again while bots run there. Stop them first; /bots shows which run.
speed-not-positive = a speed above 0 is expected, for example 60x (a minute of the market in a second).
no-recorded-market = there is no recorded market here. /accounts shows where you can trade
speed-invalid = speed cannot be { $typed }
    .expected = a number above 0 up to 1,000,000 with an x, or max
    .example = /market speed=60x
market-unknown-here = no market { $typed }
    .expected = one of { $known }
    .example = { $near }
candles-too-few = { NUMBER($count, useGrouping: 0) } candles are too few for { $strategy }, its warm-up takes { NUMBER($warm_up, useGrouping: 0) }
    .expected = at least { NUMBER($least, useGrouping: 0) }
    .example = a longer file
backtest-symbol = no market { $typed }
    .expected = BASE/QUOTE
    .example = BTC/USDT
backtest-setting = --set { $typed } has no value
    .expected = key=value
    .example = --set stop_loss=5%
backtest-set-twice = { $name } is given twice, { $first } and { $second }
    .expected = each setting once
    .example = { $name }={ $second }
backtest-capital = capital { $capital } is more than the account's { $cash }
    .expected = at most the cash
    .example = --cash { PLAIN($capital) }
backtest-day = { $name } { $typed } is no day
    .expected = a day, or a day and a time, in UTC
    .example = { $name } 2024-07-08
backtest-bot = no bot { $typed } in this DATA_DIR
    .expected = one of { $known }
    .example = { $near }
backtests-waiting = { NUMBER($count, useGrouping: 0) } backtests run or wait already. Try again when one is done
backtest-too-early = no { $timeframe } candle has closed since { $bot } ({ $mode }) began its run. Try again after the next one
backtest-canceled = the backtest of { $bot } ({ $mode }) was ended
backtest-venue = { $bot } trades at { $venue }, of which there is no recording
    .expected = a bot of the recorded market
    .example = --data candles.csv
backtest-file = no file { $path }
    .expected = candles in a .parquet, .csv or .feather file
    .example = --data candles.csv
backtest-timeframe = { $file } holds candles of { $found }, not { $timeframe }
    .expected = the same length in both
    .example = { $found }
backtest-interval = { $file } holds candles of { $found } minutes, not { $timeframe }
    .expected = the same length in both
    .example = one with a candle every { $timeframe }
