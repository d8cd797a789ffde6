import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Gate } from '@app/platform';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { UserConfig } from '../config';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** What the package makes unless told otherwise; its enum of algorithms does not exist at run time. */
const ALGORITHM = '$argon2id$';

/** argon2id, a few at a time: unbounded, a burst of sign-ins would take all cores and 19 MiB each. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly gate: Gate;
  /** Nobody's password. Checked in place of an unknown user's, so that the answer takes as long. */
  private nobody = '';

  constructor(config: UserConfig) {
    this.gate = new Gate(
      config.ARGON2_CONCURRENCY,
      config.ARGON2_QUEUE,
      'too many people are signing in at this moment',
    );
  }

  async onModuleInit(): Promise<void> {
    this.nobody = await this.hash(randomBytes(32).toString('hex'));
  }

  /** Throws UNAVAILABLE when too many are waiting already. */
  hash(password: string): Promise<string> {
    return this.gate.run(() => hash(password, PARAMETERS));
  }

  /** Whether the password belongs to the hash; false, after the same time, when there is no hash. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const matches = await this.gate.run(() => verify(stored ?? this.nobody, password));
    return matches && stored !== undefined;
  }

  /** Whether the hash was made with other parameters than today's. */
  isOutdated(stored: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(stored);
    return (
      !stored.startsWith(ALGORITHM) ||
      memoryCost !== PARAMETERS.memoryCost ||
      timeCost !== PARAMETERS.timeCost ||
      parallelism !== PARAMETERS.parallelism
    );
  }
}
