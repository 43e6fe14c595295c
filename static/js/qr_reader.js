// Reads QR codes from pictures and from the camera, in this browser: no picture leaves it.

const LARGEST = 2_000; // pixels of a side; a larger photograph is made smaller first, which is faster

let reader;

// The browser's own reader, or the one that comes with the site (its address is `module`).
export function qrReader(module) {
  reader = reader || own().then((detector) => detector || loaded(module));
  reader.catch(() => { reader = undefined; }); // there was no network: it is loaded when it is asked for again
  return reader;
}

// A module, which no bundle can have: a browser that knows none would read nothing of the bundle.
function loaded(module) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.addEventListener("load", () => resolve(new window.QrDetector({ formats: ["qr_code"] })));
    script.addEventListener("error", reject);
    script.src = trusted(module);
    document.head.append(script);
  });
}

// Browsers with Trusted Types want to know that the address of a script is ours.
function trusted(address) {
  if (!window.trustedTypes) return address;
  const ours = (text) => {
    if (!text.startsWith("/static/vendor/")) throw new TypeError(text);
    return text;
  };
  return window.trustedTypes.createPolicy("campaign-qr", { createScriptURL: ours }).createScriptURL(address);
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

// Shows the camera and gives each code that it sees to `take`, until that says that it has all, or somebody stops it.
export async function codesBefore(detector, video, take) {
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  await video.play();
  while (video.srcObject) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code && take(code.rawValue)) stop(video);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

export function stop(video) {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}
