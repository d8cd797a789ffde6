import { hash } from '@node-rs/argon2';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserConfig } from '../config';
import { PasswordHasher } from './password-hasher';

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher(new UserConfig());

  beforeAll(() => hasher.onModuleInit());

  it('makes argon2id hashes of 19 MiB and two passes, each with its own salt', async () => {
    const [one, two] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('knows the password again, and only that', async () => {
    const stored = await hasher.hash('correct horse');
    await expect(hasher.verify(stored, 'correct horse')).resolves.toBe(true);
    await expect(hasher.verify(stored, 'wrong horse')).resolves.toBe(false);
  });

  it('lets nobody in without a hash', async () => {
    await expect(hasher.verify(undefined, '')).resolves.toBe(false);
  });

  it('finds hashes that are weaker than today’s', async () => {
    expect(
      hasher.isOutdated(await hash('correct horse', { memoryCost: 8_192, timeCost: 1, parallelism: 1 })),
    ).toBe(true);
    expect(hasher.isOutdated(await hasher.hash('correct horse'))).toBe(false);
  });
});
