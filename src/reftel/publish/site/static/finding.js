// The search: it reads a few files of the index beside it, each a script that calls `reftel_give`, and finds what the archive's
// own search would find, in the same order. What is in the files is told in reftel's docs (docs/explanation/site.md).
"use strict";

const held = new Map();
const awaited = new Map();

function reftel_give(name, value) { // eslint-disable-line no-unused-vars
  awaited.get(name)?.resolve(value);
}

// What the file of this name gives; each is loaded once.
function load(name) {
  if (!held.has(name)) {
    held.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const lost = () => { held.delete(name); reject(new Error(`search/${name}.js`)); };
      awaited.set(name, { resolve });
      script.src = `search/${name}.js`;
      script.onerror = lost;
      script.onload = () => { awaited.delete(name); script.remove(); };
      document.head.append(script);
    }));
  }
  return held.get(name);
}

// A list of numbers; see coding.py.
function numbers(text) {
  const found = [];
  let head = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const digit = code - (code > 92 ? 34 : code > 34 ? 33 : 32);
    if (digit >= 61) head = head * 32 + digit - 61;
    else { found.push(head * 61 + digit); head = 0; }
  }
  return found;
}

// The length of a text by its step; see segment.norm.
function lengthOf(step) {
  if (step < 40) return step;
  const bits = (step - 24) & 7;
  return 24 + ((bits | 8) << (((step - 24) >> 3) - 1));
}

const UNDATED = Number.MAX_SAFE_INTEGER;
const K1 = 1.2, B = 0.75, SUBJECT = 3.0, CODE = 0.1, FIRST = 1e6;
const MOST_FORMS = 32, MOST_SPELLINGS = 64;
const ENDINGS = ["", "s", "e", "es", "ed", "d", "ing", "ings", "er", "ly", "y", "ies", "ied", "ying"];

function rarity(having, records) {
  return Math.log(1 + (records - having + 0.5) / (having + 0.5));
}

// How many of a sorted list come before `one`, or are it.
function upTo(list, one) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= one) low = middle + 1; else high = middle;
  }
  return low;
}

class Stretch {
  constructor(name, docs, firsts) {
    this.name = name;
    this.records = docs.records;
    let moment = 0;
    this.times = numbers(docs.times).map((gap) => (moment += gap));
    this.norms = docs.norms.map((text) => Uint8Array.from(numbers(text)));
    this.words = docs.words;
    this.firsts = firsts;
  }

  time(record) { return record < this.times.length ? this.times[record] : UNDATED; }

  async shard(number) {
    const shard = await load(`${this.name}/words-${number}`);
    return { ...shard, number };
  }

  async entry(word) {
    const number = upTo(this.firsts, word) - 1;
    if (number < 0) return null;
    const shard = await this.shard(number);
    const at = upTo(shard.words, word) - 1;
    return shard.words[at] === word ? new Entry(this, shard, at) : null;
  }

  // Every word that begins so.
  async beginning(head) {
    const found = [];
    for (let number = Math.max(upTo(this.firsts, head) - 1, 0); number < this.firsts.length; number++) {
      if (this.firsts[number] > head && !this.firsts[number].startsWith(head)) break;
      const shard = await this.shard(number);
      for (let at = 0; at < shard.words.length; at++) {
        if (shard.words[at].startsWith(head)) found.push(new Entry(this, shard, at));
      }
    }
    return found;
  }
}

// A word of a stretch: the records that have it, how often, and where.
class Entry {
  constructor(stretch, shard, at) { this.stretch = stretch; this.shard = shard; this.at = at; }

  get word() { return this.shard.words[this.at]; }

  get stem() {
    const cut = this.shard.stems[this.at];
    return typeof cut === "string" ? cut : cut ? this.word.slice(0, -cut) : this.word;
  }

  get list() {
    if (!this.listed) {
      const records = [], times = [], given = numbers(this.shard.records[this.at]);
      let last = -1;
      for (let at = 0; at < given.length; at++) {
        last += (given[at] >> 1) + 1;
        records.push(last);
        times.push(given[at] & 1 ? given[++at] : 1);
      }
      this.listed = { records, times };
    }
    return this.listed;
  }

