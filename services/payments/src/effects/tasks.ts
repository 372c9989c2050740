import type { StoreDeps } from '@dabba/service-kit';
import type { TaskHandler } from '@dabba/tasks';
import { partsOf } from '../parts.ts';
import { closeIntentTask } from './close-intent.ts';
import { collectDebtTask } from './collect-debt.ts';
import { createIntentTask } from './create-intent.ts';
import { expirePaymentTask } from './expire-payment.ts';
import { followNoticeTask } from './follow-notice.ts';
import { moneyTasks } from './move-money.ts';
import { refundMealTask } from './refund-meal.ts';

export function paymentTasks(deps: StoreDeps): TaskHandler[] {
  const parts = partsOf(deps);
  return [
    createIntentTask(deps, parts),
    ...moneyTasks(deps, parts),
    closeIntentTask(deps, parts),
    followNoticeTask(deps, parts),
    expirePaymentTask(deps, parts),
    refundMealTask(deps, parts),
    collectDebtTask(deps, parts),
  ];
}
