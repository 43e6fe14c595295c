"""The forms of a noun that is counted, as fields of a form: one for each plural class and case.

The file has them under the language, `ru`, and for a case under both, `ru-genitive`; a noun with one
form for every number is a plain text there.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from campaign.desk.content.kinds import Field
from campaign.languages.data import language
from campaign.languages.numbers import PLURAL_CLASSES, examples, plural_classes
from campaign.pack import writing
from campaign.pack.writing import Path


def asked(field: Field, code: str) -> bool:
    """Whether a language has the class and the case of a field."""
    return field.form in plural_classes(code) and (not field.case or field.case in language(code).cases)


def label(field: Field, code: str) -> str:
    """What a field is called in a form: numbers that take it."""
    words = str(_("With numbers such as %(numbers)s", numbers=", ".join(examples(field.form, code))))
    return f"{words} ({field.case})" if field.case else words


def value(record: Any, field: Field, code: str) -> str:
    """The form that a unit's record has; '' for none."""
    return str(_forms(record, field, code).get(field.form, ""))


def has_any(record: Any, code: str) -> bool:
    """Whether the noun has a form in the language. Which ones it needs depends on the facts (`grammar`)."""
    return isinstance(record, dict) and bool(record.get(code))


def put(text: str, root: Path, field: Field, new: str, code: str) -> str:
    """The table with one form of a unit set, or taken out."""
    forms = {**_forms(writing.at(writing.read(text), root), field, code), field.form: new}
    forms = {name: forms[name] for name in PLURAL_CLASSES if forms.get(name)}
    written: Any = forms["other"] if set(forms) == {"other"} else forms
    return writing.put(text, (*root, _key(field, code)), written or None, ("key", code))


def _forms(record: Any, field: Field, code: str) -> dict[str, Any]:
    written = record.get(_key(field, code)) if isinstance(record, dict) else None
    return dict(written) if isinstance(written, dict) else {"other": written} if written else {}


def _key(field: Field, code: str) -> str:
    return f"{code}-{field.case}" if field.case else code
