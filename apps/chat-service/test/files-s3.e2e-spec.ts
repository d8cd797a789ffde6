import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { deleteUpload, getFile, pathOf, uploadSingle } from '@app/contracts';
import { picture, refusalOf } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatConfig } from '../src/config';
import { S3Storage } from '../src/files/storage/s3-storage';
import { Bucket } from './support/bucket';
import { ChatService } from './support/chat-service';
import type { Person } from './support/people';

const bucket = new Bucket();

describe('files in a bucket', () => {
  let settings: Record<string, string>;
  let service: ChatService;
  let alice: Person;

  beforeAll(async () => {
    settings = await bucket.start();
    service = await ChatService.start(settings);
    [alice] = await service.people('alice');
  });
  afterAll(async () => {
    await service.stop();
    await bucket.stop();
  });

  const read = (id: string, headers = {}) =>
    alice.rest.fetchFile(pathOf(getFile, { params: { id } }), { headers });

  it('are kept, read whole and in parts, and removed; nothing stays on the disk', async () => {
    // More than one part of an upload to S3.
    const bytes = 'abcdefgh'.repeat(900_000);
    const file = await alice.rest.upload(uploadSingle, [{ name: 'a.txt', bytes }]);
    expect((await read(file._id)).bytes.toString() === bytes).toBe(true);
    const part = await read(file._id, { range: 'bytes=2-4' });
    expect([part.status, part.bytes.toString()]).toEqual([206, 'cde']);
    expect(await readdir(bucket.files)).toEqual(['incoming']);
    expect(await readdir(path.join(bucket.files, 'incoming'))).toEqual([]);
    await alice.rest.call(deleteUpload, { body: { fileUrl: file.url } });
    expect(await bucket.objects()).not.toContain(file._id);
    expect((await read(file._id)).status).toBe(404);
  });

  it('that are gone from the bucket are not found', async () => {
    const file = await alice.rest.upload(uploadSingle, [{ name: 'a.txt', bytes: 'x' }]);
    await new S3Storage(service.app.get(ChatConfig)).remove(file._id);
    expect((await read(file._id)).status).toBe(404);
  });

  it('can be read at the store itself, by an address that is signed and short-lived', async () => {
    const config = Object.assign(new ChatConfig(), service.app.get(ChatConfig), { S3_REDIRECT_SECONDS: 60 });
    const storage = new S3Storage(config);
    const file = await alice.rest.upload(uploadSingle, [{ name: 'a.png', bytes: await picture('png') }]);
    const address = await storage.addressOf(file._id, { type: 'image/png', disposition: 'inline' });
    expect(address).toMatch(/[?&]X-Amz-Expires=60&/);
    const shown = await fetch(address!);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await shown.arrayBuffer()).byteLength).toBe(file.size);
  });

  it('are not kept while the bucket is away: UNAVAILABLE, and nothing is left', async () => {
    const away = await ChatService.start({ ...settings, S3_ENDPOINT: 'http://127.0.0.1:1' });
    try {
      const [bob] = await away.people('bob');
      const attempt = bob.rest.upload(uploadSingle, [{ name: 'a.txt', bytes: 'x' }]);
      expect(await refusalOf(attempt)).toMatchObject({ code: 'UNAVAILABLE' });
      expect(await readdir(path.join(bucket.files, 'incoming'))).toEqual([]);
    } finally {
      await away.stop();
    }
  });

  it('are where the reader is sent, when that is wanted', async () => {
    const sending = await ChatService.start({ ...settings, S3_REDIRECT_SECONDS: '60' });
    try {
      const [bob] = await sending.people('bob');
      const file = await bob.rest.upload(uploadSingle, [{ name: 'a.txt', bytes: 'over there' }]);
      const url = pathOf(getFile, { params: { id: file._id } });
      const first = await bob.rest.fetchFile(url, { redirect: 'manual' });
      expect(first.status).toBe(302);
      expect(first.headers.get('cache-control')).toBe('no-store');
      const shown = await fetch(first.headers.get('location')!);
      expect(await shown.text()).toBe('over there');
      expect(shown.headers.get('content-disposition')).toMatch(/^attachment/);
    } finally {
      await sending.stop();
    }
  });
});
