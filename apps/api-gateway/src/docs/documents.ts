import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The repository's root: the nearest folder with a package.json, from where we were started or from where we lie. */
export function repositoryRoot(starts: string[] = [process.cwd(), __dirname]): string | undefined {
  for (const start of starts) {
    for (let folder = start; ; folder = dirname(folder)) {
      if (existsSync(join(folder, 'package.json'))) return folder;
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}

/** The text of a committed document, or undefined when it is not there. */
export async function readDocument(name: string): Promise<string | undefined> {
  const root = repositoryRoot();
  if (root === undefined) return undefined;
  return readFile(join(root, name), 'utf8').catch(() => undefined);
}
