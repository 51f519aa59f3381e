import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, printFrame, SUBPROTOCOL, type ServerFrame } from '@tailgate/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Caller, Callers } from '../connection/caller.js';
import type { OnClosed } from '../connection/connection.js';
import { endsInClose } from '../connection/outlet.js';
import { closingReason, type Connections } from '../connection/connections.js';
import { ProblemError } from '../http/problem-error.js';
import { problemOf } from '../http/problem-of.js';
import { sendProblemToSocket } from '../http/send-problem.js';
import { WsConnection, type WsContext } from './ws-connection.js';

/** Each message is compressed on its own, or the same bytes could not be sent to all. RFC 7692, section 7.1.1. */
const DEFLATE = { serverNoContextTakeover: true, clientNoContextTakeover: true } as const;

/** An offer with a smaller window than ours. It is not taken, so that such a client gets messages as they are. */
const SMALL_WINDOW = /server_max_window_bits\s*=\s*"?(?:[89]|1[0-4])\b/;

/** A request for a WebSocket, and how it was answered. */
export interface Handshake {
  readonly request: IncomingMessage;
  /**
   * 101 also where the WebSocket is closed at once, with a code that says why; but 401 where nobody knows whose it was, so that guesses
   * are counted and logged as those over HTTP are.
   */
  readonly status: number;
  /** From the request to its answer: milliseconds. */
  readonly took: number;
}

/** What is done with a WebSocket once it is accepted. */
interface Reception {
  /** As `Handshake` has it. */
  readonly status: number;
  readonly receive: (accepted: WebSocket) => void;
}

/** What the WebSocket edge stands on. */
export interface WsServerContext extends Omit<WsContext, 'callers'> {
  readonly callers: Callers;
  readonly connections: Connections;
  /** Whether frames are compressed for clients that take it. */
  readonly compresses: boolean;
  /** Is told of each handshake, once it is answered: those never come to Fastify. */
  readonly onHandshake: (handshake: Handshake) => void;
}

/** Makes WebSocket connections of requests that ask for one. */
export class WsServer {
  readonly #context: WsServerContext;
  readonly #server: WebSocketServer;
  readonly #onClosed: OnClosed = (connection) => this.#context.connections.delete(connection);
  /** When each request that is not answered yet came: milliseconds of `performance.now`. */
  readonly #begun = new WeakMap<IncomingMessage, number>();

  constructor(context: WsServerContext) {
    this.#context = context;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Pings are answered where it is known whether the client reads.
      autoPong: false,
      maxPayload: context.limits.maxFrameBytes,
      perMessageDeflate: context.compresses && DEFLATE,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    });
    this.#server.on('wsClientError', (error, socket, request) =>
      this.#refuse(request, socket, new ProblemError('bad_request', error.message)),
    );
  }

  /** What is wrong with a frame ends in `close`, with the code that says what it was. */
  readonly #onFault = (error: Error): void => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#context.onBeyond('frame');
  };

  /** A listener for a server's `upgrade`. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', endsInClose);
    this.#begun.set(request, performance.now());
    this.#admit(request)
      .then((caller): Reception => {
        return { status: 101, receive: (accepted) => this.#open(accepted, socket, request, caller) };
      }, turnAwayFor)
      .then(({ status, receive }) => {
        declineSmallWindow(request);
        this.#server.handleUpgrade(request, socket, head, (accepted) => {
          // From here on the WebSocket listens.
          socket.off('error', endsInClose);
          this.#answered(request, status);
          receive(accepted);
        });
      })
      .catch((error: unknown) => this.#fail(error, request, socket));
  };

  async #admit(request: IncomingMessage): Promise<Caller> {
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
    if (offered.length > 0 && !offered.includes(SUBPROTOCOL)) {
      throw new ProblemError('bad_request', `The subprotocol here is ${SUBPROTOCOL}.`);
    }
    return this.#context.callers.ofSocket(request);
  }

  #open(socket: WebSocket, output: Duplex, request: IncomingMessage, caller: Caller): void {
    const { connections, callers, observer } = this.#context;
    socket.on('error', this.#onFault);
    const connection = new WsConnection(socket, output, caller, this.#context, this.#onClosed);
    const refusal = connections.add(connection, callers.addressOf(request));
    if (refusal) {
      observer.streamRefused(refusal);
      connection.close(closingReason(refusal));
    } else {
      connection.begin();
    }
  }

  #fail(error: unknown, request: IncomingMessage, socket: Duplex): void {
    const problem = problemOf(error);
    if (!problem) this.#context.observer.sessionFailed(error);
    this.#refuse(request, socket, problem ?? new ProblemError('internal'));
  }

  #refuse(request: IncomingMessage, socket: Duplex, { problem }: ProblemError): void {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    sendProblemToSocket(socket, problem);
    this.#answered(request, problem.status);
  }

  #answered(request: IncomingMessage, status: number): void {
    const now = performance.now();
    this.#context.onHandshake({ request, status, took: now - (this.#begun.get(request) ?? now) });
  }
}

/**
 * Where it is not known who this is, the viewer is told what to do by the code of a close, since a page is not told the status of an
 * answer: to come once with a new token, or, where keys or tickets can't be looked at now, to come again. Throws any other error again.
 */
function turnAwayFor(error: unknown): Reception {
  const { code, detail, title } = problemOf(error)?.problem ?? {};
  switch (code) {
    case 'unauthorized':
      return { status: 401, receive: leave({ type: 'error', code, message: detail ?? title ?? code }, 'unauthorized') };
    case 'unavailable':
      return { status: 101, receive: leave({ type: 'closing', reason: 'drain' }, 'drain') };
    default:
      throw error;
  }
}

/** Says why, and closes. Nothing is made for it that a session has. */
function leave(frame: ServerFrame, name: 'unauthorized' | 'drain'): Reception['receive'] {
  return (accepted) => {
    accepted.on('error', () => undefined);
    accepted.send(printFrame(frame));
    accepted.close(CLOSE_CODES[name].code, name);
  };
}

function declineSmallWindow({ headers }: IncomingMessage): void {
  const offer = headers['sec-websocket-extensions'];
  if (offer !== undefined && SMALL_WINDOW.test(offer)) delete headers['sec-websocket-extensions'];
}
