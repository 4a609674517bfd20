# Lines that are no command, or not this one's.
no-command = that is no command
    .expected = one from /help
no-slash = that is no command
    .expected = one with a slash from /help
unknown-command = no command /{ $typed }
    .expected = one from /help
line-too-long = that line has { $count } characters
    .expected = at most { $limit }
open-quote = a quote is open in { $typed }
    .expected = it closed
    .example = { $example }
word-repeated = { $name } is given twice
    .expected = it once
    .example = { $example }
words-unknown = /{ $command } does not understand { $typed }
    .expected = { $usage }
    .example = { $example }
word-misplaced = /{ $command } takes { $typed } by its name only
    .expected = { $fix }
several-commands = that is { $count } commands in one message, none was done
    .expected = one at a time
word-unknown = /{ $command } has no word { $typed }
    .expected = { $usage }
    .example = { $example }
word-refused = { $name } cannot be { $typed }
    .expected = { $expected }
    .example = { $example }
word-empty = { $name } cannot be empty
    .expected = { $expected }
    .example = { $example }
word-missing = the { $name } is missing
    .expected = { $expected }
    .example = { $example }
choice-unknown = { $name } cannot be { $typed }
    .expected = { $known }
no-help-topic = no topic { $typed }
    .expected = one of { $known }
    .button = { $near }
trade-without-bot = a number alone says no trade
    .expected = its bot too
    .example = /trades alpha number=8
no-trade = { $bot } ({ $mode }) has { $count ->
        [one] 1 trade
       *[other] { $count } trades
    }
    .expected = one of them
    .example = { $example }
not-live-here = a message is kept live on Telegram and Discord only. Here send /bots again.
panic-policy = no policy { $typed }
    .expected = cancel or flatten
    .example = /panic scope={ $scope } policy=cancel
language-missing = texts are in English so far
    .expected = en
amounts-choice = amounts are shown or hidden
    .expected = show or hide
topic-choice = a topic can only be new
    .expected = /subscribe { $bot }
share-not-owner = { $bot } ({ $mode }) is shared with you; only its owner shares it on.
share-role = role cannot be { $typed }
    .expected = viewer, trader or none
role-held = { $person } is { $role ->
        [owner] an owner
       *[other] a { $role }
    } already.
no-account = no account { $typed }
    .expected = one of yours
    .button = { $near }

# Who may say what, and how often.
stranger = This desk is private; with an invitation, send /join CODE.
no-identity = no identity
unclaimed = this desk has no owner yet. First send the setup code the server printed at its start, for example /claim K7QM-2XVP
not-known-here = this desk does not know you.
too-fast = that is too fast. Wait { $wait }, then send it again.
role-too-low = { $own }s cannot use /{ $command }. { $role ->
        [owner] It is for owners.
       *[other] An owner can make you a { $role }: /role { $person } { $role }
    }
private-only = codes and keys are taken in private only. Open the private chat, then /{ $command }
code-leaked = codes and keys are taken in private only. Others could read that code, so it works no more; { $kind ->
        [setup] the next start of the server prints another one
       *[other] ask for another one and send it in the private chat
    }.

# Questions and forms.
nothing-to-answer = nothing waits for that answer
    .expected = a command
nothing-to-confirm = nothing waits for an answer
    .expected = a command
question-answered = this question was answered already; nothing is done twice.
question-expired = this question has expired. Send { $line } again.
question-lost = this question has expired: it was asked before the desk was started. Send it again.
question-unknown = there is no question with that code
    .expected = the code of an open question
question-too-soon = that came within a second of its question, perhaps a double tap. Press again.
question-of-another = only { $person } can answer { $subject ->
        [none] that question
       *[other] for { $subject }
    }.
question-code-missing = yes needs its code here
    .expected = the code shown
    .example = yes { $code }
number-not-offered = { $typed } is none of the numbers offered
    .expected = { $last ->
        [one] 1
       *[other] 1 to { NUMBER($last, useGrouping: 0) }
    }
    .example = 1
form-over = this form is over (forms live 30 min) or somebody else's. Send its command again, for example /new
form-line-over = this form is over ({ $line })
    .expected = a command
    .example = /help
no-edit = nothing differs
    .expected = a new value
    .example = { $name }=…
no-setting = no setting { $typed }
    .expected = one of { $known }
    .example = { $near }
bot-needed = { $command } needs a bot and there are none yet
    .expected = one made before
    .button = Create a bot
no-resting-order = no order of { $bot } ({ $mode }) rests.
    .button = Card
page-answer = { $typed } is no answer here
    .expected = a choice, next or cancel
    .example = next
summary-answer = { $typed } is no answer here
    .expected = create, create and run, name, parameters, risk, back or cancel
    .example = create
account-choice = no account { $typed }
    .expected = one of yours
    .example = { $near }
