import { rest, type Today, tell, wait } from './district.ts';
import { countEnds } from './ends.ts';
import { throughDoor } from './session.ts';

/** An antenna misses one of two meals on their way out; the next look at the shelf misses it inside. Nobody pays for it. */
export async function misread(today: Today): Promise<void> {
  const shop = today.shops[4];
  if (!shop?.open || shop.left.length < 2) return;
  await today.people.visit(today.chance, async (who) => {
    let missed: string | undefined;
    let read: string | undefined;
    const outcome = await shop.atDoor(
      '1',
      () => {
        const taken = shop.pick(2);
        [read, missed] = taken;
        shop.fridge.misread((hands) => ({
          ...hands,
          taken: hands.taken?.filter((id) => id !== missed) ?? [],
        }));
        return { taken };
      },
      () => throughDoor(today, who, shop, '1'),
    );
    shop.fridge.misread((hands) => hands);
    if ('refused' in outcome) {
      today.tally.refuse(outcome.refused);
      // The door may have opened after all, too late for an answer.
      if (read !== undefined) await countEnds(today, [read]);
    } else today.tally.add('sold', outcome.sold.length);
    if (missed === undefined) return;
    await rest(today, 0.2);
    await vanished(today, shop, missed);
    tell(today, 'slip', `the antenna of ${shop.id} missed a meal on its way out: nobody pays for it`);
  });
}

/** A tag is no longer read though every door is shut. */
export async function vanish(today: Today): Promise<void> {
  const shop = today.shops[5];
  if (!shop?.open) return;
  const [tag] = shop.pick(1);
  if (tag === undefined) return;
  await vanished(today, shop, tag);
  tell(today, 'slip', `a meal vanished from ${shop.id} while every door was shut`);
}

async function vanished(today: Today, shop: Today['shops'][number], tag: string): Promise<void> {
  shop.fridge.lose(tag);
  await wait(today, `${tag} is unexplained`, async () => {
    const { status, body } = await today.operations.get<{ status: string }>(`/api/v1/meals/${tag}`);
    return status === 200 && body.status === 'UNEXPLAINED';
  });
  today.tally.add('unexplained', 1);
}
