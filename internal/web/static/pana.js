// Comforts only: every page works without this file.
"use strict";
// The quick exit ends the session and leaves. "Back" then finds the front page in
// the place of this one.
for (const f of document.querySelectorAll("[data-exit]")) {
  f.addEventListener("submit", () => history.replaceState(null, "", "/"));
  let last = [];
  addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    last = last.concat(Date.now()).slice(-3);
    if (last.length === 3 && last[2] - last[0] < 2000) f.requestSubmit();
  });
}
// Alt and a figure press the control that has it, whatever letters the keyboard
// types: where this file is not read, its access key does.
addEventListener("keydown", (e) => {
  const n = e.altKey && !e.ctrlKey && !e.metaKey && /^(?:Digit|Numpad)(\d)$/.exec(e.code);
  const to = n && document.querySelector(`[accesskey="${n[1]}"]`);
  if (!to) return;
  e.preventDefault();
  to.click();
  to.scrollIntoView({block: "nearest"});
});
// A slash goes to the box that finds a file, unless somebody is typing.
const box = document.getElementById("box-find");
if (box) addEventListener("keydown", (e) => {
  if (e.key !== "/" || e.altKey || e.ctrlKey || e.metaKey || e.target.closest("input,textarea,select,[contenteditable]")) return;
  e.preventDefault();
  box.focus();
  box.scrollIntoView({block: "nearest"});
});
// A page kept by the browser's back button is asked for anew.
addEventListener("pageshow", (e) => { if (e.persisted && document.querySelector("[data-exit]")) location.reload(); });
// A form is sent once. The key in it makes a second sending harmless anyway.
for (const f of document.forms) {
  f.addEventListener("submit", (e) => {
    if (f.dataset.upload !== undefined && e.submitter && e.submitter.name !== "set_lang") { upload(f, e); return; }
    if (e.submitter && e.submitter.formTarget === "_blank") return;
    if (f.dataset.sent) { e.preventDefault(); return; }
    f.dataset.sent = "1";
    setTimeout(() => { delete f.dataset.sent; }, 5000);
  });
}
// A document: what is too large is said before it is sent, and how far it has come
// while it is. The answer is the page that the server would have shown anyway.
function upload(f, e) {
  const file = f.querySelector("[type=file]"), max = Number(f.dataset.max);
  e.preventDefault();
  if (f.dataset.sent) return;
  file.setCustomValidity(file.files[0] && file.files[0].size > max ? f.dataset.tooLarge : "");
  if (!f.reportValidity()) return;
  f.dataset.sent = "1";
  const x = new XMLHttpRequest(), bar = document.createElement("progress"), p = document.createElement("p");
  p.setAttribute("role", "status");
  p.append(f.dataset.sending + " ", bar);
  f.querySelector(".acts").before(p);
  bar.max = 1;
  x.upload.onprogress = (n) => { if (n.lengthComputable) bar.value = n.loaded / n.total; };
  x.onload = () => { document.open(); document.write(x.responseText); document.close(); };
  // The browser's own way: it says what went wrong, and what was typed is kept.
  x.onerror = () => { delete f.dataset.sent; p.remove(); f.submit(); };
  x.open("POST", f.action);
  x.send(new FormData(f));
}
const chosen = document.querySelector("[data-upload] [type=file]");
if (chosen) chosen.addEventListener("change", () => chosen.setCustomValidity(""));
// What a telephone folds, a wide window shows; and what an address names is never
// folded, where a browser does not see to that itself.
if (matchMedia("(min-width:701px)").matches) for (const d of document.querySelectorAll("details[data-wide]")) d.open = true;
const unfold = () => {
  const at = document.getElementById(location.hash.slice(1)), d = at && at.closest("details:not([open])");
  if (!d) return;
  d.open = true;
  at.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
// A passkey: the browser asks for it, and its answer is sent as a form. Where a
// browser has none the form stays hidden, and the password is there.
const P = window.PublicKeyCredential;
for (const f of document.querySelectorAll("[data-passkey]")) {
  if (!P || !P.parseRequestOptionsFromJSON) break;
  f.hidden = false;
  f.addEventListener("submit", async (e) => {
    if (f.answer.value) return;
    e.preventDefault();
    delete f.dataset.sent;
    const asked = JSON.parse(f.dataset.options).publicKey, said = f.querySelector("[role=alert]");
    said.hidden = true;
    try {
      const made = f.dataset.passkey === "create" ? await navigator.credentials.create({publicKey: P.parseCreationOptionsFromJSON(asked)})
        : await navigator.credentials.get({publicKey: P.parseRequestOptionsFromJSON(asked)});
      f.answer.value = JSON.stringify(made.toJSON());
      f.submit();
    } catch { said.hidden = false; }
  });
}
// The error summary takes the focus.
const errors = document.querySelector(".errors");
if (errors) errors.focus();
// A clock goes on by the minute, from what the server said was left: the clock
// of this machine may be wrong. From three days on nothing moves.
const [dayWord, hourWord, minuteWord] = (document.documentElement.dataset.units || "").split("|");
const start = performance.now();
setInterval(() => {
  for (const t of document.querySelectorAll("time[data-left]")) {
    const left = Number(t.dataset.left) - (performance.now() - start) / 1000, late = t.dataset.left < 0, m = Math.floor(Math.abs(left) / 60);
    if (m >= 4320) continue;
    if (!late && left <= 0) { t.parentElement.className = "clock overdue"; continue; }
    const d = Math.floor(m / 1440), h = Math.floor(m / 60) % 24, parts = [];
    if (d) parts.push(d + "\u00a0" + dayWord);
    if (h) parts.push(h + "\u00a0" + hourWord);
    if (!d && (m % 60 || !h)) parts.push(m % 60 + "\u00a0" + minuteWord);
    t.querySelector("span").textContent = parts.join(" ");
  }
}, 20000);
