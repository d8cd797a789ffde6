interface Wanted {
  key: object;
  options: object;
}

/** Which of the wanted indexes of a collection are missing, and which differ; `present` as `listIndexes` says. */
export function compareIndexes(
  wanted: readonly Wanted[],
  present: readonly object[],
): { name: string; problem: string; key?: object; options?: object }[];
