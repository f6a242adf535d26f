// Comfort only: every page is whole without this file. Keys, light or dark, and the quoting of a paragraph.
"use strict";

const kept = {
  get(name) { try { return localStorage.getItem(name); } catch (error) { return null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch (error) { /* then it is for this page */ } },
};

function turnTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  kept.set("reftel-theme", root.dataset.theme);
}

function step(by) {
  const stops = [...document.querySelectorAll("[data-step]")];
  if (!stops.length) return;
  const now = stops.findIndex((one) => one === document.activeElement || one.contains(document.activeElement));
  const next = stops[now < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(now + by, 0), stops.length - 1)];
  const target = next.matches("[tabindex]") ? next : next.querySelector("a") || next;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) location.assign(link.href);
}

const dialog = document.querySelector("[data-keys]");
const off = document.querySelector("[data-keys-off]");
const keys = {
  "/": () => { const field = document.querySelector("#q"); field.focus(); field.select(); },
  j: () => step(1),
  k: () => step(-1),
  n: () => follow("a[rel=next], link[rel=next]"),
  p: () => follow("link[rel=prev]"),
  r: () => follow("[data-raw]"),
  t: turnTheme,
  "?": () => dialog.showModal(),
};

off.checked = kept.get("reftel-keys") === "off";
off.addEventListener("change", () => kept.set("reftel-keys", off.checked ? "off" : "on"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll(".gloss").forEach((one) => one.classList.add("closed"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  if (event.target.matches("input, select, textarea, [contenteditable]")) return;
  const act = keys[event.key];
  if (!act || (off.checked && event.key !== "?")) return;
  event.preventDefault();
  act();
});

document.querySelectorAll(".gloss").forEach((one) => {
  for (const name of ["pointerleave", "focusout"]) one.addEventListener(name, () => one.classList.remove("closed"));
});

for (const [selector, act] of [["[data-theme-button]", turnTheme], ["[data-keys-button]", () => dialog.showModal()]]) {
  const button = document.querySelector(selector);
  button.hidden = false;
  button.addEventListener("click", act);
}

// What is copied from a paragraph carries where it is from.
document.addEventListener("copy", (event) => {
  const citation = document.querySelector("[data-citation]");
  const chosen = document.getSelection();
  const block = chosen.anchorNode && chosen.anchorNode.parentElement.closest("[data-span]");
  const words = String(chosen).trim();
  if (!citation || !block || words.length < 40) return;
  const number = block.id.startsWith("p") ? `, ¶${block.id.slice(1)}` : "";
  event.clipboardData.setData("text/plain", `“${words}”\n${citation.textContent.trim()}${number}`);
  event.preventDefault();
});
