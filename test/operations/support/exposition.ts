/** The metrics that processes expose: each series' name, and the labels that it was seen with. */
export class Exposition {
  readonly #labels = new Map<string, Set<string>>();

  /** Adds what a process answers at /metrics. */
  add(text: string): void {
    for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const series = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
      for (const each of series) this.#of(each);
    }
    for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]\w*)\{(.*)\} /gm))
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) this.#of(name).add(label);
  }

  /** The series' labels; `undefined` where there is no such series. */
  labelsOf(name: string): ReadonlySet<string> | undefined {
    return this.#labels.get(name);
  }

  #of(name: string): Set<string> {
    const known = this.#labels.get(name) ?? new Set();
    this.#labels.set(name, known);
    return known;
  }
}

/** What a query of PromQL asks for: series, and all the labels that it names. */
export function askedFor(query: string): { readonly names: readonly string[]; readonly labels: readonly string[] } {
  const bare = query.replace(/"[^"]*"/g, '""');
  const names = bare.match(/\b(?:tailgate|process|nodejs)_\w+|\bup\b/g) ?? [];
  const matchers = [...bare.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*""/g)].map(([, label = '']) => label);
  const by = [...bare.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
  return { names: [...new Set(names)], labels: [...new Set([...matchers, ...by])] };
}
