"""The HTTP server of the site: one event loop receives requests, and threads run the application.

Threat: a client that sends a head, a body or nothing at all, slowly, or that reads an answer slowly,
must not keep a thread. Only a request that arrived whole is given to a thread; whatever is not whole has
a deadline and a bound. The parser is llhttp, by httptools; nothing here parses HTTP itself.
"""
