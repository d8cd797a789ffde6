import type { JwkDto } from '@app/contracts';

/** The public keys by which others verify our access tokens; none with a shared secret. */
export class PublishedKeys {
  constructor(readonly keys: JwkDto[]) {}
}
