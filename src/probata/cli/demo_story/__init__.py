"""The demo's story: invented outlets and parties, who claims what, what people observe, judge, weigh and keep.

Every name, place and word in it is made up. The two parties' names are given from outside and can be exchanged: with
other names it is the same story.
"""
