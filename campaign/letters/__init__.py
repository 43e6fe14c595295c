"""Letters: a pack and a supporter's choices become one structure, and that becomes every format.

Nothing that a supporter types is written anywhere by this part.
"""
