import {
  addMember,
  createFileLink,
  deleteMessage,
  deleteUpload,
  forwardMessage,
  getAvatar,
  getFile,
  getLinkedFile,
  getThumbnail,
  listMessages,
  pathOf,
  removeMember,
  sendMessage,
  uploadMultiple,
  uploadSingle,
  type FileDto,
} from '@app/contracts';
import { eventually, picture, refusalOf, sampleFiles, useSystem, type Actor } from '@app/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FilesPlace, TYPES } from './support/files-place';

const UNKNOWN = 'f'.repeat(24);
const NOBODY_SEES = { code: 'NOTFOUND', message: expect.stringContaining('file not found') as string };

describe('files', () => {
  const place = new FilesPlace();
  const system = useSystem({
    instances: { chat: 2 },
    env: async () => ({ ...(await place.open()), LOG_DEADLINE_MS: '2000' }),
  });
  let alice: Actor, bob: Actor, eve: Actor;
  let samples: Awaited<ReturnType<typeof sampleFiles>>;

  beforeAll(async () => {
    samples = await sampleFiles();
    [alice, bob, eve] = await system.connected('alice', 'bob', 'eve');
  });
  afterAll(() => place.close());

  const png = (who: Actor) => who.upload(uploadSingle, [samples.png]);
  const read = (who: Actor, { _id }: Pick<FileDto, '_id'>) =>
    who.fetchFile(pathOf(getFile, { params: { id: _id } }));
  const post = (who: Actor, conversationId: string, file: FileDto) =>
    who.emit(sendMessage, { conversationId, content: '', type: 'image', attachments: [file.url] });

  it('of all kinds are known by their content, and come back as they went in', async () => {
    const kinds = Object.keys(samples) as (keyof typeof samples)[];
    for (const kind of kinds) {
      // What the part says of its type counts for nothing.
      const file = await alice.upload(uploadSingle, [{ ...samples[kind], type: 'text/html' }]);
      const [type, shownAs, disposition] = TYPES[kind]!;
      expect(file, kind).toMatchObject({
        type,
        kind: shownAs,
        name: `sample.${kind}`,
        purpose: 'attachment',
      });
      const fetched = await read(alice, file);
      expect(fetched.status).toBe(200);
      expect(fetched.headers.get('content-type')).toBe(type);
      expect(fetched.headers.get('content-disposition')).toMatch(new RegExp(`^${disposition}; filename=`));
      expect(fetched.headers.get('x-content-type-options')).toBe('nosniff');
      expect(fetched.headers.get('content-security-policy')).toContain('sandbox');
      expect(fetched.bytes).toHaveLength(file.size);
      if (shownAs !== 'image') expect(fetched.bytes.equals(Buffer.from(samples[kind].bytes))).toBe(true);
    }
    expect(await place.incoming()).toEqual([]);
  });

  it('that are images lose what they tell of their maker, and get a thumbnail', async () => {
    const bytes = await picture('jpeg', 1_000, 500);
    expect((await sharp(bytes).metadata()).exif).toBeDefined();
    const file = await alice.upload(uploadSingle, [{ name: 'me.jpg', bytes }]);
    expect(file).toMatchObject({ width: 1_000, height: 500, thumbnail_url: `/files/${file._id}/thumbnail` });
    const stored = await sharp((await read(alice, file)).bytes).metadata();
    expect(stored).toMatchObject({ format: 'jpeg', width: 1_000, height: 500 });
    expect(stored.exif).toBeUndefined();
    const small = await alice.fetchFile(pathOf(getThumbnail, { params: { id: file._id } }));
    expect(small.headers.get('content-type')).toBe('image/webp');
    expect(await sharp(small.bytes).metadata()).toMatchObject({ width: 320, height: 160 });
    const { _id: id } = await alice.upload(uploadSingle, [samples.pdf]);
    expect(await refusalOf(alice.call(getThumbnail, { params: { id } }))).toMatchObject({ code: 'NOTFOUND' });
  });

  it('keep their names, whatever the script', async () => {
    const name = 'Отпуск 日本 🌅.txt';
    const file = await alice.upload(uploadSingle, [{ name, bytes: 'hello' }]);
    expect(file.name).toBe(name);
    const disposition = (await read(alice, file)).headers.get('content-disposition');
    expect(disposition).toContain(`filename*=UTF-8''${encodeURIComponent(name)}`);
  });

  it('come in parts, and not again when they are there', async () => {
    const file = await alice.upload(uploadSingle, [{ name: 'abc.txt', bytes: 'abcdefghij' }]);
    const url = pathOf(getFile, { params: { id: file._id } });
    const ask = (headers: Record<string, string>, method?: string) =>
      alice.fetchFile(url, { headers, method });
    const etag = (await ask({})).headers.get('etag')!;
    for (const [range, text, place] of [
      ['bytes=2-4', 'cde', 'bytes 2-4/10'],
      ['bytes=7-', 'hij', 'bytes 7-9/10'],
      ['bytes=-2', 'ij', 'bytes 8-9/10'],
      ['bytes=8-99', 'ij', 'bytes 8-9/10'],
    ] as const) {
      const part = await ask({ range });
      expect([part.status, part.bytes.toString(), part.headers.get('content-range')], range).toEqual([
        206,
        text,
        place,
      ]);
    }
    const answeredWhole: Record<string, string>[] = [
      { range: 'bytes=0-1,4-5' },
      { range: 'lines=1-2' },
      { range: 'bytes=2-4', 'if-range': '"other"' },
    ];
    for (const headers of answeredWhole) {
      const whole = await ask(headers);
      expect([whole.status, whole.bytes.toString()]).toEqual([200, 'abcdefghij']);
    }
    expect((await ask({ range: 'bytes=2-4', 'if-range': etag })).status).toBe(206);
    const beyond = await ask({ range: 'bytes=10-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    const known = await ask({ 'if-none-match': etag });
    expect([known.status, known.bytes.length]).toEqual([304, 0]);
    const head = await ask({}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, '10', 0]);
  });

  it('are refused by name of the field, and for unknown things as they should be', async () => {
    expect(
      await refusalOf(alice.upload(uploadSingle, [samples.png], { purpose: 'x' as 'avatar' })),
    ).toMatchObject({
      code: 'BAD_REQUEST',
      fields: ['purpose'],
    });
    expect(await refusalOf(alice.upload(uploadMultiple, []))).toMatchObject({ code: 'BAD_REQUEST' });
    for (const route of [getFile, getThumbnail, getAvatar])
      expect(await refusalOf(alice.call(route, { params: { id: UNKNOWN } }))).toMatchObject(NOBODY_SEES);
    const link = { params: { id: UNKNOWN }, body: {} };
    expect(await refusalOf(alice.call(createFileLink, link))).toMatchObject(NOBODY_SEES);
  });

  describe('are seen', () => {
    it('by who uploaded them, until a message names them; then by the members, until they leave', async () => {
      const file = await png(alice);
      for (const who of [bob, eve]) expect((await read(who, file)).status).toBe(404);
      const { _id: conversationId } = await alice.createGroup([bob]);
      await post(alice, conversationId, file);
      for (const [who, status] of [
        [alice, 200],
        [bob, 200],
        [eve, 404],
      ] as const)
        expect((await read(who, file)).status, who.username).toBe(status);
      await alice.emit(addMember, { conversationId, userId: eve.id });
      expect((await read(eve, file)).status).toBe(200);
      await alice.emit(removeMember, { conversationId, userId: eve.id });
      // On whichever instance: not a moment longer.
      for (const answer of await Promise.all([1, 2, 3, 4].map(() => read(eve, file))))
        expect(answer.status).toBe(404);
    });

    it('by nobody for a guess: what is hidden reads like what is not there', async () => {
      const file = await png(alice);
      const hidden = await refusalOf(eve.call(getFile, { params: { id: file._id } }));
      const missing = await refusalOf(eve.call(getFile, { params: { id: UNKNOWN } }));
      expect([hidden.code, hidden.message]).toEqual([missing.code, missing.message]);
    });

    it('by those to whom a member forwards them', async () => {
      const file = await png(alice);
      const { _id: first } = await alice.createGroup([bob]);
      const { _id: messageId } = await post(alice, first, file);
      const { _id: second } = await bob.createGroup([eve]);
      await bob.emit(forwardMessage, { messageId, conversationIds: [second] });
      expect((await read(eve, file)).status).toBe(200);
      await alice.emit(deleteMessage, { messageId });
      // Its owner is in no conversation that still shows it.
      for (const [who, status] of [
        [alice, 404],
        [bob, 200],
        [eve, 200],
      ] as const)
        expect((await read(who, file)).status, who.username).toBe(status);
    });

    it('by nobody who could attach what they do not see', async () => {
      const file = await png(alice);
      const { _id: conversationId } = await eve.createGroup([bob]);
      for (const attachment of [file.url, `/api/v1${file.url}`, `/files/${UNKNOWN}`]) {
        const attempt = eve.emit(sendMessage, { conversationId, content: 'x', attachments: [attachment] });
        expect(await refusalOf(attempt), attachment).toMatchObject(NOBODY_SEES);
      }
      expect(await eve.emit(listMessages, { conversationId })).toEqual([]);
      // What is elsewhere is none of our business.
      const foreign = [`https://files.example.com${file.url}`];
      await eve.emit(sendMessage, { conversationId, content: 'x', attachments: foreign });
      expect((await read(bob, file)).status).toBe(404);
    });
  });

  it('go with the last message that names them', async () => {
    const [kept, gone] = await alice.upload(uploadMultiple, [samples.png, samples.pdf]);
    const { _id: conversationId } = await alice.createGroup([bob]);
    const attachments = [kept!.url, gone!.url];
    const { _id: messageId } = await alice.emit(sendMessage, {
      conversationId,
      content: 'both',
      attachments,
    });
    await post(alice, conversationId, kept!);
    await alice.emit(deleteMessage, { messageId });
    expect((await read(bob, gone!)).status).toBe(404);
    await eventually(
      () => place.stored(),
      (keys) => expect(keys).not.toContain(gone!._id),
      20_000,
    );
    expect((await read(bob, kept!)).status).toBe(200);
    expect((await read(alice, gone!)).status).toBe(404);
  });

  it('are removed by their owner alone, and no address is followed', async () => {
    const file = await png(alice);
    const { _id: conversationId } = await alice.createGroup([bob]);
    await post(alice, conversationId, file);
    const remove = (who: Actor, fileUrl: string) => refusalOf(who.call(deleteUpload, { body: { fileUrl } }));
    expect(await remove(bob, file.url)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await remove(eve, file.url)).toMatchObject(NOBODY_SEES);
    for (const fileUrl of [
      `file:///files/${file._id}`,
      `http://127.0.0.1:1/files/${file._id}`,
      `//127.0.0.1/files/${file._id}`,
      `/files/../files/${file._id}`,
      `/files/${file._id}/../x`,
      `/files/${UNKNOWN}`,
    ])
      expect(await remove(alice, fileUrl), fileUrl).toMatchObject(NOBODY_SEES);
    expect(await alice.call(deleteUpload, { body: { fileUrl: file.url } })).toEqual({});
    for (const who of [alice, bob]) expect((await read(who, file)).status).toBe(404);
    expect(await place.stored()).not.toContain(file._id);
    expect(await remove(alice, file.url)).toMatchObject(NOBODY_SEES);
  });

  describe('links', () => {
    it('need no token, as long as their maker may see the file', async () => {
      const file = await png(alice);
      const { _id: conversationId } = await alice.createGroup([eve]);
      await post(alice, conversationId, file);
      const make = (thumbnail?: boolean) =>
        eve.call(createFileLink, { params: { id: file._id }, body: { ...(thumbnail && { thumbnail }) } });
      const [whole, small] = [await make(), await make(true)];
      expect(Date.parse(whole.expires_at)).toBeGreaterThan(Date.now());
      const shown = await system.anonymous.fetchFile(whole.url);
      expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect((await system.anonymous.fetchFile(small.url)).headers.get('content-type')).toBe('image/webp');
      for (const changed of [
        whole.url.replace(/user=\d+/, `user=${alice.id}`),
        whole.url.replace(/expires=(\d+)/, (_all, at) => `expires=${Number(at) + 1}`),
        `${whole.url}&thumbnail=true`,
        whole.url.replace(/signature=(.)/, (_all, first) => `signature=${first === 'A' ? 'B' : 'A'}`),
        whole.url.replace(file._id, (await png(alice))._id),
      ])
        expect((await system.anonymous.fetchFile(changed)).status, changed).toBe(404);
      await alice.emit(removeMember, { conversationId, userId: eve.id });
      expect((await system.anonymous.fetchFile(whole.url)).status).toBe(404);
    });

    it('are refused without a signature', async () => {
      const attempt = system.anonymous.call(getLinkedFile, { params: { id: UNKNOWN } });
      expect(await refusalOf(attempt)).toMatchObject({ code: 'BAD_REQUEST' });
    });
  });

  it('that are avatars are for everybody, and are images', async () => {
    const file = await alice.upload(uploadSingle, [samples.png], { purpose: 'avatar' });
    expect(file.url).toBe(`/avatars/${file._id}`);
    const shown = await system.anonymous.fetchFile(file.url);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('cache-control')).toContain('public');
    const other = await png(alice);
    expect((await system.anonymous.fetchFile(`/avatars/${other._id}`)).status).toBe(404);
    const attempt = alice.upload(uploadSingle, [samples.pdf], { purpose: 'avatar' });
    expect(await refusalOf(attempt)).toMatchObject({ code: 'BAD_REQUEST', fields: ['purpose'] });
  });
});
