"""Webhooks: numbers and editions are sent to addresses that owners named; never anything of a person.

What somebody can do with a webhook, and what keeps them from it:

- An owner, or who took over an owner's sign-in, names an address inside the server's network, to reach what
  is not open to the world. Only https on port 443 is called; the name is resolved once, each of its addresses
  has to be public, and the connection goes to the address that was checked, so that a name that changes
  meanwhile (DNS rebinding) leads nowhere else. Redirects are not followed. Of an answer only the status is
  looked at.
- A receiver hangs, drips or sends without end: a try has one deadline, and 64 KiB are read at most.
- Somebody else calls the receiver: each message is signed as Standard Webhooks 1.0 says. The secret is shown
  once, and is not in the database: it follows from a secret of the server and a salt.
- A receiver is gone: tries grow rarer for three days, then the webhook is switched off and owners get an
  e-mail.

A message is written in the transaction of what it announces, as e-mails are. The worker sends it at least
once.
"""
