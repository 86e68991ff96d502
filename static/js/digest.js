// The digest of a file that somebody chose, computed in the browser: the file then never leaves the machine. Where the
// browser cannot (no secure connection), the form sends the file as it does without this script.
(function () {
  "use strict";
  const subtle = window.crypto && window.crypto.subtle;
  if (!subtle) return;

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.digest) return;
    const file = form.querySelector('input[type="file"]').files[0];
    const field = document.getElementById(form.dataset.digest);
    if (!file || !field) return;
    // Before the listener that marks a form as sent: nothing is sent here.
    event.preventDefault();
    event.stopImmediatePropagation();
    const digest = await subtle.digest("SHA-256", await file.arrayBuffer());
    field.value = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    field.form.requestSubmit();
  }, true);
})();
