// Makes the reader of QR codes known to scripts that are no modules. Old browsers do not read modules, and pass it over.
import { BarcodeDetector } from "./qr-0.7.0/decode.js";

window.QrDetector = BarcodeDetector;
