import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createFileLink,
  deleteConversation,
  deleteUpload,
  forwardMessage,
  getFile,
  pathOf,
  presignUpload,
  quitConversation,
  sendMessage,
  uploadMultiple,
  uploadSingle,
  type FileDto,
} from '@app/contracts';
import { DATABASE } from '@app/mongodb';
import { eventually, HttpClient, refusalOf } from '@app/testing';
import { mongo, type Connection } from 'mongoose';
import { afterAll, describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';

const folder = mkdtempSync(path.join(tmpdir(), 'files-'));
const service = useChatService({ FILES_DIR: folder, LOG_DEADLINE_MS: '500' });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const collection = (name: string) => service().app.get<Connection>(DATABASE).collection(name);
const usageOf = (userId: number) => collection('file_usage').findOne({ _id: userId as never });
const text = () => ({ name: 'a.txt', bytes: 'hello' });
const put = (who: Person) => who.rest.upload(uploadSingle, [text()]);
const status = async (who: Person, { _id }: FileDto) =>
  (await who.rest.fetchFile(pathOf(getFile, { params: { id: _id } }))).status;
const isGone = (file: FileDto) =>
  eventually(
    async () => [
      (await readdir(path.join(folder, 'stored'), { recursive: true })).join().includes(file._id),
      await collection('files').countDocuments({ _id: file._id as never }),
    ],
    (found) => expect(found).toEqual([false, 0]),
  );

describe('a file of a conversation', () => {
  it('is lost to whoever leaves, its owner as well, who can still remove it', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const file = await put(alice);
    const { _id: conversationId } = await bob.group(alice);
    await alice.emit(sendMessage, { conversationId, attachments: [file.url] });
    const link = { params: { id: file._id }, body: {} };
    const { url } = await alice.rest.call(createFileLink, link);
    expect(await status(alice, file)).toBe(200);
    await alice.emit(quitConversation, { conversationId });
    expect([await status(alice, file), await status(bob, file)]).toEqual([404, 200]);
    expect((await new HttpClient(service().origin).fetchFile(url)).status).toBe(404);
    expect(await refusalOf(alice.rest.call(createFileLink, link))).toMatchObject({ code: 'NOTFOUND' });
    const { _id: another } = await alice.group(bob);
    const again = alice.emit(sendMessage, { conversationId: another, attachments: [file.url] });
    expect(await refusalOf(again)).toMatchObject({ code: 'NOTFOUND' });
    expect(await usageOf(alice.id)).toMatchObject({ count: 1 });
    await alice.rest.call(deleteUpload, { body: { fileUrl: file.url } });
    expect(await status(bob, file)).toBe(404);
  });

  it('goes when it is deleted, unless another one shows it', async () => {
    const [alice, bob, carol] = await service().people('alice', 'bob', 'carol');
    const [gone, kept] = await alice.rest.upload(uploadMultiple, [text(), text()]);
    const { _id: conversationId } = await alice.group(bob);
    const { _id: other } = await bob.group(carol);
    await alice.emit(sendMessage, { conversationId, attachments: [gone!.url] });
    const { _id: messageId } = await alice.emit(sendMessage, { conversationId, attachments: [kept!.url] });
    await bob.emit(forwardMessage, { messageId, conversationIds: [other] });
    await alice.emit(deleteConversation, { conversationId });
    await isGone(gone!);
    expect([await status(carol, kept!), await status(alice, kept!)]).toEqual([200, 404]);
    expect(await usageOf(alice.id)).toMatchObject({ count: 1, bytes: 5 });
    // Whoever was at it may have died before that was noted: it is done again, and nothing else comes of it.
    const place = { _id: new mongo.ObjectId(conversationId) };
    const isNoted = () =>
      eventually(
        () => collection('conversations').findOne(place),
        (found) => expect(found).toHaveProperty('files_looked_at'),
      );
    await isNoted();
    await collection('conversations').updateOne(place, { $unset: { files_looked_at: '' } });
    await isNoted();
    expect(await status(carol, kept!)).toBe(200);
    // And with the last member that is left.
    await carol.emit(quitConversation, { conversationId: other });
    await bob.emit(quitConversation, { conversationId: other });
    await isGone(kept!);
  });
});

it('uploads into a bucket are not offered where there is none', async () => {
  const [alice] = await service().people('alice');
  const refusal = await refusalOf(alice.rest.call(presignUpload, { body: { name: 'a.txt', size: 5 } }));
  expect([refusal.code, refusal.message]).toEqual(['NOTFOUND', expect.stringContaining('/upload/single')]);
  expect(await usageOf(alice.id)).toBeNull();
});
