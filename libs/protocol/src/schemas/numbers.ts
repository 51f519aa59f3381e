import { z } from 'zod';

/** Milliseconds since the Unix epoch; a line's own time may be before it. */
export const millisSchema = z.int().describe('milliseconds since the Unix epoch');

/** From 0 to 2^53 - 1. */
export const countSchema = z.int().nonnegative();
