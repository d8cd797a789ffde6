import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createFileLink,
  deleteMessage,
  deleteUpload,
  editMessage,
  exportFiles,
  getFile,
  pathOf,
  scheduleMessage,
  sendMessage,
  uploadMultiple,
  uploadSingle,
  type FileDto,
} from '@app/contracts';
import { eventually, HttpClient, refusalOf, sampleFiles } from '@app/testing';
import { AccessTokens } from '@app/platform';
import type { Connection } from 'mongoose';
import { afterAll, describe, expect, it } from 'vitest';
import { ChatConfig } from '../src/config';
import { DATABASE } from '@app/mongodb';
import { DeparturesService } from '../src/departures/departures.service';
import { Attachments } from '../src/files/attachments';
import { FileUrls } from '../src/files/file-urls';
import { asSpaceError } from '../src/files/storage/file-errors';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const folder = mkdtempSync(path.join(tmpdir(), 'files-'));
const MOST = 5;
const service = useChatService({
  FILES_DIR: folder,
  FILE_QUOTA_COUNT: String(MOST),
  FILE_QUOTA_BYTES: '100000',
  LOG_DEADLINE_MS: '500',
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const collection = (name: string) => service().app.get<Connection>(DATABASE).collection(name);
const usageOf = (userId: number) => collection('file_usage').findOne({ _id: userId as never });
const keys = async () =>
  (await readdir(path.join(folder, 'stored'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
const text = (bytes = 'hello') => ({ name: 'a.txt', bytes });
const put = (who: Person, bytes?: string) => who.rest.upload(uploadSingle, [text(bytes)]);
const status = async (who: Person, { _id }: Pick<FileDto, '_id'>) =>
  (await who.rest.fetchFile(pathOf(getFile, { params: { id: _id } }))).status;
const isGone = (file: FileDto) =>
  eventually(
    async () => [await keys(), await collection('files').countDocuments({ _id: file._id as never })] as const,
    ([stored, documents]) => expect([stored.includes(file._id), documents]).toEqual([false, 0]),
  );

describe('the room of a user', () => {
  it('holds what it may hold and no more, however many uploads ask at once', async () => {
    const [alice] = await service().people('alice');
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => put(alice)));
    const kept = answers.filter((answer) => answer.status === 'fulfilled');
    expect(kept).toHaveLength(MOST);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'CONFLICT' });
    expect(await usageOf(alice.id)).toMatchObject({ count: MOST, bytes: MOST * 5, open: [] });
    // What is removed makes room.
    const [first] = kept;
    await alice.rest.call(deleteUpload, { body: { fileUrl: first!.value.url } });
    expect(await usageOf(alice.id)).toMatchObject({ count: MOST - 1, bytes: (MOST - 1) * 5, freed: [] });
    await put(alice);
    expect(await refusalOf(put(alice))).toMatchObject({ code: 'CONFLICT' });
  });

  it('is measured in bytes as well, and all files of a request are kept or none', async () => {
    const [alice] = await service().people('alice');
    await put(alice, 'x'.repeat(60_000));
    const before = await keys();
    const both = alice.rest.upload(uploadMultiple, [text('small'), text('x'.repeat(50_000))]);
    expect(await refusalOf(both)).toMatchObject({ code: 'CONFLICT' });
    expect((await keys()).toSorted()).toEqual(before.toSorted());
    expect(await usageOf(alice.id)).toMatchObject({ count: 1, bytes: 60_000 });
    await put(alice, 'x'.repeat(40_000));
  });

  it('comes back when a process died before the file was stored', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const file = await put(alice);
    const lost = randomBytes(12).toString('hex');
    const at = new Date(Date.now() - 3_600_000);
    // Taken for a file that is there, and for one that is not.
    const open = [
      { id: file._id, bytes: 5, at },
      { id: lost, bytes: 70, at },
    ];
    await collection('file_usage').updateOne(
      { _id: alice.id as never },
      { $inc: { bytes: 70, count: 1 }, $set: { open } as never },
    );
    await eventually(
      () => usageOf(alice.id),
      (usage) => expect(usage).toMatchObject({ count: 1, bytes: 5, open: [] }),
    );
    expect(await status(alice, file)).toBe(200);
    expect(await usageOf(bob.id)).toBeNull();
  });
});

