// Where keys are opened: files with their passphrases, and words on paper; parts are put together as they come.
"use strict";

const salt = random(16); // of this page alone: two people's passphrases are compared without keeping them

class KeyBox {
  constructor(place, { changed = () => {}, slug = () => "" } = {}) {
    const { copy, part } = copied("key-box");
    place.replaceWith(copy);
    this.box = copy;
    this.part = part;
    this.changed = changed;
    this.slug = slug;
    this.pieces = []; // {slug, epoch, raw or share, hand}
    this.keys = new Map(); // epoch -> {slug, epoch, raw, people}
    this.list = copy.querySelector(".key-files");
    part("files").addEventListener("change", () => this.take());
    part("add").addEventListener("click", () => attempt(() => this.addWords(), (message) => mark(part("words"), message)));
    copy.querySelector("details").addEventListener("toggle", () => {
      if (!part("of").value) part("of").value = this.slug();
    });
  }

  // Show each file that was chosen, with a field for its passphrase.
  async take() {
    const files = [...this.part("files").files];
    mark(this.part("files"), null);
    for (const file of files) {
      await attempt(async () => this.row(file.name, await bytesOf(file)),
        (message) => mark(this.part("files"), unsaid("%(name)s: %(problem)s", { name: file.name, problem: message })));
    }
    this.part("files").value = ""; // the same file can be chosen again
  }

  row(name, bytes) {
    const kind = lockOf(bytes);
    keepOpen();
    const { copy, part } = copied("key-file");
    const secret = part("secret");
    copy.querySelector("[data-name]").textContent = name;
    if (kind === "identity") say(copy.querySelector("[data-locked] label"), _("Your age identity (AGE-SECRET-KEY-1…)"));
    const open = () => attempt(() => this.unlock({ copy, part, bytes }), (message) => {
      mark(secret, message);
      secret.focus();
    });
    part("unlock").addEventListener("click", open);
    secret.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      open();
    });
    part("show").addEventListener("change", () => { secret.type = part("show").checked ? "text" : "password"; });
    part("remove").addEventListener("click", () => {
      copy.remove();
      this.forget(copy);
    });
    this.list.append(copy);
    secret.focus();
  }

  async unlock({ copy, part, bytes }) {
    const secret = part("secret");
    mark(secret, null);
    if (!secret.value) throw problemOf(secret, _("Enter the passphrase of this file."));
    say(this.said(), _("Opening the file. This takes some seconds."));
    part("unlock").disabled = true;
    try {
      await drawn();
      const piece = await unlocked(bytes, secret.value);
      this.pieces.push({ ...piece, from: copy, hand: hex(sha256(joined(salt, utf8(secret.value)))) });
      secret.value = "";
      part("locked").hidden = true;
      warn(part("done"), piece.share
        ? _("Opened: part %(part)s of the key of %(slug)s, number %(epoch)s", { part: piece.share.index + 1, slug: piece.slug, epoch: piece.epoch })
        : _("Opened: the key of %(slug)s, number %(epoch)s", { slug: piece.slug, epoch: piece.epoch }));
    } finally {
      part("unlock").disabled = false;
      await this.settle();
    }
  }

  async addWords() {
    const [typed, slug, epoch] = ["words", "of", "epoch"].map(this.part);
    for (const field of [typed, slug, epoch]) mark(field, null);
    const share = readShare(typed.value);
    if (!/^[a-z0-9-]{1,80}$/.test(slug.value.trim())) throw problemOf(slug, _("Enter the short name as it stands in the site’s addresses."));
    if (!/^[1-9]\d{0,4}$/.test(epoch.value.trim())) throw problemOf(epoch, _("Enter a whole number, such as 1."));
    const piece = { slug: slug.value.trim(), epoch: Number(epoch.value), share };
    const item = made("li", {}, spoken(
      _("Read: sheet %(part)s of the key of %(slug)s, number %(epoch)s", { part: share.index + 1, slug: piece.slug, epoch: piece.epoch }), "p", { class: "done" }));
    this.pieces.push({ ...piece, from: item, hand: String(share.index) });
    this.list.append(item);
    keepOpen();
    typed.value = "";
    await this.settle();
  }

  async forget(item) {
    this.pieces = this.pieces.filter((piece) => piece.from !== item);
    await this.settle();
  }

  clear() {
    this.pieces = [];
    this.list.replaceChildren();
    return this.settle();
  }

  said() {
    return this.box.querySelector(".keys-said");
  }

  // The keys that the pieces make. What is missing is said, and is no error yet.
  async settle() {
    this.keys = new Map();
    let missing = null;
    for (const piece of this.pieces) {
      if (piece.raw) this.add(piece, this.pieces.filter((other) => other.raw && same(other.raw, piece.raw)).map((other) => other.hand));
    }
    const groups = Map.groupBy(this.pieces.filter((piece) => piece.share), (piece) => `${piece.slug} ${piece.epoch}`);
    for (const [first, ...others] of groups.values()) {
      const found = [first, ...others];
      try {
        this.add({ ...first, raw: await combined(found.map((piece) => piece.share)) }, found.map((piece) => piece.share.index));
      } catch (error) {
        missing = error.said ?? _("These parts are of different keys, or were made at different times.");
      }
    }
    if (missing) say(this.said(), missing);
    else if (this.keys.size) say(this.said(), _("The key is open."));
    else unsay(this.said());
    this.changed();
  }

  add({ slug, epoch, raw }, hands) {
    this.keys.set(epoch, { slug, epoch, raw, people: new Set(hands).size });
  }

  // The keys, of which there is at least one. Raises Problem.
  opened() {
    const waiting = this.list.querySelector("[data-locked]:not([hidden])");
    if (waiting) throw problemOf(waiting.querySelector("input"), _("Enter the passphrase of this file, and open it."));
    if (this.keys.size) return this.keys;
    throw problemOf(this.part("files"), this.pieces.length
      ? _("The key is not whole yet: another trustee’s part is missing.")
      : _("Choose a key file and open it, or type the words of the sheets."));
  }

  // The one key. Raises Problem.
  one() {
    const [key, ...others] = this.opened().values();
    if (others.length) throw problemOf(this.part("files"), _("These are several keys: leave one."));
    return key;
  }
}
