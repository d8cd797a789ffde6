import { one, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { userExample } from '../users/user.contracts';
import { UserDto } from '../users/user.dto';
import { LoginDto, RefreshDto, RegisterDto, SessionDto } from './auth.dto';

export const sessionExample: SessionDto = {
  accessToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl',
  refreshToken: 'q6yG0vXQ2l3mB7n4sR9tK1wZ8cE5aH0jUuYfLpDiOxM',
  expiresIn: 900,
  user: userExample,
};

export const register = route('POST /auth/register', {
  tag: 'auth',
  summary: 'Open an account; a mail asks to confirm the address. CONFLICT names the field that is taken.',
  access: 'public',
  status: 201,
  body: RegisterDto,
  result: one(UserDto),
  errors: ['CONFLICT'],
  example: {
    body: { username: 'alice', email: 'alice@example.com', password: 'correct horse battery' },
    result: userExample,
  },
});

export const login = route('POST /auth/login', {
  tag: 'auth',
  summary:
    'Sign in by email or username. A wrong password and an unknown user are answered alike, and wrong tries have to ' +
    'wait (RATE_LIMITED). FORBIDDEN: the password is right, the address has to be confirmed first (REQUIRE_VERIFIED_EMAIL).',
  access: 'public',
  body: LoginDto,
  result: one(SessionDto),
  errors: ['AUTH_INVALID', 'FORBIDDEN', 'SECOND_FACTOR_REQUIRED'],
  example: {
    body: { email: 'alice@example.com', password: 'correct horse battery' },
    result: sessionExample,
  },
});

export const refresh = route('POST /auth/refresh', {
  tag: 'auth',
  summary:
    'Trade the refresh token for new tokens. The old one is dead afterwards; its later reuse ends the session. ' +
    'It is taken from the body, else from the cookie `refresh_token` (`__Host-refresh_token` in production), else from ' +
    'the Authorization header. One from the cookie is answered with the next cookie, and needs a listed Origin (FORBIDDEN).',
  access: 'public',
  body: RefreshDto,
  result: one(SessionDto),
  errors: ['AUTH_INVALID', 'FORBIDDEN'],
  example: { body: { refreshToken: sessionExample.refreshToken }, result: sessionExample },
});

export const logout = route('POST /auth/logout', {
  tag: 'auth',
  summary: 'End the session that the access token belongs to; its cookie goes, too.',
  access: 'user',
  result: one(EmptyDto),
  example: { result: {} },
});
