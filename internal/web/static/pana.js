// Comforts only: every page works without this file.
"use strict";
// The quick exit replaces the page, so that "back" does not return to it.
for (const a of document.querySelectorAll("[data-exit]")) {
  a.addEventListener("click", (e) => { e.preventDefault(); location.replace(a.href); });
  let last = [];
  addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    last = last.concat(Date.now()).slice(-3);
    if (last.length === 3 && last[2] - last[0] < 2000) location.replace(a.href);
  });
}
// A page kept by the browser's back button is asked for anew.
addEventListener("pageshow", (e) => { if (e.persisted && document.querySelector("[data-exit]")) location.reload(); });
// A form is sent once. The key in it makes a second sending harmless anyway.
for (const f of document.forms) {
  f.addEventListener("submit", (e) => {
    if (e.submitter && e.submitter.formTarget === "_blank") return;
    if (f.dataset.sent) { e.preventDefault(); return; }
    f.dataset.sent = "1";
    setTimeout(() => { delete f.dataset.sent; }, 5000);
  });
}
// The error summary takes the focus.
const errors = document.querySelector(".errors");
if (errors) errors.focus();
