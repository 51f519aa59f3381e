import { ERRORS, type ErrorCode } from '@tailgate/protocol';

/** When each error is answered, and what helps: sentences for whoever meets it. */
const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  bad_request:
    'The request, or a line of its body, can’t be read; `detail` says which and why. Sending it again as it is does not help.',
  bad_channel: 'What stands in the place of a channel is no name of one.',
  bad_position: 'What stands in the place of a position does not look like the id of an event or a record.',
  bad_query:
    'A parameter of the query is not known, was given twice, or has a value that is not allowed; `detail` names all of them.',
  bad_frame: 'A frame of a WebSocket was not understood. It has done no harm; the connection stays.',
  too_many_channels: 'More channels than one stream or one subscription may have: divide them among several.',
  unauthorized:
    'There is no token, or one that is not accepted (any more); `WWW-Authenticate` says why. Come with a new one.',
  forbidden:
    'The caller’s rights do not reach so far, or the server is set up not to do this. Of channels it does not say whether there is one.',
  not_found: 'There is nothing at this path.',
  channel_not_found: 'Nothing was ever appended to this channel. It may come yet: a stream of it waits.',
  alert_not_found: 'There is no rule of this id, or it is somebody else’s.',
  delivery_not_found:
    'There is no delivery of this id: it was deleted, or is one of those that are not kept any more, or not yours to see; or it has not failed, and can’t be tried anew.',
  export_not_found: 'There is no export of this id: it was deleted, or has expired, or is not yours to see.',
  export_not_finished: 'The file can be fetched when `state` is `finished`; with `failed` there will be none.',
  deployment_exists:
    'A deployment of that name has been there before, or a file of that name. Choose another, or leave it out.',
  method_not_allowed: 'The path exists, for other methods: `Allow` lists them.',
  request_timeout: 'Headers or body came too slowly.',
  payload_too_large: 'The body is over the limit, or its records are. Divide it.',
  unsupported_media_type: 'The body has a type (or none) that is not read here; `detail` says which are.',
  misdirected_request:
    'The server is not known under the name in `Host`. `ALLOWED_HOSTS` adds names; without that a foreign page could read what it serves (DNS rebinding).',
  idempotency_conflict: 'The key came within the last 24 hours with another body. Nothing was appended; use a new key.',
  too_many_requests: 'Wait, for as long as `Retry-After` says where it is there, and try again.',
  headers_too_large: 'The request line and headers are over the limit.',
  internal: 'A mistake of ours. The server’s own log has the details.',
  unavailable: 'The server is starting, draining, or without its broker. Try again, with increasing pauses.',
};

/** `docs/errors.md`, all of it. */
export function errorsDocument(): string {
  const sections = Object.entries(MEANINGS).map(([code, meaning]) => {
    const { status, title } = ERRORS[codeOf(code)];
    return `## \`${code}\`\n\n**${status}** ${title}\n\n${meaning}\n`;
  });
  return `# Errors

<!-- Made by \`npm run docs\` from the catalogue in libs/protocol. Don't edit: a test compares them. -->

Every error is answered as \`application/problem+json\` (RFC 9457):

\`\`\`json
{
  "code": "channel_not_found",
  "status": 404,
  "title": "No such channel",
  "detail": "There is no channel host/h5 (yet)."
}
\`\`\`

\`code\` is stable: it is never renamed, and never changes its status. \`detail\` is for people, and says what was wrong in the case at hand. Newer servers may know more codes. A proxy may answer with errors of its own, which have no code. Event streams and WebSockets have ways of their own to say that a viewer should come again: [PROTOCOL.md](PROTOCOL.md).

${sections.join('\n')}`;
}

function codeOf(text: string): ErrorCode {
  const code = Object.keys(ERRORS).find((known): known is ErrorCode => known === text);
  if (code === undefined) throw new Error(`${text} is no code of the catalogue`);
  return code;
}
