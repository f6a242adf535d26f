// The page of the search: what was asked in its address, what was found, and the passages that the found pages give of themselves.
"use strict";

const PAGE = 20;
const words = document.querySelector("[data-words]").dataset;
const byName = (name) => document.querySelector(`[data-${name}]`);
const said = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const counted = (count) => count.toLocaleString("en");

function made(tag, attributes = {}, ...inside) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...inside.filter((part) => part !== null && part !== undefined && part !== ""));
  return one;
}

// What the address asks.
function askedIn(address) {
  const given = new URLSearchParams(address);
  const asked = Object.fromEntries(["q", "post", "from", "to", "class", "sort"].map((name) => [name, (given.get(name) || "").trim()]));
  return { ...asked, tag: given.getAll("tag").filter(Boolean), within: given.getAll("within").filter(Boolean), page: Math.max(Number(given.get("page")) || 1, 1) };
}

function addressOf(asked) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one && !(name === "page" && one === 1)) given.append(name, one);
  }
  return `search.html?${given}`;
}

const narrowed = (asked, filter) => addressOf({ ...asked, page: 1, within: [...asked.within, filter] });

function showFilters(asked) {
  const chips = byName("chips");
  const add = (text, rest) => chips.append(made("li", {}, made("a", { href: addressOf({ ...asked, page: 1, ...rest }), "aria-label": said(words.without, { filter: text }) }, made("bdi", {}, text), " ", made("span", { "aria-hidden": "true" }, "×"))));
  for (const name of ["post", "class"]) if (asked[name]) add(`${name}: ${asked[name]}`, { [name]: "" });
  if (asked.from || asked.to) add(asked.from === asked.to ? asked.from : `${asked.from || "…"} – ${asked.to || "…"}`, { from: "", to: "" });
  for (const name of ["tag", "within"]) for (const one of asked[name]) add(one, { [name]: asked[name].filter((other) => other !== one) });
  chips.hidden = !chips.children.length;
}

function showForm(asked, sort) {
  const form = byName("narrow");
  for (const name of ["from", "to"]) form.elements[name].value = asked[name];
  form.elements.q.value = asked.q;
  form.elements.sort.value = sort;
  for (const name of ["post", "class", "tag", "within"]) {
    for (const one of [asked[name]].flat()) if (one) form.append(made("input", { type: "hidden", name, value: one }));
  }
  form.hidden = false;
  document.querySelector("#q").value = asked.q;
  for (const name of ["tag", "within"]) for (const one of asked[name]) document.querySelector(".top form").append(made("input", { type: "hidden", name, value: one }));
}

function shownDate(sent) {
  const [year, month, day] = sent.slice(0, 10).split("-").map(Number);
  if (!month) return String(year);
  const name = new Date(Date.UTC(2000, month - 1, 1)).toLocaleDateString(document.documentElement.lang, { month: "long", timeZone: "UTC" });
  return [day, name, year].filter(Boolean).join(" "); // as every other page has it
}

function hitShown([page, name, kind, sent, post, level, subject], sought) {
  const address = page + (sought.length ? `?${new URLSearchParams({ mark: sought.join(" ") })}` : "");
  const meta = made("p", { class: "meta" }, made("span", { class: "id" }, name));
  if (level) meta.append(made("span", { class: "level", "data-level": level.toLowerCase().replaceAll(" ", "-") }, level));
  if (sent) meta.append(made("time", { datetime: sent }, shownDate(sent)));
  if (post && kind === "cable") meta.append(made("span", {}, post));
  if (kind !== "cable") meta.append(made("span", {}, kind));
  return made("article", { class: "hit", "data-step": "" }, made("h2", {}, made("a", { href: address }, subject || words.lost)), meta);
}

// The passage of the blocks that has most of what is sought, with where it stands.
function passageOf(blocks, sought) {
  let best = null;
  for (const block of blocks) {
    const places = placesIn(block.text, sought);
    const count = new Set(places.map((place) => place.word)).size * 100 + Math.min(places.length, 99);
    if (places.length && (!best || count > best.count)) best = { block, places, count };
  }
  if (!best) return blocks.length && blocks[0].text.trim() ? { block: blocks.find((one) => one.number) || blocks[0], places: [], start: 0 } : null;
  return { ...best, start: Math.max(best.places[0].start - 60, 0) };
}

