import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  getUnreadCount,
  listContactRequests,
  listContacts,
  listConversations,
  listMessages,
  login,
  type MessageDto,
} from '@app/contracts';
import { Actor, eventually, refusalOf, useSystem } from '@app/testing';
import { describe, expect, it } from 'vitest';

const exec = promisify(execFile);
const SCRIPT = path.join(__dirname, '../tools/seed.mjs');
const PASSWORD = 'demo-password-1';
const NAMES = ['alice', 'bob', 'dora', 'emil', 'fay', 'gus'];

/** Notifications of a request, or that one was accepted. */
const ABOUT_CONTACTS: Record<string, number> = { alice: 3, bob: 2, dora: 2, emil: 1, fay: 1 };

describe('npm run seed', () => {
  const system = useSystem();

  const run = (args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
    exec(process.execPath, [SCRIPT, '--url', system.gatewayUrl, ...args], {
      env: { ...process.env, NODE_ENV: 'development', ...env },
    });

  const signIn = async (username: string) => {
    const { user, ...tokens } = await system.anonymous.call(login, {
      body: { username, password: PASSWORD },
    });
    const { user_id: id, email } = user;
    return new Actor(system.gatewayUrl, { id, username, email, password: PASSWORD, ...tokens });
  };

  /** All that a person finds: every conversation with every message, and the badge. */
  const viewOf = async (username: string) => {
    const actor = await signIn(username);
    try {
      await actor.connect();
      const conversations = await actor.emit(listConversations, { limit: 100 });
      const messages: MessageDto[] = [];
      // Those who come to talk before the chat has heard that they are contacts ask first: each is told once.
      let requests = 0;
      for (const { _id: conversationId } of conversations) {
        let before: string | undefined;
        do {
          const page = await actor.chat.ask(listMessages, {
            conversationId,
            limit: 100,
            ...(before !== undefined && { before }),
          });
          messages.push(...page.data.filter(({ type }) => type !== 'system'));
          requests += page.data.filter(({ system }) => system?.action === 'request-accepted').length;
          before = page.page?.next ?? undefined;
        } while (before !== undefined);
      }
      // Notifications come a moment after their messages.
      const others = messages.filter((message) => message.sender_id !== actor.id).length;
      const invitations = conversations.filter(
        ({ type, admin_id }) => type === 'group' && admin_id !== actor.id,
      ).length;
      const expected = others + invitations + requests + (ABOUT_CONTACTS[username] ?? 0);
      const badge = await eventually(
        () => actor.call(getUnreadCount),
        ({ count }) => expect(count).toBe(expected),
      );
      const contacts = await actor.call(listContacts, { query: {} });
      const contactRequests = await actor.call(listContactRequests, { query: {} });
      return { conversations, messages, badge, contacts, contactRequests };
    } finally {
      actor.leave();
    }
  };

  it('fills an empty system, and changes nothing the second time', async () => {
    const first = await run();
    expect(first.stdout.split('\n').slice(0, -2)).toEqual([
      '✔ people: 6 (6 new)',
      '✔ contacts: 4 (4 new)',
      '✔ Lunch: 6 messages (6 new)',
      '✔ Release 1.0: 64 messages (64 new)',
      '✔ Everybody: 5 messages (5 new)',
      '✔ alice and bob: 4 messages (4 new)',
      '✔ dora and fay: 2 messages (2 new)',
    ]);
    const before = await Promise.all(NAMES.map(viewOf));
    const [alice] = before;
    expect(
      alice?.conversations.map(({ name, type, participants }) => [name, type, participants.length]),
    ).toEqual([
      [null, 'private', 2],
      ['Everybody', 'group', 6],
      ['Release 1.0', 'group', 4],
      ['Lunch', 'group', 4],
    ]);
    expect(before.map(({ messages }) => messages.length)).toEqual([79, 79, 77, 69, 13, 5]);

    expect(before.map(({ contacts }) => contacts.length)).toEqual([2, 2, 2, 1, 1, 0]);
    expect(alice?.contactRequests.map(({ user }) => user.username)).toEqual(['gus']);

    const release = alice?.conversations.find(({ name }) => name === 'Release 1.0')?._id;
    const thread =
      alice?.messages.filter((message) => message.conversation_id === release).toReversed() ?? [];
    expect(thread.map(({ seq }) => seq)).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
    expect(thread.slice(0, 9).map(({ content }) => content)).toEqual([
      'The branch is cut. (1/8)',
      'Tests are green here. (1/8)',
      'One flaky test: it compared two clocks. (1/8)',
      'Fixed, and the reason is in the commit. (1/8)',
      'Load test: nothing lost, nothing twice. (1/8)',
      'The release notes are in review. (1/8)',
      'I have read them, two small remarks. (1/8)',
      'Remarks are in. (1/8)',
      'The branch is cut. (2/8)',
    ]);

    const second = await run();
    expect(second.stdout).toBe(first.stdout.replace(/\(\d+ new\)/g, '(0 new)'));
    expect(await Promise.all(NAMES.map(viewOf))).toEqual(before);
  });

  it('refuses production, other machines, and accounts that are not its own', async () => {
    await expect(run([], { NODE_ENV: 'production' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NODE_ENV is production'),
    });
    await expect(run(['--url', 'https://chat.example.com'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is another machine'),
    });
    await expect(run(['--url', 'nonsense'])).rejects.toMatchObject({
      stderr: expect.stringContaining('no URL'),
    });
    expect((await run(['--help'])).stdout).toContain('second run changes nothing');
    expect((await refusalOf(signIn('nobody'))).code).toBe('AUTH_INVALID');
  });
});
