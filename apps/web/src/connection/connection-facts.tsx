import { useState } from 'react';
import { ageOf, clockOf } from '../app/ages.js';
import { useNow } from '../app/use-now.js';
import type { ConnectionView, VerifiedView } from './connection-view.js';
import { placeOf, seqOf } from './mismatch-place.js';

/** The numbers of a connection, in one line; on a telephone the first three, and the others when they are asked for. */
export function ConnectionFacts({ view }: { readonly view: ConnectionView }) {
  const now = useNow(1_000);
  const [isWhole, setWhole] = useState(false);
  const { received, lastAt, connectedAt, latency, roundTrip, transport, verified } = view;
  return (
    <>
      <dl className="facts" data-whole={isWhole}>
        <Fact name="Lines" more="received" value={received.toLocaleString('en')} />
        <Fact name="Last" more="message" value={lastAt === undefined ? 'none yet' : ageOf(lastAt, now)} />
        <Fact
          name="Latency"
          value={millis(latency)}
          about="from the newest line's time to its arrival, by two clocks"
        />
        <Fact name="Connected" value={connectedAt === undefined ? 'no' : clockOf(now - connectedAt)} />
        <Fact name="Ping" value={millis(roundTrip)} about="there and back" />
        <Fact
          name="Verified"
          value={verifiedText(verified)}
          about="lines that were compared with the running hash of what the tailer has written"
        />
        <Fact name="Transport" value={transport === undefined ? 'none' : TRANSPORTS[transport]} />
      </dl>
      <button
        type="button"
        className="quiet-button on-phones"
        aria-expanded={isWhole}
        aria-label="More about the connection"
        onClick={() => setWhole(!isWhole)}
      >
        …
      </button>
    </>
  );
}

export const TRANSPORTS = { websocket: 'WebSocket', sse: 'SSE' } as const;

/** Which lines are known to be what was written. */
function verifiedText(verified: VerifiedView | undefined): string {
  if (!verified) return 'not with a filter';
  const { records, to, mismatch } = verified;
  if (mismatch) return `no: ${placeOf(mismatch)}`;
  if (records === 0) return 'not yet';
  return to === undefined ? `${records.toLocaleString('en')} lines` : `to #${seqOf(to)}`;
}

function millis(value: number | null): string {
  return value === null ? '–' : `${value.toLocaleString('en')} ms`;
}

interface FactProps {
  readonly name: string;
  /** The rest of the name, where there is room. */
  readonly more?: string;
  readonly value: string;
  readonly about?: string;
}

function Fact({ name, more, value, about }: FactProps) {
  return (
    <div className="fact" title={about}>
      <dt>
        {name}
        {more !== undefined && <span className="fact-more"> {more}</span>}
      </dt>
      <dd>{value}</dd>
    </div>
  );
}
