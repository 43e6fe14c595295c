"""After the letter: return slips come back, answers are counted, and the public table shows them."""
