import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { uploadMultiple, uploadSingle } from '@app/contracts';
import { DATABASE } from '@app/mongodb';
import { eventually, refusalOf } from '@app/testing';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatService } from './support/chat-service';
import type { Person } from './support/people';

const EVIL = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE';

/** What the next file is answered with, in place of a look at it. */
let mood: 'look' | 'complain' | 'hang up' | 'say nothing' = 'look';
const seen: string[] = [];

/** Speaks clamd's INSTREAM: a length and as many bytes, again and again, until a length of zero. */
const clamd = createServer((socket) => void talk(socket).catch(() => socket.destroy()));

async function talk(socket: Socket): Promise<void> {
  let pending = Buffer.alloc(0);
  let content = Buffer.alloc(0);
  let isOpen = false;
  for await (const chunk of socket) {
    pending = Buffer.concat([pending, chunk as Buffer]);
    if (!isOpen) {
      if (pending.length < 10) continue;
      if (pending.toString('latin1', 0, 10) !== 'zINSTREAM\0') throw new Error('unknown command');
      pending = pending.subarray(10);
      isOpen = true;
    }
    while (pending.length >= 4) {
      const length = pending.readUInt32BE(0);
      if (length === 0) {
        // Before the loop ends, which closes the socket.
        await answer(socket, content.toString());
        return;
      }
      if (pending.length < 4 + length) break;
      content = Buffer.concat([content, pending.subarray(4, 4 + length)]);
      pending = pending.subarray(4 + length);
    }
  }
}

async function answer(socket: Socket, content: string): Promise<void> {
  seen.push(content);
  if (mood === 'hang up') return;
  if (mood === 'say nothing') {
    await once(socket, 'close');
    return;
  }
  const found = content.includes(EVIL) ? 'Eicar-Test-Signature FOUND' : 'OK';
  const text = mood === 'complain' ? 'INSTREAM size limit exceeded. ERROR' : `stream: ${found}`;
  await new Promise<void>((resolve) => socket.end(`${text}\0`, resolve));
}

describe('a virus scanner', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'files-'));
  let service: ChatService;
  let alice: Person;

  beforeAll(async () => {
    await new Promise<void>((resolve) => clamd.listen(0, '127.0.0.1', resolve));
    service = await ChatService.start({
      FILES_DIR: folder,
      CLAMD_URL: `tcp://127.0.0.1:${(clamd.address() as AddressInfo).port}`,
      CLAMD_TIMEOUT_MS: '500',
      QUARANTINE_FILES: '2',
    });
    [alice] = await service.people('alice');
  });
  afterAll(async () => {
    await service.stop();
    clamd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const list = async (name: string) => readdir(path.join(folder, name), { recursive: true }).catch(() => []);
  const text = (bytes: string) => ({ name: 'a.txt', bytes });

  it('sees each file whole, and lets clean ones pass', async () => {
    const bytes = 'clean '.repeat(100_000);
    await alice.rest.upload(uploadSingle, [text(bytes)]);
    expect(seen.at(-1) === bytes).toBe(true);
  });

  it('keeps harmful ones out, all of the request, and the newest of them aside', async () => {
    const before = await list('stored');
    for (let count = 1; count <= 3; count++) {
      const attempt = alice.rest.upload(uploadMultiple, [text('clean'), text(`${EVIL} ${count}`)]);
      expect(await refusalOf(attempt)).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
      expect(await list('quarantine')).toHaveLength(Math.min(count, 2));
    }
    expect([await list('stored'), await list('incoming')]).toEqual([before, []]);
  });

  it('and what else becomes of uploads is counted', async () => {
    const metric = async (line: string) => {
      const answer = await fetch(`${service.origin}/metrics`);
      const found = (await answer.text()).split('\n').find((each) => each.startsWith(`${line} `));
      return Number(found?.split(' ').at(-1) ?? 0);
    };
    const LINES = [
      'chat_uploads_total{way="form",outcome="stored"}',
      'chat_uploads_total{way="form",outcome="UNSUPPORTED_MEDIA_TYPE"}',
      'chat_upload_duration_seconds_count{way="form"}',
      'chat_files_stored_bytes_total',
      'chat_file_scans_total{outcome="clean"}',
      'chat_file_scans_total{outcome="harmful"}',
      'chat_file_scans_total{outcome="unavailable"}',
      'chat_files_quarantined_total',
      'chat_uploads_in_progress',
    ];
    const metrics = () => Promise.all(LINES.map(metric));
    const before = await metrics();
    await alice.rest.upload(uploadSingle, [text('12345')]);
    await refusalOf(alice.rest.upload(uploadSingle, [text(EVIL)]));
    mood = 'complain';
    await refusalOf(alice.rest.upload(uploadSingle, [text('clean')])).finally(() => (mood = 'look'));
    const after = await metrics();
    expect(after.map((value, index) => value - before[index]!)).toEqual([1, 1, 1, 5, 1, 1, 1, 1, 0]);
    const collected = () => metric('chat_files_collected_total{kind="unused"}');
    const collectedBefore = await collected();
    const file = await alice.rest.upload(uploadSingle, [text('unused')]);
    const files = service.app.get<Connection>(DATABASE).collection('files');
    await files.updateOne({ _id: file._id as never }, { $set: { check_at: new Date(0) } });
    await eventually(collected, (count) => expect(count).toBe(collectedBefore + 1));
  });

  it.each(['complain', 'hang up', 'say nothing'] as const)(
    'that can only %s keeps out everything',
    async (how) => {
      mood = how;
      const before = await list('stored');
      try {
        const attempt = alice.rest.upload(uploadSingle, [text('clean')]);
        expect(await refusalOf(attempt)).toMatchObject({ code: 'UNAVAILABLE' });
        expect([await list('stored'), await list('incoming')]).toEqual([before, []]);
      } finally {
        mood = 'look';
      }
    },
  );
});
