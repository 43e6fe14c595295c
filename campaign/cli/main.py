"""The tree of commands: `python -m campaign`. A command's module is loaded only when that command runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from campaign import environment_file
from campaign.cli.lazy_group import LazyGroup
from campaign.environment_file import EnvironmentFileError

#: How the reader calls this: the installed command, or the module.
PROGRAM = "campaign" if Path(sys.argv[0]).name == "campaign" else "python -m campaign"

PACK = LazyGroup("pack", "Import, export, publish and remove campaigns of this site.", {
    "Actions": {
        "import": ("campaign.cli.packs:import_pack", "Save a folder or a ZIP file as the campaign's draft."),
        "export": ("campaign.cli.packs:export_pack", "Write a campaign as a folder or as a ZIP file."),
        "publish": ("campaign.cli.packs:publish_pack", "Publish the draft as the next edition."),
        "archive": ("campaign.cli.ending:archive_pack", "Let a campaign be read only, or reopen it."),
        "remove": ("campaign.cli.ending:remove_pack", "Remove a campaign for good, with all signatures."),
        "po-export": ("campaign.cli.translations:po_export", "Write the draft's texts for translators (PO)."),
        "po-import": ("campaign.cli.translations:po_import", "Bring translations back into the draft."),
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

MAIL = LazyGroup("mail", "Send waiting e-mails, and check the sender's domain.", {
    "Actions": {
        "work": ("campaign.cli.mail:work", "Send e-mails as they come (`serve` starts this itself)."),
        "send": ("campaign.cli.mail:send", "Send every e-mail that is due, and stop."),
        "check": ("campaign.cli.mail_domain:check", "Check the sender's domain: SPF, DKIM and DMARC."),
    }
})  # fmt: skip

KEYS = LazyGroup("keys", "Make, check and publish the key that opens signatures.", {
    "Offline, on a trustee's computer": {
        "new": ("campaign.cli.keys:new", "Make the key of a campaign."),
        "trial": ("campaign.cli.keys:trial", "Write the key of a trial, to practise opening signatures."),
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

COUNTS = LazyGroup("counts", "Counts of other servers that collect to the same key.", {
    "On the server": {
        "give": ("campaign.cli.other_servers:give", "Take the signed counts of another server from a file."),
    }
})  # fmt: skip

LOG = LazyGroup("log", "The public log of signatures, and its witnesses.", {
    "On the server": {
        "export": ("campaign.cli.log:export", "Write the log as a folder that a mirror can serve."),
        "witnesses": ("campaign.cli.log:witnesses", "Name the witnesses of the log, and how many must sign."),
        "cosignatures": ("campaign.cli.log:cosignatures", "Take the signature that a witness sent."),
        "resume": ("campaign.cli.log:resume", "Go on with the log after a restore."),
        "recover": ("campaign.cli.log:recover", "Bring entries back that a restored backup lacks."),
        "openings": ("campaign.cli.log:openings", "Write what opens the entries of a sample, or all."),
        "receipt": ("campaign.cli.log:receipt", "Print the receipt of a record, such as one from paper."),
    }
})  # fmt: skip

VERIFY = LazyGroup("verify", "Check a petition's public log, from any computer.", {
    "Actions": {
        "receipt": ("campaign.cli.verify:receipt", "Check a receipt. It asks nobody."),
        "checkpoint": ("campaign.cli.verify:checkpoint", "Check who signed a checkpoint."),
        "consistency": ("campaign.cli.verify:consistency", "Check that a log grew from an old checkpoint."),
        "log": ("campaign.cli.verify:whole_log", "Read a whole log, and check that its entries make sense."),
        "compare": ("campaign.cli.verify:compare", "Compare what two people saw of a log."),
        "book": ("campaign.cli.verify:book", "Check the list of entries of a book against the log."),
    }
})  # fmt: skip

WITNESS = LazyGroup("witness", "Sign the public logs of others, if they only grow.", {
    "Actions": {
        "new": ("campaign.cli.witness:new", "Make the key of a witness."),
        "cosign": ("campaign.cli.witness:cosign", "Check that a log only grew, and sign its checkpoint."),
        "serve": ("campaign.cli.witness:serve", "Sign for logs that ask, as a service on this machine."),
    }
})  # fmt: skip

SAMPLE = LazyGroup("sample", "A random sample of a public log, for those who doubt it.", {
    "Anybody": {
        "draw": ("campaign.cli.sample:draw", "Draw a sample of a log's signatures."),
        "bound": ("campaign.cli.sample:bound", "Say what a sample proves, of which so many were false."),
    },
    "Offline, on a trustee's computer": {
        "open": ("campaign.cli.sample:open_sample", "Say what the entries of a sample are, without a name."),
    },
})  # fmt: skip

PERSON = LazyGroup("person", "Find one person in the sealed signatures, offline.", {
    "Actions": {
        "find": (
            "campaign.cli.trustees:find", "Print what the signatures say about an e-mail address or a row."
        ),
    }
})  # fmt: skip

TRUSTEES = LazyGroup("trustees", "What trustees use who work without commands.", {
    "Actions": {
        "page": (
            "campaign.cli.trustees_page:page", "Write a page that makes keys and opens lists, offline."
        ),
    }
})  # fmt: skip

UPDATES = LazyGroup("updates", "Write to those who asked for news, away from the server.", {
    "Actions": {
        "send": ("campaign.cli.trustees:send", "Send an update to each supporter who asked for news."),
    }
})  # fmt: skip

DIRECTORY = LazyGroup("directory", "Offices of packs as an open directory that sites exchange.", {
    "Actions": {
        "export": (
            "campaign.cli.directory:export_directory",
            "Write the offices of packs as a directory (JSON, CC0).",
        ),
        "import": (
            "campaign.cli.directory:import_directory",
            "Bring a pack's offices up to date from a directory.",
        ),
        "key": ("campaign.cli.directory:key", "Make the key with which you sign directories."),
        "merge": ("campaign.cli.directory:merge_directories", "Merge directories into one."),
        "schema": ("campaign.cli.directory:schema", "Print the schema of a directory (JSON Schema)."),
    }
})  # fmt: skip

ANSWERS = LazyGroup("answers", "Answers that supporters gave to the organisers, offline.", {
    "Offline, on a trustee's computer": {
        "open": (
            "campaign.cli.given_answers:open_answers",
            "Open the sealed answers that supporters gave, offline.",
        ),
        "redact": ("campaign.cli.given_answers:redact", "Black out rectangles of a picture, offline."),
    }
})  # fmt: skip

MIRROR = LazyGroup("mirror", "A campaign as a folder and one file that need no server.", {
    "On the server": {
        "make": ("campaign.cli.mirror:make", "Write a campaign as a folder that needs no server."),
        "signature": ("campaign.cli.mirror:signature", "Take the signature of a copy, made elsewhere."),
        "test-list": (
            "campaign.cli.mirror:addresses", "Print the addresses for OONI’s test lists (CSV)."
        ),
    },
    "Anybody": {
        "verify": (
            "campaign.cli.mirror:verify", "Check that nothing in a mirror was changed, and who signed it."
        ),
    },
})  # fmt: skip

DEPLOY = LazyGroup("deploy", "Write the files with which a server runs the site.", {
    "Actions": {
        "init": ("campaign.cli.deploy:init", "Write units, proxy, container and settings files to a folder."),
    }
})  # fmt: skip

CAMPAIGN = LazyGroup(PROGRAM, "Letters, petitions and campaigns for human-rights organisations.", {
    "Content": {
        "new": ("campaign.cli.new:new", "Start a new campaign: five questions, and a pack to fill in."),
        "check": ("campaign.cli.check:check_pack", "List a pack's errors and warnings by file and line."),
        "facts": ("campaign.cli.facts:facts", "Print every statement of a pack with its sources."),
        "load": ("campaign.cli.seeding:load", "Publish a pack from a folder as a new edition."),
        "pack": PACK,
        "directory": DIRECTORY,
        "mirror": MIRROR,
        "data-protection": (
            "campaign.cli.data_protection:data_protection",
            "Write drafts of documents for data protection.",
        ),
    },
    "Letters": {
        "letter": ("campaign.cli.letters:letter", "Write a letter from a pack, without a database."),
        "merge": ("campaign.cli.merge:merge", "Write a letter for each row of a list of senders."),
        "answers": ANSWERS,
    },
    "Website": {
        "serve": ("campaign.cli.serve:serve", "Start the website (`make run` calls this)."),
        "demo": ("campaign.cli.demo:demo", "Start a demonstration, with somebody in each role."),
        "settings": ("campaign.cli.settings:settings", "List every setting, its source, and what is wrong."),
        "secrets": ("campaign.cli.secrets:secrets", "Make the secrets that are missing (in production)."),
        "doctor": ("campaign.cli.doctor:doctor", "Check everything that a site in production rests on."),
        "deploy": DEPLOY,
        "nightly": ("campaign.cli.mail:run_nightly", "Do the nightly work now, for every campaign."),
        "backup": ("campaign.cli.backup:backup", "Write all that the site has into one encrypted file."),
        "restore": ("campaign.cli.backup:restore", "Restore a backup into an empty folder and database."),
        "migrate": ("campaign.cli.migrate:migrate", "Make the database's tables, or bring them up to date."),
        "mail": MAIL,
        "people": PEOPLE,
        "audit": AUDIT,
        "report": ("campaign.cli.report:report", "Write the numbers of a period as a PDF or as CSV."),
    },
    "Signatures": {
        "keys": KEYS,
        "signatures": SIGNATURES,
        "counts": COUNTS,
        "trustees": TRUSTEES,
        "person": PERSON,
        "log": LOG,
        "updates": UPDATES,
        "book": ("campaign.cli.book:book", "Make the volumes of names to hand over, offline."),
    },
    "Checking the count": {"verify": VERIFY, "sample": SAMPLE, "witness": WITNESS},
    "Paper": {
        "sheets": ("campaign.cli.paper:sheets", "Make sheets to collect signatures on paper, as a PDF."),
        "kit": ("campaign.cli.paper:kit", "Make sheets, letters, flyer and poster as a ZIP file."),
        "scans": ("campaign.cli.scans:scans", "Open the sealed scans of sheets, offline."),
    },
})  # fmt: skip
CAMPAIGN.context_settings["help_option_names"] = ["-h", "--help"]
CAMPAIGN.params.append(
    click.Option(
        ["--env-file"], type=Path, metavar="FILE", expose_value=False, callback=lambda *_: None,
        help="The settings, NAME=value (default: CAMPAIGN_ENV_FILE, or /etc/campaign/campaign.env).",
    )
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 something is wrong with the content, 2 wrong use."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Most commands write names, keys or letters: files are for their owner alone, whatever writes them.
    previous = os.umask(0o077)
    try:
        # Not CAMPAIGN.main(): it would end with 1 where a pipe is closed or an answer is missing.
        with (
            environment_file.applied(_env_file(words)) as applied,
            CAMPAIGN.make_context(PROGRAM, words, obj=applied) as context,
        ):
            return int(CAMPAIGN.invoke(context) or 0)
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2
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


def _env_file(words: Sequence[str]) -> Path | None:
    """The file of --env-file, which stands before the command: its values come before anything is parsed."""
    context = click.Context(CAMPAIGN, resilient_parsing=True, **CAMPAIGN.context_settings)
    parser = CAMPAIGN.make_parser(context)
    try:
        options, _rest, _order = parser.parse_args(list(words))
    except click.UsageError:  # the real parsing says so
        return None
    return Path(str(options["env_file"])) if options.get("env_file") else None


def _print_usage_error(error: click.UsageError) -> None:
    """Print one line, or the whole help if a group was called without a command."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    message = " ".join(error.format_message().split())
    command = error.ctx.command_path if error.ctx else PROGRAM
    print(f"{message} For help: {command} --help", file=sys.stderr)
