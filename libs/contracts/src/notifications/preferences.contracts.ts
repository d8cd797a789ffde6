import { one, route } from '../core/contract';
import { PreferencesDto, SetPreferencesDto, type FullKindsDto } from './preferences.dto';

const all = { inApp: true, webPush: true, mobilePush: true, email: true };
const kinds: FullKindsDto = {
  ...{ message: all, mention: all, reply: all, reaction: all, invite: all, request: all, security: all },
  broadcast: { inApp: true },
};
const doNotDisturb = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };

/** Of somebody who has chosen something. */
export const preferencesExample: PreferencesDto = {
  kinds: { ...kinds, reaction: { ...all, inApp: false } },
  doNotDisturb,
  pushContent: false,
  emailDigest: true,
  updatedAt: '2026-01-01T00:00:00.000Z',
};

export const getPreferences = route('GET /notifications/preferences', {
  tag: 'notifications',
  summary:
    'How the caller wants to be told of what. Of which conversations, they say there: POST /conversations/:id/mute.',
  access: 'user',
  result: one(PreferencesDto),
  example: {
    result: { kinds, doNotDisturb: null, pushContent: true, emailDigest: false, updatedAt: null },
  },
});

export const putPreferences = route('PUT /notifications/preferences', {
  tag: 'notifications',
  summary: 'Say how one wants to be told of what. What is left out is as it was in the beginning.',
  access: 'user',
  body: SetPreferencesDto,
  result: one(PreferencesDto),
  example: {
    body: { kinds: { reaction: { inApp: false } }, doNotDisturb, pushContent: false, emailDigest: true },
    result: preferencesExample,
  },
});
