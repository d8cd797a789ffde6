import { getPrivacy, privacyUpdated, putPrivacy, type PrivacyDto } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { signedIn } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService();

const CLOSED: PrivacyDto = { presence: 'nobody', lastSeen: 'contacts', readReceipts: false };

describe('privacy', () => {
  it('is open until somebody chooses, and then as they chose', async () => {
    const { accessToken, user } = await signedIn(service());
    const me = service().as(accessToken);
    expect(await me.call(getPrivacy)).toEqual({
      presence: 'everyone',
      lastSeen: 'everyone',
      readReceipts: true,
    });
    expect(await me.call(putPrivacy, { body: CLOSED })).toEqual(CLOSED);
    expect(await me.call(getPrivacy)).toEqual(CLOSED);
    const told = await service().sql(`SELECT data FROM outbox WHERE type = $1 AND key = $2`, [
      privacyUpdated.name,
      String(user.user_id),
    ]);
    expect(told).toMatchObject([{ data: { userId: user.user_id, ...CLOSED } }]);
  });

  it('that is chosen on several devices at once is what the event with the highest number says', async () => {
    const { accessToken, user } = await signedIn(service());
    const me = service().as(accessToken);
    const audiences = ['everyone', 'contacts', 'nobody'] as const;
    await Promise.all(
      [0, 1, 2, 0, 1, 2].map((i) => me.call(putPrivacy, { body: { ...CLOSED, presence: audiences[i]! } })),
    );
    const told = await service().sql(
      `SELECT data FROM outbox WHERE type = $1 AND key = $2 ORDER BY (data->>'rev')::bigint DESC`,
      [privacyUpdated.name, String(user.user_id)],
    );
    expect(told).toHaveLength(6);
    expect(told[0]!.data).toMatchObject(await me.call(getPrivacy));
  });

  it.each([
    ['presence', { ...CLOSED, presence: 'friends' }],
    ['presence', { ...CLOSED, presence: { $ne: 'nobody' } }],
    ['lastSeen', { presence: 'nobody', readReceipts: true }],
    ['readReceipts', { ...CLOSED, readReceipts: 'yes' }],
    ['user_id', { ...CLOSED, user_id: 1 }],
    ['rev', { ...CLOSED, rev: 1 }],
  ])('names %s when it is what is wrong', async (field, body) => {
    const { accessToken } = await signedIn(service());
    const answer = await service().as(accessToken).request('/users/me/privacy', { method: 'PUT', body });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field }] } },
    });
  });
});