  // The places of the word in each of `wanted`, records in their order.
  async places(wanted) {
    const { records, times } = this.list;
    const found = new Map(), asked = new Set(wanted);
    const chunks = [];
    this.shard.places.forEach((text, file) => {
      const pairs = numbers(text);
      for (let at = 0; at < pairs.length; at += 2) {
        if (pairs[at] === this.at) chunks.push({ file, index: at / 2, first: pairs[at + 1] });
      }
    });
    for (let chunk = 0; chunk < chunks.length; chunk++) {
      const { file, index, first } = chunks[chunk];
      const end = chunk + 1 < chunks.length ? chunks[chunk + 1].first : records.length;
      let holds = false;
      for (let at = first; at < end && !holds; at++) holds = asked.has(records[at]);
      if (!holds) continue;
      const given = numbers((await load(`${this.stretch.name}/places-${this.shard.number}-${file}`))[index]);
      let next = 0;
      for (let at = first; at < end; at++) {
        const places = [];
        let place = -1;
        for (let time = 0; time < times[at]; time++) places.push((place += given[next++] + 1));
        if (asked.has(records[at])) found.set(records[at], places);
      }
    }
    return found;
  }
}

// ---- what was typed, as a tree; as search/parse.py reads it ----

const TOKEN = /(?<space>\s+)|(?<open>\()|(?<close>\))|(?<phrase>(?<exact>=?)"(?<inside>[^"]*)"(?:~(?<near>\d{1,3}))?)|(?<no>-(?=[^\s()-]|\())|(?<field>[A-Za-z][A-Za-z-]{0,20}):(?=[^\s):])|(?<word>[^\s()"]+)|(?<quote>")/gy;
const ALSO = { tags: "tag", title: "subject", date: "sent", level: "class", classification: "class", captions: "caption",
  collection: "in", signed: "signer", findings: "finding", cited: "cited-by", citedby: "cited-by", comments: "comment", refs: "ref" };
const NOT_HERE = ["summary", "comment", "ref", "cites", "cited-by", "row", "like", "said-by", "said-about", "modality", "mine", "tagged", "noted"];

class Parser {
  constructor(text, fields) {
    this.fields = fields;
    this.notes = new Set();
    this.tokens = [];
    this.at = 0;
    this.empty = !text.trim();
    for (const match of text.slice(0, 100000).replace(/[“”„‟«»＂〝〞]/g, '"').matchAll(TOKEN)) {
      const kind = match.groups;
      if (kind.space !== undefined || kind.quote !== undefined) continue;
      if (kind.phrase !== undefined) this.tokens.push({ kind: "phrase", text: kind.inside, exact: kind.exact === "=", near: Number(kind.near || 0) });
      else if (kind.field !== undefined) this.field(kind.field);
      else if (kind.word !== undefined) this.tokens.push({ kind: ["AND", "OR", "NOT"].includes(kind.word) ? kind.word : "word", text: kind.word });
      else this.tokens.push({ kind: kind.open ? "open" : kind.close ? "close" : "no" });
    }
  }

  field(name) {
    const lower = name.toLowerCase(), known = ALSO[lower] || lower;
    if (this.fields.includes(known) || NOT_HERE.includes(known)) this.tokens.push({ kind: "field", text: known });
    else this.tokens.push({ kind: "word", text: name });
  }

  whole() {
    if (this.empty) return { kind: "everything" };
    const parts = [];
    while (this.at < this.tokens.length) {
      const part = this.any(0);
      if (part) parts.push(part);
      if (this.peek() === "close") this.at++;
    }
    return joined("all", parts) || { kind: "nothing" };
  }

  peek() { return this.at < this.tokens.length ? this.tokens[this.at].kind : ""; }

  any(depth) {
    const parts = [this.all(depth)];
    while (this.peek() === "OR") { this.at++; parts.push(this.all(depth)); }
    return joined("any", parts.filter(Boolean));
  }

  all(depth) {
    const parts = [];
    while (!["", "OR", "close"].includes(this.peek())) {
      if (this.peek() === "AND") this.at++;
      else { const part = this.one(depth); if (part) parts.push(part); }
    }
    return joined("all", parts);
  }

  one(depth) {
    const before = [];
    while (["no", "NOT", "field"].includes(this.peek())) {
      const token = this.tokens[this.at++];
      before.push(token.kind === "field" ? token.text : "");
    }
    const kind = this.peek();
    const what = kind === "open" ? this.group(depth) : kind === "word" || kind === "phrase" ? this.leaf(before) : null;
    if (!what) return null;
    const fields = before.filter(Boolean);
    const node = fields.length ? within(what, fields[fields.length - 1]) : what;
    return before.filter((one) => !one).length % 2 ? { kind: "not", what: node } : node;
  }

  group(depth) {
    this.at++;
    if (depth >= 20) return null;
    const inside = this.any(depth + 1);
    if (this.peek() === "close") this.at++;
    return inside;
  }

  leaf(before) {
    const token = this.tokens[this.at++];
    if (!/[\p{L}\p{N}]/u.test(token.text)) return null;
    if (token.kind === "phrase") {
      if (token.near) this.notes.add("near");
      return { kind: "phrase", text: token.text.trim().split(/\s+/).slice(0, 60).join(" "), near: token.near, exact: token.exact };
    }
    const exact = token.text.startsWith("="), bare = exact ? token.text.slice(1) : token.text;
    const fuzzy = /^(.+)~([12]?)$/.exec(bare);
    if (fuzzy && /[\p{L}\p{N}]/u.test(fuzzy[1])) { this.notes.add("near"); return { kind: "word", text: fuzzy[1] }; }
    if (bare.endsWith("*")) return { kind: "word", text: bare.replace(/\*+$/, ""), prefix: true };
    return { kind: "word", text: before.some(Boolean) ? bare : bare.replace(/^,+|,+$/g, ""), exact };
  }
}

function joined(kind, parts) {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  return flat.length > 1 ? { kind, parts: flat } : flat[0] || null;
}

function within(node, field) {
  if (node.kind === "all" || node.kind === "any") return { kind: node.kind, parts: node.parts.map((part) => within(part, field)) };
  if (node.kind === "not") return { kind: "not", what: within(node.what, field) };
  return node.kind === "word" || node.kind === "phrase" ? { kind: "in", field, what: node } : node;
}

// Every word or phrase that a hit should hold, with its field.
function wantedOf(node, field = "") {
  switch (node.kind) {
    case "word": case "phrase": return [{ field, leaf: node }];
    case "in": return wantedOf(node.what, node.field);
    case "all": case "any": return node.parts.flatMap((part) => wantedOf(part, field));
    case "meaning": return [...wantedOf(node.words, field), ...node.codes.flatMap((code) => wantedOf(code, field))];
    default: return [];
  }
}

function foldedWords(text) {
  return (folded(text).match(/[\p{L}\p{N}]+/gu) || []).filter((word) => word.length < 60);
}

// ---- finding ----

const LEVELS = { U: "UNCLASSIFIED", UNCLAS: "UNCLASSIFIED", SBU: "UNCLASSIFIED", LOU: "LIMITED OFFICIAL USE", C: "CONFIDENTIAL", S: "SECRET", TS: "TOP SECRET" };
const upper = (text) => text.toUpperCase().split(/\s+/).filter(Boolean).join(" ");
const letters = (text) => text.normalize("NFKD").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
const hyphened = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).join("-");
const PARTS = { comments: "comment", reference: "references", redaction: "redactions", finding: "findings", tag: "tags", note: "notes", ref: "references", refs: "references" };
// Which values of which field of the index a field of the language asks for; `inside`: also values that hold them as whole words.
const EXACT = {
  post: (text, posts) => ({ post: [postOf(text, posts)] }),
  from: (text, posts) => ({ post: [postOf(text, posts)], from: [postOf(text, posts), upper(text)] }),
  to: (text, posts) => ({ to: [postOf(text, posts), upper(text)], inside: "to" }),
  signer: (text) => ({ signer: [upper(text)], inside: "signer" }),
  country: (text) => ({ country: [letters(text)] }),
  tag: (text) => ({ tag: [upper(text)] }),
  class: (text) => { const level = upper(text.split("//")[0]); return { level: [LEVELS[level] || level] }; },
  caption: (text) => ({ caption: [upper(text)] }),
  mark: (text) => ({ mark: [upper(text).replace(/^[()]+|[()]+$/g, "").replaceAll("//", "/").replaceAll("NOFORN", "NF").trim()] }),
  finding: (text) => ({ finding: [hyphened(text)] }),
  kind: (text) => ({ kind: [hyphened(text)] }),
  form: (text) => ({ form: [hyphened(text)] }),
  in: (text) => ({ collection: [text] }),
  has: (text) => ({ has: [PARTS[text.toLowerCase()] || text.toLowerCase()] }),
  id: (text) => ({ id: numbersOf(text) }),
};

