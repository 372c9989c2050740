import type { Event } from '@dabba/contracts';
import type { MealEvent } from '../meal/meal.ts';

type Alert = Event<'FridgeAlertRaised'>;

/** The alarms that follow from what was decided on a meal. */
export function alertsFor(events: readonly MealEvent[]): Alert[] {
  return events.flatMap(({ type, data }): Alert[] => {
    if (type === 'MealUnexplained') {
      if (data.reason === 'VANISHED' || data.reason === 'NO_PRICE') {
        const detail = `Meal ${data.mealId} is gone and nobody pays for it: ${data.reason}`;
        return [fridgeAlert(data.fridgeId, 'VANISHED_MEAL', detail, data.mealId, data.observedAt)];
      }
      const detail = `Meal ${data.mealId} went although the rules forbid its sale: ${data.reason}`;
      return [fridgeAlert(data.fridgeId, 'UNSAFE_SALE', detail, data.mealId, data.observedAt)];
    }
    if (type === 'MealFactDisputed') {
      const detail = `Meal ${data.mealId} was seen ${data.observation} while it is ${data.status}`;
      return [fridgeAlert(data.fridgeId, 'DISPUTED_FACT', detail, data.mealId, data.observedAt)];
    }
    return [];
  });
}

/** A tag nobody produced. */
export function unknownMeal(fridgeId: string, mealId: string, raisedAt: number): Alert {
  return fridgeAlert(fridgeId, 'UNKNOWN_MEAL', `Nobody produced the meal ${mealId}`, mealId, raisedAt);
}

export function fridgeAlert(
  fridgeId: string,
  kind: Alert['data']['alert'],
  detail: string,
  mealId: string | null,
  raisedAt: number,
): Alert {
  return { type: 'FridgeAlertRaised', data: { fridgeId, alert: kind, detail, mealId, raisedAt } };
}
