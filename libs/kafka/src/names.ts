/** Puts the prefix before topic and group names on their way to Kafka and takes it off on their way back. */
export class Names {
  readonly #prefix: string;

  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  outer(name: string): string {
    return this.#prefix + name;
  }

  inner(name: string): string {
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
  }
}
