# The parts every refusal is made of.
refused = Refused: { $text }
invalid = Invalid: { $text }
expected = { $text }. Expected { $expected }
    .example = { $text }. Expected { $expected }, for example { $example }
unchanged = { $text } ({ $unchanged }, unchanged)
