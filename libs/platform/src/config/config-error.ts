/** A setting is wrong; `message` is one line that names it and says what was expected. */
export class ConfigError extends Error {}
