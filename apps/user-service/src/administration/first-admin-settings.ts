import { AppError } from '@app/contracts';
import { ConfigError } from '@app/platform';
import { checkRegistration } from '../auth/registration-rules';

interface Settings {
  ADMIN_EMAIL: string;
  ADMIN_USERNAME: string;
  ADMIN_PASSWORD: string;
}

/** Throws ConfigError when they are not all there, or the password is one that nobody else could choose. */
export function checkFirstAdmin(settings: Settings): void {
  const { ADMIN_EMAIL: email, ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = settings;
  const missing = Object.entries({ ADMIN_EMAIL: email, ADMIN_USERNAME: username, ADMIN_PASSWORD: password })
    .filter(([, value]) => value === '')
    .map(([name]) => name);
  if (missing.length === 3) return;
  if (missing.length > 0)
    throw new ConfigError(`${missing.join(' and ')} must be set as well for there to be a first admin.`);
  try {
    checkRegistration({ email, username, password });
  } catch (error) {
    throw error instanceof AppError ? new ConfigError(`ADMIN_PASSWORD is refused: ${error.message}.`) : error;
  }
}
