// @ts-check
// The list of channels: asked for again and again while somebody looks at it.
import { ageOf, exactTime, counted } from './ages.js';
import { byId } from './elements.js';

/** @typedef {{ channel: string, kind: string, name: string, records: number, updated: number }} Channel */
/** @typedef {{ row: HTMLTableRowElement, show: (channel: Channel, now: number) => void }} Row */

const REFRESH_MS = 2_000;
const TIMEOUT_MS = 10_000;
/** A page of the API. Where there are more, the filter asks the server for names that begin with it. */
const SHOWN = 500;
/** A line within this time makes a channel an active one. */
const ACTIVE_MS = 15_000;

const filter = byId('filter', HTMLInputElement);
const order = byId('order', HTMLSelectElement);
const state = byId('state', HTMLElement);
const table = byId('table', HTMLTableElement);
const body = byId('rows', HTMLTableSectionElement);

/** @type {Map<string, Row>} */
const rows = new Map();
/** @type {Channel[]} */
let channels = [];
let hasMore = false;
let hasLoaded = false;

/** @param {string} kind @param {string} name */
function addressOf(kind, name) {
  return kind === 'deployment' ? `/deployments/${name}` : `/channels/${kind}/${name}`;
}

/**
 * @param {Channel} channel
 * @returns {Row}
 */
function createRow({ kind, name }) {
  const row = document.createElement('tr');
  const link = document.createElement('a');
  const dot = document.createElement('span');
  const label = document.createElement('span');
  const [lines, updated] = [document.createElement('span'), document.createElement('span')];
  dot.className = 'dot';
  link.href = addressOf(kind, name);
  link.append(dot, name);
  label.textContent = kind;
  label.className = 'dim';
  for (const cell of [link, label, lines, updated]) row.insertCell().append(cell);
  for (const cell of [row.cells[2], row.cells[3]]) cell?.classList.add('number');
  return {
    row,
    show(channel, now) {
      const active = channel.records > 0 && now - channel.updated < ACTIVE_MS;
      dot.toggleAttribute('data-active', active);
      dot.title = active ? 'active: its last line has just come' : 'quiet';
      lines.textContent = channel.records.toLocaleString();
      updated.textContent = channel.records > 0 ? ageOf(channel.updated, now) : 'none yet';
      updated.title = channel.records > 0 ? exactTime(channel.updated) : '';
    },
  };
}

function show() {
  const wanted = filter.value.trim().toLowerCase();
  const matching = channels.filter(({ channel }) => channel.toLowerCase().includes(wanted));
  const now = Date.now();
  const shown = matching.map((channel) => {
    const row = rows.get(channel.channel) ?? createRow(channel);
    rows.set(channel.channel, row);
    row.show(channel, now);
    return row.row;
  });
  place(shown);
  const isEmpty = channels.length === 0 && wanted === '';
  table.hidden = shown.length === 0;
  byId('empty', HTMLElement).hidden = !isEmpty;
  byId('unmatched', HTMLElement).hidden = isEmpty || shown.length > 0;
  byId('count', HTMLElement).textContent = isEmpty
    ? ''
    : `${shown.length.toLocaleString()}${hasMore ? ' and more' : ''}`;
  const more = byId('more', HTMLElement);
  more.hidden = !hasMore;
  more.textContent = `There are more than these ${counted(channels.length, 'channel')}. Filter by how the name begins to see others.`;
}

/**
 * Only where something has moved: a link that somebody is about to click stays where it is, and keeps the focus.
 * @param {HTMLTableRowElement[]} shown
 */
function place(shown) {
  if (shown.length === body.rows.length && shown.every((row, i) => row === body.rows[i])) return;
  const focused = document.activeElement;
  body.replaceChildren(...shown);
  if (focused instanceof HTMLElement && body.contains(focused)) focused.focus({ preventScroll: true });
}

/** @param {number} question */
async function load(question) {
  const query = new URLSearchParams({ order: order.value, limit: String(SHOWN) });
  const wanted = filter.value.trim();
  if (hasMore && wanted !== '') query.set('prefix', wanted);
  const answer = await fetch(`/api/channels?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  /** @type {{ channels: Channel[], next: string | null }} */
  const page = await answer.json();
  // Meanwhile something else was asked for: that answer counts.
  if (question !== asked) return;
  channels = page.channels;
  hasLoaded = true;
  // With a prefix the page may be the last one of those; there are more channels all the same.
  if (!query.has('prefix')) hasMore = page.next !== null;
  const known = new Set(channels.map(({ channel }) => channel));
  for (const channel of rows.keys()) if (!known.has(channel)) rows.delete(channel);
}

/** @param {'connecting' | 'following' | 'disconnected'} name @param {string} text */
function say(name, text) {
  state.dataset['state'] = name;
  if (state.textContent !== text) state.textContent = text;
}

/** @type {number | undefined} */
let timer;
let asked = 0;

async function refresh() {
  clearTimeout(timer);
  asked += 1;
  const question = asked;
  try {
    await load(question);
    say('following', 'up to date');
  } catch {
    say('disconnected', 'no answer, trying again…');
  }
  if (hasLoaded) show();
  if (question === asked && !document.hidden) timer = setTimeout(refresh, REFRESH_MS);
}

filter.addEventListener('input', () => {
  if (hasLoaded) show();
  if (hasMore) void refresh();
});
order.addEventListener('change', () => void refresh());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer);
  else void refresh();
});
void refresh();
