import { isPattern, parseProblem } from '@tailgate/protocol';
import { ending, lost, refused, type Ending } from '../client-error.js';
import { bearer } from '../access.js';
import { endingOf } from './closing.js';
import { EventParser } from './event-parser.js';
import { framesOf } from './sse-frames.js';
import type { Dialled, Hear, Transport } from './transport.js';

/** Server-Sent Events, read with `fetch`, which can send headers and be held back, both of which an `EventSource` can't. */
export function sse(fetch: typeof globalThis.fetch): Transport {
  return async (dialled, hear) => {
    const { token, signal } = dialled;
    try {
      const headers = { accept: 'text/event-stream', ...bearer(token) };
      const response = await fetch(urlOf(dialled), { headers, signal });
      if (response.status !== 200) return refused(response.status, parseProblem(await response.text()));
      const type = response.headers.get('content-type') ?? '';
      if (type.startsWith('text/event-stream') && response.body) return await read(response.body, dialled, hear);
      return ending('never', 'not_a_stream', `no event stream: ${type}`);
    } catch (cause) {
      return lost(cause);
    }
  };
}

async function read(body: ReadableStream<Uint8Array>, dialled: Dialled, hear: Hear): Promise<Ending> {
  const { selectors, watchdog } = dialled;
  const channels = selectors.filter((selector) => !isPattern(selector));
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let closed: Ending | undefined;
  let retryMs = 0;
  const parser = new EventParser(
    (event) => {
      for (const frame of framesOf(event, channels)) {
        if (frame.type === 'closing') closed ??= endingOf(frame.reason, retryMs);
        else hear(frame);
      }
    },
    (milliseconds) => (retryMs = milliseconds),
  );
  while (!closed) {
    await wanted(dialled);
    watchdog.heard();
    const { done, value } = await reader.read();
    if (done) return lost();
    parser.feed(decoder.decode(value, { stream: true }));
  }
  await reader.cancel();
  return closed;
}

/** Waits while nobody wants more: what is not read holds the server back, and its silence means nothing. */
async function wanted({ gate, signal, watchdog }: Dialled): Promise<void> {
  while (!gate.isOpen && !signal.aborted) {
    watchdog.stop();
    await new Promise<void>((resolve) => {
      const unwatch = gate.watch(() => {
        unwatch();
        resolve();
      });
      signal.addEventListener('abort', () => resolve());
    });
  }
}

function urlOf({ base, beginnings, filter, ticket, selectors }: Dialled): URL {
  const [{ since, tail } = {}] = beginnings;
  const after = beginnings.flatMap((beginning) => beginning.after ?? []);
  const query = new URLSearchParams(selectors.map((channel) => ['channel', channel]));
  const values = {
    ...(after.length === selectors.length ? { after: after.join() } : { since, tail }),
    grep: filter.grep,
    grep_flags: filter.grepFlags,
    invert: filter.invert && 1,
    batch: 1,
    ticket,
  };
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  // A channel is written as it is, which a query may have.
  return new URL(`api/stream?${String(query).replaceAll('%2F', '/')}`, base);
}
