import type { ChannelStatus } from '@tailgate/protocol';
import type { ConnectionState, Entry, GapEntry } from '@tailgate/client';

/** What is worth a line on stderr; no line is said twice in a row. */
export class Remarks {
  readonly #say: (sentence: string) => void;
  readonly #states = new Map<string, ChannelStatus['state']>();
  #isLost = false;

  constructor(say: (sentence: string) => void) {
    this.#say = say;
  }

  status({ channel, state }: ChannelStatus): void {
    const before = this.#states.get(channel) ?? 'following';
    this.#states.set(channel, state);
    if (state !== before) this.#say(`${channel}: ${STATES[state]}`);
  }

  /** A connection that is lost is said once, however many dials it takes. */
  state(state: ConnectionState): void {
    if (state.phase === 'disconnected' && !this.#isLost) {
      this.#isLost = true;
      this.#say(`disconnected (${reasonOf(state.error)}), trying again …`);
    } else if (state.phase === 'open' && this.#isLost) {
      this.#isLost = false;
      this.#say('connected again');
    }
  }

  entry(entry: Entry): void {
    if (entry.type === 'gap') this.#say(`${entry.channel}: ${gap(entry)}`);
    else if (entry.type === 'epoch') this.#say(`${entry.channel}: numbers begin anew at ${entry.position}`);
    else if (entry.type === 'notice') {
      const size = entry.bytes === null ? '' : `, ${entry.bytes} bytes`;
      this.#say(`${entry.channel}: ${entry.notice}${size}`);
    }
  }
}

const STATES: Readonly<Record<ChannelStatus['state'], string>> = {
  following: 'its file is followed',
  waiting: 'no such file or channel yet, waiting',
  stalled: 'no sign of its tailer; new lines may be late',
  unreachable: 'the gateway has lost its broker; new lines will come later',
};

/** What the system says is behind what the SDK says. */
function reasonOf(error: Error): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause instanceof Error) ({ cause } = cause);
  if (!(cause instanceof Error) || cause === error) return error.message;
  return `${error.message}: ${'code' in cause ? String(cause.code) : cause.message}`;
}

function gap({ lost, reason, from, to }: GapEntry): string {
  const size =
    lost === null ? 'some records are missing' : `${lost} ${lost === 1 ? 'record is' : 'records are'} missing`;
  return `gap: ${size} (${reason})${from === null || to === null ? '' : `, ${from} to ${to}`}`;
}
