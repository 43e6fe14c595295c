"""The draft: saved file by file, never over somebody else's text, published as one, brought back."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from campaign.database import db
from campaign.editions import drafts, store
from campaign.editions.drafts import Change, ConflictError
from campaign.editions.store import Authorship
from tests.minimal import FILES


@pytest.fixture
def trees(storage: Flask) -> Flask:
    """A small campaign with one edition."""
    with storage.app_context():
        store.publish(db.session, "trees", FILES, store.Authorship("files", "first"))
    return storage


def base(path: str) -> int:
    found = drafts.draft(db.session, "trees").versions.get(path)
    return found.id if found else 0


def save(path: str, text: str | None, author: str = "Ana", note: str = "") -> drafts.FileVersion:
    drafts.save_all(db.session, "trees", [Change(path, text, base(path))], Authorship(author, note))
    return drafts.history(db.session, "trees", path)[0]


def test_after_a_publication_the_draft_is_the_edition(trees: Flask) -> None:
    with trees.app_context():
        assert drafts.draft(db.session, "trees").files == FILES
        assert drafts.draft(db.session, "nobody").files == {}


def test_a_save_is_a_version_and_the_public_sees_nothing_of_it(trees: Flask) -> None:
    with trees.app_context():
        saved = save("petition.en.md", "New.", note="shorter")
        assert drafts.draft(db.session, "trees").files["petition.en.md"] == "New."
        assert store.files_of(db.session, "trees", 1) == FILES
        newest, first = drafts.history(db.session, "trees", "petition.en.md")
        assert (newest.id, newest.author, newest.note, newest.text) == (saved.id, "Ana", "shorter", "New.")
        assert first.text == FILES["petition.en.md"]


def test_the_same_text_again_is_no_version(trees: Flask) -> None:
    with trees.app_context():
        assert save("petition.en.md", FILES["petition.en.md"]).author == "files"
        assert len(drafts.history(db.session, "trees", "petition.en.md")) == 1


@pytest.mark.slow
def test_who_saves_on_an_old_text_is_told_the_newer_one_and_nothing_is_lost(trees: Flask) -> None:
    with trees.app_context():
        seen = base("petition.en.md")
        save("petition.en.md", "Ana's text.", author="Ana")
        with pytest.raises(ConflictError) as raised:
            drafts.save_all(
                db.session, "trees", [Change("petition.en.md", "Berik's text.", seen)], Authorship("Berik")
            )
        assert raised.value.newer is not None
        assert raised.value.newer.text == "Ana's text."
        assert "Ana saved" in str(raised.value)
        assert drafts.draft(db.session, "trees").files["petition.en.md"] == "Ana's text."
        drafts.save_all(
            db.session,
            "trees",
            [Change("petition.en.md", "Both.", raised.value.newer.id)],
            Authorship("Berik"),
        )
        assert drafts.draft(db.session, "trees").files["petition.en.md"] == "Both."


def test_two_who_make_the_same_new_file_do_not_overwrite_each_other(trees: Flask) -> None:
    with trees.app_context():
        drafts.save_all(db.session, "trees", [Change("pages/new.en.md", "One.", 0)], Authorship("Ana"))
        with pytest.raises(ConflictError):
            drafts.save_all(db.session, "trees", [Change("pages/new.en.md", "Two.", 0)], Authorship("Berik"))


def test_a_file_that_is_taken_out_is_gone_from_the_draft_and_stays_in_the_history(trees: Flask) -> None:
    with trees.app_context():
        save("petition.fr.md", None, note="no longer needed")
        assert "petition.fr.md" not in drafts.draft(db.session, "trees").files
        newest, first = drafts.history(db.session, "trees", "petition.fr.md")
        assert newest.text is None and first.text == FILES["petition.fr.md"]
        save("petition.fr.md", "Back.")
        assert drafts.draft(db.session, "trees").files["petition.fr.md"] == "Back."


def test_publishing_takes_the_draft_as_it_was_looked_at_or_not_at_all(trees: Flask) -> None:
    with trees.app_context():
        save("petition.en.md", "Looked at.")
        mark = drafts.draft(db.session, "trees").mark
        save("petition.fr.md", "Not looked at.")
        with pytest.raises(ConflictError, match=r"petition\.fr\.md"):
            drafts.publish(db.session, "trees", mark, Authorship("Ana"))
        assert store.newest(db.session) == {"trees": 1}
        mark = drafts.draft(db.session, "trees").mark
        assert drafts.publish(db.session, "trees", mark, Authorship("Ana", "both")) == 2
        assert store.files_of(db.session, "trees", 2)["petition.fr.md"] == "Not looked at."
        assert drafts.publish(db.session, "trees", mark, Authorship("Ana")) is None
        assert [(one.number, one.author, one.note) for one in store.editions(db.session, "trees")] == [
            (2, "Ana", "both"),
            (1, "files", "first"),
        ]


def test_an_old_edition_comes_back_as_a_draft_and_the_new_one_stays_readable(trees: Flask) -> None:
    with trees.app_context():
        save("petition.en.md", "Second.")
        save("pages/extra.en.md", "Extra.")
        save("petition.fr.md", None)
        second = drafts.draft(db.session, "trees")
        drafts.publish(db.session, "trees", second.mark, Authorship("Ana"))
        assert drafts.bring_back(db.session, "trees", 1, Authorship("Ana", "back to the first")) == 3
        assert drafts.draft(db.session, "trees").files == FILES
        assert store.files_of(db.session, "trees", 2) == second.files
        assert drafts.bring_back(db.session, "trees", 1, Authorship("Ana")) == 0
        with pytest.raises(LookupError):
            drafts.bring_back(db.session, "trees", 9, Authorship("Ana"))


def test_loading_from_disk_keeps_what_organisers_have_not_published(
    trees: Flask, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    from campaign.cli.seeding import publish_seed

    folder = tmp_path_factory.mktemp("trees")
    for path, text in {**FILES, "petition.en.md": FILES["petition.en.md"] + "\nMore.\n"}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with trees.app_context():
        save("petition.fr.md", FILES["petition.fr.md"] + "\nPlus.\n")
        publish_seed(folder)
        assert store.newest(db.session) == {"trees": 1}
        assert "not published yet" in capsys.readouterr().err


def test_a_campaign_that_there_is_not_can_not_be_saved_to(storage: Flask) -> None:
    with storage.app_context(), pytest.raises(LookupError):
        drafts.save_all(db.session, "nobody", [Change("a.md", "x", 0)], Authorship("Ana"))


PATHS = st.sampled_from(["petition.en.md", "petition.fr.md", "pages/about.en.md", "pages/new.en.md"])
TEXTS = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8))


def machine(app: Flask) -> type[RuleBasedStateMachine]:
    """Any sequence of saves, publications and returns, beside a plain model of what must be there."""

    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            with app.app_context():
                self.slug = f"life-{len(store.newest(db.session))}"
                store.publish(db.session, self.slug, FILES, store.Authorship("files"))
            self.draft, self.editions = dict(FILES), [dict(FILES)]

        @rule(path=PATHS, text=TEXTS)
        def save(self, path: str, text: str | None) -> None:
            with app.app_context():
                found = drafts.draft(db.session, self.slug).versions.get(path)
                drafts.save_all(
                    db.session, self.slug, [Change(path, text, found.id if found else 0)], Authorship("Ana")
                )
            self.draft = {k: v for k, v in {**self.draft, path: text}.items() if v is not None}

        @rule()
        def publish(self) -> None:
            with app.app_context():
                mark = drafts.draft(db.session, self.slug).mark
                number = drafts.publish(db.session, self.slug, mark, Authorship("Ana"))
            if number is not None:
                self.editions.append(dict(self.draft))
                assert number == len(self.editions)

        @rule(which=st.integers(0, 30))
        def bring_back(self, which: int) -> None:
            number = which % len(self.editions) + 1
            with app.app_context():
                drafts.bring_back(db.session, self.slug, number, Authorship("Berik"))
            self.draft = dict(self.editions[number - 1])

        @invariant()
        def every_edition_reads_as_it_was_published(self) -> None:
            with app.app_context():
                assert drafts.draft(db.session, self.slug).files == self.draft
                for number, files in enumerate(self.editions, 1):
                    assert store.files_of(db.session, self.slug, number) == files

    return Life


def test_no_sequence_of_saves_publications_and_returns_changes_an_edition(storage: Flask) -> None:
    run_state_machine_as_test(
        machine(storage),
        settings=settings(max_examples=12, stateful_step_count=12, suppress_health_check=list(HealthCheck)),
    )