// The post that is meant, as it is filed.
function postOf(text, posts) {
  const written = letters(text), bare = written.replace(/^(?:AM(?:EMBASSY|CONSUL|CONGEN)|USMISSION|EMBASSY)(?=.)/, "");
  return posts[written] || posts[bare] || bare;
}

// The spellings under which a telegram's number may be kept.
function numbersOf(text) {
  const written = letters(text), found = [written];
  const match = /^(?:19|20)?(\d\d)([A-Z]{3,20}?)0*(\d{1,7})$/.exec(written);
  if (match) found.push(match[1] + match[2] + match[3]);
  return found;
}

function minutesOf(year, month, day) {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return (date.getTime() / 86400000 + 719162) * 1440;
}

// From and to which minute a year, month or day lasts; null for what is no date.
function daysOf(text) {
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text.trim());
  if (!match) return null;
  const [year, month, day] = [match[1], match[2], match[3]].map(Number);
  if (!year || month > 12 || (match[2] && !month)) return null;
  const first = minutesOf(year, month || 1, day || 1);
  const behind = day ? first + 1440 : month ? minutesOf(month === 12 ? year + 1 : year, (month % 12) + 1, 1) : minutesOf(year + 1, 1, 1);
  return [first, behind - 1];
}

class Finder {
  static async open() {
    const about = await load("index");
    const found = new Finder();
    found.about = about;
    found.stretches = await Promise.all(about.stretches.map(async (name) => {
      const [docs, firsts] = await Promise.all([load(`${name}/docs`), load(`${name}/words`)]);
      return new Stretch(name, docs, firsts);
    }));
    found.records = found.stretches.reduce((sum, one) => sum + one.records, 0);
    found.averages = [0, 1].map((field) => found.stretches.reduce((sum, one) => sum + one.words[field], 0) / found.records);
    found.stemmer = new EnglishStemmer(); // eslint-disable-line no-undef
    return found;
  }

