/** Writes an empty migration that runs after all there are; the lines are those that data-source.ts needs. */
export function createMigration(
  name: string,
  options?: { folder?: string; now?: number },
): Promise<{ file: string; lines: string[] }>;
