// Copying a page's address, and the device's own choice of apps, Signal among them. Without this script the
// links and the code remain. In a block, because a page may have another script with such names.
"use strict";

{
  const share = document.querySelector(".share");
  const { address, text } = share.dataset;

  const offer = (name, action) => {
    const button = share.querySelector(`[data-share=${name}]`);
    button.addEventListener("click", action);
    button.parentElement.hidden = false;
  };

  // If the browser does not let the page copy, the address is shown and selected, ready for the copy key.
  const copy = async () => {
    const status = share.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(address);
      status.textContent = status.dataset.copied;
    } catch {
      share.querySelector("details").open = true;
      getSelection().selectAllChildren(share.querySelector("bdi"));
    }
  };

  if (navigator.share) offer("apps", () => navigator.share({ text, url: address }).catch(() => {}));
  if (navigator.clipboard) offer("copy", copy);
}
