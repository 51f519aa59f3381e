import type { ErrorCode } from './errors.js';
import { Fault } from './fault.js';
import { describeFault } from './fault-text.js';
import { readFrame, type FrameReaders } from './frame-reader.js';
import type { Auth, ClientFrame, PingFrame, Subscribe, SubscriptionChange } from './frames.js';
import {
  channelName,
  channelSelector,
  count,
  flag,
  map,
  millis,
  object,
  oneOf,
  optional,
  positionText,
  text,
} from './readers.js';

const readers: FrameReaders<ClientFrame> = {
  subscribe: object<Subscribe>({
    type: oneOf('subscribe'),
    channel: channelSelector,
    after: optional(positionText),
    tail: optional(count),
    since: optional(text),
    grep: optional(text),
    grepFlags: optional(oneOf('i')),
    invert: optional(flag),
    cursors: optional(map(channelName, positionText)),
  }),
  unsubscribe: object<SubscriptionChange<'unsubscribe'>>({ type: oneOf('unsubscribe'), channel: channelSelector }),
  pause: object<SubscriptionChange<'pause'>>({ type: oneOf('pause'), channel: channelSelector }),
  resume: object<SubscriptionChange<'resume'>>({ type: oneOf('resume'), channel: channelSelector }),
  ping: object<PingFrame<'ping'>>({ type: oneOf('ping'), time: millis }),
  auth: object<Auth>({ type: oneOf('auth'), token: text }),
};

/** A frame, or why it is none: `message` says what was wrong and what is allowed, `code` is what to answer with. */
export type FrameResult<Frame> =
  | { readonly ok: true; readonly frame: Frame }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** What a client sent. Never throws; a result that is not ok is to be answered with an `error` frame. */
export function parseClientFrame(json: string): FrameResult<ClientFrame> {
  const frame = readFrame(json, readers);
  return frame instanceof Fault
    ? { ok: false, code: frame.code ?? 'bad_frame', message: describeFault(frame, 'a frame') }
    : { ok: true, frame };
}
