// Comfort only: words that were chosen in a paragraph go into its form for a note. Every form works without this file.
"use strict";

const chosenWords = { block: null, words: "", before: "" };

function plainText(range) {
  const part = range.cloneContents();
  part.querySelectorAll("[role=tooltip]").forEach((one) => one.remove());
  return part.textContent;
}

function textOf(block) { return block.querySelector(".prose, :scope > pre"); }

function remember() {
  const chosen = document.getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed) return;
  const range = chosen.getRangeAt(0);
  const start = range.startContainer.nodeType === Node.ELEMENT_NODE ? range.startContainer : range.startContainer.parentElement;
  const block = start && start.closest(".block");
  const text = block && textOf(block);
  if (!text || !text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
  const front = document.createRange();
  front.selectNodeContents(text);
  front.setEnd(range.startContainer, range.startOffset);
  offer(chosenWords.block, false);
  Object.assign(chosenWords, { block, words: plainText(range).trim(), before: plainText(front).slice(-200) });
  offer(block, chosenWords.words !== "");
}

function offer(block, yes) {
  const form = block && block.querySelector("[data-own]");
  if (!form) return;
  form.querySelector("[data-chosen]").hidden = !yes;
  form.querySelector("[data-whole]").hidden = yes;
}

function fill(form) {
  const block = form.closest(".block");
  if (chosenWords.block === block && chosenWords.words) {
    form.querySelector("[name=words]").value = chosenWords.words;
    form.querySelector("[name=before]").value = chosenWords.before;
  }
  form.querySelector("textarea").focus();
}

document.addEventListener("selectionchange", remember);
document.querySelectorAll("[data-own]").forEach((form) => form.addEventListener("toggle", () => {
  if (form.open && !form.contains(document.activeElement.closest("input, textarea"))) fill(form);
}));

// The key m: a note on the chosen words, else on the paragraph that has the focus.
keys.m = () => {
  const focused = document.activeElement.closest(".block");
  const block = document.getSelection().isCollapsed && focused ? focused : chosenWords.block || focused;
  const form = block && block.querySelector("[data-own]");
  if (!form) return;
  form.open = true;
  fill(form); // at once: what is typed next is meant for it
  form.scrollIntoView({ block: "center" });
};
