import { describe, expect, it } from 'vitest';
import { failureOf } from './failures.ts';

const wrapped = (code: string) => new Error('outer', { cause: Object.assign(new Error('inner'), { code }) });

describe('no answer from behind', () => {
  it('is 503 with Retry-After where the request never arrived', () => {
    expect(failureOf(wrapped('ECONNREFUSED'))).toMatchObject({ status: 503, retryAfter: 2 });
    expect(failureOf(wrapped('UND_ERR_CONNECT_TIMEOUT'))).toMatchObject({ status: 503 });
    const both = new AggregateError([Object.assign(new Error('v4'), { code: 'ECONNREFUSED' })]);
    expect(failureOf(new Error('outer', { cause: both }))).toMatchObject({ status: 503 });
  });

  it('is 504 where it took too long', () => {
    expect(failureOf(wrapped('UND_ERR_HEADERS_TIMEOUT'))).toMatchObject({ status: 504 });
  });

  it('is 502 where it may have been done', () => {
    expect(failureOf(wrapped('UND_ERR_SOCKET'))).toMatchObject({ status: 502 });
    expect(failureOf(wrapped('ECONNRESET'))).toMatchObject({ status: 502 });
    expect(failureOf(new Error('?'))).toMatchObject({ status: 502 });
    expect(failureOf('?')).toMatchObject({ status: 502 });
  });

  it('is 413 where the body was cut off here', () => {
    expect(failureOf(wrapped('BODY_TOO_LARGE'))).toMatchObject({ status: 413 });
  });

  it('tells no address and no message from inside', () => {
    expect(JSON.stringify(failureOf(new Error('connect ECONNREFUSED 10.1.2.3:5012')))).not.toContain(
      '10.1.2.3',
    );
  });
});
