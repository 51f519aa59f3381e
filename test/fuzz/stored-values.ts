import { BrokerError, parseStored } from '@tailgate/broker';
import { channelNameSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import { signOf } from '../../libs/broker/src/redis/redis-signs.ts';
import { parseCounting, printCounting } from '../../libs/jobs/src/alerts/alert-counting.ts';
import { alertRuleSchema } from '../../libs/jobs/src/alerts/alert-rule.ts';
import { exportNoteSchema } from '../../libs/jobs/src/exports/export-queue.ts';
import { parseJob } from '../../libs/jobs/src/queue/bull-form.ts';
import { must, refusing } from './outcome.ts';

const WEB = channelNameSchema.parse('deployment/web');

const NEWER = z.object({ v: z.unknown().refine((v) => v !== 1 && v !== undefined) });

/** Each of the readers of what is stored as JSON beside the channels. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  job: (text) => parseJob(JSON.parse(text)),
  rule: (text) => alertRuleSchema.parse(parseStored(text)),
  counting: (text) => parseCounting(printCounting(parseCounting(text))),
  note: (text) => exportNoteSchema.parse(parseStored(text)),
};

/** Which of them take it, and that none takes what names another version. */
export function readStoredJson(input: string): string {
  return Object.entries(READERS)
    .map(([name, read]) =>
      refusing([BrokerError, SyntaxError, z.ZodError], () => {
        read(input);
        must(!NEWER.safeParse(JSON.parse(input)).success, 'a newer form is refused');
        return name;
      }),
    )
    .map((answer) => answer.slice(0, 24))
    .join(', ');
}

/** What a tailer has said of a source. */
export function readSign(input: string): string {
  return refusing([BrokerError], () => {
    const { state, lagBytes, at } = signOf(WEB, 'a.log', input);
    must(lagBytes >= 0 && at >= 1e12, 'a sign is of our time');
    return state;
  });
}
