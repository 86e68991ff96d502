// What pages do beyond plain HTML. Everything here is an addition: without it the same forms and links work.
(function () {
  "use strict";

  const words = () => document.body.dataset;

  // ---- htmx: send the CSRF token, keep the focus across a swap, show what went wrong ----
  document.addEventListener("htmx:configRequest", (event) => {
    const meta = document.querySelector('meta[name="csrf-token"]');
    if (meta) event.detail.headers["X-CSRFToken"] = meta.content;
  });
  let focused = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    // A form that comes back with errors is shown, not swallowed.
    if (status === 422 || status === 409 || status === 400) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
    const active = document.activeElement;
    focused = active && active.id ? { id: active.id, start: active.selectionStart, end: active.selectionEnd } : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (focused && document.activeElement === document.body) {
      const again = document.getElementById(focused.id);
      if (again) {
        again.focus({ preventScroll: true });
        if (typeof focused.start === "number" && again.setSelectionRange) {
          try { again.setSelectionRange(focused.start, focused.end); } catch (error) { /* not a text field */ }
        }
      }
    }
    focused = null;
    freeForms();
    focusErrors();
  });
  document.addEventListener("htmx:sendError", () => toast(words().offline, true));
  document.addEventListener("htmx:responseError", (event) => toast(event.detail.xhr.status + " " + event.detail.xhr.statusText, true));

  function toast(text, bad) {
    const place = document.getElementById("toasts");
    if (!place || !text) return;
    const box = document.createElement("div");
    box.className = bad ? "toast toast--bad" : "toast";
    box.textContent = text;
    place.append(box);
    setTimeout(() => box.remove(), bad ? 10000 : 4000);
  }

  // ---- a form is sent once ----
  function busy(button) {
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-busy", "true");
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method.toLowerCase() !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button:not([type=button])");
    // The button is made busy, not disabled: a disabled button's name and value would not be sent.
    if (button) busy(button);
  });
  // Back to a cached page, or an answer swapped in: the form can be sent again.
  function freeForms() {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll(".is-busy").forEach((button) => {
        button.classList.remove("is-busy");
        button.removeAttribute("aria-disabled");
        button.removeAttribute("aria-busy");
      });
    });
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) freeForms(); });

  // ---- small behaviours by attribute ----
  document.addEventListener("click", (event) => {
    const off = event.target.closest('[aria-disabled="true"]');
    if (off) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    const asked = event.target.closest("[data-confirm]");
    if (asked && !window.confirm(asked.dataset.confirm)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const source = document.querySelector(copy.dataset.copy);
      if (source && navigator.clipboard) {
        navigator.clipboard.writeText(source.value || source.textContent.trim()).then(() => toast(words().copied));
      }
    }
    document.querySelectorAll("details.acct[open], details.menu[open]").forEach((box) => {
      if (!box.contains(event.target)) box.removeAttribute("open");
    });
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.acct[open], details.menu[open]").forEach((box) => {
      box.removeAttribute("open");
      box.querySelector("summary").focus();
    });
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
    if (event.target.matches(".drop input[type=file]")) showName(event.target);
    if (event.target.matches(".amount-state select")) markState(event.target, true);
  });

  // ---- a number, or the word for why there is none ----
  function markState(select, byHand) {
    const input = select.parentElement.querySelector("input");
    const known = select.value === "known";
    input.classList.toggle("is-off", !known);
    if (!known) input.value = "";
    if (known && byHand) input.focus();
  }

  // Who types a number has one: the word gives way.
  document.addEventListener("input", (event) => {
    const box = event.target.matches("input") && event.target.closest(".amount-state");
    if (!box || !event.target.value) return;
    box.querySelector("select").value = "known";
    event.target.classList.remove("is-off");
  });

  // ---- files are dropped onto the field that takes them ----
  function showName(input) {
    const name = input.closest(".drop").querySelector(".drop-name");
    if (name) name.textContent = Array.from(input.files).map((file) => file.name).join(", ");
  }
  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const drop = event.target instanceof Element && event.target.closest(".drop");
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("is-over", kind === "dragover");
    const input = drop.querySelector("input[type=file]");
    if (kind === "drop" && input && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      showName(input);
    }
  }));

  // ---- drafts save themselves ----
  function autosave(form) {
    let timer = null;
    let running = false;
    let again = false;
    const place = form.querySelector("[data-autosave-status]");
    const say = (text) => { if (place) place.textContent = text; };
    async function save() {
      if (running) { again = true; return; }
      running = true;
      say(words().saving);
      try {
        const meta = document.querySelector('meta[name="csrf-token"]');
        const answer = await fetch(form.dataset.autosave, {
          method: "POST",
          body: new FormData(form),
          headers: { "X-CSRFToken": meta ? meta.content : "", "X-Requested-With": "autosave" },
        });
        say(answer.ok || answer.status === 409 ? (await answer.text()).slice(0, 200) : words().offline);
      } catch (error) {
        say(words().offline);
        again = true;
      }
      running = false;
      if (again) { again = false; timer = setTimeout(save, 5000); }
    }
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 1500); });
    form.addEventListener("submit", () => { clearTimeout(timer); again = false; });
  }

  function focusErrors() {
    const errors = document.getElementById("errors");
    if (errors && !errors.dataset.seen) { errors.dataset.seen = "1"; errors.focus(); }
  }

  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  document.querySelectorAll(".amount-state select").forEach((select) => markState(select, false));
  focusErrors();
})();
