"""Whether a site is well: checks, what they found, alarms by e-mail, and what programs may ask.

Threat: anyone who reads these numbers often could tell when somebody signed. So counts are rounded down, no
number of signatures is among them, and only this machine or the holder of a token may ask.
"""
