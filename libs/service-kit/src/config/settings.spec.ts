import { expect, test } from 'vitest';
import { loadConfig } from './settings.ts';

const meals = { name: 'meals', port: { variable: 'MEALS_PORT', fallback: 5012 } };

test('without anything said, a service finds the local stack', () => {
  const config = loadConfig(meals, {});
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 5012,
    kafka: { brokers: ['localhost:9092'], prefix: '' },
  });
  expect(config.database.url).toBe('postgres://postgres@localhost:5433/dabba_meals');
});

test('a prefix keeps databases apart, too', () => {
  const { database } = loadConfig(meals, {
    KAFKA_PREFIX: 'drill_1_',
    DATABASE_URL: 'postgres://u:p@db:1/postgres',
  });
  expect(database).toEqual({
    url: 'postgres://u:p@db:1/drill_1_dabba_meals',
    maintenanceUrl: 'postgres://u:p@db:1/postgres',
  });
});

test('a service can have a database server of its own', () => {
  const { database } = loadConfig(meals, { MEALS_DATABASE_URL: 'postgres://other/meals' });
  expect(database).toEqual({ url: 'postgres://other/meals', maintenanceUrl: undefined });
});

test('what is wrong is said in one sentence, without repeating what may be a secret', () => {
  const env = { MEALS_PORT: 'http', LOG_LEVEL: 'loud', DATABASE_URL: 'hunter2', JWKS_URL: '::' };
  const attempt = () => loadConfig(meals, env);
  expect(attempt).toThrow('MEALS_PORT must be a port number, not "http"');
  expect(attempt).toThrow('LOG_LEVEL must be one of');
  expect(attempt).toThrow('DATABASE_URL is not a URL');
  expect(attempt).toThrow('JWKS_URL is not a URL');
  expect(attempt).not.toThrow('hunter2');
});
