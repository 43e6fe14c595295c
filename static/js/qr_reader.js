// Reads QR codes from pictures and from the camera, in this browser: no picture leaves it.

const LARGEST = 2_000; // pixels of a side; a larger photograph is made smaller first, which is faster

let reader;

// The browser's own reader, or the one that comes with the site (its address is `module`).
export function qrReader(module) {
  reader = reader || own().then(async (detector) => detector || new (await import(module)).BarcodeDetector({ formats: ["qr_code"] }));
  reader.catch(() => { reader = undefined; }); // there was no network: it is loaded when it is asked for again
  return reader;
}

async function own() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats();
  return known.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

// The text of the code in a picture; "" if there is none.
export async function codeIn(detector, file) {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST / Math.max(whole.width, whole.height));
  const size = { resizeWidth: Math.round(whole.width * scale), resizeHeight: Math.round(whole.height * scale), resizeQuality: "high" };
  const picture = scale < 1 ? await createImageBitmap(whole, size) : whole;
  const [code] = await detector.detect(picture);
  return code?.rawValue || "";
}

// Shows the camera in `video` until it sees a code, and returns its text; null if somebody stopped it.
export async function codeBefore(detector, video) {
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  await video.play();
  while (video.srcObject) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code) {
      stop(video);
      return code.rawValue;
    }
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return null;
}

export function stop(video) {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}
