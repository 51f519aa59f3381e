import type { ChannelState } from '@tailgate/protocol';
import type { ConnectionView } from './connection-view.js';
import { placeOf } from './mismatch-place.js';

/**
 * How a stream fares, in one word for style: `live` alone is green. `paused` says what the reader has done, and only of a stream that
 * would be green.
 */
type SignTone =
  'live' | 'paused' | 'connecting' | 'waiting' | 'stalled' | 'unreachable' | 'disconnected' | 'refused' | 'altered';

export interface Sign {
  readonly tone: SignTone;
  readonly label: string;
  /** What it means, in a sentence. */
  readonly meaning: string;
}

/** From good to bad: what is said of several channels is what is worst. */
const STATES: readonly ChannelState[] = ['following', 'waiting', 'stalled', 'unreachable'];

const LIVE: Sign = { tone: 'live', label: 'Live', meaning: 'Each new line appears as it is written.' };

const CONNECTING: Sign = { tone: 'connecting', label: 'Connecting…', meaning: 'The gateway is being called.' };

const BY_STATE: Readonly<Record<ChannelState, Sign>> = {
  following: LIVE,
  waiting: {
    tone: 'waiting',
    label: 'Waiting for a file',
    meaning: 'There is no file of this channel yet. Its lines appear as soon as there is one.',
  },
  stalled: {
    tone: 'stalled',
    label: 'Tailer stalled',
    meaning: 'Nothing was heard of the tailer of this channel lately. Lines appear when it is back.',
  },
  unreachable: {
    tone: 'unreachable',
    label: 'Broker unreachable',
    meaning: 'The gateway is there, its broker is not. Lines appear when it is back.',
  },
};

/** The connection and what the server says of its channels, as one sign: no green over a stream that is dead. */
export function signOf(view: ConnectionView): Sign {
  const { phase, isOff, isPaused, error, verified } = view;
  if (isOff) return { tone: 'disconnected', label: 'Disconnected', meaning: 'Nothing comes until you connect again.' };
  if (phase === 'closed')
    return { tone: 'refused', label: 'Refused', meaning: error?.message ?? 'The gateway has ended it.' };
  if (phase === 'disconnected') {
    return { tone: 'disconnected', label: 'Disconnected', meaning: error?.message ?? 'The connection was lost.' };
  }
  if (phase === 'idle' || phase === 'connecting') return CONNECTING;
  if (verified?.mismatch) {
    const meaning = `The lines of ${verified.mismatch.channel} ${placeOf(verified.mismatch)}, are not those that were written.`;
    return { tone: 'altered', label: 'Lines are not as written', meaning };
  }
  const worst = STATES.findLast((state) => [...view.statuses.values()].some((status) => status.state === state));
  if (worst === undefined) return CONNECTING;
  if (worst !== 'following') return BY_STATE[worst];
  if (isPaused)
    return { tone: 'paused', label: 'Paused', meaning: 'The gateway keeps what comes for you. Nothing is lost.' };
  return phase === 'live' ? LIVE : { ...CONNECTING, label: 'Catching up…', meaning: 'History is on its way.' };
}
