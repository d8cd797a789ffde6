import { integrationEvent, one, route } from '../core/contract';
import { PrivacyDto, PrivacyUpdatedDto } from './privacy.dto';

/** What holds for somebody who has never chosen. */
export const DEFAULT_PRIVACY: Readonly<PrivacyDto> = {
  presence: 'everyone',
  lastSeen: 'everyone',
  readReceipts: true,
};

const privacyExample: PrivacyDto = { presence: 'contacts', lastSeen: 'nobody', readReceipts: false };

export const getPrivacy = route('GET /users/me/privacy', {
  tag: 'users',
  summary: 'What others may see of the caller.',
  access: 'user',
  result: one(PrivacyDto),
  example: { result: privacyExample },
});

export const putPrivacy = route('PUT /users/me/privacy', {
  tag: 'users',
  summary: 'Choose what others may see of the caller.',
  access: 'user',
  body: PrivacyDto,
  result: one(PrivacyDto),
  example: { body: privacyExample, result: privacyExample },
});

export const privacyUpdated = integrationEvent('privacy.updated', {
  version: 1,
  summary: 'Somebody has chosen what others may see.',
  payload: PrivacyUpdatedDto,
  example: { userId: 1, rev: 16, ...privacyExample },
});
