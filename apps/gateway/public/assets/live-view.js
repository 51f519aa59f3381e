// @ts-check
// One channel, live.
import { ageOf, exactTime } from './ages.js';
import { byId } from './elements.js';
import { LogStream } from './log-stream.js';
import { EPOCH_TEXT, gapText, noticeText } from './marks.js';
import { Screen } from './screen.js';

/** Lines of history to begin with. */
const TAIL = 200;
const CHANNEL = /^[a-z][a-z0-9-]{0,31}\/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** @type {Readonly<Record<string, string>>} */
const QUIET_TEXTS = {
  connecting: '',
  following: 'No line yet. The next one appears here by itself.',
  waiting: 'There is no file of this channel yet. Its lines appear here as soon as there is one.',
  stalled: 'Nothing was heard of the tailer of this channel lately. Lines appear here when it is back.',
  unreachable: 'The broker is away. Lines appear here when it is back.',
  disconnected: '',
};

const state = byId('state', HTMLElement);
const quiet = byId('quiet', HTMLElement);
const last = byId('last', HTMLElement);
const view = byId('screen', HTMLElement);
const wrap = byId('wrap', HTMLInputElement);
const screen = new Screen(
  view,
  byId('earlier', HTMLElement),
  byId('lines', HTMLElement),
  byId('follow', HTMLButtonElement),
);

let received = 0;
let lastAt = 0;

/** `/deployments/web` and `/channels/host/h5`. */
function channelOfPage() {
  const [, first = '', second = '', third = ''] = location.pathname.split('/');
  return first === 'deployments' ? `deployment/${second}` : `${second}/${third}`;
}

/** @param {string} name @param {string} text */
function showState(name, text) {
  state.dataset['state'] = name;
  if (state.textContent !== text) state.textContent = text;
  quiet.textContent = received > 0 ? '' : (QUIET_TEXTS[name] ?? '');
}

function showCounts() {
  byId('received', HTMLElement).textContent = received.toLocaleString();
  if (lastAt > 0) last.textContent = `last line ${ageOf(lastAt, Date.now())}`;
}

/** @param {string} channel */
function follow(channel) {
  new LogStream(channel, TAIL, {
    onState: showState,
    onConnected(source) {
      byId('source', HTMLElement).textContent = source ?? '';
    },
    onLog(record, id) {
      received += 1;
      lastAt = record.time;
      last.title = exactTime(lastAt);
      quiet.textContent = '';
      const cut =
        record.truncated === undefined ? '' : ` … (cut; the line has ${record.truncated.toLocaleString()} bytes)`;
      screen.add({
        text: record.line + cut,
        style: record.stream === 'stderr' ? 'stderr' : '',
        id,
        isPartial: record.partial === true,
        continues: record.continues,
      });
    },
    onNotice: (notice) => screen.add({ text: noticeText(notice), style: 'mark loss' }),
    onGap: (gap) => screen.add({ text: gapText(gap), style: 'mark loss' }),
    onEpoch: () => screen.add({ text: EPOCH_TEXT, style: 'mark' }),
    onLive: () => screen.live(),
  });
}

wrap.addEventListener('change', () => {
  view.dataset['wrap'] = wrap.checked ? 'on' : 'off';
  screen.relayout();
});
setInterval(showCounts, 500);

const channel = channelOfPage();
const [kind, name] = channel.split('/');
document.title = `${name} · Tailgate`;
const label = document.createElement('span');
label.className = 'kind';
label.textContent = `${kind}/`;
byId('name', HTMLElement).append(label, name ?? '');
if (CHANNEL.test(channel)) follow(channel);
else showState('disconnected', 'this is no name of a channel');
