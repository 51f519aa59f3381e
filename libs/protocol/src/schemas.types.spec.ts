import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type {
  ChannelBounds,
  ChannelName,
  ChannelRecord,
  ChannelSelector,
  ChannelStatus,
  ClientFrame,
  Closing,
  Connected,
  EpochOpened,
  Gap,
  LogRecord,
  Notice,
  Ping,
  PositionText,
  Problem,
  ServerFrame,
  StreamEvent,
} from './index.js';
import type * as schemas from './schemas.js';

/** zod infers mutable objects and keeps intersections apart; neither is a difference on the wire. */
type Plain<T> = T extends string | number | boolean | null
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : { readonly [K in keyof T]: Plain<T[K]> };

type Inferred<Name extends keyof typeof schemas> = (typeof schemas)[Name] extends infer Schema extends z.ZodType
  ? Plain<z.infer<Schema>>
  : never;

// The compiler is the test: `npm run typecheck` fails where an entry knows a field, a name or an option that the other doesn't.
test('both entries have the same types', () => {
  expectTypeOf<Inferred<'channelNameSchema'>>().toEqualTypeOf<ChannelName>();
  expectTypeOf<Inferred<'channelSelectorSchema'>>().toEqualTypeOf<ChannelSelector>();
  expectTypeOf<Inferred<'positionTextSchema'>>().toEqualTypeOf<PositionText>();
  expectTypeOf<Inferred<'logRecordSchema'>>().toEqualTypeOf<Plain<LogRecord>>();
  expectTypeOf<Inferred<'noticeSchema'>>().toEqualTypeOf<Plain<Notice>>();
  expectTypeOf<Inferred<'recordSchema'>>().toEqualTypeOf<Plain<ChannelRecord>>();
  expectTypeOf<Inferred<'channelBoundsSchema'>>().toEqualTypeOf<Plain<ChannelBounds>>();
  expectTypeOf<Inferred<'connectedSchema'>>().toEqualTypeOf<Plain<Connected>>();
  expectTypeOf<Inferred<'epochOpenedSchema'>>().toEqualTypeOf<Plain<EpochOpened>>();
  expectTypeOf<Inferred<'gapSchema'>>().toEqualTypeOf<Plain<Gap>>();
  expectTypeOf<Inferred<'channelStatusSchema'>>().toEqualTypeOf<Plain<ChannelStatus>>();
  expectTypeOf<Inferred<'pingSchema'>>().toEqualTypeOf<Plain<Ping>>();
  expectTypeOf<Inferred<'closingSchema'>>().toEqualTypeOf<Plain<Closing>>();
  expectTypeOf<Inferred<'streamEventSchema'>>().toEqualTypeOf<Plain<StreamEvent>>();
  expectTypeOf<Inferred<'clientFrameSchema'>>().toEqualTypeOf<Plain<ClientFrame>>();
  expectTypeOf<Inferred<'serverFrameSchema'>>().toEqualTypeOf<Plain<ServerFrame>>();
  expectTypeOf<Inferred<'problemSchema'>>().toEqualTypeOf<Plain<Problem>>();
});
