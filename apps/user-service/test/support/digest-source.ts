import { json } from 'node:stream/consumers';
import {
  claimDigests,
  takeDigest,
  type DigestClaimDto,
  type DigestDto,
  type SettleDigestDto,
} from '@app/contracts';
import { StandIn } from './stand-in';

/** Stands in for the notification service: what it offers is claimed and taken once. */
export class DigestSource extends StandIn {
  readonly taken: DigestClaimDto[] = [];
  readonly settled: SettleDigestDto[] = [];
  /** All that it was ever sent. */
  heard = '';
  private readonly offers: { claim: DigestClaimDto; digest: DigestDto | null }[] = [];
  private readonly digests = new Map<string, DigestDto | null>();

  constructor() {
    super((request, response) => {
      void json(request).then((body) => {
        this.heard += JSON.stringify(body);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ ok: true, data: this.answer(request.url ?? '', body) }));
      });
    });
  }

  offer(userId: number, claim: string, digest: DigestDto | null): void {
    this.offers.push({ claim: { userId, claim }, digest });
  }

  get offersLeft(): number {
    return this.offers.length;
  }

  private answer(path: string, body: unknown): object {
    if (path === claimDigests.path) {
      const next = this.offers.shift();
      if (!next) return { claims: [], more: false };
      this.digests.set(next.claim.claim, next.digest);
      return { claims: [next.claim], more: true };
    }
    if (path === takeDigest.path) {
      const claim = body as DigestClaimDto;
      this.taken.push(claim);
      const digest = this.digests.get(claim.claim) ?? null;
      this.digests.delete(claim.claim);
      return { digest };
    }
    this.settled.push(body as SettleDigestDto);
    return {};
  }
}
