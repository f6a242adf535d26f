// A page of the site: it marks the words that were sought, and gives its text to the search that lies in the same folder.
"use strict";

const PASSAGE = "#passage";

function foldedLetter(letter) {
  const bare = letter.normalize("NFKD")[0].toLowerCase();
  return bare.length === 1 ? bare : letter;
}

// Lower case, without accents, each letter where it was.
function folded(text) {
  return /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : Array.from({ length: text.length }, (_, at) => foldedLetter(text[at])).join("");
}

// The places of `words` in a text; a word that ends in * is how others begin.
function placesIn(text, words) {
  const whole = new Set(words.filter((word) => !word.endsWith("*")));
  const begun = words.filter((word) => word.endsWith("*")).map((word) => word.slice(0, -1));
  const found = [];
  for (const match of folded(text).matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (whole.has(match[0]) || begun.some((head) => match[0].startsWith(head))) {
      found.push({ start: match.index, end: match.index + match[0].length, word: match[0] });
    }
  }
  return found;
}

function markWords(words) {
  for (const block of document.querySelectorAll(".body")) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      for (const place of placesIn(text.data, words).reverse()) {
        const mark = document.createElement("mark");
        const rest = text.splitText(place.start);
        rest.splitText(place.end - place.start);
        rest.replaceWith(mark);
        mark.append(rest);
      }
    }
  }
}

// What a search shows of this page, asked for in a frame: its blocks as they are read.
function passages() {
  return Array.from(document.querySelectorAll(".body [id]"), (block) => {
    const text = block.querySelector(".prose, pre") || block;
    const copy = text.cloneNode(true);
    for (const aside of copy.querySelectorAll("[role=tooltip]")) aside.remove();
    const gutter = block.querySelector(".gutter a");
    const mark = block.querySelector(".portion");
    return {
      anchor: block.id, number: gutter ? gutter.textContent : "", mark: mark ? mark.textContent : "", text: copy.textContent,
    };
  });
}

if (window.parent !== window && location.hash === PASSAGE) {
  window.parent.postMessage({ reftel: "passage", blocks: passages() }, "*");
} else {
  const sought = new URLSearchParams(location.search).get("mark");
  if (sought) {
    markWords(sought.slice(0, 4000).split(" "));
    const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (there) there.scrollIntoView();
  }
}
