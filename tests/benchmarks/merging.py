"""A list of ten thousand senders: rate and memory, against typst alone and against an office program."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import typst

from campaign.letters.compose import compose
from campaign.letters.fitting import size_for
from campaign.letters.formats import docx, html, pdf
from campaign.letters.letter import Letter, Sender
from campaign.pack.files import parse, read_folder
from campaign.press import typeset
from campaign.press.fonts import FOLDER
from tests.tools import ROOT, SEED, choices

ROWS = 10_000

#: Letters that are measured one by one, and then reckoned for all.
SAMPLE = 1_000


def merge() -> tuple[float, float]:
    """(seconds, MiB at the peak of all processes together) of `merge` for ROWS rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "senders.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("name", "place", "country", "own_words"))
            writer.writerows((f"Zoé Қасым {n}", "Lyon", "FR", _own(n)) for n in range(ROWS))
        command = [sys.executable, "-m", "campaign", "merge", "--pack", str(SEED), "--to", "prosecutor-general",
                   "--language", "ru", "--senders", str(folder / "senders.csv"),
                   "--out", str(folder / "letters.pdf")]  # fmt: skip
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        peak = _watch(process)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise RuntimeError("merge failed")
        print(f"  {ROWS:,} letters, {(folder / 'letters.pdf').stat().st_size / 1e6:.0f} MB")
    return seconds, peak


def _own(number: int) -> str:
    return f"I teach law in Lyon, and this is sentence number {number} of mine."


def _watch(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; the most that it and its children held at once, in MiB (Linux: VmRSS)."""
    peak, done = 0.0, threading.Event()

    def look() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, sum(_held(pid) for pid in _family(process.pid)))

    thread = threading.Thread(target=look)
    thread.start()
    process.wait()
    done.set()
    thread.join()
    return peak


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _held(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(found.split()[1]) / 1024


def _letters() -> list[Letter]:
    pack = parse(read_folder(SEED))
    sender = Sender("Zoé Қасым", (), "Lyon", "FR")
    return [
        compose(pack, choices(pack, language="ru", seed=n, opening=None, own_words=_own(n), sender=sender))
        for n in range(SAMPLE)
    ]


def single_compiles() -> float:
    """Seconds of one typst alone for ROWS letters, one compile each on one core: SAMPLE measured."""
    compiler = typst.Compiler(
        str(typeset.TEMPLATES / "letter.typ"), root=str(typeset.TEMPLATES), font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
    )  # fmt: skip
    data = [json.dumps(pdf.as_data([one], [size_for(one)]), ensure_ascii=False) for one in _letters()]
    started = time.perf_counter()
    for one in data:
        compiler.compile(
            format="pdf", sys_inputs={"data": one}, pdf_standards=list(typeset.STANDARDS), timestamp=0
        )
    return (time.perf_counter() - started) * ROWS / SAMPLE


def by_libreoffice() -> float | None:
    """Seconds of LibreOffice for SAMPLE letters as .docx, in one run; None where it is not there."""
    office = shutil.which("soffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, letter in enumerate(_letters()):
            (folder / f"{number}.docx").write_bytes(docx.render(letter))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        names = [f"{number}.docx" for number in range(SAMPLE)]
        started = time.perf_counter()
        subprocess.run([office, profile, "--headless", "--convert-to", "pdf", *names], cwd=folder,
                       capture_output=True, check=True)  # fmt: skip
        return time.perf_counter() - started


def by_weasyprint() -> float | None:
    """Seconds of WeasyPrint for SAMPLE letters as HTML; None where it is not installed (it is no dependency)."""
    try:
        import weasyprint  # type: ignore[import-not-found]
    except ImportError:
        return None
    pages = [html.render(one) for one in _letters()]
    started = time.perf_counter()
    for page in pages:
        weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return time.perf_counter() - started
