import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryWriter, readHistory, type Entry } from './history';
import { linesOf } from './lines';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'history-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('a file in pieces', () => {
  it('has the lines that it has as a whole, wherever the pieces end', async () => {
    const file = path.join(folder, 'lines');
    const lines = ['a', 'ä👍', '', 'a long one, longer than a piece 👍👍👍👍', 'x'.repeat(50), 'the end'];
    for (const end of ['', '\n']) {
      await writeFile(file, lines.join('\n') + end);
      for (let bytes = 1; bytes < 70; bytes++)
        expect([...linesOf(file, bytes)]).toEqual(lines.filter((line) => line !== ''));
    }
    await writeFile(file, '');
    expect([...linesOf(file)]).toEqual([]);
  });
});

describe('a history', () => {
  const entries: Entry[] = [
    { kind: 'run', seed: 1, at: 0 },
    { kind: 'badge', who: 1, count: 2 },
    { kind: 'complaint', at: 3, process: 'chat-1', level: '40', text: 'a "badge" 👍\n{"kind":"badge"}' },
    { kind: 'badge', who: 2, count: 3 },
  ];

  it('is read as it was written, by kinds, as often as one likes', async () => {
    const writer = new HistoryWriter(path.join(folder, 'history'));
    for (const entry of entries) writer.add(entry);
    await writer.close();
    const history = readHistory(writer.file);
    for (const _ of [1, 2]) {
      expect([...history.of('badge')]).toEqual([entries[1], entries[3]]);
      expect([...history.except('badge')]).toEqual([entries[0], entries[2]]);
    }
  });

  it('is not read when it is something else', async () => {
    await writeFile(path.join(folder, 'other'), '{"at":1}\n');
    expect(() => [...readHistory(path.join(folder, 'other')).except()]).toThrow(/no entry of a history/);
  });
});
