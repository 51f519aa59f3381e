import * as z from 'zod';

const count = z.int().nonnegative();

/** The metrics of one process, as `Registry.getMetricsAsJSON` of prom-client has them. */
export const metricsPart = z.array(
  z.looseObject({
    name: z.string(),
    type: z.string(),
    aggregator: z.string(),
    values: z.array(z.looseObject({ value: z.union([z.number(), z.nan()]) })),
  }),
);

export type MetricsPart = z.output<typeof metricsPart>;

/** What the primary process tells a worker. */
export const toWorker = z.discriminatedUnion('type', [
  /** Which one it is, and where it is to listen. */
  z.object({ type: z.literal('begin'), number: count, port: count }),
  z.object({ type: z.literal('stop'), reason: z.string() }),
  /** Asks for its own metrics. */
  z.object({ type: z.literal('measure'), id: count }),
  /** The metrics of all, as it has asked for. */
  z.object({ type: z.literal('sum'), id: count, text: z.string() }),
]);

/** What a worker tells the primary process. */
export const fromWorker = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('listening'),
    url: z.string(),
    followed: z.object({
      templates: z.array(z.string()).readonly().optional(),
      files: count,
      example: z.string().optional(),
      isWaiting: z.boolean().optional(),
    }),
  }),
  /** Redis, which it has waited for, is there. */
  z.object({ type: z.literal('ready') }),
  /** It can't start, and no other could: in one sentence, for whoever started the gateway. */
  z.object({ type: z.literal('failed'), message: z.string() }),
  z.object({ type: z.literal('measured'), id: count, metrics: metricsPart }),
  /** Asks for the metrics of all. */
  z.object({ type: z.literal('ask'), id: count }),
]);

export type ToWorker = z.output<typeof toWorker>;
export type FromWorker = z.output<typeof fromWorker>;