describe('a file that nobody uses', () => {
  const due = (file: FileDto) =>
    collection('files').updateOne({ _id: file._id as never }, { $set: { check_at: new Date(0) } });

  it('is removed when its time is over, one that is used is not', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const [orphan, used] = await alice.rest.upload(uploadMultiple, [text(), text()]);
    const { _id: conversationId } = await alice.group(bob);
    await alice.emit(sendMessage, { conversationId, attachments: [used!.url] });
    const stored = await collection('files').findOne({ _id: orphan!._id as never });
    const minutes = (stored!.check_at as Date).getTime() - (stored!.created_at as Date).getTime();
    expect(minutes / 60_000).toBeCloseTo(1_440, 0);
    await Promise.all([due(orphan!), due(used!)]);
    await isGone(orphan!);
    await eventually(
      () => collection('files').findOne({ _id: used!._id as never }),
      (file) => expect(file).not.toHaveProperty('check_at'),
    );
    expect(await status(bob, used!)).toBe(200);
    expect(await usageOf(alice.id)).toMatchObject({ count: 1 });
  });

  it('waits for a message that is scheduled', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const file = await put(alice);
    const { _id: conversationId } = await alice.group(bob);
    const sendAt = new Date(Date.now() + 3_000).toISOString();
    await alice.emit(scheduleMessage, { conversationId, sendAt, attachments: [file.url] });
    await due(file);
    await eventually(
      () => status(bob, file),
      (answer) => expect(answer).toBe(200),
    );
    const hidden = bob.emit(scheduleMessage, {
      conversationId,
      sendAt: new Date(Date.now() + 60_000).toISOString(),
      attachments: [(await put(alice)).url],
    });
    expect(await refusalOf(hidden)).toMatchObject({ code: 'NOTFOUND' });
  });

  it('goes with a message that disappears', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const file = await put(alice);
    const { _id: conversationId } = await alice.group(bob);
    await alice.emit(sendMessage, { conversationId, attachments: [file.url] });
    await service().stored.updateOne({ files: file._id }, { $set: { expires_at: new Date() } });
    expect(await status(bob, file)).toBe(404);
    await isGone(file);
  });

  it('is finished off when a process died while it removed it', async () => {
    const [alice] = await service().people('alice');
    const file = await put(alice);
    await collection('files').updateOne({ _id: file._id as never }, { $set: { removed_at: new Date(0) } });
    expect(await status(alice, file)).toBe(404);
    await isGone(file);
    expect(await usageOf(alice.id)).toMatchObject({ count: 0, bytes: 0, freed: [] });
  });
});

it('a message keeps its files when it is edited, and a repeat of its command is the first one even when they are gone', async () => {
  const [alice, bob] = await service().people('alice', 'bob');
  const file = await put(alice);
  const { _id: conversationId } = await alice.group(bob);
  const send = { conversationId, content: 'look', attachments: [file.url], clientId: 'once' };
  const message = await alice.emit(sendMessage, send);
  expect(await alice.emit(editMessage, { messageId: message._id, content: 'look here' })).toMatchObject({
    attachments: [file.url],
  });
  expect(await status(bob, file)).toBe(200);
  await alice.rest.call(deleteUpload, { body: { fileUrl: file.url } });
  expect(await alice.emit(sendMessage, send)).toMatchObject({ _id: message._id, duplicate: true });
  await alice.emit(deleteMessage, { messageId: message._id });
});

it('a message without files of ours waits for nothing', () => {
  const attachments = service().app.get(Attachments);
  for (const list of [
    [],
    ['https://example.com/a.png'],
    ['https://example.com/files/68a0c0ffee0000000000f11e'],
  ])
    expect(attachments.in({ userId: 1 }, list)).toBeUndefined();
});

