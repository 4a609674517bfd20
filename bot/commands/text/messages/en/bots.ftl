# Names, money and places of bots.
name-reserved = the name { $name } is reserved
    .expected = another one
name-invalid = { $typed } is no name
    .expected = a small letter, then small letters, digits or hyphens, at most { $limit } in all
tags-invalid = { $typed } is no tag
    .expected = up to { $limit } tags of small letters, digits or hyphens, with commas between them
name-taken = the name { $name } is taken. Choose another one, for example { $fix }
no-market = no market { $typed }
    .expected = BASE/QUOTE
    .example = { $near }
no-series = no { $timeframe } candles of { $symbol } here
    .expected = one of { $known }
    .example = { $near }
no-own-account = no account { $typed }
    .expected = one of yours ({ $count ->
        [0] none yet
       *[other] { $known }
    })
nothing-changed = nothing differs from { $bot } ({ $mode }) as it is
    .expected = a new value
    .example = /edit { $bot } stop_loss=5%
account-elsewhere = account { $account } trades at another place than { $bot } ({ $mode }). Use /clone { $bot } with account={ $account }
    .button = Clone
account-short = { $bot } ({ $mode }) needs { $needed }{ $more ->
        [yes] { " " }more
       *[no] { "" }
    }; account { $account } has { BARE($free) } free, { BARE($reserved) } reserved by { $bots ->
        [one] 1 bot
       *[other] { NUMBER($bots, useGrouping: 0) } bots
    }.
    .discreet = { $bot } ({ $mode }) needs more than account { $account } has free.
    .button = Use { GROUPED($enough) }

# Panic and its end.
bot-blocked = { $bot } ({ $mode }) is blocked by panic ({ $scope }). The owner lifts it with /unlock
no-panic-policy = no policy { $typed }
    .expected = cancel or flatten
no-panic-scope = no scope { $typed }
    .expected = all, mine or an account ({ $known })
panic-repeated = that panic was engaged and lifted already. Send /panic again for a new one
unlock-not-owner = only an owner can unlock; { $person } is a { $role }.
panic-not-owner = only an owner can stop everything; { $person } is a { $role }. Use /panic scope=mine
other-panic = no panic of scope { $scope } is in force, but another is. /unlock lifts every one
no-panic = no panic is in force. Bots run with /run
