import type { Operation } from '../openapi/operation.js';

export const WEB_SOCKET: Operation = {
  summary: 'A WebSocket, subprotocol tailgate.v1',
  description:
    'ClientFrame says what may be sent, ServerFrame what is answered: a JSON object a text frame. ' +
    'Who does not prove who they are is answered 101 too, and told by the close code 4401.',
  answer: { status: 101, description: 'frames follow' },
  errors: ['forbidden', 'too_many_requests'],
};
