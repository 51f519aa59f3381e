import { BrokerError, parseRedisUrl } from '@tailgate/broker';
import { BatchBuilder, Continuations, RecordReader } from '@tailgate/framing';
import { BadFilter, LineFilter } from '@tailgate/history';
import {
  ERRORS,
  formatPosition,
  parseClientFrame,
  parseCursor,
  parseRecord,
  parseServerFrame,
  position,
  printCursor,
} from '@tailgate/protocol';
import { loadConfig } from '@tailgate/runtime';
import { gatewaySpec } from '../../apps/gateway/src/config/gateway-config.ts';
import { Filters } from '../../apps/gateway/src/filter/filters.ts';
import { ProblemError } from '../../apps/gateway/src/http/problem-error.ts';
import { POSTED_TYPES, readPostedBody } from '../../apps/gateway/src/ingest/posted-body.ts';
import { readStreamQuery } from '../../apps/gateway/src/stream/stream-query.ts';
import { batchOf, boundsOf, checkpointsOf, liveBatchOf } from '../../libs/broker/src/redis/replies.ts';
import { EventParser } from '../../libs/client/src/transport/event-parser.ts';
import { CheckpointError, parseCheckpoint, printCheckpoint } from '../../libs/tailing/src/checkpoint.ts';
import { must, refusing } from './outcome.ts';
import { readHeaders } from './request-headers.ts';
import { readSign, readStoredJson } from './stored-values.ts';

/**
 * A parser that meets the outside: takes any input, and answers what kind of thing it made of it. Throws, or rejects, where it breaks
 * what it promises. Where a parser reads bytes, each character of the input is one.
 */
export type Target = (input: string) => string | Promise<string>;

const NOW = 1_763_612_345_678;
const LAST = position(NOW, 1_000);
const filters = new Filters(1_000);

function bytes(input: string): Buffer {
  return Buffer.from(input, 'latin1');
}

function checkBatch({ first, last }: ReturnType<typeof batchOf>): string {
  must(first.epoch === last.epoch && first.seq >= 1 && first.seq <= last.seq, 'a batch has records, in one epoch');
  return 'a batch';
}

/** Reads bytes as a file of this format, whole and then to its end: what comes out are records. */
function frame(format: 'raw' | 'cri' | 'docker', input: string): string {
  const data = bytes(input);
  const options = { maxLineBytes: 64, joinStackTraces: format !== 'raw', source: undefined };
  const reader = new RecordReader(format, new Continuations(), options);
  const batch = new BatchBuilder(1024 * 1024);
  const { consumed, hole } = reader.take(data, 0, batch, NOW);
  must(consumed >= 0 && consumed <= data.length, 'no more is taken than there is');
  reader.flush(hole === true ? Buffer.alloc(0) : data.subarray(consumed), true, batch, NOW);
  const records = batch.build().payload.toString().split('\n').slice(0, -1).map(parseRecord);
  must(!records.includes(undefined), 'what is stored are records');
  const fields = new Set(records.flatMap((record) => Object.keys(record ?? {})));
  return [...fields].sort().join(' ') + (hole === true ? ' and a hole' : '');
}

