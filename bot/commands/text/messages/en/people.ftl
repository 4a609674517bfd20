# People, their chats, codes and shares.
chat-private = this chat is yours alone, and hears of { $bot } anyway. Subscribe a group or a channel
chat-not-subscribed = this chat does not follow { $bot } ({ $mode }).
chat-follows-nothing = this chat follows no bot yet. First /subscribe NAME
desk-claimed = this desk has an owner already.
code-wrong = that code is wrong
wrong-code-counted = that code is wrong, { $tries ->
        [one] 1 try
       *[other] { $tries } tries
    } left
    .expected = { $wanted ->
        [setup] the setup code from the server's start, for example /claim K7QM-2XVP
        [invitation] the code of an invitation, for example /join 9TQ4-ZK7M
       *[link] the code /link gave you on your other platform, for example /link 4H7P-2XVP
    }
wrong-code-at-the-desk = that code is wrong
    .expected = { $wanted ->
        [setup] the setup code from the server's start, for example /claim K7QM-2XVP
        [invitation] the code of an invitation, for example /join 9TQ4-ZK7M
       *[link] the code /link gave you on your other platform, for example /link 4H7P-2XVP
    }
link-unknown = nobody knows you here. Expected the code /link gave you on your other platform, for example /link 4H7P-2XVP
codes-throttled = too many wrong codes. Wait { $wait }, then try again.
invitation-gone = that invitation was used, has expired or was withdrawn already.
codes-exhausted = { $limit } codes are open already. Wait until one is used or expires, or withdraw one
account-known = this account is aboard already, as { $person }. /unlink takes it off first
no-person = nobody is called { $typed }
    .expected = one of { $known }
    .example = { $near }
person-has-bots = { $person } has { $count ->
        [one] 1 active bot
       *[other] { NUMBER($count, useGrouping: 0) } active bots
    } ({ $bots }). First /stop { $first }
not-linked = nothing is linked on { $platform }
    .expected = one of { $known }
    .example = { $near }
only-identity = { $platform } is your only account here. Link another one first: /link
person-gone = that person is not aboard any more. /users shows who is
last-owner = { $person } is the only owner. First make another one: /role NAME owner
share-with-owner = { $bot } ({ $mode }) is { $person }'s own.
share-as-owner = a bot has one owner. Share it as viewer or trader
share-above-role = { $person } is { $role } and cannot command bots. Share it as viewer
not-shared = { $bot } ({ $mode }) is not shared with { $person }.
no-topics = there are no topics here. They are made in groups of Telegram that have topics, and in channels of a server at Discord; /subscribe { $bot } tells this chat
topic-refused = { $problem }. Then /subscribe { $bot } topic=new
