import { spawn } from 'node:child_process';
import type { Carry } from '../../support/viewing/carrier.ts';

/** No proxy of the environment stands between, and a connection on which nothing comes for 20 s (pings come every 15) is given up. */
const ARGS = ['--silent', '--no-buffer', '--noproxy', '*', '--speed-limit', '1', '--speed-time', '20'];

/** As an `EventSource` says it: a proxy without a gateway then answers as a gateway would that is full. */
const ACCEPT = ['--header', 'Accept: text/event-stream'];

/** By a process of `curl`, one a connection. */
export const carryByCurl: Carry = (url, lastId, { open, bytes, end }) => {
  const resume = lastId === undefined ? [] : ['--header', `Last-Event-ID: ${lastId}`];
  const child = spawn('curl', [...ARGS, '--include', ...ACCEPT, ...resume, url], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on('data', (piece: Buffer) => {
    if (head === undefined) {
      bytes(piece);
      return;
    }
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const [, status = '0'] = /^HTTP\/\S+ (\d+)/.exec(head.toString('latin1')) ?? [];
    const body = head.subarray(end + 4);
    head = undefined;
    open(Number(status));
    if (body.length > 0) bytes(body);
  });
  child.on('error', () => undefined);
  child.on('close', end);
  return {
    close: () => void child.kill('SIGKILL'),
    hold: () => {
      child.kill('SIGSTOP');
      return () => void child.kill('SIGCONT');
    },
  };
};
