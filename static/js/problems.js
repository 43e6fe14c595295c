// A form came back with problems: their summary gets the focus, so that everybody begins there. A page may have the
// summary only in a template, for what its script finds later.
"use strict";

const summary = document.querySelector("#problems");
if (summary) {
  summary.focus();
  // The browser asks for this page by its address from now on. Otherwise it would offer to send the form again on
  // reload, and would show its own error page to somebody who follows a link and goes back.
  history.replaceState(history.state, "", location.href);
}