  // All that `asked` finds, in order: { hits: [{stretch, record, score}], notes, sort, sought }.
  async find(asked) {
    const notes = new Set();
    const tree = await this.understood(asked.q || "", notes);
    const filters = [];
    for (const words of asked.within || []) filters.push(await this.understood(words, notes));
    for (const [field, value] of [["post", asked.post], ["class", asked.class], ...(asked.tag || []).map((one) => ["tag", one])]) {
      if (value) filters.push({ kind: "in", field, what: { kind: "phrase", text: value } });
    }
    if (asked.from || asked.to) filters.push({ kind: "in", field: "sent", what: { kind: "word", text: `${asked.from || ""}..${asked.to || ""}` } });
    const wanted = wantedOf(tree);
    const scored = wanted.some(({ field }) => !field || field === "subject");
    const sort = (asked.sort || "relevance") === "relevance" && !scored ? "oldest" : asked.sort || "relevance";
    const number = asked.q && asked.q.trim().length <= 100 ? await this.leafOf({ id: numbersOf(asked.q) }, false) : null;
    const hits = [];
    await this.prepared([tree, ...filters]);
    for (const [at, stretch] of this.stretches.entries()) {
      let found = await this.node(tree, stretch);
      for (const { field, leaf } of wanted) {
        if (!field && (leaf.kind === "phrase" || !leaf.prefix)) raise(found, await this.words(leaf, stretch, 1));
      }
      const named = number ? number.get(stretch) : null;
      if (named && named.size) found = either([found, new Map(Array.from(named.keys(), (record) => [record, FIRST]))]);
      for (const filter of filters) found = both([found, quiet(await this.node(filter, stretch))]);
      for (const [record, score] of found) hits.push({ stretch: at, record, score, time: stretch.time(record) });
    }
    hits.sort(orders[sort] || orders.relevance);
    return { hits, notes: [...notes], sort, sought: await this.sought(wanted) };
  }

