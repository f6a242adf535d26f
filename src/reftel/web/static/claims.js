// Comfort only: a row of the table of statements lights its words in the text. Its link shows them without this file.
"use strict";
{
function placeIn(text, start, end) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => node.parentElement.closest("[role=tooltip]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  });
  const range = document.createRange();
  let at = 0, begun = false;
  while (walker.nextNode()) {
    const node = walker.currentNode, next = at + node.data.length;
    if (!begun && start < next) { range.setStart(node, start - at); begun = true; }
    if (begun && end <= next) { range.setEnd(node, end - at); return range; }
    at = next;
  }
  return null;
}

function light(row) {
  const ranges = [];
  for (const one of row.dataset.lit.split(" ")) {
    const place = one.match(/^(.+):(\d+)-(\d+)$/);
    const block = place && document.getElementById(place[1]);
    const text = block && block.querySelector(".prose, :scope > pre");
    const range = text && placeIn(text, Number(place[2]), Number(place[3]));
    if (range) ranges.push(range);
  }
  if (window.CSS && CSS.highlights) CSS.highlights.set("said", new Highlight(...ranges));
  document.documentElement.dataset.said = ranges.map((range) => range.toString()).join(" … ");
}

function dim() {
  if (window.CSS && CSS.highlights) CSS.highlights.delete("said");
  delete document.documentElement.dataset.said;
}

document.querySelectorAll("[data-lit]").forEach((row) => {
  row.addEventListener("mouseenter", () => light(row));
  row.addEventListener("mouseleave", dim);
  row.addEventListener("focusin", () => light(row));
  row.addEventListener("focusout", dim);
});
}
