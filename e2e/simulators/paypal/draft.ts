import type { Behaviour } from '../provider/behaviour.ts';
import type { Books } from '../provider/books.ts';
import { Changes } from '../provider/changes.ts';
import { anyOf } from '../provider/letters.ts';
import { missing } from './failure.ts';
import type { Thing, ThingOf } from './objects.ts';
import { shown } from './shown.ts';

/** What one request does to the books, until it is written. */
export class Draft extends Changes<Thing> {
  readonly behaviour: Behaviour;
  /** Where this PayPal is reached. */
  readonly url: string;
  /** RFC 3339, with milliseconds: lists are by time. */
  readonly now = new Date().toISOString();

  constructor(books: Books<Thing>, { behaviour, url }: { behaviour: Behaviour; url: string }) {
    super(books);
    this.behaviour = behaviour;
    this.url = url;
  }

  get<K extends Thing['object']>(kind: K, id: string): ThingOf<K> {
    const found = this.find(kind, id);
    if (!found) throw missing();
    return found;
  }

  /** Tells everybody who listens how the thing looks now. */
  tell(event_type: string, thing: Thing): void {
    this.put({
      id: `WH-${newId()}-${newId()}`,
      object: 'event',
      create_time: this.now,
      event_type,
      resource_type: thing.object === 'order' ? 'checkout-order' : thing.object,
      summary: event_type,
      resource: shown(this, thing),
    });
  }
}

export function newId(): string {
  return anyOf('ABCDEFGHJKLMNPRSTUVWXY0123456789', 17);
}