  async understood(words, notes) {
    const parser = new Parser(words, this.about.fields);
    const tree = parser.whole();
    parser.notes.forEach((note) => notes.add(note));
    // Where nothing of it can be asked, that all are found would be no answer.
    return this.meant(this.askable(tree, notes) || { kind: "not", what: { kind: "everything" } });
  }

  // The tree without what cannot be asked here.
  askable(node, notes) {
    if (node.kind === "in" && NOT_HERE.includes(node.field)) { notes.add(`${node.field}:`); return null; }
    if (node.kind === "not") { const what = this.askable(node.what, notes); return what && { kind: "not", what }; }
    if (node.kind !== "all" && node.kind !== "any") return node;
    return joined(node.kind, node.parts.map((part) => this.askable(part, notes)).filter(Boolean));
  }

  // The tree with codes beside the words that are their meaning.
  async meant(node) {
    if (node.kind === "phrase" && !node.exact && !node.near) {
      const codes = await this.codes(foldedWords(node.text));
      return codes.length ? { kind: "meaning", words: node, codes } : node;
    }
    if (node.kind === "any") return { kind: "any", parts: await Promise.all(node.parts.map((part) => this.meant(part))) };
    if (node.kind !== "all") return node;
    const parts = [];
    for (let at = 0; at < node.parts.length;) {
      const run = [];
      for (const part of node.parts.slice(at, at + 8)) {
        const words = part.kind === "word" && !part.exact && !part.prefix ? foldedWords(part.text) : [];
        if (words.length !== 1) break;
        run.push(words[0]);
      }
      let length = run.length, codes = [];
      while (length > 1 && !(codes = await this.codes(run.slice(0, length))).length) length--;
      if (codes.length) {
        parts.push({ kind: "meaning", words: { kind: "all", parts: node.parts.slice(at, at + length) }, codes });
        at += length;
      } else parts.push(await this.meant(node.parts[at++]));
    }
    return parts.length > 1 ? { kind: "all", parts } : parts[0];
  }

  async codes(words) {
    if (words.length < 2 || words.length > 8) return [];
    const letter = /^[\x00-\x7f]/.test(words[0]) ? words[0][0] : "0";
    if (!this.about.meanings.includes(letter)) return [];
    const [tags, short] = (await load(`meanings-${letter}`))[words.join(" ")] || [[], []];
    return [...tags.map((text) => ({ kind: "in", field: "tag", what: { kind: "word", text } })), ...short.map((text) => ({ kind: "word", text }))];
  }

  async entries(word) {
    return (await Promise.all(this.stretches.map((stretch) => stretch.entry(word)))).filter(Boolean);
  }

  async count(word) {
    return (await this.entries(word)).reduce((sum, entry) => sum + entry.list.records.length, 0);
  }

  stemOf(word, entries) {
    return entries.length ? entries[0].stem : this.stemmer.stemWord(word);
  }

  // The forms of a word that the index has: [{word, count}], the most frequent first.
  async forms(word, field) {
    const key = `${field} ${word}`;
    this.known ||= new Map();
    if (!this.known.has(key)) this.known.set(key, this.formsOf(word, field ? ":subject:" : ""));
    return this.known.get(key);
  }

