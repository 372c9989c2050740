import { type DestinationStream, type Logger, pino } from 'pino';

const secret = [
  'authorization',
  'cookie',
  'password',
  'client_secret',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'email',
  'phone',
  'username',
  'dietary_preferences',
  'dietary',
  'diet',
  'allergies',
  'body',
  'payload',
];

export interface LogSettings {
  service: string;
  level: string;
  metros: readonly string[];
  destination?: DestinationStream;
}

/**
 * One JSON object a line, with the trace it belongs to. Bodies are never logged; what looks like a secret or a person
 * is blanked even where somebody logs it by mistake, and an error shows its message and stack, never its data.
 */
export function createLog({ service, level, metros, destination }: LogSettings): Logger {
  const options = {
    level,
    base: { service, metro: metros.join(',') },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
    serializers: { err: describeError, error: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

interface ErrorLine {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: ErrorLine;
}

function describeError(error: unknown): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}
