import { getMe, logout } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { Housekeeping } from '../src/housekeeping/housekeeping.service';
import { signedIn } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService({ SESSION_RETENTION_DAYS: '30', SECURITY_LOG_DAYS: '90' });
const clean = () => service().app.get(Housekeeping).run();
const count = async (table: string, userId: number) => {
  const [row] = await service().sql(`SELECT count(*)::int AS n FROM ${table} WHERE user_id = $1`, [userId]);
  return row?.n;
};

describe('housekeeping', () => {
  it('forgets sessions that ended long ago, and no others', async () => {
    const [ended, alive] = [await signedIn(service()), await signedIn(service())];
    await service().as(ended.accessToken).call(logout);
    await clean();
    expect(await count('tokens', ended.user.user_id)).toBe(1);
    await service().sql(`UPDATE tokens SET revoked_at = revoked_at - interval '31 days' WHERE user_id = $1`, [
      ended.user.user_id,
    ]);
    expect((await clean())['ended sessions']).toBe(1);
    expect(await count('tokens', ended.user.user_id)).toBe(0);
    expect(await service().as(alive.accessToken).call(getMe)).toEqual(alive.user);
  });

  it('forgets old security events, more than one portion of them', async () => {
    const { user } = await signedIn(service());
    const before = await count('security_events', user.user_id);
    await service().sql(
      `INSERT INTO security_events (kind, user_id, at) SELECT 'session.started', $1, now() - interval '91 days' FROM generate_series(1, 5001)`,
      [user.user_id],
    );
    expect((await clean())['security events']).toBe(5_001);
    expect(await count('security_events', user.user_id)).toBe(before);
  });
});
