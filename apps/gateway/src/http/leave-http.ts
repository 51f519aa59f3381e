import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Takes a connection out of Node's HTTP for the rest of its life, as Node itself does for `upgrade`: once its request was read to the
 * end and the headers of its answer were written. An open stream needs neither the parser nor the request and the response, which are
 * most of what an idle viewer costs. What the client sends from now on is not looked at; when it closes its half, ours is closed too.
 */
export function leaveHttp(response: ServerResponse, socket: Socket): void {
  letGo(socket);
  response.detachSocket(socket);
  // One by one: `removeAllListeners` leaves an object behind that takes 250 bytes more.
  for (const name of socket.eventNames()) {
    for (const listener of socket.listeners(name)) socket.off(name, listener);
  }
  socket.setTimeout(0);
  socket.on('end', endToo);
  socket.resume();
}

/**
 * To HTTP the connection is closed: it lets go of its parser, and of requests that came behind this one, with which the client loses the
 * connection. The request that was answered is told of an error, too, which nobody hears: where it was made is not worth finding out.
 */
function letGo(socket: Socket): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    socket.emit('close', false);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The client has closed its half. */
function endToo(this: Socket): void {
  this.end();
}
