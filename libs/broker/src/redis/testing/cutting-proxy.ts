import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server on loopback, and loses answers when it is told to. */
export class CuttingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The answer to what has these bytes is to be lost. */
  #marker: Buffer | undefined;
  #lost: (() => void) | undefined;
  #silent = new WeakSet<Socket>();
  /** Nothing is answered to what has these bytes, nor to anything after it. */
  #mutedBy: Buffer | undefined;
  #muted = false;

  private constructor(private readonly target: number) {
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(target: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Of the next connection that sends `marker`: the answer is lost, and then the connection. Resolves when that has happened. */
  loseAnswerTo(marker: string): Promise<void> {
    this.#marker = Buffer.from(marker);
    return new Promise((resolve) => (this.#lost = resolve));
  }

  /** From the moment that a connection sends `marker` on no answer arrives, on any connection, until `answerAgain`. */
  loseAnswersFrom(marker: string): void {
    this.#mutedBy = Buffer.from(marker);
  }

  /** Cuts the connections that have lost answers; new ones work. */
  answerAgain(): void {
    this.#mutedBy = undefined;
    this.#muted = false;
    this.cut();
  }

  /** Carries nothing more on the connections that there are, and leaves them open; further ones work. */
  silence(): void {
    this.#silent = new WeakSet(this.#sockets);
  }

  /** Cuts every connection there is. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    let losing = false;
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (this.#silent.has(client)) return;
      this.#muted ||= this.#mutedBy !== undefined && chunk.includes(this.#mutedBy);
      if (this.#marker && chunk.includes(this.#marker)) losing = true;
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (this.#silent.has(server) || this.#muted) return;
      // A script that the server doesn't have yet is sent once more: that was not the answer.
      if (!losing || chunk.includes('NOSCRIPT')) return void client.write(chunk);
      this.#marker = undefined;
      client.destroy();
      this.#lost?.();
    });
  }
}
