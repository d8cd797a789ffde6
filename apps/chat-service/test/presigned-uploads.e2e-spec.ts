import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  completeUpload,
  deleteUpload,
  getFile,
  pathOf,
  presignUpload,
  uploadSingle,
  type FileDto,
  type PresignedUploadDto,
} from '@app/contracts';
import { DATABASE } from '@app/mongodb';
import { eventually, HttpClient, picture, refusalOf } from '@app/testing';
import type { Connection } from 'mongoose';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatConfig } from '../src/config';
import { FilesService } from '../src/files/files.service';
import { Bucket } from './support/bucket';
import { ChatService, freshDatabase } from './support/chat-service';
import type { Person } from './support/people';

const bucket = new Bucket();
const ROOM = 300_000;
const MOST = 3;

describe('uploads straight into the bucket', () => {
  let settings: Record<string, string>;
  let service: ChatService;
  let other: ChatService;

  beforeAll(async () => {
    settings = {
      MONGODB_URI: freshDatabase(),
      ...(await bucket.start()),
      S3_UPLOAD_SECONDS: '60',
      MAX_PRESIGNED_UPLOADS: String(MOST),
      FILE_QUOTA_BYTES: String(ROOM),
      MAX_FILE_SIZE: '200000',
      MAX_IMAGE_PIXELS: '1000000',
    };
    [service, other] = await Promise.all([ChatService.start(settings), ChatService.start(settings)]);
  });
  afterAll(async () => {
    await other.end();
    await service.stop();
    await bucket.stop();
  });

  const collection = (name: string) => service.app.get<Connection>(DATABASE).collection(name);
  const usageOf = (who: Person) => collection('file_usage').findOne({ _id: who.id as never });
  const begin = (who: Person, name: string, size: number) =>
    who.rest.call(presignUpload, { body: { name, size } });
  const put = async ({ url, method }: PresignedUploadDto, bytes: Buffer | string) => {
    const answer = await fetch(url, { method, body: Buffer.from(bytes) });
    expect(answer.status, await answer.text()).toBe(200);
  };
  const complete = ({ rest }: Pick<Person, 'rest'>, { _id }: Pick<PresignedUploadDto, '_id'>) =>
    rest.call(completeUpload, { params: { id: _id } });
  /** Begun, and put there. */
  const uploaded = async (who: Person, name: string, bytes: Buffer | string) => {
    const upload = await begin(who, name, Buffer.byteLength(bytes));
    await put(upload, bytes);
    return upload;
  };
  const read = (who: Person, { _id }: FileDto) =>
    who.rest.fetchFile(pathOf(getFile, { params: { id: _id } }));
  /** The same person, at the other instance. */
  const elsewhere = async ({ id }: Person, { origin } = other) => {
    const token = await service.everybody.tokenOf(id);
    return { rest: new HttpClient(origin, () => token) };
  };
  const isOver = async (upload: PresignedUploadDto) => {
    const past = new Date(0);
    await collection('presigned_uploads').updateOne(
      { _id: upload._id as never },
      { $set: { over_at: past } },
    );
    await eventually(
      () => collection('presigned_uploads').findOne({ _id: upload._id as never }),
      (found) => expect(found).toBeNull(),
    );
    expect(await bucket.objects()).not.toContain(upload._id);
  };

  const thumbnailSize = async ({ _id }: FileDto) =>
    ((await collection('files').findOne({ _id: _id as never }))!.image as { thumbnail_size: number })
      .thumbnail_size;

  it('are looked at, kept and answered like all others, as often as it is asked', async () => {
    const [alice] = await service.people('alice');
    const bytes = await picture('jpeg', 1_000, 500);
    const upload = await begin(alice, 'me.jpg', bytes.length);
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'content-length': String(bytes.length) } });
    const seconds = (Date.parse(upload.expires_at) - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await usageOf(alice)).toMatchObject({ count: 1, bytes: bytes.length });
    expect(await refusalOf(complete(alice, upload))).toMatchObject({ code: 'CONFLICT' });
    await put(upload, bytes);
    const file = await complete(alice, upload);
    expect(file).toMatchObject({ name: 'me.jpg', type: 'image/jpeg', width: 1_000, height: 500 });
    expect(await complete(alice, upload)).toEqual(file);
    expect(await complete(await elsewhere(alice), upload)).toEqual(file);
    const stored = await read(alice, file);
    expect(stored.bytes).toHaveLength(file.size);
    expect((await sharp(stored.bytes).metadata()).exif).toBeUndefined();
    const all = await bucket.objects();
    expect(all).not.toContain(upload._id);
    expect(all).toContain(`${file._id}._S3rver_object`);
    expect(all).toContain(`${file._id}-thumbnail._S3rver_object`);
    const size = await thumbnailSize(file);
    expect(await usageOf(alice)).toMatchObject({ count: 1, bytes: file.size + size, open: [] });
    expect(await readdir(path.join(bucket.files, 'incoming'))).toEqual([]);
    await alice.rest.call(deleteUpload, { body: { fileUrl: file.url } });
    expect(await usageOf(alice)).toMatchObject({ count: 0, bytes: 0 });
    expect(await refusalOf(complete(alice, upload))).toMatchObject({ code: 'NOTFOUND' });
  });

  it('become one file, whoever is asked at once', async () => {
    const [alice] = await service.people('alice');
    const upload = await uploaded(alice, 'a.txt', 'x'.repeat(150_000));
    const there = await elsewhere(alice);
    const answers = await Promise.all(
      [alice, there, alice, there, alice, there].map((who) =>
        eventually(
          () => complete(who, upload),
          () => undefined,
        ),
      ),
    );
    expect(new Set(answers.map(({ _id }) => _id)).size).toBe(1);
    expect(await collection('files').countDocuments({ owner_id: alice.id })).toBe(1);
    await eventually(
      () => usageOf(alice),
      (usage) => expect(usage).toMatchObject({ count: 1, bytes: 150_000, open: [] }),
    );
  });

  it('are of nobody but who began them', async () => {
    const [alice, eve] = await service.people('alice', 'eve');
    const upload = await uploaded(alice, 'a.txt', 'hers');
    const unknown = await refusalOf(complete(eve, { _id: 'f'.repeat(24) }));
    for (const attempt of [
      () => complete(eve, upload),
      async () => complete(alice, upload).then(() => complete(eve, upload)),
    ]) {
      const { code, message } = await refusalOf(attempt());
      expect([code, message]).toEqual([unknown.code, unknown.message]);
    }
    expect(unknown.code).toBe('NOTFOUND');
  });

  it('leave nothing when what was put there is refused, and are over', async () => {
    const text = (bytes: string) => ['a.txt', bytes, Buffer.byteLength(bytes)] as const;
    const huge = await picture('png', 1_100, 1_000);
    for (const [name, bytes, announced, code] of [
      ['x.png', '<!doctype html><script>', 23, 'UNSUPPORTED_MEDIA_TYPE'],
      [...text('a\0b'), 'UNSUPPORTED_MEDIA_TYPE'],
      ['a.txt', Buffer.from([0x61, 0xff]), 2, 'UNSUPPORTED_MEDIA_TYPE'],
      ['x.png', huge, huge.length, 'PAYLOAD_TOO_LARGE'],
      ['a.txt', 'more than that', 4, 'BAD_REQUEST'],
      ['a.txt', 'less', 5, 'BAD_REQUEST'],
    ] as const) {
      const [alice] = await service.people('alice');
      const upload = await begin(alice, name, announced);
      await put(upload, bytes);
      expect(await refusalOf(complete(alice, upload)), name).toMatchObject({ code });
      expect(await usageOf(alice)).toMatchObject({ count: 0, bytes: 0, open: [] });
      expect(await bucket.objects()).not.toContain(upload._id);
      expect(await refusalOf(complete(alice, upload))).toMatchObject({ code: 'NOTFOUND' });
    }
    const [alice] = await service.people('alice');
    const avatar = { name: 'a.txt', size: 4, purpose: 'avatar' } as const;
    const upload = await alice.rest.call(presignUpload, { body: avatar });
    await put(upload, 'text');
    expect(await refusalOf(complete(alice, upload))).toMatchObject({ fields: ['purpose'] });
    expect(await readdir(path.join(bucket.files, 'incoming'))).toEqual([]);
  });

  it('are begun only where there is room for them', async () => {
    const [alice] = await service.people('alice');
    expect(await refusalOf(begin(alice, 'a.txt', 0))).toMatchObject({ fields: ['size'] });
    expect(await refusalOf(begin(alice, 'a.txt', 200_001))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await alice.rest.upload(uploadSingle, [{ name: 'a.txt', bytes: 'x'.repeat(150_000) }]);
    expect(await refusalOf(begin(alice, 'a.txt', 150_001))).toMatchObject({ code: 'CONFLICT' });
    await begin(alice, 'a.txt', 150_000);
    expect(await refusalOf(begin(alice, 'a.txt', 1))).toMatchObject({ code: 'CONFLICT' });
  });

  it('are begun as often as there are places, however many ask at once', async () => {
    const [alice] = await service.people('alice');
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => begin(alice, 'a.txt', 10)));
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'RATE_LIMITED' });
    const begun = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(begun).toHaveLength(MOST);
    expect(await usageOf(alice)).toMatchObject({ count: MOST, bytes: MOST * 10 });
    await isOver(begun[0]!);
    await begin(alice, 'a.txt', 10);
  });

  it('that are never completed are collected, and their room comes back', async () => {
    const [alice] = await service.people('alice');
    const upload = await uploaded(alice, 'a.txt', 'never asked for');
    expect(await bucket.objects()).toContain(upload._id);
    await isOver(upload);
    expect(await usageOf(alice)).toMatchObject({ count: 0, bytes: 0, open: [] });
    expect(await refusalOf(complete(alice, upload))).toMatchObject({ code: 'NOTFOUND' });
  });

  it('whose process died before the document of the upload was stored give their room back', async () => {
    const [alice] = await service.people('alice');
    const upload = await begin(alice, 'a.txt', 10);
    await collection('presigned_uploads').deleteOne({ _id: upload._id as never });
    await collection('file_usage').updateOne(
      { _id: alice.id as never },
      { $set: { 'open.0.at': new Date(0) } },
    );
    await eventually(
      () => usageOf(alice),
      (usage) => expect(usage).toMatchObject({ count: 0, bytes: 0, open: [] }),
    );
  });

  it('whose process died while it took them in are taken in by the next one', async () => {
    const [alice] = await service.people('alice');
    const upload = await uploaded(alice, 'a.txt', 'again');
    // It had taken over the room for a file that it did not come to store.
    const dead = { 'open.0.id': 'd'.repeat(24), 'open.0.at': new Date(0) };
    await collection('file_usage').updateOne({ _id: alice.id as never }, { $set: dead });
    const file = await complete(alice, upload);
    expect((await read(alice, file)).bytes.toString()).toBe('again');
    await eventually(
      () => usageOf(alice),
      (usage) => expect(usage).toMatchObject({ count: 1, bytes: 5, open: [] }),
    );
  });

  it('are what was looked at, whatever is put there later; that goes as well', async () => {
    const [alice] = await service.people('alice');
    const upload = await uploaded(alice, 'a.txt', 'first');
    const file = await complete(alice, upload);
    await put(upload, '<html>');
    expect((await read(alice, file)).bytes.toString()).toBe('first');
    await isOver(upload);
    expect(await complete(alice, upload)).toEqual(file);
  });

  it('wait for a bucket that is away', async () => {
    const [alice] = await service.people('alice');
    const upload = await uploaded(alice, 'a.txt', 'wait');
    const away = await ChatService.start({ ...settings, S3_ENDPOINT: 'http://127.0.0.1:1' });
    try {
      const attempt = complete(await elsewhere(alice, away), upload);
      expect(await refusalOf(attempt)).toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      await away.end();
    }
    expect(await complete(alice, upload)).toMatchObject({ size: 4 });
  });

  it('are no longer anybody’s when the account is gone', async () => {
    const [alice] = await service.people('alice');
    const upload = await uploaded(alice, 'her name.txt', 'x');
    await service.app.get(FilesService).removeAllOf(alice.id);
    const left = await collection('presigned_uploads').findOne({ _id: upload._id as never });
    expect(left).toMatchObject({ owner_id: 0, name: '' });
    await isOver(upload);
  });

  it('are offered only where that is wanted', async () => {
    const [alice] = await service.people('alice');
    const config = service.app.get(ChatConfig);
    config.S3_UPLOAD_SECONDS = 0;
    const attempt = begin(alice, 'a.txt', 1).finally(() => (config.S3_UPLOAD_SECONDS = 60));
    expect(await refusalOf(attempt)).toMatchObject({ code: 'NOTFOUND' });
  });
});
