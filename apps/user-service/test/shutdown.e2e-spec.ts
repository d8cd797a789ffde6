import { login } from '@app/contracts';
import { createDatabase } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, registered } from './support/people';
import { dropDatabase, freshDatabaseUrl, UserService } from './support/user-service';

describe('shutdown', () => {
  it('answers what has been accepted, then closes the pool', async () => {
    const url = freshDatabaseUrl();
    await createDatabase(url);
    const service = await UserService.start({ POSTGRES_URL: url });
    try {
      const { email } = await registered(service);
      const signIn = () => service.as().call(login, { body: { email, password: PASSWORD } });
      const answers = Array.from({ length: 10 }, signIn);
      // The first answer proves that the others, sent with it, are in the process by now.
      await Promise.race(answers);
      await service.app.close();
      for (const answer of await Promise.all(answers)) expect(answer.user.email).toBe(email);
      const left = await service.sql(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'user-service' AND datname = current_database()`,
      );
      expect(left).toEqual([]);
    } finally {
      await dropDatabase(url);
    }
  });
});
