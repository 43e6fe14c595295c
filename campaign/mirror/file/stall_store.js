// What a device at a stall keeps: sealed records, the heads of batches that were closed, and the PIN as a slow hash.
// Nothing is acknowledged before its transaction is on the disk (durability "strict").
import { hex, random } from "./stall_sealing.js";

const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const finished = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error || new Error("aborted"));
});

// The store of a campaign. Raises whatever keeps this browser from storing anything.
export async function openStore(slug) {
  const asked = indexedDB.open(`campaign-stall-${slug}`, 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("settings");
    asked.result.createObjectStore("records").createIndex("batch", "batch");
    asked.result.createObjectStore("batches", { keyPath: "id" });
  };
  return new Store(await request(asked));
}

class Store {
  constructor(database) {
    this.database = database;
  }

  writing(names) {
    return this.database.transaction(names, "readwrite", { durability: "strict" });
  }

  read(name, ask) {
    return request(ask(this.database.transaction(name).objectStore(name)));
  }

  // What the device knows of itself: the open batch, salt and hash of the PIN, wrong attempts; undefined before.
  device() {
    return this.read("settings", (settings) => settings.get("device"));
  }

  async change(device) {
    const transaction = this.writing(["settings"]);
    transaction.objectStore("settings").put(device, "device");
    await finished(transaction);
  }

  // Add a sealed record to the batch that is open now: another window may have closed the one before.
  async keep(sealed) {
    const transaction = this.writing(["settings", "records"]);
    const settings = transaction.objectStore("settings").get("device");
    settings.onsuccess = () => {
      transaction.objectStore("records").add({ batch: settings.result.batch, sealed }, hex(random(16)));
    };
    await finished(transaction);
  }

  count() {
    return this.read("records", (records) => records.count());
  }

  async batches() {
    return this.read("batches", (batches) => batches.getAll());
  }

  // The sealed records of a batch, in the order of their random keys.
  async records(batch) {
    const found = await this.read("records", (records) => records.index("batch").getAll(batch));
    return found.map((record) => record.sealed);
  }

  // Close the open batch, if it has records, under a head that `headOf` makes of them; later ones get a batch of their own.
  async close(headOf) {
    const device = await this.device();
    const transaction = this.writing(["settings"]);
    transaction.objectStore("settings").put({ ...device, batch: hex(random(16)) }, "device");
    await finished(transaction);
    await this.headless(headOf);
  }

  // Give a head to each batch that was closed without one: the power may have failed in between.
  async headless(headOf) {
    const { batch } = await this.device();
    const headed = new Set((await this.batches()).map((one) => one.id));
    const found = await this.read("records", (records) => records.getAll());
    for (const id of new Set(found.map((record) => record.batch))) {
      if (id === batch || headed.has(id)) continue;
      const made = await headOf(id, await this.records(id));
      const transaction = this.writing(["batches"]);
      transaction.objectStore("batches").put({ id, ...made });
      await finished(transaction);
    }
  }

  // Delete a batch that was handed over, with its records.
  async remove(id) {
    const transaction = this.writing(["records", "batches"]);
    const found = transaction.objectStore("records").index("batch").openKeyCursor(IDBKeyRange.only(id));
    found.onsuccess = () => {
      const cursor = found.result;
      if (!cursor) return;
      transaction.objectStore("records").delete(cursor.primaryKey);
      cursor.continue();
    };
    transaction.objectStore("batches").delete(id);
    await finished(transaction);
  }

  // Delete everything, so that the device knows of no stall.
  async end() {
    const transaction = this.writing(["settings", "records", "batches"]);
    for (const name of transaction.objectStoreNames) transaction.objectStore(name).clear();
    await finished(transaction);
  }
}
