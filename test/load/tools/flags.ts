/** Arguments of a tool: `-x value` for names of one letter, `--name value` for others. */
export function flags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [(name.length === 1 ? '-' : '--') + name, String(value)]);
}
