"""The tree of commands: `python -m campaign`. A command's module is loaded only when that command runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from campaign.cli.lazy_group import LazyGroup

PROGRAM = "python -m campaign"

PACK = LazyGroup("pack", "Import, export and publish packs in the site's database.", {
    "Actions": {
        "import": ("campaign.cli.packs:import_pack", "Save a folder or a ZIP file as the campaign's draft."),
        "export": ("campaign.cli.packs:export_pack", "Write a campaign as a folder or as a ZIP file."),
        "publish": ("campaign.cli.packs:publish_pack", "Publish the draft as the next edition."),
    }
})  # fmt: skip

PEOPLE = LazyGroup("people", "Invite organisers, and list them.", {
    "Actions": {
        "invite": ("campaign.cli.people:invite", "Print a link with which somebody joins the campaign."),
        "list": ("campaign.cli.people:list_people", "List the organisers of a campaign."),
    }
})  # fmt: skip

AUDIT = LazyGroup("audit", "Verify the record of who did what.", {
    "Actions": {
        "verify": ("campaign.cli.people:verify_audit", "Check that no row was changed or removed."),
    }
})  # fmt: skip

MAIL = LazyGroup("mail", "Send e-mails that are waiting, and check the sender's domain.", {
    "Actions": {
        "work": ("campaign.cli.mail:work", "Send e-mails as they come (`serve` starts this itself)."),
        "send": ("campaign.cli.mail:send", "Send every e-mail that is due, and stop."),
        "check": ("campaign.cli.mail_domain:check", "Check the sender's domain: SPF, DKIM and DMARC."),
    }
})  # fmt: skip

KEYS = LazyGroup("keys", "Make, check and publish the key that opens signatures.", {
    "Offline, on a trustee's computer": {
        "new": ("campaign.cli.keys:new", "Make the key of a campaign."),
        "rotate": ("campaign.cli.keys:rotate", "Make the key that follows the one in a key file."),
        "prove": ("campaign.cli.keys:prove", "Prove with the old key that a new one follows it."),
        "add": ("campaign.cli.keys:add", "Lock the same key for another passphrase or more trustees."),
        "verify": ("campaign.cli.keys:verify", "Prove that a key file opens a test message."),
    },
    "On the server": {
        "publish": ("campaign.cli.public_keys:publish", "Seal new signatures to this key from now on."),
        "list": ("campaign.cli.public_keys:list_keys", "List the public keys of a campaign."),
    },
})  # fmt: skip

SIGNATURES = LazyGroup("signatures", "Export the sealed signatures, and open them offline.", {
    "On the server": {
        "export": ("campaign.cli.sealed:export_list", "Write all sealed signatures to one file."),
        "forget": ("campaign.cli.sealed:forget", "Remove records by their ids."),
    },
    "Offline, on a trustee's computer": {
        "open": ("campaign.cli.opening:open_list", "Write the names, and the list of signatures to exclude."),
    },
})  # fmt: skip

PERSON = LazyGroup("person", "Find one person in the sealed signatures, offline.", {
    "Actions": {
        "find": (
            "campaign.cli.trustees:find", "Print what the signatures say about an e-mail address or a row."
        ),
    }
})  # fmt: skip

UPDATES = LazyGroup("updates", "Write to the supporters who asked for news, away from the server.", {
    "Actions": {
        "send": ("campaign.cli.trustees:send", "Send an update to each supporter who asked for news."),
    }
})  # fmt: skip

CAMPAIGN = LazyGroup(PROGRAM, "Letters, petitions and campaigns for human-rights organisations.", {
    "Content": {
        "new": ("campaign.cli.new:new", "Start a new campaign: five questions, and a pack to fill in."),
        "check": ("campaign.cli.check:check_pack", "List a pack's errors and warnings by file and line."),
        "load": ("campaign.cli.seeding:load", "Publish a pack from a folder as a new edition."),
        "pack": PACK,
    },
    "Letters": {
        "letter": ("campaign.cli.letters:letter", "Write a letter from a pack, without a database."),
        "merge": ("campaign.cli.merge:merge", "Write a letter for each row of a list of senders."),
    },
    "Website": {
        "serve": ("campaign.cli.serve:serve", "Start the website (`make run` calls this)."),
        "secrets": ("campaign.cli.secrets:secrets", "Make the secrets that are missing (in production)."),
        "mail": MAIL,
        "people": PEOPLE,
        "audit": AUDIT,
    },
    "Signatures": {
        "keys": KEYS,
        "signatures": SIGNATURES,
        "person": PERSON,
        "updates": UPDATES,
        "book": ("campaign.cli.book:book", "Make the volumes of names to hand over, offline."),
    },
    "Paper": {
        "sheets": ("campaign.cli.paper:sheets", "Make sheets to collect signatures on paper, as a PDF."),
        "kit": ("campaign.cli.paper:kit", "Make sheets, letters, flyer and poster as a ZIP file."),
        "scans": ("campaign.cli.scans:scans", "Open the sealed scans of sheets, offline."),
    },
})  # fmt: skip
CAMPAIGN.context_settings["help_option_names"] = ["-h", "--help"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 something is wrong with the content, 2 wrong use."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Most commands write names, keys or letters: files are for their owner alone, whatever writes them.
    previous = os.umask(0o077)
    try:
        # Not CAMPAIGN.main(): it would end with 1 where a pipe is closed or an answer is missing.
        with CAMPAIGN.make_context(PROGRAM, words) as context:
            return int(CAMPAIGN.invoke(context) or 0)
    except click.exceptions.Exit as end:  # after --help
        return end.exit_code
    except click.UsageError as error:
        _print_usage_error(error)
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe has ended (`… | head`): there is nothing more to print.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        os.umask(previous)


def _print_usage_error(error: click.UsageError) -> None:
    """Print one line, or the whole help if a group was called without a command."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    message = " ".join(error.format_message().split())
    command = error.ctx.command_path if error.ctx else PROGRAM
    print(f"{message} For help: {command} --help", file=sys.stderr)