it('when an account goes, its files go with it, but not what others have passed on', async () => {
  const [eve, bob, carol] = await service().people('eve', 'bob', 'carol');
  const samples = await sampleFiles();
  const [own, passedOn] = await eve.rest.upload(uploadMultiple, [text(), text()]);
  const avatar = await eve.rest.upload(uploadSingle, [samples.png], { purpose: 'avatar' });
  const { _id: first } = await eve.group(bob);
  await eve.emit(sendMessage, { conversationId: first, attachments: [own!.url, passedOn!.url] });
  const { _id: second } = await bob.group(carol);
  await bob.emit(sendMessage, { conversationId: second, attachments: [passedOn!.url] });

  const tokens = AccessTokens.withSecret(service().app.get(ChatConfig).JWT_ACCESS_SECRET);
  const token = await tokens.signService('user-service', 'chat-service');
  const asService = new HttpClient(service().origin, () => token);
  const exported = await asService.call(exportFiles, { body: { userId: eve.id } });
  expect(exported.entries.map(({ _id }) => _id).toSorted()).toEqual(
    [own!, passedOn!, avatar].map(({ _id }) => _id).toSorted(),
  );
  expect(exported.entries).toContainEqual(own);

  eve.chat.close();
  const gone = { userId: eve.id, at: new Date().toISOString() };
  await eventually(
    () => service().app.get(DeparturesService).depart(gone),
    () => undefined,
  );
  for (const file of [own!, avatar]) await isGone(file);
  expect(await status(carol, passedOn!)).toBe(200);
  expect(await usageOf(eve.id)).toBeNull();
});

it('a disk that is full is told as such, leaves nothing, and is used again when there is room', async () => {
  const [alice] = await service().people('alice');
  const config = service().app.get(ChatConfig);
  const floor = config.MIN_FREE_BYTES;
  const before = await keys();
  config.MIN_FREE_BYTES = Number.MAX_SAFE_INTEGER;
  try {
    expect(await refusalOf(put(alice))).toMatchObject({ code: 'OUT_OF_SPACE', status: 507 });
    expect([await keys(), await readdir(path.join(folder, 'incoming'))]).toEqual([before, []]);
  } finally {
    config.MIN_FREE_BYTES = floor;
  }
  await put(alice);
  // The same for a disk that turns out to be full while it is written to.
  for (const code of ['ENOSPC', 'EDQUOT'])
    expect(asSpaceError(Object.assign(new Error(code), { code }))).toMatchObject({ code: 'OUT_OF_SPACE' });
});

describe('settings', () => {
  /** For as long as `use` takes. */
  async function having(changed: Partial<ChatConfig>, use: () => Promise<void>): Promise<void> {
    const config = service().app.get(ChatConfig);
    const before = { ...config };
    Object.assign(config, changed);
    try {
      await use();
    } finally {
      Object.assign(config, before);
    }
  }

  it('may let images and videos be smaller or larger than other files', async () => {
    const [alice] = await service().people('alice');
    const { mp4, png, pdf } = await sampleFiles();
    await having({ MAX_IMAGE_SIZE: 100, MAX_VIDEO_SIZE: 100 }, async () => {
      for (const file of [mp4, png])
        expect(await refusalOf(alice.rest.upload(uploadSingle, [file]))).toMatchObject({
          code: 'PAYLOAD_TOO_LARGE',
        });
      await alice.rest.upload(uploadSingle, [{ ...pdf, bytes: `%PDF-1.7${'x'.repeat(200)}` }]);
    });
    await having({ MAX_FILE_SIZE: 100, MAX_VIDEO_SIZE: 50_000 }, async () => {
      await alice.rest.upload(uploadSingle, [mp4]);
      expect(await refusalOf(put(alice, 'x'.repeat(101)))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    });
  });

  it('say how long a link lasts', async () => {
    const [alice] = await service().people('alice');
    const file = await put(alice);
    const link = () => alice.rest.call(createFileLink, { params: { id: file._id }, body: {} });
    const anybody = new HttpClient(service().origin);
    expect((await anybody.fetchFile((await link()).url)).status).toBe(200);
    await having({ FILE_LINK_TTL: -2 }, async () => {
      expect((await anybody.fetchFile((await link()).url)).status).toBe(404);
    });
  });

  it('say where addresses begin', async () => {
    const [alice] = await service().people('alice');
    const urls = new FileUrls(Object.assign(new ChatConfig(), { PUBLIC_URL: 'https://chat.example.com' }));
    const { _id } = await put(alice);
    expect(urls.of(`/files/${_id}`)).toBe(`https://chat.example.com/files/${_id}`);
    for (const url of [`https://chat.example.com/files/${_id}`, `/api/files/${_id}?x=1`, `/avatars/${_id}`])
      expect(urls.idIn(url), url).toBe(_id);
    for (const url of [
      `https://chat.example.com.evil.com/files/${_id}`,
      `http://chat.example.com/files/${_id}`,
      _id,
    ])
      expect(urls.idIn(url), url).toBeUndefined();
  });
});
