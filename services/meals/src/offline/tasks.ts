import type { StoreDeps } from '@dabba/service-kit';
import { debtorDenier } from './deny-debtors.ts';
import { policyIssuer } from './issue.ts';
import { issuePoliciesTask } from './issue-policies.ts';
import { issuePolicyTask } from './issue-policy.ts';
import { breakRaiser } from './raise-breaks.ts';

/** One issuer for both: it remembers keys. */
export function offlineTasks(deps: StoreDeps) {
  const issue = policyIssuer(deps);
  return [issuePoliciesTask(deps, issue, breakRaiser(deps), debtorDenier(deps)), issuePolicyTask(issue)];
}
