import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getJwks, getMe, getUnreadCount, messageCreated, sendMessage } from '@app/contracts';
import { badTokens, useSystem, type Actor } from '@app/testing';
import { decodeProtectedHeader } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';

const makers: Record<string, () => KeyObject> = {
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
};

const CHANGED = 'RS256';

describe.each(Object.keys(makers))('access tokens signed with %s', (alg) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  const files = ['signing.pem', 'also-good.pem'].map((name) => path.join(folder, name));
  const write = (...keys: KeyObject[]) =>
    keys.forEach((key, index) => writeFileSync(files[index]!, key.export({ type: 'pkcs8', format: 'pem' })));
  const [first, second] = [makers[alg]!(), makers[alg]!()];
  write(first, first);

  const system = useSystem({ env: { JWT_ALG: alg, JWT_PRIVATE_KEYS: files.join(',') } });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const jwks = async () => {
    const response = await fetch(system.gatewayUrl + getJwks.path);
    return (await response.json()) as { keys: Record<string, string>[] };
  };
  const kidOf = ({ account: { accessToken } }: Actor) => decodeProtectedHeader(accessToken).kid;

  const rotate = async (...keys: KeyObject[]) => {
    write(...keys);
    await system.process('user-1').stop();
    await system.restart('user-1');
  };

  async function expectGood(actor: Actor) {
    await actor.call(getMe);
    await actor.call(getUnreadCount);
    (await actor.connect()).close();
  }

  it('carry a conversation, with the private key in the user service only', async () => {
    const [alice, bob] = await system.connected('alice', 'bob');
    const { _id: conversationId } = await alice.createGroup([bob]);
    await alice.emit(sendMessage, { conversationId, content: 'signed' });
    await bob.receives(messageCreated, ({ content }) => content === 'signed');
    await bob.call(getUnreadCount);
  });

  it('are verified by the published keys, which hold nothing private', async () => {
    const { keys } = await jwks();
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ alg, use: 'sig', kid: kidOf(await system.user('carol')) });
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(keys[0]).not.toHaveProperty(secret);
  });

  it('are the only ones: the secret that services share signs none', async () => {
    const alice = await system.user('alice');
    for (const [kind, token] of Object.entries(badTokens(system.secret, alice))) {
      for (const [origin, route] of [
        [system.gatewayUrl, getMe.path],
        [system.urls('user')[0]!, getMe.path],
        [system.urls('notification')[0]!, getUnreadCount.path],
      ] as const) {
        const answer = await fetch(origin + route, { headers: { authorization: `Bearer ${token}` } });
        expect(answer.status, kind).toBe(401);
      }
    }
    await expectGood(alice);
  });

  // How a key is followed by the next one is the same for all algorithms, and takes six restarts.
  if (alg !== CHANGED) return;
  it('outlive the change of the key while both are live, and end with theirs', async () => {
    const before = await system.user('before');
    await expectGood(before);

    await rotate(second, first);
    const after = await system.user('after');
    expect(kidOf(after)).not.toBe(kidOf(before));
    expect((await jwks()).keys).toHaveLength(2);
    await expectGood(after);
    await expectGood(before);

    await rotate(second, second);
    expect((await jwks()).keys).toHaveLength(1);
    // The others would look within a minute; these look now, because they start.
    for (const name of ['chat-1', 'notification-1', 'gateway-1']) await system.process(name).stop();
    await system.restart('chat-1', 'notification-1', 'gateway-1');
    await expectGood(after);
    const { accessToken } = before.account;
    for (const route of [getMe.path, getUnreadCount.path]) {
      const answer = await fetch(system.gatewayUrl + route, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      expect(answer.status).toBe(401);
    }
    await expect(after.connect({ auth: { token: accessToken } })).rejects.toThrow('AUTH_INVALID');
  });
});
