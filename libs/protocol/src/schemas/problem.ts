import { z } from 'zod';
import { countSchema } from './numbers.js';

/** The body of an error answer: RFC 9457 with the extension member `code`. */
export const problemSchema = z
  .object({
    code: z.string().describe('stable; one of the catalogue'),
    status: countSchema.describe("the answer's HTTP status"),
    title: z.string(),
    detail: z.string().exactOptional().describe('what was wrong in this case, for people'),
  })
  .meta({ id: 'Problem' });
