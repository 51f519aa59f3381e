/** A Markdown table. The first row is its head; where that begins with a blank, the column is one of numbers, and stands to the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const isNumeric = head.map((cell) => cell.startsWith(' '));
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.trim().length ?? 0)));
  const print = (row: readonly string[]) => `| ${head.map((_, column) => padded(row, column)).join(' | ')} |`;
  const padded = (row: readonly string[], column: number): string => {
    const cell = row[column]?.trim() ?? '';
    return isNumeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  };
  const rule = widths.map((width, column) =>
    isNumeric[column] === true ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2),
  );
  return [print(head), `|${rule.join('|')}|`, ...body.map(print)].join('\n');
}
