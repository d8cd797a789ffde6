import { one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  ConfirmSecondFactorDto,
  EnableSecondFactorDto,
  RecoveryCodesDto,
  SecondFactorSecretDto,
  SecondFactorStateDto,
  SetupSecondFactorDto,
} from './second-factor.dto';

const password = 'correct horse battery';
const code = '492039';

const recoveryCodesExample: RecoveryCodesDto = {
  recoveryCodes: ['7k2d-p9xq-4mzt', 'b3wn-8rfa-y6hc', '…'],
};

export const getSecondFactor = route('GET /auth/2fa', {
  tag: 'auth',
  summary: 'Whether signing in needs a second factor, and how many recovery codes are left.',
  access: 'user',
  result: one(SecondFactorStateDto),
  example: { result: { enabled: true, recoveryCodesLeft: 10 } },
});

export const setupSecondFactor = route('POST /auth/2fa/setup', {
  tag: 'auth',
  summary:
    'A new secret for an authenticator app (TOTP). It counts after POST /auth/2fa/enable; asking again replaces it. CONFLICT when a second factor is enabled, or the account has no password.',
  access: 'user',
  body: SetupSecondFactorDto,
  result: one(SecondFactorSecretDto),
  errors: ['CONFLICT'],
  example: {
    body: { password },
    result: {
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      uri: 'otpauth://totp/Chat:alice?issuer=Chat&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30',
    },
  },
});

export const enableSecondFactor = route('POST /auth/2fa/enable', {
  tag: 'auth',
  summary:
    'Prove by a code that the app has the secret. From then on signing in needs a code. The recovery codes are shown this once.',
  access: 'user',
  body: EnableSecondFactorDto,
  result: one(RecoveryCodesDto),
  errors: ['CONFLICT'],
  example: { body: { code }, result: recoveryCodesExample },
});

export const disableSecondFactor = route('POST /auth/2fa/disable', {
  tag: 'auth',
  summary: 'Sign in without a code again. The secret and the recovery codes are gone.',
  access: 'user',
  body: ConfirmSecondFactorDto,
  result: one(EmptyDto),
  errors: ['CONFLICT'],
  example: { body: { password, code }, result: {} },
});

export const renewRecoveryCodes = route('POST /auth/2fa/recovery-codes', {
  tag: 'auth',
  summary: 'Ten new recovery codes in place of the old ones.',
  access: 'user',
  body: ConfirmSecondFactorDto,
  result: one(RecoveryCodesDto),
  errors: ['CONFLICT'],
  example: { body: { password, code }, result: recoveryCodesExample },
});
