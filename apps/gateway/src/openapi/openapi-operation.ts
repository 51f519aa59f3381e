import * as z from 'zod';
import type { Operation } from './operation.js';

export const OPENAPI_DOCUMENT: Operation = {
  summary: 'This document',
  answer: {
    status: 200,
    description: 'OpenAPI 3.1',
    content: { 'application/json': z.object({ openapi: z.string() }) },
  },
  errors: [],
};
