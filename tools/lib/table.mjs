/**
 * Columns as wide as what stands in them; the first row is the heading.
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function table(rows) {
  const widths = rows.reduce(
    (sofar, row) => row.map((cell, at) => Math.max(sofar[at] ?? 0, String(cell).length)),
    /** @type {number[]} */ ([]),
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          typeof cell === 'number' ? String(cell).padStart(widths[at]) : cell.padEnd(widths[at]),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How long ago, as people say it: `4 s`, `12 min`, `3 h`, `2 d`. @param {number} ms */
export function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