  async formsOf(word, head) {
    if (/^\d+$/.test(word) || !/^[\x00-\x7f]*$/.test(word)) {
      const count = await this.count(head + word);
      return count ? [{ word, count }] : [];
    }
    const stem = this.stemOf(word, await this.entries(word));
    const counts = new Map();
    const take = (entry) => {
      const bare = entry.word.slice(head.length);
      if (/^[\x00-\x7f]*$/.test(bare) && !/^\d+$/.test(bare)) counts.set(bare, (counts.get(bare) || 0) + entry.list.records.length);
    };
    // Words of subjects have no stem of their own; all of them stand in the text as well.
    if (stem.length <= 2) {
      for (const start of new Set([stem, stem.slice(0, -1), stem + stem.slice(-1)])) {
        for (const ending of ENDINGS) {
          const plain = start + ending;
          if (plain && this.stemOf(plain, await this.entries(plain)) === stem) (await this.entries(head + plain)).forEach(take);
        }
      }
    } else {
      for (const start of beginnings(stem)) {
        for (const entries of await Promise.all(this.stretches.map((stretch) => stretch.beginning(head + start)))) {
          for (const entry of entries) {
            const bare = entry.word.slice(head.length);
            const own = head ? this.stemOf(bare, await this.entries(bare)) : entry.stem;
            if (own === stem) take(entry);
          }
        }
      }
    }
    return Array.from(counts, ([form, count]) => ({ word: form, count }))
      .sort((one, other) => other.count - one.count || (one.word < other.word ? -1 : 1)).slice(0, MOST_FORMS);
  }

  // The spellings of one term of a phrase.
  async spellings(term, leaf, field) {
    if (/^\d+$/.test(term) && !leaf.exact) {
      if (term.length > 8) return [term];
      const bare = term.replace(/^0+/, "") || "0", found = [];
      for (let length = bare.length; length <= 8; length++) {
        const filled = bare.padStart(length, "0");
        if (await this.count((field ? ":subject:" : "") + filled)) found.push(filled);
      }
      return found.length ? found : [term];
    }
    if (!leaf.exact && leaf.kind === "word") return (await this.forms(term, field)).map((form) => form.word);
    return [term];
  }

  // Loads what the leaves need, all at once.
  async prepared(trees) {
    const leaves = trees.flatMap((tree) => wantedOf(tree)).filter(({ field }) => !field || field === "subject");
    await Promise.all(leaves.flatMap(({ leaf }) => foldedWords(leaf.text).map((word) => this.entries(word))));
  }

  async node(node, stretch) {
    switch (node.kind) {
      case "word": case "phrase": return this.wordOrNumber(node, stretch);
      case "in": return this.field(node, stretch);
      case "any": return either(await Promise.all(node.parts.map((part) => this.node(part, stretch))));
      case "all": {
        const wanted = await Promise.all(node.parts.filter((part) => part.kind !== "not").map((part) => this.node(part, stretch)));
        let found = wanted.length ? both(wanted) : everything(stretch);
        for (const part of node.parts) if (part.kind === "not") found = without(found, await this.node(part.what, stretch));
        return found;
      }
      case "not": return without(everything(stretch), await this.node(node.what, stretch));
      case "meaning": {
        const codes = await Promise.all(node.codes.map((code) => this.node(code, stretch)));
        return either([await this.node(node.words, stretch), ...codes.map((found) => new Map(Array.from(found.keys(), (record) => [record, CODE])))]);
      }
      case "everything": return everything(stretch);
      default: return new Map();
    }
  }

  async wordOrNumber(leaf, stretch) {
    const found = await this.words(leaf, stretch, 0);
    if (leaf.kind !== "word" || !/^(?:19|20)?\d\d[A-Za-z]{3,20}\d{1,7}$/.test(leaf.text)) return found;
    return either([found, quiet((await this.leafOf({ id: numbersOf(leaf.text).slice(-1) }, false)).get(stretch))]);
  }

