"""Every page of the demonstration as pictures, and what a program can find wrong with each (`make screens`)."""
