import type { About } from '../port.ts';

/** Events that may change a payment, to which a webhook at PayPal should be subscribed. Of others nothing is kept. */
export const followed: Readonly<Record<string, About>> = {
  'CHECKOUT.ORDER.APPROVED': 'approval',
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED': 'intent',
  'PAYMENT.AUTHORIZATION.CREATED': 'intent',
  'PAYMENT.AUTHORIZATION.VOIDED': 'intent',
  'PAYMENT.CAPTURE.COMPLETED': 'intent',
  'PAYMENT.CAPTURE.DECLINED': 'intent',
  'PAYMENT.CAPTURE.DENIED': 'intent',
  'PAYMENT.CAPTURE.PENDING': 'intent',
  'PAYMENT.CAPTURE.REFUNDED': 'whole',
  'PAYMENT.CAPTURE.REVERSED': 'whole',
  'PAYMENT.REFUND.FAILED': 'whole',
  'PAYMENT.REFUND.PENDING': 'whole',
  'CUSTOMER.DISPUTE.CREATED': 'whole',
  'CUSTOMER.DISPUTE.RESOLVED': 'whole',
  'CUSTOMER.DISPUTE.UPDATED': 'whole',
};
