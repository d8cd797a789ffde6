import { readdir, readFile } from 'node:fs/promises';
import { getFile, pathOf, uploadSingle } from '@app/contracts';
import { eventually, picture, useSystem, zip, type Actor } from '@app/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FilesPlace } from './support/files-place';
import { BAD_FORMS, hugePng, LIMIT, MIB, NO_FILES, SCRIPT } from './support/hostile-files';
import {
  answerOf,
  beginUpload,
  filePart,
  formOf,
  sendForm,
  type RawUpload,
  type UploadAnswer,
} from './support/raw-upload';

describe('hostile files', () => {
  const place = new FilesPlace();
  const system = useSystem({
    instances: { chat: 2 },
    env: async () => ({
      ...(await place.open()),
      MAX_FILE_SIZE: String(LIMIT),
      UPLOAD_IDLE_MS: '3000',
      UPLOAD_LEFTOVER_MS: '2000',
    }),
  });
  let alice: Actor;
  /** Through the gateway, and past it. */
  let ways: RawUpload[];
  let pids: (number | undefined)[];
  const chats = () => ['chat-1', 'chat-2'].map((name) => system.process(name));
  const nothingComesIn = () =>
    eventually(
      () => place.incoming(),
      (found) => expect(found).toEqual([]),
    );

  beforeAll(async () => {
    [alice] = await system.users('alice');
    ways = [system.gatewayUrl, system.urls('chat')[0]!].map((origin) => ({ origin, who: alice }));
    pids = chats().map(({ pid }) => pid);
  });
  afterAll(() => place.close());
  afterEach(async () => {
    await nothingComesIn();
    expect(await place.strays()).toEqual([]);
    expect(chats().map(({ pid }) => pid)).toEqual(pids);
  });

  /** The answer of each way; the same. */
  async function sent(body: Buffer, more: Partial<RawUpload> = {}): Promise<UploadAnswer> {
    const [first, second] = await Promise.all(ways.map((way) => sendForm({ ...way, ...more }, body)));
    expect([second!.status, second!.code]).toEqual([first!.status, first!.code]);
    return first!;
  }
  const upload = (name: string, content: Buffer | string) => sent(formOf(filePart('file', name, content)));
  const stored = async ({ data }: UploadAnswer) =>
    alice.fetchFile(pathOf(getFile, { params: { id: data!._id } }));

  it.each(NO_FILES)('%s is no file of ours', async (_what, name, content) => {
    const before = await place.stored();
    expect(await upload(name, content)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(await place.stored()).toEqual(before);
  });

  it('an image of 50,000 by 50,000 pixels is refused by its header', async () => {
    expect(await upload('x.png', hugePng(50_000))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it('a script behind an image does not survive', async () => {
    const gif = Buffer.concat([await picture('gif', 20, 20), Buffer.from(`*/;${SCRIPT}`)]);
    const fetched = await stored(await upload('x.gif', gif));
    expect(fetched.headers.get('content-type')).toBe('image/gif');
    expect(fetched.bytes.includes('alert')).toBe(false);
  });

  it('a page in a .txt is text, and is saved instead of shown', async () => {
    const fetched = await stored(await upload('page.txt', `<!doctype html>${SCRIPT}`));
    expect(fetched.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(fetched.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(fetched.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('a document that would unpack to much is stored as it is', async () => {
    const bomb = zip({ '[Content_Types].xml': '', 'word/document.xml': Buffer.alloc(100 * MIB) });
    expect(bomb.length).toBeLessThan(LIMIT);
    expect(await upload('x.docx', bomb)).toMatchObject({ status: 201, data: { size: bomb.length } });
  });

  it.each([
    ['a script', 'evil.php', 'evil.php.txt'],
    ['a way up', '../../x.txt', 'x.txt'],
    ['a way up on Windows', '..\\\\..\\\\x.txt', 'x.txt'],
    ['a whole path', '/etc/passwd.txt', 'passwd.txt'],
    ['markup', "<img src=x onerror='y'>.txt", "_img src=x onerror='y'_.txt"],
    ['line ends, escaped', 'a%0D%0ASet-Cookie: x.txt', 'aSet-Cookie_ x.txt'],
    ['three hundred characters', `${'x'.repeat(300)}.txt`, `${'x'.repeat(251)}.txt`],
    ['text turned around', Buffer.from('x\u202etxt.exe.txt').toString('latin1'), 'xtxt.exe.txt'],
  ])('a name that is %s does no harm', async (_what, name, expected) => {
    // Text is text by its name, a film by what is in it.
    const isText = name.endsWith('.txt');
    const film = Buffer.concat([Buffer.from('00000018', 'hex'), Buffer.from('ftypisom'), Buffer.alloc(99)]);
    const answer = await upload(name, isText ? 'text' : film);
    expect(answer).toMatchObject({ status: 201, data: { name: isText ? expected : 'evil.php.mp4' } });
    const disposition = (await stored(answer)).headers.get('content-disposition');
    expect(disposition).not.toMatch(/[\r\n]|Set-Cookie:/);
  });

  it.each(BAD_FORMS)('a form with %s is refused', async (_what, body, more, status) => {
    const before = await place.stored();
    expect((await sent(body, more)).status).toBe(status);
    expect(await place.stored()).toEqual(before);
  });

  it('a file of just the limit is not', async () => {
    expect(await upload('a.txt', 'x'.repeat(LIMIT))).toMatchObject({ status: 201, data: { size: LIMIT } });
  });

  describe('of two gigabytes', () => {
    const memory = async () => {
      const all = await Promise.all(
        [...chats(), system.process('gateway-1')].map(async ({ pid }) => {
          const status = await readFile(`/proc/${pid}/status`, 'utf8');
          return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
        }),
      );
      return Math.max(...all);
    };

    it('are refused by their length alone', async () => {
      for (const way of ways) {
        const outgoing = beginUpload({ ...way, headers: { 'content-length': String(2_048 * MIB) } });
        outgoing.flushHeaders();
        expect(await answerOf(outgoing)).toMatchObject({ status: 413 });
        outgoing.destroy();
      }
    });

    it('are refused when the limit is passed, in memory that stays flat', async () => {
      const chunk = Buffer.alloc(64 * 1_024, 'x');
      for (const way of ways) {
        const before = await memory();
        const outgoing = beginUpload(way);
        outgoing.write(filePart('file', 'a.txt', 'x').subarray(0, -2));
        const answer = answerOf(outgoing);
        let isAnswered = false;
        void answer.then(() => (isAnswered = true));
        let sentBytes = 0;
        const over = () => isAnswered;
        while (!over() && !outgoing.destroyed && sentBytes < 2_048 * MIB) {
          sentBytes += chunk.length;
          const isFull = !outgoing.write(chunk);
          if (isFull) await Promise.race([new Promise((resolve) => outgoing.once('drain', resolve)), answer]);
        }
        expect(await answer).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
        outgoing.destroy();
        expect(sentBytes).toBeLessThan(64 * MIB);
        expect(await memory()).toBeLessThan(before + 64);
      }
    });
  });

  describe('that do not come to an end', () => {
    const openFiles = async () =>
      (await Promise.all(chats().map(async ({ pid }) => (await readdir(`/proc/${pid}/fd`)).length))).reduce(
        (sum, count) => sum + count,
      );
    const half = filePart('file', 'a.txt', 'x'.repeat(50_000)).subarray(0, 30_000);
    const begin = (way: RawUpload) => {
      const outgoing = beginUpload({ ...way, headers: { 'content-length': '60000' } });
      outgoing.write(half);
      return outgoing;
    };

    it('are gone when their sender is', async () => {
      for (const way of ways) {
        const outgoing = begin(way);
        await eventually(
          () => place.incoming(),
          (found) => expect(found).toHaveLength(1),
        );
        outgoing.destroy();
        await nothingComesIn();
      }
    });

    it('are given up when they stand still, a hundred at once, and hold nothing open', async () => {
      const before = await openFiles();
      const slow = Array.from({ length: 100 }, (_, index) => begin(ways[index % 2]!));
      const answers = slow.map((outgoing) => answerOf(outgoing));
      await eventually(
        () => place.incoming(),
        (found) => expect(found).toHaveLength(100),
      );
      expect(await openFiles()).toBeGreaterThan(before + 100);
      for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 400 });
      for (const outgoing of slow) outgoing.destroy();
      await nothingComesIn();
      await eventually(openFiles, (count) => expect(count).toBeLessThan(before + 20));
    });

    it('are collected when the process dies that was receiving them', async () => {
      const outgoing = begin({ origin: system.urls('chat')[0]!, who: alice });
      await eventually(
        () => place.incoming(),
        (found) => expect(found).toHaveLength(1),
      );
      chats()[0]!.kill('SIGKILL');
      outgoing.destroy();
      await nothingComesIn();
      await system.restart('chat-1');
      pids = chats().map(({ pid }) => pid);
      await alice.upload(uploadSingle, [{ name: 'a.txt', bytes: 'still here' }]);
    });
  });
});
