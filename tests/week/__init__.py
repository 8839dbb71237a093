"""A scripted week of two lines, played through the pipeline, against an oracle that shares no code with it.

facts.py      the plant: lines, shifts, rates, CIs. Plain values, known to both sides.
story.py      what happens in the week: thirty stops of every kind, counts, a flood.
oracle.py     what must come of it: incidents, durations, money, effectiveness, by plain arithmetic.
recording.py  the signals that tell the story, as a recording.
plant.py      the facts as records.
play.py       the recording through the drains with a set clock; then the corrections of people; then what is recorded.
"""
