import { one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { ChangePasswordDto, ForgotPasswordDto, MailTokenDto, ResetPasswordDto } from './recovery.dto';

const token = 'Jm3bT0pXw5nQe8sLr1uZc6vKh2yDaFgOi4jMxPqRtSk';

export const verifyEmail = route('POST /auth/verify-email', {
  tag: 'auth',
  summary: 'Confirm an email address with the token that was mailed to it. A token is good for one time.',
  access: 'public',
  body: MailTokenDto,
  result: one(EmptyDto),
  example: { body: { token }, result: {} },
});

export const resendVerification = route('POST /auth/verify-email/resend', {
  tag: 'auth',
  summary: 'Mail a new token for confirming the email address. CONFLICT when it is confirmed already.',
  access: 'user',
  result: one(EmptyDto),
  errors: ['CONFLICT'],
  example: { result: {} },
});

export const forgotPassword = route('POST /auth/forgot-password', {
  tag: 'auth',
  summary:
    'Mail a token for setting a new password. The answer is the same whether or not there is such an account.',
  access: 'public',
  body: ForgotPasswordDto,
  result: one(EmptyDto),
  example: { body: { email: 'alice@example.com' }, result: {} },
});

export const resetPassword = route('POST /auth/reset-password', {
  tag: 'auth',
  summary: 'Set a new password with the token that was mailed. All sessions end.',
  access: 'public',
  body: ResetPasswordDto,
  result: one(EmptyDto),
  example: { body: { token, password: 'a better horse battery' }, result: {} },
});

export const changePassword = route('POST /users/change-password', {
  tag: 'users',
  summary: 'Change one’s password. All other sessions end. A wrong current one is BAD_REQUEST naming it.',
  access: 'user',
  body: ChangePasswordDto,
  result: one(EmptyDto),
  example: {
    body: { currentPassword: 'correct horse battery', newPassword: 'a better horse battery' },
    result: {},
  },
});
