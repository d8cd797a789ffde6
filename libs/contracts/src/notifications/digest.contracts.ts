import { one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  ClaimDigestsDto,
  DigestClaimDto,
  DigestClaimsDto,
  SettleDigestDto,
  TakenDigestDto,
  UnsubscribeDigestDto,
} from './digest.dto';

const claim: DigestClaimDto = { userId: 2, claim: '5f0c5f0e-7a5c-4a53-9d3f-1b0a4e6f2c11' };
const unsubscribeToken = '2.Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8';

export const unsubscribeDigest = route('POST /unsubscribe/:token', {
  tag: 'notifications',
  summary:
    'No more email digests, without signing in: the address of `List-Unsubscribe` in each of them (RFC 8058; a body does not matter). GET is a page that asks first, since programs follow the links of mails.',
  access: 'public',
  params: UnsubscribeDigestDto,
  result: one(EmptyDto),
  errors: ['NOTFOUND'],
  example: { result: {} },
});

/** The user service asks these: it knows addresses, and nothing of what is unread. Not routed by the gateway. */
export const claimDigests = route('POST /internal/notifications/digests/claim', {
  tag: 'internal-notifications',
  summary: 'Users for whom an email digest is due; nobody else gets them for a while.',
  access: 'service',
  body: ClaimDigestsDto,
  result: one(DigestClaimsDto),
  example: { body: { limit: 20 }, result: { claims: [claim], more: false } },
});

export const takeDigest = route('POST /internal/notifications/digests/take', {
  tag: 'internal-notifications',
  summary: 'The digest itself, once: what is unread at this moment. From here on it counts as told.',
  access: 'service',
  body: DigestClaimDto,
  result: one(TakenDigestDto),
  example: {
    body: claim,
    result: {
      digest: {
        total: 4,
        more: false,
        entries: [
          { title: 'alice in Team A', content: 'Hello!', count: 3 },
          { title: 'bob', content: 'bob wants to write to you', count: 1 },
        ],
        unsubscribeToken,
      },
    },
  },
});

export const settleDigest = route('POST /internal/notifications/digests/settle', {
  tag: 'internal-notifications',
  summary: 'What became of the mail.',
  access: 'service',
  body: SettleDigestDto,
  result: one(EmptyDto),
  example: { body: { ...claim, outcome: 'sent' }, result: {} },
});
