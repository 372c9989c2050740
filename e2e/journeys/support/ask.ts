import { request } from 'node:http';
import { connect } from 'node:net';

export interface BadRequest {
  name: string;
  status: number;
  code: string;
  /** One of the pointers the problem has to have. */
  pointer?: string;
  /** POST unless it is said. */
  method?: string;
  /** `/api/v1/lots` unless it is said. */
  path?: string;
  body?: unknown;
  raw?: string | Buffer;
  headers?: Readonly<Record<string, string>>;
  /** Whose token goes with it; `stf_sfo_1` unless it is said, null for nobody's. */
  as?: string | null;
}

export interface Answer {
  status: number;
  type: string | undefined;
  body: string;
}

/** Plain node:http sends what fetch would mend or refuse. */
export function ask(url: string, asked: BadRequest, token: string | undefined): Promise<Answer> {
  const { method = 'POST', path = '/api/v1/lots', body, headers = {} } = asked;
  const { raw = body === undefined ? undefined : JSON.stringify(body) } = asked;
  return new Promise((resolve, reject) => {
    // The path apart, or climbing ones would be straightened.
    const { hostname, port } = new URL(url);
    const sent = request(
      {
        hostname,
        port,
        path,
        method,
        headers: {
          ...(raw !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(raw),
          }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'],
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(raw);
  });
}

/** Bytes as they are, on a connection of their own; what comes back until it is closed. */
export function wire(url: string, bytes: string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(Buffer.from(bytes, 'latin1')));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
        type: /^content-type: (.*)$/im.exec(head)?.[1],
        body: rest.join('\r\n\r\n'),
      });
    });
  });
}

/** What is wrong with the answer, or undefined. */
export function complaint(
  { status, code, pointer }: Pick<BadRequest, 'status' | 'code' | 'pointer'>,
  answer: Answer,
): string | undefined {
  if (answer.status !== status) return `expected ${status}`;
  if (answer.type?.startsWith('application/problem+json') !== true)
    return `a problem document, not ${answer.type}`;
  const problem: Record<string, unknown> & { errors?: { pointer?: string }[] } = JSON.parse(answer.body);
  for (const member of ['title', 'detail', 'instance', 'traceid'])
    if (typeof problem[member] !== 'string') return `no ${member}`;
  if (problem.status !== status) return `the document says ${problem.status}`;
  if (problem.code !== code) return `expected the code ${code}`;
  if (problem.type !== `https://dabba.dev/problems/${code}`) return `the type ${problem.type}`;
  if (pointer !== undefined && !problem.errors?.some((error) => error.pointer === pointer))
    return `nothing points at ${pointer}`;
  return undefined;
}
