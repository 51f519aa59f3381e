import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL } from '@tailgate/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Caller, Callers } from '../connection/caller.js';
import { closingReason, type Connections } from '../connection/connections.js';
import { ProblemError } from '../http/problem-error.js';
import { problemOf } from '../http/problem-of.js';
import { sendProblemToSocket } from '../http/send-problem.js';
import { WsConnection, type WsContext } from './ws-connection.js';

/** Each message is compressed on its own, or the same bytes could not be sent to all. RFC 7692, section 7.1.1. */
const DEFLATE = { serverNoContextTakeover: true, clientNoContextTakeover: true } as const;

/** An offer with a smaller window than ours. It is not taken, so that such a client gets messages as they are. */
const SMALL_WINDOW = /server_max_window_bits\s*=\s*"?(?:[89]|1[0-4])\b/;

/** What the WebSocket edge stands on. */
export interface WsServerContext extends Omit<WsContext, 'callers'> {
  readonly callers: Callers;
  readonly connections: Connections;
}

/** Makes WebSocket connections of requests that ask for one. */
export class WsServer {
  readonly #context: WsServerContext;
  readonly #server: WebSocketServer;

  constructor(context: WsServerContext) {
    this.#context = context;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Pings are answered where it is known whether the client reads.
      autoPong: false,
      maxPayload: context.limits.maxFrameBytes,
      perMessageDeflate: DEFLATE,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    });
    this.#server.on('wsClientError', (error, socket) => refuse(socket, new ProblemError('bad_request', error.message)));
  }

  /** A listener for a server's `upgrade`. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // What is wrong with a connection ends in its `close`.
    socket.on('error', () => undefined);
    this.#admit(request)
      .then((caller) => {
        declineSmallWindow(request);
        this.#server.handleUpgrade(request, socket, head, (accepted) => this.#open(accepted, socket, request, caller));
      })
      .catch((error: unknown) => this.#fail(error, socket));
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
    // What is wrong with a frame ends in `close`, with the code that says what it was.
    socket.on('error', (error) => {
      if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#context.onBeyond('frame');
    });
    const connection: WsConnection = new WsConnection(socket, output, caller, this.#context, () =>
      connections.delete(connection),
    );
    const refusal = connections.add(connection, callers.addressOf(request));
    if (refusal) {
      observer.streamRefused(refusal);
      connection.close(closingReason(refusal));
    } else {
      connection.begin();
    }
  }

  #fail(error: unknown, socket: Duplex): void {
    const problem = problemOf(error);
    if (!problem) this.#context.observer.sessionFailed(error);
    refuse(socket, problem ?? new ProblemError('internal'));
  }
}

function refuse(socket: Duplex, { problem }: ProblemError): void {
  if (socket.writable) sendProblemToSocket(socket, problem);
  else socket.destroy();
}

function declineSmallWindow({ headers }: IncomingMessage): void {
  const offer = headers['sec-websocket-extensions'];
  if (offer !== undefined && SMALL_WINDOW.test(offer)) delete headers['sec-websocket-extensions'];
}
