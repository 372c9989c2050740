import { isRefusal, type Refusal } from '@dabba/event-store';
import { faulty } from '../offer/faulty.ts';
import type { Item } from '../offer/offer.ts';
import type { Placed } from '../order/order.ts';

export interface Wished {
  modifierId: string;
  optionId: string;
}

type Choice = Placed['lines'][number]['choices'][number];

/**
 * What was chosen of an item, in the order of its modifiers: each as often as allowed, nothing twice, nothing unknown
 * (422), nothing that is not there today (409). @param at pointer of the line in the body
 */
export function chosen(item: Item, wished: readonly Wished[], at: string): readonly Choice[] | Refusal {
  const place = (modifierId: string) => `${at}/customizations/${modifierId}`;
  const stray = wished.find(
    ({ modifierId }) => !item.modifiers.some((each) => each.modifierId === modifierId),
  );
  if (stray)
    return faulty('choice-unknown', place(stray.modifierId), `${item.name} has no ${stray.modifierId}`);
  const all: Choice[] = [];
  for (const modifier of item.modifiers) {
    const ids = wished.flatMap(({ modifierId, optionId }) =>
      modifierId === modifier.modifierId ? [optionId] : [],
    );
    const some = optionsOf(modifier, ids, place(modifier.modifierId));
    if (isRefusal(some)) return some;
    all.push(...some);
  }
  return all;
}

function optionsOf(
  { modifierId, name, least, most, options }: Item['modifiers'][number],
  ids: readonly string[],
  at: string,
): readonly Choice[] | Refusal {
  if (ids.length < least) return faulty('choice-count', at, `${name}: at least ${least} must be chosen`);
  if (ids.length > most) return faulty('choice-count', at, `${name}: at most ${most} can be chosen`);
  if (new Set(ids).size < ids.length) return faulty('choice-twice', at, `${name}: something is chosen twice`);
  const choices: Choice[] = [];
  for (const optionId of ids) {
    const option = options.find((each) => each.optionId === optionId);
    if (!option) return faulty('choice-unknown', at, `${name}: there is no ${optionId}`);
    if (!option.available)
      return faulty('choice-unavailable', at, `${option.name} is not to be had now`, 409);
    choices.push({ modifierId, optionId, name: option.name, price: option.price });
  }
  return choices;
}
