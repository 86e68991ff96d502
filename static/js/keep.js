// What was typed survives a change of language: kept in this tab only, put back once, then forgotten.
(function () {
  "use strict";

  const KEY = "kept:" + location.pathname;
  const SKIPPED = "[type=password], [type=file], [type=hidden], [type=submit], [type=search]";
  const forms = () => Array.from(document.querySelectorAll("main form[method=post]"));
  const fields = (form) => Array.from(form.elements).filter((field) => field.name && !field.matches(SKIPPED + ", button"));
  const ticks = (field) => field.matches("[type=checkbox], [type=radio]");
  const untouched = (field) => (ticks(field) ? field.checked === field.defaultChecked
    : field.matches("select") ? Array.from(field.options).every((option) => option.selected === option.defaultSelected)
    : field.value === field.defaultValue);

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.lang")) return;
    const kept = forms().map((form) => fields(form).map((field) => (untouched(field) ? null : {
      name: field.name, value: field.value, checked: field.checked,
    })));
    if (kept.flat().some(Boolean)) sessionStorage.setItem(KEY, JSON.stringify(kept));
  });

  const stored = sessionStorage.getItem(KEY);
  if (stored === null) return;
  sessionStorage.removeItem(KEY);
  JSON.parse(stored).forEach((values, number) => {
    const form = forms()[number];
    if (!form) return;
    fields(form).forEach((field, place) => {
      const value = values[place];
      // A form that changed in between is left as the server gave it.
      if (!value || value.name !== field.name) return;
      if (ticks(field)) field.checked = value.checked; else field.value = value.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
})();
