import * as z from 'zod';
import type { Operation } from '../openapi/operation.js';

const status = { 'application/json': z.object({ status: z.string() }) };

export const LIVENESS: Operation = {
  summary: 'Whether the process is alive',
  answer: { status: 200, description: 'it is', content: status },
  errors: [],
};

export const READINESS: Operation = {
  summary: 'Whether requests should be sent here',
  description: 'Not before the first contact with the broker, and not while draining.',
  answer: { status: 200, description: 'they should', content: status },
  errors: ['unavailable'],
};

export const SCRAPE: Operation = {
  summary: 'Metrics, for Prometheus',
  answer: { status: 200, description: 'the metrics', content: { 'text/plain': 'text' } },
  errors: ['unauthorized', 'not_found'],
};