/** `NAME=value` a line. */
function environment(input: string): Record<string, string> {
  const pairs = input.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** The parsers, by the name of their corpus. */
export const TARGETS: Readonly<Record<string, Target>> = {
  cursor: (input) => {
    const cursor = parseCursor(input);
    if (cursor === undefined) return 'none';
    must(printCursor(cursor) === input, 'a cursor is printed as it was read');
    return `${Math.min(cursor.length, 3)} positions`;
  },
  'client-frame': (input) => {
    const result = parseClientFrame(input);
    if (result.ok) return `${result.frame.type} ${Object.keys(result.frame).sort().join(' ')}`;
    must(result.code in ERRORS && result.message.length < 1024 && !/[\r\n]/.test(result.message), 'a short sentence');
    return `${result.code} ${result.message.split(' must be ')[0]?.slice(0, 20) ?? ''}`;
  },
  'server-frame': (input) => parseServerFrame(input)?.type ?? 'none',
  record: (input) => {
    const record = parseRecord(input);
    return record === undefined ? 'none' : Object.keys(record).sort().join(' ');
  },
  'stream-query': (input) => {
    const [query = '', lastEventId] = input.split('\n');
    return refusing([ProblemError], () => {
      const read = readStreamQuery({ query: new URLSearchParams(query), lastEventId, filters, now: NOW });
      return read.channels.map(({ start }) => Object.keys(start).sort().join(' ')).join(',');
    });
  },
  'request-headers': readHeaders,
  filter: (input) => {
    const [grep = '', line = ''] = input.split('\n');
    return refusing([BadFilter], () => String(new LineFilter({ grep }).passes({ line, time: NOW })));
  },
  'redis-url': (input) => refusing([BrokerError], () => Object.keys(parseRedisUrl(input)).sort().join(' ')),
  configuration: (input) => {
    const loaded = loadConfig(gatewaySpec, [], environment(input));
    return loaded.outcome === 'refused' ? loaded.problems.map(({ name }) => name).join(' ') : loaded.outcome;
  },
  flags: (input) => {
    const loaded = loadConfig(gatewaySpec, input.split('\n'), {});
    return loaded.outcome === 'refused'
      ? loaded.problems.map(({ name }) => name.slice(0, 12)).join(' ')
      : loaded.outcome;
  },
  'raw-lines': (input) => frame('raw', input),
  'cri-lines': (input) => frame('cri', input),
  'docker-lines': (input) => frame('docker', input),
  checkpoint: (input) =>
    refusing([CheckpointError], () => {
      const checkpoint = parseCheckpoint(input, LAST);
      const printed = printCheckpoint(checkpoint);
      must(
        printed === undefined || parseCheckpoint(printed, LAST).files.length === checkpoint.files.length,
        'it stays',
      );
      return `${Math.min(checkpoint.files.length, 2)} files`;
    }),
  'posted-body': async (input) => {
    const [type = POSTED_TYPES[0]] = POSTED_TYPES.filter((one) => input.startsWith(one));
    try {
      const { records, payload } = await readPostedBody(type, bytes(input.slice(type.length)), NOW);
      const lines = payload.toString().split('\n').slice(0, -1);
      must(lines.length === records && lines.every((line) => parseRecord(line) !== undefined), 'records, each a line');
      return `${Math.min(records, 3)} records`;
    } catch (error) {
      return refusing([ProblemError], () => {
        throw error;
      });
    }
  },
  'redis-live': (input) => refusing([BrokerError], () => checkBatch(liveBatchOf(bytes(input)))),
  'redis-entry': (input) =>
    refusing([BrokerError], () => {
      const fields = input.split('\n').map(bytes);
      return checkBatch(batchOf(fields));
    }),
  'redis-bounds': (input) =>
    refusing([BrokerError], () => {
      const bounds = boundsOf(input.split('\n'));
      if (bounds?.first) must(formatPosition(bounds.first) <= '9', 'a first position');
      return bounds === undefined ? 'none' : `${Object.keys(bounds).join(' ')} ${bounds.first === null ? 'empty' : ''}`;
    }),
  'redis-meta': (input) =>
    refusing([BrokerError], () => `${Math.min(checkpointsOf(environment(input)).size, 2)} checkpoints`),
  'redis-sign': readSign,
  'stored-json': readStoredJson,
  'event-stream': (input) => {
    const names = new Set<string>();
    const parser = new EventParser(
      ({ name }) => names.add(name),
      (ms) => must(ms >= 0 && ms < 2 ** 31, 'a time to come again that a timer takes'),
    );
    const half = input.length >> 1;
    parser.feed(input.slice(0, half));
    parser.feed(input.slice(half));
    return [...names]
      .map((name) => name.slice(0, 8))
      .sort()
      .slice(0, 3)
      .join(' ');
  },
};