function showPassage(article, { block, places, start }) {
  const cut = block.text.lastIndexOf(" ", start + 240);
  const end = start + 240 >= block.text.length ? block.text.length : cut > start + 180 ? cut : start + 240;
  const from = start ? block.text.indexOf(" ", start) + 1 || start : 0;
  const shown = made("p", { class: "snippet" });
  const link = article.querySelector("h2 a");
  const address = `${link.getAttribute("href").split("#")[0]}#${encodeURIComponent(block.anchor)}`;
  link.setAttribute("href", address);
  if (block.number) shown.append(made("a", { class: "para", href: address, "aria-label": said(words.paragraph, { number: block.number }) }, `¶${block.number}`, block.mark ? ` ${block.mark}` : ""), " ");
  let at = from;
  for (const place of places.filter((one) => one.start >= from && one.end <= end)) {
    shown.append(block.text.slice(at, place.start), made("mark", {}, block.text.slice(place.start, place.end)));
    at = place.end;
  }
  shown.append(block.text.slice(at, end));
  article.append(shown);
}

// A page opened in a frame tells its text, and the frame goes; pages on a disk let no other read them.
function blocksOf(page) {
  return new Promise((resolve) => {
    const frame = made("iframe", { src: `${page}${PASSAGE}`, title: "", hidden: "", tabindex: "-1", "aria-hidden": "true" });
    const end = (blocks) => { window.removeEventListener("message", hear); clearTimeout(patience); frame.remove(); resolve(blocks); };
    const hear = (event) => { if (event.source === frame.contentWindow && event.data && event.data.reftel === "passage") end(event.data.blocks); };
    const patience = setTimeout(end, 8000, []);
    window.addEventListener("message", hear);
    document.body.append(frame);
  });
}

async function showPassages(shown, sought) {
  const waiting = [...shown];
  const one = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const passage = passageOf(await blocksOf(next.listed[0]), sought);
      if (passage) showPassage(next.article, passage);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
}

async function showFacets(finder, asked, hits) {
  const place = byName("facets");
  for (const [column, field] of [["post", "post"], ["class", "class"], ["tag", "tag"], ["year", "year"], ["country", "country"]]) {
    const list = made("ul", { class: "choices", "aria-label": words[column] });
    for (const [value, count] of await finder.counted(hits, column, 12)) {
      const filter = `${field}:"${value}"`;
      if (value.includes('"') || asked.within.includes(filter)) continue;
      list.append(made("li", {}, made("a", { href: narrowed(asked, filter) }, made("bdi", {}, value)), " ", made("span", { class: "count" }, counted(count))));
    }
    if (list.children.length) place.append(made("details", { open: "" }, made("summary", {}, words[column]), list));
  }
}

async function showSearch() {
  const asked = askedIn(location.search), total = byName("total"), place = byName("hits");
  total.textContent = words.seeking;
  const finder = await Finder.open();
  const { hits, notes, sort, sought } = await finder.find(asked);
  total.textContent = said(hits.length === 1 ? words.record : words.records, { count: counted(hits.length) });
  if (asked.q) total.append(` ${words.for} `, made("q", {}, made("bdi", {}, asked.q)));
  document.title = `${asked.q || total.textContent} · reftel`;
  const told = notes.map((note) => (note === "near" ? words.near : said(words.unasked, { field: note.slice(0, -1) })));
  byName("notes").textContent = told.join(" ");
  byName("notes").hidden = !told.length;
  showFilters(asked);
  showForm(asked, sort);
  const page = hits.slice((asked.page - 1) * PAGE, asked.page * PAGE);
  const shown = [];
  for (const hit of page) {
    const listed = await finder.listed(hit);
    const article = hitShown(listed, sought);
    place.append(article);
    shown.push({ listed, article });
  }
  if (!hits.length) place.append(made("p", { class: "notice" }, words.nothing));
  if (hits.length > asked.page * PAGE) {
    byName("next").href = addressOf({ ...asked, page: asked.page + 1 });
    byName("next").hidden = false;
  }
  document.documentElement.dataset.found = String(hits.length);
  await Promise.all([showFacets(finder, asked, hits), showPassages(shown, sought)]);
  document.documentElement.dataset.shown = "";
}

showSearch().catch((error) => {
  byName("total").textContent = said(words.failed, { file: error.message });
  document.documentElement.dataset.shown = "";
});
