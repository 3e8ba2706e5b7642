"""What the local model says: a few conversations, told by the words of the question."""

from __future__ import annotations

import itertools

from strands.testing import ModelRequest, Turn, error, use

STORY = """\
Night trains are older than the light bulb. **The first sleeping cars** ran in Pennsylvania in the 1830s: three shelves
on each wall, a stove at the end, and a candle for those who wanted to read.

In Europe the idea became an institution. Georges Nagelmackers, a young Belgian, came home from America with drawings
of sleeping cars and founded a company in 1872. Eleven years later his *Express d'Orient* left Paris for the Black Sea,
with a library, a barber and seven courses for dinner.

What made them worth the trouble was simple:

- You fell asleep in one country and woke up in another.
- A bed on rails cost less than a hotel and a day.
- Nobody could reach you until the morning.

The long decline came with cheap flights and fast trains. Line after line closed; by 2015 there were nights on which
hardly a sleeping car moved through the west of the continent.

Then they came back. Vienna bought the beds that others sold, new cars were ordered, and routes that had been gone for
twenty years stood on the departure boards again: Zurich to Barcelona, Paris to Berlin, Brussels to Prague.

A night train is still the slowest way to lose no time at all."""

HELP = """\
I am a script on your own machine, so I know only a few things. Ask me

- what to pack for a weekend in Oslo or Lisbon,
- to book a train from Zurich to Milan,
- about the history of night trains, or
- what happens when something fails.

Start the server with `--bedrock` to talk to a real model."""

_failures = itertools.cycle([True, False])


def travel_script(request: ModelRequest) -> Turn:
    """Return the next turn of the conversation that the latest question belongs to."""
    question = request.prompt.lower()
    for words, conversation in CONVERSATIONS.items():
        if any(word in question for word in words):
            return conversation(request)
    return HELP


def _packing(request: ModelRequest) -> Turn:
    if not request.tool_results:
        return [
            "I will look at the forecast for both cities.",
            use("weather", city="Oslo", day="this weekend"),
            use("weather", city="Lisbon", day="this weekend"),
        ]
    return (
        "Pack for two seasons:\n\n"
        "- **Oslo**: a warm coat, a rain jacket and shoes that can get wet. It will be 2 to 6 °C, with rain on "
        "Saturday.\n"
        "- **Lisbon**: light clothes and sunglasses. It will be sunny with up to 24 °C.\n\n"
        "One thin sweater serves you in both: as a layer under the coat, and for the evenings by the sea."
    )


def _booking(request: ModelRequest) -> Turn:
    results = " ".join(request.tool_results)
    if "timetable" in results or "direct" in results:
        return [
            "There is a direct train at 06:33. I will book a seat on it, if you agree.",
            use("book_seat", journey="Zurich to Milan", departure="06:33", price_eur=59),
        ]
    if "Booked" in results:
        return (
            "Your seat is booked: **06:33 from Zurich**, coach 7, seat 42, for 59 EUR. "
            "You arrive in Milan at 09:50. Good journey!"
        )
    if results:
        return "All right, nothing was booked. The next direct train leaves at 09:33, for 64 EUR."
    return [
        "I will look for trains tomorrow morning.",
        use("find_trains", origin="Zurich", destination="Milan", day="tomorrow"),
    ]


def _failing(request: ModelRequest) -> Turn:
    if next(_failures):
        return error("InternalServerException", "The model is having a bad day.")
    return "That time it worked. A failed request leaves no half answer behind, so it can simply be made again."


def _story(request: ModelRequest) -> Turn:
    return STORY


CONVERSATIONS = {
    ("pack", "oslo", "lisbon", "weather"): _packing,
    ("train from", "book", "milan"): _booking,
    ("night train", "history", "story"): _story,
    ("fail", "error", "wrong"): _failing,
}