  // What has the word or phrase, scored, in texts (0) or subjects (1).
  async words(leaf, stretch, field) {
    const head = field ? ":subject:" : "";
    const terms = foldedWords(leaf.text);
    if (!terms.length) return new Map();
    if (leaf.prefix && terms.length === 1) {
      const found = new Map();
      for (const entry of await stretch.beginning(head + terms[0])) for (const record of entry.list.records) found.set(record, 1);
      return found;
    }
    if (leaf.near) return both(await Promise.all(terms.map((text) => this.words({ kind: "word", text }, stretch, field))));
    if (terms.length === 1 && leaf.kind === "word" && !leaf.exact && !/^\d+$/.test(terms[0])) return this.anyForm(terms[0], stretch, field);
    const choices = await Promise.all(terms.map((term) => this.spellings(term, leaf, field)));
    while (choices.reduce((product, several) => product * several.length, 1) > MOST_SPELLINGS) {
      choices.reduce((most, several) => (several.length > most.length ? several : most)).pop();
    }
    const spelled = choices.reduce((done, several) => done.flatMap((before) => several.map((one) => [...before, one])), [[]]);
    return either(await Promise.all(spelled.map((spelling) => this.fixed(spelling, stretch, field))));
  }

  async anyForm(word, stretch, field) {
    const forms = await this.forms(word, field);
    if (!forms.length) return new Map();
    const sum = forms.reduce((total, form) => total + form.count, 0);
    const weight = rarity(Math.min(sum, this.records), this.records);
    const lists = await Promise.all(forms.map((form) => stretch.entry((field ? ":subject:" : "") + form.word)));
    return either(lists.filter(Boolean).map((entry) => this.scored(entry.list.records, entry.list.times, weight, stretch, field)));
  }

  scored(records, times, weight, stretch, field) {
    const found = new Map();
    records.forEach((record, at) => {
      const length = lengthOf(stretch.norms[field][record]);
      const norm = K1 * (1 - B + (B * length) / this.averages[field]);
      found.set(record, (weight * (1 + K1) * times[at]) / (times[at] + norm));
    });
    return found;
  }

  async fixed(terms, stretch, field) {
    const head = field ? ":subject:" : "";
    const entries = await Promise.all(terms.map((term) => stretch.entry(head + term)));
    if (entries.some((entry) => !entry)) return new Map();
    let weight = 0;
    for (const term of terms) weight += rarity(await this.count(head + term), this.records);
    if (terms.length === 1) return this.scored(entries[0].list.records, entries[0].list.times, weight, stretch, field);
    const rarest = entries.reduce((least, entry) => (entry.list.records.length < least.list.records.length ? entry : least));
    const sets = entries.map((entry) => new Set(entry.list.records));
    const candidates = rarest.list.records.filter((record) => sets.every((set) => set.has(record)));
    if (!candidates.length) return new Map();
    const places = await Promise.all(entries.map((entry) => entry.places(candidates)));
    const records = [], times = [];
    for (const record of candidates) {
      const others = places.slice(1).map((one) => new Set(one.get(record)));
      const count = places[0].get(record).filter((place) => others.every((set, at) => set.has(place + at + 1))).length;
      if (count) { records.push(record); times.push(count); }
    }
    return this.scored(records, times, weight, stretch, field);
  }

  async field({ field, what }, stretch) {
    if (field === "subject") return this.words(what, stretch, 1);
    if (field === "year" || field === "sent") return between(stretch, what.text);
    const posts = what.prefix || !["post", "from", "to"].includes(field) ? {} : await load("posts");
    const found = await this.leafOf(EXACT[field](what.text, posts), Boolean(what.prefix));
    return quiet(found.get(stretch));
  }

  // The records of each stretch that have one of the values.
  async leafOf({ inside, ...asked }, begins) {
    const found = new Map(this.stretches.map((stretch) => [stretch, new Map()]));
    const take = (entry) => { for (const record of entry.list.records) found.get(entry.stretch).set(record, 0); };
    for (const [name, values] of Object.entries(asked)) {
      for (const value of new Set(values.filter(Boolean))) {
        const word = `:${name}:${value}`;
        if (begins) for (const stretch of this.stretches) (await stretch.beginning(word)).forEach(take);
        else (await this.entries(word)).forEach(take);
      }
    }
    if (inside && !begins) {
      const value = asked[inside][asked[inside].length - 1].replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
      const whole = new RegExp(`(^|[^A-Z0-9a-z])${value}([^A-Z0-9a-z]|$)`);
      for (const stretch of this.stretches) {
        for (const entry of await stretch.beginning(`:${inside}:`)) if (whole.test(entry.word.slice(inside.length + 2))) take(entry);
      }
    }
    return found;
  }

