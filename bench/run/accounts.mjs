import { createRequire } from 'node:module';
import path from 'node:path';
import pg from 'pg';
import { ROOT } from '../../tools/lib/environment.mjs';

const ONE_DAY = 86_400;

/**
 * Accounts with a live session each, straight into the database, and an access token for each, signed as the user
 * service signs them: registering thousands of people over HTTP would measure argon2.
 * @param {{ postgresUrl: string, secret: string, count: number }} options
 * @returns {Promise<{ userId: number, token: string }[]>}
 */
export async function createAccounts({ postgresUrl, secret, count }) {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { rows } = await client.query(INSERT_ACCOUNTS, [count]);
    const tokens = accessTokens(secret);
    return await Promise.all(
      rows.map(async ({ user_id: userId, username, session_id: sessionId }) => ({
        userId,
        token: await tokens.sign({ userId, username, sessionId, roles: ['member'] }, ONE_DAY),
      })),
    );
  } finally {
    await client.end();
  }
}

const INSERT_ACCOUNTS = `
  WITH people AS (
    INSERT INTO users (username, email, password_hash)
    SELECT 'bench-' || n, 'bench-' || n || '@example.com', 'nobody signs in with this'
    FROM generate_series(1, $1::int) AS n
    RETURNING user_id, username
  ), sessions AS (
    INSERT INTO tokens (session_id, user_id, refresh_hash, expired_at)
    SELECT gen_random_uuid(), user_id, decode(md5(username), 'hex'), now() + interval '1 day' FROM people
    RETURNING session_id, user_id
  )
  SELECT user_id, username, session_id FROM people JOIN sessions USING (user_id) ORDER BY user_id`;

/** Accounts for the yardstick, which believes everybody. @param {number} count */
export const unsignedAccounts = (count) =>
  Array.from({ length: count }, (_, index) => {
    const claims = Buffer.from(JSON.stringify({ sub: String(index + 1) })).toString('base64url');
    return { userId: index + 1, token: `e30.${claims}.` };
  });

function accessTokens(secret) {
  const require = createRequire(import.meta.url);
  const { AccessTokens } = require(path.join(ROOT, 'dist/libs/platform/src/index.js'));
  return AccessTokens.withSecret(secret);
}
