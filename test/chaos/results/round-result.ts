import { z } from 'zod';
import { COLUMNS } from '../comparison.ts';
import { TOPOLOGIES } from '../topology/topology.ts';

const fault = z.object({
  row: z.string(),
  what: z.string(),
  /** Until its cause was over: milliseconds; `null`: it never was. */
  lastedMs: z.number().nullable(),
  /** From then on until all had recovered. */
  recoveredMs: z.number().nullable(),
  /** The viewer that was the last of them. */
  last: z.string(),
  /** Lines that were written from its begin until then, to the files that it concerns. */
  lines: z.number(),
});

const finding = z.object({
  column: z.enum(COLUMNS),
  count: z.number(),
  what: z.string(),
  /** The faults that were under way. */
  rows: z.array(z.string()),
});

const taken = z.object({
  role: z.enum(['tailer', 'gateway']),
  mebibytes: z.number(),
  openMost: z.number(),
  openCalm: z.number(),
  stallMs: z.number().nullable(),
});

/** A round, as a line of JSON tells it. */
export const roundResult = z.object({
  seed: z.number(),
  seconds: z.number(),
  topology: z.enum(TOPOLOGIES),
  settings: z.string(),
  /** RFC 3339. */
  begun: z.string(),
  /** Seconds, all in all. */
  took: z.number(),
  lines: z.number(),
  /** By their kinds. */
  viewers: z.record(z.string(), z.number()),
  connections: z.number(),
  faults: z.array(fault),
  findings: z.array(finding),
  processes: z.array(taken).readonly(),
  /** Empty where the round has passed. */
  problems: z.array(z.string()),
  /** Where what the processes said is kept, where there are problems. */
  logs: z.string(),
});

export type RoundResult = z.infer<typeof roundResult>;
export type FaultResult = z.infer<typeof fault>;
export type FindingResult = z.infer<typeof finding>;
