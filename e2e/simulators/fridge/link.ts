import { connect, type MqttClient } from 'mqtt';

export interface LinkOptions {
  /** `mqtt://127.0.0.1:1883` */
  url: string;
  clientId: string;
  clientSecret: string;
  /** `dabba/{metro}/fridges/{fridge_id}` */
  topic: string;
  /** Milliseconds between tries to connect; grows up to ten times. Default 200. */
  retryAfter?: number;
  onOpen(): void;
  onClosed(): void;
  onMessage(channel: 'commands' | 'problems' | 'policy', body: unknown): void;
}

/** A connection that comes back until it is told not to. It resends nothing by itself: the outbox does. */
export class Link {
  readonly #options: LinkOptions;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #wanted = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get open(): boolean {
    return this.#client?.connected ?? false;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  /** @param abruptly without saying goodbye, as a crash or a cut wire does */
  stop(abruptly = false): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    if (abruptly) client.stream.destroy();
    client.end(abruptly);
    this.#options.onClosed();
  }

  /** Publishes with QoS 1; `acknowledged` is called at PUBACK, or never. */
  publish(body: object, acknowledged: () => void): void {
    const client = this.#client;
    client?.publish(`${this.#options.topic}/facts`, JSON.stringify(body), { qos: 1 }, (error) => {
      if (!error && client === this.#client) acknowledged();
    });
  }

  #connect(): void {
    const { url, clientId: username, clientSecret: password, topic } = this.#options;
    const client = connect(url, {
      protocolVersion: 4,
      clean: true,
      clientId: username,
      username,
      password,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
    });
    this.#client = client;
    client.on('message', (name, payload) => {
      const channel = name.slice(topic.length + 1);
      if (channel === 'commands' || channel === 'problems' || channel === 'policy')
        this.#options.onMessage(channel, JSON.parse(payload.toString()));
    });
    client.on('connect', () => {
      const own = [`${topic}/problems`, `${topic}/commands`, `${topic}/policy`];
      client.subscribe(own, { qos: 1 }, (error) => {
        if (error || client !== this.#client) return;
        this.#failures = 0;
        this.#options.onOpen();
      });
    });
    client.on('error', () => {});
    client.on('close', () => {
      if (client !== this.#client) return;
      this.#client = undefined;
      client.end(true);
      this.#options.onClosed();
      const { retryAfter = 200 } = this.#options;
      const wait = retryAfter * Math.min(10, 2 ** this.#failures) * (0.5 + Math.random() / 2);
      this.#failures += 1;
      if (this.#wanted) this.#timer = setTimeout(() => this.#connect(), wait);
    });
  }
}
