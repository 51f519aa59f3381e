import type { Socket } from 'node:net';

interface Piece {
  /** `undefined`: the end. */
  readonly bytes: Buffer | undefined;
  /** When it may arrive: milliseconds of `performance.now()`. */
  readonly due: number;
}

/** One direction of a connection: what comes from one socket is written to the other, in order, now or later. */
export class Lane {
  readonly from: Socket;
  readonly #to: Socket;
  #waiting: Piece[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket) {
    this.from = from;
    this.#to = to;
    to.on('close', () => this.close());
  }

  /** Passes it on after `ms`, and not before what came earlier. */
  send(bytes: Buffer | undefined, ms: number): void {
    if (ms === 0 && this.#waiting.length === 0) {
      this.#write(bytes);
      return;
    }
    const { due: earliest = 0 } = this.#waiting.at(-1) ?? {};
    this.#waiting.push({ bytes, due: Math.max(earliest, performance.now() + ms) });
    this.#timer ??= setTimeout(() => this.#deliver(), ms);
  }

  /** Forgets what is under way. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #deliver(): void {
    this.#timer = undefined;
    for (let [next] = this.#waiting; next; [next] = this.#waiting) {
      const early = next.due - performance.now();
      if (early > 0) {
        this.#timer = setTimeout(() => this.#deliver(), Math.ceil(early));
        return;
      }
      this.#waiting.shift();
      this.#write(next.bytes);
    }
  }

  #write(bytes: Buffer | undefined): void {
    if (bytes === undefined) {
      this.#to.end();
    } else if (!this.#to.write(bytes)) {
      this.from.pause();
      this.#to.once('drain', () => this.from.resume());
    }
  }
}
