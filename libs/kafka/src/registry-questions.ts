import { UnknownSchema } from './types.ts';

const timeout = 5_000;

/** The parts of Confluent's API that the registry client does not offer: exact texts, verbose compatibility, health. */
export class RegistryQuestions {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '');
  }

  async text(id: number): Promise<string> {
    const answer = await this.#ask(`/schemas/ids/${id}`);
    if (answer.status === 404) throw new UnknownSchema(`The registry has no schema ${id}`);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return fieldOf(await answer.json(), 'schema');
  }

  /** Numbers of a subject's versions, none where it is new. */
  async versions(subject: string): Promise<number[]> {
    const answer = await this.#ask(`/subjects/${encodeURIComponent(subject)}/versions`);
    const body: unknown = await answer.json();
    if (answer.status === 404) return [];
    if (!answer.ok || !Array.isArray(body)) throw new Error(`The schema registry answers ${answer.status}`);
    return body.map(Number);
  }

  async version(subject: string, number: number): Promise<string> {
    const answer = await this.#ask(`/subjects/${encodeURIComponent(subject)}/versions/${number}`);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return fieldOf(await answer.json(), 'schema');
  }

  /** Returns why it was refused, if it was. */
  async register(subject: string, text: string): Promise<string | undefined> {
    const answer = await this.#ask(`/subjects/${encodeURIComponent(subject)}/versions`, { schema: text });
    const body = await answer.text();
    return answer.ok ? undefined : `${answer.status} ${body}`;
  }

  /** Compared with every version of the subject; undefined when compatible or when the subject is new. */
  async incompatibility(subject: string, text: string): Promise<string | undefined> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions?verbose=true`;
    const answer = await this.#ask(path, { schema: text });
    if (answer.status === 404) return undefined;
    const body: unknown = await answer.json();
    if (!answer.ok) return fieldOf(body, 'message');
    if (isObject(body) && body.is_compatible === true) return undefined;
    const messages = isObject(body) && Array.isArray(body.messages) ? body.messages.map(String) : [];
    return messages.length > 0 ? messages.join('; ') : 'incompatible with an earlier version';
  }

  async ping(): Promise<void> {
    const answer = await this.#ask('/schemas/types');
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`The schema registry answers ${answer.status}`);
  }

  #ask(path: string, body?: object): Promise<Response> {
    return fetch(this.#url + path, {
      signal: AbortSignal.timeout(timeout),
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        body: JSON.stringify(body),
      }),
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function fieldOf(body: unknown, name: string): string {
  const value = isObject(body) ? body[name] : undefined;
  if (typeof value !== 'string') throw new Error(`No ${name} in the registry's answer`);
  return value;
}