  // The words that a passage should show, as they may be written; those that end in * are beginnings.
  async sought(wanted) {
    const found = new Set();
    for (const { field, leaf } of wanted) {
      if (field && field !== "subject") continue;
      for (const term of foldedWords(leaf.text)) {
        if (leaf.prefix) found.add(`${term}*`);
        else for (const one of await this.spellings(term, leaf.near ? { kind: "word" } : leaf, 0)) found.add(one);
      }
    }
    return [...found];
  }

  // What hits are listed by: [page, name, kind, sent, post, level, subject].
  async listed(hit) {
    const lot = await load(`${this.stretches[hit.stretch].name}/hits-${Math.floor(hit.record / this.about.hits)}`);
    return lot[hit.record % this.about.hits];
  }

  // How many hits have each value of a column, the most first.
  async counted(hits, column, most) {
    const counts = new Map();
    for (const [at, stretch] of this.stretches.entries()) {
      const own = hits.filter((hit) => hit.stretch === at);
      if (!own.length) continue;
      const given = await load(`${stretch.name}/by-${column}`);
      const add = (place) => counts.set(given.values[place], (counts.get(given.values[place]) || 0) + 1);
      if (given.one !== undefined) {
        const places = numbers(given.one);
        for (const hit of own) if (places[hit.record]) add(places[hit.record] - 1);
      } else {
        const places = numbers(given.several), starts = [];
        for (let start = 0; start < places.length; start += places[start] + 1) starts.push(start);
        for (const hit of own) for (let one = 1; one <= places[starts[hit.record]]; one++) add(places[starts[hit.record] + one]);
      }
    }
    const order = column === "year" ? ([one], [other]) => (one < other ? -1 : 1) : ([one, count], [other, more]) => more - count || (one < other ? -1 : 1);
    const found = [...counts].sort(order);
    return column === "year" ? found : found.slice(0, most);
  }
}

function beginnings(stem) {
  const head = stem.slice(0, -1);
  const changed = { i: ["y"], e: ["ing"], y: ["ies"], l: stem.endsWith("bl") ? ["ilit"] : [] }[stem.slice(-1)] || [];
  return [stem, ...changed.map((one) => head + one), ...(stem.endsWith("ie") ? [`${head.slice(0, -1)}ying`] : [])];
}

function between(stretch, text) {
  const [first, last] = text.includes("..") ? text.split("..") : [text, text];
  const from = first ? daysOf(first) : [0, 0], to = last ? daysOf(last) : [0, UNDATED - 1];
  const found = new Map();
  if (!from || !to || (!first && !last)) return found;
  for (let record = upTo(stretch.times, from[0] - 1); record < stretch.times.length && stretch.times[record] <= to[1]; record++) found.set(record, 0);
  return found;
}

function everything(stretch) {
  return new Map(Array.from({ length: stretch.records }, (_, record) => [record, 0]));
}

const quiet = (found) => new Map(Array.from(found.keys(), (record) => [record, 0]));

function either(all) {
  const found = new Map();
  for (const one of all) for (const [record, score] of one) found.set(record, (found.get(record) || 0) + score);
  return found;
}

function both(all) {
  const [first, ...rest] = [...all].sort((one, other) => one.size - other.size);
  const found = new Map();
  for (const record of first.keys()) {
    if (rest.every((one) => one.has(record))) found.set(record, all.reduce((sum, one) => sum + one.get(record), 0));
  }
  return found;
}

function without(found, others) {
  return new Map([...found].filter(([record]) => !others.has(record)));
}

function raise(found, subjects) {
  for (const [record, score] of subjects) if (found.has(record)) found.set(record, found.get(record) + SUBJECT * score);
}

const inRows = (one, other) => one.stretch - other.stretch || one.record - other.record;
const oldest = (one, other) => one.time - other.time || inRows(one, other);
const dated = (hit) => (hit.time === UNDATED ? 1 : 0);
const orders = {
  oldest,
  newest: (one, other) => dated(one) - dated(other) || other.time - one.time || (dated(one) ? inRows(one, other) : -inRows(one, other)),
  relevance: (one, other) => other.score - one.score || oldest(one, other),
};
