/** Where something stands in a text: from, and to before. UTF-16 units. */
type Range = readonly [from: number, to: number];

/** What a reader looks for. Takes linear time on any line. */
export interface Matcher {
  test(text: string): boolean;
  /** Where it stands, from left to right, without overlaps and without empty ones. */
  ranges(text: string): readonly Range[];
}

export interface Wanted {
  readonly text: string;
  /** An RE2 expression, as the server's filter takes it; else plain text. */
  readonly isPattern: boolean;
  readonly isCaseSensitive: boolean;
}

/** Throws an `Error` that says what is wrong with the expression. */
export async function matcherFor({ text, isPattern, isCaseSensitive }: Wanted): Promise<Matcher> {
  return isPattern ? await patternMatcher(text, isCaseSensitive) : textMatcher(text, isCaseSensitive);
}

/** The browser's own expressions are quick, and plain text can't make them slow. */
function textMatcher(text: string, isCaseSensitive: boolean): Matcher {
  const source = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const flags = isCaseSensitive ? '' : 'i';
  const [once, all] = [new RegExp(source, flags), new RegExp(source, `${flags}g`)];
  return {
    test: (line) => once.test(line),
    ranges: (line) => Array.from(line.matchAll(all), ({ index, 0: { length } }) => [index, index + length] as const),
  };
}

/** Expressions are matched by RE2, which no expression can bring to a standstill; it is loaded when it is first needed. */
async function patternMatcher(text: string, isCaseSensitive: boolean): Promise<Matcher> {
  const { RE2JS } = await import('re2js');
  const pattern = RE2JS.compile(text, isCaseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  return {
    test: (line) => pattern.test(line),
    ranges: (line) => {
      const matcher = pattern.matcher(line);
      const found: Range[] = [];
      while (matcher.find()) if (matcher.end() > matcher.start()) found.push([matcher.start(), matcher.end()]);
      return found;
    },
  };
}
