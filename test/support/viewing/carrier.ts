import { request, type IncomingMessage } from 'node:http';

/** Pings come every 15 s at most: a connection that is silent for longer is given up. */
const SILENT_MS = 20_000;

/** What is heard of a connection. */
interface Hearing {
  /** The answer's head is there. */
  readonly open: (status: number) => void;
  readonly bytes: (bytes: Buffer) => void;
  /** It is over, however that happened; nothing is heard after it. */
  readonly end: () => void;
}

/** A connection that an event stream comes by. */
export interface Carried {
  close(): void;
  /** Reads nothing more until the answer is called. */
  hold(): () => void;
}

/** Asks for an event stream, after the last id that was given. */
export type Carry = (url: string, lastId: string | undefined, hearing: Hearing) => Carried;

/** By plain HTTP of this process. */
export const carryByHttp: Carry = (url, lastId, { open, bytes, end }) => {
  const headers = lastId === undefined ? {} : { 'Last-Event-ID': lastId };
  const sent = request(url, { headers, agent: false, timeout: SILENT_MS });
  let answer: IncomingMessage | undefined;
  sent.on('response', (response) => {
    answer = response;
    open(response.statusCode ?? 0);
    response.on('data', bytes);
    response.on('error', () => undefined);
  });
  sent.on('timeout', () => sent.destroy());
  sent.on('error', () => undefined);
  sent.on('close', end);
  sent.end();
  return {
    close: () => void sent.destroy(),
    hold: () => {
      answer?.pause();
      return () => void answer?.resume();
    },
  };
};
