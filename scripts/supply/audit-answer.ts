import { z } from 'zod';

const countsSchema = z.object({ low: z.int(), moderate: z.int(), high: z.int(), critical: z.int() });
const foundSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
  metadata: z.object({ vulnerabilities: countsSchema }),
});

export interface AuditAnswer {
  readonly text: string;
  /** Something is known that must be mended. */
  readonly isBad: boolean;
}

/** What `npm audit --json` printed, in words. What is no answer of a registry says nothing against anybody. */
export function readAudit(stdout: string): AuditAnswer {
  const found = foundSchema.safeParse(parse(stdout));
  if (!found.success) return { text: 'not audited: the registry gave no advisories', isBad: false };
  const { vulnerabilities, metadata } = found.data;
  const { low, moderate, high, critical } = metadata.vulnerabilities;
  const lines = Object.entries(vulnerabilities).map(([name, { severity, range }]) => `${severity}: ${name} ${range}`);
  const counts = `${critical} critical, ${high} high, ${moderate} moderate, ${low} low`;
  return { text: [...lines, `advisories: ${counts}`].join('\n'), isBad: high + critical > 0 };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
